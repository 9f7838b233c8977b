/**
 * Objects of one page mostly have the same keys in the same order. What depends on the keys alone is
 * made once per such shape: comparing keys one by one costs less than looking each of them up.
 */

import type { Json, JsonObject } from '../../cdk/protocol.ts';

/** Shapes remembered; what further ones need is made each time (I8). */
const REMEMBERED = 16;

/** `make` is told whether its result will be remembered, and so worth an effort. */
export function rememberShapes<T>(
  make: (keys: readonly string[], remembered: boolean) => T,
): (keys: readonly string[]) => T {
  const shapes: { keys: readonly string[]; made: T }[] = [];
  let latest: (typeof shapes)[number] | undefined;
  return (keys) => {
    if (latest !== undefined && haveSameKeys(latest.keys, keys)) return latest.made;
    const known = shapes.find((shape) => haveSameKeys(shape.keys, keys));
    const isKept = shapes.length < REMEMBERED;
    latest = known ?? { keys, made: make(keys, isKept) };
    if (known === undefined && isKept) shapes.push(latest);
    return latest.made;
  };
}

function haveSameKeys(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/**
 * A row of nulls to copy. Adding some 40 fields one by one would turn each row into a hash table
 * (V8 does so from 12 on), which is slow to fill and to print; a copy of a parsed row has its fields
 * in place. It is parsed with values of each kind first, so that V8 expects any kind in any field.
 */
export function shapeRow(names: readonly string[]): JsonObject {
  const parse = (value: Json): JsonObject =>
    JSON.parse(JSON.stringify(Object.fromEntries(names.map((name) => [name, value]))));
  for (const value of [1, 1.5, 'text', true, {}]) parse(value);
  return parse(null);
}
