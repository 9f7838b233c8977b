import { copyFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IMAGE } from '../contract/targets.ts';
import { type Store, startStore } from '../files/helpers/bucket.ts';
import { countRecords, expectLoaded, makeFolder, writeLoad } from './folder.ts';
import { mustRun, runProgram } from './programs.ts';
import { clientEnv } from './shim.ts';
import { type Done, expect, openShop, PAUSE_MS } from './shop.ts';
import { installClient, ROOT } from './venvs.ts';

const DEPLOY = join(ROOT, 'deploy');
const SYNC_IMAGE = 'src-gokwik-sync';

/** What the recipes' forms say of a store to rclone, for one here. */
const remoteOf = (name: string, store: Store): Record<string, string> => ({
  [`RCLONE_CONFIG_${name}_TYPE`]: 's3',
  [`RCLONE_CONFIG_${name}_PROVIDER`]: 'Other',
  [`RCLONE_CONFIG_${name}_ENDPOINT`]: store.endpoint,
  [`RCLONE_CONFIG_${name}_ACCESS_KEY_ID`]: store.accessKeyId,
  [`RCLONE_CONFIG_${name}_SECRET_ACCESS_KEY`]: store.secretAccessKey,
});

/** The image of deploy/bucket; rclone's own image is in a registry, so that its program stands in. */
async function buildImage(rclone: string, load: string): Promise<void> {
  const env = clientEnv([]);
  const base = mkdtempSync(join(tmpdir(), 'rclone-image-'));
  copyFileSync(rclone, join(base, 'rclone'));
  writeFileSync(join(base, 'Dockerfile'), 'FROM scratch\nCOPY rclone /usr/local/bin/rclone\n');
  const build = (args: readonly string[], folder: string) =>
    mustRun('docker', ['build', '--network', 'host', '--quiet', ...args, folder], { folder, env });
  await build(['--tag', 'src-gokwik-rclone'], base);
  const recipe = mkdtempSync(join(tmpdir(), 'sync-image-'));
  for (const name of ['Dockerfile', 'sync.sh'])
    copyFileSync(join(DEPLOY, 'bucket', name), join(recipe, name));
  copyFileSync(join(ROOT, 'catalog/incremental.json'), join(recipe, 'catalog.json'));
  writeLoad(recipe, load);
  const images = [`GOKWIK_IMAGE=${IMAGE}`, 'RCLONE_IMAGE=src-gokwik-rclone'];
  const args = images.flatMap((image) => ['--build-arg', image]);
  await build([...args, '--tag', SYNC_IMAGE], recipe);
}

/** The image that Kubernetes, Cloud Run and ECS start, as their forms start it, with an S3 here. */
export async function runBucket(): Promise<Done> {
  const rclone = join(installClient('recipes'), 'rclone');
  const ends: (() => void)[] = [];
  const { simulator, config } = await openShop();
  try {
    const store = await startStore((end) => ends.push(end));
    const folder = makeFolder({});
    // Its failure is switched on from outside.
    const load = `[ ! -e /out/broken ] || exit 3; grep '^{"type":"RECORD"' >>/out/records.jsonl || [ $? = 1 ]`;
    await buildImage(rclone, load);
    const env = clientEnv([], {
      ...remoteOf('STATE', store),
      GOKWIK_CONFIG: JSON.stringify(config),
      GOKWIK_STATE: 'state:states/gokwik/state.json',
      RCLONE_CONFIG: '/dev/null',
    });
    const user = `${process.getuid?.()}:${process.getgid?.()}`;
    const sync = (settings: Record<string, string> = {}) => {
      const all = { ...env, ...settings };
      // By name alone: a value would stand in the list of processes.
      const names = Object.keys(all).filter((name) => /^(GOKWIK|RCLONE_CONFIG_|SOURCE)/.test(name));
      const flags = ['run', '--rm', '--network', 'host', '--user', user, '--cap-drop', 'ALL'];
      const place = ['--read-only', '--tmpfs', '/tmp:mode=1777', '-v', `${folder}:/out`];
      const args = [...flags, ...place, ...names.flatMap((name) => ['-e', name]), SYNC_IMAGE];
      return runProgram('docker', args, { folder, env: all });
    };
    const state = async (): Promise<string> => {
      const args = ['cat', 'state:states/gokwik/state.json'];
      return (await mustRun(rclone, args, { folder, env, name: 'cat' })).output;
    };

    const nowhere = await sync();
    expect(nowhere.code === 1 && /state could not be fetched/.test(nowhere.errors), nowhere.errors);
    expect(simulator.stats().requests === 0, 'it read without knowing its state');
    await mustRun(rclone, ['mkdir', 'state:states'], { folder, env });
    const slow = JSON.stringify({ ...config, requests_per_second: 5 });
    const short = await sync({ GOKWIK_CONFIG: slow, GOKWIK_MINUTES: '0.06' });
    expect(short.code === 0 && /0\.06 minutes are over/.test(short.errors), short.errors);
    expect(JSON.parse(await state()).length > 0, 'what was read in time was not kept');
    const first = await sync();
    expect(first.code === 0, first.errors);
    expectLoaded(folder, simulator);
    const count = countRecords(folder);
    const before = await state();

    simulator.advance(PAUSE_MS);
    writeFileSync(join(folder, 'broken'), '');
    const unloaded = await sync();
    expect(unloaded.code === 1 && /load failed/.test(unloaded.errors), unloaded.errors);
    expect((await state()) === before, 'a state was kept for what was not loaded');
    await mustRun('rm', [join(folder, 'broken')], { folder, env });

    simulator.inject({ kind: 'status', code: 404, stream: 'payments', times: 'forever' });
    const partial = await sync();
    expect(partial.code === 1, `a failed stream gave ${partial.code}`);
    expect(/^Stream payments: .*GK_HTTP_404/m.test(partial.errors), partial.errors);
    expect((await state()) !== before, 'the others’ states were not kept');
    simulator.clearFaults();
    expect((await sync()).code === 0, 'the last sync failed');
    expectLoaded(folder, simulator);

    simulator.resetRequests();
    const denied = await sync({ RCLONE_CONFIG_STATE_SECRET_ACCESS_KEY: 'wrong' });
    expect(denied.code === 1 && /state could not be fetched/.test(denied.errors), denied.errors);
    expect(simulator.stats().requests === 0, 'it started over when its state was denied');
    const said = JSON.stringify([nowhere, short, first, unloaded, partial, denied]);
    for (const secret of [store.secretAccessKey, config.app_secret])
      expect(!said.includes(String(secret)), 'a secret was printed');
    return {
      ran: 'the image of deploy/bucket with an S3 that checks signatures: no bucket, a sync that runs out of time and one that goes on, a load that fails, a stream that fails and is named, another sync, a wrong key; equal to the truth',
      saw: `${count} records, then ${countRecords(folder) - count}`,
    };
  } finally {
    for (const end of ends) end();
    await simulator.close();
  }
}

