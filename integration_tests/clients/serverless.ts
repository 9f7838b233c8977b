import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUNDLE } from '../connector.ts';
import { IMAGE } from '../contract/targets.ts';
import { mustRun, runProgram } from './programs.ts';
import { clientEnv, dockerShim } from './shim.ts';
import { type Done, expect, expectEqual, openShop, PAUSE_MS, wrongRows } from './shop.ts';
import { installClient } from './venvs.ts';

const SCRIPT = join(import.meta.dirname, 'serverless.py');
type Rows = Record<string, Record<string, Record<string, unknown>>>;

/** Its source classes, by executable and by image; state goes round as its destinations keep it. */
export async function runServerless(): Promise<Done> {
  const python = join(installClient('serverless'), 'python');
  const folder = mkdtempSync(join(tmpdir(), 'serverless-'));
  const env = clientEnv([dockerShim()]);
  const job = join(folder, 'job.json');
  const said: string[] = [];
  // It mounts a folder that only its own user may open, and has no setting for the container's user:
  // what stands before the image's name reaches `docker run` all the same.
  const user = `--user ${process.getuid?.()}:${process.getgid?.()}`;
  const ways = [{ executable: BUNDLE }, { docker_image: `${user} ${IMAGE}` }];
  for (const source of ways) {
    const { simulator, config } = await openShop();
    try {
      const tables: Rows = {};
      let state: unknown;
      const counts: number[] = [];
      for (let turn = 0; turn < 2; turn += 1) {
        writeFileSync(job, JSON.stringify({ config, state, ...source }));
        const { output } = await mustRun(python, [SCRIPT, job], { folder, env });
        const result = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '');
        state = result.state;
        counts.push(result.records);
        for (const [name, rows] of Object.entries(result.rows as Rows))
          tables[name] = { ...tables[name], ...rows };
        const entries = Object.entries(tables).map(([name, rows]) => [name, Object.values(rows)]);
        expectEqual(wrongRows(simulator, Object.fromEntries(entries)));
        simulator.advance(PAUSE_MS);
      }
      expect((counts[1] ?? 0) < (counts[0] ?? 0), `the second sync read ${counts[1]} records`);
      said.push(counts.join(' and '));
    } finally {
      await simulator.close();
    }
  }
  // Its users' common mistake: the image runs as 1000, and they as somebody else.
  const { simulator, config } = await openShop();
  await simulator.close();
  writeFileSync(job, JSON.stringify({ config, docker_image: `--user 4242:4242 ${IMAGE}` }));
  const refused = await runProgram(python, [SCRIPT, job], { folder, env });
  expect(refused.code !== 0, 'an unreadable config passed');
  expect(
    /user 4242, group 4242.*--user/.test(refused.errors),
    `not our message: ${refused.errors.slice(-800)}`,
  );
  return {
    ran: 'executable and docker, two syncs each, equal to the truth; the wrong user gives our sentence',
    saw: `${said.join('; ')} records`,
  };
}
