/** What files are, without reading them into streams: for `check`, and for a person with one file. */
import { dirname, resolve } from 'node:path';
import { ConnectorError } from '../../cdk/errors.ts';
import { type FileTools, type Part, partsOf } from './content.ts';
import { DELIMITERS, parseFirst } from './csv.ts';
import { createFetch, type Fetch, hideIn, labelOf, openFound } from './fetch.ts';
import { ZONE } from './formats.ts';
import { nameColumns } from './grid.ts';
import { type FileSource, type Listed, listAll } from './listing.ts';
import { describeLocation, FileProblem, isNamed, type Location, Stranger } from './location.ts';
import { looksLikeHeader, type OwnShape, SHAPES, shapesWith, snakeName } from './shapes.ts';
import { type Opening, openPart } from './texts.ts';

/** What `check` says. */
export interface Survey {
  /** A sentence for each stream that has files, and one for what is passed over. */
  readonly lines: readonly string[];
  /** What cannot be read; empty: all can. */
  readonly problems: readonly string[];
}

/** Files that `check` opens, the newest ones: a person waits for the answer. */
const MOST_OPENED = 300;
/** Captures of several kinds share a file; so many of its first bites are looked at. */
const FIRST_BITES = 4;

interface Belonging {
  files: number;
  title: string;
  newest: string;
}

/** Looks at the newest files of all entries. */
export async function surveyFiles(
  sources: readonly FileSource[],
  tools: FileTools,
  signal: AbortSignal,
): Promise<Survey> {
  const { files, problems: listProblems } = await listAll(sources, () => true, tools, signal);
  const problems = listProblems
    .filter(({ source, isEmpty, error }) => isEmpty || error || !source.skipsBroken)
    .map(({ source, message }) => `${nameOf(source)}${message.replace(/\.$/, '')}`);
  const found = new Map<string, Belonging>();
  const strangers: string[] = [];
  const others: string[] = [];
  const served = new Set<FileSource>();
  /** Of each entry, why its newest file is of no kind. */
  const whys = new Map<FileSource, string>();
  const newest = [...files].reverse().slice(0, MOST_OPENED);
  const fetch = createFetch(newest, signal);
  for (const one of newest) {
    signal.throwIfAborted();
    const label = tools.hideName(labelOf(one));
    try {
      const kinds = await kindsOf(one, { ...tools, fetch }, signal);
      const own = [...kinds].filter(([stream]) => one.wanted.includes(stream));
      if (own.length > 0) served.add(one.source);
      else if (isNamed(one.source.location, one)) {
        const [title = ''] = kinds.values();
        const streams = [...kinds.keys()].join(' or ');
        problems.push(
          `${nameOf(one.source)}${label}: it is ${title}, which belongs to stream ${streams}`,
        );
      } else others.push(label);
      for (const [stream, title] of own) {
        const known = found.get(stream) ?? { files: 0, title, newest: label };
        found.set(stream, { ...known, files: known.files + 1 });
      }
    } catch (error) {
      if (!(error instanceof FileProblem || error instanceof ConnectorError)) throw error;
      if (error instanceof Stranger && !isNamed(one.source.location, one)) {
        strangers.push(label);
        if (!whys.has(one.source)) whys.set(one.source, `. ${label}: ${error.message}`);
      } else if (one.source.skipsBroken) others.push(label);
      else if (error instanceof FileProblem)
        problems.push(`${nameOf(one.source)}${label}: ${error.message}`);
      else problems.push(hideIn(error, one, tools.hideName).message.replace(/\.$/, ''));
    }
  }
  // An entry whose files are all of other kinds is a mistake; one that is broken was told.
  const unserved = sources.filter(
    (source) =>
      !served.has(source) && files.some((one) => one.source === source) && problems.length === 0,
  );
  for (const source of unserved) {
    const what = source.stream ? `one of stream ${source.stream}` : 'of a known kind';
    const place = tools.hideName(describeLocation(source.location));
    problems.push(`${nameOf(source)}No file at ${place} is ${what}${whys.get(source) ?? ''}`);
  }
  return { lines: describe(found, strangers, others, files.length), problems };
}

const nameOf = ({ stream }: FileSource): string => (stream === undefined ? '' : `${stream}: `);

