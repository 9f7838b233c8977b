/** A seeded source of chance: one seed replays one run. */
export interface Chance {
  /** In `[0, 1)`. */
  next(): number;
  /** A whole number in `[from, to]`. */
  whole(from: number, to: number): number;
  pick<T>(items: readonly T[]): T;
  /** Another source that depends on this seed and a name, and on nothing drawn before. */
  fork(name: string | number): Chance;
}

export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  // mulberry32: small, and good enough to scatter kills.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    whole: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick<T>(items: readonly T[]): T {
      return items[Math.floor(next() * items.length)] as T;
    },
    fork: (name) => createChance(hashText(`${seed}:${name}`)),
  };
}

function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
