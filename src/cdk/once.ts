import { crc32 } from 'node:zlib';

/*
 * I12: a run prints a row again only if it changed. Windows overlap and pages drift, so the same row
 * comes more than once: soon after, since windows that touch are read one after the other.
 */

/** A slot is 64 bits of the key's hash, and the text's checksum of 32. */
const WORDS = 3;
/**
 * Two tables of so many slots are 12 MiB (I8). They hold the last 390,000 rows at least, which is the
 * windows that are read at once by default several times over; of older ones it forgets, and would
 * print them twice. Of 2^32 changes of a row it takes one for none, until the row is read again.
 */
const MOST_SLOTS = 2 ** 19;

/** What a run has printed, by key and content. */
export function createPrinted(mostSlots = MOST_SLOTS) {
  // At once: the system gives memory for what is written to, and nothing grows with the run.
  let young = new Uint32Array(mostSlots * WORDS);
  let old = new Uint32Array(mostSlots * WORDS);
  let used = 0;

  return {
    /**
     * Whether the row was not printed yet, or in another form; it counts as printed from here on.
     * @param text the whole row as it is printed
     */
    isNew(stream: string, key: string, text: string): boolean {
      const [a, b] = hashKey(`${stream}\n${key}`);
      const sum = crc32(text);
      const at = findSlot(young, a, b);
      const isKnown = young[at + 1] !== 0;
      const table = isKnown ? young : old;
      const place = isKnown ? at : findSlot(old, a, b);
      if (table[place + 1] !== 0 && table[place + 2] === sum) return false;
      young[at] = a;
      young[at + 1] = b;
      young[at + 2] = sum;
      if (!isKnown) used += 1;
      if (used >= mostSlots * 0.75) {
        [old, young] = [young, old.fill(0)];
        used = 0;
      }
      return true;
    },
  };
}

/** Where the key is, or the free slot for it. A table is never full. */
function findSlot(table: Uint32Array, a: number, b: number): number {
  const mask = table.length / WORDS - 1;
  for (let slot = a & mask; ; slot = (slot + 1) & mask) {
    const at = slot * WORDS;
    if (table[at + 1] === 0 || (table[at] === a && table[at + 1] === b)) return at;
  }
}

/** Two halves of 32 bits, the second never 0, which marks a free slot. Keys are short. */
function hashKey(text: string): [number, number] {
  let a = 0x9e3779b9;
  let b = 0x85ebca6b;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x5bd1e995);
    b ^= b >>> 15;
  }
  a = Math.imul(a ^ (a >>> 16) ^ b, 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 13) ^ a, 0x27d4eb2f);
  return [(a ^ (a >>> 15)) >>> 0, ((b ^ (b >>> 16)) | 1) >>> 0];
}
