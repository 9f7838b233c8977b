import { base36, hash, SALT, uuid } from './random.ts';
import type { World } from './world.ts';

/** The ids everything is known under. Unique by construction, whatever the size of the history. */

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
