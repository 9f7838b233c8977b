import { type Case, cod, order, parcel, payment } from './case.ts';

const item = (number: number, position: number, own = {}) => ({
  record_key: `KWIK${number}:${position}`,
  request_id: `req-${number}`,
  gokwik_oid: `KWIK${number}`,
  position,
  quantity: 1,
  updated_at: '2026-05-02T06:00:00Z',
  ...own,
});
const home = { city: 'Gaya', state: 'Bihar', postcode: '823001' };

export const SALES: readonly Case[] = [
  {
    name: 'sales: a day, its orders by everything that they are cut by, and nothing lost',
    raw: {
      orders: [
        order(1, {
          mrp_total: 1200,
          total_discount: 200,
          promo_code: 'TEN',
          utm_campaign: 'diwali',
          customer_type: 'new',
          payment_method: 'Gokwik UPI',
        }),
        // Three lines of which none is worth more: 333.33, 333.34, 333.33.
        cod(2, {
          payment_method: 'COD',
          shipping_address: home,
          customer_type: 'returning',
          // What a spreadsheet has where nobody knows.
          mrp_total: 0,
        }),
        // As an export has it. The merchant knows that shopper, GoKwik does not.
        cod(3, {
          product_name: 'Mug | Plate',
          payment_method: 'cod',
          customer_type: 'New',
          customer_type_merchant: 'Repeat',
          shipment_status: 'RTO Delivered',
        }),
        order(4, { created_at: '2026-05-02T06:00:00Z', total_discount: 50 }),
        cod(5, { order_status: 'Pending' }),
      ],
      order_items: [
        item(1, 0, { name: 'Mug', sku: 'M1', price: 300, quantity: 2, total: 600 }),
        item(1, 1, { name: 'Plate', price: 600, total: 400 }),
        item(2, 0, { name: 'Mug', sku: 'M1', price: 400 }),
        item(2, 1, { name: 'Mug', sku: 'M2', price: 400 }),
        item(2, 2, { name: ' ', sku: 'X', price: 400 }),
        item(5, 0, { name: 'Mug', price: 400 }),
      ],
      shipments: [
        parcel(1, { courier_name: 'Ekart', total_amount: 600 }),
        parcel(11, {
          order_id: '1',
          courier_name: 'Delhivery',
          total_amount: 400,
          status: 'rto_delivered',
        }),
        parcel(2, { courier_name: 'Ekart' }),
      ],
      payments: [
        payment(1, { method: 'upi' }),
        payment(1, { record_key: 'try-1', payment_id: 'try-1', method: 'UPI', status: 'failed' }),
        payment(4, { method: 'wallet' }),
        payment(5, { gokwik_oid: null, moid: null, method: null, status: 'failed' }),
        // Cash is not tried; of the other nobody says what became of it.
        payment(2, { method: 'COD', status: 'pending' }),
        payment(3, { method: 'wallet', status: ' ' }),
      ],
    },
    says: [
      [
        'daily_sales',
        `india_date, orders, units, mrp_rupees, discount_rupees, placed_rupees, net_rupees, delivered_rupees,
         cod_orders, coupon_orders, new_orders, returning_orders, aov_rupees, cod_share, discount_rate`,
        [
          '2026-05-01 | 3 | 8 | 2400 | 200 | 3000 | 1600 | 1600 | 2 | 1 | 1 | 2 | 1000 | 0.666667 | 0.0833333',
          '2026-05-02 | 1 | 0 | 0 | 50 | 1000 | 1000 | 0 | 0 | 0 | 0 | 0 | 1000 | 0 | -',
        ],
      ],
      [
        'breakdown',
        'dimension, value, orders, units, placed_rupees, net_rupees, shipped_orders, rto_orders, attempts, successes',
        [
          'product | Mug | 3 | 5 | 1766.67 | 1026.67 | 3 | 1.4 | - | -',
          'product | Plate | 2 | 2 | 900 | 240 | 2 | 1.4 | - | -',
          'product | not given | 2 | 1 | 1333.33 | 1333.33 | 1 | 0 | - | -',
          'sku | M1 | 2 | 3 | 933.33 | 693.33 | 2 | 0.4 | - | -',
          'sku | M2 | 1 | 1 | 333.34 | 333.34 | 1 | 0 | - | -',
          'sku | X | 1 | 1 | 333.33 | 333.33 | 1 | 0 | - | -',
          'sku | not given | 3 | 3 | 2400 | 1240 | 2 | 1.4 | - | -',
          'courier | Delhivery | 1 | - | 500 | 300 | 1 | 1 | - | -',
          'courier | Ekart | 2 | - | 1500 | 1300 | 2 | 0 | - | -',
          'courier | not given | 2 | - | 2000 | 1000 | 1 | 1 | - | -',
          'coupon | TEN | 1 | - | 1000 | 600 | 1 | 0.4 | - | -',
          'coupon | not given | 3 | - | 3000 | 2000 | 2 | 1 | - | -',
          'campaign | diwali | 1 | - | 1000 | 600 | 1 | 0.4 | - | -',
          'campaign | not given | 3 | - | 3000 | 2000 | 2 | 1 | - | -',
          'city | Gaya | 1 | - | 1000 | 1000 | 1 | 0 | - | -',
          'city | not given | 3 | - | 3000 | 1600 | 2 | 1.4 | - | -',
          'state | Bihar | 1 | - | 1000 | 1000 | 1 | 0 | - | -',
          'state | not given | 3 | - | 3000 | 1600 | 2 | 1.4 | - | -',
          'pincode_tier | tier 3 | 1 | - | 1000 | 1000 | 1 | 0 | - | -',
          'pincode_tier | not given | 3 | - | 3000 | 1600 | 2 | 1.4 | - | -',
          'payment_method | upi | 1 | - | 1000 | 600 | 1 | 0.4 | 2 | 1',
          'payment_method | cod | 2 | - | 2000 | 1000 | 2 | 1 | - | -',
          'payment_method | not given | 1 | - | 1000 | 1000 | 0 | 0 | 1 | 0',
          'payment_method | wallet | 0 | - | 0 | 0 | 0 | 0 | 1 | 1',
          'customer_type | new | 1 | - | 1000 | 600 | 1 | 0.4 | - | -',
          'customer_type | returning | 2 | - | 2000 | 1000 | 2 | 1 | - | -',
          'customer_type | not given | 1 | - | 1000 | 1000 | 0 | 0 | - | -',
        ],
      ],
    ],
  },
  {
    name: 'sales: one place, coupon or method in capitals and not is one',
    raw: {
      orders: ['Bengaluru', ' BENGALURU', 'bengaluru'].map((city, at) =>
        order(at, {
          shipping_address: { city, state: at === 1 ? 'KARNATAKA ' : 'Karnataka' },
          promo_code: at === 0 ? 'ten ' : 'TEN',
          payment_method: at === 0 ? 'COD' : 'Cash on Delivery (COD)',
        }),
      ),
    },
    says: [
      [
        "breakdown where dimension in ('city', 'state', 'coupon', 'payment_method')",
        'dimension, value, orders, placed_rupees',
        [
          'city | Bengaluru | 3 | 3000',
          'state | Karnataka | 3 | 3000',
          'coupon | TEN | 3 | 3000',
          'payment_method | cod | 3 | 3000',
        ],
      ],
    ],
  },
  {
    name: 'sales: a state is one by name and code, a city by its name of today and of before',
    raw: {
      orders: [
        ['Bangalore', 'KA', '560001'],
        ['BENGALURU', 'IN-KA', "'560 001"],
        ['Bengaluru ', 'karnataka', '560001.0'],
        ['Mysore', 'Karnatak', '570001'],
        ['Delhi', 'NCT of Delhi', '110001'],
        ['New Delhi', 'DL', '110001'],
        ['Cuttack', 'Orissa', '753001'],
        ['CUTTACK', 'OD', '753001'],
        ['Pondicherry', 'PONDICHERRY', '605001'],
        ['Puducherry', 'Puducherry', '605001'],
        ['Daman', 'Daman & Diu', '396210'],
        ['Silvassa', 'Dadra and Nagar Haveli and Daman and Diu', '396230'],
        ['Srinagar', 'Jammu & Kashmir', '190001'],
        ['Jammu', 'J&K', '180001'],
        ['Salem', 'Tamilnadu', '636001'],
        ['Salem', 'IN-TN', '636001'],
        ['Simla', 'HP', '171001'],
        // Not in India, and not known: as they came.
        ['Leeds', 'Yorkshire', 'LS1'],
        ['Leeds', 'Yorkshire', 'LS1 4DY'],
        ['Leeds', 'Yorkshire', '000000'],
        [' ', null, null],
      ].map(([city, state, postcode], at) =>
        order(at, { shipping_address: { city, state, postcode } }),
      ),
    },
    says: [
      [
        "breakdown where dimension in ('city', 'state', 'pincode_tier')",
        'dimension, value, orders',
        [
          'city | Bengaluru | 3',
          'city | Mysuru | 1',
          'city | New Delhi | 2',
          'city | Cuttack | 2',
          'city | Puducherry | 2',
          'city | Daman | 1',
          'city | Silvassa | 1',
          'city | Srinagar | 1',
          'city | Jammu | 1',
          'city | Salem | 2',
          'city | Shimla | 1',
          'city | Leeds | 3',
          'city | not given | 1',
          'state | Karnataka | 4',
          'state | Delhi | 2',
          'state | Odisha | 2',
          'state | Puducherry | 2',
          'state | Dadra and Nagar Haveli and Daman and Diu | 2',
          'state | Jammu and Kashmir | 2',
          'state | Tamil Nadu | 2',
          'state | Himachal Pradesh | 1',
          'state | Yorkshire | 3',
          'state | not given | 1',
          'pincode_tier | tier 1 | 5',
          'pincode_tier | tier 2 | 9',
          'pincode_tier | tier 3 | 3',
          'pincode_tier | not given | 4',
        ],
      ],
      [
        "orders where state = 'Odisha'",
        'order_key, city, state',
        ['KWIK6 | Cuttack | Odisha', 'KWIK7 | CUTTACK | Odisha'],
      ],
    ],
  },
  {
    name: 'sales: items of one shop are in no order of another with the same number',
    raw: {
      orders: ['A', 'B'].map((merchant, at) =>
        order(7, {
          record_key: merchant,
          merchant,
          request_id: null,
          gokwik_oid: null,
          platform_order_id: null,
          updated_at: `2026-05-0${at + 2}T06:00:00Z`,
        }),
      ),
      order_items: ['A', 'B'].map((merchant, at) =>
        item(7, 0, {
          record_key: `${merchant}:0`,
          merchant,
          request_id: null,
          gokwik_oid: null,
          moid: '7',
          name: `Mug of ${merchant}`,
          price: 1000,
          updated_at: `2026-05-0${at + 2}T06:00:00Z`,
        }),
      ),
    },
    says: [
      [
        "breakdown where dimension = 'product'",
        'merchant, value, orders, placed_rupees',
        ['A | Mug of A | 1 | 1000', 'B | Mug of B | 1 | 1000'],
      ],
    ],
  },
];
