/** Binary search. */

/** The first place whose number is at least `value`. */
export function lowerBound(sorted: Float64Array, value: number): number {
  return bisect(sorted.length, (at) => (sorted[at] ?? 0) < value);
}

/** The first place that comes after `value` in this order. */
export function upperBound(
  sorted: Float64Array,
  value: number,
  compare: (a: number, b: number) => number,
): number {
  return bisect(sorted.length, (at) => compare(sorted[at] ?? 0, value) <= 0);
}

/** The first place of `length` that is not before; places before come first. */
export function bisect(length: number, isBefore: (at: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
