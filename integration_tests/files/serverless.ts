import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { download, openBucket } from './helpers/bucket.ts';
import { openMerchant, postAll } from './helpers/merchant.ts';
import { TOKEN } from './helpers/receiver.ts';
import { installTools } from './helpers/tools.ts';

/*
 * The recipes of deploy/webhook without a server: the Worker in Cloudflare's own runtime with a local
 * R2, the function's handler with the SDK of AWS against an S3 that checks signatures. Not shown here:
 * the services around them.
 */

const DEPLOY = resolve(import.meta.dirname, '../../deploy/webhook');
const CART = '{"request_id":"r1",\r\n"id":12345678901234567890}';

/** What a line holds: the text, or the bytes. */
function bodyOf(line: string): string | Buffer {
  const { _received_at, raw_payload, raw_base64 } = JSON.parse(line);
  if (Math.abs(Date.parse(_received_at) - Date.now()) > 60_000) throw new Error(_received_at);
  return raw_payload ?? Buffer.from(raw_base64, 'base64');
}

const PACKED = gzipSync(CART);
const BYTES = Buffer.from([0x22, 0xff, 0x22]);
/** What may come, and what is kept of it. */
const BODIES: readonly (readonly [string | Buffer, string | Buffer])[] = [
  ...['', 'not json', 'a=1&b=%7B%7D', CART].map((body) => [body, body] as const),
  [PACKED, CART],
  ...[BYTES, PACKED.subarray(0, 20)].map((body) => [body, body] as const),
];

interface Stored {
  readonly key: string;
  text(): Promise<string>;
}
interface Fake {
  dispatchFetch(address: string, init: object): Promise<Response>;
  getR2Bucket(name: string): Promise<{
    list(options: object): Promise<{ objects: { key: string }[]; cursor?: string }>;
    get(key: string): Promise<Stored>;
  }>;
  dispose(): Promise<void>;
}

/** The Worker with the bindings of its wrangler.toml. */
async function startWorker(bindings: Record<string, string>, more: object = {}): Promise<Fake> {
  const { Miniflare } = createRequire(join(installTools(), '../package.json'))('miniflare');
  const settings = readFileSync(join(DEPLOY, 'worker/wrangler.toml'), 'utf8');
  const setting = (name: string): string =>
    new RegExp(`^${name} = "(.*)"$`, 'm').exec(settings)?.[1] ?? '';
  return new Miniflare({
    modules: true,
    scriptPath: join(DEPLOY, 'worker', setting('main')),
    compatibilityDate: '2026-03-01',
    r2Buckets: [setting('binding')],
    bindings,
    ...more,
  });
}

async function downloadR2(worker: Fake): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'gokwik-r2-'));
  const bucket = await worker.getR2Bucket('CAPTURES');
  for (let cursor: string | undefined; ; ) {
    const page = await bucket.list({ ...(cursor && { cursor }) });
    for (const { key } of page.objects) {
      mkdirSync(join(folder, dirname(key)), { recursive: true });
      writeFileSync(join(folder, key), await (await bucket.get(key)).text());
    }
    cursor = page.cursor;
    if (!cursor) return folder;
  }
}

