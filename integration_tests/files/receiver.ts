import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { openBucket } from './helpers/bucket.ts';
import { openMerchant, postAll } from './helpers/merchant.ts';
import {
  copyReceiver,
  linesOf,
  makeCaptures,
  post,
  RECEIVER,
  receiverForBuckets,
  settingsOf,
  startReceiver,
  TOKEN,
} from './helpers/receiver.ts';

/*
 * The recipe of deploy/webhook as it stands: a real POST of each payload that a merchant's webhooks
 * send, and the connector's rows of what was caught; and what strangers may send.
 */

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

t.test('what webhooks send is caught in a folder, and read as it was meant', async (t) => {
  const { payloads, expectTruth } = await openMerchant(t);
  const captures = makeCaptures();
  const { port } = await startReceiver(t, { CAPTURES: captures });
  await postAll(t, payloads, (body) => post(port, TOKEN, body));
  await expectTruth(`${captures}/*.jsonl`);
});

t.test('it is caught in a bucket, and read from there', async (t) => {
  const { payloads, expectTruth } = await openMerchant(t);
  const bucket = await openBucket(t);
  const settings = { ...settingsOf(bucket), S3_PREFIX: 'gokwik/hooks' };
  const { port, said } = await startReceiver(t, settings, receiverForBuckets());
  await postAll(t, payloads, (body) => post(port, TOKEN, body));
  const { endpoint, accessKeyId: access_key_id, secretAccessKey: secret_access_key } = bucket;
  await expectTruth(`s3://${bucket.name}/gokwik/hooks/**/*.jsonl`, {
    file_stores: [{ name: 'hooks', type: 's3', endpoint, access_key_id, secret_access_key }],
  });
  t.equal(said(), `receiver: listens on port ${port}\n`);
});

t.test('what is no JSON is kept as it came, and answered with 200', async (t) => {
  const captures = makeCaptures();
  const { port } = await startReceiver(t, { CAPTURES: captures });
  const cart = '{"request_id":"r1",\r\n"id":12345678901234567890}';
  const bodies = ['', 'not json', '5', '{"a":1', '{}\n{}', 'a=1&b=%7B%7D', cart];
  for (const body of bodies) t.equal(await post(port, TOKEN, body), 200, body);
  const packed = gzipSync(cart);
  t.equal(await post(port, TOKEN, packed, { 'content-encoding': 'gzip' }), 200);
  const bytes = Buffer.from([0x22, 0xff, 0x22]);
  const cut = packed.subarray(0, 20);
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  for (const body of [bytes, cut, bomb]) t.equal(await post(port, TOKEN, body), 200);
  t.equal(await post(port, `${TOKEN}?sent=1`, cart), 200, 'a query is no part of the token');
  t.same(
    linesOf(captures).map((line) => {
      const { _received_at, raw_payload, raw_base64 } = JSON.parse(line);
      t.ok(Math.abs(Date.parse(_received_at) - Date.now()) < 60_000);
      return raw_payload ?? Buffer.from(raw_base64, 'base64');
    }),
    [...bodies, cart, bytes, cut, bomb, cart],
  );
});

t.test('what strangers send is neither kept nor told', async (t) => {
  const captures = makeCaptures();
  const { port, said } = await startReceiver(t, { CAPTURES: captures });
  t.equal(await post(port, 'another-path', '{}'), 404);
  t.equal(await post(port, `${TOKEN}/`, '{}'), 404);
  t.equal((await fetch(`http://127.0.0.1:${port}/${TOKEN}`)).status, 405);
  t.equal(await post(port, TOKEN, `"${'x'.repeat(1_000_000)}"`), 413);
  const startedMs = Date.now();
  const piece = `10000\r\n${' '.repeat(65_536)}\r\n`;
  await pour(port, 'transfer-encoding: chunked\r\n\r\n', piece, 1);
  t.ok(Date.now() - startedMs < 8_000, 'a body without an end is cut off by its size');
  t.same(readdirSync(captures), []);
  t.equal(said(), `receiver: listens on port ${port}\n`);
});

