/** Where the rows of an answer of unknown shape are. Pure. */
import { isJsonObject } from '../cdk/json.ts';
import type { Json, JsonObject } from '../cdk/protocol.ts';

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
export const findLists = (body: unknown): List[] => [...listsIn([body as Json], [], false)];

/** @param values what stands at the path, once for each entry of the lists above it. */
function* listsIn(
  values: readonly Json[],
  path: readonly string[],
  isInList: boolean,
): Generator<List> {
  const there = values.filter((value) => value !== null);
  if (path.length > DEEPEST || there.length === 0) return;
  const isMap = there.every(isRowMap);
  const isList = isMap || there.every(Array.isArray);
  // Inside rows only lists count, or those of each row's objects would be lists as well.
  if (isInList && !isList) return;
  const entries = isList ? there.flatMap((one) => Object.values(one as object) as Json[]) : there;
  const objects = entries.filter(isJsonObject);
  if (objects.length < entries.length) return;
  const wrapper = isList ? wrapperOf(objects) : undefined;
  if (wrapper !== undefined) {
    const inner = objects.map((one) => one[wrapper] as JsonObject);
    yield* listsIn([inner], [...path, '*', wrapper], isInList);
    return;
  }
  if (isList) {
    const steps = isMap ? [...path, '*'] : path;
    yield { path: steps.join('.') || '.', rows: objects, isMap };
  }
  const names = new Set(objects.flatMap(Object.keys).filter(isName));
  for (const name of names) {
    const inner = objects.map((one) => one[name] ?? null);
    yield* listsIn(inner, [...path, ...(isList ? ['*'] : []), name], isInList || isList);
  }
}

/** The name under which each entry holds its row, and nothing else but a cursor: `edges.*.node`. */
export function wrapperOf(entries: readonly JsonObject[]): string | undefined {
  const [name, ...others] = Object.keys(entries[0] ?? {}).filter((one) => one !== 'cursor');
  const isWrapped = (one: JsonObject): boolean =>
    isJsonObject(one[name ?? '']) &&
    Object.keys(one).every((key) => key === name || key === 'cursor');
  return others.length === 0 && entries.every(isWrapped) ? name : undefined;
}

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

/** Whether a key looks like a name and may be shown: objects are keyed by a phone or a mail at times. */
export const isName = (key: string): boolean =>
  /^[A-Za-z_][\w-]{0,40}$/.test(key) && !/\d{5}/.test(key);