/** The line of deploy/rclone, with an S3 here, and the connector's rows of the files that it fetched. */
export async function runRclone(): Promise<Done> {
  const bin = installClient('recipes');
  const ends: (() => void)[] = [];
  const { simulator, config } = await openShop();
  try {
    const store = await startStore((end) => ends.push(end));
    const sent = mkdtempSync(join(tmpdir(), 'gokwik-reports-'));
    const exports = await simulator.exports(sent);
    const files = [{ stream: 'settlements', location: '/data/files/**' }];
    const folder = makeFolder({ ...config, app_id: 'none', app_secret: 'none', files });
    copyFileSync(join(DEPLOY, 'cron/sync.sh'), join(folder, 'sync.sh'));
    copyFileSync(join(ROOT, 'catalog/files.json'), join(folder, 'catalog.json'));
    const remote = Object.entries(remoteOf('REPORTS', store));
    const lines = remote.map(
      ([name, value]) => `${name.replace('RCLONE_CONFIG_REPORTS_', '').toLowerCase()} = ${value}`,
    );
    writeFileSync(join(folder, 'rclone.conf'), `[reports]\n${lines.join('\n')}\n`, { mode: 0o600 });
    const env = clientEnv([bin], {
      RCLONE_CONFIG: join(folder, 'rclone.conf'),
      GOKWIK_IMAGE: IMAGE,
      GOKWIK_DOCKER_FLAGS: '--network host -e SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL=true',
    });
    const crontab = readFileSync(join(DEPLOY, 'rclone/gokwik.crontab'), 'utf8');
    const command = crontab
      .split('\n')
      .find((line) => !line.startsWith('#'))
      ?.replace('0 */4 * * * ', '')
      // A bucket of S3 has a name in small letters.
      .replace('reports:GoKwik', 'reports:gokwik')
      .replaceAll('/srv/gokwik', folder);
    const run = () => mustRun('sh', ['-c', command ?? ''], { folder, env, name: 'line' });
    const log = () => readFileSync(join(folder, 'sync.log'), 'utf8');
    const settlements = exports.filter(({ stream }) => stream === 'settlements');
    expect(settlements.length > 0, 'no settlement reports');
    await mustRun('rclone', ['copy', sent, 'reports:gokwik'], { folder, env });
    await run();
    const count = countRecords(folder);
    expect(count > 0, `no records: ${log()}`);
    await run();
    expect(countRecords(folder) === count, 'files that did not change were read again');
    // A store that is away is told, and does not hold up the sync.
    for (const end of ends.splice(0)) end();
    await run();
    expect(/ERROR.*connection refused/.test(log()), log());
    return {
      ran: 'the line of the crontab with an S3 that checks signatures: reports fetched and read, once; a store that is away is told',
      saw: `${count} records`,
    };
  } finally {
    for (const end of ends) end();
    await simulator.close();
  }
}

/** The forms of platforms that do not run here, and every script of a recipe. */
export async function runForms(): Promise<Done> {
  const bin = installClient('recipes');
  const folder = mkdtempSync(join(tmpdir(), 'forms-'));
  const env = clientEnv([bin]);
  const check = [join(import.meta.dirname, 'recipes.py'), DEPLOY];
  await mustRun(join(bin, 'python'), check, { folder, env });
  const template = join(DEPLOY, 'webhook/lambda/template.yaml');
  // Its code is a path, which `aws cloudformation package` puts into a bucket.
  await mustRun('cfn-lint', ['--ignore-checks', 'W3002', '--', template], { folder, env });
  const all = readdirSync(DEPLOY, { recursive: true, encoding: 'utf8' });
  const scripts = all.filter((name) => name.endsWith('.sh')).map((name) => join(DEPLOY, name));
  await mustRun('shellcheck', scripts, { folder, env });
  return {
    ran: 'CronJob, volume and claim by Kubernetes’ strict schemas, the Cloud Run job by the API’s discovery document, ECS’ task and schedule by the API’s models, the template of the function by cfn-lint, all scripts by shellcheck',
    saw: `${scripts.length} scripts`,
  };
}
