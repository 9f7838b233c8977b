import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Python, pythonPrograms } from './install.ts';

const run = promisify(execFile);
const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const PACKAGE = path('../../../analytics');

export type Target = 'duckdb' | 'postgres';

export interface Dbt {
  /** Fails, with what dbt printed, when a model or a test does. Gives what it printed. */
  run(
    target: Target,
    command: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): Promise<string>;
  close(): Promise<void>;
}

/** dbt on the package as it is in the repository, with what dbt writes in a folder of its own. */
export async function openDbt(python: Python = 'requirements'): Promise<Dbt> {
  const program = join(pythonPrograms(python), 'dbt');
  const folder = await mkdtemp(join(tmpdir(), 'gokwik-dbt-'));
  const where = [
    ...['--project-dir', PACKAGE, '--profiles-dir', path('profiles'), '--no-use-colors'],
  ];
  /** dbt parses anew whenever the target changes: each has a folder of its own. */
  const whereOf = (target: Target) => [
    ...['--target', target, '--target-path', join(folder, target)],
    ...['--log-path', join(folder, target, 'logs')],
  ];
  return {
    async run(target, command, environment) {
      const env = { ...process.env, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false', ...environment };
      try {
        const args = [...command, ...where, ...whereOf(target)];
        return (await run(program, args, { env, maxBuffer: 1 << 26 })).stdout;
      } catch (error) {
        const { stdout = '', message } = error as { stdout?: string; message: string };
        const lines = stdout.split('\n').filter((line) => /error|fail|line \d|^ {2}\w/i.test(line));
        throw new Error(
          `dbt ${command.join(' ')} --target ${target}:\n${lines.join('\n') || message}`,
        );
      }
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
