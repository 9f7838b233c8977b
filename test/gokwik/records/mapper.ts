import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import t, { type Test as Tap } from 'tap';
import { createAnomalies } from '../../../src/cdk/anomalies.ts';
import type { Json, JsonObject } from '../../../src/cdk/protocol.ts';
import { createPii, type PiiMode } from '../../../src/gokwik/pii/pii.ts';
import { compileMapper, type Mapped, type Mapper } from '../../../src/gokwik/records/mapper.ts';
import type { StreamProfile } from '../../../src/gokwik/streams/stream.ts';

const text = { type: ['null', 'string'] };
const amount = { type: ['null', 'number'] };
const instant = { type: ['null', 'string'], format: 'date-time' };

const SCHEMA: JsonObject = {
  type: 'object',
  additionalProperties: true,
  required: ['record_key'],
  properties: {
    record_key: { type: 'string' },
    request_id: text,
    moid: text,
    payment_id: text,
    payment_method: text,
    order_type: text,
    total: amount,
    quantity: { type: ['null', 'integer'] },
    is_abandoned: { type: ['null', 'boolean'] },
    utm_source: { ...text, 'x-null': ['NA', '(none)'] },
    score: { ...amount, 'x-null': ['NA'] },
    reasons: { type: ['null', 'array'], items: text },
    customer: {
      type: ['null', 'object'],
      properties: {
        phone: { ...text, 'x-pii': 'phone' },
        age: { type: ['null', 'integer'] },
        since: instant,
      },
    },
    items: {
      type: ['null', 'array'],
      items: { type: ['null', 'object'], properties: { sku: text, price: amount } },
    },
    due: { type: ['null', 'string'], format: 'date' },
    anything: {},
    either: { type: ['null', 'string', 'number'] },
    position: { type: ['null', 'integer'] },
    created_at: instant,
    updated_at: instant,
    payment_class: { ...text, 'x-derived': 'payment_class' },
  },
};
const DECLARED = Object.keys(SCHEMA.properties as JsonObject);

const PROFILE: StreamProfile = {
  host: 'merchant',
  evidence: '',
  enabled: true,
  query: {},
  records: ['data'],
  paging: { kind: 'none' },
  time: { query: 'iso', zone: '+05:30' },
  key: ['request_id', 'moid'],
  cursor: ['updated_at', 'created_at'],
};

function compile(
  { inherit = [], ...profile }: Partial<StreamProfile> & { inherit?: string[] } = {},
  mode: PiiMode | 'plain' = 'plain',
  schema = SCHEMA,
) {
  const anomalies = createAnomalies();
  const pii =
    mode === 'plain' ? undefined : createPii({ mode, key: '3f9c1b7e5a2d8046c1e97f30ab54d286' });
  const mapper = compileMapper({
    stream: 'orders',
    schema,
    profile: { ...PROFILE, ...profile },
    inherit,
    pii,
    anomalies,
  });
  const counted = (): string[] => anomalies.lines().map((line) => line.replace('orders: ', ''));
  return { mapper, counted };
}

/** A row that says nothing unusual, so that a test may count one thing. */
const BASE = { request_id: 'r1', updated_at: '2026-09-09T07:23:34Z' };

function mapOne(raw: JsonObject, profile: Partial<StreamProfile> = {}) {
  const { mapper, counted } = compile(profile);
  const { row } = mapper.map({ ...BASE, ...raw });
  return { row, counted: counted() };
}

const undeclared = (row: JsonObject): string[] =>
  Object.keys(row).filter((name) => !DECLARED.includes(name));

/** `t.match` takes "5" for 5. */
function holds(t: Tap, row: JsonObject, expected: JsonObject): void {
  const held = Object.keys(expected).map((name) => [name, row[name]]);
  t.strictSame(Object.fromEntries(held), expected);
}

