import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { ConfigError } from '../../../src/cdk/errors.ts';
import type { Json, JsonObject } from '../../../src/cdk/protocol.ts';
import { createPii, type PiiMode } from '../../../src/gokwik/pii/pii.ts';
import type { Hide } from '../../../src/gokwik/pii/row.ts';
import type { Personal } from '../../../src/gokwik/pii/search.ts';
import { spell } from '../../../src/gokwik/pii/spelling.ts';

const KEY = '3f9c1b7e5a2d8046c1e97f30ab54d286';
const hmac = (kind: string, text: string): string =>
  createHmac('sha256', KEY).update(`${kind}\0${text}`).digest('hex');
const text = { type: ['null', 'string'] };
const personal = (kind: string): JsonObject => ({ ...text, 'x-pii': kind });

const SCHEMA: JsonObject = {
  type: 'object',
  properties: {
    record_key: { type: 'string' },
    id: text,
    phone: personal('phone'),
    email: personal('email'),
    customer_name: personal('name'),
    ip: personal('ip'),
    user_agent: personal('user_agent'),
    remark: personal('text'),
    landing_page: text,
    product: text,
    city: text,
    total: { type: ['null', 'number'] },
    birth: { type: ['null', 'string'], format: 'date-time', 'x-pii': 'bank' },
    height: { type: ['null', 'number'], 'x-pii': 'bank' },
    aliases: { type: ['null', 'array'], items: personal('name') },
    tags: { type: ['null', 'array'], 'x-pii': 'name', items: text },
    bag: { type: ['null', 'object'] },
    secret: { 'x-pii': 'phone' },
    odd: { ...text, 'x-pii': 'a kind of the future' },
    properties: {
      type: ['null', 'object'],
      'x-pii': 'text',
      properties: { phone: personal('phone'), method: text },
    },
    customer: {
      type: ['null', 'object'],
      properties: {
        firstname: personal('name'),
        bank: {
          type: ['null', 'object'],
          'x-pii': 'bank',
          properties: { account_number: text, verified: { type: ['null', 'boolean'] } },
        },
      },
    },
    address: {
      type: ['null', 'object'],
      properties: { line1: personal('address'), city: text, pincode: text },
    },
    created_at: { type: ['null', 'string'], format: 'date-time' },
  },
};
const EXEMPT = new Set(['record_key', 'id', 'created_at']);

function compile(mode: PiiMode, schema = SCHEMA, exempt: ReadonlySet<string> = EXEMPT): Hide {
  const pii = createPii({ mode, key: KEY });
  if (pii === undefined) throw new Error(`${mode} hides nothing`);
  return pii.compile(schema, exempt);
}

function hide(row: JsonObject, mode: PiiMode = 'hash', from?: Personal): JsonObject {
  const copy = structuredClone(row);
  compile(mode)(copy, from);
  return copy;
}

t.test('what the config asks for is done, and nothing where it asks for none', async (t) => {
  t.equal(createPii({ mode: 'plain' }), undefined);
  const hidden = { hash: hmac('phone', '+919876543210'), drop: null };
  for (const mode of ['hash', 'drop'] as const) {
    const row: JsonObject = { id: '1', phone: '98765 43210' };
    compile(mode)(row, undefined);
    t.same(row, { id: '1', phone: hidden[mode] }, mode);
  }
});

t.test('hash needs a key', async (t) => {
  t.throws(() => createPii({ mode: 'hash' }), ConfigError);
  t.throws(() => createPii({ mode: 'hash', key: '' }), { code: 'GK_PII_KEY' });
  t.throws(() => createPii({ mode: 'hash', key: 'passwordpassword1234' }), {
    code: 'GK_PII_KEY',
    message: /`openssl rand -hex 32`/,
  });
  t.doesNotThrow(() => createPii({ mode: 'drop' }));
});

