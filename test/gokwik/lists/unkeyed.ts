import t from 'tap';
import { fetchPages } from '../../../src/gokwik/streams/pages.ts';
import { openTools, type Serve } from '../streams/helpers/tools.ts';

/** The rows of all pages under a profile of the stream, or why they do not come. */
async function read(stream: string, body: unknown, part: object | undefined) {
  const serve: Serve = () => ({ body });
  const { profile, tools, context } = openTools(
    stream,
    serve,
    part ? { streams: { [stream]: part } } : {},
  );
  const rows: unknown[] = [];
  try {
    for await (const page of fetchPages({ stream, profile }, {}, tools, context))
      rows.push(...page.rows);
  } catch (error) {
    return { rows, error: error as Error & { code: string } };
  }
  return { rows, error: undefined };
}

const day = (at: number) => `2026-11-${String(at).padStart(2, '0')}`;
const ids = (count: number, from = 0) => Array.from({ length: count }, (_, at) => from + at);
const orders = (count: number, name: string, from = 0) =>
  ids(count, from).map((id) => ({
    [name]: `o${id}`,
    created_at: `${day(1 + (id % 28))}T10:00:00Z`,
    updated_at: `${day(1 + (id % 28))}T11:00:00Z`,
    order_status: 'Confirmed',
    total: '499.00',
    line_items: [{ sku: `s${id}`, quantity: 1 }],
  }));
const whole = { query: {}, paging: { kind: 'none' } };

t.test('rows that lie inside those of the list', async (t) => {
  const grouped = (name: string) =>
    [1, 2, 3].map((at) => ({ day: day(at), orders: orders(5, name, at * 5), count: 5 }));
  const held = orders(5, 'gokwik_oid').map((order) => ({ order, type: 'order' }));
  const cases: [string, unknown, RegExp, number][] = [
    ['by day', { data: grouped('gokwik_oid') }, /rows at data\.\*\.orders/, 15],
    ['one day alone', { data: grouped('gokwik_oid').slice(0, 1) }, /data\.\*\.orders/, 5],
    ['by day, under another name', { data: grouped('order_id') }, /data\.\*\.orders/, 15],
    ['each in an object', { data: held }, /under `order`/, 5],
    ['a list of such', held, /under `order`/, 5],
  ];
  for (const [name, body, where, count] of cases) {
    const records = Array.isArray(body) ? { records: ['.'] } : {};
    const { rows, error } = await read('orders', body, { ...whole, ...records });
    t.match(error, { code: 'GK_SHAPE', message: /^Stream orders: .* without their key/ }, name);
    t.match(error?.message, where, name);
    t.equal(rows.length, 0, 'none of them is printed');
    const mended = await read('orders', body, { ...whole, ...fragmentOf(error) });
    t.same([mended.rows.length, mended.error], [count, undefined], name);
  }
});

const fragmentOf = (error: Error | undefined): object => {
  const [, text = '{}'] = /Set in api_profile: (\{.*?\}\})\./.exec(error?.message ?? '') ?? [];
  return Object.values(JSON.parse(text).streams)[0] as object;
};

t.test('a key under another name', async (t) => {
  const { error } = await read('orders', { data: orders(12, 'order_id') }, whole);
  t.match(
    error?.message,
    /12 of 12 rows came without their key \(gokwik_oid, request_id or moid\)/,
  );
  t.match(error?.message, /"key":\["order_id"\].*"gokwik_oid":"order_id"/);
  const { rows } = await read(
    'orders',
    { data: orders(12, 'order_id') },
    {
      ...whole,
      ...fragmentOf(error),
    },
  );
  t.equal(rows.length, 12);
  const known = await read('orders', { data: orders(12, 'gk_order_id') }, whole);
  t.match(fragmentOf(known.error), { fields: { gokwik_oid: 'gk_order_id' } });
  const own = { path: '/rows', records: ['rows'], key: [['ID', 'Line']], ...whole };
  const lines = ids(3).map((id) => ({ ID: 7, line: id }));
  t.match((await read('mine', { rows: lines }, own)).error?.message, /"key":\["line"\]/);
  const none = await read('mine', { rows: [...lines, ...lines] }, own);
  t.match(
    none.error?.message,
    /which of their fields \(ID, line\) tell.*"key":\[\["one","another"\]\]/,
  );
});

t.test('a few rows without a key are no reason to stop', async (t) => {
  const some = [...orders(8, 'moid'), ...orders(40, 'draft_id')];
  t.equal((await read('orders', { data: some }, whole)).error, undefined);
  const fewer = [...orders(4, 'moid'), ...orders(46, 'draft_id')];
  t.match((await read('orders', { data: fewer }, whole)).error, { message: /46 of 50 rows/ });
  const settled = ids(3).map((id) => ({ settlement_utr: 'U', payment_id: `p${id}`, credit: 5 }));
  const settlements = await read('settlements', { data: settled }, whole);
  t.equal(settlements.error, undefined, 'the API lacks what only the report counts');
  const pages = [orders(5, 'moid'), orders(5, 'draft_id'), orders(12, 'draft_id')];
  const paged = { query: { page: '{page}' }, paging: { kind: 'page', more: 'more' } };
  const serve: Serve = ({ url }) => {
    const page = Number(new URL(url).searchParams.get('page'));
    return { body: { data: pages[page - 1], more: page < 3 } };
  };
  const { profile, tools, context } = openTools('orders', serve, { streams: { orders: paged } });
  const read10: unknown[] = [];
  const all = async () => {
    for await (const { rows } of fetchPages({ stream: 'orders', profile }, {}, tools, context))
      read10.push(...rows);
  };
  await t.rejects(all(), { message: /12 of 12 rows/ });
  t.equal(read10.length, 10, 'fewer may be the odd ones of a page');
});
