import { Readable } from 'node:stream';
import t from 'tap';
import { createAnomalies } from '../../../src/cdk/anomalies.ts';
import { SystemError } from '../../../src/cdk/errors.ts';
import type { JsonObject } from '../../../src/cdk/protocol.ts';
import type { RawPage } from '../../../src/gokwik/lists/position.ts';
import type { Mapper } from '../../../src/gokwik/records/mapper.ts';
import { STREAMS } from '../../../src/gokwik/streams/index.ts';
import type { StreamTools } from '../../../src/gokwik/streams/pages.ts';
import { readList } from '../../../src/gokwik/streams/read.ts';
import type { StreamProfile } from '../../../src/gokwik/streams/stream.ts';
import type { Moment } from '../../../src/gokwik/template.ts';

const india = (text: string): number => Date.parse(`${text}+05:30`);
const STARTED = india('2026-09-10T00:00:00');
const ENDED = india('2026-09-20T00:00:00');

/** The keys that come out of a window that is the whole range, and what is told. */
async function keysOf(
  rows: readonly JsonObject[],
  name: string,
  { cut = () => false, ...end }: { doubt?: RawPage['doubt'] & object; cut?: () => boolean } = {},
) {
  const profile = STREAMS[name]?.profile as StreamProfile;
  const map = (row: JsonObject) => ({
    row,
    key: String(row.key),
    cursorMs: row.at === undefined ? undefined : india(String(row.at)),
  });
  const parent = { stream: name, profile, mapper: { map } as unknown as Mapper };
  const anomalies = createAnomalies();
  const settings = { startMs: STARTED, endMs: ENDED };
  const pages = readList(
    parent,
    [],
    { fromMs: STARTED, toMs: ENDED, open: false },
    new Set([name]),
    async function* () {
      yield { rows, next: undefined, ...end };
    },
    { settings, anomalies, learned: new Map() } as unknown as StreamTools,
    { signal: new AbortController().signal, onWait() {}, cut },
  );
  const keys: string[] = [];
  for await (const [page] of pages) keys.push(...(page?.rows ?? []).map(({ key }) => String(key)));
  return { keys, said: anomalies.lines() };
}

t.test('the days beside the range belong to the ranges beside it', async (t) => {
  const rows = [
    { key: 'before', at: '2026-09-09T23:59:59' },
    { key: 'first', at: '2026-09-10T00:00:00' },
    { key: 'last', at: '2026-09-19T23:59:59' },
    { key: 'after', at: '2026-09-20T00:00:00' },
    // Whatever the server went by, the extra day is not why these came.
    { key: 'older', at: '2026-08-01T00:00:00' },
    { key: 'newer', at: '2026-10-01T00:00:00' },
    { key: 'changed after', at: '2026-09-20T05:00:00', created_at: '2026-09-15T00:00:00Z' },
    { key: 'unreadable' },
  ];
  const kept = ['first', 'last', 'older', 'newer', 'changed after', 'unreadable'];
  const { keys, said } = await keysOf(rows, 'shipments');
  t.same(keys, kept);
  t.match(said, [/day before `start_date` or after `end_date`.*2 times/]);
  const moments = await keysOf(rows, 'orders');
  t.equal(moments.keys.length, rows.length, 'by moments nothing more is asked for');
  t.same(moments.said, []);
});

t.test('a list that may be a part is asked for again in lists of less time', async (t) => {
  const error = new SystemError('GK_PAGING', 'it may be a part');
  const doubt = { error };
  const rows = [{ key: 'a', at: '2026-09-15T00:00:00' }];
  t.same((await keysOf(rows, 'orders', { doubt, cut: () => true })).keys, ['a']);
  await t.rejects(keysOf(rows, 'orders', { doubt, cut: () => false }), error);
  const round = { told: 'it may be a part' };
  t.match((await keysOf(rows, 'orders', { doubt: round })).said, [/it may be a part/]);
  t.same((await keysOf(rows, 'orders', { doubt: round, cut: () => true })).said, []);
});

