import fc from 'fast-check';
import t from 'tap';
import { CSV_SHAPES, compileRows, recogniseHeader } from '../../../src/gokwik/files/shapes.ts';

const [ORDERS] = CSV_SHAPES;
if (!ORDERS) throw new Error('there is no shape');
const AS_OF = Date.UTC(2026, 8, 10);

for (const shape of CSV_SHAPES) {
  t.test(`${shape.title} is known in any order, case and spacing`, (t) => {
    const spellings = fc.shuffledSubarray(Object.keys(shape.columns), {
      minLength: Object.keys(shape.columns).length,
    });
    fc.assert(
      fc.property(spellings, fc.boolean(), (header, upper) => {
        const spelled = header.map((name) =>
          upper ? ` ${name.toUpperCase().replaceAll(' ', '  ')} ` : name.toLowerCase(),
        );
        t.equal(recogniseHeader([...spelled, 'Something new'])?.kind, shape.kind);
      }),
      { numRuns: 30 },
    );
    for (const column of shape.needed) {
      const without = Object.keys(shape.columns).filter((name) => name !== column);
      t.not(recogniseHeader(without)?.kind, shape.kind, `not without ${column}`);
    }
    t.end();
  });
}

t.test('cells go to their fields, unknown columns through, missing ones nowhere', (t) => {
  const header = [
    'MERCHANT ORDER ID',
    'created at',
    'Billing City',
    'Store Credit (₹)',
    'Created At',
    'billing address',
  ];
  const rows = compileRows(header, ORDERS, '+05:30', AS_OF);
  const row = rows.build(
    ["'5123456789012", '9/9/2026 7:23 AM', 'Pune', '12', '1/1/2026', 'MG Road', 'too', 'many'],
    'o.csv:2',
  );
  t.same(row, {
    platform_order_id: '5123456789012',
    created_at: '2026-09-09T01:53:00Z',
    billing_address: { city: 'Pune' },
    billing_address_text: 'MG Road',
    store_credit: '12',
    _source: 'o.csv:2',
    updated_at: '2026-09-09T01:52:59.211161Z',
  });
  const alone = compileRows(['Merchant Order ID', 'Billing Address'], ORDERS, '+05:30', AS_OF);
  t.match(alone.build(['5', 'MG Road'], 's'), { billing_address_text: 'MG Road' });
  t.same(rows.build(['5'], 'o.csv:3'), {
    ...{ platform_order_id: '5', created_at: null, billing_address: null, store_credit: null },
    ...{ billing_address_text: null },
    ...{ _source: 'o.csv:3', updated_at: null },
  });
  t.end();
});

t.test('a row stands before its own stamps, and files stand by their age', (t) => {
  const header = ['Merchant Order ID', 'Created At', 'Payment At'];
  const ages = fc.integer({ min: Date.UTC(2021, 0, 1), max: Date.UTC(2040, 0, 1) });
  fc.assert(
    fc.property(ages, ages, (a, b) => {
      const stampOf = (asOfMs: number): string =>
        String(
          compileRows(header, ORDERS, '+05:30', asOfMs).build(
            ['5', '9/9/2026 7:23 AM', '9/9/2026 7:25 AM'],
            's',
          ).updated_at,
        );
      t.ok(stampOf(a) < '2026-09-09T01:55:00Z' && stampOf(a) > '2026-09-09T01:54:58.999Z');
      // Further apart than a step of their rank.
      if (Math.abs(a - b) > 1_000_000) t.equal(stampOf(a) < stampOf(b), a < b);
    }),
    { numRuns: 100 },
  );
  t.end();
});
