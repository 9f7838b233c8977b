/** The files of all entries, older ones first: each is opened once for all the streams it feeds. */

import type { Anomalies } from '../../cdk/anomalies.ts';
import { ConfigError, ConnectorError } from '../../cdk/errors.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import type { Page } from '../../cdk/source.ts';
import type { Mapper } from '../records/mapper.ts';
import { type FileTools, type Part, partsOf } from './content.ts';
import { createFetch, type Fetch, hideIn, labelOf, openFound, versionOf } from './fetch.ts';
import { ZONE } from './formats.ts';
import type { Found } from './forms.ts';
import { type FileSource, type Listed, listAll, streamsOf } from './listing.ts';
import { FileProblem, isNamed, Stranger } from './location.ts';
import {
  type Book,
  beginOfKept,
  foldBooks,
  isSameVersion,
  type Mark,
  MOST_PARTS,
  ownerOf,
  settledByRanges,
} from './marks.ts';
import { shapesWith } from './shapes.ts';
import { createTally, type Tally } from './tally.ts';
import { type Opening, openPart } from './texts.ts';

export interface FolderOptions extends FileTools {
  readonly sources: readonly FileSource[];
  /** What rows of a stream go through. */
  mapperOf(stream: string): Mapper;
  readonly anomalies: Anomalies;
}

/** Why not all files of a stream were read. */
export interface Failure {
  /** Sentences for people, each about a file. */
  readonly problems: readonly string[];
  /** An address that could not be asked. */
  readonly error: ConnectorError | undefined;
}

/** How far a folder is read. */
export interface Place {
  /** Folds the books as far as that, before they are written. */
  fold(): void;
}

/** Where no row comes for long, books are folded once in so many files: each fold looks at all of them. */
const FOLD_FILES = 10_000;

/**
 * The rows that the books do not cover, as pages of several streams. Marks move after the `yield` of
 * the rows that they cover: the engine has them by then (I1).
 *
 * @param books one for each stream that is read.
 * @param failures is filled on the way: streams of which not all was read.
 * @param place is told the way to fold.
 */
export async function* readFolder(
  options: FolderOptions,
  books: ReadonlyMap<string, Book>,
  failures: Map<string, Failure>,
  place: Place,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  const { sources, log, hideName, anomalies } = options;
  const fail = (streams: readonly string[], why: string | ConnectorError): void => {
    for (const stream of streams.filter((name) => books.has(name))) {
      const { problems, error } = failures.get(stream) ?? { problems: [], error: undefined };
      failures.set(
        stream,
        typeof why === 'string'
          ? { problems: [...problems, why], error }
          : { problems, error: error ?? why },
      );
    }
  };
  const isRead = (name: string): boolean => books.has(name);
  const { files, keys, problems } = await listAll(sources, isRead, options, signal);
  for (const { source, message, isEmpty, error } of problems) {
    if (isEmpty) log.warn(`files: ${message}.`);
    else if (error) fail(streamsOf(source), error);
    else if (source.skipsBroken) log.warn(`${message}; it is passed over.`);
    else fail(streamsOf(source), message);
  }
  if (problems.every(({ isEmpty }) => isEmpty)) forgetOthers(books, keys);
  // Of a store that could not be asked, nothing is known: what stands for its files stays as it is.
  const isWhole = problems.every(({ error }) => !error);
  const plan = planReading(books, files, isWhole);
  const toRead = files.filter((_, at) => plan[at]);
  const reading = { ...options, fetch: createFetch(toRead, signal) };
  const tally = createTally(log, toRead.length, files.length - toRead.length);
  const begin = isWhole ? beginOfKept(files.length) : 0;
  let read = 0;
  place.fold = () => {
    if (!isWhole) return;
    const isRead = (stream: string, _: Listed, at: number): boolean =>
      at < read || !plan[at]?.includes(stream);
    foldBooks(books, files, isRead, keys);
  };

  for (const [index, one] of files.entries()) {
    signal.throwIfAborted();
    read = index;
    if (index % FOLD_FILES === 0) place.fold();
    const streams = plan[index];
    if (!streams) continue;
    const { key, source } = one;
    try {
      yield* readFile(one, index < begin, streams, books, reading, tally, signal);
    } catch (error) {
      signal.throwIfAborted();
      const version = versionOf(one);
      const label = hideName(labelOf(one));
      if (error instanceof ConnectorError) {
        fail(streams, hideIn(error, one, hideName));
        markAll(books, streams, key, version);
      } else if (!(error instanceof FileProblem)) {
        throw error;
      } else if (error instanceof Stranger && !isNamed(source.location, one)) {
        tally.stranger(label, error.message);
        keepFact(books, streams, key, { ...version, done: true, feeds: [] });
      } else if (source.skipsBroken) {
        anomalies.add('files', 'a file that cannot be read was passed over, as `unreadable` says');
        log.warn(`${label} is passed over: ${error.message}.`);
        markAll(books, streams, key, { ...version, done: true });
      } else {
        fail(error.streams ?? streams, `${label}: ${error.message}`);
        markAll(books, streams, key, version);
      }
    }
    tally.file();
  }
  read = files.length;
  place.fold();
  tally.finish();
}

