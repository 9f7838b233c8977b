import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { configFor } from './connector.ts';
import { catalogOf, type Run, readArgs, run, smallMerchant } from './contract/runs.ts';
import { docker, IMAGE, makeInputs, type StartOptions, targets } from './contract/targets.ts';

/*
 * The image as hosts run it: each command as any user, without a home, without rights and on a
 * read-only file system; what it says of itself; and how fast it goes when told to.
 */

const ROOT = resolve(import.meta.dirname, '..');
const target = targets.find(({ name }) => name === 'image');
if (!target) throw new Error('CONTRACT_TARGET leaves the image out, and this test is about it');

/** Of resident memory; the rest of what is promised is for noise. */
const MOST_MIB = 160;

const simulator = await smallMerchant();
t.teardown(() => simulator.close());
const { folder, paths } = makeInputs({
  config: configFor(simulator),
  catalog: catalogOf(['orders', 'order_items']),
});

const CONFINED = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];
const USERS: Record<string, StartOptions> = {
  'its own user': {},
  'uid 1000': { uid: 1000 },
  root: { uid: 0 },
  'uid 4242, which has no passwd entry': { uid: 4242 },
  'uid 4242 confined and without a home': { uid: 4242, env: { HOME: '' }, dockerFlags: CONFINED },
  'uid 1000 confined': { uid: 1000, dockerFlags: CONFINED },
};

const COMMANDS: Record<string, { args: string[]; last: (run: Run) => unknown }> = {
  spec: { args: ['spec'], last: ({ lines }) => lines.at(-1)?.spec },
  check: {
    args: ['check', '--config', paths.config],
    last: ({ lines }) => lines.at(-1)?.connectionStatus?.status === 'SUCCEEDED',
  },
  discover: {
    args: ['discover', '--config', paths.config],
    last: ({ lines }) => lines.at(-1)?.catalog,
  },
  read: {
    args: readArgs(paths),
    last: ({ lines }) => lines.some(({ record }) => record?.stream === 'order_items'),
  },
};

for (const [user, options] of Object.entries(USERS)) {
  t.test(`the four commands as ${user}`, async (t) => {
    for (const [name, { args, last }] of Object.entries(COMMANDS)) {
      const result = await run(target, args, { ...options, folders: [folder] });
      t.equal(result.code, 0, `${name} ends with 0`);
      t.equal(result.stderr, '', `${name} says nothing on stderr`);
      t.ok(last(result), `${name} gives its result`);
    }
  });
}

interface Inspected {
  readonly Size: number;
  readonly Config: {
    readonly User: string;
    readonly Entrypoint: string[];
    readonly Env: string[];
    readonly Labels: Record<string, string>;
  };
}

const inspect = (image: string): Inspected => JSON.parse(docker('image', 'inspect', image))[0];

t.test('it says of itself what the project says', async (t) => {
  const { User, Entrypoint, Env, Labels } = inspect(IMAGE).Config;
  const { data } = parse(readFileSync(resolve(ROOT, 'metadata.yaml'), 'utf8'));
  const { version } = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8'));
  t.equal(Labels['io.airbyte.name'], data.dockerRepository);
  t.equal(Labels['io.airbyte.version'], data.dockerImageTag);
  t.equal(Labels['io.airbyte.version'], version);
  t.match(User, /^1000\b/, 'it is not root');
  const variable = Env.find((entry) => entry.startsWith('AIRBYTE_ENTRYPOINT='));
  t.equal(variable, `AIRBYTE_ENTRYPOINT=${Entrypoint.join(' ')}`);
  t.ok(
    Entrypoint.filter((part) => !part.startsWith('--')).every((part) => part.startsWith('/')),
    'absolute, from any directory',
  );
  const printed = await run(target, ['--version']);
  t.equal(printed.stdout, `${version}\n`);
});

