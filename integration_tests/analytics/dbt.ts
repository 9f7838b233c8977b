import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const DBT = path('../../.venv/analytics/bin/dbt');

/** False until `requirements.txt` is installed into `.venv/analytics`. */
export const hasDbt = existsSync(DBT);

export interface Dbt {
  /** Fails, with what dbt printed, when a model or a test does. */
  run(command: readonly string[], environment: Readonly<Record<string, string>>): Promise<string>;
  close(): Promise<void>;
}

/** The package, with what dbt writes in a folder of its own. */
export async function openDbt(): Promise<Dbt> {
  const folder = await mkdtemp(join(tmpdir(), 'gokwik-dbt-'));
  const where = [
    ...['--project-dir', path('../../analytics'), '--profiles-dir', path('profiles')],
    ...[
      '--target-path',
      join(folder, 'target'),
      '--log-path',
      join(folder, 'logs'),
      '--no-use-colors',
    ],
  ];
  return {
    async run(command, environment) {
      const env = { ...process.env, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false', ...environment };
      try {
        return (await run(DBT, [...command, ...where], { env, maxBuffer: 1 << 26 })).stdout;
      } catch (error) {
        const { stdout = '' } = error as { stdout?: string };
        const lines = stdout.split('\n').filter((line) => /error|fail|line \d/i.test(line));
        throw new Error(`dbt ${command.join(' ')}:\n${lines.join('\n')}`);
      }
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
