/**
 * Rows as they come: as objects, as the places in the bytes of an answer where their values stand, or
 * as the cells of a sheet.
 */
import { isJsonObject } from '../../cdk/json.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import { release } from '../../http/release.ts';
import type { Scan } from '../../http/scan.ts';

const SCAN = Symbol('scan');
const COLUMNS = Symbol('columns');
const QUOTE = 34;
const APOSTROPHE = 39;
const OPEN_LIST = 91;
const OPEN_OBJECT = 123;

/** A row that was not made an object: `at` is its place in the spans of the scan. */
export interface ScannedRow {
  readonly [SCAN]: Scan;
  readonly at: number;
}

/** The columns of a sheet by their fields' names, and where their cells are. */
export interface Columns {
  readonly plain: readonly Column[];
  /** Objects of which columns are the members; no plain column has their names. */
  readonly heads: readonly { readonly name: string; readonly members: readonly Column[] }[];
}

export interface Column {
  readonly name: string;
  readonly at: number;
}

/** A row of a sheet; a cell that is empty or not there is null. */
export interface CellRow {
  readonly [COLUMNS]: Columns;
  readonly cells: readonly (string | undefined)[];
}

/** What is in a cell; undefined: nothing. */
export function cellOf(cells: CellRow['cells'], at: number): string | undefined {
  const cell = cells[at];
  if (!cell) return undefined;
  // Spreadsheets put an apostrophe before digits that must stay as they are.
  return cell.charCodeAt(0) === APOSTROPHE && cell.length > 1 ? cell.slice(1) : cell;
}

export const cellRow = (columns: Columns, cells: CellRow['cells']): CellRow => ({
  [COLUMNS]: columns,
  cells,
});

export type RawRow = JsonObject | ScannedRow | CellRow;

export const scanOf = (raw: RawRow): Scan | undefined => (raw as Partial<ScannedRow>)[SCAN];
const isScanned = (raw: RawRow): raw is ScannedRow => scanOf(raw) !== undefined;

/** Rows of a page that will not be read again. */
export function releaseRows(rows: readonly RawRow[]): void {
  const scan = rows[0] && scanOf(rows[0]);
  if (scan === undefined) return;
  release(scan.spans);
  release(scan.codes);
}

export const columnsOf = (raw: CellRow): Columns => raw[COLUMNS];
export const isCellRow = (raw: RawRow): raw is CellRow =>
  (raw as Partial<CellRow>)[COLUMNS] !== undefined;

/** The row as an object. */
export function objectOf(raw: RawRow): JsonObject {
  if (isCellRow(raw)) return assemble(raw);
  return isScanned(raw) ? JSON.parse(textOf(raw)) : (raw as JsonObject);
}

function assemble({ [COLUMNS]: { plain, heads }, cells }: CellRow): JsonObject {
  const valuesOf = (columns: readonly Column[]): JsonObject =>
    Object.fromEntries(columns.map(({ name, at }) => [name, cellOf(cells, at) ?? null]));
  const row = valuesOf(plain);
  for (const { name, members } of heads) {
    const there = members.filter(({ at }) => cellOf(cells, at) !== undefined);
    row[name] = there.length > 0 ? valuesOf(there) : null;
  }
  return row;
}

/** The row as JSON, the same for the same row in the same spelling. */
export function textOf(raw: RawRow): string {
  const scan = scanOf(raw);
  if (scan === undefined) return JSON.stringify(objectOf(raw));
  const { codes, spans } = scan;
  const { at } = raw as ScannedRow;
  return codes.toString('utf8', spans[at], spans[at + 1]);
}

/** The entries of a list in a row, undefined for one that is no object; undefined for no list. */
export function listIn(raw: RawRow, name: string): readonly (RawRow | undefined)[] | undefined {
  const scan = scanOf(raw);
  if (scan !== undefined) {
    const at = memberOf(scan, (raw as ScannedRow).at, name);
    return at === undefined ? undefined : entriesOf(scan, at);
  }
  const list = (raw as JsonObject)[name];
  return Array.isArray(list)
    ? list.map((entry) => (isJsonObject(entry) ? entry : undefined))
    : undefined;
}

/** The place of a member's value: the last one's, where a name stands twice. */
export function memberOf(scan: Scan, at: number, name: string): number | undefined {
  const { codes, spans } = scan;
  if (codes[spans[at] as number] !== OPEN_OBJECT) return undefined;
  const end = spans[at + 1] as number;
  const wanted = Buffer.from(name);
  let found: number | undefined;
  for (let place = at + 2; (spans[place] as number) < end; place = passOver(spans, place + 2)) {
    if (isNamed(scan, place, wanted)) found = place + 2;
  }
  return found;
}

/** Whether a name stands at a place: a third of the time of comparing strings. */
export function isNamed({ codes, spans }: Scan, place: number, name: Buffer): boolean {
  const from = (spans[place] as number) + 1;
  const { length } = name;
  if (codes[from + length] !== QUOTE || spans[place + 1] !== from + length + 1) return false;
  for (let at = 0; at < length; at++) if (codes[from + at] !== name[at]) return false;
  return true;
}

export function entriesOf(scan: Scan, at: number): (ScannedRow | undefined)[] | undefined {
  const { codes, spans } = scan;
  if (codes[spans[at] as number] !== OPEN_LIST) return undefined;
  const end = spans[at + 1] as number;
  const entries: (ScannedRow | undefined)[] = [];
  for (let place = at + 2; (spans[place] as number) < end; place = passOver(spans, place)) {
    const isObject = codes[spans[place] as number] === OPEN_OBJECT;
    entries.push(isObject ? { [SCAN]: scan, at: place } : undefined);
  }
  return entries;
}

/** The place behind a value and all that is in it. */
export function passOver(spans: Int32Array, at: number): number {
  const end = spans[at + 1] as number;
  let place = at + 2;
  while ((spans[place] as number) < end) place += 2;
  return place;
}
