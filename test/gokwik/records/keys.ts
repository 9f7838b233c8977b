import fc from 'fast-check';
import t from 'tap';
import type { Json, JsonObject } from '../../../src/cdk/protocol.ts';
import { canonicalJson, compileKey, digest } from '../../../src/gokwik/records/keys.ts';

/** The same value with the keys of every object turned round. */
function turnRound(value: Json): Json {
  if (Array.isArray(value)) return value.map(turnRound);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, turnRound(inner)] as const);
  return Object.fromEntries(entries.reverse());
}

const anyRow = fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<Json>);

t.test('the first complete alternative is the key', async (t) => {
  const read = compileKey(['gokwik_oid', 'request_id', 'moid']);
  t.equal(read({ gokwik_oid: 'K1', request_id: 'r', moid: 'm' }), 'K1');
  t.equal(read({ gokwik_oid: null, request_id: 'r' }), 'r');
  t.equal(read({ gokwik_oid: ' ', request_id: '', moid: 'm' }), 'm');
  t.equal(read({ gokwik_oid: {}, request_id: [], moid: 7 }), '7');
  t.equal(read({ gokwik_oid: ' K1 ' }), ' K1 ', 'as it is');
  t.equal(read({}), undefined);
  t.equal(compileKey([])({ id: 'x' }), undefined);
  t.equal(compileKey(['constructor'])({}), undefined, 'own fields only');
});

t.test('composites', async (t) => {
  const read = compileKey([['utr', 'payment', 'type', 'no'], 'id']);
  t.equal(read({ utr: 'U', payment: 'P', type: 'Sale', no: 1 }), 'U:P:Sale:1');
  t.equal(
    read({ utr: 'U', payment: null, type: 'Fee', no: '' }),
    undefined,
    'half a key is no key',
  );
  t.equal(read({ utr: 'a:b', payment: 'c%3A', type: 't', no: 0 }), 'a%3Ab:c%253A:t:0');
  t.equal(read({ type: 'Sale', id: 'x' }), 'x');
  t.equal(compileKey(['order.id'])({ order: { id: 7 } }), '7', 'a path');
  const settled = compileKey([['utr', 'debit?', 'credit?']]);
  t.equal(settled({ utr: 'U', credit: 5 }), 'U::5', 'a part may be missing where that is said');
  t.equal(settled({ credit: 5 }), undefined);
  for (const id of [JSON.parse('1e400'), 'Infinity', '-inf', 'NaN', ' nan ']) {
    t.equal(compileKey(['id'])({ id }), undefined, `${id} is no id`);
  }
  t.equal(compileKey(['id'])({ id: '1e400' }), '1e400', 'hex digits are');
  t.equal(read({ type: 'Sale' }), undefined);
  t.equal(read({}), undefined);
  t.equal(compileKey([['only']])({ only: 'x' }), 'x');
});

t.test('composites of different rows are different', async () => {
  const part = fc.oneof(fc.constantFrom('', ':', '%', '%3A', 'a', 'a:b', '%25'), fc.string());
  const row = fc.record({ a: part, b: part, c: part });
  const read = compileKey([['a', 'b', 'c']]);
  const bare = (text: string): string => (text.trim() === '' ? '' : text);
  fc.assert(
    fc.property(row, row, (x, y) => {
      const [first, second] = [read(x), read(y)];
      if (first === undefined || first !== second) return true;
      return bare(x.a) === bare(y.a) && bare(x.b) === bare(y.b) && bare(x.c) === bare(y.c);
    }),
  );
});

t.test('a digest does not depend on the order of keys', async (t) => {
  fc.assert(fc.property(anyRow, (row) => digest(row) === digest(turnRound(row))));
  t.match(digest({}), /^sha256:[0-9a-f]{64}$/);
  t.not(digest({ a: 1 }), digest({ a: '1' }));
  t.not(digest({ a: [1, 2] }), digest({ a: [2, 1] }));
  t.not(digest({ a: null }), digest({}));
  const odd = JSON.parse('{"__proto__":{"a":1},"b":2}') as JsonObject;
  t.not(digest(odd), digest({ b: 2 }), 'no field is overlooked');
});

t.test('canonical text is JSON', async () => {
  fc.assert(
    fc.property(anyRow, (row) => {
      const text = canonicalJson(row);
      return canonicalJson(JSON.parse(text) as Json) === text;
    }),
  );
});
