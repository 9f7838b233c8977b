import { deepStrictEqual, doesNotMatch, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { createDraft } from '../../../src/cdk/draft.ts';
import type { Json, JsonObject } from '../../../src/cdk/protocol.ts';
import { parseBody } from '../../../src/gokwik/body.ts';
import { propertiesOf, typesOf } from '../../../src/gokwik/records/declared.ts';
import { objectOf, type RawRow, scanOf } from '../../../src/gokwik/records/raw.ts';
import { STREAM_SCHEMAS } from '../../../src/gokwik/schemas.ts';
import { amounts, emitted, open, stamps, words } from './helpers/hostile.ts';

/* A row that is printed as it came says what the row says that is made an object first, and counts
 * the same anomalies: whatever the fields hold, in whatever order and spelling. */

/** Rows as a page holds them that is not made of objects. */
function scanRows(texts: readonly string[]): RawRow[] {
  const body = parseBody(Buffer.from(`{"data":[${texts.join(',')}],"has_more":false}`), ['data']);
  return (body as { data: RawRow[] }).data;
}

const scalars: Json[] = [
  ...[...stamps, ...amounts, ...words, null, true, false, 0, 5, -7, 5.5, 1_789_000_000],
  ...[1_789_000_000_000, 0.1, 123_456_789_012_345],
];
const loose: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...scalars) },
  fc.constantFrom<Json>([], {}, ['a', null, 5], { city: 'Köln', zip: 5 }, [[1], { a: null }]),
  fc.string({ unit: 'binary' }),
);

/** Mostly what the schema says, but not always. */
function arbitraryOf(schema: JsonObject): fc.Arbitrary<Json> {
  const [type] = typesOf(schema);
  const members = propertiesOf(schema);
  const { items } = schema;
  if (type === 'object') {
    const known = fc.record(
      Object.fromEntries(members.map(([name, inner]) => [name, arbitraryOf(inner)])),
      { requiredKeys: [] },
    );
    return fc.oneof({ weight: 5, arbitrary: known as fc.Arbitrary<Json> }, loose);
  }
  if (type === 'array' && typeof items === 'object') {
    const list = fc.array(arbitraryOf(items as JsonObject), { maxLength: 3 });
    return fc.oneof({ weight: 5, arbitrary: list as fc.Arbitrary<Json> }, loose);
  }
  if (schema.format !== undefined) return fc.oneof(fc.constantFrom(...stamps), loose);
  if (type === 'number') return fc.oneof(fc.constantFrom(...amounts), loose);
  return fc.oneof(fc.constantFrom(...words), loose);
}

/** The text of a row: names in any order, some undeclared, some twice, some flattened. */
function rowTexts(name: string): fc.Arbitrary<string> {
  const { schema, profile } = open(name);
  const aliases = Object.values(profile.aliases ?? {}).flat();
  const known = propertiesOf(schema).map(([field, inner]): [string, fc.Arbitrary<Json>] => [
    field,
    arbitraryOf(inner),
  ]);
  const odd = ['x_new', 'émile', 'a"b', 'constructor', '__proto__', '7', 'shipping_address.city'];
  const others = [...aliases, ...odd].map((field): [string, fc.Arbitrary<Json>] => [field, loose]);
  const member = fc
    .constantFrom(...known, ...known, ...known, ...others)
    .chain(([field, value]) =>
      value.map((made) => `${JSON.stringify(field)}:${JSON.stringify(made)}`),
    );
  const once = fc.uniqueArray(member, { selector: (text) => text.split('":')[0], maxLength: 30 });
  return fc
    .oneof({ weight: 9, arbitrary: once }, fc.array(member, { maxLength: 8 }))
    .map((members) => `{${members.join(', ')}}`);
}

for (const name of Object.keys(STREAM_SCHEMAS)) {
  t.test(`${name}: printed is mapped`, async (t) => {
    let scanned = 0;
    fc.assert(
      fc.property(fc.array(rowTexts(name), { minLength: 1, maxLength: 4 }), (texts) => {
        const [one, other] = [open(name), open(name)];
        // Twice: what a row lacks is remembered for the next one.
        const rows = scanRows(texts.flatMap((text) => [text, text]));
        const draft = createDraft();
        for (const [index, raw] of rows.entries()) {
          if (scanOf(raw)) scanned += 1;
          const printed = one.mapper.print(raw, draft, index % 2 === 1);
          const mapped = other.mapper.map(objectOf(raw));
          doesNotMatch(`${printed.text}`, /[\n\r]/, 'one line');
          strictEqual(emitted(printed, printed.text), emitted(mapped, JSON.stringify(mapped.row)));
        }
        deepStrictEqual(one.anomalies.lines().sort(), other.anomalies.lines().sort());
      }),
      { numRuns: 150 },
    );
    t.ok(scanned > 100);
  });
}

t.test('what a row lacks is its own, also behind one that was given up half-way', async (t) => {
  const { mapper } = open('orders');
  const texts = ['{"moid":"1","total":1}', '{"phone":"2","a\\"b":0}', '{"phone":"3","total":2}'];
  for (const raw of scanRows(texts)) {
    const { row } = mapper.map(objectOf(raw));
    t.strictSame(JSON.parse(`${mapper.print(raw, createDraft(), false).text}`), row);
  }
});

t.test('a cursor of the merchant’s own, in letters of any alphabet', async (t) => {
  const [raw = {}] = scanRows(['{"moid":"é","created_at":"2026-09-09T07:23:34Z"}']);
  for (const cursor of ['geändert_am', 'बदला', 'changed"on']) {
    const { mapper } = open('orders', { cursor: [cursor, 'created_at'] });
    const { row } = mapper.map(objectOf(raw));
    t.equal(row[cursor], '2026-09-09T07:23:34Z');
    t.strictSame(JSON.parse(`${mapper.print(raw, createDraft(), false).text}`), row);
  }
});

t.test('numbers are printed as what they are', async (t) => {
  const { mapper } = open('order_items');
  const [raw = {}] = scanRows([
    '{"quantity": 5.0, "price": "1500.50", "tax": "0.00", "x_new": 7.10}',
  ]);
  const parent = open('orders').mapper.map({ moid: '1' });
  const text = `${mapper.printChild(raw, parent, 0, createDraft()).text}`.replaceAll(' ', '');
  for (const part of ['"quantity":5,', '"price":1500.5,', '"tax":0,', '"x_new":7.10']) {
    t.ok(text.includes(part), part);
  }
});

for (const [child, parent] of [
  ['order_items', 'orders'],
  ['checkout_events', 'checkouts'],
] as const) {
  t.test(`${child}: printed beside its parent is mapped beside it`, async (t) => {
    fc.assert(
      fc.property(rowTexts(parent), fc.array(rowTexts(child), { maxLength: 3 }), (above, texts) => {
        const [one, other] = [open(child), open(child)];
        const [oneParent, otherParent] = [open(parent), open(parent)];
        const [raw = {}] = scanRows([above]);
        const draft = createDraft();
        const printedParent = oneParent.mapper.print(raw, draft, true);
        const mappedParent = otherParent.mapper.map(objectOf(raw));
        for (const [position, row] of scanRows(texts).entries()) {
          const printed = one.mapper.printChild(row, printedParent, position, draft);
          const mapped = other.mapper.mapChild(objectOf(row), mappedParent, position);
          strictEqual(emitted(printed, printed.text), emitted(mapped, JSON.stringify(mapped.row)));
        }
        deepStrictEqual(one.anomalies.lines().sort(), other.anomalies.lines().sort());
      }),
      { numRuns: 150 },
    );
    t.pass('whatever the rows hold');
  });
}
