import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/*
 * What the tests of the analytics need beside Node: each is found, or installed, or the test fails
 * and says what is missing. Python's packages go into .venv, pinned to the last one; PostgreSQL and
 * Chromium are Debian's.
 */

const VENVS = resolve(import.meta.dirname, '../../../.venv');
const PYTHON = process.env.PYTHON ?? 'python3';
/** Installs a hundred packages in seconds, where pip takes minutes. */
const UV = 'uv==0.13.9';

/**
 * `requirements`: dbt as it is today. `oldest`: the first dbt that will do. `warehouses`: dbt for engines
 * that need another DuckDB, or none.
 */
export type Python = 'requirements' | 'oldest' | 'warehouses';

const folderOf = (name: Python) => join(VENVS, name === 'requirements' ? 'analytics' : name);
const say = (program: string, args: readonly string[]) =>
  execFileSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });

/** The folder of the environment's programs. */
export function pythonPrograms(name: Python): string {
  const list = join(import.meta.dirname, `${name}.txt`);
  const wanted = readFileSync(list, 'utf8');
  const venv = folderOf(name);
  const mark = join(venv, 'installed.txt');
  const bin = join(venv, 'bin');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return bin;
  say(PYTHON, ['-m', 'venv', '--clear', venv]);
  say(join(bin, 'pip'), ['install', '--quiet', UV]);
  const target = ['--python', join(bin, 'python')];
  say(join(bin, 'uv'), [
    'pip',
    'install',
    '--quiet',
    '--no-deps',
    ...target,
    '--requirement',
    list,
  ]);
  writeFileSync(mark, wanted);
  return bin;
}

/** The folder of PostgreSQL's programs, the newest version that is there. */
export function postgresPrograms(): string {
  return found(findPostgres, 'PostgreSQL', 'postgresql');
}

/** Chromium's program. */
export function chromiumProgram(): string {
  return found(findChromium, 'Chromium', 'chromium');
}

function findPostgres(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root) : [];
  const folders = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(root, version, 'bin'));
  return folders.find((folder) => existsSync(join(folder, 'initdb')));
}

function findChromium(): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  return names.map((name) => join('/usr/bin', name)).find((path) => existsSync(path));
}

function found(find: () => string | undefined, name: string, debian: string): string {
  const there = find();
  if (there !== undefined) return there;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(`${name} is needed and not there: apt-get install ${debian}, or the like`);
  }
  say('apt-get', ['update', '-qq']);
  say('apt-get', ['install', '-qq', '--yes', '--no-install-recommends', debian]);
  const installed = find();
  if (installed === undefined) throw new Error(`apt-get installed ${debian}, but not ${name}`);
  return installed;
}

if (import.meta.filename === process.argv[1]) {
  pythonPrograms('requirements');
  pythonPrograms('oldest');
  pythonPrograms('warehouses');
  postgresPrograms();
  chromiumProgram();
}
