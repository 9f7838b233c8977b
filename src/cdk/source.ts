import type { AirbyteStream, ConnectorSpecification, JsonObject } from './protocol.ts';

/** A half-open range of instants in epoch milliseconds: `[fromMs, toMs)`. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * One request to read: the rows whose cursor lies in `[fromMs, toMs)`.
 * `open`: this is the newest window of the run, whose end is "now": rows stamped past `toMs` are
 * emitted too (I5), since no later window of this run would return them.
 */
export interface Window extends Interval {
  readonly open: boolean;
}

/**
 * The unit that crosses an `await`: a parent page with the rows of its children, ready to be printed,
 * in that order. Every row of a page is printed before the next page is asked for.
 */
export type Page = readonly {
  readonly stream: string;
  readonly rows: readonly JsonObject[];
  /** How many rows the whole window has, where an answer says so. */
  readonly expected?: number;
}[];

/** How a partition's time axis is cut. */
export interface WindowPolicy {
  /** Longest window in milliseconds. */
  readonly maxMs: number;
  /**
   * How far before its saved cursor a run starts at least, whatever the lookback: rows become
   * visible late, and servers disagree on inclusive bounds.
   */
  readonly overlapMs: number;
  /**
   * Windows begin and end on multiples of `alignMs` counted from `alignOffsetMs` (both ms), for
   * endpoints that filter by whole days. 1 = no alignment.
   */
  readonly alignMs: number;
  readonly alignOffsetMs: number;
}

/** The files in which rows of streams lie, beside their API or in place of it. */
export interface FileReader {
  /** Those that they may have rows of: parents, each of its own reader. */
  readonly streams: readonly string[];
  /** @param bookmarks of the streams to read, as saved last; undefined: nothing was read yet. */
  open(bookmarks: ReadonlyMap<string, JsonObject | undefined>): FileRun;
}

export interface FileRun {
  /**
   * The rows that the bookmarks do not cover, older files first, each file once for all streams. A
   * file that cannot be read does not keep the others from being read.
   */
  pages(signal: AbortSignal): AsyncIterable<Page>;
  /** What may be saved of a stream now: it covers each page whose successor was asked for (I1). */
  bookmark(stream: string): JsonObject;
  /** Why not all files of a stream were read, once there are no more pages; undefined: they were. */
  failure(stream: string): unknown;
}

export interface ReadContext {
  readonly signal: AbortSignal;
  /** Told that work waits for the server, until then (epoch milliseconds). */
  readonly onWait: (untilMs: number) => void;
  /**
   * Asks for shorter windows, where this one is too much to lose. True: its parts come later, so the
   * reader gives this one up. False: it is as short as can be. Absent: nothing can be cut.
   */
  readonly cut?: () => boolean;
}

/**
 * Streams that are read with the same requests: a parent and the children that leave with its
 * pages. A failure of one reader ends its streams only (I6).
 */
export interface Reader {
  /** Names of the streams it can emit; the first is the parent. */
  readonly streams: readonly string[];
  /** Undefined: the stream has no endpoint, only files. */
  readonly policy: WindowPolicy | undefined;
  /** Whether its rows have the keys that rows of files have too. */
  readonly hasFiles?: boolean;
  /**
   * Throws ConfigError when a state was saved under other keys than this run would write.
   * @param hadFiles whether the state was saved under the keys that a stream with files has.
   */
  admit?(stream: string, hadFiles: boolean): void;
  /** Of how a stream's `record_key` is made: a state that was saved under another one is refused. */
  keyDigest?(stream: string): string;
  /** Pages of one window, holding rows of `selected` streams only. */
  read(window: Window, selected: ReadonlySet<string>, context: ReadContext): AsyncIterable<Page>;
  /** Requests sent so far, retries included. */
  requests(): number;
}

export interface Logger {
  info(message: string): void;
  warn(message: string): void;
  debug(message: string): void;
}

/** What a run of `read` asks of an opened source. All instants are epoch milliseconds. */
export interface OpenSource {
  readonly streams: readonly AirbyteStream[];
  readonly readers: readonly Reader[];
  /** Read before the windows of their streams. */
  readonly files?: FileReader;
  /** Known streams that this configuration cannot read, each with the reason: `it needs …`. */
  readonly unreadable: ReadonlyMap<string, string>;
  /** Where history begins, and where it ends when the user bounded it (exclusive). */
  readonly startMs: number;
  readonly endMs: number | undefined;
  readonly lookbackMs: number;
  /** How long a lookback that was read need not be read again; 0: it is read at every sync. */
  readonly lookbackEveryMs: number;
  /** Windows read at once, over all streams. */
  readonly concurrency: number;
  /** How far the server's clock was seen behind ours, ≤ 0: the watermark must not outrun it (I5). */
  skewMs(): number;
  /** What works, in a sentence. Throws ConnectorError: what does not, and what to do. */
  check(signal: AbortSignal): Promise<string>;
  /** What was dropped, unparsed or unknown, one sentence each, for the end of the run (I7). */
  anomalies(): readonly string[];
  close(): void;
}

export interface SourceContext {
  readonly log: Logger;
  readonly now: () => number;
  readonly random: () => number;
  readonly userAgent: string;
  /** Keeps these texts out of everything that is printed (I9). */
  readonly hide: (secrets: Iterable<string>) => void;
  /** The process environment, read once at the edge. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What the command `probe` is to look at. */
export interface ProbeRequest {
  /** Valid by the spec. Undefined: there is only a sample. */
  readonly config: JsonObject | undefined;
  readonly stream?: string | undefined;
  /** An answer that someone gave, in place of asking for one. */
  readonly sample?: unknown;
  /** The path of a file of data, in place of asking for one. */
  readonly file?: string | undefined;
}

/** The same facts for people and for programs. Neither holds a value of a row. */
export interface ProbeReport {
  readonly text: string;
  readonly document: JsonObject;
}

/** A source as the commands see it. */
export interface Source {
  readonly spec: ConnectorSpecification;
  /** Looks at what there is to read, changes nothing, and tells. */
  probe(request: ProbeRequest, context: SourceContext, signal: AbortSignal): Promise<ProbeReport>;
  /** `config` is valid by the spec; what the spec cannot say is checked here (ConfigError). */
  open(config: JsonObject, context: SourceContext): Promise<OpenSource>;
}
