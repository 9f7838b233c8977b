/** Where the rows of an answer of unknown shape are. Pure. */
import { isJsonObject } from '../../cdk/json.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { isName } from '../envelope.ts';

/** A list of objects, as `records` of a profile names it. */
export interface List {
  /** `data.orders`, `.`, `data.*.orders` (a list in each entry), `orders.*` (the values of a map). */
  readonly path: string;
  readonly rows: readonly JsonObject[];
  /** Rows are the values of a map: the names are ids. */
  readonly isMap: boolean;
}

const DEEPEST = 5;

/** Every list of an answer, outer ones first; those inside rows too, since rows may be groups of rows. */
export function findLists(body: unknown): List[] {
  const found: List[] = [];
  collect([body as Json], [], false, found);
  return found;
}

/** `values`: what stands at the path, once for each entry of the lists above it. */
function collect(
  values: readonly Json[],
  path: readonly string[],
  isInList: boolean,
  found: List[],
): void {
  if (path.length > DEEPEST) return;
  const there = values.filter((value) => value !== null && value !== undefined);
  const isMap = there.length > 0 && there.every(isRowMap);
  if (isMap || (there.length > 0 && there.every(Array.isArray))) {
    const entries = there.flatMap((value) => Object.values(value as object) as Json[]);
    const rows = entries.filter(isJsonObject);
    if (rows.length < entries.length) return;
    const steps = isMap ? [...path, '*'] : path;
    found.push({ path: steps.join('.') || '.', rows, isMap });
    for (const name of namesOf(rows)) {
      collect(
        rows.map((row) => row[name] ?? null),
        [...path, '*', name],
        true,
        found,
      );
    }
    return;
  }
  // Inside rows only lists count, or those of each row's objects would be lists as well.
  const objects = there.filter(isJsonObject);
  if (isInList || objects.length < there.length) return;
  for (const name of namesOf(objects)) {
    collect(
      objects.map((one) => one[name] ?? null),
      [...path, name],
      isInList,
      found,
    );
  }
}

const namesOf = (rows: readonly JsonObject[]): string[] =>
  [...new Set(rows.flatMap(Object.keys))].filter((name) => isName(name) && !name.includes('.'));

/** Objects that share their names, under names that are none, or under several that are alike. */
function isRowMap(value: Json): boolean {
  if (!isJsonObject(value)) return false;
  const entries = Object.entries(value);
  if (entries.length === 0 || !entries.every(([, one]) => isJsonObject(one))) return false;
  if (entries.every(([name]) => !isName(name))) return true;
  const [first, ...rest] = entries.map(([, one]) => Object.keys(one as JsonObject));
  const names = new Set(first);
  return (
    names.size > 2 &&
    rest.length > 0 &&
    rest.every((keys) => keys.filter((key) => names.has(key)).length * 2 > names.size)
  );
}
