/** Cells of a known kind of CSV → a raw row in the API's vocabulary. */
import { isJsonObject } from '../../cdk/json.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import { shapeRow } from '../records/shapes.ts';
import type { Zone } from '../records/time.ts';
import { createStamp } from './age.ts';
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
  const nested = targets.flatMap((field, index) => {
    const [head = '', name] = field?.split('.') ?? [];
    return name === undefined ? [] : [{ index, head, name }];
  });
  const { moments } = shape;
  const heads = new Set(nested.map(({ head }) => head));
  const own = flat.filter((field) => field !== undefined);
  const names = [...own, ...heads, '_source', 'updated_at'];
  const template = shapeRow(names);
  const stamp = createStamp(zone, asOfMs);

  return {
    build(cells, source) {
      const row: JsonObject = { ...template };
      for (let index = 0; index < flat.length; index += 1) {
        const field = flat[index];
        const cell = cells[index];
        if (field !== undefined && cell) row[field] = plainCell(cell);
      }
      for (const { index, head, name } of nested) {
        const cell = cells[index];
        if (!cell) continue;
        const inner = row[head];
        if (isJsonObject(inner)) inner[name] = plainCell(cell);
        else row[head] = { [name]: plainCell(cell) };
      }
      row._source = source;
      stamp(row, moments);
      return row;
    },
  };
}

/** Spreadsheets put an apostrophe before digits that must stay as they are. */
const plainCell = (cell: string): string =>
  cell.charCodeAt(0) === 39 && cell.length > 1 ? cell.slice(1) : cell;
