import { request } from 'node:http';
import t from 'tap';
import type { Fault } from '../../src/index.ts';
import { get, headersOf, LISTS, NOW_MS, start, struck } from '../helpers/client.ts';

const ORDERS = LISTS.orders.path;

/** Undefined where fetch will not show it: it swallows the reason. */
async function failure(promise: Promise<Response>): Promise<string> {
  try {
    await (await promise).text();
    return 'none';
  } catch (error) {
    const { cause } = error as { cause?: { code?: string; message?: string } };
    return cause?.code ?? cause?.message ?? String(error);
  }
}

t.test('which requests a fault strikes', async (t) => {
  const simulator = await start(t);
  const statuses = async (path: string, count: number) => {
    const list: number[] = [];
    for (let turn = 0; turn < count; turn += 1) list.push((await get(simulator, path)).status);
    return list;
  };
  simulator.inject({ kind: 'status', code: 503, stream: 'order_items', after: 1, times: 2 });
  t.strictSame(await statuses(LISTS.payments.path, 2), [200, 200], 'another stream');
  t.strictSame(
    await statuses(ORDERS, 5),
    [200, 503, 503, 200, 200],
    'after, times; child = parent',
  );
  const remove = simulator.inject({ kind: 'status', code: 502, times: 'forever' });
  t.strictSame(await statuses(ORDERS, 3), [502, 502, 502]);
  remove();
  t.strictSame(await statuses(ORDERS, 1), [200], 'removed');
  simulator.inject({ kind: 'status', code: 500, stream: 'refunds' });
  t.strictSame(await statuses(ORDERS, 1), [200], 'refunds have an endpoint of their own');
  simulator.clearFaults();
  t.equal((await get(simulator, '/v1/payments/refunds')).status, 400, 'cleared');
});

t.test('other answers', async (t) => {
  const simulator = await start(t);
  const busy = await struck(simulator, { kind: 'status', code: 429, retryAfter: 7 });
  t.equal(busy.status, 429);
  t.equal(busy.headers.get('retry-after'), '7');
  t.match(await busy.json(), { statusCode: 429 });
  const date = new Date(NOW_MS).toUTCString();
  const later = await struck(simulator, {
    kind: 'status',
    code: 503,
    retryAfter: date,
    html: true,
  });
  t.equal(later.headers.get('retry-after'), date);
  t.match(await later.text(), /^<!doctype html>/);
  const refused = await struck(simulator, {
    kind: 'in_body',
    statusCode: 502,
    statusMessage: 'Oops',
  });
  t.equal(refused.status, 200);
  t.strictSame(await refused.json(), { statusCode: 502, statusMessage: 'Oops', data: {} });
  const away = await struck(simulator, { kind: 'redirect', location: 'http://127.0.0.1:1/' });
  t.equal(away.status, 302);
  t.equal(away.headers.get('location'), 'http://127.0.0.1:1/');
  const page = await struck(simulator, { kind: 'not_json' });
  t.equal(page.status, 200);
  t.match(await page.text(), /^<!doctype/);
  const told = await struck(simulator, { kind: 'rate_limit_headers', remaining: 0, reset: 30 });
  t.equal(told.headers.get('x-ratelimit-remaining'), '0');
  t.equal(told.headers.get('x-ratelimit-reset'), '30');
  t.match(await told.json(), { statusCode: 200 });
});

t.test('bytes that do not arrive as they should', async (t) => {
  const simulator = await start(t);
  t.match(await failure(struck(simulator, { kind: 'reset' })), /ECONNRESET|UND_ERR_SOCKET/);
  t.match(
    await failure(struck(simulator, { kind: 'truncate' })),
    /UND_ERR_SOCKET|terminated|closed/,
  );
  t.match(
    await failure(struck(simulator, { kind: 'gzip_garbage' })),
    /Z_DATA_ERROR|incorrect header/,
  );
  const bad = Buffer.from(await (await struck(simulator, { kind: 'invalid_utf8' })).arrayBuffer());
  t.ok(bad.includes(0xff));
  t.throws(() => new TextDecoder('utf-8', { fatal: true }).decode(bad));
  const bytes = 20 * 2 ** 20;
  const bomb = await struck(simulator, { kind: 'gzip_bomb', bytes });
  const text = await bomb.text();
  t.ok(text.length > bytes, 'unpacks to what was asked for');
  t.match(JSON.parse(text), { statusCode: 200 });
  const statuses = simulator.requests().map(({ status }) => status);
  t.equal(statuses[0], 0, 'a cut connection has no status');
});

t.test('slow answers', async (t) => {
  const simulator = await start(t);
  const ask = (fault: Fault, limit = '1') => struck(simulator, fault, { limit });
  const timed = async (promise: Promise<Response>) => {
    const startedMs = performance.now();
    const response = await promise;
    const headersMs = performance.now() - startedMs;
    await response.json();
    return [headersMs, performance.now() - startedMs] as const;
  };
  const [headersMs] = await timed(ask({ kind: 'stall_headers', ms: 150 }));
  t.ok(headersMs >= 145, 'before the headers');
  const [, bodyMs] = await timed(ask({ kind: 'stall_body', ms: 150 }));
  t.ok(bodyMs >= 145, 'after half of the body');
  // A page of nothing: even that takes a while, byte by byte.
  simulator.inject({ kind: 'empty_data' });
  const [, trickleMs] = await timed(ask({ kind: 'trickle', everyMs: 3 }));
  t.ok(trickleMs >= 50 * 3, 'byte by byte');
  for (const kind of ['stall_headers', 'stall_body'] as const) {
    const signal = AbortSignal.timeout(100);
    simulator.inject({ kind });
    const stalled = get(simulator, ORDERS, {}, { signal }).then((response) => response.text());
    await t.rejects(stalled, /timeout|aborted/i, `${kind} for good`);
  }
});

t.test('who closes the simulator hangs up on everyone', async (t) => {
  const simulator = await start(t);
  simulator.inject({ kind: 'stall_headers' });
  const hung = new Promise((done) => {
    const url = new URL(ORDERS, simulator.baseUrl);
    request(url, { headers: headersOf(simulator) })
      .on('error', done)
      .end();
  });
  while (simulator.requests().length === 0) await new Promise((done) => setTimeout(done, 5));
  await simulator.close();
  t.match(await hung, { code: 'ECONNRESET' });
});
