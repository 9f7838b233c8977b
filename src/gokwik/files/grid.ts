/** Cells under a header → raw rows in the API's vocabulary, and what is no record at all. */
import { isJsonObject } from '../../cdk/json.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import { DAY_MS, formatInstant, type Zone } from '../records/time.ts';
import { type DateOrder, isImplausible, LOST, readCell, readId, readMoment } from './cells.ts';
import { bareColumn, fieldsOf, type Shape, snakeName, zoneOf } from './shapes.ts';

export interface TableOptions {
  readonly header: readonly string[];
  readonly shape: Shape;
  readonly order: DateOrder;
  readonly zone: Zone;
  /** Of the file, for messages. */
  readonly name: string;
  /** When the file was written, as far as it says (epoch ms). */
  readonly asOfMs: number | undefined;
  /** Days that its serial numbers lie behind those of other workbooks. */
  readonly firstDay?: number | undefined;
  /** Counts what is odd, in a phrase without a cell (I7). */
  count(what: string): void;
}

export interface Table {
  /**
   * The raw row of a line; undefined: it is no record but a blank, a total, a note, or the header
   * once more, and was counted.
   * @param source what the row's `_source` says.
   * @param isOpen whether it may go on.
   */
  read(cells: readonly string[], source: string, isOpen?: boolean): JsonObject | undefined;
}

/** Where the cells of a column go. */
export interface Target {
  readonly at: number;
  readonly column: string;
  /** The field, or the object of which `member` is one. */
  readonly name: string;
  readonly member: string | undefined;
  readonly kind: 'text' | 'id' | 'date';
  /** Of its times, as its name says. */
  readonly zone: Zone | undefined;
}

const EPOCH_MS = Date.UTC(2020, 0, 1);
/** Six digits count steps of this length (ms), which last until the year 2051. */
const STEP_MS = 1_000_000;

/**
 * The `updated_at` of a row by its latest stamp. Of two reports that hold the same row the younger
 * one's values must stay: a row stands one second before the latest stamp that it has, so that the
 * API's row, which cannot have changed earlier, is always the newer one; the digits behind that
 * second put files in the order in which they were written.
 *
 * @param asOfMs when the file was written, as far as it says.
 */
function createAge(asOfMs: number | undefined): (latestMs: number) => string {
  const steps = Math.floor(((asOfMs ?? EPOCH_MS) - EPOCH_MS) / STEP_MS);
  const rank = String(Math.max(1, Math.min(999_999, steps))).padStart(6, '0');
  return (latestMs) => {
    const before = formatInstant(Math.floor(latestMs / 1000) * 1000 - 1000);
    return `${before.slice(0, -1)}.${rank}Z`;
  };
}

/** Otherwise such a row would stay the newest for ever, whatever comes after it. */
export const FUTURE =
  '`updated_at` lies more than a day after its file was written; the moment of the file or of the other dates stands in';