/** Says of a file that it is not read to its end, or that no more of it will be. */
function markAll(
  books: ReadonlyMap<string, Book>,
  streams: readonly string[],
  key: string,
  mark: Mark,
): void {
  for (const stream of streams) {
    const marks = books.get(stream)?.marks;
    const { done: _, ...known } = marks?.get(key) ?? {};
    marks?.set(key, { ...known, ...mark });
  }
}

/** What is true of a file whoever reads it is kept once, by the first stream. */
function keepFact(
  books: ReadonlyMap<string, Book>,
  streams: readonly string[],
  key: string,
  mark: Mark,
): void {
  for (const stream of streams) books.get(stream)?.marks.delete(key);
  const [keeper = ''] = streams;
  books.get(keeper)?.marks.set(key, mark);
}

/** The state must not grow for ever with files that come and go. */
function forgetOthers(books: ReadonlyMap<string, Book>, there: ReadonlySet<string>): void {
  for (const { marks } of books.values()) {
    for (const name of [...marks.keys()]) {
      if (ownerOf(name, there) === undefined) marks.delete(name);
    }
  }
}

/** The streams for which each file has to be opened; undefined: for none. */
function planReading(
  books: ReadonlyMap<string, Book>,
  files: readonly Listed[],
  isWhole: boolean,
): (readonly string[] | undefined)[] {
  const settled = new Map(
    [...books].map(
      ([stream, book]) => [stream, settledByRanges(stream, book, files, isWhole)] as const,
    ),
  );
  return files.map((one) => {
    const marks = [...books.values()].flatMap((book) => book.marks.get(one.key) ?? []);
    // What another stream's reading found out about this version of the file holds for all.
    const fact = marks.find((mark) => mark.done && mark.feeds && isSameVersion(mark, one));
    const open = one.wanted.filter((stream) => {
      const own = books.get(stream)?.marks.get(one.key);
      if (own) return !(own.done && isSameVersion(own, one));
      if (settled.get(stream)?.has(one.key)) return false;
      return !fact || fact.feeds?.includes(stream);
    });
    // Mostly all: of a hundred thousand files one list is enough.
    if (open.length === one.wanted.length) return one.wanted;
    return open.length > 0 ? open : undefined;
  });
}

