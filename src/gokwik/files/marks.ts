/** What was read of files, as the state of a stream keeps it: small, and relative to the folder. */
import { hash } from 'node:crypto';
import { isJsonObject } from '../../cdk/json.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import type { DateOrder } from './cells.ts';

/**
 * Of a file: its size in bytes, its moment (epoch ms) and its server's tag when it was opened,
 * whether it was read to its end, and the streams that it has rows of. Of a text in it: the bytes
 * (unpacked) and rows that were read, the SHA-256 of those bytes, by which a file that grew is told
 * from one that changed, and the order in which its dates were read. Of a store that tells the MD5 of
 * the whole: its state at the last full block of them, so that what comes behind is enough to tell.
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
  readonly md5?: string;
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
  /** Digests of files that were not read to their end and keep no mark: no range speaks of them. */
  open: ReadonlySet<number>;
}

/** A file in the order in which files are read: by its moment, then by its name. */
export interface Ordered {
  readonly key: string;
  /** Epoch ms; undefined: behind an address, which has no place in the order. */
  readonly modifiedMs: number | undefined;
  /** Of name, size and moment: 48 bits. */
  readonly digest: number;
  /** Streams that it may feed by the config. */
  readonly wanted: readonly string[];
}

/** Where it stands in the order of files: ISO moment and name. It is not kept: there may be 100,000. */
const placeOf = ({ key, modifiedMs }: Ordered): string =>
  modifiedMs === undefined ? '\uffff' : `${new Date(modifiedMs).toISOString()} ${key}`;

export const compareFiles = (a: Ordered, b: Ordered): number =>
  (a.modifiedMs ?? Number.POSITIVE_INFINITY) - (b.modifiedMs ?? Number.POSITIVE_INFINITY) ||
  compare(a.key, b.key);

