import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/*
 * What the recipes of deploy/webhook run on and the project does not: pinned in `tools/`, installed
 * once beside the project's own modules.
 */

const ROOT = resolve(import.meta.dirname, '../../..');
const PINNED = join(import.meta.dirname, '../tools');
const FOLDER = join(ROOT, '.cache/webhooks');

/** The folder of their modules. */
export function installTools(): string {
  const modules = join(FOLDER, 'node_modules');
  const [pinned, installed] = [PINNED, FOLDER].map((at) => join(at, 'package-lock.json'));
  const isThere = (path = ''): boolean => existsSync(path);
  if (isThere(modules) && isThere(installed) && textOf(installed) === textOf(pinned))
    return modules;
  mkdirSync(FOLDER, { recursive: true });
  copyFileSync(join(PINNED, 'package.json'), join(FOLDER, 'package.json'));
  copyFileSync(pinned ?? '', installed ?? '');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  execFileSync('npm', args, { cwd: FOLDER, stdio: ['ignore', 'ignore', 'inherit'] });
  return modules;
}

const textOf = (path = ''): string => readFileSync(path, 'utf8');