t.test(
  'fields in the order in which they came, then the declared ones that did not come',
  async (t) => {
    const { mapper, counted } = compile();
    const extra = { deep: [{ a: '1' }] };
    const mapped = mapper.map({
      zeta: extra,
      moid: 'm',
      updated_at: '2026-09-09T07:23:34Z',
      alpha: '',
    });
    const came = ['zeta', 'moid', 'updated_at', 'alpha'];
    const missing = DECLARED.slice(1).filter((name) => !came.includes(name));
    t.strictSame(Object.keys(mapped.row), ['record_key', ...came, ...missing]);
    t.equal(mapped.row.zeta, extra);
    t.equal(mapped.row.record_key, 'm');
    t.equal(mapped.row.request_id, null);
    t.equal(mapped.key, 'm');
    t.equal(mapped.cursorMs, Date.parse('2026-09-09T07:23:34Z'));
    t.strictSame(counted(), []);
  },
);

t.test('values become what the schema says', async (t) => {
  const { row, counted } = mapOne({
    request_id: 5678901234567,
    total: '1,23,456.50',
    quantity: '2.0',
    is_abandoned: 'TRUE',
    utm_source: 'na',
    score: 'NA',
    reasons: 'too dear',
    customer: { phone: 9876543210, age: '31', since: '2026-09-09', more: '1' },
    items: [{ sku: 1, price: '₹ 5' }, null, { price: 7, x: 1 }],
    due: '9/9/2026',
    anything: { a: 1 },
    either: 7,
    updated_at: '9/9/2026 12:53 PM',
  });
  holds(t, row, {
    record_key: '5678901234567',
    request_id: '5678901234567',
    total: 123456.5,
    quantity: 2,
    is_abandoned: true,
    utm_source: null,
    score: null,
    reasons: ['too dear'],
    customer: { phone: '9876543210', age: 31, since: '2026-09-08T18:30:00Z', more: '1' },
    items: [{ sku: '1', price: 5 }, null, { price: 7, x: 1 }],
    due: '2026-09-09',
    anything: { a: 1 },
    either: 7,
    updated_at: '2026-09-09T07:23:00Z',
  });
  t.strictSame(counted, []);
  t.equal(mapOne({ moid: true }).row.moid, 'true');
  t.equal(mapOne({ utm_source: 'facebook' }).row.utm_source, 'facebook');
  t.equal(mapOne({ utm_source: ' (None) ' }).row.utm_source, null);
});

t.test('nothing where a number or an instant belongs is null, and no anomaly', async (t) => {
  const blank = {
    total: '',
    quantity: ' ',
    is_abandoned: '',
    created_at: '',
    reasons: '',
    items: '',
  };
  const { row, counted } = mapOne({ ...blank, customer: [], payment_id: '' });
  for (const name of Object.keys(blank)) t.equal(row[name], null, name);
  t.equal(row.customer, null, 'as PHP writes an empty object');
  t.equal(row.payment_id, null, 'a blank text is missing, and missing is null');
  t.strictSame(counted, []);
});

t.test('what cannot be read is null, and counted without its value', async (t) => {
  const { row, counted } = mapOne({
    total: 'secret',
    quantity: 5.5,
    is_abandoned: 'maybe',
    created_at: '31/2/2026',
    due: 'soon',
    reasons: 7,
    customer: 'Asha',
    items: { sku: 'x' },
    payment_id: { id: 1 },
  });
  const names = ['total', 'quantity', 'is_abandoned', 'created_at', 'due', 'reasons', 'customer'];
  for (const name of [...names, 'items']) t.equal(row[name], null, name);
  t.equal(row.payment_id, '{"id":1}');
  t.strictSame(
    new Set(counted),
    new Set([
      '`total` is not an amount; null was emitted (1 time)',
      '`quantity` is not an integer; null was emitted (1 time)',
      '`is_abandoned` is not a boolean; null was emitted (1 time)',
      '`created_at` is not an instant; null was emitted (1 time)',
      '`due` is not a date; null was emitted (1 time)',
      '`reasons` is not a list; null was emitted (1 time)',
      '`customer` is not an object; null was emitted (1 time)',
      '`items` is not a list; null was emitted (1 time)',
      '`payment_id` is not a string; its JSON text was emitted (1 time)',
    ]),
  );
  const nested = mapOne({ items: [{ price: 'x' }, { price: 'y' }], customer: { age: {} } });
  t.strictSame(
    new Set(nested.counted),
    new Set([
      '`items.price` is not an amount; null was emitted (2 times)',
      '`customer.age` is not an integer; null was emitted (1 time)',
    ]),
  );
});

