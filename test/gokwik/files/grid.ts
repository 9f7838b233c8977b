import fc from 'fast-check';
import t from 'tap';
import type { DateOrder } from '../../../src/gokwik/files/cells.ts';
import { compileTable, likeness, nameColumns } from '../../../src/gokwik/files/grid.ts';
import { ownShape, recogniseHeader, SHAPES, type Shape } from '../../../src/gokwik/files/shapes.ts';

/* Cells under a header: where they go, and what is no record. */

const AS_OF = Date.UTC(2026, 8, 10);

function tableOf(
  header: readonly string[],
  { shape = recogniseHeader(header), order = 'day-first' as DateOrder, asOfMs = AS_OF } = {},
) {
  const odd: string[] = [];
  if (!shape) throw new Error('the header is of no known kind');
  const count = (what: string) => void odd.push(what);
  const table = compileTable({ header, shape, order, zone: '+05:30', name: 'f', asOfMs, count });
  return { read: (...cells: string[]) => table.read(cells, 's'), odd };
}

const [ORDERS] = SHAPES as readonly [Shape, ...Shape[]];

t.test('cells go to their fields, unknown columns through, missing ones nowhere', (t) => {
  const header = [
    'MERCHANT ORDER ID',
    'created at',
    'Billing City',
    'Store Credit (₹)',
    'Created At',
    'billing address',
  ];
  const { read } = tableOf(header, { shape: ORDERS });
  t.same(
    read("'5123456789012", '9/9/2026 7:23 AM', 'Pune', '12', '1/1/2026', 'MG Road', 'too', 'many'),
    {
      platform_order_id: '5123456789012',
      created_at: '2026-09-09T01:53:00Z',
      billing_address: { city: 'Pune' },
      billing_address_text: 'MG Road',
      store_credit: '12',
      created_at_2: '1/1/2026',
      _source: 's',
      updated_at: '2026-09-09T01:52:59.211161Z',
    },
  );
  t.same(read('5', '9/9/2026'), {
    ...{ platform_order_id: '5', created_at: '2026-09-08T18:30:00Z', billing_address: null },
    ...{ store_credit: null, billing_address_text: null, created_at_2: null },
    ...{ _source: 's', updated_at: '2026-09-08T18:29:59.211161Z' },
  });
  t.end();
});

t.test('a row stands before its own stamps, and files stand by their age', (t) => {
  const header = ['Merchant Order ID', 'Created At', 'Payment At'];
  const ages = fc.integer({ min: Date.UTC(2026, 8, 9), max: Date.UTC(2040, 0, 1) });
  fc.assert(
    fc.property(ages, ages, (a, b) => {
      const stampOf = (asOfMs: number): string =>
        String(
          tableOf(header, { shape: ORDERS, asOfMs }).read(
            '5',
            '9/9/2026 7:23 AM',
            '9/9/2026 7:25 AM',
          )?.updated_at,
        );
      t.ok(stampOf(a) < '2026-09-09T01:55:00Z' && stampOf(a) > '2026-09-09T01:54:58.999Z');
      // Further apart than a step of their rank.
      if (Math.abs(a - b) > 1_000_000) t.equal(stampOf(a) < stampOf(b), a < b);
    }),
    { numRuns: 100 },
  );
  t.end();
});

const HEADER =
  'Order Number,Merchant Order ID,Created At,Grand Total,Payment Method,Payment Status,Merchant Order Status,RTO Risk,Customer Name,Customer Phone,Product Name,AWB Number'.split(
    ',',
  );
const ROW = [
  '7',
  '5123',
  '13/9/2026 7:23 AM',
  '2,598.00',
  'cod',
  '',
  '',
  '',
  'Asha',
  '',
  'Kurta',
  '',
];

