import t from 'tap';
import type { Fault } from '../../src/index.ts';
import {
  type Body,
  DAY_MS,
  getBody,
  iso,
  LISTS,
  NOW_MS,
  readAll,
  start,
  struck,
  truthKeys,
  windowOf,
  wireKey,
} from '../helpers/client.ts';

const ORDERS = LISTS.orders.path;
const WEEK = windowOf('orders', NOW_MS - 7 * DAY_MS, NOW_MS);

t.test('odd pages', async (t) => {
  const simulator = await start(t);
  const body = async (fault: Fault, query: Record<string, string> = {}) =>
    (await (await struck(simulator, fault, query)).json()) as Body;
  t.strictSame(await body({ kind: 'empty_data' }), {
    statusCode: 200,
    statusMessage: 'Success',
    data: {},
  });

  const first = await getBody(simulator, ORDERS, { limit: '5' });
  const cursor = String(first.next_cursor);
  const again = await body({ kind: 'repeat_cursor' }, { limit: '5', cursor });
  t.match(again, { has_more: true, next_cursor: cursor });
  const none = await body({ kind: 'empty_page_more' }, { limit: '5', cursor });
  t.match(none, { has_more: true, data: [] });
  t.not(none.next_cursor, cursor, 'a new cursor');
  const after = await getBody(simulator, ORDERS, { limit: '5', cursor: String(none.next_cursor) });
  t.strictSame(after.data, (await getBody(simulator, ORDERS, { limit: '5', cursor })).data);

  const twice = await body({ kind: 'duplicate_rows', rows: 2 }, { limit: '5' });
  t.strictSame(twice.data.slice(5), first.data.slice(0, 2));
  const fromMs = NOW_MS - 20 * DAY_MS;
  const window = windowOf('orders', fromMs, fromMs + DAY_MS);
  const outside = (await body({ kind: 'outside_window' }, window)).data.map((row) =>
    String(row.updated_at),
  );
  t.equal(outside.filter((at) => at < iso(fromMs)).length, 2, 'before the window');
  t.equal(outside.filter((at) => at >= iso(fromMs + DAY_MS)).length, 2, 'past it');
  const open = await body({ kind: 'ignore_upper' }, { ...window, limit: '500' });
  t.ok(open.data.some((row) => String(row.updated_at) > iso(NOW_MS - 2 * DAY_MS)));
});

t.test('odd rows', async (t) => {
  const simulator = await start(t);
  const text = async (fault: Fault) => (await struck(simulator, fault, { limit: '2' })).text();
  const [row] = (JSON.parse(await text({ kind: 'proto_keys' })) as Body).data;
  for (const name of ['__proto__', 'constructor', 'prototype'])
    t.ok(Object.hasOwn(row ?? {}, name));
  t.match(await text({ kind: 'big_numbers' }), '"big_number":9007199254740993');
  t.match(
    await text({ kind: 'big_numbers', field: 'platform_order_id', digits: '12345678901234567890' }),
    '"platform_order_id":12345678901234567890',
  );
  t.match(await text({ kind: 'deep_json', depth: 5 }), '"nested":[[[[[]]]]]');
  t.ok((await text({ kind: 'huge_page', megabytes: 2 })).length > 2 ** 21);
});

t.test('refunds have odd rows too; a refusal spends no fault of a page', async (t) => {
  const simulator = await start(t);
  const [refund] = simulator.truth('refunds');
  const platformOrderId = String(refund?.fields.platform_order_id);
  const ask = () => getBody(simulator, '/v1/payments/refunds', { platformOrderId });
  simulator.inject({ kind: 'empty_page_more' });
  simulator.inject({ kind: 'duplicate_rows' });
  t.equal((await getBody(simulator, ORDERS, { limit: 'none' })).statusCode, 400);
  t.equal((await ask()).data.length, 2);
  simulator.inject({ kind: 'empty_data', stream: 'refunds' });
  t.strictSame(await ask(), { success: true, data: {} });
  t.strictSame((await getBody(simulator, ORDERS)).data, [], 'the list fault was kept for a list');
});

t.test('numbered pages repeat, and grow under the reader', async (t) => {
  const simulator = await start(t);
  const window = windowOf('shipments', NOW_MS - 20 * DAY_MS, NOW_MS);
  const ask = (page: number) =>
    getBody(simulator, LISTS.shipments.path, { ...window, per_page: '10', page: String(page) });
  const plain = await ask(1);
  simulator.inject({ kind: 'growing_total', stream: 'shipments', times: 2 });
  t.equal((await ask(1)).meta.total_pages, plain.meta.total_pages + 1);
  t.equal((await ask(1)).meta.total_pages, plain.meta.total_pages + 2);
  t.equal((await ask(1)).meta.total_pages, plain.meta.total_pages);
  t.strictSame((await ask(plain.meta.total_pages + 1)).data, [], 'past the end');
  simulator.inject({ kind: 'repeat_cursor', stream: 'shipments' });
  t.strictSame((await ask(1)).data, plain.data, 'the first page is spared');
  t.strictSame((await ask(2)).data, plain.data);
});

t.test('a row that moves between two pages is found where it went', async (t) => {
  const simulator = await start(t, { endMs: NOW_MS + DAY_MS });
  const before = truthKeys(simulator, 'orders', { fromMs: NOW_MS - 7 * DAY_MS, toMs: NOW_MS });
  const today = windowOf('orders', NOW_MS, NOW_MS + DAY_MS);
  t.strictSame(await readAll(simulator, 'orders', today), []);
  simulator.inject({ kind: 'shift_page', stream: 'orders' });
  const rows = await readAll(simulator, 'orders', WEEK, 10);
  const keys = rows.map((row) => wireKey('orders', row));
  t.equal(keys.length, before.length - 1);
  const [moved] = before.filter((key) => !keys.includes(key));
  const now = await readAll(simulator, 'orders', today);
  const seen = now.map((row) => [wireKey('orders', row), row.updated_at]);
  t.strictSame(seen, [[moved, iso(NOW_MS)]]);
  t.strictSame(truthKeys(simulator, 'orders', { fromMs: NOW_MS }), [moved]);
});
