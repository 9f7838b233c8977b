/**
 * `npm run bench`: measures everything, writes bench/results.json and docs/PERFORMANCE.md.
 * `--guard`: the short form, exit code 1 when something is out of bounds. `--long`: 1 and 5
 * million records too. `--render`: only writes the document anew from the last results.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guard } from './guard.ts';
import { report } from './report.ts';
import { buildHelpers, ROOT } from './setup.ts';
import { measureAll, type Results } from './suite.ts';

const flags = new Set(process.argv.slice(2));
const RESULTS = join(ROOT, 'bench/results.json');

if (flags.has('--guard')) {
  await buildHelpers();
  const problems = await guard();
  for (const problem of problems) console.error(`bench: ${problem}`);
  process.exitCode = problems.length > 0 ? 1 : 0;
} else {
  if (!flags.has('--render')) {
    await buildHelpers();
    writeFileSync(RESULTS, `${JSON.stringify(await measureAll(flags.has('--long')), null, 2)}\n`);
  }
  mkdirSync(join(ROOT, 'docs'), { recursive: true });
  const results = JSON.parse(readFileSync(RESULTS, 'utf8')) as Results;
  writeFileSync(join(ROOT, 'docs/PERFORMANCE.md'), report(results));
}
