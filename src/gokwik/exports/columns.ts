/** Cells of a known kind of CSV → a raw row in the API's vocabulary. */
import type { JsonObject } from '../../cdk/protocol.ts';
import { setAtPath } from '../records/dotted.ts';
import { formatInstant, parseInstant, type Zone } from '../records/time.ts';
import { bareName, CSV_SHAPES, type CsvShape, snakeName } from './shapes.ts';

/** The kind of CSV that a header is of: the one with the most of its columns, if all needed ones. */
export function recogniseHeader(header: readonly string[]): CsvShape | undefined {
  const found = new Set(header.map(bareName));
  const score = ({ columns }: CsvShape): number =>
    Object.keys(columns).filter((column) => found.has(bareName(column))).length;
  const candidates = CSV_SHAPES.filter(
    (shape) =>
      shape.needed.every((column) => found.has(bareName(column))) &&
      score(shape) * 3 >= Object.keys(shape.columns).length,
  );
  return candidates.sort((a, b) => score(b) - score(a))[0];
}

export interface RowBuilder {
  /** @param source what the row's `_source` says. */
  build(cells: readonly string[], source: string): JsonObject;
}

/**
 * @param asOfMs when the file was written, as far as it says: of two exports that hold the same
 *   order, the younger one's values must stay.
 */
export function compileRows(
  header: readonly string[],
  shape: CsvShape,
  zone: Zone,
  asOfMs: number | undefined,
): RowBuilder {
  const known = new Map(
    Object.entries(shape.columns).map(([column, field]) => [bareName(column), field]),
  );
  const taken = new Set<string>();
  const targets = header.map((column, index) => {
    const field = known.get(bareName(column)) ?? (snakeName(column) || `column_${index + 1}`);
    // Of two columns with one name, the first.
    if (taken.has(field)) return undefined;
    taken.add(field);
    return field;
  });
  const flat = targets.map((field) => (field?.includes('.') ? undefined : field));
  const nested = targets.flatMap((field, index) =>
    field?.includes('.') ? [{ index, path: field.split('.') }] : [],
  );
  const heads = [...new Set(nested.map(({ path }) => path[0] ?? ''))];
  const { moments } = shape;
  const names = [...flat.filter((field) => field !== undefined), ...heads, '_source'];
  if (moments) names.push('updated_at');
  const template = Object.fromEntries(names.map((name) => [name, null]));
  const rank = ageRank(asOfMs);

  return {
    build(cells, source) {
      const row: JsonObject = { ...template };
      for (let index = 0; index < flat.length; index += 1) {
        const field = flat[index];
        const cell = cells[index];
        if (field !== undefined && cell) row[field] = plainCell(cell);
      }
      for (const { index, path } of nested) {
        const cell = cells[index];
        if (cell) setAtPath(row, path, plainCell(cell));
      }
      row._source = source;
      if (moments && row.updated_at === null) row.updated_at = standIn(row, moments, zone, rank);
      return row;
    },
  };
}

/** Spreadsheets put an apostrophe before digits that must stay as they are. */
const plainCell = (cell: string): string =>
  cell.charCodeAt(0) === 39 && cell.length > 1 ? cell.slice(1) : cell;

/**
 * A file says when an order was made and paid, not when it last changed. Its rows stand one second
 * before the latest stamp that they have, so that the API's row of the same order, which cannot have
 * changed earlier, is always the newer one; the digits behind that second put exports in the order
 * in which they were made, so that an old one never takes the place of a newer one.
 */
function standIn(
  row: JsonObject,
  moments: readonly string[],
  zone: Zone,
  rank: string,
): string | null {
  const stamps = moments.flatMap((field) => parseInstant(row[field], zone) ?? []);
  if (stamps.length === 0) return null;
  const before = formatInstant(Math.floor(Math.max(...stamps) / 1000) * 1000 - 1000);
  return `${before.slice(0, 19)}.${rank}Z`;
}

const EPOCH_MS = Date.UTC(2020, 0, 1);
/** Six digits count steps of this length (ms), which last until the year 2051. */
const STEP_MS = 1_000_000;

function ageRank(asOfMs: number | undefined): string {
  const steps = Math.floor(((asOfMs ?? EPOCH_MS) - EPOCH_MS) / STEP_MS);
  return String(Math.max(1, Math.min(999_999, steps))).padStart(6, '0');
}
