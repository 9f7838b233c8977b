/** Names of members, recognised in a text without making strings of them. */
import type { Scan } from '../../http/scan.ts';
import { isNamed } from './raw.ts';

/** What stands for a name, and which name came behind it last time, as it mostly does again. */
interface Known<T> {
  readonly name: string;
  readonly codes: Buffer;
  readonly what: T;
  next: Known<T> | undefined;
}

export interface Names<T> {
  /** Stands before the first name. */
  readonly start: Known<T>;
  find(name: string, previous: Known<T>): Known<T>;
  /** Of the name at a place; of a coded scan, its bytes, a character each. */
  findAt(scan: Scan, place: number, previous: Known<T>): Known<T>;
}

/** Names that are remembered; of further ones `make` is asked each time (I8). */
const REMEMBERED = 2000;

export function createNames<T>(make: (name: string) => T): Names<T> {
  const known = new Map<string, Known<T>>();

  function lookUp(name: string): Known<T> {
    const found = known.get(name);
    if (found !== undefined) return found;
    const made = { name, codes: Buffer.from(name, 'latin1'), what: make(name), next: undefined };
    if (known.size < REMEMBERED) known.set(name, made);
    return made;
  }

  function find(name: string, previous: Known<T>): Known<T> {
    const { next } = previous;
    if (next?.name === name) return next;
    previous.next = lookUp(name);
    return previous.next;
  }

  return {
    start: { name: '', codes: Buffer.alloc(0), what: make(''), next: undefined },
    find,
    findAt(scan, place, previous) {
      const { next } = previous;
      if (next !== undefined && isNamed(scan, place, next.codes)) return next;
      const { codes, spans } = scan;
      const end = (spans[place + 1] as number) - 1;
      return find(codes.toString('latin1', (spans[place] as number) + 1, end), previous);
    },
  };
}