async function* readFile(
  one: Listed,
  isOld: boolean,
  streams: readonly string[],
  books: ReadonlyMap<string, Book>,
  options: FolderOptions & { readonly fetch: Fetch },
  tally: Tally,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  const { key, source } = one;
  const marks = streams.map((stream) => books.get(stream)?.marks.get(key));
  // One stream that has not read it is enough to ask for it whole.
  const known = marks.every((mark) => mark?.done) ? marks[0] : undefined;
  const opened = await openFound(one, known, options, signal);
  if (!opened) return;
  const { version } = opened;
  const shapes = shapesWith(source.shape);
  const feeds = new Set<string>();
  let problem: FileProblem | undefined;
  const strangers: [label: string, error: Stranger][] = [];
  let isKnown = false;
  let isWhole = true;
  const inside: string[] = [];
  for await (const part of partsOf(opened)) {
    if (part.key !== key) inside.push(part.key);
    // The state must not grow with what is in a zip: of a long one the last texts are kept.
    const old = inside.length > MOST_PARTS ? inside.shift() : undefined;
    if (old !== undefined) for (const { marks: own } of books.values()) own.delete(old);
    const { label: name, asOfMs } = part;
    const count = (stream: string, what: string): void => {
      if (stream !== 'files' && !streams.includes(stream)) return;
      options.anomalies.add(stream, tally.odd(name, what));
    };
    try {
      const opening = await openPart(part, { shapes, zone: ZONE, asOfMs, name, count });
      const own = streams.filter((stream) => opening.streams.includes(stream));
      const reading = { part, opening, streams: own, one, version, books, options, tally };
      const found = yield* readPart(reading);
      isKnown = true;
      isWhole &&= opening.isWhole;
      for (const stream of opening.isWhole ? found : opening.streams) feeds.add(stream);
      if (own.length === 0 || (found.size > 0 && !own.some((stream) => found.has(stream)))) {
        passOver(one, name, opening.title, found.size > 0 ? [...found] : opening.streams, tally);
      }
    } catch (error) {
      // Of a zip, the other texts are read.
      if (error instanceof Stranger) strangers.push([name, error]);
      else if (error instanceof FileProblem)
        problem ??= inside.length > 0 ? inZip(part, error) : error;
      else throw error;
    }
  }
  if (problem) throw problem;
  if (strangers[0] && !isKnown) throw strangers[0][1];
  for (const [label, { message }] of strangers) tally.stranger(label, message);
  // It is read, as all before it are: folding asks for no more of an older one.
  if (isOld) {
    for (const stream of streams) books.get(stream)?.marks.delete(key);
    return;
  }
  const done = { done: true as const, feeds: [...feeds], ...version };
  if (!streams.some((stream) => feeds.has(stream))) {
    keepFact(books, streams, key, done);
    return;
  }
  for (const stream of streams) {
    const own = books.get(stream)?.marks;
    // Of one that will not grow, nothing more is needed than that it was read.
    if (feeds.has(stream)) own?.set(key, isWhole ? done : { ...own.get(key), ...done });
    else own?.delete(key);
  }
}

/** What it is called in its zip or workbook. */
const inZip = ({ label }: Part, { message, streams }: FileProblem): FileProblem =>
  new FileProblem(`${label.slice(label.indexOf('/') + 1)}: ${message}`, streams);

/** A good file of other streams: where the entry is for one stream, that is told. */
function passOver(
  one: Listed,
  name: string,
  title: string,
  streams: readonly string[],
  tally: Tally,
): void {
  const { stream, location } = one.source;
  if (stream === undefined) return;
  const why = `it is ${title}, which belongs to stream ${streams.join(' or ')}`;
  if (isNamed(location, one)) throw new FileProblem(why, [stream]);
  tally.other(stream, name, why);
}

interface Reading {
  readonly part: Part;
  readonly opening: Opening;
  readonly streams: readonly string[];
  readonly one: Listed;
  readonly version: Mark;
  readonly books: ReadonlyMap<string, Book>;
  readonly options: FolderOptions;
  readonly tally: Tally;
}

interface Group {
  readonly mark: Mark | undefined;
  readonly streams: string[];
}

