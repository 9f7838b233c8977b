import type { Interval } from './source.ts';
import type { StreamState } from './state.ts';

/*
 * What a run has to read of one stream, and what may be said of it at any moment. Pure: `nowMs`
 * is passed in. All instants are epoch milliseconds.
 */

/**
 * A run reads up to its start less this. Rows become visible some time after their stamp, and a
 * row stamped "now" may share its second with one that is not there yet (I5).
 */
export const SAFETY_MS = 5 * 60_000;

/** A saved cursor may lie this far ahead of our clock before it counts as one from the future. */
const FUTURE_TOLERANCE_MS = 10 * 60_000;

/** How far back a run reads between two that read the whole lookback. */
const SHALLOW_MS = 24 * 60 * 60_000;

export interface Bounds {
  readonly startMs: number;
  /** Exclusive end that the user set, if any. */
  readonly endMs: number | undefined;
  readonly lookbackMs: number;
  /** How long the lookback need not be read again; 0: it is read by every run. */
  readonly lookbackEveryMs: number;
  /** See `WindowPolicy.overlapMs`. */
  readonly overlapMs: number;
  readonly nowMs: number;
}

export interface Progress {
  /** What is still to be read, oldest first. */
  readonly pending: readonly Interval[];
  /** Where the newest pending interval ends because time ends there: the end of an open window. */
  readonly horizonMs: number | undefined;
  /** The saved cursor lies in the future: nothing is read and the state stays as it is. */
  readonly future: boolean;
  /** Notes that a window was read to its end. */
  finish(window: Interval): void;
  /** What may be saved now. `ceilingMs`: what the server's clock allows to be called past (I5). */
  state(ceilingMs: number): StreamState;
  /** What may be saved once every pending interval is finished. */
  complete(ceilingMs: number): StreamState;
}

/**
 * Plans a run from the saved state. The lookback moves where reading starts, never what is saved
 * (I3). A run that was interrupted goes on: what it finished is not read again (I4), and the saved
 * cursor will end where that run would have put it, since the windows that it finished were read
 * then: later changes to them are found by the next run's lookback, counted from there.
 */
export function planRun(saved: StreamState | undefined, bounds: Bounds): Progress {
  const { startMs, endMs, nowMs } = bounds;
  const presentMs = nowMs - SAFETY_MS;
  const toMs = endMs === undefined ? presentMs : Math.min(endMs, presentMs);
  if (saved && saved.cursorMs > nowMs + FUTURE_TOLERANCE_MS)
    return nothingToRead(saved, saved, true);

  const kept = saved && keepsHistory(saved, startMs) ? saved : undefined;
  const base = kept ?? { fromMs: startMs, cursorMs: startMs };
  const deepTailMs = kept ? deepTail(kept, bounds) : startMs;
  const isDeep = isDeepDue(kept?.deep, deepTailMs, bounds);
  const shallowMs = Math.max(Math.min(bounds.lookbackMs, SHALLOW_MS), bounds.overlapMs);
  const tailMs = isDeep ? deepTailMs : Math.max(startMs, base.cursorMs - shallowMs);
  const before = kept?.run;
  const run = {
    startedMs: before?.startedMs ?? nowMs,
    toMs: Math.max(startMs, before ? Math.min(before.toMs, toMs) : toMs),
  };
  const needed = [
    { fromMs: tailMs, toMs },
    { fromMs: startMs, toMs: Math.min(base.fromMs, toMs) },
  ];
  let done = unite(before?.done ?? []);
  const pending = subtract(needed, done);

  /** The end of what is read without a hole from the beginning of the tail (I2). */
  const watermark = (): number => holding(done, tailMs)?.toMs ?? tailMs;
  /** The beginning of what is read without a hole up to the known history. */
  const earliest = (): number => {
    const reached = done.find((i) => i.fromMs < base.fromMs && i.toMs >= base.fromMs);
    return reached ? Math.max(startMs, reached.fromMs) : base.fromMs;
  };

  return {
    pending,
    horizonMs: endMs === undefined || endMs > presentMs ? presentMs : undefined,
    future: false,
    finish(window) {
      done = unite([...done, window]);
    },
    state(ceilingMs) {
      const cursorMs = Math.max(base.cursorMs, Math.min(watermark(), run.toMs, ceilingMs));
      // What the server's clock has not reached can still change: it is not finished for good.
      return {
        fromMs: earliest(),
        cursorMs,
        ...(kept?.deep && { deep: kept.deep }),
        run: { ...run, done: clip(done, Number.NEGATIVE_INFINITY, ceilingMs) },
      };
    },
    complete(ceilingMs) {
      const deep = isDeep
        ? { fromMs: deepTailMs, toMs: Math.min(run.toMs, ceilingMs) }
        : kept?.deep;
      return {
        // History that a bounded run did not join to what is known stays unclaimed.
        fromMs: toMs >= base.fromMs ? Math.min(base.fromMs, startMs) : base.fromMs,
        cursorMs: Math.max(base.cursorMs, Math.min(run.toMs, ceilingMs)),
        ...(deep && bounds.lookbackEveryMs > 0 && { deep }),
      };
    },
  };
}

/**
 * Where a run begins that reads the whole lookback: so far before the end of the last such run, not before
 * the cursor, which runs between the two have moved on: what changed since was then within the lookback.
 */
const deepTail = (
  { cursorMs, deep }: StreamState,
  { startMs, lookbackMs, overlapMs }: Bounds,
): number =>
  Math.max(startMs, Math.min(cursorMs, deep?.toMs ?? cursorMs) - Math.max(lookbackMs, overlapMs));

/** It is due after its time, and where it reaches further back than the last one did (I3). */
const isDeepDue = (
  deep: Interval | undefined,
  tailMs: number,
  { lookbackEveryMs: everyMs, nowMs }: Bounds,
): boolean => everyMs === 0 || !deep || nowMs - deep.toMs >= everyMs || tailMs < deep.fromMs;

/**
 * A start date past all that was read begins a new history: what lies between is not claimed. So
 * does an earlier one before anything was read: the old start may lie ahead of the server's clock,
 * and no more than that clock allows may be claimed (I5).
 */
function keepsHistory(saved: StreamState, startMs: number): boolean {
  const isEmpty = saved.fromMs === saved.cursorMs && !saved.run?.done.length;
  return saved.cursorMs >= startMs && !(isEmpty && startMs < saved.fromMs);
}

/**
 * For a stream without an endpoint: nothing is read by time, and no time is claimed, so that an
 * endpoint which is switched on later is read from the start date on.
 */
export function planFilesOnly(saved: StreamState | undefined, bounds: Bounds): Progress {
  const base = saved ?? { fromMs: bounds.startMs, cursorMs: bounds.startMs };
  const run = { startedMs: bounds.nowMs, toMs: base.cursorMs, done: [] };
  return nothingToRead({ run, ...base }, base, false);
}

const nothingToRead = (state: StreamState, complete: StreamState, future: boolean): Progress => ({
  pending: [],
  horizonMs: undefined,
  future,
  finish() {},
  state: () => state,
  complete: () => complete,
});

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
