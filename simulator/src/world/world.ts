import { base36, hash, SALT, uuid } from './random.ts';
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

/* The ids everything is known under: unique by construction, whatever the size of the history. */

export function requestId(world: World, index: number): string {
  return uuid(world.seed, index, SALT.request);
}

export function sessionId(world: World, index: number): string {
  return `sess_${base36(hash(world.seed, index, SALT.visit))}${index.toString(36)}`;
}

/** Null for one order in fifty: it existed before GoKwik heard of it, and never gets one. */
export function gokwikOid(world: World, index: number): string | null {
  const bits = hash(world.seed, index, SALT.gokwik);
  if (bits % 50 === 0) return null;
  const letters = base36(bits).toUpperCase();
  return `KWIK${letters}${bits % 10}${String(index % 10_000_000).padStart(7, '0')}`;
}

export function moid(index: number): string {
  return String(100_001 + index);
}

const PLATFORM_BASE = 5_600_000_000_000;
const PLATFORM_STEP = 32_768;

/** The shop platform's order id, past 2^31 as the real ones are. */
export function platformOrderId(world: World, index: number): string {
  const jitter = hash(world.seed, index, SALT.gokwik) % PLATFORM_STEP;
  return String(PLATFORM_BASE + index * PLATFORM_STEP + jitter);
}

/** The session behind a platform order id; undefined when none has it. */
export function sessionOfPlatformOrder(world: World, id: string): number | undefined {
  const index = Math.floor((Number(id) - PLATFORM_BASE) / PLATFORM_STEP);
  if (!(index >= 0 && index < world.sessions)) return undefined;
  return platformOrderId(world, index) === id ? index : undefined;
}

/** `pay_…`, `rfnd_…` and the like: unique by entity id. */
export function moneyId(world: World, prefix: string, id: number, salt: number): string {
  return `${prefix}_${base36(hash(world.seed, id, salt))}${base36(hash(world.seed, id, salt + 50))}`;
}

/** Airway bill: fourteen digits, so that it passes 2^31 too. */
export function awbOf(world: World, id: number): string {
  return String(31_000_000_000_000 + hash(world.seed, id, SALT.parcel));
}

/** The shop platform's product ids: thirteen digits, past 2^31. */
export function productId(sku: string): string {
  return `78${sku.slice(4).padStart(11, '0')}`;
}

/** The cart's own id, which the shop platform gave. */
export function cartId(world: World, index: number): string {
  return `${base36(hash(world.seed, index, SALT.cart))}${index.toString(36).padStart(6, '0')}`;
}