/** @returns the streams that rows were found of, also of those that nobody asked for. */
async function* readPart(reading: Reading): AsyncGenerator<Page, ReadonlySet<string>> {
  const { part, opening, streams, one, version, books, options, tally } = reading;
  const found = new Set<string>();
  if (streams.length === 0 && !opening.isWhole) return found;
  const groups = [...groupByMark(reading)];
  const mark = groups.length === 1 ? groups[0]?.mark : undefined;
  const { order, isGuess } = await inStreams(streams, () => opening.decide(mark));
  if (isGuess) {
    options.log.warn(
      `${part.label}: no date of it tells whether the day or the month comes first; they were read day first. Where that is wrong, set \`files[].shape.dates\` to month-first.`,
    );
  }
  for (const group of groups) {
    const steps = opening.read(group.mark, order);
    for (;;) {
      const step = await inStreams(group.streams, () => steps.next());
      if (step.done) break;
      const { rows, mark } = step.value;
      for (const { stream } of rows) found.add(stream);
      const page = mapRows(rows, group.streams, options);
      if (page.length > 0) yield page;
      const isFile = part.key === one.key;
      // One value alone is read or it is not: that is said of it at its end.
      const known = isFile && opening.isWhole ? undefined : { ...mark, ...(isFile && version) };
      for (const stream of known ? group.streams : []) {
        books.get(stream)?.marks.set(part.key, known ?? {});
      }
      const printed = page.reduce((sum, { rows: some }) => sum + some.length, 0);
      tally.rows(group.streams, part.label, printed);
    }
    tally.end(group.streams, part.label);
  }
  return found;
}

/** Streams that are equally far are read together: mostly all of them. */
function groupByMark({ part, streams, books, one }: Reading): Iterable<Group> {
  const groups = new Map<string, Group>();
  for (const stream of streams) {
    const own = books.get(stream)?.marks.get(part.key);
    const mark = part.kind === 'text' || isSameVersion(own, one) ? own : undefined;
    const id = `${mark?.offset} ${mark?.rows} ${mark?.hash} ${mark?.md5} ${mark?.order}`;
    const group = groups.get(id) ?? { mark, streams: [] };
    group.streams.push(stream);
    groups.set(id, group);
  }
  return groups.size > 0 ? groups.values() : [{ mark: undefined, streams: [] }];
}

/** A problem that is met while reading is one of these streams alone. */
async function inStreams<T>(streams: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FileProblem) || error instanceof Stranger) throw error;
    throw new FileProblem(error.message, streams);
  }
}

function mapRows(
  found: readonly Found[],
  streams: readonly string[],
  { mapperOf }: FolderOptions,
): { readonly stream: string; readonly rows: readonly JsonObject[] }[] {
  const pages = new Map<string, JsonObject[]>();
  for (const { stream, row } of found) {
    if (!streams.includes(stream)) continue;
    const rows = pages.get(stream) ?? [];
    pages.set(stream, rows);
    rows.push(mapperOf(stream).map(row).row);
  }
  return [...pages].map(([stream, rows]) => ({ stream, rows }));
}

/** Sentences that an error names; the rest is counted. */
const MOST_TOLD = 10;

/** The error of a stream; undefined: all of its files were read. */
export function unreadable(
  stream: string,
  { problems, error }: Failure,
): ConnectorError | undefined {
  if (problems.length === 0) return error;
  const count = problems.length === 1 ? 'a file' : `${problems.length} files`;
  const more = problems.length > MOST_TOLD ? `. And ${problems.length - MOST_TOLD} more` : '';
  const named = `${problems.slice(0, MOST_TOLD).join('. ')}${more}`;
  return new ConfigError(
    'GK_FILE',
    `Stream ${stream}: ${count} could not be read, or not to the end. ${named}. All others were read. Mend or remove what is named, or let \`unreadable\` be skip; what was read is not read again.`,
    { stream },
  );
}