t.test('a request that does not end is ended', async (t) => {
  const { port } = await startReceiver(t, { CAPTURES: makeCaptures() });
  const startedMs = Date.now();
  await pour(port, 'content-length: 1000\r\n\r\n{', ' ', 500);
  t.ok(Date.now() - startedMs < 30_000);
});

t.test('captures are the owner’s alone, and a line that was cut is no other’s end', async (t) => {
  const captures = makeCaptures();
  const day = join(captures, `${new Date().toISOString().slice(0, 10)}.jsonl`);
  writeFileSync(day, '{"_received_at":"20', { mode: 0o600 });
  chmodSync(captures, 0o755);
  const { port } = await startReceiver(t, { CAPTURES: captures });
  t.equal(await post(port, TOKEN, '{"request_id":"r1"}'), 200);
  t.match(JSON.parse(linesOf(captures).at(-1) ?? ''), { raw_payload: '{"request_id":"r1"}' });
  t.equal(statSync(captures).mode & 0o777, 0o700);
  const made = join(captures, 'new');
  const { port: other } = await startReceiver(t, { CAPTURES: made });
  t.equal(await post(other, TOKEN, '{"request_id":"r2"}'), 200);
  t.equal(statSync(made).mode & 0o777, 0o700);
  for (const name of readdirSync(made)) t.equal(statSync(join(made, name)).mode & 0o777, 0o600);
});

for (const place of ['folder', 'bucket'] as const) {
  t.test(`killed while it writes into a ${place}, it has all that it answered for`, async (t) => {
    const captures = makeCaptures();
    const bucket = place === 'bucket' ? await openBucket(t) : undefined;
    const settings = bucket ? settingsOf(bucket) : { CAPTURES: captures };
    const program = bucket ? receiverForBuckets() : RECEIVER;
    const answered = new Set<string>();
    for (let life = 0; life < 5; life += 1) {
      const { port, child } = await startReceiver(t, settings, program);
      const senders = Array.from({ length: 8 }, async (_, sender) => {
        for (let number = 0; number < 10_000; number += 1) {
          const id = `${life}-${sender}-${number}`;
          const body = JSON.stringify({ request_id: id, filler: 'x'.repeat(20_000) });
          const status = await post(port, TOKEN, body).catch(() => 0);
          if (status === 0) return;
          t.equal(status, 200);
          answered.add(id);
        }
      });
      while (answered.size < (life + 1) * 20) await new Promise((go) => setTimeout(go, 5));
      child.kill('SIGKILL');
      await Promise.all(senders);
    }
    const lines = linesOf(bucket ? await joinAll(await bucket.read()) : captures);
    const stored = new Set<string>();
    let half = 0;
    for (const line of lines) {
      try {
        stored.add(JSON.parse(JSON.parse(line).raw_payload).request_id);
      } catch {
        half += 1;
      }
    }
    t.same(
      [...answered].filter((id) => !stored.has(id)),
      [],
    );
    // A write that a kill cuts was never answered for; a bucket has no such lines at all.
    t.ok(half <= (bucket ? 0 : 5), `${half} of ${lines.length} lines are half`);
  });
}

async function joinAll(objects: ReadonlyMap<string, string>): Promise<string> {
  const folder = makeCaptures();
  writeFileSync(join(folder, 'all.jsonl'), [...objects.values()].join(''));
  return folder;
}

t.test('what cannot be stored is not answered with 2xx', async (t) => {
  const bucket = await openBucket(t);
  const wrong = { ...settingsOf(bucket), AWS_SECRET_ACCESS_KEY: 'wrong' };
  const { port, said } = await startReceiver(t, wrong, receiverForBuckets());
  t.equal(await post(port, TOKEN, '{"request_id":"r1"}'), 503);
  t.equal((await bucket.read()).size, 0);
  t.match(said(), /a payload was not stored \(HTTP 403\)/);
  t.notMatch(said(), /wrong|r1/);
});