t.test('totals, notes, blanks and a header again are no records, and are counted', (t) => {
  const { read, odd } = tableOf(HEADER);
  t.match(read(...ROW), { platform_order_id: '5123', total: '2,598.00' });
  t.match(read(...ROW.with(2, '').with(8, '').with(10, '')), {
    platform_order_id: '5123',
    total: '2,598.00',
  });
  t.same(odd, [], 'an order whose date is blank is an order');
  const others: [string, string[]][] = [
    ['Total', ['Total', '', '', '2,598.00', '', '', '', '', '', '', '', '']],
    [
      'Total with a count in place of an id',
      ['Total', '2', '', '2,598.00', '', '', '', '', '', '', '', ''],
    ],
    ['Total in place of a date', ['', '', 'Grand Total:', '2598', '', '', '', '', '', '', '', '']],
    ['Total of a sheet', ['', '', '', '2598', '', '', '', '', '', '', '', '']],
    ['a note', ['* amounts in rupees', '', '', '', '', '', '', '', '', '', '', '']],
    ['a note at the side', ['', '', '', '', '', '', '', '', '', '', '', 'checked']],
    ['Total with a date', ['Grand Total', '10/9/2026', '', '2598', '', '', '', '', '', '', '', '']],
    ['a count beside an id', ['Total orders', '12', '', '2598', '', '', '', '', '', '', '', '']],
    ['a count below', ['Total orders', '12']],
    ['a sum below', ['Paid', '2,598.00']],
    ['a count', ['12', '', '', '', '', '', '', '', '', '', '', '']],
    ['blank', ['', '', '', ' ', 'NA', '-', '', '', '', '', '', '']],
    ['the header', HEADER.map((name) => name.toUpperCase())],
  ];
  for (const [name, cells] of others) {
    odd.length = 0;
    t.equal(read(...cells), undefined, name);
    const what = name === 'the header' ? /^a header that stands again/ : /^a (row|blank).*/;
    t.match(odd, [what], name);
    t.match(odd, [/was left out$/], name);
    t.equal(odd.length, 1);
  }
  t.end();
});

t.test('a merchant’s own key may be a name, and needs no date', (t) => {
  const columns = { City: 'city', Zone: 'zone', Days: 'days' };
  const shape = ownShape({ stream: 'zones', columns, needs: ['City'] });
  const { read, odd } = tableOf(Object.keys(columns), { shape: shape as Shape });
  t.match(read('Pune', 'West', '2'), { city: 'Pune', zone: 'West' });
  t.equal(read('', 'West', '2'), undefined);
  t.equal(read('Total', '', '4'), undefined);
  t.same(odd.length, 2);
  t.end();
});

t.test('dates that nobody can read are null, and a sentence names file and column', (t) => {
  const { read, odd } = tableOf(HEADER);
  t.match(read(...ROW.with(2, '########')), { platform_order_id: '5123', created_at: null });
  t.match(odd, [/^dates of column “Created At” of f are in no known spelling and are null/]);
  t.end();
});

t.test('an id that a spreadsheet rounded leaves its row, and a sentence with the way out', (t) => {
  const { read, odd } = tableOf(HEADER);
  const rounded = (name: string) => read(...ROW.with(1, '5.81235E+12').with(8, name));
  t.match(rounded('A'), { platform_order_id: null, customer_name: 'A' });
  t.match(rounded('B'), { platform_order_id: null, customer_name: 'B' });
  t.match(odd, [
    /column “Merchant Order ID” of f were rounded by a spreadsheet.*Export the file anew/,
    /./,
  ]);
  t.end();
});

t.test('what a spreadsheet lost is null in every column, and told', (t) => {
  const { read, odd } = tableOf(HEADER);
  for (const lost of ['9.8E+09', '#REF!', '########', '=VLOOKUP(A2,B:C,2,0)']) {
    odd.length = 0;
    t.match(read(...ROW.with(9, lost)), { platform_order_id: '5123', phone: null });
    t.match(odd, [/^cells of column “Customer Phone” of f were rounded .* and are null/]);
  }
  t.end();
});

t.test('a word is no id of ours, and no two rows become one by it', (t) => {
  const { read, odd } = tableOf(HEADER);
  for (const word of ['COD', 'Cancelled', 'refer mail', 'On Hold', 'Loading...', 'रद्द']) {
    odd.length = 0;
    t.match(read(...ROW.with(1, word)), { platform_order_id: null, total: '2,598.00' });
    t.match(odd, [/^a word stands for an id in column “Merchant Order ID” of f, and is null/]);
  }
  odd.length = 0;
  for (const id of ['pay_AbCdEfGhIjKlMn', 'KwikAbCdEf', 'a-1']) {
    t.match(read(...ROW.with(1, id)), { platform_order_id: id });
  }
  t.same(odd, []);
  t.end();
});

t.test('no cell is ever in a sentence', (t) => {
  const cell = fc.oneof(
    fc.constantFrom('Asha Rao', '9876543210', '5.8E+12', '1/1/1970', '31/31/2026', 'NA', ''),
    fc.string({ maxLength: 10 }),
  );
  const header = ['Merchant Order ID', 'Created At', 'Customer Name', 'Customer Phone'];
  const { read, odd } = tableOf(header, { shape: ORDERS });
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 6 }), (cells) => {
      odd.length = 0;
      read(...cells);
      const quiet = [read, ...odd].slice(1).join('\n');
      for (const text of cells) {
        if (text.length > 8 && quiet.includes(text)) t.fail(quiet);
      }
      t.notMatch(quiet, /Asha|98765/);
    }),
    { numRuns: 300 },
  );
  t.end();
});

