import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { IMAGE } from '../contract/targets.ts';
import { countRecords, DOCKER_FLAGS, expectLoaded, makeFolder, writeLoad } from './folder.ts';
import { mustRun, runProgram } from './programs.ts';
import { matchSchema } from './schema.ts';
import { clientEnv } from './shim.ts';
import { type Done, expect, openShop, PAUSE_MS } from './shop.ts';
import { ROOT } from './venvs.ts';

const SYNC = join(ROOT, 'deploy/cron/sync.sh');
const envFor = (folder: string, extra: Record<string, string> = {}) =>
  clientEnv([], {
    GOKWIK_HOME: folder,
    GOKWIK_IMAGE: IMAGE,
    GOKWIK_DOCKER_FLAGS: DOCKER_FLAGS,
    ...extra,
  });

/** The script of `deploy/cron`, with what goes wrong around it; and the units of `deploy/systemd`. */
export async function runCron(): Promise<Done> {
  const { simulator, config } = await openShop();
  const folder = makeFolder(config);
  const options = { folder, env: envFor(folder), name: 'sync' };
  const statePath = join(folder, 'state.json');
  const state = (): string => (existsSync(statePath) ? readFileSync(statePath, 'utf8') : '');
  try {
    await mustRun(SYNC, [], options);
    expectLoaded(folder, simulator);
    const first = countRecords(folder);

    simulator.advance(PAUSE_MS);
    const before = state();
    writeLoad(folder, 'cat >/dev/null; exit 3');
    const unloaded = await runProgram(SYNC, [], options);
    expect(unloaded.code === 1 && /load failed/.test(unloaded.errors), unloaded.errors);
    expect(state() === before, 'a state was kept for what was not loaded');

    writeFileSync(join(folder, 'off'), '');
    simulator.resetRequests();
    await mustRun(SYNC, [], options);
    expect(simulator.stats().requests === 0, 'it read while switched off');
    rmSync(join(folder, 'off'));

    writeLoad(folder, `grep '^{"type":"RECORD"' >>records.jsonl || [ $? = 1 ]`);
    simulator.inject({ kind: 'status', code: 404, stream: 'payments', times: 'forever' });
    const partial = await runProgram(SYNC, [], options);
    expect(partial.code === 1, `a failed stream gave ${partial.code}`);
    expect(/^Stream payments: .*GK_HTTP_404/m.test(partial.errors), partial.errors);
    expect(state() !== before, 'the others’ states were not kept');
    simulator.clearFaults();
    await mustRun(SYNC, [], options);
    expectLoaded(folder, simulator);
    const all = countRecords(folder);

    for (const unit of ['gokwik.service', 'gokwik.timer']) {
      const text = readFileSync(join(ROOT, 'deploy/systemd', unit), 'utf8');
      writeFileSync(join(folder, unit), text.replaceAll('/srv/gokwik/sync.sh', SYNC));
    }
    const units = [join(folder, 'gokwik.service'), join(folder, 'gokwik.timer')];
    const verified = await runProgram('systemd-analyze', ['verify', ...units], options);
    const complaints = verified.errors.split('\n').filter((line) => line.includes(folder));
    expect(complaints.length === 0, complaints.join('; '));

    rmSync(join(folder, 'config.json'));
    const none = await runProgram(SYNC, [], options);
    expect(none.code === 1 && /config\.json.*was not found/.test(none.errors), none.errors);
    return {
      ran: 'sync.sh: a sync, a load that fails, the switch, a stream that fails and is named, another sync; equal to the truth; a missing config gives our sentence; the units by systemd-analyze',
      saw: `${first} records, then ${all - first}`,
    };
  } finally {
    await simulator.close();
  }
}

interface Step {
  readonly run?: string;
  readonly env?: Record<string, string>;
}

/** The shell steps of the workflow, as a runner gives them to bash. */
export async function runActions(): Promise<Done> {
  const path = join(ROOT, 'deploy/github-actions/gokwik.yml');
  await matchSchema('github-workflows', path);
  const workflow = parse(readFileSync(path, 'utf8'));
  expect(workflow.on.schedule[0].cron === '0 */4 * * *', 'another schedule');
  const { simulator, config } = await openShop();
  const folder = makeFolder(config);
  const checkout = join(folder, 'checkout');
  mkdirSync(checkout);
  const steps: Step[] = workflow.jobs.sync.steps;
  const scripts = steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
  try {
    await mustRun('cp', ['-r', join(ROOT, 'catalog'), join(ROOT, 'deploy'), checkout], {
      folder,
      env: clientEnv([]),
    });
    await mustRun('cp', [join(folder, 'load'), checkout], { folder, env: clientEnv([]) });
    const env = envFor('gokwik', { GOKWIK_CONFIG: JSON.stringify(config) });
    for (let turn = 0; turn < 2; turn += 1) {
      for (const script of scripts)
        await mustRun('bash', ['-e', '-o', 'pipefail', '-c', script], { folder: checkout, env });
      expectLoaded(join(checkout, 'gokwik'), simulator);
      simulator.advance(PAUSE_MS);
    }
    const [last = ''] = scripts.slice(-1);
    const lay = scripts[0] ?? '';
    const bash = (script: string, settings: typeof env) =>
      runProgram('bash', ['-e', '-o', 'pipefail', '-c', script], {
        folder: checkout,
        env: settings,
      });
    await bash(lay, { ...env, GOKWIK_CONFIG: '' });
    const none = await bash(last, env);
    expect(none.code === 1 && /config\.json.* is empty/.test(none.errors), none.errors);
    return {
      ran: 'the workflow by its schema; its shell steps, twice, equal to the truth; a secret that is not set gives our sentence',
      saw: `${scripts.length} steps, ${countRecords(join(checkout, 'gokwik'))} records`,
    };
  } finally {
    await simulator.close();
  }
}
