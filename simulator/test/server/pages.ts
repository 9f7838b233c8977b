import fc from 'fast-check';
import t from 'tap';
import { startSimulator } from '../../src/index.ts';
import {
  type Body,
  DAY_MS,
  get,
  getBody,
  headersOf,
  LISTS,
  type Listed,
  NOW_MS,
  readAll,
  start,
  truthKeys,
  windowOf,
  wireKey,
} from '../helpers/client.ts';

const CURSORS = (Object.keys(LISTS) as Listed[]).filter((name) => !('dates' in LISTS[name]));
const DATED: Listed[] = ['settlements', 'shipments'];
const HISTORY_DAYS = 100;
const INDIA_MS = 19_800_000;

/** Whole seconds, from before the history to past the present. */
const moment = fc
  .integer({ min: -HISTORY_DAYS * 86_400, max: 86_400 })
  .map((seconds) => NOW_MS + seconds * 1000);
const size = fc.constantFrom(1, 2, 7, 50, 500);

t.test('a window, read in pages of any size and rows in any order, is the truth', async (t) => {
  for (const order of ['asc', 'desc', 'random'] as const) {
    const simulator = await start(t, { orders: 120, order, seed: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...CURSORS),
        moment,
        moment,
        size,
        async (name, a, b, limit) => {
          // A window often begins or ends at the very second of a row.
          const cursors = [...simulator.truth(name)].map(({ cursorMs }) => cursorMs);
          const edge = (ms: number) =>
            ms % 3000 ? (cursors[(ms / 1000) % cursors.length] ?? ms) : ms;
          const [fromMs, toMs] = [a, b].map(edge).sort((x, y) => x - y) as [number, number];
          fc.pre(limit > 2 || toMs - fromMs < 10 * DAY_MS);
          const rows = await readAll(simulator, name, windowOf(name, fromMs, toMs), limit);
          const keys = rows.map((row) => wireKey(name, row)).sort();
          t.strictSame(keys, truthKeys(simulator, name, { fromMs, toMs }), name);
        },
      ),
      { numRuns: 10 },
    );
  }
});

t.test('India dates are inclusive at both ends', async (t) => {
  const simulator = await start(t, { orders: 200 });
  const day = (ms: number) => Math.floor((ms + INDIA_MS) / DAY_MS) * DAY_MS - INDIA_MS;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...DATED),
      moment,
      fc.integer({ min: 0, max: 29 }),
      size,
      async (name, fromMs, days, limit) => {
        const window = windowOf(name, fromMs, fromMs + days * DAY_MS);
        const rows = await readAll(simulator, name, window, limit);
        const range = { fromMs: day(fromMs), toMs: day(fromMs) + (days + 1) * DAY_MS };
        const keys = rows.map((row) => wireKey(name, row)).sort();
        t.strictSame(keys, truthKeys(simulator, name, range), name);
      },
    ),
    { numRuns: 10 },
  );
});

t.test('rows come in the order asked for', async (t) => {
  const updated = async (order: 'asc' | 'desc' | 'random') => {
    const simulator = await start(t, { order: { orders: order } });
    const rows = await readAll(simulator, 'orders', {}, 30);
    return rows.map((row) => String(row.updated_at));
  };
  const [asc, desc, random] = [
    await updated('asc'),
    await updated('desc'),
    await updated('random'),
  ];
  t.strictSame(asc, [...asc].sort());
  t.strictSame(desc, [...asc].reverse());
  t.notSame(random, asc);
  t.strictSame([...random].sort(), asc);
});

t.test('a cursor holds its place while rows move, and is of its stream only', async (t) => {
  const simulator = await start(t, { orders: 200, nowMs: NOW_MS - 10 * DAY_MS, endMs: NOW_MS });
  const toMs = NOW_MS - 12 * DAY_MS;
  const window = windowOf('orders', NOW_MS - 40 * DAY_MS, toMs);
  const rows = await readAll(simulator, 'orders', window, 5, () => simulator.advance(DAY_MS));
  const keys = rows.map((row) => wireKey('orders', row));
  t.equal(new Set(keys).size, keys.length, 'none came twice');
  const missed = truthKeys(simulator, 'orders', { fromMs: NOW_MS - 40 * DAY_MS, toMs }).filter(
    (key) => !keys.includes(key),
  );
  t.strictSame(missed, [], 'whatever stayed was seen');
  t.ok(simulator.nowMs() > NOW_MS - 5 * DAY_MS, 'many pages were read');
  const { next_cursor } = await getBody(simulator, '/v1/order/list', { limit: '1' });
  const body = await getBody(simulator, '/v1/payment/list', { cursor: String(next_cursor) });
  t.match(body, { statusCode: 400, statusMessage: 'Invalid cursor', data: {} });
});

t.test('limits: 100 when not asked, 500 at most, nonsense refused', async (t) => {
  const simulator = await start(t, { orders: 1200 });
  const count = async (limit?: string) =>
    (await getBody(simulator, '/v1/order/list', limit ? { limit } : {})).data.length;
  t.equal(await count(), 100);
  t.equal(await count('250'), 250);
  t.equal(await count('9999'), 500);
  const { statusCode } = await getBody(simulator, '/v1/order/list', { limit: '0' });
  t.equal(statusCode, 400);
});

t.test('the same seed tells the same to the byte, another one does not', async (t) => {
  const [one, same, other] = [
    await start(t, { seed: 3 }),
    await start(t, { seed: 3 }),
    await start(t, { seed: 4 }),
  ];
  for (const { path } of [LISTS.orders, LISTS.checkouts, LISTS.returns]) {
    const text = await (await get(one, path)).text();
    t.equal(text, await (await get(same, path)).text());
    t.not(text, await (await get(other, path)).text());
  }
});

t.test('a million orders start at once; about as many begin as were asked for', async (t) => {
  const startedMs = performance.now();
  const simulator = await startSimulator({ orders: 1_000_000, nowMs: NOW_MS });
  const tookMs = performance.now() - startedMs;
  await simulator.close();
  t.ok(tookMs < 100, `started in ${tookMs.toFixed(1)} ms`);
  const some = await start(t, { orders: 1000 });
  const orders = truthKeys(some, 'orders').length;
  t.ok(orders > 900 && orders < 1100, `${orders} orders`);
});

t.test('gzip, for those who accept it', async (t) => {
  const simulator = await start(t, { gzip: true });
  const zipped = await get(simulator, LISTS.orders.path);
  t.equal(zipped.headers.get('content-encoding'), 'gzip');
  t.equal(((await zipped.json()) as Body).data.length, 100);
  const headers = { ...headersOf(simulator), 'accept-encoding': 'identity' };
  const plain = await get(simulator, LISTS.orders.path, {}, { headers });
  t.equal(plain.headers.get('content-encoding'), null);
});
