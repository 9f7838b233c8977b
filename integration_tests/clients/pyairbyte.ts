import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUNDLE } from '../connector.ts';
import { IMAGE } from '../contract/targets.ts';
import { mustRun, runProgram } from './programs.ts';
import { clientEnv, dockerShim } from './shim.ts';
import {
  type Done,
  expect,
  expectEqual,
  openShop,
  PAUSE_MS,
  type Tables,
  wrongRows,
} from './shop.ts';
import { installClient } from './venvs.ts';

const SCRIPT = join(import.meta.dirname, 'pyairbyte.py');

interface Summary {
  readonly processed: number;
  readonly rows: Tables;
}

/** Two syncs into one DuckDB cache, and its user's most common mistakes. */
export async function runPyAirbyte(how: 'local_executable' | 'docker_image'): Promise<Done> {
  const python = join(installClient('pyairbyte'), 'python');
  const { simulator, config } = await openShop();
  const folder = mkdtempSync(join(tmpdir(), 'pyairbyte-'));
  // Its registry look-up and its telemetry would leave this machine.
  const env = clientEnv([dockerShim()], { AIRBYTE_OFFLINE_MODE: '1', DO_NOT_TRACK: '1' });
  const job = join(folder, 'job.json');
  const source = how === 'docker_image' ? { image: IMAGE } : { executable: BUNDLE };
  const write = (changes: Record<string, unknown> = {}): void =>
    writeFileSync(
      job,
      JSON.stringify({
        config: { ...config, ...changes },
        cache: join(folder, 'cache.duckdb'),
        ...source,
      }),
    );
  const sync = async (): Promise<Summary> => {
    const { output } = await mustRun(python, [SCRIPT, job], { folder, env });
    return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '');
  };
  try {
    write();
    const first = await sync();
    expectEqual(wrongRows(simulator, first.rows));
    simulator.advance(PAUSE_MS);
    const second = await sync();
    expectEqual(wrongRows(simulator, second.rows));
    expect(
      second.processed < first.processed,
      `the second sync read ${second.processed} records, the first ${first.processed}`,
    );

    write({ app_secret: 'of-yesterday' });
    const refused = await runProgram(python, [SCRIPT, job], { folder, env });
    expect(refused.code !== 0, 'a wrong secret passed');
    expect(/GK_CREDENTIALS/.test(refused.errors), `not our message: ${refused.errors.slice(-800)}`);
    return {
      ran: 'two syncs into DuckDB, equal to the truth; a wrong secret gives our sentence',
      saw: `${first.processed} and ${second.processed} records`,
    };
  } finally {
    await simulator.close();
  }
}
