import { doesNotThrow } from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { type Scan, scanJson } from '../../src/http/scan.ts';

/* Whatever is taken for JSON is JSON, and the places are those of its values: the usual parser says
 * so of every text, good or spoilt. */

const spaced = (text: string, spaces: readonly number[]): string => {
  let at = 0;
  // Between tokens only: strings are left as they are.
  return text.replace(/"(?:[^"\\]|\\.)*"|[[\]{},:]/g, (token) => {
    at += 1;
    return ' '.repeat(spaces[at % (spaces.length || 1)] ?? 0) + token;
  });
};

const strings = fc.oneof(fc.string(), fc.string({ unit: 'binary' }));
const values = fc.object({
  key: strings,
  values: [
    strings,
    fc.integer(),
    fc.integer({ min: -99_999, max: 99_999 }).map((paise) => paise / 100),
    fc.boolean(),
    fc.constant(null),
  ],
});

const texts = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: values }, fc.jsonValue({ maxDepth: 4 })),
    fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 5 }),
    fc.boolean(),
  )
  .map(([value, spaces, escaped]) => {
    const text = JSON.stringify(value);
    const ascii = text.replace(
      /[^\0-\x7f]/g,
      (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    return spaced(escaped ? ascii : text, spaces);
  });

/** The values of a scan in their order, names too, each parsed from its place. */
const valuesOf = ({ codes, spans }: Scan): unknown[] =>
  Array.from({ length: spans.length / 2 - 1 }, (_, index) =>
    JSON.parse(codes.toString('utf8', spans[index * 2], spans[index * 2 + 1])),
  );

/** The same of the value itself. */
function listValues(value: unknown): unknown[] {
  if (Array.isArray(value)) return [value, ...value.flatMap(listValues)];
  if (typeof value !== 'object' || value === null) return [value];
  return [value, ...Object.entries(value).flatMap(([name, inner]) => [name, ...listValues(inner)])];
}

t.test('the places are those of the values', async (t) => {
  let scanned = 0;
  fc.assert(
    fc.property(texts, (text) => {
      const scan = scanJson(Buffer.from(text));
      if (scan === undefined) return;
      scanned += 1;
      const end = scan.spans.slice(-2);
      t.strictSame([...end], [scan.codes.length, scan.codes.length]);
      const value = JSON.parse(text);
      // Names that are numbers come first in an object, whatever their order in the text.
      const sorted = (values: unknown[]): string[] => values.map((v) => JSON.stringify(v)).sort();
      t.strictSame(sorted(valuesOf(scan)), sorted(listValues(value)));
    }),
    { numRuns: 500 },
  );
  t.ok(scanned > 250, 'nearly all of it is scanned');
});

t.test('what a spoilt text is taken for, the parser takes it for too', async (t) => {
  let taken = 0;
  const edits = fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'"\\{}[],:.-+019eEtnu \n\t\0é')), {
    minLength: 1,
    maxLength: 3,
  });
  fc.assert(
    fc.property(texts, edits, fc.nat(), (text, changes, cut) => {
      const letters = [...text];
      for (const [at, letter] of changes) letters[at % letters.length] = letter;
      const spoilt = letters.join('').slice(0, cut % 7 === 0 ? cut % letters.length : undefined);
      const scan = scanJson(Buffer.from(spoilt));
      if (scan === undefined) return;
      taken += 1;
      doesNotThrow(() => JSON.parse(spoilt));
      doesNotThrow(() => valuesOf(scan));
    }),
    { numRuns: 3000 },
  );
  t.ok(taken > 50, 'some of it is still JSON');
});

t.test('what a double, a line or a stack cannot hold is for the usual parser', async (t) => {
  const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
  const refused = [
    ...['[1234567890123456]', '[-1234567890123456]', '[1e3]', '[1E-3]', '[-0]', '[01]', '[.5]'],
    ...[
      '[1.]',
      '[-]',
      '{"a":1\n}',
      '[1,\t2]',
      deep(65),
      '',
      ' ',
      '[1] x',
      '{"a"}',
      '{"a":}',
      '{,}',
    ],
    ...['[1,]', '{"a":1,}', '[nul]', '[nulll]', '["\t"]', '["\\x"]', '["\\u12g4"]', '["', '{a:1}'],
  ];
  for (const text of refused) t.equal(scanJson(Buffer.from(text)), undefined, text);
  t.equal(scanJson(Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d])), undefined, 'no UTF-8');
  const taken = [
    '[123456789012345]',
    '[-0.5]',
    '[0.30000000000000004]',
    deep(64),
    '[]\r\n',
    ' {} ',
  ];
  for (const text of taken) t.ok(scanJson(Buffer.from(text)), text);
});

t.test('millions of values', async (t) => {
  const most = 2 * 1024 * 1024;
  t.ok(scanJson(Buffer.from(`[${'1,'.repeat(most / 2)}1]`)));
  t.equal(scanJson(Buffer.from(`[${'1,'.repeat(most * 3)}1]`)), undefined);
});

t.test('a text larger than all before', async (t) => {
  const value = Array.from({ length: 30_000 }, (_, index) => ({ index, list: [index, 'x'] }));
  const scan = scanJson(Buffer.from(JSON.stringify(value)));
  t.strictSame(scan && valuesOf(scan).length, listValues(value).length);
  t.strictSame(scan && valuesOf(scan)[0], value);
});