function describe(
  found: ReadonlyMap<string, Belonging>,
  strangers: readonly string[],
  others: readonly string[],
  all: number,
): string[] {
  const lines = [...found].map(
    ([stream, { files, title, newest }]) =>
      `${stream}: ${countFiles(files)} (the newest, ${newest}, is ${title})`,
  );
  const name = (labels: readonly string[]): string =>
    `${labels.slice(0, 5).join(', ')}${labels.length > 5 ? ' and more' : ''}`;
  if (strangers.length > 0)
    lines.push(
      `passed over: ${countFiles(strangers.length)} of no known kind (${name(strangers)})`,
    );
  if (others.length > 0)
    lines.push(
      `passed over: ${countFiles(others.length)} of other streams, or broken (${name(others)})`,
    );
  if (all > MOST_OPENED) lines.push(`the newest ${MOST_OPENED} of ${all} files were looked at`);
  return lines;
}

const countFiles = (count: number): string => (count === 1 ? '1 file' : `${count} files`);

/** Stream → what its rows in the file are. */
async function kindsOf(
  one: Listed,
  tools: FileTools & { readonly fetch: Fetch },
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const opened = await openFound(one, undefined, tools, signal);
  if (!opened) throw new FileProblem('it is not there');
  const kinds = new Map<string, string>();
  let stranger: Stranger | undefined;
  for await (const part of partsOf(opened)) {
    try {
      const opening = await open(part, shapesWith(one.source.shape), () => {});
      for (const stream of await streamsIn(opening)) kinds.set(stream, opening.title);
    } catch (error) {
      if (!(error instanceof Stranger)) throw error;
      stranger = error;
    }
  }
  if (kinds.size === 0 && stranger) throw stranger;
  return kinds;
}

const open = (
  part: Part,
  shapes: ReturnType<typeof shapesWith>,
  count: (stream: string, what: string) => void,
): Promise<Opening> => {
  const { label: name, asOfMs } = part;
  return openPart(part, { shapes, zone: ZONE, asOfMs, name, count });
};

async function streamsIn({ table, streams, read }: Opening): Promise<ReadonlySet<string>> {
  if (table) return new Set(streams);
  const found = new Set<string>();
  let bites = 0;
  for await (const { rows } of read(undefined, 'day-first')) {
    for (const { stream } of rows) found.add(stream);
    bites += 1;
    if (bites >= FIRST_BITES) break;
  }
  return found;
}

/** A text of a file, as a person asks about it. Names and counts; never a cell. */
interface TextReport {
  readonly label: string;
  /** Undefined: it was not known, and `problem` says why. */
  readonly title: string | undefined;
  /** Stream → rows. */
  readonly rows: ReadonlyMap<string, number>;
  /** Of a table. */
  readonly columns: readonly {
    readonly column: string;
    readonly field: string;
    readonly isKnown: boolean;
  }[];
  readonly dates: string | undefined;
  /** What was odd, in phrases, each with how often. */
  readonly odd: ReadonlyMap<string, number>;
  readonly problem: string | undefined;
  /** Of a table that nobody knows. */
  readonly suggested: OwnShape | undefined;
}

export interface FileReport {
  readonly name: string;
  readonly texts: readonly TextReport[];
}

/**
 * What a file is taken for, which columns go where and what in it cannot be read.
 *
 * @param place in the file system, or a location of a config.
 * @throws FileProblem when there is no such file
 */
export async function probeFile(
  place: string | Location,
  tools: FileTools,
  signal: AbortSignal,
  shape?: OwnShape,
): Promise<FileReport> {
  const location = typeof place === 'string' ? ownFile(resolve(place)) : place;
  const source = { stream: undefined, location, shape, skipsBroken: false };
  const { files, problems } = await listAll([source], () => true, tools, signal);
  const [one] = files;
  if (!one) throw new FileProblem(problems[0]?.message ?? 'it is no file');
  const opened = await openFound(one, undefined, tools, signal);
  const texts: TextReport[] = [];
  const name = tools.hideName(labelOf(one));
  try {
    for await (const part of opened ? partsOf(opened) : []) {
      signal.throwIfAborted();
      texts.push(await reportOf(part, shapesWith(shape)));
    }
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    texts.push({ ...NOTHING, label: name, problem: error.message });
  }
  return { name, texts };
}

/** A path as it is written, whatever signs are in it. */
const ownFile = (path: string): Location => ({
  ...{ scheme: 'file', container: '', account: undefined },
  ...{ folder: dirname(path), pattern: undefined, path },
});

