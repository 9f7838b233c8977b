/** Some webhook variants flatten objects into keys that hold dots: `Customer.phone_mask`. */

import { isJsonObject } from '../../cdk/json.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { getOwn, setOwn } from './values.ts';

/**
 * The path of a flattened key, its head in lower case, when that head is one of `heads`.
 * `Address.city` → `['address', 'city']`. Undefined: the key is a name like any other.
 */
export function splitDotted(name: string, heads: ReadonlySet<string>): string[] | undefined {
  const dot = name.indexOf('.');
  if (dot < 1) return undefined;
  const head = name.slice(0, dot).toLowerCase();
  if (!heads.has(head)) return undefined;
  const rest = name.slice(dot + 1).split('.');
  return rest.includes('') ? undefined : [head, ...rest];
}

/** Writes a value at a path, making the objects on the way; what is there already wins. */
export function setAtPath(target: JsonObject, path: readonly string[], value: Json): void {
  const [name = '', ...rest] = path;
  const there = getOwn(target, name) ?? null;
  if (rest.length === 0) {
    if (there === null) setOwn(target, name, value);
    return;
  }
  if (there !== null && !isJsonObject(there)) return;
  const inner = there ?? {};
  setAtPath(inner, rest, value);
  setOwn(target, name, inner);
}

/** Both objects in one, `first` winning wherever it has a value; neither is changed. */
export function mergeObjects(first: JsonObject, second: JsonObject): JsonObject {
  const merged = { ...first };
  for (const name of Object.keys(second)) {
    const mine = getOwn(first, name) ?? null;
    const theirs = second[name] ?? null;
    if (mine === null) setOwn(merged, name, theirs);
    else if (isJsonObject(mine) && isJsonObject(theirs))
      setOwn(merged, name, mergeObjects(mine, theirs));
  }
  return merged;
}
