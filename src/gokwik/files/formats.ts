/** From the beginning of a text to a parser of its rows, or to a sentence on why there is none. */
import type { JsonObject } from '../../cdk/protocol.ts';
import { formatInstant, type Zone } from '../records/time.ts';
import { ENDLESS, isDeeper, MOST_LEVELS } from '../records/values.ts';
import { createDateVote, type DateOrder } from './cells.ts';
import { CUT_ROW, DELIMITERS, parseCsv, parseFirst } from './csv.ts';
import { compileTable, FUTURE, nameColumns } from './grid.ts';
import { FileProblem, Stranger } from './location.ts';
import { looksLikeHeader, recogniseHeader, type Shape } from './shapes.ts';
import { parseValue, readPayloads, versionOf, WEBHOOKS, WRAPPERS } from './webhooks.ts';

/** A raw row, and the stream that it is of. */
export interface Found {
  readonly stream: string;
  readonly row: JsonObject;
}

/** What one bite of bytes gave. */
interface Bite {
  readonly rows: readonly Found[];
  /** Bytes that need not be read again. */
  readonly consumed: number;
  /** Lines or elements in `consumed`, the empty ones too: for the numbers in `_source`. */
  readonly counted: number;
}

interface Form {
  /** @param number of the first row in `bytes`. Throws FileProblem. */
  take(bytes: Buffer, isLast: boolean, number: number): Bite;
  /** After the last bite. Throws Stranger when nothing in the file was ours. */
  finish(): void;
}

/** Reports and captures give India's time where they give no offset. */
export const ZONE = '+05:30';

export interface FormOptions {
  readonly shapes: readonly Shape[];
  readonly zone: Zone;
  /** When it was written, as far as it says (epoch ms). */
  readonly asOfMs: number | undefined;
  /** What the text is called in `_source` and in messages. */
  readonly name: string;
  /** Counts what is odd in rows of a stream (I7). */
  count(stream: string, what: string): void;
}

/** A table's columns, and what they mean. */
export interface TableFacts {
  readonly header: readonly string[];
  readonly shape: Shape;
}

/** A table that is of some use, by its header. */
export interface KnownTable {
  readonly kind: string;
  readonly title: string;
  /** That it may have rows of. */
  readonly streams: readonly string[];
  readonly header: readonly string[];
  /** Undefined: each of its rows keeps a payload. */
  readonly facts: TableFacts | undefined;
}

/** What a text was found to be. */
export interface Recognised {
  readonly kind: string;
  readonly title: string;
  /** That it may have rows of. */
  readonly streams: readonly string[];
  /** Bytes before the first row: a mark, titles, a header. */
  readonly begins: number;
  /** The number of the first row, as a spreadsheet or an editor shows it. */
  readonly firstNumber: number;
  /** It is one value, which has to be there whole before it gives a row. */
  readonly isWhole: boolean;
  /** Of CSV with a shape. */
  readonly csv?: TableFacts & { readonly delimiter: string };
  open(order: DateOrder): Form;
}

