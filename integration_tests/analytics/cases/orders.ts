import { type Case, cod, order, payment } from './case.ts';

const cart = (number: number, own = {}) => ({
  record_key: `cart-${number}`,
  request_id: `req-${number}`,
  total_price: 900,
  is_abandoned: true,
  created_at: '2026-05-01T05:00:00Z',
  updated_at: '2026-05-01T06:00:00Z',
  ...own,
});
const checkout = (number: number, own = {}) => ({
  record_key: `req-${number}`,
  request_id: `req-${number}`,
  status: 'in_progress',
  created_at: '2026-05-01T05:59:00Z',
  updated_at: '2026-05-01T05:59:00Z',
  ...own,
});

export const ORDERS: readonly Case[] = [
  {
    name: 'orders: placed is paid, or COD and confirmed; a cancelled one by its past',
    raw: {
      orders: [
        order(1),
        cod(2),
        cod(3, { order_status: 'Pending' }),
        order(4, { order_status: 'pending', payment_status: 'pending' }),
        order(5, { order_status: 'Pending', payment_status: 'pending' }),
        order(6, { order_status: 'FAILED', payment_status: 'failed' }),
        order(7, { order_status: 'Failed', payment_status: 'failed' }),
        // Cancelled COD: known in one version; confirmed before; never confirmed.
        cod(8, { order_status: 'Cancelled' }),
        cod(9, { order_status: 'Confirmed', updated_at: '2026-05-01T07:00:00Z' }),
        cod(9, { order_status: 'CANCELLED', updated_at: '2026-05-03T07:00:00Z' }),
        cod(10, { order_status: 'Pending', updated_at: '2026-05-01T07:00:00Z' }),
        cod(10, { order_status: 'Cancelled', updated_at: '2026-05-03T07:00:00Z' }),
        // Cancelled prepaid: paid or not.
        order(11, { order_status: 'Cancelled', payment_status: 'pending' }),
        order(12, { order_status: 'Cancelled', payment_status: null }),
        cod(13, { order_status: 'Delivered' }),
        cod(14, { shipment_status: 'RTO Delivered', order_status: 'Shipped' }),
      ],
      payments: [
        payment(5),
        payment(7, { moid: null, gokwik_oid: null, merchant_reference_id: 'req-7' }),
        payment(11, { status: 'Refunded' }),
        payment(12, { status: 'failed' }),
      ],
    },
    says: [
      [
        'orders',
        'order_key, is_placed, is_cancelled, is_delivered, is_rto, placed_rupees, net_rupees, delivered_rupees',
        [
          'KWIK1 | true | false | false | false | 1000 | 1000 | 0',
          'KWIK2 | true | false | false | false | 1000 | 1000 | 0',
          'KWIK3 | false | false | false | false | 0 | 0 | 0',
          'KWIK4 | false | false | false | false | 0 | 0 | 0',
          'KWIK5 | true | false | false | false | 1000 | 1000 | 0',
          'KWIK6 | false | false | false | false | 0 | 0 | 0',
          'KWIK7 | true | false | false | false | 1000 | 1000 | 0',
          'KWIK8 | true | true | false | false | 1000 | 0 | 0',
          'KWIK9 | true | true | false | false | 1000 | 0 | 0',
          'KWIK10 | false | true | false | false | 0 | 0 | 0',
          'KWIK11 | true | true | false | false | 1000 | 0 | 0',
          'KWIK12 | false | true | false | false | 0 | 0 | 0',
          'KWIK13 | true | false | true | false | 1000 | 1000 | 1000',
          'KWIK14 | true | false | false | true | 1000 | 0 | 0',
        ],
      ],
    ],
  },
  {
    name: 'orders: a checkout converts by its order, a cart is recovered once and never before it was left',
    raw: {
      orders: [
        order(1),
        cod(2, { order_status: 'Pending' }),
        order(3, { created_at: '2026-05-01T09:00:00Z' }),
        order(4, { created_at: '2026-05-01T04:00:00Z' }),
        order(5, {
          order_status: 'Failed',
          payment_status: 'failed',
          created_at: '2026-05-01T09:00:00Z',
        }),
        order(6, {
          created_at: '2026-05-02T05:00:00Z',
          order_status: 'Cancelled',
          payment_status: 'refunded',
        }),
      ],
      checkouts: [
        checkout(1),
        checkout(2, { status: 'completed' }),
        checkout(3, { status: 'abandoned' }),
        checkout(9, { status: 'Completed' }),
      ],
      abandoned_checkouts: [
        cart(3),
        // Another visit, another cart: the same order.
        cart(33, {
          created_at: '2026-05-01T06:30:00Z',
          recovered_moid: '3',
          recovered_at: '2026-05-01T09:00:00Z',
          is_abandoned: false,
        }),
        // Told minutes after the order.
        cart(4, { recovered_at: '2026-05-01T04:00:00Z', is_abandoned: false }),
        cart(5, { recovered_at: '2026-05-01T09:00:00Z', is_abandoned: false, recovered_moid: '5' }),
        cart(66, { recovered_moid: '#6' }),
        cart(7),
      ],
    },
    says: [
      [
        'checkouts',
        'checkout_key, is_converted',
        ['req-1 | true', 'req-2 | false', 'req-3 | true', 'req-9 | true'],
      ],
      [
        'abandoned_carts',
        'cart_key, is_recovered, recovered_with, recovered_rupees, hours_to_recovery, is_cancelled_after',
        [
          'cart-3 | true | - | 1000 | 4 | false',
          'cart-33 | false | cart-3 | - | - | false',
          'cart-4 | false | - | - | - | false',
          'cart-5 | false | - | - | - | false',
          'cart-66 | true | - | 1000 | 24 | true',
          'cart-7 | false | - | - | - | false',
        ],
      ],
    ],
  },
  {
    name: 'orders: a cart is recovered by the order whose number it names, not by one that shows that number',
    raw: {
      orders: [
        order(10, { created_at: '2026-05-05T05:00:00Z' }),
        order(11, { shopify_order_name: '#10', created_at: '2026-05-03T05:00:00Z' }),
        order(12, { order_number: '10', created_at: '2026-05-02T05:00:00Z' }),
      ],
      abandoned_checkouts: [
        cart(1, { recovered_moid: '10' }),
        cart(2, { recovered_moid: '#10' }),
        // Labelled, where its order is not.
        cart(3, { recovered_moid: '12', merchant: 'A' }),
      ],
    },
    says: [
      [
        'abandoned_carts',
        'cart_key, recovered_order_key, hours_to_recovery',
        ['cart-1 | KWIK10 | 96', 'cart-2 | KWIK11 | 48', 'cart-3 | KWIK12 | 24'],
      ],
    ],
  },
  {
    name: 'orders: of carts alone nobody knows how many were bought',
    raw: { abandoned_checkouts: [cart(1), cart(2)] },
    says: [
      ['abandonment', 'carts, recovered_carts, recovery_rate_to_date', ['2 | 0 | -']],
      ['abandonment_reasons', 'carts, recovery_rate_to_date', ['2 | -']],
    ],
  },
  {
    name: 'orders: what one merchant calls an order is no order of another in the same tables',
    raw: {
      orders: [
        order(3, { merchant: 'A', request_id: null, created_at: '2026-05-01T07:00:00Z' }),
        order(1, { merchant: 'B' }),
      ],
      checkouts: [
        checkout(8, { merchant: 'A', moid: '3' }),
        checkout(9, { merchant: 'B', moid: '3' }),
      ],
      abandoned_checkouts: [cart(8, { merchant: 'A', recovered_moid: '3.0' })],
    },
    says: [
      ['checkouts', 'checkout_key, is_converted', ['req-8 | true', 'req-9 | false']],
      ['abandoned_carts', 'cart_key, is_recovered, hours_to_recovery', ['cart-8 | true | 2']],
    ],
  },
  {
    name: 'orders: a checkout, a cart and an address step find an order that lacks their id',
    raw: {
      orders: [
        order(1, { request_id: null, moid: null }),
        order(2, { request_id: null, gokwik_oid: null, moid: null, order_number: '2' }),
        order(3, { request_id: null, order_status: 'Failed', payment_status: 'failed' }),
        order(4, { order_status: 'Failed', payment_status: 'failed' }),
        order(5),
      ],
      checkouts: [
        checkout(1, { gokwik_oid: 'kwik1' }),
        checkout(2, { moid: '#2' }),
        checkout(3, { moid: '3', status: 'completed' }),
      ],
      abandoned_checkouts: [cart(1), cart(2), cart(3)],
      // Of the last three no checkout is here.
      address_prefills: [
        { gokwik_oid: null },
        {},
        { gokwik_oid: 'KWIK3' },
        { gokwik_oid: 'KWIK4' },
        {},
        { gokwik_oid: 'KWIK6' },
      ].map((own, at) => ({
        record_key: `req-${at + 1}`,
        request_id: `req-${at + 1}`,
        prefill_source: `${at + 1}`,
        ...own,
      })),
    },
    says: [
      [
        'checkouts',
        'checkout_key, is_converted, furthest_step',
        ['req-1 | true | 9', 'req-2 | true | 9', 'req-3 | false | 8'],
      ],
      [
        'abandoned_carts',
        'cart_key, is_recovered, recovered_order_key',
        ['cart-1 | true | KWIK1', 'cart-2 | true | KWIK2', 'cart-3 | false | -'],
      ],
      [
        'prefill_outcomes',
        'prefill_source, converted',
        ['1 | 1', '2 | 1', '3 | 0', '4 | 0', '5 | 1', '6 | 1'],
      ],
    ],
  },
  {
    name: 'orders: one that was read before it had GoKwik’s id is one order, and two of one checkout are two',
    raw: {
      orders: [
        order(1, {
          record_key: 'req-1',
          gokwik_oid: null,
          order_status: 'Pending',
          updated_at: '2026-05-01T06:00:00Z',
        }),
        order(1),
        order(2, { order_status: 'Failed', payment_status: 'failed' }),
        order(3, { request_id: 'req-2' }),
        order(4, { record_key: 'req-4', gokwik_oid: null }),
      ],
    },
    says: [
      [
        'orders',
        'order_key, is_placed',
        ['KWIK1 | true', 'KWIK2 | false', 'KWIK3 | true', 'req-4 | true'],
      ],
    ],
  },
  {
    name: 'orders: a cart gives a reason once, however it is written',
    raw: {
      abandoned_checkouts: [
        cart(1, { drop_off_reasons: ['Too dear', 'Too dear '] }),
        cart(2, { drop_off_reasons: [' ', 'Too dear'] }),
        cart(3, { drop_off_reasons: [] }),
      ],
    },
    says: [
      ['abandonment_reasons', 'reason, carts', ['Too dear | 2', 'not given | 2']],
      ['abandonment', 'reason, carts', ['Too dear | 1', 'not given | 2']],
    ],
  },
];
