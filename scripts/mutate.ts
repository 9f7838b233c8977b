/**
 * Breaks the connector on purpose, one line at a time, and demands that a test notices. A mutation
 * that survives names a promise that no test keeps.
 *
 *   npm run mutate [-- words of the names of those to try]
 *
 * Each mutation is applied in a copy of the repository; the work tree is not touched.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DEFECTS, SOAK } from './mutations.ts';

/** A mutated loop may have no end. */
const TIMEOUT_MS = 240_000;
const PARTS = [
  'src',
  'test',
  'schemas',
  'catalog',
  'analytics',
  'integration_tests',
  'simulator',
  'examples',
  'scripts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];
const root = resolve(import.meta.dirname, '..');
const MUTATIONS = Object.entries(DEFECTS).flatMap(([file, defects]) =>
  Object.entries(defects).map(([name, defect]) => {
    return { test: file.replace('src/', 'test/'), ...defect, file, name };
  }),
);

function copyRepository(): string {
  const copy = mkdtempSync(join(tmpdir(), 'mutate-'));
  for (const part of PARTS) cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** Whether a test passes, or a shorter soak of the bundle. */
async function passes(test: string, folder: string): Promise<boolean> {
  if (test !== SOAK) return runs([test], folder);
  const soak = ['integration_tests/chaos/main.ts', '--only', 'soak', '--records', '200000'];
  return (await runs(['scripts/build.ts'], folder)) && (await runs(soak, folder));
}

/** By Node alone: tap's runner takes three times as long. */
function runs(command: readonly string[], folder: string): Promise<boolean> {
  return new Promise((done) => {
    spawn(process.execPath, ['--import', 'tsx', ...command], {
      cwd: folder,
      // A test of its own has tap's 30 seconds, whatever .taprc gives a suite.
      env: { ...process.env, TAP_BAIL: '1', TAP_TIMEOUT: String(TIMEOUT_MS / 1000) },
      stdio: 'ignore',
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    }).once('close', (code) => done(code === 0));
  });
}

/** Why a mutation counts as survived; undefined: a test noticed. */
async function survives(
  mutation: (typeof MUTATIONS)[number],
  folder: string,
): Promise<string | undefined> {
  const { name, file, find, replace, test } = mutation;
  const path = join(folder, file);
  const original = readFileSync(path, 'utf8');
  if (original.split(find).length !== 2)
    return `${name}: its text is not found exactly once in ${file}`;
  writeFileSync(
    path,
    original.replace(find, () => replace),
  );
  const isUnnoticed = await passes(test, folder);
  writeFileSync(path, original);
  return isUnnoticed ? name : undefined;
}

const wanted = process.argv.slice(2);
const mutations = MUTATIONS.filter(
  (m) => wanted.length === 0 || wanted.some((w) => m.name.includes(w)),
);
const problems: string[] = [];
const copies = Array.from({ length: Math.min(availableParallelism(), 4) }, copyRepository);
const beganMs = Date.now();

/** Tests that fail without a mutation would notice every one. */
const tests = new Set(mutations.map(({ test }) => test)).values();
const queue = mutations.values();
await Promise.all(
  copies.map(async (folder) => {
    for (const test of tests)
      if (!(await passes(test, folder))) problems.push(`${test} fails as it is`);
    for (const mutation of queue) {
      const problem = await survives(mutation, folder);
      console.log(`${problem ? 'SURVIVED' : 'killed  '}  ${mutation.name}`);
      if (problem) problems.push(problem);
    }
  }),
);
for (const folder of copies) rmSync(folder, { recursive: true, force: true });
const seconds = Math.round((Date.now() - beganMs) / 1000);
console.log(`${mutations.length} mutations tried in ${seconds} s, ${problems.length} problems`);
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
}