t.test('it adds at most 5 MB to its base', async (t) => {
  const dockerfile = readFileSync(resolve(ROOT, 'Dockerfile'), 'utf8');
  const base = /^ARG BASE=(\S+)/m.exec(dockerfile)?.[1] ?? '';
  const added = inspect(IMAGE).Size - inspect(base).Size;
  t.ok(added > 0 && added <= 5_000_000, `${added} bytes over ${base}`);
});

t.test('it has no npm and no program with the rights of another user', async (t) => {
  const inImage = (script: string): string =>
    docker('run', '--rm', '--user', '0', '--entrypoint', 'sh', IMAGE, '-c', script).trim();
  t.equal(inImage('find / -xdev -perm /6000 -type f'), '');
  t.equal(inImage('command -v npm npx corepack yarn apt su; ls /usr/local/lib'), '');
  // Slim bases leave out documents, which Debian's list has.
  const missing = inImage('dpkg --verify').split('\n');
  const programs = missing.filter((line) => line !== '' && !line.includes('/usr/share/'));
  t.same(programs, [], 'what its list of packages says is there');
});

t.test('it has what the platform’s launch script needs', async (t) => {
  for (const program of ['sh', 'sleep', 'mv', 'mkfifo']) {
    const found = docker('run', '--rm', '--entrypoint', 'sh', IMAGE, '-c', `command -v ${program}`);
    t.match(found, `/${program}`);
  }
});

t.test('SIGTERM ends a read within a second, with code 143', async (t) => {
  const slow = await smallMerchant({ latencyMs: 300 });
  t.teardown(() => slow.close());
  const inputs = makeInputs({ config: configFor(slow), catalog: catalogOf(['orders']) });
  const name = `contract-term-${process.pid}`;
  const started = target.start(readArgs(inputs.paths), {
    folders: [inputs.folder],
    dockerFlags: ['--name', name],
  });
  await once(started.stdout, 'data');
  started.stdout.resume();
  // `docker wait` tells of the process itself; `docker run` also waits for the container's removal.
  const waiting = spawn('docker', ['wait', name], { stdio: ['ignore', 'pipe', 'ignore'] });
  const status = once(waiting.stdout, 'data');
  const killedMs = performance.now();
  docker('kill', '--signal', 'TERM', name);
  t.equal(String((await status)[0]).trim(), '143');
  const tookMs = performance.now() - killedMs;
  t.ok(tookMs < 1000, `gone after ${Math.round(tookMs)} ms`);
});

t.test(`a backfill takes at most ${MOST_MIB} MiB`, async (t) => {
  const large = await smallMerchant({ orders: 20_000 });
  t.teardown(() => large.close());
  const inputs = makeInputs({
    config: { ...configFor(large), requests_per_second: 1000 },
    catalog: catalogOf(['orders', 'order_items', 'checkouts', 'checkout_events']),
  });
  const name = `contract-memory-${process.pid}`;
  const started = target.start(readArgs(inputs.paths), {
    folders: [inputs.folder],
    dockerFlags: ['--name', name],
  });
  let peakKib = 0;
  started.stdout.resume();
  const ended = once(started, 'close');
  const timer = setInterval(() => {
    // What was highest so far; gone with the container.
    execFile('docker', ['exec', name, 'grep', 'VmHWM', '/proc/1/status'], (error, text) => {
      if (!error) peakKib = Number(/\d+/.exec(text)?.[0]);
    });
  }, 500);
  const [code] = await ended;
  clearInterval(timer);
  t.equal(code, 0);
  t.ok(peakKib > 0 && peakKib < MOST_MIB * 1024, `${Math.round(peakKib / 1024)} MiB at most`);
});

t.test('a config that its user may not read is answered with what to do', async (t) => {
  const hidden = makeInputs({ config: configFor(simulator) });
  chmodSync(hidden.folder, 0o700);
  const { code, lines } = await run(target, ['check', '--config', hidden.paths.config], {
    folders: [hidden.folder],
    uid: 4242,
  });
  t.equal(code, 0);
  t.match(lines.at(-1)?.connectionStatus, {
    status: 'FAILED',
    message: /user 4242.*--user "\$\(id -u\):\$\(id -g\)"/,
  });
});
