import fc from 'fast-check';
import t from 'tap';
import { parseJson } from '../../src/http/json.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const parse = (text: string) => parseJson(bytes(text));

t.test('integers that a number cannot hold stay as they are, as strings', async (t) => {
  t.strictSame(parse('{"id":9007199254740993}'), { id: '9007199254740993' });
  t.strictSame(parse('{"id":-9007199254740993,"n":1}'), { id: '-9007199254740993', n: 1 });
  t.strictSame(parse('[12345678901234567890 , 9007199254740992]'), [
    '12345678901234567890',
    '9007199254740992',
  ]);
  t.equal(parse('123456789012345678901234567890'), '123456789012345678901234567890');
  t.strictSame(parse('{"a":\n\t  9007199254740993\n}'), { a: '9007199254740993' });
});

t.test('what a number can hold stays a number', async (t) => {
  t.strictSame(
    parse('[9007199254740991,1234567890123456,6111111111111]'),
    [9007199254740991, 1234567890123456, 6111111111111],
  );
  t.strictSame(
    parse('[9007199254740993.5,1e20,12345678901234567e2,0.12345678901234567,-0]'),
    ['9007199254740993.5', '1e20', '12345678901234567e2', '0.12345678901234567', '-0'].map(Number),
  );
});

t.test('digits in strings and keys are not touched', async (t) => {
  const text = String.raw`{"utr":"9007199254740993","a\"b:9007199254740993":[9007199254740995],"c":"\\","d":"x,9007199254740993\\\"","e":9007199254740997}`;
  t.strictSame(parse(text), {
    utr: '9007199254740993',
    'a"b:9007199254740993': ['9007199254740995'],
    c: '\\',
    d: 'x,9007199254740993\\"',
    e: '9007199254740997',
  });
});

t.test('not JSON is not made JSON', async (t) => {
  for (const text of [
    '',
    '<html>',
    '{"a":09007199254740993}',
    '[9007199254740993',
    '9007199254740993 x',
    '{NaN:1}',
    '[NaN,]',
    '[nan]',
    '[NaN1]',
    "{'a':1}",
    '[1,]',
    '[-]',
  ]) {
    t.throws(() => parse(text), SyntaxError, text);
  }
});

t.test('what Python writes where it has no number is one that no JSON holds', async (t) => {
  const text = String.raw`{"a":NaN,"b":[-Infinity,Infinity,1],"c":"NaN \"NaN","NaN":9007199254740993}`;
  t.strictSame(parse(text), {
    a: Number.POSITIVE_INFINITY,
    b: [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 1],
    c: 'NaN "NaN',
    NaN: '9007199254740993',
  });
});

t.test('invalid UTF-8 is an error; a byte order mark is none', async (t) => {
  t.throws(() => parseJson(Uint8Array.from([0x22, 0xff, 0x22])), TypeError);
  t.throws(() => parseJson(Uint8Array.from([0x22, 0xe2, 0x82, 0x22])), TypeError, 'cut character');
  t.strictSame(parseJson(Uint8Array.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d])), {});
  t.equal(parse('"₹ नमस्ते"'), '₹ नमस्ते');
});

t.test('__proto__ is a key like any other', async (t) => {
  for (const text of [
    '{"__proto__":{"polluted":1}}',
    '{"__proto__":{"polluted":9007199254740993}}',
  ]) {
    const value = parse(text) as { polluted?: unknown };
    t.equal(value.polluted, undefined);
    t.ok(Object.hasOwn(value, '__proto__'));
  }
  t.equal(({} as { polluted?: unknown }).polluted, undefined);
});

t.test('any JSON comes back as JSON.parse gives it, but for big integers', async () => {
  const integer = fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n });
  const digits = fc.bigInt({ min: 10n ** 15n, max: 10n ** 20n }).map(String);
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    digits,
    fc.constantFrom('\\', '"', '\\"', ':1234567890123456789', ',\n9007199254740993'),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, true, 1.5, 0),
      integer,
      text,
      fc.array(tie('tree')),
      fc.dictionary(text, tie('tree')),
    ),
  }));
  const write = (value: unknown): string => {
    if (typeof value === 'bigint') return String(value);
    if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    return `{ ${Object.entries(value)
      .map(([key, inner]) => `${JSON.stringify(key)} : ${write(inner)}`)
      .join(' , ')} }`;
  };
  const expected = (value: unknown): unknown => {
    if (typeof value === 'bigint')
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    if (Array.isArray(value)) return value.map(expected);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, expected(inner)]));
  };
  fc.assert(
    fc.property(tree, (value) => {
      const source = write(value).toWellFormed();
      t.strictSame(parse(source), JSON.parse(JSON.stringify(expected(value)).toWellFormed()));
    }),
    { numRuns: 300 },
  );
});

t.test('a large page with one big integer is still quick', async (t) => {
  const rows = Array.from(
    { length: 50_000 },
    (_, i) => `{"id":${i},"note":"a \\"quoted\\" note","utr":"12345678901234567"}`,
  );
  const text = `[${rows.join(',')},9007199254740993]`;
  const startedMs = performance.now();
  t.equal((parse(text) as unknown[]).at(-1), '9007199254740993');
  const tookMs = performance.now() - startedMs;
  t.ok(tookMs < 5000, `${Math.round(tookMs)} ms for ${Math.round(text.length / 1e6)} MB`);
  const long = `["${'\\\\'.repeat(500_000)}",9007199254740993]`;
  t.strictSame(
    (parse(long) as unknown[])[1],
    '9007199254740993',
    'a string of backslashes is no trap',
  );
});
