import t from 'tap';
import { createAnomalies } from '../../../src/cdk/anomalies.ts';
import type { JsonObject } from '../../../src/cdk/protocol.ts';
import { meansEmpty } from '../../../src/gokwik/lists/envelope.ts';
import { findLists, findRows, isHollow, unfold } from '../../../src/gokwik/lists/lists.ts';
import { STREAMS } from '../../../src/gokwik/streams/index.ts';
import type { Declaration } from '../../../src/gokwik/streams/stream.ts';

const row = (id: number) => ({ id, status: 'x', total: 1 });
const pathsOf = (body: unknown): string[] => findLists(body).map(({ path }) => path);

t.test('lists at any depth, outer ones first', (t) => {
  t.same(pathsOf([row(1)]), ['.']);
  t.same(pathsOf({ data: { orders: [{ ...row(1), items: [{ sku: 'a' }] }] }, errors: [] }), [
    'data.orders',
    'data.orders.*.items',
    'errors',
  ]);
  t.same(pathsOf({ days: [{ day: 1, list: [row(1)] }] }), ['days', 'days.*.list']);
  t.same(findLists({ days: [{ list: [row(1)] }, { list: [row(2)] }] }).at(-1)?.rows, [
    row(1),
    row(2),
  ]);
  t.end();
});

t.test('maps: by ids, or of objects that are alike', (t) => {
  t.match(findLists({ orders: { '9876543210': row(1) } }), [{ path: 'orders.*', isMap: true }]);
  t.match(findLists({ a: row(1), b: row(2) }), [{ path: '*', isMap: true }]);
  t.same(pathsOf({ data: row(1), meta: { page: 1, pages: 2, size: 3 } }), [], 'unlike objects');
  t.same(pathsOf({ '9876543210': [row(1)] }), [], 'a list under what is no name is not told');
  t.end();
});

t.test('what holds no objects is no list of rows', (t) => {
  for (const body of [
    null,
    1,
    'text',
    {},
    { ids: [1, 2] },
    {
      table: [
        ['a', 'b'],
        [1, 2],
      ],
    },
  ]) {
    t.same(pathsOf(body), [], JSON.stringify(body));
  }
  t.same(pathsOf({ data: { orders: [] } }), ['data.orders'], 'an empty one may be');
  t.end();
});

t.test('words of failure beside rows are told, and the rows come', async (t) => {
  const tell = (body: object): string[] => {
    const anomalies = createAnomalies();
    const { profile } = STREAMS.orders as Declaration;
    t.equal(findRows('orders', profile, body, { anomalies, isFirst: true }).length, 1);
    return anomalies.lines();
  };
  t.match(tell({ data: [{ id: 1 }], warnings: ['only one'] }), [/`warnings` is not empty/]);
  const told = tell({ data: [{ id: 1 }], errors: [{ message: 'a hidden value' }] });
  t.match(told, [
    /^orders: an answer with rows tells of a failure or a warning as well: `errors` is not empty/,
  ]);
  t.match(tell({ data: [{ id: 1 }], status: 'failed' }), [/`status` is failed/]);
  t.same(tell({ data: [{ id: 1 }], status: 'success', errors: [], error: null }), []);
  t.same(tell({ data: [{ id: 1 }], status: 0 }), [], 'of a status of 0, rows say that it is none');
});

t.test('a list of what cannot be rows is no empty list', async (t) => {
  const { profile } = STREAMS.orders as Declaration;
  const find = (data: unknown): unknown =>
    findRows('orders', profile, { data }, { anomalies: createAnomalies(), isFirst: true });
  t.throws(() => find(['KWIK1', 'KWIK2']), { code: 'GK_SHAPE', message: /texts or numbers/ });
  t.throws(() => find([['KWIK1', 1]]), { code: 'GK_SHAPE', message: /are lists/ });
  t.same(find([null]), []);
});