t.test('one phone in any of its spellings has one hash', async (t) => {
  const expected = hmac('phone', '+919876543210');
  for (const phone of [
    '+919876543210',
    '919876543210',
    '09876543210',
    '9876543210',
    '98765 43210',
    '98765-43210',
    '+91 98765 43210',
    '+91-98765-43210',
    '(+91) 9876543210',
    '00919876543210',
    '0919876543210',
    '+9109876543210',
    "'9876543210",
    "'+919876543210",
    ' 9876543210 ',
    '9876543210.0',
    '9,876,543,210',
    9876543210,
    919876543210,
  ]) {
    t.equal(hide({ secret: phone }).secret, expected, String(phone));
  }
  const digits = fc.tuple(
    fc.integer({ min: 6, max: 9 }),
    fc.integer({ min: 0, max: 999_999_999 }).map((n) => String(n).padStart(9, '0')),
  );
  const prefix = fc.constantFrom('', '+91', '91', '0', '+91 ', '91-', '0 ', "'", '0091');
  const gap = fc.constantFrom('', ' ', '-', ') ', '.');
  fc.assert(
    fc.property(digits, prefix, gap, ([first, rest], before, between) => {
      const phone = `${before}${first}${rest.slice(0, 4)}${between}${rest.slice(4)}`;
      return spell('phone', phone) === `+91${first}${rest}`;
    }),
  );
});

t.test('other phones', async (t) => {
  t.equal(spell('phone', '+1 (415) 555-2671'), '+14155552671');
  t.equal(spell('phone', '14155552671'), '+14155552671');
  t.equal(spell('phone', '0014155552671'), '+14155552671');
  t.equal(spell('phone', '+65 6123 4567'), '+6561234567', 'ten digits, not Indian');
  t.equal(spell('phone', ' 98xxxxx210 '), '98xxxxx210', 'masked: as it is');
  t.equal(spell('phone', 'none'), 'none');
  const two = hide({ phone: '9876543210|09123456789' }).phone;
  t.equal(two, `${hmac('phone', '+919876543210')}|${hmac('phone', '+919123456789')}`);
  t.equal(
    hide({ phone: '9123456789, 9876543210' }).phone,
    String(two).split('|').reverse().join('|'),
  );
  t.equal(hide({ phone: '9876543210|' }).phone, hmac('phone', '+919876543210'));
  t.equal(hide({ phone: '98******10' }).phone, hmac('phone', '98******10'));
});

t.test('normal spellings of the rest', async (t) => {
  const row = {
    email: ' Asha@Example.com ',
    customer_name: ' Asha\t  VERMA ',
    ip: ' 2001:DB8::1',
    user_agent: ' Mozilla/5.0 ',
    odd: ' Secret ',
    address: { line1: '12,  MG Road ', city: 'Pune', pincode: '411001' },
  };
  t.strictSame(hide(row), {
    email: hmac('email', 'asha@example.com'),
    customer_name: hmac('name', 'asha verma'),
    ip: hmac('ip', '2001:db8:0:0:0:0:0:1'),
    user_agent: hmac('user_agent', 'Mozilla/5.0'),
    odd: hmac('bank', 'SECRET'),
    address: { line1: hmac('address', '12, mg road'), city: 'Pune', pincode: '411001' },
  });
  t.strictSame(hide(row, 'drop'), {
    email: null,
    customer_name: null,
    ip: null,
    user_agent: null,
    odd: null,
    address: { line1: null, city: 'Pune', pincode: '411001' },
  });
});

t.test('nothing stays nothing', async (t) => {
  const row = { phone: '', email: ' ', customer_name: null, aliases: [null, ''], customer: null };
  const nothing = { phone: null, email: null, customer_name: null, aliases: [null, null] };
  t.strictSame(hide(row), { ...nothing, customer: null });
});

