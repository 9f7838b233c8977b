import papaparse from 'papaparse';
import { type Grain, longBand } from './calendar.ts';
import { NOTHING, percent, points, rupees, whole } from './numbers.ts';

/** Pieces of the page. Text from data is escaped here and nowhere else. */

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

/** A cell: text, or what is shown and the figure or date behind it. */
export type Cell = string | { readonly text: string; readonly value: number | string | null };

export function figureOf(value: number | null, show: (value: number) => string): Cell {
  return { text: value === null ? NOTHING : show(value), value };
}

export interface Table<Row> {
  /** Names the table for tests, links and the file of its CSV. */
  readonly id: string;
  readonly caption: string;
  /** By heading; the first one names the row. */
  readonly columns: Readonly<Record<string, (row: Row) => Cell>>;
  readonly rows: readonly Row[];
  /** How many rows the page shows; the CSV has all. */
  readonly most?: number;
}

export function tableHtml<Row>({
  id,
  caption,
  columns,
  rows,
  most = rows.length,
}: Table<Row>): string {
  if (rows.length === 0) return '';
  const headings = Object.keys(columns);
  const cells = rows.map((row) => Object.values(columns).map((cell) => cell(row)));
  const head = headings
    .map((heading, column) => {
      const words = cells.every((row) => typeof row[column] === 'string');
      return `<th scope="col"${words ? ' class="words"' : ''}>${escapeHtml(heading)}</th>`;
    })
    .join('');
  const body = cells.slice(0, most).map((row) => `<tr>${row.map(cellHtml).join('')}</tr>`);
  const rest = rows.length > most ? ` (${whole(most)} of ${whole(rows.length)})` : '';
  // The caption stands outside: inside, it would scroll away with the columns on a phone.
  return (
    `<p class="caption"><span id="${id}-caption">${escapeHtml(caption + rest)}</span> ` +
    `<a download="gokwik-${id}.csv" href="${csvAddress(headings, cells)}" ` +
    `aria-label="CSV: ${escapeHtml(caption)}">CSV</a></p>` +
    `<div class="scroll" tabindex="0" role="region" aria-labelledby="${id}-caption">` +
    `<table id="${id}" aria-labelledby="${id}-caption">` +
    `<thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`
  );
}

function cellHtml(cell: Cell, column: number): string {
  const shown = escapeHtml(typeof cell === 'string' ? cell : cell.text);
  const value = typeof cell === 'string' ? '' : ` data-value="${cell.value ?? ''}"`;
  if (column === 0) return `<th scope="row"${value}>${shown}</th>`;
  return `<td${value || ' class="words"'}>${shown}</td>`;
}

/** Where a spreadsheet would take a text for a formula. */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;

/** The table as a file inside the page: figures as they are, text as text. */
function csvAddress(headings: readonly string[], cells: readonly (readonly Cell[])[]): string {
  const rows = cells.map((row) =>
    row.map((cell) => (typeof cell === 'string' ? cell : cell.value)),
  );
  const csv = papaparse.unparse([headings, ...rows], { escapeFormulae: FORMULA });
  // Spreadsheets know UTF-8 by its mark.
  return `data:text/csv;charset=utf-8,${encodeURIComponent(`\uFEFF${csv}\r\n`)}`;
}

/** A chart for the eyes, one sentence for the ears, and the numbers for both; nothing where nothing is. */
export function chartHtml<Row>(options: {
  caption: string;
  summary: string;
  drawing: string;
  key?: string;
  table: Table<Row>;
}): string {
  const { caption, summary, drawing, key = '', table } = options;
  if (table.rows.length === 0) return '';
  return (
    `<figure><figcaption>${escapeHtml(caption)}</figcaption>${key}` +
    `<p class="unseen">${escapeHtml(summary)}</p>${drawing}</figure>` +
    folded('Show the numbers', tableHtml(table))
  );
}

/** What is to be opened; nothing where nothing is. */
export function folded(title: string, html: string, isOpen = false): string {
  return html === ''
    ? ''
    : `<details${isOpen ? ' open' : ''}><summary>${title}</summary>${html}</details>`;
}

/** What the colours of a chart mean. */
export function keyHtml(entries: readonly { name: string; style: string }[]): string {
  const items = entries.map(
    ({ name, style }) => `<li><i style="background:${style}"></i>${escapeHtml(name)}</li>`,
  );
  return `<ul class="key" aria-hidden="true">${items.join('')}</ul>`;
}

export const share = (value: number | null): Cell => figureOf(value, (v) => percent(v));
export const amount = (value: number | null): Cell => figureOf(value, rupees);
export const number = (value: number | null): Cell => figureOf(value, whole);
export const change = (value: number | null): Cell => figureOf(value, points);
export const band = (date: string, grain: Grain): Cell => ({
  text: longBand(date, grain),
  value: date,
});
export const lead = (text: string) => `<p class="lead">${escapeHtml(text)}</p>`;
export const soft = (text: string) => `<p class="soft">${escapeHtml(text)}</p>`;
