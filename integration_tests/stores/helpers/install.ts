import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/*
 * The servers that stand for the stores: each is found in the cache, or made there once.
 */

const CACHE = resolve(import.meta.dirname, '../../../.cache/stores');
const say = (program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  execFileSync(program, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });

const GO_PROGRAMS = {
  versitygw: 'github.com/versity/versitygw/cmd/versitygw@v1.8.0',
} as const;

/** The path of a program of Go's, compiled when it is not there: minutes, once. */
export function goProgram(name: keyof typeof GO_PROGRAMS): string {
  const folder = join(CACHE, 'bin');
  const program = join(folder, name);
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  try {
    say('go', ['install', GO_PROGRAMS[name]], { GOBIN: folder });
  } catch (error) {
    throw new Error(`${name} is needed: Go compiles it (https://go.dev/dl)`, { cause: error });
  }
  return program;
}

if (import.meta.filename === process.argv[1]) {
  goProgram('versitygw');
}