t.test('annotated lists and objects', async (t) => {
  const row = {
    aliases: ['Asha', 'A. Verma'],
    tags: ['x y'],
    customer: {
      firstname: 'Asha',
      bank: {
        account_number: '00123456789',
        verified: true,
        branch: { ifsc: 'HDFC0000001', no: 7 },
      },
    },
    secret: ['9876543210', { deep: 9123456789, flag: true, none: null }],
  };
  t.strictSame(hide(row), {
    aliases: [hmac('name', 'asha'), hmac('name', 'a. verma')],
    tags: [hmac('name', 'x y')],
    customer: {
      firstname: hmac('name', 'asha'),
      bank: {
        account_number: hmac('bank', '00123456789'),
        verified: true,
        branch: { ifsc: hmac('bank', 'HDFC0000001'), no: hmac('bank', '7') },
      },
    },
    secret: [
      hmac('phone', '+919876543210'),
      { deep: hmac('phone', '+919123456789'), flag: true, none: null },
    ],
  });
  t.strictSame(hide(row, 'drop'), {
    aliases: [null, null],
    tags: null,
    customer: { firstname: null, bank: null },
    secret: [null, { deep: null, flag: true, none: null }],
  });
});

t.test('a hash never breaks a declared type', async (t) => {
  const row = { birth: '1990-01-01T00:00:00Z', height: 170, total: 715 };
  t.strictSame(hide(row), { birth: null, height: null, total: 715 });
});

t.test('free text', async (t) => {
  const row = {
    phone: '+919876543210',
    email: 'asha@example.com',
    customer_name: 'Asha Verma',
    remark:
      'ASHA called from 098765-43210, write to Asha@Example.com or ravi@okbank; ' +
      'her son Vermaji has 91 91234 56789. Order 5678901234567, pin 411001.',
  };
  const [phone, email] = [hmac('phone', '+919876543210'), hmac('email', 'asha@example.com')];
  t.equal(
    hide(row).remark,
    `${hmac('name', 'asha')} called from ${phone}, write to ${email} or ${hmac('upi', 'ravi@okbank')}; ` +
      `her son Vermaji has ${hmac('phone', '+919123456789')}. Order 5678901234567, pin 411001.`,
  );
  t.equal(
    hide(row, 'drop').remark,
    '[removed] called from [removed], write to [removed] or [removed]; ' +
      'her son Vermaji has [removed]. Order 5678901234567, pin 411001.',
  );
});

t.test('a full name in a text has the hash of the field', async (t) => {
  const row = { customer_name: 'Asha Verma', product: 'by asha  verma' };
  t.equal(hide(row).product, `by ${hmac('name', 'asha verma')}`);
});

t.test('a hash in a text is not taken for a phone', async (t) => {
  const odd = Array.from({ length: 20_000 }, (_, n) => `${9_000_000_000 + n}`).find((phone) =>
    /(?<!\d)[6-9]\d{9}(?!\d)/.test(hmac('phone', `+91${phone}`)),
  );
  t.type(odd, 'string');
  const { remark } = hide({ phone: String(odd), remark: `call ${odd}, please` });
  t.equal(remark, `call ${hmac('phone', `+91${odd}`)}, please`);
});

t.test('an annotated object of text', async (t) => {
  const hidden = hide({
    customer_name: 'Asha Verma',
    properties: {
      phone: '9876543210',
      method: 'upi',
      email: 'x@example.com',
      said: 'call 9123456789',
      more: { city: 'Pune', who: 'asha' },
    },
  });
  t.strictSame(hidden.properties, {
    phone: hmac('phone', '+919876543210'),
    method: 'upi',
    email: hmac('email', 'x@example.com'),
    said: `call ${hmac('phone', '+919123456789')}`,
    more: { city: 'Pune', who: hmac('name', 'asha') },
  });
});

