/** Reports as CSV: their dialect, their kind, and their rows. */
import type { CellRow } from '../records/raw.ts';
import { compileRows, recogniseHeader } from './columns.ts';
import { type Dialect, lineEndOf, parseCsv, parseHeader } from './csv.ts';
import { expectKind, type Form, type FormOptions } from './form.ts';
import { FileProblem } from './problem.ts';
import { CSV_SHAPES, type CsvShape } from './shapes.ts';

const DELIMITERS = [',', ';', '\t', '|'];
/** Column names are shown to the user; a file that is no export may begin with anything. */
const MOST_SHOWN = 12;

/** @param mark length of the byte order mark before `text`. */
export function csvForm(text: Buffer, mark: number, isAll: boolean, options: FormOptions): Form {
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
      const made: CellRow[] = [];
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
  const names = found.slice(0, MOST_SHOWN).map((name) => name.replace(/\s+/g, ' ').slice(0, 24));
  const more = found.length > MOST_SHOWN ? ' and more' : '';
  const kinds = CSV_SHAPES.map(
    ({ title, needed }: CsvShape) => `${title} has ${needed.map((name) => `“${name}”`).join(', ')}`,
  );
  return new FileProblem(
    `its columns are of no known export. Found: ${names.join(', ')}${more}. Known: ${kinds.join('; ')}`,
  );
}
