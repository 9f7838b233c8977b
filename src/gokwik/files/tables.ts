/** Tables, of CSV and of workbooks: which row is the header of a known kind, and what reads those below it. */

import { CAPTURE, createValueReader } from './captures.ts';
import { type DateOrder, type Telling, tellOrder } from './cells.ts';
import { CUT_ROW, DELIMITERS, parseCsv, parseFirst } from './csv.ts';
import type { Form, FormOptions, Found, Recognised, TableFacts } from './forms.ts';
import { compileTable, nameColumns } from './grid.ts';
import { FileProblem, Stranger } from './location.ts';
import {
  bareColumn,
  hasColumnWord,
  looksLikeHeader,
  recogniseHeader,
  type Shape,
} from './shapes.ts';
import { WRAPPERS } from './webhooks.ts';

/** A table that is of some use, by its header. */
export interface KnownTable {
  readonly title: string;
  /** That it may have rows of. */
  readonly streams: readonly string[];
  readonly header: readonly string[];
  /** Undefined: each of its rows keeps a payload. */
  readonly facts: TableFacts | undefined;
}

/** Column names are shown to the user; a file that is no export may begin with anything. */
const MOST_SHOWN = 12;
/** Title lines that may stand above a header. */
export const MOST_TITLES = 12;

export function recogniseCsv(
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
  const { title, streams, facts } = table;
  return {
    ...{ title, streams },
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
    const { title, stream } = shape;
    return { title, streams: [stream], header, facts: { header, shape } };
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
  // A table without a header begins with data, which may be names too.
  const names = widest
    .filter(hasColumnWord)
    .slice(0, MOST_SHOWN)
    .map((name) => name.replace(/\s+/g, ' ').trim().slice(0, 24));
  const others = widest.length - names.length;
  const found = [...names, ...(others > 0 ? [`${others} not shown`] : [])].join(', ');
  return new Stranger(
    `its columns are of no known report. Found: ${found}. Say in \`files[].shape\` what they are; \`probe --file\` suggests it`,
  );
}

/** Reads lines of a table. */
interface TableReader {
  read(cells: readonly string[], number: number, isOpen?: boolean): readonly Found[];
  /** After the last line. Throws Stranger when nothing in the table was ours. */
  finish(): void;
  /** Columns of the rows that are read. */
  width(): number;
  /** Whether columns stood in another order on the way. */
  isMixed(): boolean;
}

export function openTable(known: KnownTable, order: DateOrder, options: FormOptions): TableReader {
  return known.facts ? openShape(known.facts, order, options) : openCapture(known, options);
}

function openShape(
  first: TableFacts,
  order: DateOrder,
  { zone, asOfMs, name, firstDay, count, shapes }: FormOptions,
): TableReader {
  const { stream } = first.shape;
  const add = (what: string): void => count(stream, what);
  const compile = ({ header, shape }: TableFacts) =>
    compileTable({ header, shape, order, zone, name, asOfMs, firstDay, count: add });
  const follow = followHeaders(first, shapes);
  let facts = first;
  let table = compile(first);
  return {
    read(cells, number, isOpen) {
      // The line end of a last row, or an empty line between rows: nobody's loss.
      if (cells.length <= 1 && !cells[0]?.trim()) return [];
      const other = follow(cells, number);
      if (other) {
        facts = other;
        table = compile(other);
        return [];
      }
      const row = table.read(cells, `${name}:${number}`, isOpen);
      return row ? [{ stream, row }] : [];
    },
    finish() {},
    width: () => facts.header.length,
    isMixed: () => facts !== first,
  };
}

/**
 * Sees the header of another table among the rows of one, as it stands where reports were laid one behind
 * another: of the same report its columns hold from there on.
 *
 * @throws FileProblem where it is one of another report
 */
function followHeaders(first: TableFacts, shapes: readonly Shape[]) {
  const names = new Set(shapes.flatMap(({ columns }) => Object.keys(columns).map(bareColumn)));
  const bareOf = (cells: readonly string[]): string => cells.map(bareColumn).join();
  let header = bareOf(first.header);
  return (cells: readonly string[], number: number): TableFacts | undefined => {
    const isLike = (cell = ''): boolean => /^\W*[a-z]/i.test(cell) && names.has(bareColumn(cell));
    if (!isLike(cells[0]) && !isLike(cells[1])) return undefined;
    const shape = recogniseHeader(cells, shapes, 0);
    if (!shape || bareOf(cells) === header) return undefined;
    if (shape.kind !== first.shape.kind) {
      throw new FileProblem(
        `another table begins in row ${number} of it, ${shape.title}: put it into a file of its own. What stands above it was read`,
      );
    }
    header = bareOf(cells);
    return { header: [...cells], shape };
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
    width: () => header.length,
    isMixed: () => false,
  };
}

/**
 * Where semicolons part cells, commas stand before decimals: `1.299,50`. No Indian group ends in two digits,
 * and none begins with zero.
 */
const withPoint = (cell: string): string =>
  /^-?(?:(?:[1-9]\d{0,2}(?:\.\d{3})+|\d+),\d{1,2}|0,\d+|[1-9]\d{0,2}(?:\.\d{3})+)$/.test(cell)
    ? cell.replaceAll('.', '').replace(',', '.')
    : cell;
/** Thousands, or three decimals of another country. */
const UNSURE = /^-?[1-9]\d{0,2}[.,]\d{3}$/;

function csvForm(
  known: KnownTable,
  delimiter: string,
  order: DateOrder,
  options: FormOptions,
): Form {
  const { read, finish, width, isMixed } = openTable(known, order, options);
  const stream = known.facts?.shape.stream ?? 'files';
  return {
    take(bytes, isLast, number) {
      const piece = parseCsv(bytes, delimiter, isLast);
      const rows: Found[] = [];
      let problem: FileProblem | undefined;
      for (const [index, given] of piece.rows.entries()) {
        const cells = delimiter === ';' ? given.map(withPoint) : given;
        try {
          const isOpen = piece.isOpen && index === piece.rows.length - 1;
          const found = read(cells, number + index, isOpen);
          if (found.length === 0) continue;
          if (isOpen && cells.length < width()) throw new FileProblem(CUT_ROW);
          rows.push(...found);
          if (delimiter === ';' && given.some((cell) => UNSURE.test(cell))) {
            options.count(stream, 'numbers such as 1.299 and 1,299 were read as thousands');
          }
        } catch (error) {
          if (!(error instanceof FileProblem)) throw error;
          problem = error;
          break;
        }
        const odds = cells.length < width() ? 'fewer' : 'more';
        // Delimiters with nothing behind them are no cells.
        if (!cells.slice(width()).join('') && odds === 'more') continue;
        options.count(
          stream,
          `a row of ${options.name} has ${odds} cells than its header has columns: values may stand under other columns than their own. Put cells that hold a delimiter or a line end into quotes`,
        );
      }
      const counted = piece.rows.length - (piece.isOpen ? 1 : 0);
      return { rows, consumed: piece.consumed, counted, problem };
    },
    finish,
    isMixed,
  };
}

export interface DateDecision {
  readonly order: DateOrder;
  /** No date told; there were some that can be read either way. */
  readonly isGuess: boolean;
}

/** Sees the date cells of a whole table and decides. */
export interface DateSurvey {
  see(cells: readonly string[], number: number): void;
  /** Throws FileProblem when the dates contradict each other. */
  decide(): DateDecision;
}

/** Undefined: there is nothing to find out. */
export function surveyDates(first: TableFacts, shapes: readonly Shape[]): DateSurvey | undefined {
  const placesOf = ({ header, shape }: TableFacts) =>
    nameColumns(header, shape).filter(({ kind }) => kind === 'date');
  let places = placesOf(first);
  if (first.shape.order || places.length === 0) return undefined;
  const follow = followHeaders(first, shapes);
  /** Of each column, the first row of each kind. */
  const columns = new Map<number, Map<Telling, number>>();
  return {
    see(cells, number) {
      const other = follow(cells, number);
      if (other) places = placesOf(other);
      for (const { at } of places) {
        const telling = tellOrder(cells[at]);
        if (telling === undefined) continue;
        const seen = columns.get(at) ?? new Map<Telling, number>();
        columns.set(at, seen);
        if (!seen.has(telling)) seen.set(telling, number);
      }
    },
    decide() {
      const all = [...columns.values()];
      const rowOf = (telling: Telling) => all.find((seen) => seen.has(telling))?.get(telling);
      const [firstDay, firstMonth] = [rowOf('day-first'), rowOf('month-first')];
      if (firstDay !== undefined && firstMonth !== undefined) {
        throw new FileProblem(
          `its dates contradict each other: in row ${firstDay} the day comes first, in row ${firstMonth} the month. ${MEND_DATES}`,
        );
      }
      const order = firstMonth === undefined ? 'day-first' : 'month-first';
      // A spreadsheet of the other order makes dates of those that it can read, and leaves the others.
      const half = all.find(
        (seen) => seen.has(order) && seen.has('early') && !seen.has('late') && !seen.has('open'),
      );
      if (half) {
        throw new FileProblem(
          `a spreadsheet took days for months in its dates: that of row ${half.get('early')} was turned, that of row ${half.get(order)} was left as text. ${MEND_DATES}`,
        );
      }
      const isKnown = firstDay !== undefined || firstMonth !== undefined;
      return { order, isGuess: !isKnown && rowOf('open') !== undefined };
    },
  };
}

const MEND_DATES =
  'Export it anew and do not save it in a spreadsheet; or, if they are right, say in `files[].shape.dates` which comes first';
