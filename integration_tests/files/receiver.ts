import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import t, { type Test } from 'tap';
import { startSimulator } from '../../simulator/src/index.ts';
import { configFor, discover } from '../connector.ts';
import { openDestination } from '../destination.ts';
import { CLEAN, sync } from '../sync.ts';
import { wrongRows } from '../truth.ts';

/*
 * The recipe of deploy/webhook as it stands: a real POST of each payload that a merchant's webhooks
 * send, and the connector's rows of what was caught; and what strangers may send.
 */

const RECEIVER = resolve(import.meta.dirname, '../../deploy/webhook/receiver.mjs');
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

interface Receiver {
  readonly port: number;
  readonly captures: string;
  /** All that it said. */
  said(): string;
}

/** Resolves when it says that it listens; rejects when it ends before. */
async function startReceiver(
  t: Test,
  captures = mkdtempSync(join(tmpdir(), 'gokwik-captures-')),
): Promise<Receiver> {
  const port = await freePort();
  const env = { ...process.env, RECEIVER_TOKEN: TOKEN, CAPTURES: captures, PORT: String(port) };
  const child: ChildProcess = spawn(process.execPath, [RECEIVER], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  await new Promise<void>((listening, failed) => {
    child.once('exit', (code) => failed(new Error(`the receiver ended with ${code}: ${said}`)));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        said += text;
        if (said.includes('listens')) listening();
      });
    }
  });
  t.teardown(() => child.kill());
  return { port, captures, said: () => said };
}

async function post(port: number, path: string, body: string | Buffer): Promise<number> {
  const { status } = await fetch(`http://127.0.0.1:${port}/${path}`, { method: 'POST', body });
  return status;
}

/** Sends pieces of a body, one after the other, until the receiver has enough of it. */
async function pour(port: number, head: string, piece: string, everyMs: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`POST /${TOKEN} HTTP/1.1\r\nhost: x\r\n${head}`);
  const drip = setInterval(() => socket.write(piece), everyMs);
  socket.resume();
  await once(socket, 'close');
  clearInterval(drip);
}

const linesOf = (captures: string): string[] =>
  readdirSync(captures).flatMap((name) =>
    readFileSync(join(captures, name), 'utf8').split('\n').filter(Boolean),
  );

t.test('what webhooks send is caught, and read as it was meant', async (t) => {
  const nowMs = Date.now();
  const simulator = await startSimulator({
    seed: 5,
    orders: 150,
    startMs: nowMs - 30 * DAY,
    nowMs,
  });
  t.teardown(() => simulator.close());
  const sent = await simulator.exports(mkdtempSync(join(tmpdir(), 'gokwik-sent-')));
  const { port, captures } = await startReceiver(t);

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

t.test('what strangers send is neither kept nor told', async (t) => {
  const { port, captures, said } = await startReceiver(t);
  t.equal(await post(port, 'another-token-of-the-test', '{}'), 404);
  t.equal(await post(port, `${TOKEN}?a=1`, '{}'), 404);
  t.equal((await fetch(`http://127.0.0.1:${port}/${TOKEN}`)).status, 405);
  for (const odd of ['not json', '', '5', '"a"', 'null', '{"a":1', '{}\n{}'])
    t.equal(await post(port, TOKEN, odd), 400, odd);
  t.equal(await post(port, TOKEN, Buffer.from([0x22, 0xff, 0x22])), 400, 'no UTF-8');
  t.equal(await post(port, TOKEN, `"${'x'.repeat(1_000_000)}"`), 413);
  const startedMs = Date.now();
  const piece = `10000\r\n${' '.repeat(65_536)}\r\n`;
  await pour(port, 'transfer-encoding: chunked\r\n\r\n', piece, 1);
  t.ok(Date.now() - startedMs < 8_000, 'a body without an end is cut off by its size');
  t.same(readdirSync(captures), []);

  t.equal(await post(port, TOKEN, '{"id":12345678901234567890,\r\n"a":"\\n"}'), 200);
  t.match(linesOf(captures), [
    /^\{"_received_at":"[^"]+Z","body":\{"id":12345678901234567890, "a":"\\n"\}\}$/,
  ]);
  t.equal(said(), `receiver: listens on port ${port}\n`);
});

t.test('a request that does not end is ended', async (t) => {
  const { port } = await startReceiver(t);
  const startedMs = Date.now();
  await pour(port, 'content-length: 1000\r\n\r\n{', ' ', 500);
  t.ok(Date.now() - startedMs < 30_000);
});

t.test('captures are the owner’s alone, and a line that was cut is no other’s end', async (t) => {
  const captures = mkdtempSync(join(tmpdir(), 'gokwik-captures-'));
  const day = join(captures, `${new Date().toISOString().slice(0, 10)}.jsonl`);
  writeFileSync(day, '{"_received_at":"20', { mode: 0o600 });
  const { port } = await startReceiver(t, captures);
  t.equal(await post(port, TOKEN, '{"request_id":"r1"}'), 200);
  t.match(linesOf(captures).at(-1), /"body":\{"request_id":"r1"\}\}$/);
  t.equal(statSync(captures).mode & 0o777, 0o700);
  const { port: other, captures: made } = await startReceiver(t, join(captures, 'new'));
  t.equal(await post(other, TOKEN, '{"request_id":"r2"}'), 200);
  t.equal(statSync(made).mode & 0o777, 0o700);
  for (const name of readdirSync(made)) t.equal(statSync(join(made, name)).mode & 0o777, 0o600);
});

t.test('without a token it does not start', async (t) => {
  for (const token of ['', ' ', 'short', 'with/slash/and-more-of-it']) {
    const env = { ...process.env, RECEIVER_TOKEN: token };
    const { status, stderr } = spawnSync(process.execPath, [RECEIVER], { env, encoding: 'utf8' });
    t.equal(status, 1);
    t.match(stderr, /RECEIVER_TOKEN must have 16 letters and digits or more/);
  }
});
