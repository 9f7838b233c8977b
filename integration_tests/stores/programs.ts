import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Servers that the tests run, each of its own version, built once. */
const CACHE = resolve(import.meta.dirname, '../../.cache');

/** An S3 that checks signatures. */
export async function versitygw(): Promise<string> {
  const folder = join(CACHE, 'versitygw-1.8.0');
  const program = join(folder, 'versitygw');
  if (!existsSync(program)) {
    execFileSync('go', ['install', 'github.com/versity/versitygw/cmd/versitygw@v1.8.0'], {
      env: { ...process.env, GOBIN: folder },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  }
  return program;
}