/** `COD`, `refer mail`: as an id it would be that of many rows. */
const WORD = /^(?!.*\p{Ll}\p{Lu})[\p{L}\p{M}\s.,'&/-]{1,24}$/u;
/** What stands in a row of sums, beside what may look like an id. */
const TOTAL = /^\W*(?:grand |sub[ -]?)?totals?\W*$/i;

export function compileTable(options: TableOptions): Table {
  const { header, shape, order, zone, name: file, asOfMs, firstDay = 0, count } = options;
  const targets = nameColumns(header, shape);
  const empty: JsonObject = Object.fromEntries(targets.map(({ name }) => [name, null]));
  const { variant } = shape;
  const isVariant = variant && targets.some(({ name }) => variant.by.includes(name));
  const ageOf = createAge(asOfMs);
  // A stamp from the file's future says nothing about which version is the newer one.
  const youngestMs = (asOfMs ?? Number.POSITIVE_INFINITY) + DAY_MS;
  const bareHeader = header.map(bareColumn);
  const isOwn = shape.kind === 'shape';
  const proofs = new Set(isOwn ? shape.needs : shape.ids.filter((name) => name !== 'serial_no'));
  const hasDates = targets.some(({ kind }) => kind === 'date');
  const needsDate = !isOwn && shape.needs.some((name) => shape.dates.includes(name));
  const hasOwnVersion = targets.some(({ name }) => name === 'updated_at');
  const seen = new Map<string, number>();
  /** Ms of each date that the row has. */
  const stamps = new Map<string, number>();
  let hasId = false;
  /** Its columns with a date that is none. */
  let unread: string[] = [];
  /** What is told of it if it is a record. */
  let odd: string[] = [];

  function isHeader(cells: readonly string[]): boolean {
    const there = cells.filter((cell) => cell !== '').length;
    const same = cells.filter((cell, at) => cell !== '' && bareColumn(cell) === bareHeader[at]);
    return same.length > 1 && same.length * 2 > there;
  }

  function readDate(cell: string, { name, column, zone: own = zone }: Target): string | null {
    // One that its workbook shows as a number.
    const isSerial = firstDay > 0 && /^\d{5}(?:\.\d+)?$/.test(cell);
    const ms = readMoment(isSerial ? String(Number(cell) + firstDay) : cell, order, own);
    if (ms === undefined) {
      unread.push(column);
      return null;
    }
    if (isImplausible(ms, asOfMs ?? ms)) {
      count(`a date of column “${column}” of ${file} lies far outside what is plausible`);
    }
    stamps.set(name, ms);
    return formatInstant(ms);
  }

  function latest(): number | undefined {
    let found: number | undefined;
    for (const group of shape.moments) {
      const ms = group.map((name) => stamps.get(name)).find((stamp) => stamp !== undefined);
      if (ms !== undefined && ms <= youngestMs) found = Math.max(found ?? ms, ms);
    }
    return found;
  }

  /** Whether `cell` was something; it is in the row then, if it can be read. */
  function put(row: JsonObject, target: Target, cell: string): boolean {
    const { name, member, kind, column } = target;
    const value = kind === 'id' ? readId(cell) : readCell(cell);
    if (value === undefined) return false;
    // A merchant's own key may well be a name.
    hasId ||= proofs.has(name) && (isOwn || value === LOST || /\d/.test(value));
    if (kind === 'date') row[name] = readDate(value === LOST ? cell : value, target);
    else if (value === LOST) {
      odd.push(
        `cells of column “${column}” of ${file} were rounded by a spreadsheet (1.2E+12), lost in it (#REF!) or not computed (=B2), and are null. Export the file anew and do not save it in a spreadsheet, or format the column as text before`,
      );
    } else if (kind === 'id' && !isOwn && WORD.test(cell)) {
      odd.push(
        `a word stands for an id in column “${column}” of ${file}, and is null. Write the id, or leave the cell empty`,
      );
    } else if (member === undefined) row[name] = value;
    else if (isJsonObject(row[name])) row[name][member] = value;
    else row[name] = { [member]: value };
    return true;
  }

  /** The n-th of otherwise equal lines is a line of its own, in every report that has them. */
  function countEqual(row: JsonObject): void {
    if (!shape.counted) return;
    const key = shape.counted.map((name) => likeness(row[name])).join('\u0001');
    const nth = (seen.get(key) ?? 0) + 1;
    seen.set(key, nth);
    if (nth > 1) row.occurrence = nth;
  }

  function setVersion(row: JsonObject): void {
    const ownMs = stamps.get('updated_at');
    if (hasOwnVersion && ownMs !== undefined && ownMs <= youngestMs) return;
    if (hasOwnVersion && ownMs !== undefined) count(FUTURE);
    const latestMs = latest();
    if (latestMs !== undefined) row.updated_at = ageOf(latestMs);
    else row.updated_at = asOfMs === undefined ? null : formatInstant(asOfMs);
  }

  return {
    read(cells, source, isOpen = false) {
      const row: JsonObject = { ...empty };
      stamps.clear();
      [hasId, unread, odd] = [false, [], []];
      let filled = 0;
      for (const target of targets) {
        const cell = cells[target.at];
        if (cell !== undefined && cell !== '' && put(row, target, cell)) filled += 1;
      }
      if (filled === 0) {
        count('a blank row of a file was left out');
        return undefined;
      }
      if (stamps.size === 0 && isHeader(cells)) {
        count('a header that stands again among the rows was left out');
        return undefined;
      }
      const isTotal = cells.some((cell) => TOTAL.test(cell));
      // `Total orders,12` below the rows: what stands under an id's column is none.
      const isShort = hasDates && !isOpen && cells.length * 2 < header.length;
      const isUndated = needsDate && filled < 4 && !isOpen && unread.length === 0;
      const isNote =
        stamps.size === 0 ? isTotal || isShort || isUndated || !hasId : isTotal && !hasId;
      if (isNote || (filled === 1 && targets.length > 3)) {
        count('a row without id or date (a total or a note) was left out');
        return undefined;
      }
      for (const what of odd) count(what);
      for (const column of unread) {
        count(
          `dates of column “${column}” of ${file} are in no known spelling and are null. Write them as 2026-09-13 07:23`,
        );
      }
      if (isVariant) row[variant.field] = variant.value;
      countEqual(row);
      setVersion(row);
      row._source = source;
      return row;
    },
  };
}

/** How a part of a key counts: blank and 0 are one, and so are cases, spaces and `.0`. */
export function likeness(value: unknown): string {
  const text = String(value ?? '')
    .replace(/[\s,₹]+/g, '')
    .toLowerCase();
  const number = /^-?\d+\.\d*$/.test(text) ? text.replace(/\.?0*$/, '') : text;
  return number === '0' || number === '-0' ? '' : number;
}

export function nameColumns(header: readonly string[], shape: Shape): Target[] {
  const fieldOf = fieldsOf(shape);
  const objects = new Set(
    Object.values(shape.columns).flatMap((path) => path.split('.').slice(0, -1)),
  );
  const [ids, dates] = [new Set(shape.ids), new Set(shape.dates)];
  const targets = new Map<string, Target>();
  for (const [at, column] of header.entries()) {
    const snake = snakeName(column) || `column_${at + 1}`;
    const field = fieldOf(column) ?? snake;
    // An address may come as one text as well.
    let path = objects.has(field) ? `${field}_text` : field;
    // Two columns of one name are two columns.
    for (let nth = 2; targets.has(path); nth += 1) path = `${snake}_${nth}`;
    const [name = '', member] = path.split('.');
    const kind = ids.has(path) ? 'id' : dates.has(path) ? 'date' : 'text';
    const title = column.replace(/\s+/g, ' ').trim();
    targets.set(path, { at, column: title, name, member, kind, zone: zoneOf(title) });
  }
  return [...targets.values()];
}
