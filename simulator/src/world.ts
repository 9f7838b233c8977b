import { hash, SALT } from './random.ts';
import { DAY_MS, wholeSeconds } from './time.ts';

/** Orders per session, as the odds in `visit.ts` and `lifecycle.ts` have it. Measured. */
const ORDERS_PER_SESSION = 0.611;

/** The last event of anything is at most this long after its session began. */
export const HORIZON_MS = 82 * DAY_MS;

/** Entities of one stream that a session can have: attempts, parcels, settlement rows. */
export const SUBS = 4;

/** A merchant's history: its size and its place in time. Everything else follows from the seed. */
export interface World {
  readonly seed: number;
  readonly sessions: number;
  readonly people: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly mid: string;
  /** Updates that no lifecycle foresaw, by `stream:id`: the `shift_page` fault makes them. */
  readonly touched: Map<string, number[]>;
}

export function createWorld(options: {
  seed: number;
  orders: number;
  startMs: number;
  endMs: number;
  mid: string;
}): World {
  const { seed, mid } = options;
  const startMs = wholeSeconds(options.startMs);
  const endMs = wholeSeconds(options.endMs);
  if (!(endMs > startMs)) throw new RangeError('endMs must be after startMs');
  const sessions = Math.max(1, Math.round(options.orders / ORDERS_PER_SESSION));
  const people = Math.max(1, Math.round(sessions * 0.7));
  return { seed, sessions, people, startMs, endMs, mid, touched: new Map() };
}

/** Evenly spread with jitter, so that it grows with the index and needs no table. */
export function sessionMs(world: World, index: number): number {
  const step = (world.endMs - world.startMs) / world.sessions;
  const jitter = hash(world.seed, index, SALT.created) / 0x1_0000_0000;
  return world.startMs + wholeSeconds((index + jitter) * step);
}

/** Sessions that may have begun in `[fromMs, toMs)`, as indexes `[first, end)`; a few more at most. */
export function sessionsIn(world: World, fromMs: number, toMs: number): [number, number] {
  const step = (world.endMs - world.startMs) / world.sessions;
  const at = (ms: number, slack: number) =>
    Math.min(world.sessions, Math.max(0, Math.floor((ms - world.startMs) / step) + slack));
  return [at(fromMs, -1), at(toMs, 2)];
}

export function entityId(index: number, sub: number): number {
  return index * SUBS + sub;
}
