/**
 * `npm run bench`: measures everything, writes bench/results.json and docs/PERFORMANCE.md.
 * `--guard`: the short form, exit code 1 when something is out of bounds. `--long`: 1 and 5 million
 * records too. `--only memory --only peers`: those sections anew. `--render`: only the document, from
 * the last results. What it says of `read` holds for the Node that runs it: the image's is best.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { guard } from './guard.ts';
import { report } from './report.ts';
import { buildHelpers, ROOT } from './setup.ts';
import { describeMachine, type Results, SECTIONS, type Section } from './suite.ts';

const RESULTS = join(ROOT, 'bench/results.json');
const { values } = parseArgs({
  options: {
    guard: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    render: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
  },
});

/** Written after every section: a run that is broken off keeps what it has. */
async function measureSections(): Promise<void> {
  await buildHelpers();
  const known = existsSync(RESULTS) ? readFileSync(RESULTS, 'utf8') : '{}';
  const results: Record<string, unknown> = { ...JSON.parse(known), ...describeMachine() };
  const wanted = values.only ?? Object.keys(SECTIONS);
  for (const name of wanted) {
    const section = SECTIONS[name as Section];
    if (!section) throw new Error(`there is no section ${name}`);
    console.error(`bench: ${name}`);
    results[name] = await section(values.long);
    writeFileSync(RESULTS, print(results));
  }
}

/** A line for each section, so that a change shows what was measured anew. */
function print(results: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(results).map(([name, one]) => `"${name}": ${JSON.stringify(one)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

if (values.guard) {
  await buildHelpers();
  const problems = await guard();
  for (const problem of problems) console.error(`bench: ${problem}`);
  process.exitCode = problems.length > 0 ? 1 : 0;
} else {
  if (!values.render) await measureSections();
  mkdirSync(join(ROOT, 'docs'), { recursive: true });
  const results = JSON.parse(readFileSync(RESULTS, 'utf8')) as Results;
  const page = join(ROOT, 'docs/PERFORMANCE.md');
  writeFileSync(page, report(results, existsSync(page) ? readFileSync(page, 'utf8') : ''));
}
