import type { Facts } from '../streams/stream.ts';
import { indiaDashedDay, indiaReport, indiaSheet } from '../world/time.ts';

/** Columns of reports: the name in the file, the field that it says, and how its value is spelled. */
export interface Column {
  readonly name: string;
  /** In the connector's vocabulary; a dot leads into an object. */
  readonly field: string;
  /** `id`: digits that a spreadsheet must not touch. `minute`: an instant without its seconds. */
  readonly kind: 'text' | 'id' | 'utm' | 'money' | 'decimal' | 'count' | 'minute' | 'list';
  /** What stands where there is nothing, by the row. Default: a blank, `NA` in a UTM column. */
  readonly nothing?: (facts: Facts) => string;
}

export const column = (name: string, field: string, kind: Column['kind'] = 'text'): Column => ({
  name,
  field,
  kind,
});

/** How a file spells its cells. `sheet`: it went through Google Sheets; `dashed`: `09-09-2026 12:53`. */
export interface Spelling {
  readonly newline: '\r\n' | '\n';
  readonly time: 'report' | 'sheet' | 'dashed';
}

const TIMES = { report: indiaReport, sheet: indiaSheet, dashed: indiaDashedDay };

export function csvRow(
  facts: Facts,
  columns: readonly Column[],
  row: number,
  spelling: Spelling,
): string {
  return csvLine(
    columns.map((column) => spellCell(facts, column, row, spelling)),
    spelling,
  );
}

export const csvLine = (cells: readonly string[], { newline }: Spelling): string =>
  cells.map(quote).join(',') + newline;

function spellCell(facts: Facts, column: Column, row: number, { time }: Spelling): string {
  const value = cellValue(facts, column);
  const { kind } = column;
  if (value === null || value === undefined) {
    return column.nothing?.(facts) ?? (kind === 'utm' ? 'NA' : '');
  }
  switch (kind) {
    case 'money': {
      if (value === 0) return '0';
      const text = (Number(value) / 100).toFixed(2);
      return row % 5 === 0 ? text.replace(/(\d)(\d{3}\.)/, '$1,$2') : text;
    }
    case 'minute':
      return TIMES[time](Number(value));
    case 'id':
      // Excel's way to keep the digits of a long number.
      return row % 4 === 0 && String(value).length > 11 ? `'${value}` : String(value);
    case 'list':
      return (value as readonly string[]).join(', ');
    default:
      return String(value);
  }
}

/** Amounts as numbers, all else as text: a workbook needs neither apostrophes nor commas. */
export function sheetRow(facts: Facts, columns: readonly Column[]): (string | number)[] {
  const spelling: Spelling = { newline: '\n', time: 'report' };
  return columns.map((column) => {
    const value = cellValue(facts, column);
    if (column.kind === 'money' && typeof value === 'number') return value / 100;
    return spellCell(facts, column, 1, spelling);
  });
}

const quote = (cell: string): string =>
  /["\r\n,]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

/** The value of a column; objects are reached by the dots of its field. */
export function cellValue(facts: Facts, { field }: Column): unknown {
  return field
    .split('.')
    .reduce<unknown>((inner, name) => (inner as Facts | null)?.[name] ?? null, facts);
}
