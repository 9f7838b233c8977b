import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { pythonPrograms } from './tools/install.ts';

/** The package compiles for warehouses that are not here, and what comes out is their SQL. */

const run = promisify(execFile);
const COMPILE = join(import.meta.dirname, 'tools/compile.py');
const MODELS = resolve(import.meta.dirname, '../../analytics/models');

for (const target of ['bigquery', 'snowflake']) {
  t.test(target, async (t) => {
    const python = join(pythonPrograms('requirements'), 'python');
    const { stdout } = await run(python, [COMPILE, target]).catch((error) => error);
    const files = readdirSync(MODELS, { recursive: true, encoding: 'utf8' });
    const models = files.filter((file) => file.endsWith('.sql')).length;
    const said = stdout.trim().split('\n').at(-1) ?? '';
    const compiled = /^(\d+) models and tests compiled, 0 that do not parse$/.exec(said)?.[1];
    t.ok(compiled, stdout);
    t.ok(Number(compiled) > models, `${compiled} files, of ${models} models and their tests`);
  });
}
