/** The files of one stream, older ones first, each from where its last reading ended. */

import { createDraft } from '../../cdk/draft.ts';
import { ConfigError, TransientError } from '../../cdk/errors.ts';
import type { Row } from '../../cdk/source.ts';
import { type Part, partsOf } from './content.ts';
import { describeLocation, type FoundFile, isNamed, listFiles } from './location.ts';
import type { Marks } from './marks.ts';
import { labelOf, openFound, versionOf } from './opened.ts';
import { FileProblem, OtherStream } from './problem.ts';
import type { FileReaderOptions, FileSource } from './reader.ts';
import { readText } from './text.ts';

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
  // Only scanned rows are printed to one, and files have none.
  const draft = createDraft(0);
  const form = { stream, expected: format, zone, asOfMs, name: label, anomalies };
  for await (const { rows, mark } of readText(part, marks.get(name), form)) {
    yield rows.map((raw) => JSON.parse(String(mapper.print(raw, draft, false).text)));
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
