import fc from 'fast-check';
import t from 'tap';
import {
  fieldsOf,
  ownShape,
  readShape,
  recogniseHeader,
  SHAPES,
  shapesWith,
} from '../../../src/gokwik/files/shapes.ts';

/* Headers as real files have them: copied from the page of facts, not from the shapes. */

const HEADERS: [string, string, string][] = [
  [
    'orders',
    'orders_export',
    'Order Number,Merchant Order ID,Shopify Order Name,Created At,Payment At,Utm Source,Utm Medium,Utm Campaign,Utm Term,Utm Content,Grand Total,Total Discount,Cod Charges,MRP Total,Payment Method,Payment Status,Merchant Order Status,Order Shipment Status,RTO Risk,RTO Score,RTO Remark,AWB Number,Customer Type - Gokwik,Customer Type - Merchant,Billing City,Billing State,Billing Pincode,Shipping Pincode,Customer Name,Customer Phone,Coupon Code,Landing Page,Product Name',
  ],
  [
    'abandoned_checkouts',
    'abandoned_report',
    'ID,Created At,Updated At,Customer Name,Customer Address,Phone Number,Email ID,Line items,Variant title,Abandoned Cart Link,Amount,Discount Total,Drop Stage,Drop Off Reasons,Comment,Utm Source,Utm Campaign,Utm Medium,Discount Code,Origin Referrer,Landing Page,Store Source,Store Platform,Automatic Discount Code,Customer Type - Gokwik,Customer Type - Merchant,MRP Total,Platform,Risk Flag',
  ],
  [
    'abandoned_checkouts',
    'abandoned_report',
    'ID,Customer Name,Phone Number,Email ID,Amount,MRP Total,Discount Total,Abandoned Cart Link,Created At (IST),Drop Stage,Drop Off Reasons,Risk Flag,Utm Source,Customer Address,Line items',
  ],
  [
    'settlements',
    'settlement_report',
    'S. No.,Transaction Type,Payment Id,Order Id,Amount,Currency,Tax,Fee,Additional Fees,Additional Tax,gokwik Deduction,Debit,Credit,Payment Method,Transaction Date,Transaction RRN,Merchant Order Id,Platform Order Id,Shopify Transaction Id,Settlement UTR,Settlement Date,Settled By,Payment Mode,Bank Code,Card Network',
  ],
  [
    'settlements',
    'settlement_report',
    'Upload Date,S. No.,Transaction Type,Payment Id,Order Id,Amount,Currency,Tax,Fee,Additional Fees,Additional Tax,Debit,gokwik Deduction,Credit,Payment Method,Transaction Date,Transaction RRN,Merchant Order Id,Shopify Order Id,Shopify Transaction Id,UTR Number,Settlement Date,Settled By,Payment Mode,Bank Code,Card Network',
  ],
  [
    'settlements',
    'settlement_report',
    'Upload Date,Transaction Type,Payment Id,Amount,Fee,Tax,Debit,Credit,UTR,Settlement Date,Transaction RRN',
  ],
  [
    'payments',
    'transaction_report',
    'Status,Order Number,Amount,Payment ID,Platform order number,Created At,Payment Mode,Payment Method,Payer vpa,Card Last 4 Digits,Payment Provider',
  ],
  [
    'checkout_funnel_daily',
    'funnel_report',
    'Date,Sales Channel,Checkout Started,Address Landed,Payment Step Reached,Payment Method Selected,Sessions Converted',
  ],
  [
    'checkout_funnel_daily',
    'funnel_report',
    'Date,Sales Channel,Utm Source,Utm Medium,Utm Campaign,Checkout Started,Address Landed,Payment Step Reached,Payment Method Selected,Sessions Converted',
  ],
];

for (const [stream, kind, header] of HEADERS) {
  t.test(`${header.slice(0, 40)}… is known in any order, case and spacing`, (t) => {
    const names = header.split(',');
    const spellings = fc.shuffledSubarray(names, { minLength: names.length });
    fc.assert(
      fc.property(spellings, fc.boolean(), (shuffled, upper) => {
        const spelled = shuffled.map((name) =>
          upper ? ` ${name.toUpperCase().replaceAll(' ', '  ')} ` : name.toLowerCase(),
        );
        t.match(recogniseHeader([...spelled, 'Something new']), { kind, stream });
      }),
      { numRuns: 20 },
    );
    t.end();
  });
}