t.test('addresses of pages lose their personal parameters', async (t) => {
  const url =
    'https://shop.example/p/9876543210?utm_source=fb&utm_name=x&Phone=%2B91%2098765%2043210' +
    '&checkout%5Bemail%5D=b%40example.com&first_name=Ravi+K&product_name=Shirt&city=Pune';
  const hidden = String(hide({ phone: '9876543210', landing_page: url }).landing_page);
  const phone = hmac('phone', '+919876543210');
  t.equal(
    hidden,
    `https://shop.example/p/${phone}?utm_source=fb&utm_name=x&Phone=${phone}` +
      `&checkout%5Bemail%5D=${hmac('email', 'b@example.com')}&first_name=${hmac('name', 'ravi k')}` +
      '&product_name=Shirt&city=Pune',
  );
  const page = 'https://x.example/?q=see%20asha%2520or%2BASHA,ashas';
  const asha = hmac('name', 'asha');
  t.equal(
    hide({ customer_name: 'Asha', landing_page: page }).landing_page,
    `https://x.example/?q=see%20${asha}%2520or%2B${asha},ashas`,
  );
  const nested = `https://x.example/?next=${encodeURIComponent('https://y.example/?a=1&email=z@q.in&b=2')}`;
  t.equal(
    hide({ landing_page: nested }).landing_page,
    `https://x.example/?next=https%3A%2F%2Fy.example%2F%3Fa%3D1%26email%3D${hmac('email', 'z@q.in')}%26b%3D2`,
  );
});

t.test('declared fields keep what may be no one’s', async (t) => {
  const row = {
    customer_name: 'Rose',
    product: 'Rose water',
    city: 'Rose',
    address: { line1: 'Pune' },
  };
  t.match(hide(row), { product: 'Rose water', city: 'Rose' });
  const full = { customer_name: 'Rose Pune', product: 'for Rose, from Pune', city: 'Pune' };
  t.match(hide(full), {
    product: `for ${hmac('name', 'rose')}, from ${hmac('name', 'pune')}`,
    city: 'Pune',
  });
  const town = { address: { line1: 'Kolhapur' }, product: 'chappal of Kolhapur' };
  t.match(hide(town), { product: 'chappal of Kolhapur' });
  const place = {
    phone: '9876543210',
    email: 'a@b.co',
    customer_name: 'Sri Ganganagar',
    city: 'Sri Ganganagar, 9876543210, a@b.co',
  };
  const shown = `Sri Ganganagar, ${hmac('phone', '+919876543210')}, ${hmac('email', 'a@b.co')}`;
  t.equal(hide(place).city, shown);
  const url = { customer_name: 'Rose', landing_page: 'https://x.example/hello-rose' };
  t.match(hide(url), { landing_page: `https://x.example/hello-${hmac('name', 'rose')}` });
});

t.test('undeclared fields: by name, and by what the row says elsewhere', async (t) => {
  const hidden = hide({
    phone: '9876543210',
    email: 'asha@example.com',
    customer_name: 'Asha Verma',
    created_at: '2026-09-09T07:23:34Z',
    alternateMobile: '9123456789',
    consignee: 'Ravi',
    courier_name: 'Delhivery',
    contact: 9876543210,
    ref: 'AWB-9876543210-1',
    who: 'mrs verma',
    score: 0.5,
    ok: true,
    Shipping: { address1: '7 Park St', area: 'Block C', city: 'Pune', zip: 411001, lat: 18.52 },
    notes_json: '[{"name":"Mobile No","value":"90123 45678"},{"name":"gift","value":"yes"}]',
    inner_json: '{"first_name":"Jo"}',
    note_list: [{ name: 'Mobile', value: 'x1' }],
    'k 9876543210': 1,
    map: { '9876543210': 1, n: [['asha@example.com']] },
  });
  t.match(hidden, {
    created_at: '2026-09-09T07:23:34Z',
    alternateMobile: hmac('phone', '+919123456789'),
    consignee: hmac('name', 'ravi'),
    courier_name: 'Delhivery',
    contact: hmac('phone', '+919876543210'),
    ref: `AWB-${hmac('phone', '+919876543210')}-1`,
    who: `mrs ${hmac('name', 'verma')}`,
    score: 0.5,
    ok: true,
    Shipping: { address1: hmac('address', '7 park st'), city: 'Pune', zip: 411001 },
    notes_json: JSON.stringify([
      { name: 'Mobile No', value: hmac('phone', '+919012345678') },
      { name: 'gift', value: 'yes' },
    ]),
    inner_json: `{"first_name":"${hmac('name', 'jo')}"}`,
    note_list: [{ name: 'Mobile', value: hmac('phone', 'x1') }],
    [`k ${hmac('phone', '+919876543210')}`]: 1,
    map: { [hmac('phone', '+919876543210')]: 1, n: [[hmac('email', 'asha@example.com')]] },
  });
  t.notOk('k 9876543210' in hidden);
});

