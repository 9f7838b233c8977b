/** From the beginning of a text to a parser of its rows, or to a sentence on why there is none. */
import { isAscii, isUtf8 } from 'node:buffer';
import Papa from 'papaparse';
import type { JsonObject } from '../../cdk/protocol.ts';
import type { Anomalies } from '../anomalies.ts';
import { parseInstant, type Zone } from '../records/time.ts';
import { FileProblem, OtherStream } from './location.ts';
import {
  CSV_SHAPES,
  type CsvShape,
  compileRows,
  createAge,
  type FileKind,
  recogniseHeader,
} from './shapes.ts';
import { type JsonShape, parseValue, recognisePayload, rowOf, unwrap } from './webhooks.ts';

/** What one bite of bytes gave. */
interface Bite {
  readonly rows: readonly JsonObject[];
  /** Bytes that need not be read again. */
  readonly consumed: number;
  /** Lines or elements in `consumed`, the empty ones too: for the numbers in `_source`. */
  readonly counted: number;
}

export interface Form {
  readonly title: string;
  /** Bytes before the first row: a mark, a header. */
  readonly begins: number;
  /** The number of the first row, as a spreadsheet or an editor shows it. */
  readonly firstNumber: number;
  /** @param number of the first row in `bytes`. Throws FileProblem. */
  take(bytes: Buffer, isLast: boolean, number: number): Bite;
  /** After the last bite. Throws FileProblem when nothing in the file was what it should be. */
  finish(): void;
}

export interface FormOptions {
  readonly stream: string;
  /** What the merchant says that it is; undefined: find out. */
  readonly expected: FileKind | undefined;
  readonly zone: Zone;
  readonly asOfMs: number | undefined;
  /** What the text is called in `_source` and in messages. */
  readonly name: string;
  readonly anomalies: Anomalies;
}

/** Throws FileProblem when the file is another kind than was said, or another stream's. */
function expectKind(
  kind: FileKind,
  title: string,
  streams: readonly string[],
  { stream, expected }: FormOptions,
): void {
  if (expected !== undefined && expected !== kind) {
    throw new FileProblem(
      `it is ${title} (\`${kind}\`), not what \`format\` says (\`${expected}\`)`,
    );
  }
  if (!streams.includes(stream)) {
    throw new OtherStream(`it is ${title}, which belongs to stream ${streams.join(' or ')}`);
  }
}

/** @param isAll whether `head` is the whole text. */
export function recognise(head: Buffer, isAll: boolean, options: FormOptions): Form {
  const mark = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  refuseOthers(head);
  const text = head.subarray(mark);
  const first = text.find((byte) => byte > 0x20);
  if (first === undefined && isAll) throw new FileProblem('it is empty');
  if (first === 0x7b || first === 0x5b) return jsonForm(text, mark, first === 0x5b, options);
  return csvForm(text, mark, isAll, options);
}

/** What people take for an export, each with what to do. */
function refuseOthers(head: Buffer): void {
  const start = head.toString('latin1', 0, 512).trimStart().toLowerCase();
  if (head[0] === 0xff && head[1] === 0xfe) {
    throw new FileProblem('it is written in UTF-16: save it as CSV in UTF-8');
  }
  if (head[0] === 0xd0 && head[1] === 0xcf) {
    throw new FileProblem('it is an Excel workbook: save the sheet as CSV');
  }
  if (start.startsWith('%pdf')) throw new FileProblem('it is a PDF, not an export');
  if (/^(<!doctype|<html|<\?xml|<head|<body)/.test(start)) {
    throw new FileProblem(
      'it is a web page, probably that of a log-in: download it anew while you are logged in',
    );
  }
}

/** Cells of whole rows, and where in the bytes the last whole row ends. */
export interface CsvPiece {
  readonly rows: string[][];
  /** Bytes of `rows`, the last one's only if its end was seen: it may go on in what comes next. */
  readonly consumed: number;
  /** Whether the last of `rows` has no line end behind it. */
  readonly isOpen: boolean;
}

export interface Dialect {
  readonly delimiter: string;
  readonly newline: '\r\n' | '\n' | '\r';
}

/** A row that is longer has a quote that no one closed (bytes). */
export const LONGEST_ROW = 8 * 1024 * 1024;

