import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { ConfigError } from '../../../src/cdk/errors.ts';
import type { Json, JsonObject } from '../../../src/cdk/protocol.ts';
import { normalise } from '../../../src/gokwik/pii/kinds.ts';
import { createPii, type PiiMode } from '../../../src/gokwik/pii/pii.ts';
import type { Hide } from '../../../src/gokwik/pii/row.ts';
import type { Personal } from '../../../src/gokwik/pii/search.ts';

const KEY = 'a merchant secret';
const hmac = (text: string): string => createHmac('sha256', KEY).update(text).digest('hex');
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
  const hidden = { hash: hmac('+919876543210'), drop: null };
  for (const mode of ['hash', 'drop'] as const) {
    const row: JsonObject = { id: '1', phone: '98765 43210' };
    compile(mode)(row, undefined);
    t.same(row, { id: '1', phone: hidden[mode] }, mode);
  }
});

t.test('hash needs a key', async (t) => {
  t.throws(() => createPii({ mode: 'hash' }), ConfigError);
  t.throws(() => createPii({ mode: 'hash', key: '' }), { code: 'GK_PII_KEY' });
  t.doesNotThrow(() => createPii({ mode: 'drop' }));
});

t.test('one phone in any of its spellings has one hash', async (t) => {
  const expected = hmac('+919876543210');
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
      return normalise('phone', phone) === `+91${first}${rest}`;
    }),
  );
});

t.test('other phones', async (t) => {
  t.equal(normalise('phone', '+1 (415) 555-2671'), '+14155552671');
  t.equal(normalise('phone', '14155552671'), '+14155552671');
  t.equal(normalise('phone', '0014155552671'), '+14155552671');
  t.equal(normalise('phone', '+65 6123 4567'), '+6561234567', 'ten digits, not Indian');
  t.equal(normalise('phone', ' 98xxxxx210 '), '98xxxxx210', 'masked: as it is');
  t.equal(normalise('phone', 'none'), 'none');
  const two = hide({ phone: '9876543210|09123456789' }).phone;
  t.equal(two, `${hmac('+919876543210')}|${hmac('+919123456789')}`);
  t.equal(
    hide({ phone: '9123456789, 9876543210' }).phone,
    String(two).split('|').reverse().join('|'),
  );
  t.equal(hide({ phone: '9876543210|' }).phone, hmac('+919876543210'));
  t.equal(hide({ phone: '98******10' }).phone, hmac('98******10'));
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
    email: hmac('asha@example.com'),
    customer_name: hmac('asha verma'),
    ip: hmac('2001:db8::1'),
    user_agent: hmac('Mozilla/5.0'),
    odd: hmac('Secret'),
    address: { line1: hmac('12, mg road'), city: 'Pune', pincode: '411001' },
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
    aliases: [hmac('asha'), hmac('a. verma')],
    tags: [hmac('x y')],
    customer: {
      firstname: hmac('asha'),
      bank: {
        account_number: hmac('00123456789'),
        verified: true,
        branch: { ifsc: hmac('HDFC0000001'), no: hmac('7') },
      },
    },
    secret: [hmac('+919876543210'), { deep: hmac('+919123456789'), flag: true, none: null }],
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
  const [phone, email] = [hmac('+919876543210'), hmac('asha@example.com')];
  t.equal(
    hide(row).remark,
    `${hmac('asha')} called from ${phone}, write to ${email} or ${hmac('ravi@okbank')}; ` +
      `her son Vermaji has ${hmac('+919123456789')}. Order 5678901234567, pin 411001.`,
  );
  t.equal(
    hide(row, 'drop').remark,
    '[removed] called from [removed], write to [removed] or [removed]; ' +
      'her son Vermaji has [removed]. Order 5678901234567, pin 411001.',
  );
});

t.test('a full name in a text has the hash of the field', async (t) => {
  const row = { customer_name: 'Asha Verma', product: 'by asha  verma' };
  t.equal(hide(row).product, `by ${hmac('asha verma')}`);
});

t.test('a hash in a text is not taken for a phone', async (t) => {
  const odd = Array.from({ length: 20_000 }, (_, n) => `${9_000_000_000 + n}`).find((phone) =>
    /(?<!\d)[6-9]\d{9}(?!\d)/.test(hmac(`+91${phone}`)),
  );
  t.type(odd, 'string');
  const { remark } = hide({ phone: String(odd), remark: `call ${odd}, please` });
  t.equal(remark, `call ${hmac(`+91${odd}`)}, please`);
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
    phone: hmac('+919876543210'),
    method: 'upi',
    email: hmac('x@example.com'),
    said: `call ${hmac('+919123456789')}`,
    more: { city: 'Pune', who: hmac('asha') },
  });
});

