import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { pythonPrograms } from './tools/install.ts';

/**
 * The package compiles for warehouses that are not here, made anew and incrementally, and what comes out
 * is their SQL.
 */

const run = promisify(execFile);
const COMPILE = join(import.meta.dirname, 'tools/compile.py');
const SAID =
  /^(\d+) models and tests compiled, (\d+) of them for an incremental run too, 0 that do not parse$/;
const MODELS = resolve(import.meta.dirname, '../../analytics/models');

for (const target of ['bigquery', 'snowflake']) {
  t.test(target, async (t) => {
    const python = join(pythonPrograms('requirements'), 'python');
    const { stdout } = await run(python, [COMPILE, target]).catch((error) => error);
    const files = readdirSync(MODELS, { recursive: true, encoding: 'utf8' });
    const models = files.filter((file) => file.endsWith('.sql')).length;
    const said = stdout.trim().split('\n').at(-1) ?? '';
    const [, compiled, incremental] = SAID.exec(said) ?? [];
    t.ok(compiled, stdout);
    t.ok(Number(compiled) > models, `${compiled} files, of ${models} models and their tests`);
    t.ok(Number(incremental) > 10, `${incremental} models differ in an incremental run`);
  });
}
