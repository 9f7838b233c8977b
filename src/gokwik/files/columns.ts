/** Cells of a known kind of CSV → a raw row in the API's vocabulary. */
import { type CellRow, type Column, type Columns, cellRow } from '../records/raw.ts';
import { formatInstant, parseInstant, type Zone } from '../records/time.ts';
import { createAge } from './age.ts';
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
  /**
   * @param cells become the row's own.
   * @param source what the row's `_source` says.
   */
  build(cells: (string | undefined)[], source: string): CellRow;
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
  const { length } = header;
  const columns = nameColumns(header, shape);
  const placeOf = (name: string): number =>
    columns.plain.find((column) => column.name === name)?.at ?? -1;
  const moments = shape.moments.map(placeOf).filter((at) => at !== -1);
  const [source, updated] = [length, placeOf('updated_at')];
  const ageOf = createAge(asOfMs);

  return {
    build(cells, name) {
      cells[source] = name;
      // What a longer row has there is of no column.
      if (updated > source) cells[updated] = undefined;
      let latestMs = Number.NEGATIVE_INFINITY;
      for (const at of moments) {
        const ms = cells[at] ? parseInstant(cells[at], zone) : undefined;
        if (ms === undefined) continue;
        // Read once: the mapper knows the emitted form at a glance.
        cells[at] = formatInstant(ms);
        if (ms > latestMs) latestMs = ms;
      }
      if (!cells[updated] && Number.isFinite(latestMs)) cells[updated] = ageOf(latestMs);
      return cellRow(columns, cells);
    },
  };
}

/** Behind the columns of the file: `_source` and, where it has none, `updated_at`. */
function nameColumns(header: readonly string[], shape: CsvShape): Columns {
  const known = new Map(
    Object.entries(shape.columns).map(([column, field]) => [bareName(column), field]),
  );
  const objects = new Set(
    Object.values(shape.columns).flatMap((path) => path.split('.').slice(0, -1)),
  );
  const paths = new Map<string, number>();
  for (const [at, column] of header.entries()) {
    const field = known.get(bareName(column)) ?? (snakeName(column) || `column_${at + 1}`);
    // An address may come as one text as well.
    const path = objects.has(field) ? `${field}_text` : field;
    // Of two columns with one name, the first.
    if (!paths.has(path)) paths.set(path, at);
  }
  paths.set('_source', header.length);
  if (!paths.has('updated_at')) paths.set('updated_at', header.length + 1);

  const heads = new Map<string, Column[]>();
  const plain: Column[] = [];
  for (const [path, at] of paths) {
    const [name = '', member] = path.split('.');
    if (member === undefined) plain.push({ name, at });
    else heads.set(name, [...(heads.get(name) ?? []), { name: member, at }]);
  }
  return { plain, heads: [...heads].map(([name, members]) => ({ name, members })) };
}
