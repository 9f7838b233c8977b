/**
 * Breaks the connector on purpose, one line at a time, and demands that a test notices. A mutation
 * that survives names a promise that no test keeps.
 *
 * Each mutation is applied in a copy of the repository; the work tree is not touched.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MUTATIONS } from './mutations.ts';

const root = resolve(import.meta.dirname, '..');
const copy = mkdtempSync(join(tmpdir(), 'mutate-'));
for (const part of [
  'src',
  'test',
  'schemas',
  'catalog',
  'integration_tests',
  'scripts',
  'package.json',
  'tsconfig.json',
  '.taprc',
]) {
  cpSync(join(root, part), join(copy, part), { recursive: true });
}
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));

const wanted = process.argv.slice(2);
const mutations = MUTATIONS.filter(
  (m) => wanted.length === 0 || wanted.some((w) => m.name.includes(w)),
);
const survivors: string[] = [];
for (const { name, file, find, replace, test } of mutations) {
  const path = join(copy, file);
  const original = readFileSync(path, 'utf8');
  if (original.split(find).length !== 2) {
    survivors.push(`${name}: its text is not found exactly once in ${file}`);
    continue;
  }
  writeFileSync(
    path,
    original.replace(find, () => replace),
  );
  const run = spawnSync('npx', ['tap', '--disable-coverage', '--bail', '-R', 'silent', test], {
    cwd: copy,
    encoding: 'utf8',
    timeout: 120_000,
  });
  writeFileSync(path, original);
  const killed = run.status !== 0;
  console.log(`${killed ? 'killed  ' : 'SURVIVED'}  ${name}`);
  if (!killed) survivors.push(name);
}
rmSync(copy, { recursive: true, force: true });
console.log(`${mutations.length - survivors.length} of ${mutations.length} mutations killed`);
if (survivors.length > 0) {
  console.error(`survived: ${survivors.join('; ')}`);
  process.exitCode = 1;
}
