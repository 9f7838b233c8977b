/** What was read of files, as the state of a stream keeps it: small, and relative to the folder. */
import { hash } from 'node:crypto';
import { isJsonObject } from '../../cdk/json.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import type { DateOrder } from './cells.ts';

/**
 * Of a file: its size in bytes, its moment (epoch ms) and its server's tag when it was opened,
 * whether it was read to its end, and the streams that it has rows of. Of a text in it: the bytes
 * (unpacked) and rows that were read, the SHA-256 of those bytes, by which a file that grew is told
 * from one that changed, and the order in which its dates were read.
 */
export interface Mark {
  readonly size?: number;
  readonly modifiedMs?: number;
  readonly tag?: string;
  readonly done?: true;
  readonly feeds?: readonly string[];
  readonly offset?: number;
  readonly rows?: number;
  readonly hash?: string;
  readonly order?: DateOrder;
}

/**
 * Finished files, of which nothing is kept but their number and the sum of their digests: those
 * from one place to another in the order of time and name, both included.
 */
interface Range {
  readonly from: string;
  readonly until: string;
  readonly files: number;
  readonly sum: number;
}

export interface Book {
  readonly marks: Map<string, Mark>;
  ranges: readonly Range[];
}

/** A file in the order in which files are read: by its moment, then by its name. */
export interface Ordered {
  readonly key: string;
  /** ISO moment and name; undefined: behind an address, which has no place in the order. */
  readonly place: string | undefined;
  /** Of name, size and moment: 48 bits. */
  readonly digest: number;
  /** Streams that it may feed by the config. */
  readonly wanted: readonly string[];
}

/** Newest finished files that keep a mark of their own, which one that grows needs. */
const KEPT_FILES = 500;
/** Files that one range stands for: as many are read again when one of them is gone. */
const RANGE_FILES = 1000;
const SUM_END = 2 ** 48;

export const digestOf = (text: string): number =>
  Number.parseInt(hash('sha1', text).slice(0, 12), 16);

const sumOf = (files: readonly Ordered[]): number =>
  files.reduce((total, { digest }) => (total + digest) % SUM_END, 0);

/** Entries that make no sense are left out: their files are read again. */
export function readBook(bookmark: JsonObject | undefined): Book {
  const marks = new Map<string, Mark>();
  const { read, older } = bookmark ?? {};
  for (const [name, value] of Object.entries(isJsonObject(read) ? read : {})) {
    if (isJsonObject(value)) marks.set(name, readMark(value));
  }
  const ranges = (Array.isArray(older) ? older : []).flatMap((value): Range[] => {
    const { from, until, files, sum } = isJsonObject(value) ? value : {};
    if (typeof from !== 'string' || typeof until !== 'string') return [];
    if (typeof files !== 'number') return [];
    return [{ from, until, files, sum: Number.parseInt(String(sum), 16) }];
  });
  return { marks, ranges };
}

function readMark(value: JsonObject): Mark {
  const { size, modified, tag, done, feeds, offset, rows, hash: digest, dates } = value;
  const modifiedMs = typeof modified === 'string' ? Date.parse(modified) : Number.NaN;
  const isText = typeof offset === 'number' && typeof rows === 'number';
  return {
    ...(typeof size === 'number' && { size }),
    ...(!Number.isNaN(modifiedMs) && { modifiedMs }),
    ...(typeof tag === 'string' && { tag }),
    ...(done === true && { done }),
    ...(Array.isArray(feeds) && { feeds: feeds.map(String) }),
    ...(isText && typeof digest === 'string' && { offset, hash: digest }),
    ...(typeof rows === 'number' && { rows }),
    ...((dates === 'day-first' || dates === 'month-first') && { order: dates }),
  };
}

export function writeBook({ marks, ranges }: Book): JsonObject {
  const read: JsonObject = {};
  for (const [name, { modifiedMs, order, feeds, ...mark }] of marks) {
    read[name] = {
      ...mark,
      ...(modifiedMs !== undefined && { modified: new Date(modifiedMs).toISOString() }),
      ...(feeds && { feeds: [...feeds] }),
      ...(order && { dates: order }),
    };
  }
  const older = ranges.map(({ sum, ...range }) => ({ ...range, sum: sum.toString(16) }));
  return { read, ...(older.length > 0 && { older }) };
}

interface Version {
  readonly size: number | undefined;
  readonly modifiedMs: number | undefined;
}

/** Whether a mark is of the file as it lies there. */
export const isSameVersion = (mark: Mark | undefined, { size, modifiedMs }: Version): boolean =>
  mark !== undefined && size !== undefined && mark.size === size && mark.modifiedMs === modifiedMs;

/**
 * The files that the ranges of a stream stand for, if they are still exactly those: a range of which
 * one is gone, changed or new counts for nothing, so that its files are read again and none is missed.
 */
export function settledByRanges(
  stream: string,
  book: Book,
  files: readonly Ordered[],
): Set<string> {
  const settled = new Set<string>();
  const good: Range[] = [];
  for (const range of book.ranges) {
    const { from, until } = range;
    const inside = files.filter(
      ({ key, place = '', wanted }) =>
        place >= from && place <= until && wanted.includes(stream) && !book.marks.has(key),
    );
    if (inside.length !== range.files || sumOf(inside) !== range.sum) continue;
    good.push(range);
    for (const { key } of inside) settled.add(key);
  }
  book.ranges = good;
  return settled;
}

/**
 * Puts the marks of all but the newest finished files into ranges, in all books alike: what a book
 * knows of a file that is none of its stream may stand in another one.
 *
 * @param files in their order.
 * @param isRead whether nothing of a file is left to read for a stream.
 */
export function foldBooks<File extends Ordered>(
  books: ReadonlyMap<string, Book>,
  files: readonly File[],
  isRead: (stream: string, file: File, at: number) => boolean,
): void {
  const done = new Set<string>();
  for (const { marks } of books.values()) {
    for (const [name, mark] of marks) if (mark.done) done.add(name);
  }
  if (done.size <= KEPT_FILES * 2) return;
  let kept = 0;
  let end = files.length;
  while (end > 0 && kept < KEPT_FILES) {
    end -= 1;
    if (done.has(files[end]?.key ?? '')) kept += 1;
  }
  for (const [stream, book] of books) {
    const { marks } = book;
    const runs: File[][] = [[]];
    for (const [at, file] of files.slice(0, end).entries()) {
      const { key, place, wanted } = file;
      const isOpen = marks.has(key) && !marks.get(key)?.done;
      if (place === undefined || !wanted.includes(stream) || isOpen) continue;
      const run = runs.at(-1);
      // A range has no gaps: what is not read yet stands between two of them.
      if (!isRead(stream, file, at)) runs.push([]);
      else if (run && run.length < RANGE_FILES) run.push(file);
      else runs.push([file]);
    }
    const folded = runs.filter((run) => run.length > 0);
    book.ranges = folded.map(
      (run): Range => ({
        from: run[0]?.place ?? '',
        until: run.at(-1)?.place ?? '',
        files: run.length,
        sum: sumOf(run),
      }),
    );
    const gone = new Set(folded.flat().map(({ key }) => key));
    for (const name of [...marks.keys()]) if (isPartOf(name, gone)) marks.delete(name);
  }
}

/** Whether a mark is of one of the files, or of a text inside one. */
export function isPartOf(name: string, files: ReadonlySet<string>): boolean {
  if (files.has(name)) return true;
  for (let at = name.indexOf('/'); at !== -1; at = name.indexOf('/', at + 1)) {
    if (files.has(name.slice(0, at))) return true;
  }
  return false;
}
