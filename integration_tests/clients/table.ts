import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './venvs.ts';

export interface Row {
  readonly client: string;
  readonly version: string;
  readonly result: 'passed' | 'failed';
  readonly ran: string;
}

const FILE = join(ROOT, 'docs/CLIENTS.md');
const [BEGIN, END] = ['<!-- clients:begin -->', '<!-- clients:end -->'];

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim();

/** Puts the rows between the markers of docs/CLIENTS.md. */
export function writeTable(rows: readonly Row[], on: string): void {
  const text = readFileSync(FILE, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${FILE} has no markers`);
  const lines = rows.map(
    ({ client, version, ran, result }) =>
      `| ${cell(client)} | ${cell(version)} | ${cell(ran)} | ${result} |`,
  );
  const table = [
    BEGIN,
    `Written by \`npm run test:clients\` on ${on}.`,
    '',
    '| client | version | what was run | result |',
    '| --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
  writeFileSync(FILE, text.slice(0, begin) + table + text.slice(end));
}
