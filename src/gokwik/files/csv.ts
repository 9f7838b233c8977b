/** CSV in pieces: papaparse does the parsing; here are byte positions and character sets. */
import { isAscii, isUtf8 } from 'node:buffer';
import Papa from 'papaparse';
import { FileProblem } from './problem.ts';

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
