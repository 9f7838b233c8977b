/** CSV in pieces: papaparse does the parsing; here are byte positions, stray quotes and character sets. */
import { isAscii, isUtf8 } from 'node:buffer';
import Papa from 'papaparse';
import { FileProblem } from './location.ts';

/** Cells of whole rows, and where in the bytes the last whole row ends. */
export interface CsvPiece {
  readonly rows: string[][];
  /** Bytes of `rows`, the last one's only if its end was seen: it may go on in what comes next. */
  readonly consumed: number;
  /** Whether the last of `rows` has no line end behind it. */
  readonly isOpen: boolean;
}

export const DELIMITERS = [',', ';', '\t', '|'];
/** A row that is longer has a quote that no one closed (bytes). */
const LONGEST_ROW = 8 * 1024 * 1024;

export const CUT_ROW =
  'it ends in the middle of a row, as if it was still being written, or a quote in it is open';

type Parsed = Papa.ParseResult<string[]>;

/**
 * Bytes → rows of cells. They are parsed as Latin-1, in which a character is a byte, so that
 * positions in the text are positions in the file; CSV's own signs are the same in UTF-8 and in
 * Windows-1252.
 *
 * @param isLast whether the file ends with these bytes.
 * @throws FileProblem when the file ends inside quotes
 */
export function parseCsv(bytes: Buffer, delimiter: string, isLast: boolean): CsvPiece {
  const text = toLines(bytes.toString('latin1'), isLast);
  const { parsed, consumed } = parseMending(text, delimiter, true, isLast);
  const { data: rows, errors } = parsed;
  let isOpen = false;
  if (isLast && consumed < bytes.length) {
    const { parsed: tail } = parseMending(text.slice(consumed), delimiter, false, true);
    if ([...errors, ...tail.errors].some(({ code }) => code === 'MissingQuotes')) {
      throw new FileProblem(CUT_ROW);
    }
    rows.push(...tail.data);
    isOpen = tail.data.length > 0;
  }
  cleanRows(rows, bytes);
  return { rows, consumed, isOpen };
}

/** The row at the beginning, and its bytes; undefined: there is none, or not all of it. */
export function parseFirst(
  bytes: Buffer,
  delimiter: string,
  isAll: boolean,
): { readonly cells: string[]; readonly bytes: number } | undefined {
  const config = { newline: '\n', delimiter, preview: 1, fastMode: false } as const;
  const text = toLines(bytes.toString('latin1'), isAll);
  const { data, meta }: Parsed = new Papa.Parser(config).parse(text, 0, !isAll);
  const [cells] = data;
  if (!cells || meta.cursor === 0) return undefined;
  cleanRows([cells], bytes);
  return { cells, bytes: Math.min(meta.cursor, bytes.length) };
}

/** All rows behind the first `begins` bytes of a text, some at a time. */
export async function* parseAll(
  text: AsyncIterable<Buffer>,
  begins: number,
  delimiter: string,
): AsyncGenerator<string[][]> {
  let skip = begins;
  let pending: Buffer = Buffer.alloc(0);
  for await (const chunk of text) {
    const fresh = chunk.subarray(Math.min(skip, chunk.length));
    skip -= chunk.length - fresh.length;
    pending = pending.length === 0 ? fresh : Buffer.concat([pending, fresh]);
    const { rows, consumed } = parseCsv(pending, delimiter, false);
    pending = pending.subarray(consumed);
    refuseLong(pending.length);
    yield rows;
  }
  yield parseCsv(pending, delimiter, true).rows;
}

export function refuseLong(pendingBytes: number): void {
  if (pendingBytes <= LONGEST_ROW) return;
  throw new FileProblem(`a row of it has no end within ${LONGEST_ROW >> 20} MiB: a quote is open`);
}

/** Line ends of any kind as `\n` or `\r\n`: a lone `\r` becomes a `\n` in its place. */
function toLines(text: string, isLast: boolean): string {
  if (!text.includes('\r')) return text;
  return text.replace(isLast ? /\r(?!\n)/g : /\r(?=[^\n])/g, '\n');
}

/**
 * A cell that begins with a quoted word (`"Kurta" blue`), or with a quote that no one closed, would swallow
 * what follows up to the next quote before a delimiter, lines later: such a cell ends on its line, its
 * quotes part of it.
 */