t.test('fields keep their order, also those whose names hold personal data', async (t) => {
  const row: JsonObject = {
    id: '1',
    'k 9876543210': 1,
    phone: '9876543210',
    z: { '9876543210': 1 },
    a: 2,
  };
  const phone = hmac('phone', '+919876543210');
  t.same(Object.entries(hide(row)), [
    ['id', '1'],
    [`k ${phone}`, 1],
    ['phone', phone],
    ['z', { [phone]: 1 }],
    ['a', 2],
  ]);
});

t.test('a child does not say what its parent may not', async (t) => {
  const row: JsonObject = { phone: '9876543210', customer_name: 'Asha' };
  const parent = compile('hash')(row, undefined);
  t.equal(hide({ product: 'for 9876543210' }).product, 'for 9876543210');
  t.equal(
    hide({ product: 'for 9876543210' }, 'hash', parent).product,
    `for ${hmac('phone', '+919876543210')}`,
  );
});

t.test('exempt fields are as they were; an annotation is stronger', async (t) => {
  const exempt = new Set(['record_key', 'ref', 'phone']);
  const row: JsonObject = { record_key: '9876543210', ref: '9876543210', phone: '9876543210' };
  compile('hash', SCHEMA, exempt)(row, undefined);
  t.strictSame(row, {
    record_key: '9876543210',
    ref: '9876543210',
    phone: hmac('phone', '+919876543210'),
  });
});

t.test('hashes are the same however many were remembered', async (t) => {
  const pass = compile('hash');
  for (let n = 0; n < 25_000; n++) pass({ phone: String(7_000_000_000 + n) }, undefined);
  const row: JsonObject = { phone: '7000000000' };
  pass(row, undefined);
  t.equal(row.phone, hmac('phone', '+917000000000'));
  const last: JsonObject = { phone: '7111111111' };
  pass(last, undefined);
  t.equal(last.phone, hmac('phone', '+917111111111'));
});

t.test('hostile names and depths', async (t) => {
  const row = JSON.parse('{"__proto__":{"phone":"9876543210"},"x":{"__proto__":"9876543210"}}');
  const hidden = hide(row as JsonObject);
  t.equal(
    JSON.stringify(hidden),
    `{"__proto__":{"phone":"${hmac('phone', '+919876543210')}"},"x":{"__proto__":"${hmac('phone', '+919876543210')}"}}`,
  );
  t.equal(({} as { phone?: string }).phone, undefined);
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  t.equal(hide({ remark: deep }).remark, deep);
  const started = process.hrtime.bigint();
  hide({
    email: 'a@b.co',
    phone: '9876543210',
    remark: `${'a'.repeat(200_000)} @ ${'9 '.repeat(50_000)} a=${'&a='.repeat(20_000)}`,
    x: '%41'.repeat(50_000),
  });
  t.ok(process.hrtime.bigint() - started < 5_000_000_000n, 'no pattern backtracks for ever');
});

const letters = 'abcdefghijklmnoprstuvwyz'.split('');
const word = fc
  .array(fc.constantFrom(...letters, 'é', 'अ'), { minLength: 8, maxLength: 12 })
  .map((parts) => `Q${parts.join('')}`);
const person = fc.record({
  phone: fc.integer({ min: 6_000_000_000, max: 9_999_999_999 }).map(String),
  email: word.map((name) => `${name}+x@Example.co.in`),
  first: word,
  last: word,
  line: word.map((name) => `12/4, ${name} Marg`),
  ip: fc.ipV4().filter((ip) => ip.length > 8),
});
type Person = typeof person extends fc.Arbitrary<infer T> ? T : never;

