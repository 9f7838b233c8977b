import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Test } from 'tap';
import { withPart } from '../../../scripts/page.ts';
import type { Stage } from './month.ts';

const PAGE = resolve(import.meta.dirname, '../../../docs/FAULTS.md');

/** What is wrong, where the files are, what is changed in the account, and what must be said. */
export type Fault = readonly [string, string, Record<string, unknown>, RegExp];

/** Each mistake has its sentence, which `check` says, and docs/FAULTS.md has the sentences. */
export async function proveFaults(
  t: Test,
  scheme: string,
  { check }: Pick<Stage, 'check'>,
  faults: readonly Fault[],
): Promise<void> {
  const lines = ['', `| \`${scheme}\`: what is wrong | What you see |`, '| --- | --- |'];
  for (const [name, location, changes, sentence] of faults) {
    const said = await check(location, changes);
    t.match(said, /^FAILED: Files cannot be read\. /, name);
    t.match(said, sentence, name);
    lines.push(`| ${name} | ${plain(said)} |`);
  }
  const page = readFileSync(PAGE, 'utf8');
  const written = withPart(page, scheme, `${lines.join('\n')}\n`);
  if (process.env.WRITE_FAULTS) writeFileSync(PAGE, written);
  else t.equal(page, written, 'docs/FAULTS.md says it: WRITE_FAULTS=1 npm run test:stores');
}

/** Without what is another one in each run. */
const plain = (said: string): string =>
  said
    .replace(/^FAILED: Files cannot be read\. /, '')
    .replace(/ \[GK_\w+\] \[at .*$/, '')
    .replace(/SHA256:[A-Za-z0-9+/]+/g, 'SHA256:…')
    .replace(/\bid-\d+/g, 'FOLDER')
    .replace(/(?<=does not let )\S+/, 'USER')
    .replaceAll('|', '\\|');
