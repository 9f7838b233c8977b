import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { IMAGE } from '../contract/targets.ts';
import { mustRun, runProgram } from './programs.ts';
import { matchSchema } from './schema.ts';
import { clientEnv, dockerShim } from './shim.ts';
import { type Done, expect, expectEqual, openShop, PAUSE_MS, tablesOf, wrongRows } from './shop.ts';
import { installClient, ROOT } from './venvs.ts';

/** A program that runs a TypeScript file of this folder, for Meltano's `executable`. */
function makeTap(folder: string): string {
  const path = join(folder, 'tap-airbyte');
  const tsx = join(ROOT, 'node_modules/tsx/dist/loader.mjs');
  const script = join(import.meta.dirname, 'wrapper.ts');
  writeFileSync(path, `#!/bin/sh\nexec "${process.execPath}" --import "${tsx}" "${script}" "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Rows as target-jsonl wrote them, one line each, a file a stream. */
function recordsOf(folder: string): { stream: string; data: Record<string, unknown> }[] {
  return readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => ({ stream: name.replace('.jsonl', ''), data: JSON.parse(line) })),
  );
}

/** The project of `deploy/meltano`, with the tap emulated and installed programs in place of its pip's. */
export async function runMeltano(): Promise<Done> {
  const bin = installClient('meltano');
  const target = join(installClient('target'), 'target-jsonl');
  const folder = mkdtempSync(join(tmpdir(), 'meltano-'));
  const output = join(folder, 'output');
  mkdirSync(output);
  const path = join(ROOT, 'deploy/meltano/meltano.yml');
  await matchSchema('meltano', path);
  const project = parse(readFileSync(path, 'utf8'));
  const [tap] = project.plugins.extractors;
  tap.pip_url = null;
  tap.executable = makeTap(folder);
  const [name, tag = 'latest'] = IMAGE.split(':');
  tap.config.airbyte_spec = { image: name, tag };
  Object.assign(tap.config.airbyte_config, { requests_per_second: 1000, lookback_days: 75 });
  const [loader] = project.plugins.loaders;
  loader.pip_url = null;
  loader.executable = target;
  writeFileSync(join(folder, 'meltano.yml'), stringify(project));

  const { simulator, config } = await openShop();
  // The same variables as in the recipe's .env.
  const env = clientEnv([dockerShim(), bin], {
    GOKWIK_BASE_URL: String(config.base_url),
    GOKWIK_APP_ID: String(config.app_id),
    GOKWIK_APP_SECRET: String(config.app_secret),
    GOKWIK_START_DATE: String(config.start_date),
    MELTANO_SEND_ANONYMOUS_USAGE_STATS: 'false',
    // The image runs as 1000, and the wrapper mounts a folder that only its own user may open.
    SHIM_USER: `${process.getuid?.()}:${process.getgid?.()}`,
  });
  const meltano = (...args: string[]) =>
    mustRun(join(bin, 'meltano'), args, { folder, env, name: args.join('-').replace(/\W+/g, '-') });
  try {
    const job = ['run', 'tap-gokwik', 'target-jsonl'];
    await meltano(...job);
    const before = recordsOf(output);
    expectEqual(wrongRows(simulator, tablesOf(before)));
    simulator.advance(PAUSE_MS);
    await meltano(...job);
    const after = recordsOf(output);
    const [first, second] = [before.length, after.length - before.length];
    expectEqual(wrongRows(simulator, tablesOf(after)));
    expect(second < first, `the second sync read ${second} records, the first ${first}`);
    const { output: schedule } = await meltano('schedule', 'list', '--format=json');
    expect(schedule.includes('0 */4 * * *'), `no schedule in ${schedule}`);

    const stranger = await runProgram(join(bin, 'meltano'), job, {
      folder,
      env: { ...env, SHIM_USER: '4242:4242' },
    });
    expect(stranger.code !== 0, 'a config of another user passed');
    expect(
      /user 4242, group 4242.*--user/.test(stranger.output + stranger.errors),
      `not our message: ${stranger.errors.slice(-1500)}`,
    );
    const without = Object.fromEntries(
      Object.entries(env).filter(([variable]) => variable !== 'GOKWIK_APP_SECRET'),
    );
    const refused = await runProgram(join(bin, 'meltano'), job, { folder, env: without });
    expect(refused.code !== 0, 'a missing variable passed');
    expect(
      /app_secret/.test(refused.output + refused.errors),
      `not our message: ${refused.errors.slice(-1500)}`,
    );
    return {
      ran: 'the project of deploy/meltano, by its schema; the image as Meltano’s user: two syncs, equal to the truth; its schedule; a missing variable and the wrong user give our sentences',
      saw: `${first} and ${second} records`,
    };
  } finally {
    await simulator.close();
  }
}
