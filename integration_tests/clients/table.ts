import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { table, writePart } from '../../scripts/page.ts';
import { ROOT } from './venvs.ts';

/** `ran` says the same at every run: figures of a run are for the log. */
export interface Row {
  readonly client: string;
  readonly version: string;
  readonly result: 'passed' | 'failed';
  readonly ran: string;
}

const FILE = join(ROOT, 'docs/CLIENTS.md');

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim();

const render = (rows: readonly Row[]): string =>
  table(
    ['client', 'version', 'what was run', 'result'],
    rows.map(({ client, version, ran, result }) => [client, version, ran, result].map(cell)),
  );

export const writeTable = (rows: readonly Row[]): void => writePart(FILE, 'clients', render(rows));

/** The rows that the page has otherwise; how they are padded does not count. */
export function missingInTable(rows: readonly Row[]): string[] {
  const plain = (text: string): string => text.replace(/[ -]+/g, ' ');
  const found = new Set(readFileSync(FILE, 'utf8').split('\n').map(plain));
  return render(rows)
    .split('\n')
    .filter((line) => !found.has(plain(line)));
}
