import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Simulator } from '../../simulator/src/index.ts';
import { expectEqual, tablesOf, wrongRows } from './shop.ts';
import { ROOT } from './venvs.ts';

/** What `docker run` needs of a recipe here, where the API is a simulator on loopback. */
export const DOCKER_FLAGS = '--network host -e SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL=true';

/** The folder of the cron recipe, with the shortest loader of its README. */
export function makeFolder(config: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'gokwik-home-'));
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config), { mode: 0o600 });
  copyFileSync(join(ROOT, 'catalog/incremental.json'), join(folder, 'catalog.json'));
  writeLoad(folder, `grep '^{"type":"RECORD"' >>records.jsonl || [ $? = 1 ]`);
  return folder;
}

export function writeLoad(folder: string, command: string): void {
  writeFileSync(join(folder, 'load'), `#!/bin/sh\n${command}\n`);
  chmodSync(join(folder, 'load'), 0o755);
}

const linesOf = (path: string): string[] =>
  existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];

export const countRecords = (folder: string): number =>
  linesOf(join(folder, 'records.jsonl')).length;

/** What was loaded, upserted by key, must be the truth. */
export function expectLoaded(folder: string, simulator: Simulator): void {
  const records = linesOf(join(folder, 'records.jsonl')).map((line) => JSON.parse(line).record);
  expectEqual(wrongRows(simulator, tablesOf(records)));
}