/** @param isAll whether `head` is the whole text. Throws FileProblem, Stranger. */
export function recognise(head: Buffer, isAll: boolean, options: FormOptions): Recognised {
  const mark = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  refuseOthers(head);
  const text = head.subarray(mark);
  const first = text.find((byte) => byte > 0x20);
  if (first === undefined && isAll) throw new FileProblem('it is empty');
  if (first === 0x7b || first === 0x5b) {
    // Settings of desktops begin with a bracket too.
    if (!/^\s*(\{\s*(["}]|$)|\[\s*([[\]{"]|$))/.test(text.toString('latin1', 0, 1024))) {
      throw new Stranger('it is neither a table nor JSON');
    }
    return recogniseJson(text, mark, first === 0x5b, options);
  }
  return recogniseCsv(text, mark, isAll, options);
}

/** What people take for an export, each with what to do. */
function refuseOthers(head: Buffer): void {
  const start = head.toString('latin1', 0, 512).trimStart().toLowerCase();
  if (head[0] === 0xd0 && head[1] === 0xcf) {
    throw new FileProblem('it is an old Excel workbook (.xls): save it as .xlsx or as CSV');
  }
  if (start.startsWith('%pdf')) throw new Stranger('it is a PDF, not an export');
  if (/^(<!doctype|<html|<\?xml|<head|<body)/.test(start)) {
    throw new FileProblem(
      'it is a web page, probably that of a log-in: download it anew while you are logged in',
    );
  }
  if (head.subarray(0, 512).includes(0)) throw new Stranger('it is no text');
}

/** Column names are shown to the user; a file that is no export may begin with anything. */
const MOST_SHOWN = 12;
/** Title lines that may stand above a header. */
export const MOST_TITLES = 12;

function recogniseCsv(
  text: Buffer,
  mark: number,
  isAll: boolean,
  options: FormOptions,
): Recognised {
  // `sep=;`, which spreadsheets write above everything else.
  const hint = /^sep=(.)\r?\n/i.exec(text.toString('latin1', 0, 16));
  const delimiters = hint?.[1] ? [hint[1]] : DELIMITERS;
  const body = text.subarray(hint?.[0].length ?? 0);
  const found = delimiters.map((delimiter) => findHeader(body, delimiter, isAll, options.shapes));
  const known = found.flatMap((header) =>
    header.table ? [{ ...header, table: header.table }] : [],
  );
  const [best] = known.sort((a, b) => b.cells.length - a.cells.length);
  if (!best) throw unknownColumns(found.map(({ cells }) => cells));
  const { table, delimiter } = best;
  const { kind, title, streams, facts } = table;
  return {
    ...{ kind, title, streams },
    begins: mark + text.length - body.length + best.bytes,
    firstNumber: best.lines + (hint ? 2 : 1),
    isWhole: false,
    ...(facts && { csv: { ...facts, delimiter } }),
    open: (order) => csvForm(table, delimiter, order, options),
  };
}

interface Header {
  /** Of the header, or of the widest row. */
  readonly cells: readonly string[];
  readonly delimiter: string;
  readonly table: KnownTable | undefined;
  /** Up to its end. */
  readonly bytes: number;
  readonly lines: number;
}

/** The first of the rows at the beginning that is a header of a known kind. */
function findHeader(
  text: Buffer,
  delimiter: string,
  isAll: boolean,
  shapes: readonly Shape[],
): Header {
  let bytes = 0;
  let widest: readonly string[] = [];
  let lines = 1;
  for (; lines <= MOST_TITLES; lines += 1) {
    const row = parseFirst(text.subarray(bytes), delimiter, isAll);
    if (!row) break;
    const { cells } = row;
    bytes += row.bytes;
    const next = parseFirst(text.subarray(bytes), delimiter, isAll)?.cells;
    const table = recogniseTable(cells, next, shapes);
    if (table) return { cells, delimiter, table, bytes, lines };
    if (cells.length > widest.length) widest = cells;
  }
  return { cells: widest, delimiter, table: undefined, bytes, lines };
}

/**
 * What a row is the header of. Receivers and warehouses keep payloads as text in a column of a table,
 * which tells it as a wrapper's name does.
 * @param next the row below it.
 */
export function recogniseTable(
  header: readonly string[],
  next: readonly string[] | undefined,
  shapes: readonly Shape[],
): KnownTable | undefined {
  const shape = recogniseHeader(header, shapes);
  if (shape) {
    const { kind, title, stream } = shape;
    return { kind, title, streams: [stream], header, facts: { header, shape } };
  }
  const isCapture = header.some((given, at) => {
    const name = given.trim().toLowerCase();
    // The rest are words that other tables use as well.
    const isSure = name === 'raw_payload' || name === '_airbyte_data';
    return isSure || (WRAPPERS.includes(name) && /^\s*[[{]/.test(next?.[at] ?? ''));
  });
  if (!isCapture) return undefined;
  return { ...CAPTURE, title: 'a table of captured webhooks', header, facts: undefined };
}

/** What to say of a table that nobody knows, without a cell of it. */
export function unknownColumns(rows: readonly (readonly string[])[]): Stranger {
  const [widest = []] = [...rows].sort((a, b) => b.length - a.length);
  if (!looksLikeHeader(widest)) {
    return new Stranger('it has no header of a known report');
  }
  const names = widest
    .slice(0, MOST_SHOWN)
    .map((name) => name.replace(/\s+/g, ' ').trim().slice(0, 24));
  const more = widest.length > MOST_SHOWN ? ' and more' : '';
  return new Stranger(
    `its columns are of no known report. Found: ${names.join(', ')}${more}. Say in \`files[].shape\` what they are; \`probe --file\` suggests it`,
  );
}

/** Reads lines of a table. */
interface TableReader {
  read(cells: readonly string[], number: number): readonly Found[];
  /** After the last line. Throws Stranger when nothing in the table was ours. */
  finish(): void;
}

export function openTable(known: KnownTable, order: DateOrder, options: FormOptions): TableReader {
  return known.facts ? openShape(known.facts, order, options) : openCapture(known, options);
}

function openShape(
  { header, shape }: TableFacts,
  order: DateOrder,
  { zone, asOfMs, name, count }: FormOptions,
): TableReader {
  const { stream } = shape;
  const add = (what: string): void => count(stream, what);
  const table = compileTable({ header, shape, order, zone, asOfMs, count: add });
  return {
    read(cells, number) {
      // The line end of a last row, or an empty line between rows: nobody's loss.
      if (cells.length <= 1 && !cells[0]?.trim()) return [];
      const row = table.read(cells, `${name}:${number}`);
      return row ? [{ stream, row }] : [];
    },
    finish() {},
  };
}

function openCapture({ header }: KnownTable, options: FormOptions): TableReader {
  const { read, finish } = createValueReader(options);
  // A cell of a spreadsheet takes 50,000 signs: `raw_payload_2` goes on where `raw_payload` ends.
  const names = header.map((name) =>
    name
      .trim()
      .toLowerCase()
      .replace(/(?<=payload)_\d+$/, ''),
  );
  return {
    read(cells, number) {
      if (cells.every((cell) => cell.trim() === '')) return [];
      const wrapper: Record<string, string> = {};
      for (const [at, name] of names.entries())
        wrapper[name] = (wrapper[name] ?? '') + (cells[at] ?? '');
      return read(wrapper, number, true);
    },
    finish,
  };
}

function csvForm(
  known: KnownTable,
  delimiter: string,
  order: DateOrder,
  options: FormOptions,
): Form {
  const { read, finish } = openTable(known, order, options);
  const { facts, header } = known;
  return {
    take(bytes, isLast, number) {
      const piece = parseCsv(bytes, delimiter, isLast);
      const rows: Found[] = [];
      for (const [index, cells] of piece.rows.entries()) {
        const found = read(cells, number + index);
        if (found.length === 0) continue;
        const isOpen = piece.isOpen && index === piece.rows.length - 1;
        if (isOpen && cells.length < header.length) throw new FileProblem(CUT_ROW);
        rows.push(...found);
        if (cells.length === header.length) continue;
        const odds = cells.length < header.length ? 'fewer' : 'more';
        const stream = facts?.shape.stream ?? 'files';
        options.count(stream, `a row of a file has ${odds} cells than its header has columns`);
      }
      const counted = piece.rows.length - (piece.isOpen ? 1 : 0);
      return { rows, consumed: piece.consumed, counted };
    },
    finish,
  };
}

export interface DateDecision {
  readonly order: DateOrder;
  /** No date told; there were some that can be read either way. */
  readonly isGuess: boolean;
}

/** Sees the date cells of a whole table and decides. */
interface DateSurvey {
  see(cells: readonly string[], number: number): void;
  /** Throws FileProblem when the dates contradict each other. */
  decide(): DateDecision;
}

/** Undefined: there is nothing to find out. */
export function surveyDates({ header, shape }: TableFacts): DateSurvey | undefined {
  const places = nameColumns(header, shape).filter(({ kind }) => kind === 'date');
  if (shape.order || places.length === 0) return undefined;
  const vote = createDateVote();
  let [firstDay, firstMonth] = [0, 0];
  return {
    see(cells, number) {
      for (const { at } of places) vote.see(cells[at]);
      const { dayFirst, monthFirst } = vote.votes();
      if (dayFirst > 0 && firstDay === 0) firstDay = number;
      if (monthFirst > 0 && firstMonth === 0) firstMonth = number;
    },
    decide() {
      const { dayFirst, monthFirst, open } = vote.votes();
      if (dayFirst > 0 && monthFirst > 0) {
        throw new FileProblem(
          `its dates contradict each other: in row ${firstDay} the day comes first, in row ${firstMonth} the month. Export it anew and do not save it in a spreadsheet, or say in \`files[].shape.dates\` which is right`,
        );
      }
      const isGuess = dayFirst === 0 && monthFirst === 0 && open > 0;
      return { order: monthFirst > 0 ? 'month-first' : 'day-first', isGuess };
    },
  };
}

const CAPTURE = {
  kind: 'webhooks',
  title: 'a capture of webhooks',
  streams: Object.values(WEBHOOKS).flat(),
};

function recogniseJson(
  text: Buffer,
  mark: number,
  isList: boolean,
  options: FormOptions,
): Recognised {
  const isLines = holdsLines(text, isList);
  return {
    ...CAPTURE,
    begins: mark,
    firstNumber: 1,
    isWhole: !isLines,
    open: () => (isLines ? linesForm(options) : wholeForm(options)),
  };
}

/** Whether one of the first lines is a value of its own; a list alone in its line is a list. */
function holdsLines(text: Buffer, isList: boolean): boolean {
  let from = 0;
  for (let line = 0; line < 8; line += 1) {
    const end = text.indexOf(0x0a, from);
    if (end === -1) return false;
    const value = parseValue(text.subarray(from, end));
    if (typeof value === 'object' && value !== null) {
      return !isList || !isBlank(text.subarray(end));
    }
    from = end + 1;
  }
  return false;
}

const NO_RECEIPT = 'a payload does not say when it was received; the moment of its file stands in';

/** The rows of JSON values of one file. */
function createValueReader({ name, zone, asOfMs, count }: FormOptions) {
  let [known, taken] = [0, 0];
  return {
    read(value: unknown, number: number, isLine: boolean): Found[] {
      const payloads = readPayloads(value);
      taken += payloads.length;
      return payloads.flatMap((payload, index): Found[] => {
        const { kind, stream, receivedMs } = payload;
        const { _received_at: _, ...row } = payload.row;
        if (kind) known += 1;
        const endless = (): void => count(stream ?? 'files', ENDLESS);
        if (isDeeper(row, MOST_LEVELS, endless)) {
          const what = `is nested deeper than ${MOST_LEVELS} levels`;
          count('files', `a payload in ${name} ${what} and was left out`);
          return [];
        }
        if (!stream) {
          const what = kind ? 'belongs to no stream' : 'is of no known shape';
          count('files', `a payload in ${name} ${what} and was left out`);
          return [];
        }
        const place = isLine ? number : number + index;
        const { updated_at, isOfFile, isFuture } = versionOf(payload, place, zone, asOfMs);
        if (isOfFile) count(stream, NO_RECEIPT);
        if (isFuture) count(stream, FUTURE);
        const received_at = receivedMs === undefined ? null : formatInstant(receivedMs);
        const _source = `${name}:${place}`;
        return [{ stream, row: { ...row, updated_at, received_at, _source } }];
      });
    },
    finish(): void {
      if (known > 0 || taken === 0) return;
      throw new Stranger(
        'none of its payloads is one of an abandoned-cart webhook (an id and `drop_stage`), a payment webhook (`entity`, `event` and `data`), an order callback or a shipment webhook',
      );
    },
  };
}

function wholeForm(options: FormOptions): Form {
  const { read, finish } = createValueReader(options);
  return {
    take(bytes, isLast, number) {
      if (!isLast) return { rows: [], consumed: 0, counted: 0 };
      const value = parseValue(bytes);
      if (value === undefined)
        throw new FileProblem(
          'it is not JSON, or not all of it, or several values in a row (write one a line)',
        );
      const rows = read(value, number, false);
      return { rows, consumed: bytes.length, counted: rows.length };
    },
    finish,
  };
}

function linesForm(options: FormOptions): Form {
  const { read, finish } = createValueReader(options);
  const take = (line: Buffer, number: number): Found[] => {
    const value = parseValue(line);
    if (value !== undefined) return read(value, number, true);
    options.count('files', `a line of ${options.name} is not JSON and was left out`);
    return [];
  };
  return {
    take(bytes, isLast, number) {
      const rows: Found[] = [];
      let from = 0;
      let counted = 0;
      for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, from)) {
        const line = bytes.subarray(from, end);
        if (!isBlank(line)) rows.push(...take(line, number + counted));
        counted += 1;
        from = end + 1;
      }
      const tail = bytes.subarray(from);
      if (isLast && !isBlank(tail)) {
        if (parseValue(tail) === undefined) {
          throw new FileProblem(
            'it ends in the middle of a line, as if it was still being written',
          );
        }
        rows.push(...take(tail, number + counted));
      }
      return { rows, consumed: from, counted };
    },
    finish,
  };
}

const isBlank = (bytes: Buffer): boolean => bytes.every((byte) => byte <= 0x20);