t.test('a Worker to R2', async (t) => {
  const worker = await startWorker({ RECEIVER_TOKEN: TOKEN });
  t.teardown(() => worker.dispose());
  const send = async (path: string, body: unknown, method = 'POST') =>
    (await worker.dispatchFetch(`http://x/${path}`, { method, ...(method === 'POST' && { body }) }))
      .status;

  await t.test('keeps whatever comes with the token, and nothing else', async (t) => {
    t.equal(await send('another-path', '{}'), 404);
    t.equal(await send(TOKEN, '', 'GET'), 405);
    t.equal(await send(TOKEN, 'x'.repeat(1_000_001)), 413);
    const bucket = await worker.getR2Bucket('CAPTURES');
    t.same((await bucket.list({})).objects, []);
    for (const [body, kept] of BODIES) {
      t.equal(await send(`${TOKEN}?a=1`, body), 200);
      const { objects } = await bucket.list({});
      const stored = await bucket.get(objects.at(-1)?.key ?? '');
      t.same(bodyOf(await stored.text()), kept);
    }
    t.equal((await bucket.list({})).objects.length, BODIES.length);
    const none = await startWorker({});
    t.teardown(() => none.dispose());
    t.equal((await none.dispatchFetch('http://x/', { method: 'POST' })).status, 503);
  });

  await t.test('passes on what was stored, and does not answer for what was not', async (t) => {
    const got: string[] = [];
    const outboundService = async (request: Request): Promise<Response> => {
      got.push(`${request.url} ${request.headers.get('content-type')} ${await request.text()}`);
      return new Response(null, { status: 204 });
    };
    const settings = { RECEIVER_TOKEN: TOKEN, FORWARD_TO: 'https://tool.example/hook' };
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', body: CART, headers };
    const passing = await startWorker(settings, { outboundService });
    t.teardown(() => passing.dispose());
    t.equal((await passing.dispatchFetch(`http://x/${TOKEN}`, init)).status, 200);
    while (got.length === 0) await new Promise((go) => setTimeout(go, 10));
    t.same(got, [`https://tool.example/hook application/json ${CART}`]);
    const storeless = await startWorker(settings, { outboundService, r2Buckets: [] });
    t.teardown(() => storeless.dispose());
    t.equal((await storeless.dispatchFetch(`http://x/${TOKEN}`, init)).status, 503);
    t.equal(got.length, 1);
  });

  await t.test('what it keeps is read as it was meant', async (t) => {
    const { payloads, expectTruth } = await openMerchant(t, 60);
    const clean = await startWorker({ RECEIVER_TOKEN: TOKEN });
    t.teardown(() => clean.dispose());
    await postAll(t, payloads, async (body) => {
      const answer = await clean.dispatchFetch(`http://x/${TOKEN}`, { method: 'POST', body });
      return answer.status;
    });
    await expectTruth(`${await downloadR2(clean)}/**/*.jsonl`);
  });
});

t.test('a function to S3', async (t) => {
  const bucket = await openBucket(t);
  const folder = mkdtempSync(join(tmpdir(), 'gokwik-lambda-'));
  copyFileSync(join(DEPLOY, 'lambda/index.mjs'), join(folder, 'index.mjs'));
  symlinkSync(installTools(), join(folder, 'node_modules'));
  Object.assign(process.env, {
    ...{ RECEIVER_TOKEN: TOKEN, S3_BUCKET: bucket.name },
    ...{ AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL_S3: bucket.endpoint },
    AWS_ACCESS_KEY_ID: bucket.accessKeyId,
    AWS_SECRET_ACCESS_KEY: bucket.secretAccessKey,
  });
  const { handler } = await import(pathToFileURL(join(folder, 'index.mjs')).href);
  /** As a function URL calls it: what is no text comes in base64. */
  const send = async (path: string, body: string | Buffer, method = 'POST'): Promise<number> => {
    const isBase64Encoded = typeof body !== 'string';
    const event = {
      rawPath: path,
      requestContext: { http: { method } },
      ...(body.length > 0 && { body: isBase64Encoded ? body.toString('base64') : body }),
      isBase64Encoded,
    };
    return (await handler(event)).statusCode;
  };
  t.equal(await send('/another-path', '{}'), 404);
  t.equal(await send(`/${TOKEN}`, '', 'GET'), 405);
  t.equal(await send(`/${TOKEN}`, 'x'.repeat(1_000_001)), 413);
  t.equal((await bucket.read()).size, 0);
  for (const [body, kept] of BODIES) {
    t.equal(await send(`/${TOKEN}`, body), 200);
    t.same(bodyOf([...(await bucket.read()).values()].at(-1) ?? ''), kept);
  }

  const { payloads, expectTruth } = await openMerchant(t, 60);
  await postAll(t, payloads, (body) => send(`/${TOKEN}`, body));
  const caught = await download(bucket);
  // What was sent above is of no shape, and told: the truth is that of the payloads.
  for (const [key] of [...(await bucket.read())].slice(0, BODIES.length))
    execFileSync('rm', [join(caught, key)]);
  await expectTruth(`${caught}/**/*.jsonl`);

  process.env.AWS_ENDPOINT_URL_S3 = 'http://127.0.0.1:1';
  const { handler: lonely } = await import(
    `${pathToFileURL(join(folder, 'index.mjs')).href}?again`
  );
  const event = { rawPath: `/${TOKEN}`, requestContext: { http: { method: 'POST' } }, body: '{}' };
  t.same(await lonely(event), { statusCode: 503 });
});
