import fc from 'fast-check';
import t from 'tap';
import { isJsonObject } from '../../src/cdk/json.ts';
import { parseBody } from '../../src/gokwik/body.ts';
import { objectOf, type RawRow, scanOf } from '../../src/gokwik/records/raw.ts';
import { parseJson } from '../../src/http/json.ts';

/* A body whose rows stay text is the body all the same. */

const PATHS = ['data.carts', 'carts', 'data'];

/** With its rows made objects, wherever they are. */
function whole(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(whole);
  if (!isJsonObject(value)) return value;
  if (scanOf(value as RawRow)) return objectOf(value as RawRow);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, whole(inner)]));
}

const rows = fc.array(
  fc.oneof({ weight: 9, arbitrary: fc.object({ maxDepth: 2 }) }, fc.jsonValue()),
  {
    maxLength: 4,
  },
);
const bodies = fc.oneof(
  fc.record({ data: rows, total: fc.nat(), note: fc.string({ unit: 'binary' }) }),
  fc.record({ data: fc.record({ carts: rows, next: fc.string() }) }),
  fc.record({ carts: rows, data: fc.jsonValue() }),
  rows,
  fc.jsonValue(),
);

t.test('the body that the usual parser gives', async (t) => {
  fc.assert(
    fc.property(bodies, (body) => {
      const bytes = Buffer.from(JSON.stringify(body));
      t.strictSame(whole(parseBody(bytes, PATHS)), whole(parseJson(bytes)));
    }),
  );
});

t.test('rows stay text, and are found where the profile says', async (t) => {
  const at = (text: string, paths: readonly string[]): unknown[] => {
    const body = parseBody(Buffer.from(text), paths) as Record<string, RawRow[]>;
    return (body.data ?? []).map((row) => [scanOf(row) !== undefined, objectOf(row)]);
  };
  t.strictSame(at('{"data":[{"id":"é"}, {"id":2}]}', PATHS), [
    [true, { id: 'é' }],
    [true, { id: 2 }],
  ]);
  const big = '{"data":[{"id":12345678901234567890}]}';
  t.strictSame(at(big, PATHS), [[false, { id: '12345678901234567890' }]], 'digits of an id stay');
  const twice = '{"data":[{"id":1}],"data":[{"id":2}]}';
  t.strictSame(at(twice, PATHS), [[true, { id: 2 }]], 'the last of two lists');
  const coded = '{"data":[{"id":1}],"d\\u0061ta":[{"id":2}]}';
  t.strictSame(at(coded, PATHS), [[false, { id: 2 }]], 'in whatever spelling');
  t.strictSame(at('{"data":[{"id":1},7]}', PATHS)[0], [false, { id: 1 }]);
  for (const text of ['{"data":[{"id":1}', '', '{"data":[{"id":tru}]}']) {
    t.throws(() => parseBody(Buffer.from(text), PATHS), text);
  }
});