const SETTLEMENT =
  'Transaction Type,Payment Id,Settlement UTR,Debit,Credit,Amount,Fee,Tax,Transaction RRN,Settlement Date,Transaction Date'.split(
    ',',
  );
t.test('the n-th of otherwise equal lines has its number; blank and 0 are one', (t) => {
  const { read } = tableOf(SETTLEMENT);
  const dates = ['14/9/2026', '13/9/2026'];
  t.equal(read('Payment', 'p', 'U', '', '5', '5', '0', '0', '', ...dates)?.occurrence, undefined);
  t.equal(read('payment ', 'p', 'U', '0', '5.00', '5', '0', '0', 'NA', ...dates)?.occurrence, 2);
  t.equal(read('PAYMENT', 'p', 'U', '0.00', '₹ 5', '5', '0', '0', '-', ...dates)?.occurrence, 3);
  t.equal(read('Refund', 'p', 'U', '5', '', '5', '0', '0', '', ...dates)?.occurrence, undefined);
  const refund = read('Refund', 'q', 'U', '5', '0', '5', '0', '0', '', '', '9/9/2026');
  t.match(
    refund?.updated_at,
    /^2026-09-08T18:29:59/,
    'without a settlement date: the transaction’s',
  );
  t.same(['0', '0.00', '', '-0', ' '].map(likeness), ['', '', '', '', '']);
  t.same([likeness('1,299.50'), likeness('₹1299.5'), likeness('1299.50')], Array(3).fill('1299.5'));
  t.end();
});

t.test('a stamp far from the file’s own moment is told, and decides no version', (t) => {
  const { read, odd } = tableOf(HEADER);
  const row = read(...ROW.with(2, '13/9/2062 7:23 AM'));
  t.match(row, { created_at: '2062-09-13T01:53:00Z', updated_at: '2026-09-10T00:00:00Z' });
  t.match(odd, [/column “Created At” of f lies far outside what is plausible/]);
  t.end();
});

t.test('an `updated_at` of its own is the version up to a day after the file', (t) => {
  const header = ['Merchant Order ID', 'Created At', 'Updated At'];
  const shape = { ...ORDERS, dates: ['created_at', 'updated_at'] };
  const versionOf = (stamp: string) => {
    const { read, odd } = tableOf(header, { shape });
    return [read('5', '9/9/2026 7:23 AM', stamp)?.updated_at, odd.length];
  };
  t.same(versionOf('10/9/2026 7:23 AM'), ['2026-09-10T01:53:00Z', 0]);
  t.same(versionOf('11/9/2026 5:30 AM'), ['2026-09-11T00:00:00Z', 0]);
  const [version, told] = versionOf('11/9/2026 5:31 AM');
  t.match(version, /^2026-09-09T01:52:59\./, 'then it is by the dates that can be');
  t.equal(told, 1);
  t.end();
});

t.test('the funnel by marketing parameters is another thing than the day’s', (t) => {
  const day = 'Date,Sales Channel,Checkout Started,Address Landed,Payment Step Reached'.split(',');
  t.match(tableOf(day).read('13/9/2026', 'web', '9', '8', '7'), {
    ...{ date: '2026-09-12T18:30:00Z', sales_channel: 'web', breakdown: undefined },
  });
  const by = [...day, 'Utm Source'];
  t.match(tableOf(by).read('13/9/2026', 'web', '9', '8', '7', 'google'), {
    breakdown: 'marketing',
    utm_source: 'google',
  });
  const { read, odd } = tableOf(day);
  t.equal(read('13/9/2026', 'Total', '9', '8', '7'), undefined, 'the sum of a day is none of it');
  t.match(odd, [/was left out$/]);
  t.end();
});

t.test('times are of the zone that stands behind the name of their column', (t) => {
  for (const [zone, stamp] of [
    [' (UTC)', '2026-09-13T07:23:00Z'],
    [' GMT', '2026-09-13T07:23:00Z'],
    [' - IST', '2026-09-13T01:53:00Z'],
    [' [GMT+05:30]', '2026-09-13T01:53:00Z'],
    ['', '2026-09-13T01:53:00Z'],
  ] as const) {
    const { read } = tableOf(HEADER.with(2, `Created At${zone}`));
    t.match(read(...ROW.with(2, '13/9/2026 7:23 AM')), { created_at: stamp }, zone);
  }
  t.equal(recogniseHeader(HEADER.with(2, 'Created At (PST)')), undefined);
  t.end();
});

t.test('columns without a name, and two of one name, are columns', (t) => {
  const targets = nameColumns(['Order Number', '', 'Tag', 'Tag', '₹'], ORDERS);
  t.same(
    targets.map(({ name }) => name),
    ['order_number', 'column_2', 'tag', 'tag_2', 'column_5'],
  );
  t.end();
});
