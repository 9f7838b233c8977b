import { type Case, line, order, payment, refund } from './case.ts';

const back = (number: number, own = {}) =>
  line(number, {
    transaction_type: 'Refund',
    amount: 1000,
    fee: 0,
    tax: 0,
    gokwik_deduction: 0,
    credit: 0,
    debit: 1000,
    ...own,
  });
/** A payment of the last day: settlements tell up to here. */
const newest = line(99, { settlement_date: '2026-05-20T06:00:00Z', settlement_utr: 'UTR9' });
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

export const MONEY: readonly Case[] = [
  {
    name: 'money: whether what is due came, by line, deduction and refund',
    raw: {
      orders: numbers(1, 18)
        .map((number) => order(number))
        .concat([order(99)]),
      payments: [
        ...numbers(1, 11).map((number) => payment(number)),
        payment(13, { amount: 0 }),
        ...numbers(14, 18).map((number) => payment(number)),
        payment(99),
        // Not in any order that is here, though orders of its day are.
        payment(50),
        // Newer than any order that is here: nothing can be said yet.
        payment(51, { created_at: '2026-05-19T06:00:00Z' }),
      ],
      settlements: [
        line(1),
        line(2, { gokwik_deduction: 10, credit: 966.4 }),
        line(3, { credit: 900 }),
        line(4, { credit: 990 }),
        line(5),
        line(5, { settlement_utr: 'UTR2', settlement_date: '2026-05-05T06:00:00Z' }),
        line(6, { credit: 676.4 }),
        line(7),
        line(8),
        back(8, { settlement_utr: null, settlement_date: null }),
        // 12: no payment here, found by the name that the shop shows, in the wrong column.
        line(12, {
          payment_id: 'pay-12',
          order_id: null,
          merchant_order_id: '#s12',
          platform_order_id: '0',
        }),
        line(14, { amount: 600, fee: 12, tax: 2.16, gokwik_deduction: 14.16, credit: 585.84 }),
        line(14, { amount: 400, fee: 8, tax: 1.44, gokwik_deduction: 9.44, credit: 390.56 }),
        line(15, { credit: 976 }),
        line(16),
        line(17, { payment_id: 'NA', order_id: '-', platform_order_id: 'nan' }),
        back(18, { payment_id: 'rfnd-18', debit: 300, amount: 300 }),
        line(18),
        line(50),
        newest,
      ],
      refunds: [
        refund(6, { amount: 300 }),
        refund(7, { amount: 400, created_at: '2026-05-10T06:00:00Z' }),
        refund(8),
        refund(10),
        refund(11, { amount: 250 }),
        refund(16, { amount: 700 }),
        refund(16, { record_key: 'second', refund_id: 'second', amount: 700 }),
        refund(18, { amount: 300, payment_id: null }),
      ],
    },
    says: [
      [
        'settlement_reconciliation',
        'payment_id, order_key, finding',
        [
          'pay-1 | KWIK1 | matched',
          'pay-2 | KWIK2 | matched',
          'pay-3 | KWIK3 | short paid',
          'pay-4 | KWIK4 | overpaid',
          'pay-5 | KWIK5 | settled twice',
          'pay-6 | KWIK6 | matched',
          'pay-7 | KWIK7 | refund not settled yet',
          'pay-8 | KWIK8 | matched',
          'pay-9 | KWIK9 | not settled yet',
          'pay-10 | KWIK10 | matched',
          'pay-11 | KWIK11 | not settled yet',
          'pay-12 | KWIK12 | matched',
          'pay-13 | KWIK13 | -',
          'pay-14 | KWIK14 | matched',
          'pay-15 | KWIK15 | matched',
          'pay-16 | KWIK16 | refunded more than paid',
          'pay-17 | KWIK17 | matched',
          'pay-18 | KWIK18 | matched',
          'pay-50 | - | unknown order',
          'pay-51 | - | -',
          'pay-99 | KWIK99 | matched',
        ],
      ],
      [
        'settlement_findings',
        'finding, payment_id, order_key, rupees',
        [
          'not settled yet | pay-11 | KWIK11 | 750',
          'not settled yet | pay-9 | KWIK9 | 1000',
          'overpaid | pay-4 | KWIK4 | 13.6',
          'refund not settled yet | pay-16 | KWIK16 | 1400',
          'refund not settled yet | pay-7 | KWIK7 | 400',
          'refunded more than paid | pay-16 | KWIK16 | 400',
          'settled twice | pay-5 | KWIK5 | 976.4',
          'short paid | pay-3 | KWIK3 | 76.4',
          'unknown order | pay-50 | - | 976.4',
        ],
      ],
    ],
  },
  {
    name: 'money: a refund in two parts over two payouts, and a payment that was captured in part',
    raw: {
      orders: [order(1), order(2), order(3), order(99)],
      payments: [
        payment(1),
        payment(2),
        payment(3, { amount: 600, status: 'Partially Captured' }),
        payment(99),
      ],
      settlements: [
        line(1),
        back(1, { debit: 400, amount: 400, settlement_utr: 'UTR2' }),
        back(1, { debit: 350, amount: 350, settlement_utr: 'UTR3' }),
        line(2),
        back(2, { debit: 400, amount: 400, settlement_utr: 'UTR2' }),
        line(3, { amount: 600, fee: 12, tax: 2.16, gokwik_deduction: 14.16, credit: 585.84 }),
        newest,
      ],
      refunds: [1, 2].flatMap((number) =>
        [400, 350].map((amount) =>
          refund(number, {
            ...{ record_key: `${number}-${amount}`, refund_id: `${number}-${amount}`, amount },
            created_at: '2026-05-04T06:00:00Z',
          }),
        ),
      ),
    },
    says: [
      [
        'settlement_reconciliation',
        'payment_id, captured_rupees, refunded_rupees, finding',
        [
          'pay-1 | 1000 | 750 | matched',
          'pay-2 | 1000 | 750 | refund not settled yet',
          'pay-3 | 600 | 0 | matched',
          'pay-99 | 1000 | 0 | matched',
        ],
      ],
      [
        'settlement_findings',
        'finding, payment_id, rupees',
        ['refund not settled yet | pay-2 | 350'],
      ],
    ],
  },
  {
    name: 'money: a stream without rows gives no finding, and what lags behind is not late',
    raw: { orders: [order(1), order(2)], payments: [payment(1), payment(2)] },
    says: [
      [
        'settlement_reconciliation',
        'payment_id, finding, not_checked',
        ['pay-1 | - | no settlements', 'pay-2 | - | no settlements'],
      ],
      ['settlement_findings', 'finding', []],
    ],
  },
  {
    name: 'money: an order is not unknown where the payment has no id that orders have',
    raw: {
      orders: [order(1, { request_id: null }), order(2, { request_id: null })],
      payments: [
        payment(1),
        payment(3, { moid: null, gokwik_oid: null, merchant_reference_id: 'req-2' }),
      ],
      settlements: [line(1)],
    },
    says: [
      [
        'settlement_reconciliation',
        'payment_id, finding, not_checked',
        ['pay-1 | matched | -', 'pay-3 | - | no order id in common'],
      ],
    ],
  },
  {
    name: 'money: nothing is due before the newest payout, and a stamp a year ahead is no payout',
    raw: {
      orders: [order(1), order(2, { updated_at: '2027-05-02T06:00:00Z' })],
      payments: [payment(1, { status: 'SUCCESS' }), payment(2)],
      settlements: [
        line(2, { settlement_date: '2026-05-04T06:00:00Z' }),
        line(2, {
          transaction_type: 'Adjustment',
          amount: 0,
          fee: 0,
          tax: 0,
          gokwik_deduction: 0,
          credit: 0,
          settlement_date: '2027-05-04T06:00:00Z',
        }),
      ],
    },
    says: [['settlement_reconciliation', 'payment_id, finding', ['pay-1 | -', 'pay-2 | matched']]],
  },
  {
    name: 'money: a payout that was taken back, debits for later refunds, and ids from a spreadsheet',
    raw: {
      orders: numbers(1, 5).map((number) => order(number)),
      payments: numbers(1, 4).map((number) => payment(number)),
      settlements: [
        // Paid out twice; the second was taken back.
        line(1),
        line(1, { settlement_utr: 'UTR2' }),
        back(1, { transaction_type: 'Payment Reversal', amount: 976.4, debit: 976.4 }),
        // Paid out twice and refunded in full: that takes nothing back.
        line(2),
        line(2, { settlement_utr: 'UTR2' }),
        back(2),
        // 300 were kept back from the payout, 200 given back later have a line of their own.
        line(3, { credit: 676.4 }),
        back(3, { amount: 200, debit: 200, settlement_date: '2026-05-10T06:00:00Z' }),
        line(4, {
          payment_id: null,
          order_id: null,
          merchant_order_id: '4.0',
          platform_order_id: 'na',
        }),
        line(5, { settlement_date: '2026-05-20T06:00:00Z', settlement_utr: 'UTR9' }),
      ],
      refunds: [
        refund(2),
        refund(3, { amount: 300 }),
        refund(3, {
          record_key: 'later',
          refund_id: 'later',
          amount: 200,
          created_at: '2026-05-08T06:00:00Z',
        }),
      ],
    },
    says: [
      [
        'settlement_reconciliation',
        'payment_id, order_key, finding',
        [
          'pay-1 | KWIK1 | matched',
          'pay-2 | KWIK2 | settled twice',
          'pay-3 | KWIK3 | matched',
          'pay-4 | KWIK4 | matched',
          'pay-5 | KWIK5 | matched',
        ],
      ],
      ['settlement_findings', 'finding, payment_id, rupees', ['settled twice | pay-2 | 976.4']],
    ],
  },
  {
    name: 'money: a refund is found by any id of its order, and done in any words',
    raw: {
      orders: numbers(1, 7)
        .map((number) => order(number))
        .concat([order(99)]),
      payments: [...numbers(1, 6), 99].map((number) => payment(number)),
      settlements: [...numbers(1, 6).map((number) => line(number)), newest],
      refunds: [
        refund(1, { payment_id: null, platform_order_id: '#S1', amount: 100 }),
        refund(2, { payment_id: null, platform_order_id: null, gokwik_oid: 'kwik2', amount: 200 }),
        // The payment tells, where the order that is named is not here.
        refund(3, { platform_order_id: '777', amount: 300, status: 'Refund Processed' }),
        refund(4, { status: 'CREDITED', amount: 400 }),
        refund(5, { status: 'Will be credited in 5 days', amount: 500 }),
        refund(6, { status: 'refund failed', amount: 600 }),
        // One of its ids is of nothing that is here.
        refund(7, { payment_id: 'pay-x', platform_order_id: '778', moid: '7.0', amount: 700 }),
      ],
    },
    says: [
      [
        'orders',
        'order_key, refunded_rupees',
        [
          'KWIK1 | 100',
          'KWIK2 | 200',
          'KWIK3 | 300',
          'KWIK4 | 400',
          'KWIK5 | 0',
          'KWIK6 | 0',
          'KWIK7 | 700',
          'KWIK99 | 0',
        ],
      ],
      [
        'settlement_findings',
        'finding, payment_id, rupees',
        [
          'refund not settled yet | pay-1 | 100',
          'refund not settled yet | pay-2 | 200',
          'refund not settled yet | pay-3 | 300',
          'refund not settled yet | pay-4 | 400',
        ],
      ],
    ],
  },
  {
    name: 'money: a payout under an id that nobody knows is of the only payment of its order',
    raw: {
      orders: [1, 2, 3, 4, 5, 99].map((number) => order(number)),
      payments: [
        ...[1, 2, 3, 4, 99].map((number) => payment(number)),
        payment(5, { amount: 600 }),
        payment(5, { record_key: 'rest', payment_id: 'rest', amount: 400 }),
      ],
      settlements: [
        line(1, { payment_id: 'strange-1' }),
        back(1, { payment_id: 'strange-1', debit: 300, amount: 300 }),
        // Its payment has a payout of its own: this is of another.
        line(2),
        line(2, { payment_id: 'strange-2' }),
        // Of two, the one that is worth as much.
        line(3, {
          payment_id: 'strange-3',
          amount: 200,
          fee: 0,
          tax: 0,
          gokwik_deduction: 0,
          credit: 200,
        }),
        line(3, { payment_id: 'stranger-3' }),
        // The same id on lines of two orders.
        line(4, { payment_id: 'strange-1', credit: 900 }),
        // Two payments: nobody tells which.
        line(5, { payment_id: 'strange-5' }),
        newest,
      ],
      refunds: [refund(1, { amount: 300 })],
    },
    says: [
      [
        'settlement_reconciliation',
        'payment_id, order_key, finding, credit_rupees',
        [
          'pay-1 | KWIK1 | matched | 976.4',
          'pay-2 | KWIK2 | matched | 976.4',
          'pay-3 | KWIK3 | matched | 976.4',
          'pay-4 | KWIK4 | short paid | 900',
          'pay-5 | KWIK5 | not settled yet | -',
          'pay-99 | KWIK99 | matched | 976.4',
          'rest | KWIK5 | not settled yet | -',
          'strange-2 | KWIK2 | matched | 976.4',
          'strange-3 | KWIK3 | matched | 200',
          'strange-5 | KWIK5 | matched | 976.4',
        ],
      ],
    ],
  },
  {
    name: 'money: lines that name neither payment nor order are no payment together',
    raw: {
      orders: [order(1)],
      payments: [payment(1)],
      settlements: ['a', 'b'].map((record_key) =>
        line(1, {
          record_key,
          payment_id: null,
          order_id: '-',
          merchant_order_id: ' ',
          platform_order_id: '0',
        }),
      ),
    },
    says: [
      [
        'settlement_reconciliation where not is_captured',
        'reconciliation_key, gross_rupees, finding',
        ['line a | 1000 | matched', 'line b | 1000 | matched'],
      ],
    ],
  },
  {
    name: 'money: a number with its sign is the name that the shop shows, whoever names it',
    raw: {
      // What the second shows is the number of the first.
      orders: [order(1, { shopify_order_name: '#9' }), order(2, { shopify_order_name: '#1' })],
      settlements: [
        line(1, {
          payment_id: 'x',
          order_id: null,
          merchant_order_id: '#1',
          platform_order_id: null,
        }),
        line(2, {
          payment_id: 'y',
          order_id: null,
          merchant_order_id: '1',
          platform_order_id: null,
        }),
      ],
      refunds: [refund(2, { payment_id: null, platform_order_id: '#1', amount: 10 })],
      shipments: [
        { record_key: 'awb-1', awb: 'awb-1', order_id: '#1', status: 'rto_delivered' },
        { record_key: 'awb-2', awb: 'awb-2', order_id: '1', status: 'delivered' },
      ],
    },
    says: [
      ['settlement_reconciliation', 'payment_id, order_key', ['x | KWIK2', 'y | KWIK1']],
      [
        'orders',
        'order_key, refunded_rupees, outcome',
        ['KWIK1 | 0 | delivered', 'KWIK2 | 10 | rto'],
      ],
    ],
  },
  {
    name: 'money: what one merchant names is no order of another',
    raw: {
      orders: [
        order(1, { merchant: 'A' }),
        order(2, { merchant: 'B' }),
        order(3, { merchant: 'B', updated_at: '2026-05-09T06:00:00Z' }),
      ],
      settlements: [
        line(1, { payment_id: 'own', merchant: 'A' }),
        line(1, { payment_id: 'foreign', merchant: 'B' }),
        line(1, { payment_id: 'unlabelled' }),
      ],
      shipments: [{ record_key: 'x', awb: 'x', order_id: '1', status: 'rto', merchant: 'B' }],
    },
    says: [
      [
        'settlement_reconciliation',
        'payment_id, order_key, finding',
        ['own | KWIK1 | matched', 'foreign | - | unknown order', 'unlabelled | KWIK1 | matched'],
      ],
      [
        'orders',
        'order_key, outcome',
        ['KWIK1 | not_shipped', 'KWIK2 | not_shipped', 'KWIK3 | not_shipped'],
      ],
    ],
  },
];
