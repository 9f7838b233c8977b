import fc from 'fast-check';
import t from 'tap';
import type { Json, JsonObject } from '../../../src/cdk/protocol.ts';
import { cleanRow } from '../../../src/gokwik/records/clean.ts';

const ignore = (): void => {};

t.test(
  'halves of pairs and NUL go from values, names and keys of maps; all else stays',
  async () => {
    const units = fc.constantFrom('a', 'é', '₹', '😀', '\ud83d', '\ude00', '\0', '"', '\\');
    const text = fc.array(units, { maxLength: 6 }).map((parts) => parts.join(''));
    const { row } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.integer(),
        fc.constant(null),
        tie('row'),
        tie('list'),
      ),
      list: fc.array(tie('value'), { maxLength: 4 }),
      row: fc.dictionary(text, tie('value'), { maxKeys: 4 }),
    }));
    /** What a strict reader would see: its own way from the printed line. */
    const isStrict = (line: string): boolean =>
      !/\\u0000/.test(line) && !/\\ud[89a-f]/i.test(line) && Buffer.from(line).toString() === line;
    const countValues = (value: Json): number =>
      value !== null && typeof value === 'object'
        ? Object.values(value).reduce<number>((sum, inner) => sum + countValues(inner), 1)
        : 1;
    fc.assert(
      fc.property(row as fc.Arbitrary<JsonObject>, (raw) => {
        const before = JSON.stringify(raw);
        const said = new Set<string>();
        const clean = cleanRow(raw, (what) => said.add(what));
        if (clean === undefined) return false;
        const line = JSON.stringify(clean);
        const isNews = line !== before;
        return (
          isStrict(line) &&
          JSON.stringify(raw) === before &&
          isNews === said.size > 0 &&
          (isNews || clean === raw) &&
          countValues(clean) === countValues(raw)
        );
      }),
      { numRuns: 500 },
    );
  },
);

t.test('what becomes of it', async (t) => {
  const said: string[] = [];
  const row = { 'a\0': 'x\0y', b: ['\ud83d', { '\udc00k': 1 }], a: 2 };
  t.strictSame(
    cleanRow(row, (what) => said.push(what)),
    { a: 'xy', b: ['\ufffd', { '\ufffdk': 1 }], 'a 2': 2 },
  );
  t.equal(said.length, 4);
});

t.test('a row deeper than 128 levels is none', async (t) => {
  const nest = (levels: number): JsonObject =>
    JSON.parse(`${'{"a":'.repeat(levels - 1)}[1]${'}'.repeat(levels - 1)}`) as JsonObject;
  t.ok(cleanRow(nest(128), ignore));
  t.equal(cleanRow(nest(129), ignore), undefined);
  t.equal(cleanRow(nest(20_000), ignore), undefined);
});
