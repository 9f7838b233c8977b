import { type Case, cod, order, parcel, refund } from './case.ts';

const prediction = (number: number, own = {}) => ({
  record_key: `req-${number}`,
  request_id: `req-${number}`,
  risk_flag: 'High Risk',
  action: 'none',
  created_at: '2026-05-01T06:00:00Z',
  updated_at: '2026-05-20T06:00:00Z',
  ...own,
});
const shipped = (number: number, own = {}) =>
  cod(number, { order_status: 'Shipped', shipment_status: 'in_transit', ...own });

export const RTO: readonly Case[] = [
  {
    name: 'rto: the first evidence that has a date of its own; one version gives none',
    raw: {
      orders: [
        // Touched long after, known in one version: nobody knows when it turned round.
        shipped(1, { shipment_status: 'rto_delivered', updated_at: '2026-06-20T06:00:00Z' }),
        shipped(2, { updated_at: '2026-05-04T06:00:00Z' }),
        shipped(2, { shipment_status: 'RTO Initiated', updated_at: '2026-05-11T06:00:00Z' }),
        shipped(2, { shipment_status: 'rto_delivered', updated_at: '2026-06-11T06:00:00Z' }),
        shipped(3),
        shipped(4),
        shipped(5, { shipment_status: 'rto_initiated', updated_at: '2026-05-09T06:00:00Z' }),
        shipped(5, { shipment_status: 'delivered', updated_at: '2026-05-12T06:00:00Z' }),
        shipped(6),
        shipped(7, { shipment_status: 'RTO' }),
        shipped(8, { awb_number: 'awb-8' }),
        cod(9, { order_status: 'Pending' }),
        cod(10),
        cod(11, { order_status: 'Cancelled' }),
      ],
      shipments: [
        // Loaded on its way, and loaded again when it had turned round.
        parcel(3, { status: 'in_transit', _airbyte_extracted_at: '2026-05-08T00:00:00Z' }),
        parcel(3, { status: 'Return to Origin', _airbyte_extracted_at: '2026-05-16T00:00:00Z' }),
        parcel(4, {
          status: 'rto_delivered',
          status_history: [
            { status: 'in_transit', timestamp: '2026-05-03T06:00:00Z' },
            { status: 'RTO-Initiated', timestamp: '2026-05-13 11:30:00' },
          ],
        }),
        parcel(6, { status: 'rto_in_transit' }),
        parcel(8, { order_id: 'elsewhere', status: 'Returned to Origin' }),
      ],
      rto_predictions: [
        prediction(6, { outcome: 'delivered', outcome_at: '2026-05-20T06:00:00Z' }),
        prediction(7, { outcome: 'RTO', outcome_at: '2026-05-21T06:00:00Z' }),
      ],
    },
    variables: { gokwik_as_of: '2026-06-25 06:00:00' },
    says: [
      [
        'orders',
        'order_key, is_rto, is_delivered, rto_at',
        [
          'KWIK1 | true | false | -',
          'KWIK10 | false | false | -',
          'KWIK11 | false | false | -',
          'KWIK2 | true | false | 2026-05-11 06:00:00',
          'KWIK3 | true | false | 2026-05-16',
          'KWIK4 | true | false | 2026-05-13 06:00:00',
          'KWIK5 | false | true | -',
          'KWIK6 | false | true | -',
          'KWIK7 | true | false | 2026-05-21 06:00:00',
          'KWIK8 | true | false | -',
          'KWIK9 | false | false | -',
        ],
      ],
      [
        'rto_by_week',
        'shipped_orders, unshipped_orders, rto_orders, undated_rto_orders, open_orders, rto_rate, rto_rate_at_least, rto_rate_at_most',
        ['8 | 1 | 6 | 2 | 1 | 0.75 | 0.666667 | 0.777778'],
      ],
      [
        'rto_by_age',
        'age_days, rto_orders, undated_rto_orders',
        [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60].map(
          (age) => `${age} | ${age < 10 ? 0 : age < 15 ? 1 : age < 20 ? 3 : 4} | 2`,
        ),
      ],
    ],
  },
  {
    name: 'rto: several parcels are shares, a reshipment takes the place of what came back',
    raw: {
      orders: [shipped(1), shipped(2), shipped(3), shipped(4), order(5)],
      shipments: [
        parcel(1, { status: 'rto_delivered', total_amount: 300 }),
        parcel(1, { record_key: '1b', awb: '1b', total_amount: 700 }),
        parcel(2, { status: 'rto_delivered' }),
        parcel(2, { record_key: '2b', awb: '2b', creation_datetime: '2026-05-20T06:00:00Z' }),
        parcel(3, { status: 'rto_delivered', total_amount: null }),
        parcel(3, { record_key: '3b', awb: '3b', status: 'RTO_DELIVERED', total_amount: null }),
        parcel(4, { status: 'rto_initiated', total_amount: null }),
        parcel(4, { record_key: '4b', awb: '4b', status: 'in_transit', total_amount: null }),
        // A return by the customer is none of these.
        parcel(5),
        parcel(5, { record_key: '5b', awb: '5b', status: 'return_delivered' }),
      ],
    },
    variables: { gokwik_as_of: '2026-06-25 06:00:00' },
    says: [
      [
        'orders',
        'order_key, is_rto, is_partly_rto, is_delivered, rto_orders, net_rupees, delivered_rupees',
        [
          'KWIK1 | false | true | false | 0.3 | 700 | 700',
          'KWIK2 | false | false | true | 0 | 1000 | 1000',
          'KWIK3 | true | false | false | 1 | 0 | 0',
          'KWIK4 | false | true | false | 0.5 | 500 | 0',
          'KWIK5 | false | false | true | 0 | 1000 | 1000',
        ],
      ],
      [
        'rto_by_week',
        'payment_class, shipped_orders, rto_orders, open_orders',
        ['cod | 4 | 1.8 | 0.5', 'prepaid | 1 | 0 | 0'],
      ],
    ],
  },
  {
    name: 'rto: a past moment knows nothing of what came later',
    raw: {
      orders: [
        shipped(1, { updated_at: '2026-05-20T06:00:00Z' }),
        shipped(2, { created_at: '2026-05-25T06:00:00Z', updated_at: '2026-05-26T06:00:00Z' }),
      ],
      rto_predictions: [prediction(1, { outcome: 'rto', outcome_at: '2026-05-20T06:00:00Z' })],
    },
    variables: { gokwik_as_of: '2026-05-15 06:00:00' },
    says: [['orders', 'order_key, is_rto, outcome', ['KWIK1 | false | in_transit']]],
  },
  {
    name: 'rto: couriers have more words for it than one',
    raw: {
      orders: [shipped(1), shipped(2), shipped(3), shipped(4, { awb_number: 'AWB-4' })],
      shipments: [
        parcel(1, { status: 'Reached Back At Seller City' }),
        parcel(2, { status: 'Delivered to Shipper (RTO)' }),
        parcel(3, { status: 'Return to Consignor' }),
        parcel(4, { order_id: null, awb: 'awb-4', status: 'RTO OFD' }),
      ],
    },
    says: [['orders', 'order_key, is_rto', [1, 2, 3, 4].map((number) => `KWIK${number} | true`)]],
  },
  {
    name: 'rto: at a past moment no parcel, delivery, refund, return or step is known that came later',
    raw: {
      orders: [shipped(1), shipped(2), shipped(3)],
      shipments: [
        parcel(1, { status_history: [{ status: 'Delivered', timestamp: '2026-05-20T06:00:00Z' }] }),
        parcel(2, { status: 'rto', creation_datetime: '2026-05-16T06:00:00Z' }),
        // Nobody tells when: it counts as known.
        parcel(3),
      ],
      refunds: [refund(1, { created_at: '2026-05-21T06:00:00Z' })],
      returns: [
        {
          record_key: 'return-3',
          order: { id: '5600003' },
          created_at: '2026-05-22T06:00:00Z',
        },
      ],
      checkouts: [{ record_key: 'req-9', request_id: 'req-9', created_at: '2026-05-15T05:00:00Z' }],
      checkout_events: ['05:10', '06:10'].map((at, step) => ({
        record_key: `req-9:${step}`,
        request_id: 'req-9',
        name: step === 0 ? 'checkout-ready' : 'order-complete',
        occurred_at: `2026-05-15T${at}:00Z`,
      })),
    },
    variables: { gokwik_as_of: '2026-05-15 06:00:00' },
    says: [
      [
        'orders',
        'order_key, outcome, refunded_rupees, return_requests',
        ['KWIK1 | in_transit | 0 | 0', 'KWIK2 | in_transit | 0 | 0', 'KWIK3 | delivered | 0 | 0'],
      ],
      ['checkouts', 'checkout_key, furthest_step', ['req-9 | 2']],
    ],
  },
  {
    name: 'rto: at a past moment an order is what its older version said',
    raw: {
      orders: [
        cod(1, { updated_at: '2026-05-02T06:00:00Z' }),
        cod(1, { order_status: 'Cancelled', updated_at: '2026-05-18T06:00:00Z' }),
        shipped(2, { updated_at: '2026-05-04T06:00:00Z' }),
        shipped(2, { shipment_status: 'delivered', updated_at: '2026-05-18T06:00:00Z' }),
        shipped(3, { updated_at: '2026-05-04T06:00:00Z' }),
        shipped(3, { order_status: 'Delivered', updated_at: '2026-05-14T06:00:00Z' }),
        cod(4, { order_status: 'Pending', updated_at: '2026-05-02T06:00:00Z' }),
        cod(4, { order_status: 'Cancelled', updated_at: '2026-05-18T06:00:00Z' }),
        // Known in one version: nobody tells since when.
        cod(5, { order_status: 'Cancelled', updated_at: '2026-05-18T06:00:00Z' }),
        // On its way back at that moment, delivered after all.
        shipped(6, { updated_at: '2026-05-04T06:00:00Z' }),
        shipped(6, { shipment_status: 'rto_initiated', updated_at: '2026-05-10T06:00:00Z' }),
        shipped(6, { shipment_status: 'delivered', updated_at: '2026-05-18T06:00:00Z' }),
        shipped(7, { updated_at: '2026-05-04T06:00:00Z' }),
        shipped(7, { order_status: 'Cancelled', updated_at: '2026-05-18T06:00:00Z' }),
      ],
    },
    variables: { gokwik_as_of: '2026-05-15 06:00:00' },
    says: [
      [
        'orders',
        'order_key, outcome, is_placed, is_cancelled, open_orders, net_rupees, delivered_rupees',
        [
          'KWIK1 | not_shipped | true | false | 1 | 1000 | 0',
          'KWIK2 | in_transit | true | false | 1 | 1000 | 0',
          'KWIK3 | delivered | true | false | 0 | 1000 | 1000',
          'KWIK4 | pending | false | false | 0 | 0 | 0',
          'KWIK5 | cancelled | true | true | 0 | 0 | 0',
          'KWIK6 | rto | true | false | 0 | 0 | 0',
          'KWIK7 | in_transit | true | false | 1 | 1000 | 0',
        ],
      ],
    ],
  },
  {
    name: 'rto: a parcel that was returned by nobody that asked for it came back',
    raw: {
      orders: [1, 2, 3, 4, 5, 6, 7, 8].map((number) => shipped(number)),
      shipments: [
        parcel(1, { status: 'Shipment Returned' }),
        parcel(2, { status: 'RETURNED' }),
        parcel(3, { status: 'Customer refused, returned' }),
        parcel(4, { status: 'Shipment returning' }),
        // A customer's own return: the parcel on its way out tells.
        ...[5, 6, 7, 8].map((number) => parcel(number)),
        ...[
          'Returned by Customer',
          'return_delivered',
          'Reverse shipment returned',
          'customer return received',
        ].map((status, at) =>
          parcel(at + 5, { record_key: `back-${at}`, awb: `back-${at}`, status }),
        ),
      ],
    },
    says: [
      [
        'orders',
        'order_key, outcome',
        [1, 2, 3, 4, 5, 6, 7, 8].map(
          (number) => `KWIK${number} | ${number < 5 ? 'rto' : 'delivered'}`,
        ),
      ],
    ],
  },
  {
    name: 'rto: what waits for the courier has not left, and what a sender got back is no delivery',
    raw: {
      orders: [1, 2, 3, 4, 5, 6, 7, 13, 14]
        .map((number) => cod(number, { awb_number: `awb-${number}` }))
        .concat([
          // Nobody has confirmed these, and nothing has left.
          cod(8, { order_status: 'Pending', shipment_status: 'Processing' }),
          cod(9, { order_status: 'Pending', shipment_status: 'Pickup Exception' }),
          cod(10, { order_status: 'Not Shipped' }),
          cod(11, { order_status: 'Abandoned' }),
          cod(12, { awb_number: 'awb-12', shipment_status: 'Pickup Scheduled' }),
        ]),
      shipments: [
        parcel(1, { status: 'Out for Pickup' }),
        parcel(2, { status: 'Label Created' }),
        parcel(3, { status: 'PICKUP DONE' }),
        parcel(4, { status: 'RTS Delivered' }),
        parcel(5, { status: 'Disposed Off' }),
        parcel(6, { status: 'Reached hub, ready for delivery' }),
        parcel(7, { status: 'AWB Generated' }),
        parcel(13, { status: 'Not yet delivered' }),
        parcel(14, { status: 'Will be delivered by 9 pm' }),
      ],
    },
    says: [
      [
        'orders',
        'order_key, outcome, is_placed, is_shipped, rto_orders, open_orders',
        [
          'KWIK1 | not_shipped | true | false | 0 | 1',
          'KWIK2 | not_shipped | true | false | 0 | 1',
          'KWIK3 | in_transit | true | true | 0 | 1',
          'KWIK4 | rto | true | true | 1 | 0',
          'KWIK5 | lost | true | true | 0 | 0',
          'KWIK6 | in_transit | true | true | 0 | 1',
          'KWIK7 | not_shipped | true | false | 0 | 1',
          'KWIK8 | pending | false | false | 0 | 0',
          'KWIK9 | pending | false | false | 0 | 0',
          'KWIK10 | not_shipped | true | false | 0 | 1',
          'KWIK11 | pending | false | false | 0 | 0',
          'KWIK12 | not_shipped | true | false | 0 | 1',
          'KWIK13 | in_transit | true | true | 0 | 1',
          'KWIK14 | in_transit | true | true | 0 | 1',
        ],
      ],
    ],
  },
  {
    name: 'rto: parcels of one day are one shipment, a bill in two spellings is one parcel, and signs part words',
    raw: {
      orders: [1, 2, 3, 4, 5, 6, 7, 8].map((number) => shipped(number)),
      shipments: [
        // Each is said to be worth the whole order, and nobody tells when the one turned round.
        parcel(1, { status: 'rto_delivered' }),
        parcel(1, { record_key: '1b', awb: '1b', creation_datetime: '2026-05-02T06:00:20Z' }),
        parcel(1, { record_key: '1c', awb: '1c', creation_datetime: '2026-05-02T06:00:40Z' }),
        parcel(2, { record_key: '1234 5678', awb: '1234 5678', status: 'in_transit' }),
        parcel(2, { record_key: '12345678', awb: '12345678', status: 'RTO Delivered' }),
        // Read as cancelled after it was read on its way.
        parcel(3, { record_key: 'X9', awb: 'X9', _airbyte_extracted_at: '2026-05-04T06:00:00Z' }),
        parcel(3, { record_key: 'x9', awb: 'x9', status: 'cancelled' }),
        parcel(4, { status: 'DL:Delivered' }),
        parcel(5, { status: '[RTO] In Transit' }),
        parcel(6, { status: 'RT/RTO Delivered' }),
        parcel(7, { status: 'ReturnToOrigin' }),
        parcel(8, { status: '(UD) Undelivered.' }),
      ],
    },
    variables: { gokwik_as_of: '2026-06-25 06:00:00' },
    says: [
      [
        'orders',
        'order_key, outcome, cast(rto_orders as decimal(9, 3)) as back, net_rupees',
        [
          'KWIK1 | partly_rto | 0.333 | 666.67',
          'KWIK2 | rto | 1 | 0',
          'KWIK3 | in_transit | 0 | 1000',
          'KWIK4 | delivered | 0 | 1000',
          'KWIK5 | rto | 1 | 0',
          'KWIK6 | rto | 1 | 0',
          'KWIK7 | rto | 1 | 0',
          'KWIK8 | in_transit | 0 | 1000',
        ],
      ],
    ],
  },
  {
    name: 'rto: a prediction and a return are of the order that they name, in whatever way',
    raw: {
      orders: [
        // As exports have them: without the checkout's id.
        shipped(1, { request_id: null, gokwik_oid: null, moid: null, order_number: '1' }),
        shipped(2, { request_id: null, moid: null }),
        shipped(3),
        // Another shop has the same numbers.
        shipped(4, {
          merchant: 'B',
          request_id: null,
          gokwik_oid: 'KWIK40',
          moid: '1',
          platform_order_id: '5600003',
        }),
      ],
      rto_predictions: [
        prediction(1, { moid: '1.0', outcome: 'rto', action: 'cod_blocked' }),
        prediction(2, { gokwik_oid: 'kwik2', outcome: 'delivered' }),
        prediction(3, { outcome: 'RTO' }),
      ],
      checkouts: [1, 2, 3].map((number) => ({
        record_key: `req-${number}`,
        request_id: `req-${number}`,
        device_type: 'Mobile',
      })),
      returns: [{ record_key: 'return-3', order: { id: '5600003' } }],
    },
    says: [
      [
        'orders',
        'order_key, risk_action, outcome, device, return_requests',
        [
          'KWIK1 | cod_blocked | rto | mobile | 0',
          'KWIK2 | none | delivered | mobile | 0',
          'KWIK3 | none | rto | mobile | 1',
          'KWIK4 | not given | in_transit | not given | 0',
        ],
      ],
      ['nudges', 'action, orders', ['cod_blocked | 1', 'none | 2']],
    ],
  },
];
