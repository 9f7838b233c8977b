import { percent, rupees, whole } from '../numbers.ts';
import { type Cell, escapeHtml, figureOf } from './html.ts';

/** One analysis: what it says in one sentence, the charts, the numbers. */
export interface Section {
  readonly id: string;
  /** What it is about, in two or three words. */
  readonly title: string;
  /** What the data say: the headline. */
  readonly finding: string;
  readonly html: string;
}

export const share = (value: number | null): Cell => figureOf(value, (v) => percent(v));
export const amount = (value: number): Cell => figureOf(value, rupees);
export const number = (value: number | null): Cell => figureOf(value, whole);
export const lead = (text: string) => `<p class="lead">${escapeHtml(text)}</p>`;
export const soft = (text: string) => `<p class="soft">${escapeHtml(text)}</p>`;