t.test(
  'a window that was answered for a part of its time is told from one without rows',
  async (t) => {
    const day = 24 * 3_600_000;
    const profile = STREAMS.orders?.profile as StreamProfile;
    const map = (row: JsonObject) => ({ row, key: String(row.ms), cursorMs: Number(row.ms) });
    const rowsOf = (fromMs: number) =>
      Array.from({ length: 24 }, (_, hour) => ({ ms: fromMs + (hour * day) / 24 }));
    const read = (isShort: boolean) =>
      readList(
        { stream: 'orders', profile, mapper: { map } as unknown as Mapper },
        [],
        { fromMs: STARTED, toMs: ENDED, open: false },
        new Set(['orders']),
        async function* ({ from }) {
          const fromMs = (from as Moment).ms;
          const isRead = fromMs > STARTED;
          yield { rows: isShort || !isRead ? rowsOf(fromMs) : [], next: undefined };
        },
        {
          ...{ settings: { startMs: STARTED, endMs: ENDED }, anomalies: createAnomalies() },
          learned: new Map(),
        } as unknown as StreamTools,
        { signal: new AbortController().signal, onWait() {} },
      );
    await t.rejects(Readable.from(read(true)).toArray(), { code: 'GK_RANGE' });
    await t.resolves(Readable.from(read(false)).toArray(), 'a shop of one day');
  },
);

t.test('two things of one key in one answer are told', async (t) => {
  const at = '2026-09-15T00:00:00';
  const twice = [
    { key: 'a', at, line: 1 },
    { key: 'b', at },
    { key: 'a', at, line: 2 },
  ];
  const { keys, said } = await keysOf(twice, 'orders');
  t.same(keys, ['a', 'b', 'a']);
  t.match(said, [/^orders: two rows of one page have one key and differ, .*\(1 time\)/]);
  const same = await keysOf(
    [
      { key: 'a', at },
      { key: 'a', at },
    ],
    'orders',
  );
  t.same(same.said, [], 'one thing twice is one thing');
});

t.test(
  'rows inside a row come where its profile says that they are, in whatever form',
  async (t) => {
    const items = [{ sku: 'a' }, { sku: 'b' }];
    async function itemsOf(row: JsonObject, fields: StreamProfile['fields'] = {}) {
      const declared = STREAMS.orders?.profile as StreamProfile;
      const profile = { ...declared, fields: { ...declared.fields, ...fields } };
      const map = () => ({ row: {}, key: 'k', cursorMs: STARTED });
      const mapChild = (one: JsonObject) => ({ row: one });
      const mapper = { map, mapChild } as unknown as Mapper;
      const child = { stream: 'order_items', profile: STREAMS.order_items?.profile, mapper };
      const anomalies = createAnomalies();
      const pages = readList(
        { stream: 'orders', profile, mapper },
        [child as never],
        { fromMs: STARTED, toMs: ENDED, open: false },
        new Set(['order_items']),
        async function* () {
          yield { rows: [row], next: undefined };
        },
        { settings: { startMs: STARTED }, anomalies, learned: new Map() } as unknown as StreamTools,
        { signal: new AbortController().signal, onWait() {}, cut: () => false },
      );
      const rows: unknown[] = [];
      for await (const [page] of pages) rows.push(...(page?.rows ?? []));
      return { rows, said: anomalies.lines() };
    }
    const whole = { rows: items, said: [] };
    t.same(await itemsOf({ line_items: items }), whole);
    t.same(await itemsOf({ items }), whole);
    t.same(await itemsOf({ cart: { products: items } }, { line_items: 'cart.products' }), whole);
    t.same(await itemsOf({ line_items: JSON.stringify(items) }), whole);
    const edges = items.map((node) => ({ node }));
    t.same(await itemsOf({ line_items: { edges, pageInfo: { hasNextPage: false } } }), whole);
    t.match(await itemsOf({ line_items: { edges, pageInfo: { hasNextPage: true } } }), {
      rows: items,
      said: [/says that there are more than came with the row/],
    });
    t.match(await itemsOf({ line_items: '2 x Shirt' }), { rows: [], said: [/is no list/] });
    for (const row of [{}, { line_items: null }, { line_items: '' }, { line_items: {} }])
      t.same(await itemsOf(row), { rows: [], said: [] }, JSON.stringify(row));
  },
);
