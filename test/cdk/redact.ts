import fc from 'fast-check';
import t from 'tap';
import type { JsonObject } from '../../src/cdk/protocol.ts';
import { createRedactor, secretsOf } from '../../src/cdk/redact.ts';

function redactWith(secrets: readonly string[], text: string): string {
  const redactor = createRedactor();
  redactor.add(secrets);
  return redactor.redact(text);
}

/** Nothing in common with the secrets below, so that what is left around a mask is recognisable. */
const around = fc.stringMatching(/^[k-z]{0,9}$/);
const secret = fc
  .array(
    fc.oneof(
      fc.constantFrom(...'ABCDEFGHIJ0123456789', ...'+/=&?%:@ "\\\n\t#~!()', 'é', 'क', '😀'),
    ),
    { minLength: 4, maxLength: 30 },
  )
  .map((characters) => characters.join(''))
  .filter((text) => text.trim().length >= 4);

const ascii = (json: string): string =>
  json.replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** How a text reaches a log, where every character stands for itself. */
const encodings: Record<string, (text: string) => string> = {
  raw: (text) => text,
  'URL component': encodeURIComponent,
  'URL component, lower case': (text) =>
    encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  'URL component, twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  HTML: (text) =>
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;'),
  URL: encodeURI,
  'URL query or form': (text) => new URLSearchParams({ k: text }).toString().slice(2),
  JSON: inJson,
  'JSON in JSON': (text) => inJson(inJson(text)),
  'JSON with escaped slashes': (text) => inJson(text).replaceAll('/', '\\/'),
  'ASCII JSON': (text) => ascii(inJson(text)),
  'lower case': (text) => text.toLowerCase(),
  'upper case': (text) => text.toUpperCase(),
  'hex, lower case': (text) => Buffer.from(text).toString('hex'),
  'hex, upper case': (text) => Buffer.from(text).toString('hex').toUpperCase(),
};

for (const [name, encode] of Object.entries(encodings)) {
  t.test(`no secret survives: ${name}`, (t) => {
    const property = fc.property(secret, around, around, (value, before, after) => {
      const redacted = redactWith([value], encode(`${before}${value}${after}`));
      return redacted === `${encode(before)}****${encode(after)}`;
    });
    fc.assert(property);
    t.pass();
    t.end();
  });
}

t.test('no secret survives: base64, wherever in the text it is', (t) => {
  // What is left must not depend on the secret, but for the bits it shares with its neighbours.
  const pair = fc
    .tuple(secret, secret)
    .map(([a, b]) => [a, (b.repeat(30) + a).slice(0, a.length)] as const)
    .filter(([a, b]) => b.trim().length >= 4 && Buffer.byteLength(a) === Buffer.byteLength(b));
  const kind = fc.constantFrom('base64', 'base64url');
  const property = fc.property(pair, around, around, kind, ([one, other], before, after, kind) => {
    const leftOf = (value: string): string =>
      redactWith([value], Buffer.from(`${before}${value}${after}`).toString(kind as 'base64'));
    const rest = (value: string): string => leftOf(value).replace(/[\w+/-]?\*{4}[\w+/-]?/, '****');
    return leftOf(one).includes('****') && rest(one) === rest(other);
  });
  fc.assert(property, { numRuns: 500 });
  const basic = redactWith(['s3cr3t'], `Basic ${btoa('shop:s3cr3t')}`);
  t.equal(basic, 'Basic c2hvcDp****Q=');
  t.equal(redactWith(['s3cr3t!'], btoa('s3cr3t!')), '****', 'its own base64 goes whole');
  t.end();
});

t.test('secrets that overlap, contain each other or look like the mask leave nothing', (t) => {
  const text = fc.stringMatching(/^[ab*]{0,30}$/);
  const value = fc.stringMatching(/^[ab*]{4,8}$/).filter((v) => !/^\*+$/.test(v));
  const property = fc.property(fc.array(value), text, (values, input) => {
    const redactor = createRedactor();
    for (const one of values) redactor.add([one]);
    const once = redactor.redact(input);
    return redactor.redact(once) === once && !values.some((one) => once.includes(one));
  });
  fc.assert(property, { numRuns: 2000 });
  t.equal(redactWith(['abcd', 'bcdefg'], 'x abcdefg y'), 'x **** y');
  t.equal(redactWith(['abcd', 'abcdefg'], 'abcdefg'), '****');
  t.equal(redactWith(['abcd'], 'abcdabcd abcd'), '**** ****');
  t.equal(redactWith(['abab'], 'ababab'), '****', 'either end may have been the secret');
  t.equal(redactWith(['abcd'], ''), '');
  t.end();
});

