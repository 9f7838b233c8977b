import type { Interval } from './source.ts';

/*
 * Sets of instants as sorted lists of disjoint, non-touching, non-empty intervals. Pure.
 */

/** The set that holds every instant of any of the given intervals, in any order. */
export function unite(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.filter((i) => i.toMs > i.fromMs).sort((a, b) => a.fromMs - b.fromMs);
  const set: Interval[] = [];
  for (const next of sorted) {
    const last = set.at(-1);
    if (last && next.fromMs <= last.toMs) {
      set[set.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, next.toMs) };
    } else {
      set.push({ fromMs: next.fromMs, toMs: next.toMs });
    }
  }
  return set;
}

/** What of `set` is not in `removed`. Both may be any lists; the result is a set. */
export function subtract(set: readonly Interval[], removed: readonly Interval[]): Interval[] {
  const holes = unite(removed);
  const rest: Interval[] = [];
  for (const whole of unite(set)) {
    let fromMs = whole.fromMs;
    for (const hole of holes) {
      if (hole.toMs <= fromMs) continue;
      if (hole.fromMs >= whole.toMs) break;
      if (hole.fromMs > fromMs) rest.push({ fromMs, toMs: hole.fromMs });
      fromMs = hole.toMs;
    }
    if (fromMs < whole.toMs) rest.push({ fromMs, toMs: whole.toMs });
  }
  return rest;
}

/** The part of `set` inside `[fromMs, toMs)`. */
export function clip(set: readonly Interval[], fromMs: number, toMs: number): Interval[] {
  return unite(
    set.map((i) => ({ fromMs: Math.max(i.fromMs, fromMs), toMs: Math.min(i.toMs, toMs) })),
  );
}

/** The interval of a set that holds `[ms, ms + something)`, if any. */
export function holding(set: readonly Interval[], ms: number): Interval | undefined {
  return set.find((i) => i.fromMs <= ms && ms < i.toMs);
}
