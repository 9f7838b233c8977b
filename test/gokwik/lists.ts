import t from 'tap';
import { findLists } from '../../src/gokwik/lists.ts';

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
