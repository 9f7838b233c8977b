import { spawn } from 'node:child_process';
import { once } from 'node:events';
import t from 'tap';

const MAIN = 'simulator/src/main.ts';

function run(args: readonly string[]) {
  return spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], { stdio: 'pipe' });
}

t.test('prints a config that works, and stops on SIGTERM', async (t) => {
  const child = run([
    '--port',
    '0',
    '--orders',
    '50',
    '--now',
    '2026-11-20T10:00:00Z',
    '--days',
    '10',
  ]);
  t.teardown(() => child.kill('SIGKILL'));
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await once(child.stderr, 'data');
  const config = JSON.parse(text) as Record<string, string>;
  t.equal(config.start_date, '2026-11-10');
  const headers = { appid: String(config.app_id), appsecret: String(config.app_secret) };
  const response = await fetch(`${config.base_url}/v1/order/list`, { headers });
  t.equal(response.headers.get('date'), 'Fri, 20 Nov 2026 10:00:00 GMT');
  t.match(await response.json(), { statusCode: 200 });
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  t.equal(code, 0);
});

t.test('says what a flag should be', async (t) => {
  const child = run(['--orders', 'many']);
  const [chunk] = (await once(child.stderr, 'data')) as [Buffer];
  t.match(chunk.toString(), '--orders must be a number, not "many"');
  const [code] = await once(child, 'exit');
  t.equal(code, 1);
});