t.test(
  'rows that are wrapped one by one, or values of a map, are named with their path',
  async (t) => {
    const { profile } = STREAMS.orders as Declaration;
    const find = (body: unknown): unknown =>
      findRows('orders', profile, body, { anomalies: createAnomalies(), isFirst: true });
    const order = { id: 1, total: 2 };
    for (const [body, path] of [
      [{ data: [{ order }, { order }] }, 'data.*.order'],
      [{ orders: { edges: [{ cursor: 'c', node: order }] } }, 'orders.edges.*.node'],
      [{ data: { KWIK10001: order, KWIK10002: order } }, 'data.*'],
    ] as const)
      t.throws(() => find(body), {
        code: 'GK_SHAPE',
        message: `There are rows at ${path}. Set \`records\` of this stream in api_profile, for example {"streams":{"orders":{"records":["${path}"]}}}`,
      });
    // A name that is none is not shown.
    for (const body of [
      { data: 'No orders of Zubeida found' },
      { data: [{ 'of Zubeida 98765': order }, { 'of Zubeida 98765': order }] },
    ]) {
      t.throws(() => find(body), { message: /^(?!.*Zubeida)/s });
    }
  },
);

t.test('of several places where rows may be, the one that has them', async (t) => {
  const tell = (body: unknown, stream = 'orders'): { rows: JsonObject[]; said: string[] } => {
    const anomalies = createAnomalies();
    const { profile } = STREAMS[stream] as Declaration;
    const rows = findRows(stream, profile, body, { anomalies, isFirst: true });
    return { rows, said: anomalies.lines() };
  };
  t.same(tell({ data: [], orders: [{ id: 1 }] }), { rows: [{ id: 1 }], said: [] });
  t.match(tell({ data: [], failed_orders: [{ id: 1 }] }), {
    rows: [],
    said: [/another list, at `failed_orders`, .*"records":\["failed_orders"\]/],
  });
  const refunds = [{ refund_id: 3 }];
  const both = { orders: [{ moid: 1 }], refunds, cancelled: [{ moid: 2 }] };
  t.same(tell({ data: { payments: [{ id: 1 }], cards: [{ id: 2 }] } }, 'payments').said, [], 'ids');
  t.match(tell({ data: both }), {
    rows: [{ moid: 1 }],
    said: [/another list, at `data.cancelled`/],
  });
  t.same(tell({ data: { orders: [{ moid: 1, items: [{ moid: 1 }] }], refunds } }).said, []);
  for (const beside of [{ filters: [{ id: 1 }] }, { meta: { links: [{ label: '1' }] } }])
    t.same(tell({ data: [], ...beside }), { rows: [], said: [] });
});

t.test('a list of lists, or of rows in wrappers, of which a part does not come', async (t) => {
  const tell = (records: string[], body: unknown): { rows: number; said: string[] } => {
    const anomalies = createAnomalies();
    const profile = { ...(STREAMS.orders as Declaration).profile, records };
    const rows = findRows('orders', profile, body, { anomalies, isFirst: true }).length;
    return { rows, said: anomalies.lines() };
  };
  const store = { items: [{ id: 1 }] };
  const at = ['stores.*.items'];
  t.match(tell(at, { stores: [store, { name: 'b' }] }), {
    rows: 1,
    said: [/an entry held no rows/],
  });
  t.throws(() => tell(at, { stores: [store, { error: 'timeout' }] }), {
    code: 'GK_IN_BODY_PARTIAL',
    message: /`error` is not empty, so rows are missing/,
  });
  t.throws(() => tell(at, { stores: [store, { status: 500 }] }), { message: /error 500/ });
  t.same(tell(at, { stores: [store, { items: [] }, { items: null }] }), { rows: 1, said: [] });
  t.match(tell(['edges.*.node'], { edges: [{ node: { id: 1 } }, { node: null }] }), {
    rows: 1,
    said: [/an entry held no rows/],
  });
  t.match(tell(['open', 'closed'], { open: [{ id: 1 }], closed: [{ id: 2 }] }), {
    rows: 1,
    said: [/rows at `closed` too/],
  });
});

