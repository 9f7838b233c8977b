import type { RawRow } from '../tools/raw.ts';
import { type Case, cod, order, parcel, payment } from './case.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);

/** Shoppers of one kind: `shown` of them had an address offered; so many of each converted. */
function shoppers(kind: string, from: number, shown: [number, number], not: [number, number]) {
  const cases: RawRow[] = [];
  const checkouts: RawRow[] = [];
  const add = (isShown: boolean, [count, converted]: [number, number], start: number) => {
    for (const at of numbers(count)) {
      const id = `req-${start + at}`;
      const stamps = { created_at: '2026-05-01T06:00:00Z', updated_at: '2026-05-01T06:00:00Z' };
      cases.push({
        record_key: id,
        request_id: id,
        prefill_shown: isShown,
        outcome: 'Accepted',
        ...stamps,
      });
      checkouts.push({
        record_key: id,
        request_id: id,
        customer_type: kind,
        device_type: at % 2 === 0 ? 'Mobile' : 'mobile',
        status: at < converted ? 'completed' : 'abandoned',
        ...stamps,
      });
    }
  };
  add(true, shown, from);
  add(false, not, from + 1000);
  return { cases, checkouts };
}

// Within each kind an address changes nothing; all together it seems to.
const repeat = shoppers('Returning Customer', 0, [80, 64], [20, 16]);
const first = shoppers('NEW', 2000, [20, 6], [80, 24]);

/** Orders with a prediction and what was done about it; `prepaid` of them were paid so. */
function nudged(from: number, count: number, prepaid: number, flag: string, action: string | null) {
  const orders = numbers(count).map((at) => (at < prepaid ? order(from + at) : cod(from + at)));
  const predictions = numbers(count).map((at) => ({
    record_key: `req-${from + at}`,
    request_id: `req-${from + at}`,
    risk_flag: flag,
    action,
    created_at: '2026-05-01T06:00:00Z',
    updated_at: '2026-05-01T06:00:00Z',
  }));
  return { orders, predictions };
}
const groups = [
  nudged(0, 60, 20, 'Medium Risk', 'Prepaid_Nudge'),
  nudged(100, 60, 24, 'Low Risk', 'none'),
  nudged(200, 40, 16, 'CONTROL', 'none'),
  nudged(300, 40, 36, 'High Risk', 'cod_blocked'),
];

const pins = (pin: string, from: number, count: number, back: number, paid: number) => ({
  orders: numbers(count).map((at) =>
    (at < paid ? order : cod)(from + at, {
      order_status: 'Shipped',
      shipping_address: { postcode: pin, city: 'Somewhere' },
    }),
  ),
  shipments: numbers(count).map((at) =>
    parcel(from + at, { status: at >= paid && at < paid + back ? 'rto_delivered' : 'Delivered' }),
  ),
});
// Half of 40 COD parcels come back where 60 more are prepaid; a third where none is; 2 of 2 where it is chance.
const places = [
  pins('800001', 0, 100, 20, 60),
  pins('560001.0', 200, 60, 20, 0),
  pins('110001', 300, 2, 2, 0),
];

