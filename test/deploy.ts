import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';

/*
 * What recipes and documents may not do with secrets and data, and what a release is made from. The recipes
 * themselves are run by integration_tests/clients and integration_tests/files.
 */

const ROOT = resolve(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const modeOf = (path: string): number => statSync(path).mode & 0o777;
const CONFIG = {
  base_url: 'https://api.gokwik.co',
  app_id: 'a',
  app_secret: 'the-secret',
  start_date: '2025-01-01',
};

interface Task {
  readonly id: string;
  readonly commands?: readonly string[];
  readonly tasks?: readonly Task[];
}

const tasksOf = (tasks: readonly Task[]): Task[] =>
  tasks.flatMap((task) => [task, ...tasksOf(task.tasks ?? [])]);

/** The commands of a flow's task `read`, with a connector that keeps the config that it was given. */
function readByKestra(flow: string, env: Readonly<Record<string, string>>) {
  const { tasks } = parse(read(`deploy/kestra/${flow}`));
  const commands = tasksOf(tasks).find(({ id }) => id === 'read')?.commands ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'gokwik-kestra-'));
  const script = commands.join('\n').replaceAll('{{ workingDir }}', '.');
  const entrypoint = 'cp config.json given.json; echo "{}" #';
  const { status, stderr } = spawnSync('sh', ['-c', `set -e\n${script}`], {
    cwd: folder,
    env: {
      ...{ PATH: process.env.PATH, AIRBYTE_ENTRYPOINT: entrypoint },
      ...{ GOKWIK_CONFIG: JSON.stringify(CONFIG), GOKWIK_STATE: '[]', ...env },
    },
    encoding: 'utf8',
  });
  t.equal(status, 0, stderr);
  return { folder, given: JSON.parse(readFileSync(join(folder, 'given.json'), 'utf8')) };
}

t.test('a range of Kestra’s backfill sets days and nothing else', async (t) => {
  const range = { start_date: '2025-04-01', end_date: '2025-06-30' };
  const odd = { base_url: 'https://elsewhere.example', secrets: [], app_id: 'b' };
  const RANGE = JSON.stringify({ ...range, ...odd });
  t.same(readByKestra('backfill.yml', { RANGE }).given, { ...CONFIG, ...range });
  const { given } = readByKestra('backfill.yml', { RANGE: '{"end_date":"2025-06-30"}' });
  t.same(given, { ...CONFIG, end_date: '2025-06-30' });
});

t.test('Kestra’s config is gone after the read, and messages are the owner’s alone', async (t) => {
  for (const flow of ['gokwik.yml', 'backfill.yml']) {
    const { folder } = readByKestra(flow, { RANGE: '{}' });
    t.notOk(readdirSync(folder).includes('config.json'), flow);
    t.equal(modeOf(join(folder, 'messages.jsonl')), 0o600, flow);
    t.equal(modeOf(join(folder, 'given.json')), 0o600, flow);
  }
});

t.test('Airflow’s messages are the worker’s alone', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'gokwik-airflow-'));
  const [, quoted = ''] = /^READ = \(\n([\s\S]*?)^\)/m.exec(read('deploy/airflow/gokwik.py')) ?? [];
  const parts = [...quoted.matchAll(/^ {4}'(.*)'$/gm)].map(([, part]) => part);
  const script = parts.join('').replaceAll('/data/', `${folder}/`);
  writeFileSync(join(folder, 'config.json'), '{}');
  const env = { PATH: process.env.PATH, AIRBYTE_ENTRYPOINT: 'echo' };
  execFileSync('sh', ['-c', script], { env });
  t.same(readdirSync(folder).sort(), ['code.txt', 'messages.jsonl']);
  t.equal(modeOf(join(folder, 'messages.jsonl')), 0o600);
});

t.test('no recipe and no document puts a secret where others see it', async (t) => {
  const recipes = readdirSync(join(ROOT, 'deploy'), { recursive: true, encoding: 'utf8' })
    .map((name) => `deploy/${name}`)
    .filter((name) => statSync(join(ROOT, name)).isFile());
  t.ok(recipes.length > 20);
  for (const name of [...recipes, 'README.md', 'docs/FILES.md']) {
    const text = read(name);
    // In the list of processes.
    t.notMatch(text, /"\$\(cat [^)]*(?:token|config|secret)[^)]*\)"/, name);
    t.notMatch(text, /(?:-e|--env|--build-arg)[ =]\w*(?:TOKEN|SECRET|PASSWORD)\w*=/, name);
    // Readable by everyone, if only until the next command.
    t.notMatch(text, /mkdir (?!.*-m 700).*secrets/, name);
    t.notMatch(text, /cp .*\.env\b/, name);
  }
});

t.test('actions are named by their commits', async (t) => {
  const uses = [...read('deploy/github-actions/gokwik.yml').matchAll(/uses: (\S+)(.*)/g)];
  t.ok(uses.length > 2);
  for (const [, name, version] of uses) {
    t.match(name, /@[0-9a-f]{40}$/);
    t.match(version, /^ # v\d+\.\d+\.\d+$/, 'and by their version, for people');
  }
});

t.test('each package of the lockfile is held by its digest', async (t) => {
  const { packages } = JSON.parse(read('package-lock.json'));
  const names = Object.keys(packages).filter((name) => name !== '');
  t.ok(names.length > 400);
  for (const name of names)
    if (!/^sha512-/.test(packages[name].integrity ?? '')) t.fail(`${name} has no integrity`);
});
