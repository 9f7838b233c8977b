import { NOTHING, percent, rupees, whole } from './numbers.ts';

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

/** A cell: what is shown, and the figure behind it. */
export type Cell = string | { readonly text: string; readonly value: number | null };

export function figureOf(value: number | null, show: (value: number) => string): Cell {
  return { text: value === null ? NOTHING : show(value), value };
}

export interface Table {
  /** Names the table for tests and for links. */
  readonly id: string;
  readonly caption: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export function tableHtml({ id, caption, headings, rows }: Table): string {
  const head = headings
    .map((heading, column) => {
      const words = rows.length > 0 && rows.every((row) => typeof row[column] === 'string');
      return `<th scope="col"${words ? ' class="words"' : ''}>${escapeHtml(heading)}</th>`;
    })
    .join('');
  const body = rows.map((row) => `<tr>${row.map(cellHtml).join('')}</tr>`).join('');
  // The caption stands outside: inside, it would scroll away with the columns on a phone.
  return (
    `<p class="caption" id="${id}-caption">${escapeHtml(caption)}</p>` +
    `<div class="scroll" tabindex="0" role="region" aria-labelledby="${id}-caption">` +
    `<table id="${id}" aria-labelledby="${id}-caption">` +
    `<thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`
  );
}

function cellHtml(cell: Cell, column: number): string {
  if (typeof cell !== 'string') {
    return `<td data-value="${cell.value ?? ''}">${escapeHtml(cell.text)}</td>`;
  }
  return column === 0
    ? `<th scope="row">${escapeHtml(cell)}</th>`
    : `<td class="words">${escapeHtml(cell)}</td>`;
}

/** A chart for the eyes, one sentence for the ears, and the numbers for both. */
export function chartHtml(options: {
  caption: string;
  summary: string;
  drawing: string;
  key?: string;
  table?: Table;
}): string {
  const { caption, summary, drawing, key = '', table } = options;
  return (
    `<figure><figcaption>${escapeHtml(caption)}</figcaption>${key}` +
    `<p class="unseen">${escapeHtml(summary)}</p>${drawing}</figure>` +
    (table ? `<details><summary>Show the numbers</summary>${tableHtml(table)}</details>` : '')
  );
}

/** Shown where the chart is too narrow to have the names in it. */
export function keyHtml(entries: readonly { name: string; colour: string }[]): string {
  const items = entries.map(
    ({ name, colour }) => `<li><i style="background:${colour}"></i>${escapeHtml(name)}</li>`,
  );
  return `<ul class="key once" aria-hidden="true">${items.join('')}</ul>`;
}

export const share = (value: number | null): Cell => figureOf(value, (v) => percent(v));
export const amount = (value: number): Cell => figureOf(value, rupees);
export const number = (value: number | null): Cell => figureOf(value, whole);
export const lead = (text: string) => `<p class="lead">${escapeHtml(text)}</p>`;
export const soft = (text: string) => `<p class="soft">${escapeHtml(text)}</p>`;
