import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/*
 * Each client lives in a virtual environment of its own below .venv/clients, since their
 * dependencies disagree. What is in it is pinned, to the last package, in `requirements/`. uv puts
 * them there: the same packages from the same index as pip, in a fraction of the time.
 */

export const ROOT = resolve(import.meta.dirname, '../..');
const VENVS = join(ROOT, '.venv/clients');
const REQUIREMENTS = join(import.meta.dirname, 'requirements');
/** The newest Python that all of them take. */
const PYTHON = process.env.CLIENTS_PYTHON ?? 'python3.11';

const call = (program: string, args: readonly string[]): void =>
  void execFileSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });

/** Into a folder, so that neither a Python without venv nor one that its system manages minds. */
function installUv(): string {
  const folder = join(VENVS, 'uv');
  const program = join(folder, 'bin/uv');
  const file = join(REQUIREMENTS, 'uv.txt');
  if (!existsSync(program))
    call(PYTHON, [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--root-user-action',
      'ignore',
      '--target',
      folder,
      '--requirement',
      file,
    ]);
  return program;
}

/** The folder of the client's programs; installs them when they are not there as pinned. */
export function installClient(name: string): string {
  const venv = join(VENVS, name);
  const bin = join(venv, 'bin');
  const file = join(REQUIREMENTS, `${name}.txt`);
  const wanted = readFileSync(file, 'utf8');
  const mark = join(venv, 'installed.txt');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return bin;
  const uv = installUv();
  const fromMs = performance.now();
  call(uv, ['venv', '--quiet', '--clear', '--python', PYTHON, venv]);
  const into = ['--python', join(bin, 'python'), '--no-deps', '--requirement', file];
  call(uv, ['pip', 'install', '--quiet', ...into]);
  writeFileSync(mark, wanted);
  console.log(`installed ${name} in ${((performance.now() - fromMs) / 1000).toFixed(1)} s`);
  return bin;
}

/** The version of a package, as pinned. */
export function versionOf(client: string, name: string): string {
  const text = readFileSync(join(REQUIREMENTS, `${client}.txt`), 'utf8');
  const line = text.split('\n').find((entry) => entry.toLowerCase().startsWith(`${name}==`));
  if (!line) throw new Error(`${name} is not pinned for ${client}`);
  return line.split('==')[1] ?? '';
}