function parseMending(
  text: string,
  delimiter: string,
  ignoreLastRow: boolean,
  isLast: boolean,
): { readonly parsed: Parsed; readonly consumed: number } {
  const parse = (of: string): Parsed =>
    new Papa.Parser({ newline: '\n', delimiter, quoteChar: '"' }).parse(of, 0, ignoreLastRow);
  const mends: { readonly at: number; readonly signs: number }[] = [];
  let parsed = parse(text);
  let mended = text;
  while (parsed.errors.length > 0) {
    const mend = parsed.errors
      .filter(({ code }) => code === 'InvalidQuotes')
      .map(({ index = 0 }) => mendOf(mended, index - 1, delimiter, isLast))
      .find((found) => found !== undefined);
    if (!mend) break;
    const { from, to, cell } = mend;
    mended = mended.slice(0, from) + cell + mended.slice(to);
    mends.push({ at: from, signs: cell.length - (to - from) });
    parsed = parse(mended);
  }
  const { cursor } = parsed.meta;
  const inserted = mends.reduce((sum, { at, signs }) => (at < cursor ? sum + signs : sum), 0);
  return { parsed, consumed: Math.min(cursor - inserted, text.length) };
}

/** The cell whose quote stands at `from`, with its quotes doubled; undefined: it closes, or is not all there. */
function mendOf(
  text: string,
  from: number,
  delimiter: string,
  isLast: boolean,
): { readonly from: number; readonly to: number; readonly cell: string } | undefined {
  const line = text.indexOf('\n', from);
  if (line === -1 && !isLast) return undefined;
  const lineEnd = line === -1 ? text.length : line;
  const end = text[lineEnd - 1] === '\r' ? lineEnd - 1 : lineEnd;
  let stray = -1;
  for (let quote = text.indexOf('"', from + 1); quote !== -1 && quote < end; ) {
    const next = text[quote + 1];
    if (quote + 1 === end || next === delimiter) return undefined;
    const isDoubled = next === '"';
    if (!isDoubled && stray === -1) stray = quote;
    quote = text.indexOf('"', quote + (isDoubled ? 2 : 1));
  }
  if (stray === -1) {
    let quote = text.indexOf('"', end);
    while (quote !== -1 && text[quote + 1] === '"') quote = text.indexOf('"', quote + 2);
    // What stands behind it may still make it the one that closes the cell.
    if (quote === -1 || (!isLast && text.indexOf('\n', quote) === -1)) return undefined;
  }
  const comma = text.indexOf(delimiter, stray === -1 ? from : stray);
  const to = comma === -1 || comma > end ? end : comma;
  return { from, to, cell: `"${text.slice(from, to).replaceAll('"', '""')}"` };
}

const HIGH = /[\x80-\xff]/;
/** What Windows-1252 has where Latin-1 has control signs; the rest of both is the same. */
const WINDOWS = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

function cleanRows(rows: string[][], bytes: Buffer): void {
  const isPlain = isAscii(bytes);
  for (const row of rows) {
    // What is left of a `\r\n`.
    const last = row[row.length - 1];
    if (last?.endsWith('\r')) row[row.length - 1] = last.slice(0, -1);
    if (!isPlain) decodeCells(row);
  }
}

/** Each cell by itself: one that is no UTF-8 was written by a spreadsheet in its own character set. */
function decodeCells(row: string[]): void {
  for (const [index, cell] of row.entries()) {
    if (!HIGH.test(cell)) continue;
    const bytes = Buffer.from(cell, 'latin1');
    row[index] = isUtf8(bytes)
      ? bytes.toString()
      : cell.replace(/[\x80-\x9f]/g, (sign) => WINDOWS[sign.charCodeAt(0) - 0x80] ?? sign);
  }
}

/** What a mark at the beginning says of the two bytes of a character; undefined: none of UTF-16. */
export function markOf(head: Buffer): 'le' | 'be' | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'le';
  return head[0] === 0xfe && head[1] === 0xff ? 'be' : undefined;
}

/** How the two bytes of a character lie; undefined: it is no UTF-16. */
export function utf16Of(head: Buffer): 'le' | 'be' | undefined {
  const marked = markOf(head);
  if (marked) return marked;
  const pairs = Math.min(head.length, 256) >> 1;
  if (pairs < 4) return undefined;
  // Column names are ASCII: one byte of each pair is zero.
  let [first, second] = [0, 0];
  for (let at = 0; at < pairs * 2; at += 2) {
    if (head[at] === 0) first += 1;
    if (head[at + 1] === 0) second += 1;
  }
  if (second > pairs * 0.7 && first < pairs * 0.1) return 'le';
  return first > pairs * 0.7 && second < pairs * 0.1 ? 'be' : undefined;
}

/** The same text in UTF-8, without a mark: positions are those of this one. */
export async function* toUtf8(
  bytes: AsyncIterable<Buffer>,
  ends: 'le' | 'be',
): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(`utf-16${ends}`);
  for await (const chunk of bytes) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield Buffer.from(text);
  }
  const last = decoder.decode();
  if (last !== '') yield Buffer.from(last);
}
