import type { Facts } from '../kinds.ts';
import { INDIA_MS, indiaReport } from '../time.ts';
import { type Column, cellValue } from './columns.ts';

/** How a file spells its cells; `sheet`: it went through Google Sheets. */
export interface Spelling {
  readonly delimiter: string;
  readonly newline: '\r\n' | '\n';
  readonly sheet: boolean;
}

export function spellRow(
  facts: Facts,
  columns: readonly Column[],
  row: number,
  spelling: Spelling,
): string {
  const cells = columns.map((column) => spellCell(cellValue(facts, column), column, row, spelling));
  return cells.map((cell) => quote(cell, spelling)).join(spelling.delimiter) + spelling.newline;
}

function spellCell(value: unknown, { kind }: Column, row: number, { sheet }: Spelling): string {
  if (value === null || value === undefined) return kind === 'utm' ? 'NA' : '';
  switch (kind) {
    case 'money': {
      const text = (Number(value) / 100).toFixed(2);
      return row % 5 === 0 ? text.replace(/(\d)(\d{3}\.)/, '$1,$2') : text;
    }
    case 'minute':
      return sheet ? sheetTime(Number(value)) : indiaReport(Number(value));
    case 'id':
      // Excel's way to keep the digits of a long number.
      return row % 4 === 0 && String(value).length > 11 ? `'${value}` : String(value);
    default:
      return String(value);
  }
}

/** `09/09/2026 12:53 PM`, India time. */
function sheetTime(ms: number): string {
  const [year, month, day, hour = 0, minute] = new Date(ms + INDIA_MS)
    .toISOString()
    .split(/[-T:.]/)
    .map(Number);
  const two = (number: number | undefined): string => String(number).padStart(2, '0');
  const half = hour < 12 ? 'AM' : 'PM';
  return `${two(day)}/${two(month)}/${year} ${two(hour % 12 === 0 ? 12 : hour % 12)}:${two(minute)} ${half}`;
}

export function quote(cell: string, { delimiter }: Spelling): string {
  return /["\r\n]/.test(cell) || cell.includes(delimiter)
    ? `"${cell.replaceAll('"', '""')}"`
    : cell;
}
