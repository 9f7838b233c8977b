/**
 * Objects of one page mostly have the same keys in the same order. What depends on the keys alone is
 * made once per such shape: comparing keys one by one costs less than looking each of them up.
 */

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
