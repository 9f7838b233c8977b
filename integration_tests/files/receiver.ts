import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import t from 'tap';
import { startSimulator } from '../../simulator/src/index.ts';
import { configFor, discover } from '../connector.ts';
import { openDestination } from '../destination.ts';
import { CLEAN, sync } from '../sync.ts';
import { wrongRows } from '../truth.ts';

/*
 * The recipe of deploy/webhook as it stands: the receiver's own code built from its module, a real
 * POST of each payload that a merchant's webhooks send, and the connector's rows of what was caught.
 */

const HERE = import.meta.dirname;
const PROGRAM = resolve(HERE, '../../.cache/receiver');
const RECIPE = resolve(HERE, '../../deploy/webhook/receiver.yaml');
const TOKEN = 'a-token-of-the-test';
const DAY = 86_400_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves when it says that it listens; rejects when it ends before. */
async function startReceiver(captures: string, port: number): Promise<ChildProcess> {
  const env = { ...process.env, RECEIVER_TOKEN: TOKEN, CAPTURES: captures, PORT: String(port) };
  const child = spawn(PROGRAM, ['run', RECIPE], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  await new Promise<void>((listening, failed) => {
    child.once('exit', (code) => failed(new Error(`the receiver ended with ${code}: ${said}`)));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        said += text;
        if (/now active/.test(said) && /Receiving HTTP/.test(said)) listening();
      });
    }
  });
  return child;
}

async function post(port: number, path: string, body: string): Promise<number> {
  const { status } = await fetch(`http://127.0.0.1:${port}/${path}`, { method: 'POST', body });
  return status;
}

t.test('what webhooks send is caught, and read as it was meant', async (t) => {
  const built = spawnSync('go', ['build', '-o', PROGRAM, '.'], { cwd: HERE, encoding: 'utf8' });
  t.equal(built.status, 0, built.stderr);

  const nowMs = Date.now();
  const simulator = await startSimulator({
    seed: 5,
    orders: 150,
    startMs: nowMs - 30 * DAY,
    nowMs,
  });
  t.teardown(() => simulator.close());
  const sent = await simulator.exports(mkdtempSync(join(tmpdir(), 'gokwik-sent-')));
  const captures = mkdtempSync(join(tmpdir(), 'gokwik-captures-'));
  const port = await freePort();
  const receiver = await startReceiver(captures, port);
  t.teardown(() => receiver.kill());

  const payloads = [...new Set(sent.map(({ path }) => path))]
    .filter((path) => path.endsWith('.jsonl'))
    .flatMap((path) => readFileSync(path, 'utf8').trim().split('\n'));
  t.ok(payloads.length > 100, `${payloads.length} payloads`);
  for (const [index, payload] of payloads.entries()) {
    // As a sender may write it, and as it comes again when an answer got lost.
    const text = index % 2 ? payload : JSON.stringify(JSON.parse(payload), null, 2);
    for (let turn = 0; turn < (index % 5 ? 1 : 2); turn += 1) {
      const status = await post(port, TOKEN, text);
      if (status !== 200) t.fail(`payload ${index}: ${status}`);
    }
  }
  t.equal(await post(port, 'another-token', '{}'), 404, 'strangers are refused');
  t.not(await post(port, TOKEN, 'not json'), 200, 'what is no JSON is not taken for caught');

  const streams = ['abandoned_checkouts', 'payments', 'refunds'] as const;
  const config = configFor(simulator, {
    app_id: 'none',
    app_secret: 'none',
    files: streams.map((stream) => ({ stream, location: `${captures}/*.jsonl` })),
  });
  const found = await discover(config);
  const destination = await openDestination(':memory:', found, { newestCursorWins: true });
  t.teardown(() => destination.close());
  t.same(await sync(config, found, destination), CLEAN);
  for (const stream of streams) {
    const truth = simulator.captureTruth(stream, { atMs: nowMs });
    t.same(await wrongRows(destination, stream, truth), [], stream);
  }
});