t.test('addresses of pages lose their personal parameters', async (t) => {
  const url =
    'https://shop.example/p/9876543210?utm_source=fb&utm_name=x&Phone=%2B91%2098765%2043210' +
    '&checkout%5Bemail%5D=b%40example.com&first_name=Ravi+K&product_name=Shirt&city=Pune';
  const hidden = String(hide({ phone: '9876543210', landing_page: url }).landing_page);
  const phone = hmac('+919876543210');
  t.equal(
    hidden,
    `https://shop.example/p/${phone}?utm_source=fb&utm_name=x&Phone=${phone}` +
      `&checkout%5Bemail%5D=${hmac('b@example.com')}&first_name=${hmac('ravi k')}` +
      '&product_name=Shirt&city=Pune',
  );
  const page = 'https://x.example/?q=see%20asha%2520or%2BASHA,ashas';
  const asha = hmac('asha');
  t.equal(
    hide({ customer_name: 'Asha', landing_page: page }).landing_page,
    `https://x.example/?q=see%20${asha}%2520or%2B${asha},ashas`,
  );
  const nested = `https://x.example/?next=${encodeURIComponent('https://y.example/?a=1&email=z@q.in&b=2')}`;
  t.equal(
    hide({ landing_page: nested }).landing_page,
    `https://x.example/?next=https%3A%2F%2Fy.example%2F%3Fa%3D1%26email%3D${hmac('z@q.in')}%26b%3D2`,
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
  t.match(hide(full), { product: `for ${hmac('rose')}, from ${hmac('pune')}`, city: 'Pune' });
  const town = { address: { line1: 'Kolhapur' }, product: 'chappal of Kolhapur' };
  t.match(hide(town), { product: 'chappal of Kolhapur' });
  const place = {
    phone: '9876543210',
    email: 'a@b.co',
    customer_name: 'Sri Ganganagar',
    city: 'Sri Ganganagar, 9876543210, a@b.co',
  };
  const shown = `Sri Ganganagar, ${hmac('+919876543210')}, ${hmac('a@b.co')}`;
  t.equal(hide(place).city, shown);
  const url = { customer_name: 'Rose', landing_page: 'https://x.example/hello-rose' };
  t.match(hide(url), { landing_page: `https://x.example/hello-${hmac('rose')}` });
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
    alternateMobile: hmac('+919123456789'),
    consignee: hmac('ravi'),
    courier_name: 'Delhivery',
    contact: hmac('+919876543210'),
    ref: `AWB-${hmac('+919876543210')}-1`,
    who: `mrs ${hmac('verma')}`,
    score: 0.5,
    ok: true,
    Shipping: { address1: hmac('7 park st'), city: 'Pune', zip: 411001 },
    notes_json: JSON.stringify([
      { name: 'Mobile No', value: hmac('+919012345678') },
      { name: 'gift', value: 'yes' },
    ]),
    inner_json: `{"first_name":"${hmac('jo')}"}`,
    note_list: [{ name: 'Mobile', value: hmac('x1') }],
    [`k ${hmac('+919876543210')}`]: 1,
    map: { [hmac('+919876543210')]: 1, n: [[hmac('asha@example.com')]] },
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
  const phone = hmac('+919876543210');
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
    `for ${hmac('+919876543210')}`,
  );
});

t.test('exempt fields are as they were; an annotation is stronger', async (t) => {
  const exempt = new Set(['record_key', 'ref', 'phone']);
  const row: JsonObject = { record_key: '9876543210', ref: '9876543210', phone: '9876543210' };
  compile('hash', SCHEMA, exempt)(row, undefined);
  t.strictSame(row, { record_key: '9876543210', ref: '9876543210', phone: hmac('+919876543210') });
});

t.test('hashes are the same however many were remembered', async (t) => {
  const pass = compile('hash');
  for (let n = 0; n < 25_000; n++) pass({ phone: String(7_000_000_000 + n) }, undefined);
  const row: JsonObject = { phone: '7000000000' };
  pass(row, undefined);
  t.equal(row.phone, hmac('+917000000000'));
  const last: JsonObject = { phone: '7111111111' };
  pass(last, undefined);
  t.equal(last.phone, hmac('+917111111111'));
});

t.test('hostile names and depths', async (t) => {
  const row = JSON.parse('{"__proto__":{"phone":"9876543210"},"x":{"__proto__":"9876543210"}}');
  const hidden = hide(row as JsonObject);
  t.equal(
    JSON.stringify(hidden),
    `{"__proto__":{"phone":"${hmac('+919876543210')}"},"x":{"__proto__":"${hmac('+919876543210')}"}}`,
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

const ACCOUNT = { properties: { account: { type: ['string', 'null'], 'x-pii': 'bank' } } };

t.test("a hash is Node's HMAC-SHA-256, whatever the lengths of key and text", async (t) => {
  const unicode = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 400 });
  const long = fc.integer({ min: 300, max: 1200 }).map((length) => '₹'.repeat(length));
  const key = fc.oneof(unicode, fc.string({ minLength: 60, maxLength: 70 }));
  fc.assert(
    fc.property(key, fc.oneof(unicode, long), (secret, text) => {
      const account = text.trim();
      const row = { account };
      createPii({ mode: 'hash', key: secret })?.compile(ACCOUNT, new Set())(row, undefined);
      const expected = createHmac('sha256', secret).update(account).digest('hex');
      if (row.account !== (account === '' ? null : expected)) throw new Error('another hash');
    }),
    { numRuns: 500 },
  );
  t.pass();
});