export const CAUSES: readonly Case[] = [
  {
    name: 'causes: what goes with returning is not the address',
    raw: {
      address_prefills: [...repeat.cases, ...first.cases],
      checkouts: [...repeat.checkouts, ...first.checkouts],
    },
    says: [
      [
        'prefill_effect',
        `slice_value, cases, converted, cast(raw_difference as decimal(9, 2)) as raw, cast(conversion_difference as decimal(9, 2)) as fair,
         difference_low < 0 and difference_high > 0 as holds_zero, is_conclusive`,
        [
          'accepted | 200 | 110 | 0.15 | 0 | true | false',
          'not given | 200 | 110 | 0.15 | 0 | true | false',
          'not shown | 100 | 40 | 0 | 0 | true | false',
          'shown | 100 | 70 | 0.3 | 0 | true | false',
        ],
      ],
    ],
  },
  {
    name: 'causes: a nudge is judged against doing nothing, and being barred is no nudge',
    raw: {
      orders: [...groups.flatMap(({ orders }) => orders), order(900), cod(901)],
      rto_predictions: groups.flatMap(({ predictions }) => predictions),
    },
    says: [
      [
        'nudges',
        'action, orders, paid_prepaid, prepaid_rate, none_rate, control_rate, is_conclusive',
        [
          'cod_blocked | 40 | 36 | 0.9 | 0.4 | 0.4 | false',
          'control | 40 | 16 | 0.4 | 0.4 | - | false',
          'none | 60 | 24 | 0.4 | - | 0.4 | false',
          'prepaid_nudge | 60 | 20 | 0.333333 | 0.4 | 0.4 | false',
        ],
      ],
    ],
  },
  {
    name: 'causes: COD that was paid online in full after all is prepaid',
    raw: {
      orders: [
        cod(1),
        cod(2),
        // Without the fee for COD, which is given back.
        cod(3, { cod_charges: 50 }),
        cod(4),
        cod(5, { order_status: 'Pending' }),
      ],
      payments: [
        payment(2),
        payment(3, { amount: 950 }),
        payment(4, { amount: 100 }),
        payment(5, { method: 'Cash on Delivery' }),
      ],
      rto_predictions: nudged(1, 4, 0, 'High Risk', 'prepaid_nudge').predictions,
    },
    says: [
      [
        'orders',
        'order_key, payment_class, is_placed',
        [
          'KWIK1 | cod | true',
          'KWIK2 | prepaid | true',
          'KWIK3 | prepaid | true',
          'KWIK4 | cod | true',
          'KWIK5 | cod | false',
        ],
      ],
      ['nudges', 'action, orders, paid_prepaid', ['prepaid_nudge | 4 | 2']],
      ['daily_sales', 'orders, cod_orders', ['4 | 2']],
    ],
  },
  {
    name: 'causes: pincodes go by their COD, from a least number of orders on',
    raw: {
      orders: places.flatMap(({ orders }) => orders),
      shipments: places.flatMap(({ shipments }) => shipments),
    },
    variables: {
      gokwik_as_of: '2026-06-25 06:00:00',
      gokwik_forward_shipping_rupees: 50,
      gokwik_return_shipping_rupees: 40,
    },
    says: [
      [
        'pincode_risk',
        'pincode, cod_rto_rate, cast(cod_rto_rate_at_least as decimal(9, 3)) as at_least, rank',
        ['110001 | 1 | 0.342 | -', '560001 | 0.333333 | 0.227 | 2', '800001 | 0.5 | 0.352 | 1'],
      ],
      [
        'cod_costs',
        'payment_class, rto_orders, forward_shipping_rupees, return_shipping_rupees, cost_rupees',
        ['cod | 42 | 2100 | 1680 | 3780', 'prepaid | 0 | 0 | 0 | 0'],
      ],
    ],
  },
  {
    name: 'causes: shoppers of whom nobody knows whether they are new are not alike',
    raw: {
      address_prefills: numbers(200).map((at) => ({
        record_key: `req-${at}`,
        request_id: `req-${at}`,
        prefill_shown: at < 100,
      })),
      orders: numbers(90).map((at) => order(at)),
    },
    says: [
      [
        "prefill_effect where slice_value = 'shown'",
        'compared_cases, difference_low > 0 as is_apart, is_conclusive',
        ['100 | true | false'],
      ],
    ],
  },
  {
    name: 'causes: one case on the other side that is like them shows nothing',
    raw: {
      address_prefills: numbers(200).map((at) => ({
        record_key: `req-${at}`,
        request_id: `req-${at}`,
        prefill_shown: at < 100,
      })),
      checkouts: numbers(200).map((at) => ({
        record_key: `req-${at}`,
        request_id: `req-${at}`,
        device_type: at <= 100 ? 'mobile' : 'desktop',
        status: at === 100 ? 'completed' : 'abandoned',
      })),
    },
    says: [
      [
        "prefill_effect where slice_value = 'shown'",
        'compared_cases, conversion_difference, difference_high < 0 as is_apart, is_conclusive',
        ['100 | -1 | true | false'],
      ],
    ],
  },
  {
    name: 'causes: an address step is in the place that its order would be in',
    raw: {
      address_prefills: [
        { record_key: '1', pincode: '560001', city: 'bangalore ', state: 'IN-KA' },
        { record_key: '2', pincode: '560 001', city: 'Bengaluru', state: 'Karnataka' },
      ],
    },
    says: [
      ['prefill_outcomes', 'pincode, city, state, cases', ['560001 | Bengaluru | Karnataka | 2']],
    ],
  },
];
