/**
 * Randomness that can be asked out of order: every value is a pure function of (seed, index, salt),
 * so session 731,204 can be described without describing the ones before it.
 */

/** Numbers in [0, 1), one after another. */
export type Draw = () => number;

/** What a sequence of draws is for. Each purpose has its own, so adding a draw moves no other. */
export const SALT = {
  created: 1,
  plan: 2,
  person: 3,
  place: 4,
  cart: 5,
  visit: 6,
  words: 7,
  wire: 8,
  request: 9,
  gokwik: 13,
  payment: 14,
  refund: 15,
  parcel: 16,
  shuffle: 17,
  batch: 18,
  secrets: 19,
  webhook: 20,
  mishap: 21,
} as const;

/** Mixes 32 bits so that neighbours come out unrelated. A bijection: distinct in, distinct out. */
function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}

/** 32 bits for an index. For one seed and salt no two indexes collide: ids are made of it. */
export function hash(seed: number, index: number, salt: number): number {
  return mix((mix(Math.imul(salt, 0x9e3779b1) ^ mix(seed)) + index) | 0);
}

export function draws(seed: number, index: number, salt: number): Draw {
  let state = hash(seed, index, salt);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return mix(state) / 0x1_0000_0000;
  };
}

/** A whole number in [low, high]. */
export function between(draw: Draw, low: number, high: number): number {
  return low + Math.floor(draw() * (high - low + 1));
}

/** In [low, high), crowded towards `low` the more, the higher the power. */
export function skewed(draw: Draw, low: number, high: number, power: number): number {
  return low + (high - low) * draw() ** power;
}

export function pick<T>(draw: Draw, list: readonly [T, ...T[]]): T {
  return list[Math.floor(draw() * list.length)] ?? list[0];
}

/** 32 bits as exactly seven base-36 digits. */
export function base36(bits: number): string {
  return bits.toString(36).padStart(7, '0');
}

function hex(bits: number): string {
  return bits.toString(16).padStart(8, '0');
}

export function uuid(seed: number, index: number, salt: number): string {
  const a = hex(hash(seed, index, salt));
  const b = hex(hash(seed, index, salt + 100));
  const c = hex(hash(seed, index, salt + 200));
  const d = hex(hash(seed, index, salt + 300));
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-a${c.slice(1, 4)}-${c.slice(4)}${d}`;
}

/** Random letters and digits of a given length, for credentials. */
export function token(seed: number, index: number, length: number): string {
  let text = '';
  for (let part = 0; text.length < length; part += 1) {
    text += base36(hash(seed, index * 1000 + part, SALT.secrets));
  }
  return text.slice(0, length);
}

export function chance(draw: Draw, share: number): boolean {
  return draw() < share;
}