const NOTHING = {
  title: undefined,
  rows: new Map<string, number>(),
  columns: [],
  dates: undefined,
  odd: new Map<string, number>(),
  suggested: undefined,
};

async function reportOf(part: Part, shapes: ReturnType<typeof shapesWith>): Promise<TextReport> {
  const { label } = part;
  const odd = new Map<string, number>();
  const count = (_: string, what: string): void => void odd.set(what, (odd.get(what) ?? 0) + 1);
  let opening: Opening;
  try {
    opening = await open(part, shapes, count);
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    // What cannot be opened has no columns.
    const suggested =
      error instanceof Stranger ? await suggest(part).catch(() => undefined) : undefined;
    return { ...NOTHING, label, odd, problem: error.message, suggested };
  }
  const { title, table } = opening;
  const rows = new Map<string, number>();
  const known = { label, title, rows, odd, suggested: undefined, columns: columnsOf(opening) };
  try {
    const { order, isGuess } = await opening.decide();
    for await (const step of opening.read(undefined, order)) {
      for (const { stream } of step.rows) rows.set(stream, (rows.get(stream) ?? 0) + 1);
    }
    const dates = table && `${order}${isGuess ? ', which no date of it tells' : ''}`;
    return { ...known, dates, problem: undefined };
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    return { ...known, dates: undefined, problem: error.message };
  }
}

function columnsOf({ table }: Opening): TextReport['columns'] {
  if (!table) return [];
  const fields = new Set(Object.values(table.shape.columns));
  return nameColumns(table.header, table.shape).map(({ column, name, member }) => {
    const field = member === undefined ? name : `${name}.${member}`;
    return { column, field, isKnown: fields.has(field) };
  });
}

const ID_LIKE = /(^|_)(id|no|number|utr|awb|ref|reference)$/;

/** A shape for columns that nobody knows: as far as their names tell. */
async function suggest(part: Part): Promise<OwnShape | undefined> {
  const rows: (readonly string[])[] = [];
  if (part.kind === 'sheet') {
    for await (const { cells } of part.rows()) {
      rows.push(cells);
      if (rows.length > 3) break;
    }
  } else {
    for await (const head of part.open()) {
      rows.push(...DELIMITERS.map((one) => parseFirst(head, one, true)?.cells ?? []));
      break;
    }
  }
  const [header = []] = rows.sort((a, b) => b.length - a.length);
  if (header.length < 2 || !looksLikeHeader(header)) return undefined;
  const known = new Map(
    SHAPES.flatMap(({ columns }) => Object.entries(columns)).map(([name, field]) => [
      snakeName(name),
      field,
    ]),
  );
  const columns = Object.fromEntries(
    header
      .filter((name) => snakeName(name) !== '')
      .map((name) => [name.trim(), known.get(snakeName(name)) ?? snakeName(name)]),
  );
  const ids = Object.entries(columns).filter(([, field]) => ID_LIKE.test(field));
  const [first] = ids.length > 0 ? ids : Object.entries(columns);
  return { stream: 'your_stream', columns, needs: first ? [first[0]] : [], dates: 'day-first' };
}

/** For a terminal. */
export function printFileReport({ name, texts }: FileReport): string {
  return texts.map((text) => printText(name, text)).join('\n\n');
}

function printText(name: string, text: TextReport): string {
  const { label, title, rows, columns, dates, odd, problem, suggested } = text;
  const lines = [`${label === '' ? name : label}: ${title ?? 'of no known kind'}`];
  if (problem !== undefined) lines.push(`  problem: ${problem}`);
  for (const [stream, count] of rows)
    lines.push(`  ${stream}: ${count} ${count === 1 ? 'row' : 'rows'}`);
  if (dates !== undefined) lines.push(`  dates: ${dates}`);
  const width = Math.max(0, ...columns.map(({ column }) => column.length));
  for (const { column, field, isKnown } of columns) {
    lines.push(
      `  ${column.padEnd(width)} → ${field}${isKnown ? '' : ' (not known, passed through)'}`,
    );
  }
  for (const [what, count] of odd)
    lines.push(`  ${what} (${count} ${count === 1 ? 'time' : 'times'})`);
  if (suggested) {
    lines.push('  A shape for it, to be completed: `files[].shape`');
    lines.push(
      ...JSON.stringify(suggested, null, 2)
        .split('\n')
        .map((line) => `    ${line}`),
    );
  }
  return lines.join('\n');
}
