import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import t from 'tap';

/*
 * “Start without API access” as a newcomer follows it: its commands, as they stand, in a clean clone.
 * Needs a Docker engine. Only what is committed is tried.
 */

const ROOT = resolve(import.meta.dirname, '../..');

t.test('the commands of docs/FILES.md do what the page says', async (t) => {
  const clone = join(mkdtempSync(join(tmpdir(), 'gokwik-page-')), 'source-gokwik');
  const cloned = spawnSync('git', ['clone', '--quiet', ROOT, clone], { encoding: 'utf8' });
  t.equal(cloned.status, 0, cloned.stderr);
  const page = readFileSync(join(clone, 'docs/FILES.md'), 'utf8');
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, commands = '']) => commands);
  t.equal(blocks.length, 3);
  const outputs = blocks.map((commands) => {
    // An image of its own name, and the network that this machine's builds need.
    const own = commands
      .replaceAll('src-gokwik', 'src-gokwik-page')
      .replace('docker build', 'docker build --network host');
    const run = spawnSync('bash', ['-euo', 'pipefail', '-c', own], {
      cwd: clone,
      encoding: 'utf8',
    });
    t.equal(run.status, 0, `${commands}\n${run.stdout}${run.stderr}`);
    return run.stdout;
  });
  const [, checked = '', read = ''] = outputs;
  const { connectionStatus } = JSON.parse(checked.trim().split('\n').at(-1) ?? '{}');
  t.match(connectionStatus, {
    status: 'SUCCEEDED',
    message: /^Files can be read: .*was not asked/,
  });
  t.notMatch(connectionStatus.message, /Connection successful/);
  t.ok(Number(read.trim()) > 500, `${read.trim()} records`);
});