/** The line end of a file, by its first one outside quotes. */
export function lineEndOf(head: Buffer): Dialect['newline'] {
  let quoted = false;
  for (let at = 0; at < head.length; at += 1) {
    const code = head[at];
    if (code === 0x22) quoted = !quoted;
    if (quoted) continue;
    if (code === 0x0a) return '\n';
    if (code === 0x0d) return head[at + 1] === 0x0a ? '\r\n' : '\r';
  }
  return '\n';
}

/** The first row that is not blank, and the bytes up to its end. */
export function parseHeader(
  text: Buffer,
  { delimiter, newline }: Dialect,
  isAll: boolean,
): { cells: string[]; bytes: number } {
  const config = { delimiter, newline, preview: 1, fastMode: false } as Papa.ParseConfig;
  const source = text.toString('latin1');
  let bytes = 0;
  for (;;) {
    const parser = new Papa.Parser(config);
    const { data, meta } = parser.parse(source.slice(bytes), 0, !isAll) as Papa.ParseResult<
      string[]
    >;
    const cells = data[0];
    if (!cells || meta.cursor === 0) return { cells: [], bytes };
    bytes += meta.cursor;
    if (cells.length === 1 && cells[0]?.trim() === '') continue;
    decodeCells(cells);
    return { cells, bytes };
  }
}

/**
 * Bytes → rows of cells. They are parsed as Latin-1, in which a character is a byte, so that
 * positions in the text are positions in the file; CSV's own signs are the same in UTF-8.
 *
 * @param isLast whether the file ends with these bytes.
 * @throws FileProblem when the file ends inside quotes
 */
export function parseCsv(
  bytes: Buffer,
  { delimiter, newline }: Dialect,
  isLast: boolean,
): CsvPiece {
  const text = bytes.toString('latin1');
  const parser = new Papa.Parser({ delimiter, newline, quoteChar: '"' } as Papa.ParseConfig);
  const { data, errors, meta } = parser.parse(text, 0, true) as Papa.ParseResult<string[]>;
  const consumed = Math.min(meta.cursor, bytes.length);
  const rows = data;
  let isOpen = false;
  if (isLast && consumed < bytes.length) {
    const tail = new Papa.Parser({ delimiter, newline } as Papa.ParseConfig).parse(
      text.slice(consumed),
      0,
      false,
    ) as Papa.ParseResult<string[]>;
    if ([...errors, ...tail.errors].some(({ code }) => code === 'MissingQuotes')) {
      throw new FileProblem('it ends in the middle of a row, as if it was still being written');
    }
    rows.push(...tail.data);
    isOpen = tail.data.length > 0;
  }
  if (!isAscii(bytes)) for (const row of rows) decodeCells(row);
  return { rows, consumed, isOpen };
}

const HIGH = /[\x80-\xff]/;
const WINDOWS = new TextDecoder('windows-1252');

/** Each cell by itself: one that is no UTF-8 was written by a spreadsheet in its own character set. */
function decodeCells(row: string[]): void {
  for (const [index, cell] of row.entries()) {
    if (!HIGH.test(cell)) continue;
    const bytes = Buffer.from(cell, 'latin1');
    row[index] = isUtf8(bytes) ? bytes.toString() : WINDOWS.decode(bytes);
  }
}

export const DELIMITERS = [',', ';', '\t', '|'];
/** Column names are shown to the user; a file that is no export may begin with anything. */
const MOST_SHOWN = 12;

/** @param mark length of the byte order mark before `text`. */
function csvForm(text: Buffer, mark: number, isAll: boolean, options: FormOptions): Form {
  const newline = lineEndOf(text);
  const dialects = DELIMITERS.map((delimiter): Dialect => ({ delimiter, newline }));
  const headers = dialects.map((dialect) => ({ dialect, ...parseHeader(text, dialect, isAll) }));
  const found = headers
    .map((header) => ({ ...header, shape: recogniseHeader(header.cells) }))
    .find(({ shape }) => shape !== undefined);
  if (!found?.shape) throw unknownHeader(headers.map(({ cells }) => cells));
  const { dialect, shape, cells: header } = found;
  expectKind(shape.kind, shape.title, [shape.stream], options);
  const rows = compileRows(header, shape, options.zone, options.asOfMs);
  const { anomalies, stream, name } = options;
  return {
    title: shape.title,
    begins: mark + found.bytes,
    firstNumber: 2,
    take(bytes, isLast, number) {
      const piece = parseCsv(bytes, dialect, isLast);
      const made: JsonObject[] = [];
      for (const [index, cells] of piece.rows.entries()) {
        if (cells.length === 1 && cells[0]?.trim() === '') continue;
        if (cells.length !== header.length) {
          const odds = cells.length < header.length ? 'fewer' : 'more';
          anomalies.add(stream, `a row of a file has ${odds} cells than its header has columns`);
        }
        made.push(rows.build(cells, `${name}:${number + index}`));
      }
      const counted = piece.rows.length - (piece.isOpen ? 1 : 0);
      return { rows: made, consumed: piece.consumed, counted };
    },
    finish() {},
  };
}