t.test('what lacks a needed column, or has next to nothing else, is none of ours', (t) => {
  for (const shape of SHAPES) {
    for (const field of shape.needs) {
      const without = Object.keys(shape.columns).filter((name) => shape.columns[name] !== field);
      const other = without.filter((name) => name.toLowerCase() !== field.replaceAll('_', ' '));
      t.not(recogniseHeader(other)?.kind, shape.kind, `not without ${field}`);
    }
  }
  t.equal(recogniseHeader(['Payment ID', 'Status', 'Created At']), undefined);
  // Its rows would be newer versions of the payments that they give back.
  const refunds = 'Refund ID,Payment ID,Order Number,Amount,Status,Created At,Payment Mode';
  t.equal(recogniseHeader(refunds.split(',')), undefined, 'a report of refunds');
  const disputes = `Dispute ID,${refunds.replace('Refund ID,', '')},Reason`;
  t.equal(recogniseHeader(disputes.split(',')), undefined, 'a report of chargebacks');
  const settled = HEADERS.find(([stream]) => stream === 'settlements')?.[2] ?? '';
  t.match(recogniseHeader([...settled.split(','), 'Refund Id']), { stream: 'settlements' });
  const people =
    'ID,Created At,Updated At,Customer Name,Customer Address,Phone Number,Email ID,Utm Source,Utm Campaign,Utm Medium,Landing Page,Platform';
  t.equal(recogniseHeader(people.split(',')), undefined, 'a list of people');
  t.end();
});

t.test('a shape of one’s own: an object or a text, its columns before all others', (t) => {
  const given = {
    stream: 'payments',
    columns: { 'Txn Id': 'payment_id', 'Paid On': 'created_at', State: 'status' },
    needs: ['TXN ID'],
    dates: 'month-first',
  };
  for (const shape of [given, JSON.stringify(given)]) {
    const own = readShape(shape, 'files[0].shape');
    t.match(own && ownShape(own), {
      stream: 'payments',
      needs: ['payment_id'],
      ids: ['payment_id'],
      dates: ['created_at'],
    });
    t.match(recogniseHeader(['State', 'Txn Id', 'X'], shapesWith(own)), {
      kind: 'shape',
      order: 'month-first',
    });
  }
  // `probe` suggests names as they stand.
  const columns = { 'Amt (INR)': 'amount', 'At (UTC)': 'created_at', 'At (IST)': 'local_time' };
  const units = readShape({ stream: 'x', columns, needs: ['Amt (INR)'] }, 'files[0].shape');
  t.match(recogniseHeader(['Amt (INR)', 'X'], shapesWith(units)), { kind: 'shape' });
  t.same(['At (UTC)', 'AT (IST)', 'amt'].map(fieldsOf({ columns })), [
    ...['created_at', 'local_time', 'amount'],
  ]);
  const [first] = shapesWith(readShape({ dates: 'month-first' }, 'files[0].shape'));
  t.match(first, { kind: SHAPES[0]?.kind, order: 'month-first' }, 'only how dates are written');
  t.end();
});

const refused: [unknown, RegExp][] = [
  ['{"stream": ', /`files\[0\]\.shape`/],
  [{ columns: { A: 'a' } }, /has columns and no `stream`/],
  [
    { stream: 'x', columns: { A: 'a' }, needs: ['B'] },
    /needs` names “B”, which is none of its columns/,
  ],
  [{ stream: 'X y', columns: { A: 'a' } }, /files\[0\]\.shape\.stream/],
  [{ stream: 'x', columns: { A: 'a b' } }, /files\[0\]\.shape\.columns/],
  [{ dates: 'year-first' }, /files\[0\]\.shape\.dates/],
  [{ date: 'day-first' }, /date/],
];
for (const [given, message] of refused) {
  t.test(`${JSON.stringify(given)} is refused`, (t) => {
    t.throws(() => readShape(given, 'files[0].shape'), { code: 'GK_FILES', message });
    t.end();
  });
}