t.test(
  'what was stored is passed on, and a failure of that is told and nothing else',
  async (t) => {
    const got: { body: string; type: string | undefined }[] = [];
    let refusals = 1;
    const other = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      refusals -= 1;
      if (refusals < 0) got.push({ body, type: request.headers['content-type'] });
      response.writeHead(refusals < 0 ? 200 : 500).end();
    }).listen(0, '127.0.0.1');
    await once(other, 'listening');
    t.teardown(() => other.close());
    const { port: otherPort } = other.address() as AddressInfo;
    const captures = makeCaptures();
    const { port } = await startReceiver(t, {
      CAPTURES: captures,
      FORWARD_TO: `http://127.0.0.1:${otherPort}/hook?key=k1`,
    });
    const type = 'application/json; charset=utf-8';
    t.equal(await post(port, TOKEN, '{ "request_id": "r1" }', { 'content-type': type }), 200);
    while (got.length === 0) await new Promise((go) => setTimeout(go, 20));
    t.same(got, [{ body: '{ "request_id": "r1" }', type }], 'at the second try, to the byte');

    // Nobody is there: a hundred wait for their next try, and more are not kept.
    const nobody = 'http://user:secret@127.0.0.1:1/hook?key=k1';
    const lonely = await startReceiver(t, { CAPTURES: captures, FORWARD_TO: nobody });
    for (let number = 0; number <= 100; number += 1)
      t.equal(await post(lonely.port, TOKEN, '{"request_id":"r2"}'), 200);
    t.equal(linesOf(captures).length, 102);
    t.match(lonely.said(), /a payload was not passed on to 127\.0\.0\.1:1: 100 wait already\n/);
    t.notMatch(lonely.said(), /secret|k1|hook/);
  },
);

t.test('without a token that cannot be guessed it does not start', async (t) => {
  const refused = [
    ...['', ' ', 'short', 'with/slash/and-more-of-it', 'aaaaaaaaaaaaaaaaaaaaaaaa'],
    ...['abcdefghijklmnopqrstuvwx', '0123456789abcdef', 'my-secret-of-the-shop-1'],
    ...['hunter42hunter42hunter42', 'qwertyuiopasdfghjkl'],
  ];
  for (const token of refused) {
    const env = { ...process.env, RECEIVER_TOKEN: token, CAPTURES: makeCaptures() };
    const options = { env, encoding: 'utf8', timeout: 10_000 } as const;
    const { status, stderr } = spawnSync(process.execPath, [RECEIVER], options);
    t.equal(status, 1, token);
    t.match(stderr, /RECEIVER_TOKEN must have 16 random letters and digits or more/);
    if (token.trim()) t.notMatch(stderr, token);
  }
});

t.test('it says what else is missing', async (t) => {
  const start = (settings: Record<string, string>, program = RECEIVER): string => {
    const env = { ...process.env, RECEIVER_TOKEN: TOKEN, ...settings };
    return spawnSync(process.execPath, [program], { env, encoding: 'utf8', timeout: 10_000 })
      .stderr;
  };
  t.match(start({ S3_BUCKET: 'b' }, copyReceiver()), /npm install --save-exact aws4fetch@1\.0\.20/);
  const program = receiverForBuckets();
  const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
  const odd = { ...keys, S3_BUCKET: 'b', S3_ENDPOINT: 'host.example:9000' };
  t.match(start(odd, program), /S3_ENDPOINT is no address/);
  t.match(start({ S3_BUCKET: 'b', AWS_ACCESS_KEY_ID: '' }, program), /S3_BUCKET needs keys/);
  const forward = start({ CAPTURES: makeCaptures(), FORWARD_TO: 'host.example/hook' });
  t.match(forward, /FORWARD_TO is no address/);
  t.notMatch(forward, /host\.example/);
});