/** The number of files that stand before a place. */
function countBefore(files: readonly Ordered[], place: string): number {
  let [from, to] = [0, files.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (placeOf(files[middle] as Ordered) < place) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Newest files that keep a mark of their own, which one that grows needs. */
const KEPT_FILES = 500;

/** Where those begin, of so many files; of few, all keep theirs. */
export const beginOfKept = (files: number): number =>
  files > KEPT_FILES * 2 ? files - KEPT_FILES : 0;
/** Files that one range stands for: as many are read again when one of them is gone. */
const RANGE_FILES = 1000;
const SUM_END = 2 ** 48;
/** Files that are not finished, of which nothing but a digest is kept. */
const MOST_OPEN = 5000;
/** Of more files than fit they are wider, not more. */
const MOST_RANGES = 120;
/** Bytes of what a stream keeps of files, whatever is in the folder; of marks, so many of them. */
const MOST_BYTES = 190_000;
const MARK_BYTES = 120_000;
/** Of them after a fold, those of the newest files; there is room for more to come. */
const KEPT_BYTES = 80_000;
/** Texts of one file, a zip, that keep a mark: of a sync that is broken off in the middle of it. */
export const MOST_PARTS = 200;
/** Bytes of a name in a state. What is longer is told by its beginning and a digest of the whole. */
const LONGEST_NAME = 140;
const DIGEST_HEX = 12;

/** A name as it stands in a state, however long it is. */
export function shortenName(name: string): string {
  if (bytesOf(name) <= LONGEST_NAME) return name;
  let beginning = name.slice(0, LONGEST_NAME);
  while (bytesOf(beginning) > LONGEST_NAME - DIGEST_HEX - 1) beginning = beginning.slice(0, -1);
  return `${beginning.replace(/[\ud800-\udbff]$/, '')}~${hash('sha1', name).slice(0, DIGEST_HEX)}`;
}

export const digestOf = (text: string): number =>
  Number.parseInt(hash('sha1', text).slice(0, DIGEST_HEX), 16);

const sumOf = (files: readonly Ordered[]): number =>
  files.reduce((total, { digest }) => (total + digest) % SUM_END, 0);

/** Entries that make no sense are left out: their files are read again. */
export function readBook(bookmark: JsonObject | undefined): Book {
  const marks = new Map<string, Mark>();
  const { read, older, open } = bookmark ?? {};
  for (const [name, value] of Object.entries(isJsonObject(read) ? read : {})) {
    if (isJsonObject(value)) marks.set(name, readMark(value));
  }
  const ranges = (Array.isArray(older) ? older : []).flatMap((value): Range[] => {
    const { from, until, files, sum } = isJsonObject(value) ? value : {};
    if (typeof from !== 'string' || typeof until !== 'string') return [];
    if (typeof files !== 'number') return [];
    return [{ from, until, files, sum: Number.parseInt(String(sum), 16) }];
  });
  const digests = typeof open === 'string' ? (open.match(/[0-9a-f]{12}/g) ?? []) : [];
  return { marks, ranges, open: new Set(digests.map((hex) => Number.parseInt(hex, 16))) };
}

function readMark(value: JsonObject): Mark {
  const { size, modified, tag, done, feeds, offset, rows, hash: digest, md5, dates } = value;
  const modifiedMs = typeof modified === 'string' ? Date.parse(modified) : Number.NaN;
  const isText = typeof offset === 'number' && typeof rows === 'number';
  return {
    ...(typeof size === 'number' && { size }),
    ...(!Number.isNaN(modifiedMs) && { modifiedMs }),
    ...(typeof tag === 'string' && { tag }),
    ...(done === true && { done }),
    ...(Array.isArray(feeds) && { feeds: feeds.map(String) }),
    ...(isText && typeof digest === 'string' && { offset, hash: digest }),
    ...(isText && typeof md5 === 'string' && { offset, md5 }),
    ...(typeof rows === 'number' && { rows }),
    ...((dates === 'day-first' || dates === 'month-first') && { order: dates }),
  };
}

/**
 * Never more than `MOST_BYTES`: what finds no room is read again. Marks of whole files go before those
 * of texts in them, younger ones before older ones.
 */
export function writeBook({ marks, ranges, open }: Book): JsonObject {
  const older = ranges.map(({ sum, ...range }) => ({ ...range, sum: sum.toString(16) }));
  const digests = shown([...open]).map((digest) => digest.toString(16).padStart(DIGEST_HEX, '0'));
  let left = MOST_BYTES - bytesOf(older) - digests.length * DIGEST_HEX;
  const entries = [...marks].map(([name, mark]): [string, JsonObject] => [name, writeMark(mark)]);
  let kept = entries;
  if (weightOf(marks) > MARK_BYTES) {
    const isText = ([, mark]: [string, JsonObject]): boolean => mark.size === undefined;
    const ranked = [...entries.filter(isText), ...entries.filter((one) => !isText(one))].reverse();
    const fits = new Set<string>();
    for (const [name, mark] of ranked) {
      left -= bytesOf(name) + bytesOf(mark) + 2;
      if (left < 0) break;
      fits.add(name);
    }
    kept = entries.filter(([name]) => fits.has(name));
  }
  return {
    read: Object.fromEntries(kept),
    ...(older.length > 0 && { older }),
    ...(digests.length > 0 && { open: digests.join('') }),
  };
}

function writeMark({ modifiedMs, order, feeds, ...mark }: Mark): JsonObject {
  return {
    ...mark,
    ...(modifiedMs !== undefined && { modified: new Date(modifiedMs).toISOString() }),
    ...(feeds && { feeds: [...feeds] }),
    ...(order && { dates: order }),
  };
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** About the bytes of a mark in a state, seldom less. */
const weigh = (name: string, { feeds, hash: digest, md5, tag }: Mark): number =>
  bytesOf(name) +
  90 +
  (feeds?.join().length ?? 0) +
  (digest ? 70 : 0) +
  (md5?.length ?? 0) +
  (tag?.length ?? 0);

function weightOf(marks: ReadonlyMap<string, Mark>): number {
  let sum = 0;
  for (const [name, mark] of marks) sum += weigh(name, mark);
  return sum;
}

/** Of what is not finished, in the order of the files: the youngest. */
const shown = <T>(open: readonly T[]): readonly T[] => open.slice(-MOST_OPEN);

interface Version {
  readonly size: number | undefined;
  readonly modifiedMs: number | undefined;
  readonly tag?: string | undefined;
}

/** Whether a mark is of the file as it lies there. */
export const isSameVersion = (
  mark: Mark | undefined,
  { size, modifiedMs, tag }: Version,
): boolean =>
  mark !== undefined &&
  (size !== undefined || tag !== undefined) &&
  mark.size === size &&
  mark.modifiedMs === modifiedMs &&
  mark.tag === tag;

/**
 * The files that the ranges of a stream stand for, if they are still exactly those: a range of which
 * one is gone, changed or new counts for nothing, so that its files are read again and none is missed.
 *
 * @param files in their order.
 * @param isWhole whether all files are there; where a store could not be asked, ranges are believed.
 */
export function settledByRanges(
  stream: string,
  book: Book,
  files: readonly Ordered[],
  isWhole = true,
): Set<string> {
  const settled = new Set<string>();
  const good: Range[] = [];
  for (const range of book.ranges) {
    const { from, until } = range;
    const inside = files
      .slice(countBefore(files, from), countBefore(files, `${until}\0`))
      .filter(
        ({ key, digest, wanted }) =>
          wanted.includes(stream) && !book.marks.has(key) && !book.open.has(digest),
      );
    if (isWhole && (inside.length !== range.files || sumOf(inside) !== range.sum)) continue;
    good.push(range);
    for (const { key } of inside) settled.add(key);
  }
  book.ranges = good;
  return settled;
}

/**
 * Puts all but the newest files into ranges, or into the digests of those that are not finished, in all
 * books alike: what a book knows of a file that is none of its stream may stand in another one.
 *
 * @param files in their order.
 * @param isRead whether nothing of a file is left to read for a stream, if it is finished.
 * @param keys of all files, where they are at hand.
 */
export function foldBooks<File extends Ordered>(
  books: ReadonlyMap<string, Book>,
  files: readonly File[],
  isRead: (stream: string, file: File, at: number) => boolean,
  keys: ReadonlySet<string> = new Set(files.map(({ key }) => key)),
): void {
  const heaviest = Math.max(...[...books.values()].map(({ marks }) => weightOf(marks)));
  if (beginOfKept(files.length) === 0 && heaviest <= MARK_BYTES) return;
  const weights = new Map([...books].map(([name, { marks }]) => [name, weighFiles(marks, keys)]));
  const end = findKept(books, files, [...weights.values()]);
  for (const [stream, book] of books) {
    foldBook(stream, book, files, end, weights.get(stream) ?? new Map(), isRead);
  }
}

/** Where those begin that keep their marks: the newest ones, in every book less than it may hold. */
function findKept(
  books: ReadonlyMap<string, Book>,
  files: readonly Ordered[],
  weights: readonly ReadonlyMap<string, number>[],
): number {
  const sums = weights.map(() => 0);
  // What a range stands for has no mark to go back to.
  const ranges = [...books.values()].flatMap((book) => book.ranges.map(({ until }) => until));
  const folded = ranges.sort().at(-1) ?? '';
  const begin = beginOfKept(files.length);
  let end = files.length;
  for (; end > begin; end -= 1) {
    const file = files[end - 1] as Ordered;
    if (placeOf(file) <= folded) break;
    for (const [at, weight] of weights.entries()) {
      sums[at] = (sums[at] ?? 0) + (weight.get(file.key) ?? 0);
    }
    if (sums.some((sum) => sum > KEPT_BYTES)) break;
  }
  return end;
}

/** File → what its marks and those of the texts in it weigh. */
function weighFiles(
  marks: ReadonlyMap<string, Mark>,
  keys: ReadonlySet<string>,
): Map<string, number> {
  const weights = new Map<string, number>();
  for (const [name, mark] of marks) {
    const owner = ownerOf(name, keys);
    if (owner !== undefined) weights.set(owner, (weights.get(owner) ?? 0) + weigh(name, mark));
  }
  return weights;
}

/** @param end of those before the ones that keep their marks. */
function foldBook<File extends Ordered>(
  stream: string,
  book: Book,
  files: readonly File[],
  end: number,
  weights: ReadonlyMap<string, number>,
  isRead: (stream: string, file: File, at: number) => boolean,
): void {
  const { marks } = book;
  const isMine = ({ modifiedMs, wanted }: File): boolean =>
    modifiedMs !== undefined && wanted.includes(stream);
  const isOpen = ({ key, digest }: File): boolean => {
    const mark = marks.get(key);
    return mark ? !mark.done : book.open.has(digest);
  };
  let left = MARK_BYTES - KEPT_BYTES;
  // The youngest of them keep how far they were read.
  const dropped = files
    .filter((file, at) => at < end && isMine(file) && isOpen(file))
    .reverse()
    .filter(({ key }) => {
      left -= weights.get(key) ?? 0;
      return !marks.has(key) || left < 0;
    })
    .reverse();
  const told = new Set(shown(dropped));
  const untold = new Set(dropped.filter((file) => !told.has(file)));
  const most = Math.max(RANGE_FILES, Math.ceil(end / (MOST_RANGES / 2)));
  const runs: File[][] = [[]];
  for (const [at, file] of files.entries()) {
    if (at === end) break;
    if (!isMine(file)) continue;
    const isUntold = untold.has(file);
    if (!isUntold && isOpen(file)) continue;
    const run = runs.at(-1);
    // A range has no gaps: what is not read yet stands between two of them.
    if (isUntold || !isRead(stream, file, at)) {
      if (run && run.length > 0) runs.push([]);
    } else if (run && run.length < most) run.push(file);
    else runs.push([file]);
  }
  const longest = runs.filter((run) => run.length > 0).sort((a, b) => b.length - a.length);
  const folded = longest.slice(0, MOST_RANGES).map((run): Range => {
    const [from, until] = [run[0] as File, run.at(-1) as File].map(placeOf) as [string, string];
    return { from, until, files: run.length, sum: sumOf(run) };
  });
  book.ranges = folded.sort((a, b) => compare(a.from, b.from));
  book.open = new Set(dropped.map(({ digest }) => digest));
  const gone = new Set(dropped.map(({ key }) => key));
  for (const run of runs) for (const { key } of run) if (weights.has(key)) gone.add(key);
  for (const name of [...marks.keys()]) {
    if (ownerOf(name, gone) !== undefined) marks.delete(name);
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The file that a mark is of, or of a text inside it. */
export function ownerOf(name: string, files: ReadonlySet<string>): string | undefined {
  if (files.has(name)) return name;
  for (let at = name.indexOf('/'); at !== -1; at = name.indexOf('/', at + 1)) {
    const owner = name.slice(0, at);
    if (files.has(owner)) return owner;
  }
  return undefined;
}
