/** The files of one stream, older ones first, each from where its last reading ended. */
import { createHash, type Hash } from 'node:crypto';
import { ConfigError, TransientError } from '../../cdk/errors.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import type { Row } from '../../cdk/source.ts';
import type { Anomalies } from '../anomalies.ts';
import type { Mapper } from '../records/mapper.ts';
import type { Zone } from '../records/time.ts';
import {
  type FileTools,
  HEAD_BYTES,
  headOf,
  labelOf,
  openFound,
  type Part,
  partsOf,
  versionOf,
} from './content.ts';
import { type Form, type FormOptions, LONGEST_ROW, recognise } from './formats.ts';
import {
  describeLocation,
  FileProblem,
  type FoundFile,
  isNamed,
  type Location,
  listFiles,
  OtherStream,
} from './location.ts';
import type { Mark, Marks } from './marks.ts';
import type { FileKind } from './shapes.ts';

/** An entry of `files` in the config. */
export interface FileSource {
  readonly stream: string;
  readonly location: Location;
  /** Undefined: find out. */
  readonly format: FileKind | undefined;
}

export interface FileReaderOptions extends FileTools {
  readonly stream: string;
  readonly sources: readonly FileSource[];
  readonly mapper: Mapper;
  /** Of stamps without an offset. */
  readonly zone: Zone;
  readonly anomalies: Anomalies;
}

interface Listed {
  readonly file: FoundFile;
  readonly source: FileSource;
}

/** A line of the log for so many rows of a file. */
const PROGRESS_ROWS = 100_000;

/**
 * Marks move after the `yield` of the rows that they cover: the engine has them by then (I1).
 */
export async function* readFiles(
  options: FileReaderOptions,
  marks: Marks,
  signal: AbortSignal,
): AsyncGenerator<Row[]> {
  const { stream, log } = options;
  const problems: string[] = [];
  const listed = await listAll(options, problems);
  forgetOthers(marks, listed, problems.length > 0);
  let unchanged = 0;
  let interrupted: TransientError | undefined;
  for (const one of listed) {
    signal.throwIfAborted();
    const { file } = one;
    const mark = marks.get(file.name);
    const isUnchanged =
      mark?.done && mark.size === file.size && mark.modifiedMs === file.modifiedMs;
    if (isUnchanged && file.size !== undefined) {
      unchanged += 1;
      continue;
    }
    try {
      yield* readFile(one, marks, options, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TransientError) interrupted = error;
      else if (error instanceof OtherStream && !isNamed(one.source.location, file)) {
        log.info(`${stream}: ${labelOf(file)} is passed over: ${error.message}`);
        marks.set(file.name, { ...versionOf(file), done: true });
      } else if (error instanceof FileProblem) problems.push(`${labelOf(file)}: ${error.message}`);
      else throw error;
    }
  }
  if (unchanged > 0)
    log.info(`${stream}: ${unchanged} files are unchanged and were not read again`);
  if (problems.length > 0) throw unreadable(stream, problems, listed.length);
  if (interrupted) throw interrupted;
}

async function listAll(
  { sources, stream, log }: FileReaderOptions,
  problems: string[],
): Promise<Listed[]> {
  const listed = new Map<string, Listed>();
  for (const source of sources) {
    try {
      const files = await listFiles(source.location);
      for (const file of files) listed.set(file.name, { file, source });
      if (files.length === 0)
        log.warn(`${stream}: no file is at ${describeLocation(source.location)}`);
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      problems.push(`${describeLocation(source.location)}: ${error.message}`);
    }
  }
  const age = ({ file }: Listed): number => file.modifiedMs ?? Number.POSITIVE_INFINITY;
  return [...listed.values()].sort(
    (a, b) => compare(age(a), age(b)) || compare(a.file.name, b.file.name),
  );
}

const compare = <T>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/** The state must not grow for ever with files that come and go. */
function forgetOthers(marks: Marks, listed: readonly Listed[], isPartial: boolean): void {
  if (isPartial) return;
  const names = listed.map(({ file }) => file.name);
  const kept = new Set(names);
  for (const name of marks.keys()) {
    if (!kept.has(name) && !names.some((own) => name.startsWith(`${own}/`))) marks.delete(name);
  }
}