/** Everything that is said of the person, in a spelling that some other field may hold. */
function quotes(who: Person): fc.Arbitrary<string> {
  const { phone, email, first, last, line } = who;
  return fc.constantFrom(
    `+91 ${phone.slice(0, 5)} ${phone.slice(5)}`,
    `0${phone}`,
    email,
    email.toUpperCase(),
    `${first} ${last}`,
    line,
    who.ip,
  );
}

function wrap(quote: string): fc.Arbitrary<Json> {
  const coded = encodeURIComponent(quote);
  return fc.constantFrom<Json[]>(
    quote,
    `see (${quote}), thanks`,
    `https://shop.example/?q=${coded}&utm_source=x`,
    `https://shop.example/?q=${coded.replaceAll('%20', '+')}`,
    `https://shop.example/?next=${encodeURIComponent(`https://a.example/?z=${coded}&y=1`)}`,
    JSON.stringify([{ a: quote }]),
    [quote, { deeper: [`${quote}!`] }],
    { [`k ${quote}`]: 1, v: quote },
  );
}

const spoken = person.chain((who) => {
  const said = quotes(who).chain(wrap);
  const { phone, email, first, last, line, ip } = who;
  const text = said.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  const row = fc.record(
    {
      phone: fc.constantFrom(`+91${phone}`, phone, `0${phone}`),
      email: fc.constant(email),
      customer_name: fc.constant(`${first} ${last}`),
      ip: fc.constant(ip),
      address: fc.constant({ line1: line, city: 'Pune', pincode: '411001' }),
      remark: text,
      landing_page: text,
      product: text,
      bag: said.map((value) => ({ value })),
      properties: said.map((value) => ({ value })),
      extra: said,
      customer: fc.constant({ firstname: first, alias: `${first} of ${line}` }),
    },
    { requiredKeys: ['phone', 'email', 'customer_name', 'ip', 'address'] },
  );
  return fc.tuple(fc.constant(who), row as fc.Arbitrary<JsonObject>);
});

/** As a reader would see it: percent-encoding undone, case and white space levelled. */
function readable(value: Json): string {
  let shown = JSON.stringify(value);
  for (let times = 0; times < 3; times++) {
    shown = shown.replace(/(?:%[0-9a-f]{2})+/gi, (coded) => {
      try {
        return decodeURIComponent(coded);
      } catch {
        return coded;
      }
    });
  }
  return shown.replaceAll('+', ' ').replace(/\s+/g, ' ').toLowerCase();
}

for (const mode of ['hash', 'drop'] as const) {
  t.test(`${mode}: nothing that a row says of a person is left anywhere in it`, async () => {
    fc.assert(
      fc.property(spoken, ([who, row]) => {
        const shown = readable(hide(row, mode));
        const { phone, email, first, last, line, ip } = who;
        const said = [phone, email, first, last, line, ip].map((part) =>
          readable(part).slice(1, -1),
        );
        const digits = shown.replace(/(?<=\d)[\s().-]+(?=\d)/g, '');
        return !digits.includes(phone) && said.every((part) => !shown.includes(part));
      }),
      { numRuns: 100 },
    );
  });
}

/** A row of fields that no schema knows. */
function hideUnknown(row: JsonObject, mode: PiiMode = 'hash'): JsonObject {
  const copy = structuredClone(row);
  compile(mode, { properties: {} }, new Set())(copy, undefined);
  return copy;
}

t.test('equal texts of two kinds do not meet, and equal values of one kind do', async (t) => {
  const text = 'asha verma';
  const row = hideUnknown({
    customer_name: text,
    street: text,
    device_id: text,
    card_number: text,
  });
  t.equal(new Set(Object.values(row)).size, 4);
  const one = {
    email: 'A@B.co',
    note: 'write to a@b.CO',
    upi_id: 'x@okaxis',
    remark: 'pay X@okaxis',
  };
  const { email, note, upi_id, remark } = hideUnknown(one);
  t.equal(note, `write to ${email}`);
  t.equal(remark, `pay ${upi_id}`);
  const spellings: Record<string, string[]> = {
    dob: ['1990-03-12', '12/03/1990', '12 March 1990', '1990-03-12T00:00:00Z'],
    ip: ['::ffff:203.0.113.9', '203.0.113.9'],
    pan: ['abcpv1234f', 'ABCPV1234F'],
    card_number: ['4111 1111 1111 1111', '4111-1111-1111-1111', '4111111111111111'],
    phone: ['९८७६५४३२१०', '９８７６５ ４３２１０', '+91 (98765) 43210'],
    name: ['Asha  Verma', 'ＡＳＨＡ verma'],
  };
  for (const [name, values] of Object.entries(spellings)) {
    const hashes = new Set(values.map((value) => hideUnknown({ [name]: value })[name]));
    t.equal(hashes.size, 1, name);
  }
});

