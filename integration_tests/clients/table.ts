import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './venvs.ts';

/** `ran` says the same at every run: figures of a run are for the log. */
export interface Row {
  readonly client: string;
  readonly version: string;
  readonly result: 'passed' | 'failed';
  readonly ran: string;
}

const FILE = join(ROOT, 'docs/CLIENTS.md');
const PART = /(<!-- clients -->\n)[\s\S]*?(<!-- \/clients -->)/;

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim();

function render(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ client, version, ran, result }) =>
      `| ${cell(client)} | ${cell(version)} | ${cell(ran)} | ${result} |`,
  );
  return [
    '| client | version | what was run | result |',
    '| --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}

/** Puts the rows between the markers of docs/CLIENTS.md. */
export function writeTable(rows: readonly Row[]): void {
  const text = readFileSync(FILE, 'utf8');
  if (!PART.test(text)) throw new Error(`${FILE} has no markers for the table of clients`);
  writeFileSync(
    FILE,
    text.replace(PART, (_, begin, end) => begin + render(rows) + end),
  );
}

/** The rows that the table has otherwise; how it is padded does not count. */
export function missingInTable(rows: readonly Row[]): string[] {
  const plain = (text: string): string => text.replace(/[ -]+/g, ' ');
  const table = PART.exec(readFileSync(FILE, 'utf8'))?.[0] ?? '';
  const found = new Set(table.split('\n').map(plain));
  const lines = render(rows).split('\n');
  return lines.filter((line) => line !== '' && !found.has(plain(line)));
}