async function* readFile(
  { file, source }: Listed,
  marks: Marks,
  options: FileReaderOptions,
  signal: AbortSignal,
): AsyncGenerator<Row[]> {
  const opened = await openFound(file, marks.get(file.name), options.openDownloader, signal);
  if (!opened) return;
  for await (const part of partsOf(opened)) {
    yield* readPart(part, source, marks, options);
  }
  marks.set(file.name, { ...marks.get(file.name), ...opened.version, done: true });
}

async function* readPart(
  part: Part,
  { format }: FileSource,
  marks: Marks,
  { stream, mapper, zone, anomalies, log }: FileReaderOptions,
): AsyncGenerator<Row[]> {
  const { name, label, asOfMs } = part;
  let emitted = 0;
  const form = { stream, expected: format, zone, asOfMs, name: label, anomalies };
  for await (const { rows, mark } of readText(part, marks.get(name), form)) {
    yield rows.map((raw) => mapper.map(raw).row);
    marks.set(name, mark);
    const steps = Math.floor((emitted + rows.length) / PROGRESS_ROWS);
    if (steps > Math.floor(emitted / PROGRESS_ROWS)) {
      log.info(`${stream}: ${label}, ${emitted + rows.length} rows so far`);
    }
    emitted += rows.length;
  }
  log.info(`${stream}: ${label}, ${emitted} ${emitted === 1 ? 'row' : 'rows'}, read to its end`);
}

function unreadable(stream: string, problems: readonly string[], files: number): ConfigError {
  const count = problems.length === 1 ? 'a file' : `${problems.length} files`;
  const others = files > problems.length ? ' The others were read.' : '';
  return new ConfigError(
    'GK_FILE',
    `Stream ${stream}: ${count} could not be read, or not to the end. ${problems.join('. ')}.${others} Mend or remove what is named; what was read is not read again.`,
    { stream },
  );
}

export interface Step {
  readonly rows: readonly JsonObject[];
  /** What may be saved once the rows are printed. */
  readonly mark: Required<Pick<Mark, 'offset' | 'rows' | 'hash'>>;
}

/** Finds out what a text is. */
export async function recogniseText(part: Part, options: FormOptions): Promise<Form> {
  const head = await headOf(part.open());
  if (head.length === 0) throw new FileProblem('it is empty');
  return recognise(head, head.length < HEAD_BYTES, options);
}

/**
 * The rows after those that `mark` covers; all of them when the beginning is not what it was.
 * Throws FileProblem; what was given before it stays good.
 */
export async function* readText(
  part: Part,
  mark: Mark | undefined,
  options: FormOptions,
): AsyncGenerator<Step> {
  const form = await recogniseText(part, options);
  const known = mark?.offset === undefined ? undefined : mark;
  const hash = createHash('sha256');
  let position = 0;
  let { offset = form.begins, rows: read = 0 } = known ?? {};
  let pending: Buffer = Buffer.alloc(0);
  let isVerified = known === undefined;

  const bite = (isLast: boolean): Step => {
    const { rows, consumed, counted } = form.take(pending, isLast, form.firstNumber + read);
    hash.update(pending.subarray(0, consumed));
    pending = pending.subarray(consumed);
    offset += consumed;
    read += counted;
    return { rows, mark: { offset, rows: read, hash: digestOf(hash) } };
  };

  for await (const chunk of part.open()) {
    const skipped = Math.max(0, Math.min(chunk.length, offset - position));
    if (position < offset) hash.update(chunk.subarray(0, skipped));
    position += chunk.length;
    if (position >= offset && !isVerified) {
      if (known && digestOf(hash) !== known.hash) break;
      isVerified = true;
    }
    if (skipped === chunk.length) continue;
    const fresh = chunk.subarray(skipped);
    pending = pending.length === 0 ? fresh : Buffer.concat([pending, fresh]);
    const step = bite(false);
    if (step.rows.length > 0) yield step;
    else if (pending.length > LONGEST_ROW && form.firstNumber === 2) {
      throw new FileProblem(
        `a row of it has no end within ${LONGEST_ROW >> 20} MiB: a quote is open`,
      );
    }
  }
  if (!isVerified) {
    // Its beginning is not what it was, or it is shorter: it is another file by now.
    yield* readText(part, undefined, options);
    return;
  }
  yield bite(true);
  // What came since the last reading may well hold nothing of this stream.
  if (!known) form.finish();
}

/** Of what was hashed so far: half of its digits tell files apart well enough. */
const digestOf = (hash: Hash): string => hash.copy().digest('hex').slice(0, 32);
