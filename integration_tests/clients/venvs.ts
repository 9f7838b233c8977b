import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/*
 * Each client lives in a virtual environment of its own below .venv/clients, since their
 * dependencies disagree. What is in it is pinned, to the last package, in `requirements/`.
 */

export const ROOT = resolve(import.meta.dirname, '../..');
const VENVS = join(ROOT, '.venv/clients');
const REQUIREMENTS = join(import.meta.dirname, 'requirements');
/** The newest Python that all of them take. */
const PYTHON = process.env.CLIENTS_PYTHON ?? 'python3.11';

/** The folder of the client's programs; installs them when they are not there as pinned. */
export function installClient(name: string): string {
  const venv = join(VENVS, name);
  const bin = join(venv, 'bin');
  const wanted = readFileSync(join(REQUIREMENTS, `${name}.txt`), 'utf8');
  const mark = join(venv, 'installed.txt');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return bin;
  execFileSync(PYTHON, ['-m', 'venv', venv], { stdio: 'inherit' });
  const file = join(REQUIREMENTS, `${name}.txt`);
  execFileSync(join(bin, 'pip'), ['install', '--quiet', '--no-deps', '--requirement', file], {
    stdio: 'inherit',
  });
  writeFileSync(mark, wanted);
  return bin;
}

/** The version of a package, as pinned. */
export function versionOf(client: string, name: string): string {
  const text = readFileSync(join(REQUIREMENTS, `${client}.txt`), 'utf8');
  const line = text.split('\n').find((entry) => entry.toLowerCase().startsWith(`${name}==`));
  if (!line) throw new Error(`${name} is not pinned for ${client}`);
  return line.split('==')[1] ?? '';
}
