import fc from 'fast-check';
import t from 'tap';
import { printJson } from '../../src/cdk/mend.ts';

const countValues = (value: unknown): number =>
  value !== null && typeof value === 'object'
    ? Object.values(value).reduce<number>((sum, inner) => sum + countValues(inner), 1)
    : 1;

t.test('halves of pairs and NUL go from texts and names; all else stays', async () => {
  const units = fc.constantFrom(
    ...[
      'a',
      'é',
      '₹',
      '😀',
      '\ud83d',
      '\ude00',
      '\0',
      '"',
      '\\',
      '\\ud83d',
      '\\u0000',
      '__proto__',
    ],
  );
  const text = fc.array(units, { maxLength: 6 }).map((parts) => parts.join(''));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      ...[text, fc.integer(), fc.constant(null), tie('map'), tie('list')],
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    map: fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  }));
  fc.assert(
    fc.property(value, (given) => {
      const before = JSON.stringify(given);
      const said = new Set<string>();
      const line = printJson(given, (what) => said.add(what));
      const read: unknown = JSON.parse(line);
      const texts = JSON.stringify(read);
      return (
        // What is left are characters and backslashes that the text itself has.
        line.isWellFormed() &&
        !/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/.test(line) &&
        texts === line &&
        JSON.stringify(given) === before &&
        (line !== before) === said.size > 0 &&
        countValues(read) === countValues(given)
      );
    }),
    { numRuns: 1000 },
  );
});

t.test('what becomes of it', async (t) => {
  const said: string[] = [];
  const row = { 'a\0': 'x\0y', b: ['\ud83d', { '\udc00k': 1 }], a: 2, 'a 2': 3, '\0a': 4 };
  const line = printJson(row, (what) => said.push(what));
  t.equal(line, '{"a":"xy","b":["\ufffd",{"\ufffdk":1}],"a 2":2,"a 2 2":3,"a 3":4}');
  t.equal(said.length, 5);
  t.equal(printJson({ said: '\\ud83d' }, t.fail), '{"said":"\\\\ud83d"}', 'a backslash is one');
});