function unknownHeader(headers: readonly (readonly string[])[]): FileProblem {
  const found = [...headers].sort((a, b) => b.length - a.length)[0] ?? [];
  // A file without a header begins with data, which no message holds.
  const shown = found.filter((name) => /^\p{L}[\p{L} ._()-]{0,30}$/u.test(name.trim()));
  const names = shown.length * 2 < found.length ? [] : shown.slice(0, MOST_SHOWN);
  const more = found.length > names.length ? ' and more' : '';
  const kinds = CSV_SHAPES.map(
    ({ title, needed }: CsvShape) => `${title} has ${needed.map((name) => `“${name}”`).join(', ')}`,
  );
  return new FileProblem(
    `its columns are of no known export. Found: ${names.join(', ')}${more}. Known: ${kinds.join('; ')}`,
  );
}

/** Of a file that must be parsed as a whole: a list, or one payload over several lines. */
const MOST_WHOLE_BYTES = 64 * 1024 * 1024;

/** @param mark length of the byte order mark before `text`. */
function jsonForm(text: Buffer, mark: number, isList: boolean, options: FormOptions): Form {
  const lineEnd = text.indexOf(0x0a);
  const isLines = !isList && lineEnd !== -1 && parseValue(text.subarray(0, lineEnd)) !== undefined;
  let known: JsonShape | undefined;
  let others: JsonShape | undefined;
  let taken = 0;
  const { stream, name, anomalies, zone } = options;
  const ageOf = createAge(options.asOfMs);

  function take(bytes: Buffer, number: number): JsonObject[] {
    const value = parseValue(bytes);
    if (value === undefined) {
      if (!isLines) throw new FileProblem('it is not JSON, or not all of it');
      anomalies.add(stream, `a line of ${name} is not JSON and was left out`);
      return [];
    }
    const payloads = unwrap(value);
    taken += payloads.length;
    return payloads.flatMap((payload, index): JsonObject[] => {
      const shape = recognisePayload(payload);
      if (!shape) {
        anomalies.add(stream, `a payload in ${name} is of no known shape and was left out`);
        return [];
      }
      // A receiver may write all webhooks into one file.
      if (!shape.streams.includes(stream)) {
        others = shape;
        return [];
      }
      expectKind(shape.kind, shape.title, shape.streams, options);
      known = shape;
      const place = isLines ? number : number + index;
      const row = rowOf(payload, stream, `${name}:${place}`);
      if (!row) return [];
      const createdMs = parseInstant(row.created_at, zone);
      if (createdMs !== undefined) row.updated_at ??= ageOf(createdMs);
      return [row];
    });
  }

  return {
    title: 'webhook payloads',
    begins: mark,
    firstNumber: 1,
    take(bytes, isLast, number) {
      if (!isLines) {
        if (bytes.length > MOST_WHOLE_BYTES) {
          throw new FileProblem(
            'it is one JSON value of more than 64 MiB: write one payload a line',
          );
        }
        const rows = isLast ? take(bytes, number) : [];
        return { rows, consumed: isLast ? bytes.length : 0, counted: rows.length };
      }
      const rows: JsonObject[] = [];
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
    finish() {
      if (known || taken === 0) return;
      if (others) expectKind(others.kind, others.title, others.streams, options);
      else {
        throw new FileProblem(
          'none of its payloads is one of an abandoned-cart webhook (with `request_id` and `drop_stage`) or of a payment webhook (with `entity`, `event` and `data`)',
        );
      }
    },
  };
}

const isBlank = (bytes: Buffer): boolean => bytes.every((byte) => byte <= 0x20);