t.test(
  'a row alone in place of a list, and a list that is left out, are told with what reads them',
  async (t) => {
    const find = (records: string[], body: unknown) => {
      const profile = { ...(STREAMS.orders as Declaration).profile, records };
      return findRows('orders', profile, body, { anomalies: createAnomalies(), isFirst: true });
    };
    const messageOf = (records: string[], body: unknown): string => {
      try {
        find(records, body);
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const alone = { orders: { order: { id: 1 } } };
    const [, mend = ''] = /example (\{.*\})\./.exec(messageOf(['orders.order'], alone)) ?? [];
    const { records } = JSON.parse(mend).streams.orders;
    t.same(find(records, alone), [{ id: 1 }]);
    t.same(find(records, { orders: { order: [{ id: 1 }, { id: 2 }] } }).length, 2);
    for (const data of ['', false, 0, 'No records found']) {
      const message = messageOf(['data'], { data });
      const [, rules = ''] = /"answers": (\[.*\])\./.exec(message) ?? [];
      const profile = { ...(STREAMS.orders as Declaration).profile, answers: JSON.parse(rules) };
      t.ok(meansEmpty(profile, { status: 200, headers: {}, body: { data } }), message);
      t.notOk(meansEmpty(profile, { status: 200, headers: {}, body: { data: 'Down' } }), message);
    }
    t.notMatch(messageOf(['data'], { data: 'Down' }), /answers/);
    const absent = messageOf(['result.orders'], { result: { start: 20 } });
    const [, rules = ''] = /"answers": (\[.*\])\./.exec(absent) ?? [];
    const answers = JSON.parse(rules);
    const means = (body: unknown): boolean =>
      meansEmpty(
        { ...(STREAMS.orders as Declaration).profile, answers },
        { status: 200, headers: {}, body },
      );
    t.ok(means({ result: { start: 40 } }));
    for (const body of [{}, { result: null }, { result: { orders: [] } }, { message: 'down' }])
      t.notOk(means(body), JSON.stringify(body));
  },
);

t.test('JSON that a text holds is read in its place', (t) => {
  const data = [{ id: '12345678901234567890' }];
  const exact = { data: '[{"id":12345678901234567890}]' };
  for (const body of [exact, JSON.stringify(exact)]) t.same(unfold(body), { data });
  t.same(unfold({ d: { rows: JSON.stringify(data) } }), { d: { rows: data } });
  t.same(unfold({ body: JSON.stringify({ data }) }), { body: { data } });
  for (const body of [
    { message: '{"error":"denied"}' },
    { data: '[cut' },
    'text',
    null,
    [{ a: '[]' }],
  ])
    t.same(unfold(body), body);
  t.end();
});

t.test('where rows are', async (t) => {
  const find = (records: string[], body: unknown, fields = {}): unknown => {
    const profile = { ...(STREAMS.orders as Declaration).profile, records, fields };
    return findRows('orders', profile, body, { anomalies: createAnomalies(), isFirst: true });
  };
  t.same(find(['.'], [{ id: 1 }]), [{ id: 1 }]);
  t.same(find(['data', 'items'], { items: [{ id: 1 }] }), [{ id: 1 }]);
  t.same(find(['data.items'], { data: { items: null } }), [], 'null is an empty list');
  t.same(find(['data.*'], { data: { a: { id: 1 }, b: { id: 2 } } }), [{ id: 1 }, { id: 2 }]);
  t.same(find(['data.*'], { data: [] }), []);
  const nested = {
    merchant: 'm',
    orders: [
      { no: 1, lines: [{ id: 'a' }, { id: 'b' }] },
      { no: 2, lines: [] },
    ],
  };
  t.same(find(['orders.*.lines'], nested, { order_number: '..no' }), [
    { id: 'a', '..no': 1 },
    { id: 'b', '..no': 1 },
  ]);
  t.same(find(['data'], { data: {} }), [], 'nothing at all');
  t.throws(() => find(['data'], { result: { items: [{ id: 'a hidden value' }] } }), {
    code: 'GK_SHAPE',
    message: /There are rows at result\.items\..*"records":\["result\.items"\]/,
    detail: /keys: result/,
  });
  for (const body of [{ data: [] }, {}, null, { data: { orders: [] } }]) t.notOk(isHollow(body));
  const nest = (levels: number): unknown =>
    JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
  t.ok(find(['data'], { data: [{ id: 1 }, { deep: nest(127) }] }));
  for (const levels of [128, 20_000]) {
    t.throws(() => find(['data'], { data: [{ id: 1 }, { deep: nest(levels) }] }), {
      code: 'GK_TOO_DEEP',
    });
  }
});

t.test('numbers beyond JSON are counted in fields that nobody declared too', async (t) => {
  const anomalies = createAnomalies();
  const { profile } = STREAMS.orders as Declaration;
  const body = JSON.parse('{"data":[{"id":1,"x":1e999,"y":{"z":[-1e999]}},{"id":2}]}');
  findRows('orders', { ...profile, records: ['data'] }, body, { anomalies, isFirst: true });
  t.same(anomalies.lines(), ['orders: a number that JSON cannot hold; null was emitted (2 times)']);
});
