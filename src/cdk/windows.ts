import { clip, unite } from './intervals.ts';
import type { Interval, Window, WindowPolicy } from './source.ts';

/** A stretch of time in which the same streams of a reader have something to read. */
export interface Segment extends Interval {
  readonly streams: ReadonlySet<string>;
}

/**
 * Splits what each stream of a reader needs into stretches, oldest first, each with the set of
 * streams that need it: a child with an older state than its parent's gets its history without the
 * parent being printed again.
 */
export function planSegments(needs: ReadonlyMap<string, readonly Interval[]>): Segment[] {
  const edges = new Set<number>();
  for (const intervals of needs.values()) {
    for (const interval of unite(intervals)) edges.add(interval.fromMs).add(interval.toMs);
  }
  const sorted = [...edges].sort((a, b) => a - b);
  const segments: Segment[] = [];
  for (const [index, fromMs] of sorted.entries()) {
    const toMs = sorted[index + 1];
    if (toMs === undefined) break;
    const streams = new Set<string>();
    for (const [stream, intervals] of needs) {
      if (clip(intervals, fromMs, toMs).length > 0) streams.add(stream);
    }
    if (streams.size > 0) segments.push({ fromMs, toMs, streams });
  }
  return segments;
}

export interface PlannedWindow {
  readonly window: Window;
  readonly streams: ReadonlySet<string>;
}

/** Rows after which a checkpoint is wanted; windows shrink and grow to come near it. */
const ROWS_PER_WINDOW = 20_000;

export interface WindowQueue {
  /** The next window to read, or nothing when all were handed out. */
  next(): PlannedWindow | undefined;
  empty(): boolean;
  /** Tells how many rows a window held, so that those to come fit `ROWS_PER_WINDOW`. */
  learn(window: Window, rows: number): void;
}

/**
 * Hands out the windows of some segments one by one. They are cut late, because their best length
 * is learnt on the way: never longer than the policy says, shorter where rows are dense, so that
 * a STATE comes every so many rows even for a large merchant.
 */
export function createWindowQueue(
  segments: readonly Segment[],
  policy: WindowPolicy,
  horizonMs: number | undefined,
): WindowQueue {
  let index = 0;
  let positionMs = segments[0]?.fromMs ?? 0;
  let lengthMs = policy.maxMs;
  const leastMs = Math.min(policy.maxMs, Math.max(policy.alignMs, 60 * 60_000));

  return {
    empty: () => index >= segments.length,
    next() {
      const segment = segments[index];
      if (!segment) return undefined;
      const fromMs = positionMs;
      const toMs = Math.min(segment.toMs, endOfWindow(fromMs, lengthMs, policy));
      positionMs = toMs;
      if (toMs >= segment.toMs) {
        index += 1;
        positionMs = segments[index]?.fromMs ?? 0;
      }
      return { window: { fromMs, toMs, open: toMs === horizonMs }, streams: segment.streams };
    },
    learn(window, rows) {
      const spanMs = window.toMs - window.fromMs;
      const fittingMs = (spanMs * ROWS_PER_WINDOW) / Math.max(rows, 1);
      if (rows > ROWS_PER_WINDOW) lengthMs = Math.max(leastMs, Math.min(lengthMs, fittingMs));
      else lengthMs = Math.min(policy.maxMs, Math.max(lengthMs, Math.min(fittingMs, spanMs * 2)));
    },
  };
}

/** Windows of day-wise endpoints end at midnight, so that no day is asked for twice. */
function endOfWindow(fromMs: number, lengthMs: number, policy: WindowPolicy): number {
  const { alignMs, alignOffsetMs } = policy;
  const alignedMs = Math.floor((fromMs - alignOffsetMs) / alignMs) * alignMs + alignOffsetMs;
  const wholeMs = Math.max(alignMs, Math.floor(lengthMs / alignMs) * alignMs);
  return alignedMs + wholeMs;
}