t.test('nothing, as exports say it, is nobody', async (t) => {
  const row = { phone: 'NA', customer_name: '-', email: 'null', lastname: '.' };
  t.same(hide(row), row);
  t.same(hide(row, 'drop'), row);
});

t.test('two names that are hidden alike stay two fields', async (t) => {
  const row = { '9876543210': 1, '9123456789': 2, bag: { 'a@b.co': 1, 'c@d.co': 2 } };
  t.same(hideUnknown(row, 'drop'), {
    '[removed]': 1,
    '[removed] 2': 2,
    bag: { '[removed]': 1, '[removed] 2': 2 },
  });
});

t.test('undeclared: "drop" passes what the schema declares and the profile lists', async (t) => {
  const pii = createPii({ mode: 'drop', undeclared: 'drop' });
  const pass = pii?.compile(SCHEMA, EXEMPT, new Set(['extra']));
  const row: JsonObject = {
    id: '1',
    product: 'Soap',
    phone: '9876543210',
    extra: 'size L, call 9876543210',
    other: 'x',
    customer: { firstname: 'Asha', age: 31 },
    bag: { anything: 1 },
  };
  pass?.(row, undefined);
  t.same(row, {
    id: '1',
    product: 'Soap',
    phone: null,
    extra: 'size L, call [removed]',
    customer: { firstname: null },
    bag: null,
  });
});

t.test('what a row says that is only asked about is not in the rows that hang on it', async (t) => {
  const pii = createPii({ mode: 'drop' });
  const order = { phone: '9876543210', customer_name: 'Asha Verma' };
  const said = pii?.collect(SCHEMA, EXEMPT)(order);
  const refund: JsonObject = { remarks: 'Refund for Asha Verma', ref: '#12 98765 43210' };
  pii?.compile({ properties: {} }, new Set())(refund, said);
  t.same(refund, { remarks: 'Refund for [removed]', ref: '#12 [removed]' });
  t.same(order, { phone: '9876543210', customer_name: 'Asha Verma' });
});

t.test('a phone of the row is found at the end of a text beside a longer one', async (t) => {
  const row = hide({ phone: '+44 20794609581 | 9123456789', product: 'for 9123456789' });
  t.equal(row.product, `for ${hmac('phone', '+919123456789')}`);
});

t.test('names of files', async (t) => {
  const pii = createPii({ mode: 'hash', key: KEY });
  const phone = hmac('phone', '+919876543210');
  t.equal(pii?.hideName('carts/cart_9876543210.json'), `carts/cart_${phone}.json`);
  t.equal(createPii({ mode: 'drop' })?.hideName('a/asha@example.com.json'), 'a/[removed]');
  for (const name of [
    'orders_2026-11-29.csv',
    'gokwik_orders_20261129_0730.csv',
    'Nov 2026.xlsx',
  ]) {
    t.equal(pii?.hideName(name), name);
  }
});

t.test('a digest that stands in for a key', async (t) => {
  const pii = createPii({ mode: 'hash', key: KEY });
  t.equal(pii?.keyDigest('{"a":1}'), `hmac:${hmac('key', '{"a":1}')}`);
  t.equal(pii?.digestsHidden, false);
  const drop = createPii({ mode: 'drop' });
  t.match(drop?.keyDigest('{"a":1}'), /^sha256:[0-9a-f]{64}$/);
  t.equal(drop?.digestsHidden, true);
});
