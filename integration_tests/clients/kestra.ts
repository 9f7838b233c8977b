import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { IMAGE } from '../contract/targets.ts';
import { countRecords, DOCKER_FLAGS, expectLoaded, makeFolder } from './folder.ts';
import { mustRun } from './programs.ts';
import { clientEnv } from './shim.ts';
import { type Done, expect, openShop, PAUSE_MS } from './shop.ts';
import { ROOT } from './venvs.ts';

interface Task {
  readonly id: string;
  readonly commands?: string[];
  readonly inputFiles?: Readonly<Record<string, string>>;
}

const readFlow = (name: string) => parse(readFileSync(join(ROOT, 'deploy/kestra', name), 'utf8'));

const commandsOf = (tasks: readonly Task[], id: string): string =>
  (tasks.find((task) => task.id === id)?.commands ?? [])
    .join('\n')
    .replaceAll('{{ workingDir }}', '.');

/** Files that a task gets with the state of the KV store in them, however large it is. */
function layState(tasks: readonly Task[], id: string, folder: string, state: string): void {
  const files = Object.entries(tasks.find((task) => task.id === id)?.inputFiles ?? {});
  const [file] = files.find(([, content]) => content.includes("kv('gokwik_state'")) ?? [];
  expect(file !== undefined, `the task ${id} gets no state by a file`);
  writeFileSync(join(folder, file), state);
}

/** More than the 128 KiB that an environment variable takes: a stream that read many files. */
const LARGE = {
  type: 'STREAM',
  stream: { stream_descriptor: { name: 'large' }, stream_state: { files: 'x'.repeat(200_000) } },
};

/** Two ranges that follow each other, over all that the shop has. */
const RANGES = [{ end_date: '2026-07-15' }, { start_date: '2026-07-16', end_date: '2026-10-31' }];

/** The commands of both flows, in the image, as the Docker task runner starts them; not the flows. */
export async function runKestra(): Promise<Done> {
  const flow = readFlow('gokwik.yml');
  expect(flow.triggers[0].cron === '0 */4 * * *', 'another schedule');
  const sync: Task[] = flow.tasks[0].tasks;
  const backfill: Task[] = readFlow('backfill.yml').tasks[0].tasks;
  const { simulator, config } = await openShop();
  const folder = makeFolder(config);
  const env = clientEnv([]);
  const inImage = (script: string, settings: Record<string, string>) => {
    const variables = Object.entries({ GOKWIK_CONFIG: JSON.stringify(config), ...settings });
    const flags = [
      ...['run', '--rm', ...DOCKER_FLAGS.split(' '), '--user', 'root', '--entrypoint', ''],
      ...variables.flatMap(([name, value]) => ['-e', `${name}=${value}`]),
      ...['-v', `${folder}:/work`, '-w', '/work'],
    ];
    const shell = [IMAGE, '/bin/sh', '-c', `set -e\n${script}`];
    return mustRun('docker', [...flags, ...shell], { folder, env });
  };
  const load = () => mustRun('sh', ['-c', commandsOf(sync, 'load')], { folder, env });
  let state = '[]';
  try {
    for (let turn = 0; turn < 2; turn += 1) {
      layState(sync, 'read', folder, state);
      await inImage(commandsOf(sync, 'read'), {});
      expect(readFileSync(join(folder, 'code.txt'), 'utf8').trim() === '0', 'the read failed');
      await load();
      layState(sync, 'state', folder, JSON.stringify([...JSON.parse(state), LARGE]));
      await inImage(commandsOf(sync, 'state'), {});
      state = readFileSync(join(folder, 'new.json'), 'utf8');
      expect(state.length > 200_000, 'a large state was cut');
      expectLoaded(folder, simulator);
      simulator.advance(PAUSE_MS);
    }
    const synced = countRecords(folder);
    rmSync(join(folder, 'records.jsonl'));
    for (const range of RANGES) {
      await inImage(commandsOf(backfill, 'read'), { RANGE: JSON.stringify(range) });
      await load();
    }
    expectLoaded(folder, simulator);
    return {
      ran: 'the commands of the flow’s tasks in the image, twice, with a state of 200 KB, and of the backfill, in two ranges, equal to the truth',
      saw: `${synced} records; ${countRecords(folder)} in ranges`,
    };
  } finally {
    await simulator.close();
  }
}