t.test('what is no secret stays', (t) => {
  const text = 'GET /orders?page=1 200 in 31 ms     **********';
  t.equal(redactWith([], text), text);
  t.equal(redactWith(['', '1', 'GET', ' 1 ', '     ', '**********'], text), text);
  t.equal(redactWith(['a.c+'], 'abcc a.c+'), 'abcc ****', 'a secret is no pattern');
  t.equal(redactWith(['\ud800abcd'], 'x\ud800abcd'), 'x****', 'half a pair is no trouble');
  t.end();
});

const spec: JsonObject = {
  properties: {
    id: { type: 'string' },
    secret: { type: 'string', airbyte_secret: true },
    pin: { type: 'integer', airbyte_secret: true },
    auth: {
      oneOf: [
        { properties: { kind: { const: 'a' }, token: { type: 'string', airbyte_secret: true } } },
        { properties: { kind: { const: 'b' }, password: { airbyte_secret: true } } },
      ],
    },
    keys: { type: 'array', items: { type: 'string', airbyte_secret: true } },
    hosts: { items: { properties: { key: { airbyte_secret: true }, name: {} } } },
    vault: { airbyte_secret: true },
  },
};

t.test('finds the values that the spec marks', (t) => {
  const config = {
    id: 'not-secret',
    secret: ' \u200bs3cret\n',
    pin: 123456,
    auth: { kind: 'c', token: 'tok', password: 'pass' },
    keys: ['k1', 'k2'],
    hosts: [{ key: 'hk', name: 'n' }, null],
    vault: { deep: ['v', true, null] },
    other: 'x',
  };
  const found = [' \u200bs3cret\n', 's3cret', '123456', 'tok', 'pass', 'k1', 'k2', 'hk', 'v'];
  t.same(secretsOf(spec, config), found);
  const pasted = { vault: { type: 'vault', key: 'k-9f8e' } };
  t.same(secretsOf(spec, pasted), ['k-9f8e'], 'names of fields are none');
  t.end();
});

t.test('of addresses and paths, only what signs an address', (t) => {
  const location = { airbyte_secret: true, contentMediaType: 'text/uri-list' };
  const form: JsonObject = { properties: { files: { items: { properties: { location } } } } };
  const masked = (text: string, message: string): string => {
    const redactor = createRedactor();
    redactor.add(secretsOf(form, { files: [{ location: text }] }));
    return redactor.redact(message);
  };
  for (const path of ['/local/gokwik', '/local/gokwik/orders-*.csv', 'local', ' /a?b=cdefgh '])
    t.equal(masked(path, `x ${path} y`), `x ${path} y`);
  const signed =
    'https://store.example/a/orders.csv?X-Amz-Expires=3600&X-Amz-Credential=AKIA%2Fus-east-1&X-Amz-Signature=0f1e2d3c';
  t.equal(masked(signed, signed), 'https://store.example/a/orders.csv?****');
  t.equal(masked(signed, 'refused 0f1e2d3c, AKIA/us-east-1'), 'refused ****, ****');
  t.equal(masked(signed, '/a/orders.csv, 3600 rows'), '/a/orders.csv, 3600 rows');
  const server = 'sftp://deploy@files.example/deploy/*.csv';
  t.equal(masked(server, server), server, 'who is logged in there is a name');
  const open = 'sftp://deploy:pass-word@files.example/x';
  t.equal(masked(open, open), 'sftp://****@files.example/x');
  const named = 'https://user:pass-word@store.example/x';
  t.equal(masked(named, `${named} pass-word`), 'https://****@store.example/x ****');
  for (const mistyped of ['htps:/h.example/x?sig=abcdef', 'h.example/x?sig=abcdef'])
    t.equal(
      masked(mistyped, `\`location\` ${mistyped} is`),
      `\`location\` ${mistyped.split('?')[0]}?**** is`,
    );
  t.equal(masked('https://h.example/x?sig=%E0%A4abcd', '%E0%A4abcd'), '****', 'as it stands');
  const text = 'https://h.example/x?sig=abcd';
  for (const files of [text, [text]])
    t.same(secretsOf(form, { files }), [text], 'a text where the list or the object should be');
  t.end();
});

t.test('takes any config', (t) => {
  for (const config of [undefined, null, 5, [], [[]], { auth: [], keys: {}, hosts: 1 }]) {
    t.same(secretsOf(spec, config), []);
  }
  t.same(secretsOf(spec, { secret: ['listed'], auth: null }), ['listed'], 'of the wrong type, too');
  t.same(secretsOf({}, { secret: 'x' }), []);
  t.end();
});