t.test('objects and lists that arrive as text', async (t) => {
  const { row, counted } = mapOne({
    customer: '{"age":"31","id":12345678901234567890}',
    items: ' [{"price":"5"}] ',
    reasons: '["a","b"]',
  });
  t.strictSame(row.customer, { age: 31, id: '12345678901234567890' });
  t.strictSame(row.items, [{ price: 5 }]);
  t.strictSame(row.reasons, ['a', 'b']);
  t.strictSame(counted, []);
  t.strictSame(mapOne({ reasons: '[broken' }).row.reasons, ['[broken']);
  t.equal(mapOne({ customer: '{broken' }).counted.length, 1);
  t.equal(mapOne({ customer: '[1]' }).row.customer, null);
  t.equal(mapOne({ customer: `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}` }).row.customer, null);
});

t.test('raw rows are never changed', async (t) => {
  const raw = {
    ...BASE,
    total: '5',
    customer: { phone: '9876543210', age: '1' },
    'Customer.since': '2026-09-09',
    items: [{ price: '1' }],
  };
  const before = structuredClone(raw);
  compile({}, 'hash').mapper.map(raw);
  compile({}, 'drop').mapper.map(raw);
  t.strictSame(raw, before);
});

t.test('names with a meaning to JavaScript are names like any other', async (t) => {
  const raw = JSON.parse(
    '{"__proto__":{"polluted":1},"constructor":"c","toString":2,"request_id":"r","customer":{"__proto__":{"age":"7"}},"Customer.__proto__.x":1}',
  ) as JsonObject;
  for (const mode of ['plain', 'hash'] as const) {
    const { row } = compile({}, mode).mapper.map(raw);
    t.equal(Object.getPrototypeOf(row), Object.prototype);
    t.strictSame(undeclared(row), ['__proto__', 'constructor', 'toString']);
    t.strictSame(Object.getOwnPropertyDescriptor(row, '__proto__')?.value, { polluted: 1 });
    t.equal(({} as { polluted?: number }).polluted, undefined);
    t.match(JSON.stringify(row), /"customer":\{"__proto__":\{"age":"7"/);
  }
  const { mapper } = compile({ key: ['constructor', 'moid'] });
  t.match(mapper.map({ updated_at: 'x' }).key, /^sha256:/, 'nor is a prototype read');
});

t.test('flattened objects', async (t) => {
  const flat = mapOne({
    'Customer.phone': 9876543210,
    'Customer.age': '31',
    'Customer.home.city': 'Pune',
    'Other.phone': 'x',
    'customer.': 1,
    '.x': 1,
  });
  t.strictSame(flat.row.customer, { phone: '9876543210', age: 31, home: { city: 'Pune' } });
  t.strictSame(undeclared(flat.row), ['Other.phone', 'customer.', '.x']);
  t.strictSame(flat.counted, []);
  const both = mapOne({
    customer: { phone: 'kept', age: null, home: { zip: '1' } },
    'Customer.phone': 'lost',
    'CUSTOMER.age': '5',
    'Customer.home.city': 'Pune',
    'Customer.home': 'lost too',
  });
  t.strictSame(both.row.customer, { phone: 'kept', age: 5, home: { zip: '1', city: 'Pune' } });
  t.strictSame(mapOne({ customer: 'broken', 'Customer.age': 5 }).row.customer, { age: 5 });
});

t.test('fields that come under other names', async (t) => {
  const fields = {
    payment_id: { from: ['payment_id', 'paymentId', 'pid'] },
    updated_at: { from: ['updated_at', 'updatedAt'] },
  };
  const map = (raw: JsonObject): JsonObject => mapOne(raw, { fields }).row;
  holds(t, map({ paymentId: 7 }), { payment_id: '7' });
  t.equal(map({ payment_id: 'own', paymentId: 'other' }).payment_id, 'own');
  t.equal(map({ payment_id: '', paymentId: null, pid: 'p' }).payment_id, 'p');
  const named = map({ paymentId: 7, pid: 8, other: 1 });
  t.strictSame(undeclared(named), ['other'], 'what was taken is not emitted again');
  t.equal(Object.keys(named)[3], 'payment_id', 'a field stands where its source came');
  const moved = compile({ fields }).mapper.map({ moid: 'm', updatedAt: '2026-09-09T07:23:34Z' });
  t.equal(moved.row.updated_at, '2026-09-09T07:23:34Z');
});

t.test('fields by path, in paise, with words for nothing, and made of others', async (t) => {
  const fields = {
    total: { from: 'amount', divide: 100 },
    payment_id: 'method.card.0.id',
    utm_source: { from: 'source', nulls: ['n.a.'] },
    moid: { value: '{order.id}-{line}' },
    shop: '..merchant.name',
    payment_method: { value: 'upi' },
  };
  const { row, counted } = mapOne(
    {
      amount: '71550',
      method: { card: [{ id: 9 }] },
      source: 'N.A.',
      order: { id: 5 },
      line: 2,
      '..merchant.name': 'b',
    },
    { fields },
  );
  holds(t, row, {
    total: 715.5,
    payment_id: '9',
    utm_source: null,
    moid: '5-2',
    payment_method: 'upi',
    payment_class: 'prepaid',
  });
  t.strictSame(undeclared(row).sort(), ['line', 'method', 'order', 'shop']);
  t.strictSame(counted, []);
  const odd = mapOne({ amount: 'much' }, { fields: { total: { from: 'amount', divide: 100 } } });
  t.equal(odd.row.total, null);
  t.strictSame(odd.counted, ['`total` is not an amount; null was emitted (1 time)']);
  t.equal(mapOne({}, { fields: { moid: { value: '{order.id}' } } }).row.moid, null);
});

t.test('several brands in one table', async (t) => {
  const map = (isInKey: boolean): JsonObject => {
    const merchant = { label: 'brand-a', isInKey };
    const options = { stream: 'orders', schema: SCHEMA, profile: PROFILE, pii: undefined };
    return compileMapper({ ...options, anomalies: createAnomalies(), merchant }).map(BASE).row;
  };
  t.match(map(false), { record_key: 'r1', merchant: 'brand-a' });
  t.match(map(true), { record_key: 'brand-a:r1', merchant: 'brand-a' });
});

t.test('the moment of a row', async (t) => {
  const { mapper, counted } = compile();
  const moment = (raw: JsonObject): unknown[] => {
    const { row, cursorMs } = mapper.map({ request_id: 'r', ...raw });
    return [row.updated_at, cursorMs];
  };
  const [first, second] = ['2026-09-09T07:23:34Z', '2026-09-10T07:23:34.123456Z'];
  t.strictSame(moment({ updated_at: first, created_at: second }), [first, Date.parse(first)]);
  t.strictSame(moment({ updated_at: null, created_at: second }), [second, Date.parse(second)]);
  t.strictSame(moment({ created_at: '9/9/2026 12:53 PM' })[0], '2026-09-09T07:23:00Z');
  t.strictSame(counted(), []);
  t.strictSame(moment({ updated_at: 'junk', created_at: second }), [second, Date.parse(second)]);
  t.strictSame(moment({}), [null, undefined]);
  t.strictSame(counted(), [
    '`updated_at` is not an instant; null was emitted (1 time)',
    'a row has no readable cursor; it was emitted all the same (1 time)',
  ]);
  const undeclared = compile({ cursor: ['moved', 'due'] }).mapper;
  t.equal(undeclared.map({ moved: '9/9/2026' }).row.moved, '2026-09-08T18:30:00Z');
  t.equal(undeclared.map({ due: '9/9/2026' }).row.moved, '2026-09-08T18:30:00Z');
  const byDay = compile({ cursor: ['due'] }).mapper.map({ due: '2026-09-09' });
  t.strictSame([byDay.row.due, byDay.cursorMs], ['2026-09-09', Date.parse('2026-09-08T18:30:00Z')]);
});

t.test('rows without a key', async (t) => {
  const { mapper, counted } = compile();
  const a = mapper.map({ total: 5, note: 'x' });
  const b = mapper.map({ note: 'x', total: 5 });
  t.match(a.key, /^sha256:[0-9a-f]{64}$/);
  t.equal(a.key, b.key);
  t.not(a.key, mapper.map({ note: 'y', total: 5 }).key);
  t.ok(counted().includes('a row has no key; a digest of it stands in (3 times)'));
});

t.test('a number that no JSON can hold is no id', async (t) => {
  const { mapper } = compile();
  const { row, key } = mapper.map({ request_id: JSON.parse('1e400'), moid: 'm1' });
  t.equal(row.request_id, null);
  t.equal(key, 'm1', 'the next one is');
});

t.test('a digest in place of a key does not give away what is hidden', async (t) => {
  const [asha, ravi] = [
    { total: 5, customer: { phone: '9876543210' } },
    { total: 5, customer: { phone: '9123456789' } },
  ];
  const { mapper: plain } = compile();
  const { mapper: hash } = compile({}, 'hash');
  t.match(hash.map(asha).key, /^hmac:[0-9a-f]{64}$/);
  t.equal(hash.map(asha).key, hash.map(structuredClone(asha)).key);
  t.not(hash.map(asha).key, hash.map(ravi).key);
  const { mapper: drop } = compile({}, 'drop');
  t.match(drop.map(asha).key, /^sha256:[0-9a-f]{64}$/);
  t.equal(drop.map(asha).key, drop.map(ravi).key, 'two that differ in what went are one');
  t.not(drop.map(asha).key, drop.map({ ...asha, total: 6 }).key);
  t.not(drop.map(asha).key, plain.map(asha).key);
  for (const mapper of [plain, hash, drop]) {
    t.equal(Object.keys(mapper.map(asha).row)[0], 'record_key');
  }
});

t.test('a row that is asked about is heard, and what hangs on it does not say it', async (t) => {
  const pii = createPii({ mode: 'drop' });
  const parent = compileMapper({
    ...{ stream: 'orders', schema: SCHEMA, profile: PROFILE, pii: undefined, listens: pii },
    anomalies: createAnomalies(),
  }).map({ ...BASE, customer: { phone: '9876543210' }, customer_name: 'Asha Verma' });
  t.match(parent.row.customer, { phone: '9876543210' }, 'as it is');
  const { mapper } = compile({}, 'drop');
  const { row } = mapper.mapRelated(
    { request_id: 'r2', said: 'for Asha Verma, 98765 43210' },
    parent,
  );
  t.equal(row.said, 'for [removed], [removed]');
});

t.test('a text that spells a deep object stays a text', async (t) => {
  const { row, counted } = mapOne({ customer: `${'['.repeat(101)}${']'.repeat(101)}` });
  t.equal(row.customer, null);
  t.match(counted, [/`customer` is not an object/]);
});

t.test('a file’s name is hidden like a text', async (t) => {
  const properties = { ...Object(SCHEMA.properties), _source: { type: 'string' } };
  const raw = { ...BASE, _source: 'orders-9876543210.csv#7' };
  const sources = (['plain', 'drop'] as const).map(
    (mode) => compile({}, mode, { ...SCHEMA, properties }).mapper.map(raw).row._source,
  );
  t.same(sources, ['orders-9876543210.csv#7', 'orders-[removed].csv#7']);
  t.equal(compile({}, 'drop', { ...SCHEMA, properties }).mapper.map(BASE).row._source, 'api');
});

t.test('payment classes', async (t) => {
  t.equal(mapOne({ payment_method: 'Gokwik PPCOD' }).row.payment_class, 'partial_cod');
  t.equal(mapOne({ order_type: 'COD' }).row.payment_class, 'cod');
  t.equal(mapOne({ payment_class: 'theirs' }).row.payment_class, 'unknown', 'ours, always');
  const odd = mapOne({ payment_method: 'Barter' });
  t.equal(odd.row.payment_class, 'unknown');
  t.match(odd.counted, [/^`payment_method` is of no known class.* \(1 time\)$/]);
});

const PARENT: Mapped = {
  row: {
    record_key: 'K1',
    moid: 'm1',
    payment_id: null,
    updated_at: '2026-09-09T07:23:34.123456Z',
  },
  key: 'K1',
  cursorMs: Date.parse('2026-09-09T07:23:34.123Z'),
};

t.test('children', async (t) => {
  const { mapper, counted } = compile({ key: [], inherit: ['moid', 'payment_id', 'absent'] });
  const raw = { total: '5', moid: 'own', payment_id: 'p', updated_at: '2020-01-01T00:00:00Z' };
  const child = mapper.mapChild({ ...raw, position: 9 }, PARENT, 2);
  t.equal(child.key, 'K1:2');
  t.equal(child.cursorMs, PARENT.cursorMs);
  holds(t, child.row, {
    record_key: 'K1:2',
    total: 5,
    moid: 'm1',
    payment_id: 'p',
    position: 2,
    updated_at: '2026-09-09T07:23:34.123456Z',
  });
  t.notOk('absent' in child.row);
  const other = { ...PARENT, row: { creation: '2026-09-09T07:23:34.123Z' } };
  t.equal(mapper.mapChild({}, other, 0).row.updated_at, '2026-09-09T07:23:34.123Z');
  const lost = mapper.mapChild(raw, { ...PARENT, cursorMs: undefined }, 0);
  t.strictSame([lost.row.updated_at, lost.cursorMs], ['2020-01-01T00:00:00Z', undefined]);
  t.strictSame(counted(), []);
});

t.test('rows asked for by their parent', async (t) => {
  const per = { stream: 'orders', fields: ['moid'] };
  const related = { key: ['refund_id'], per, inherit: ['platform_order_id', 'moid'] };
  const { mapper, counted } = compile(related);
  const raw = { refund_id: 'f1', updated_at: '10/9/2026 12:53 PM', created_at: '2026-09-10' };
  const refund = mapper.mapRelated(raw, PARENT);
  t.equal(refund.key, 'f1');
  t.equal(refund.cursorMs, PARENT.cursorMs);
  holds(t, refund.row, {
    moid: 'm1',
    updated_at: '2026-09-09T07:23:34.123456Z',
    order_updated_at: '2026-09-10T07:23:00Z',
    created_at: '2026-09-09T18:30:00Z',
  });
  t.notOk('order_updated_at' in mapper.mapRelated({ refund_id: 'f2' }, PARENT).row);
  t.strictSame(counted(), []);

  const key = (extra: JsonObject, parent = PARENT): string => mapper.mapRelated(extra, parent).key;
  const bare = {
    payment_id: 'p',
    amount: 5,
    created_at: '2026-09-09T18:30:00Z',
    status: 'Pending',
  };
  t.match(key(bare), /^sha256:/);
  t.equal(key(bare), key({ ...bare, status: 'Completed' }), 'a change of state is no new refund');
  t.equal(key(bare), key({ ...bare, created_at: '10/9/2026 12:00 AM' }), 'nor is another spelling');
  t.not(key(bare), key({ ...bare, amount: 6 }));
  t.not(key(bare), key(bare, { ...PARENT, row: { ...PARENT.row, moid: 'm2' } }));
  t.equal(mapper.map({ ...bare, moid: 'm1' }).key, key(bare), 'a file tells the same refund');
  t.not(key({ status: 'a' }), key({ status: 'b' }), 'without any of it, the row is the key');
  t.ok(counted().some((line) => line.startsWith('a row has no key')));
});

t.test(
  'keys and moments are the same in every mode; parents’ fields are hidden once',
  async (t) => {
    const raw = { ...BASE, request_id: '9876543210', customer: { phone: '9876543210' } };
    const modes = (['plain', 'hash', 'drop'] as const).map((mode) => {
      const { mapper } = compile({ inherit: ['customer'] }, mode);
      const parent = mapper.map(raw);
      return { parent, child: mapper.mapChild({ total: 'for 9876543210' }, parent, 0) };
    });
    for (const { parent, child } of modes) {
      t.strictSame(
        [parent.key, parent.row.record_key, parent.row.request_id],
        Array(3).fill('9876543210'),
      );
      t.equal(parent.row.updated_at, BASE.updated_at);
      t.equal(child.key, '9876543210:0');
      t.equal(child.row.updated_at, BASE.updated_at);
      t.strictSame(child.row.customer, parent.row.customer);
    }
    t.equal(modes[0]?.parent.personal, undefined, 'plain carries nothing along');
  },
);

const anyJson = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
const sometimes = fc.oneof(
  anyJson,
  fc.constantFrom<Json>('', '715.00', '2026-09-09T07:23:34Z', '9/9/2026', 'true', '[1]', '{"a":1}'),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const anyName = fc.oneof(
  fc.constantFrom(
    ...DECLARED,
    'Customer.phone',
    'customer.a.b',
    'paymentId',
    '__proto__',
    'toString',
  ),
  fc.string(),
);
const anyRow = fc
  .array(fc.tuple(anyName, sometimes), { maxLength: 20 })
  .map((entries) => JSON.parse(JSON.stringify(Object.fromEntries(entries))) as JsonObject);
const nested = fc.record({ customer: anyRow, items: fc.array(anyRow) }, { requiredKeys: [] });
const hostile = fc.tuple(anyRow, nested).map(([row, more]) => ({ ...row, ...more }) as JsonObject);

const ajv = new Ajv({ strict: false });
addFormats.default(ajv);
const isValid = ajv.compile(SCHEMA);

for (const mode of ['plain', 'hash', 'drop'] as const) {
  t.test(`${mode}: whatever comes, a valid row with a key leaves`, async () => {
    const settings = {
      fields: { payment_id: { from: ['payment_id', 'paymentId'] } },
      per: { stream: 'x', fields: ['moid'] },
      inherit: ['moid'],
    };
    const { mapper } = compile(settings, mode);
    const check = (mapped: Mapped): void => {
      const { row, key } = JSON.parse(JSON.stringify(mapped)) as Mapped;
      if (typeof key !== 'string' || key === '' || row.record_key !== key) throw new Error('key');
      if (!DECLARED.every((name) => Object.hasOwn(row, name))) throw new Error('missing');
      if (!isValid(row)) throw new Error(ajv.errorsText(isValid.errors));
    };
    fc.assert(
      fc.property(hostile, (raw) => {
        const mapped = mapper.map(raw);
        check(mapped);
        check(mapper.mapChild(raw, mapped, 3));
        check(mapper.mapRelated(raw, mapped));
      }),
      { numRuns: 150 },
    );
  });
}

t.test('the order of keys does not matter', async () => {
  // Each row's shape is new to one mapper and known to the other.
  const same = (mapper: Mapper, raw: JsonObject): boolean => {
    const turned = Object.fromEntries(Object.entries(raw).reverse());
    const [a, b] = [mapper.map(raw), mapper.map(turned)];
    return a.key === b.key && a.cursorMs === b.cursorMs && a.row.total === b.row.total;
  };
  const { mapper } = compile();
  fc.assert(fc.property(anyRow, (raw) => same(mapper, raw) && same(compile().mapper, raw)));
});

t.test('rows of many shapes do not mix', async () => {
  const { mapper } = compile();
  const shapes = fc.array(anyRow, { minLength: 1, maxLength: 40 });
  const map = (raw: JsonObject): string => JSON.stringify(mapper.map(raw));
  fc.assert(
    fc.property(shapes, (rows) => {
      const fresh = rows.map((raw) => JSON.stringify(compile().mapper.map(raw)));
      return rows.every((raw, index) => map(raw) === fresh[index]);
    }),
    { numRuns: 30 },
  );
});
