import fc from 'fast-check';
import t from 'tap';
import type { Json, JsonObject } from '../../../src/cdk/protocol.ts';
import {
  type Payload,
  readPayloads,
  versionOf,
  WEBHOOKS,
} from '../../../src/gokwik/files/webhooks.ts';

/* Payloads as the page of facts has them, as receivers and warehouses keep them. */

const TRANSACTION = {
  entity: 'transaction',
  event: 'transaction.successful',
  data: {
    hmac: 'h',
    paymentId: 'pay_1',
    merchantId: 'm',
    merchantReferenceId: 'r-1',
    currency: 'INR',
    method: 'upi',
    provider: 'easebuzz',
    amount: '1299.00',
    rewardTransaction: false,
  },
};
const REFUND = {
  entity: 'refund',
  event: 'refund.pending',
  data: {
    hmac: 'h',
    amount: 1299,
    auto: false,
    merchantReferenceId: 'r-1',
    paymentId: 'pay_2',
    provider: 'easebuzz',
    refundId: 'rfnd_1',
    transactionPaymentId: 'pay_1',
  },
};
const CART = {
  request_id: 'q-1',
  drop_stage: 'Payment Page',
  total_price: '715.00',
  items: [{ name: 'Kurta', price: '715.00', quantity: 1 }],
  created_at: '2026-09-09T07:23:34Z',
};
const ORDER = {
  cart_id: 'c-1',
  payment_details: {
    payment_method: 'pp-cod',
    payment_amount: 715,
    payment_id: 'pay_1',
    payment_instrument: 'upi',
  },
  shipping_address: { city: 'Pune' },
  meta_data: { gokwik_order_id: 'KWIK1', rto_risk_flag: 'Low Risk', discounts: [] },
};
const SHIPMENT = { waybill: 'W1', currentStatus: 'In Transit', statusDate: '2026-09-09 07:23:34' };

const read = (value: unknown) => readPayloads(value);
const one = (value: unknown): JsonObject => {
  const found = readPayloads(value);
  if (found.length !== 1) throw new Error(`${found.length} payloads`);
  return found[0]?.row ?? {};
};

t.test('a payment has its status from the event, a refund its payment', (t) => {
  t.match(read(TRANSACTION), [{ kind: 'payment_webhook', stream: 'payments', stepsLeft: 1 }]);
  t.match(one(TRANSACTION), {
    payment_id: 'pay_1',
    status: 'successful',
    event: 'transaction.successful',
    merchant_reference_id: 'r-1',
    reward_transaction: false,
  });
  t.match(read(REFUND), [{ stream: 'refunds', stepsLeft: 2 }]);
  t.match(one(REFUND), {
    refund_id: 'rfnd_1',
    payment_id: 'pay_1',
    refund_payment_id: 'pay_2',
    status: 'pending',
  });
  const { transactionPaymentId: _, ...data } = REFUND.data;
  const lone = one({ ...REFUND, data });
  t.match(lone, { payment_id: null, refund_payment_id: 'pay_2' }, 'its own is no payment');
  t.match(one({ ...TRANSACTION, sentAt: 'x' }), { sent_at: 'x' }, 'fields beside data are kept');
  const loud = { ...TRANSACTION, entity: 'Transaction', event: 'TRANSACTION.FAILURE' };
  t.match(read(loud), [{ stream: 'payments', stepsLeft: 2, row: { status: 'failure' } }]);
  t.end();
});

t.test('an event that others may follow is older than one that ends it', (t) => {
  const left = (event: string) =>
    read({ ...TRANSACTION, entity: event.split('.')[0], event })[0]?.stepsLeft;
  t.same(
    ['refund.initiated', 'refund.pending', 'refund.successful', 'refund.failure'].map(left),
    [3, 2, 1, 1],
  );
  t.same(
    ['transaction.failure', 'transaction.successful', 'transaction.auto_refund'].map(left),
    [2, 1, 1],
  );
  t.end();
});

t.test('other entities come through the same door and are none of ours', (t) => {
  for (const entity of ['order', 'shipment', 'dispute']) {
    t.match(read({ ...TRANSACTION, entity, event: `${entity}.created` }), [
      { kind: 'payment_webhook', stream: undefined },
    ]);
  }
  t.match(read({ a: 1 }), [{ kind: undefined, stream: undefined }]);
  // A report's row would be a cart without its amount and its dates.
  t.match(read({ ID: 'q', 'Created At': '1/9/2026', 'Drop Stage': 's' }), [{ kind: undefined }]);
  t.end();
});

const CARTS: [string, Json, JsonObject][] = [
  ['flat', CART, { request_id: 'q-1', drop_stage: 'Payment Page' }],
  [
    'keys with dots',
    { request_id: 'q', drop_stage: 'x', 'Customer.phone': '9' },
    { request_id: 'q' },
  ],
  [
    'one of a batch',
    {
      request_id: 'q-1',
      carts: [{ cart_id: 'c-1', merchant_cart_id: 'g', data: { drop_stage: 'x' } }],
    },
    { request_id: 'q-1', cart_id: 'c-1', merchant_cart_id: 'g', drop_stage: 'x' },
  ],
  ['a batch without data', { carts: [{ cart_id: 'c-1' }] }, { cart_id: 'c-1' }],
  [
    'not abandoned any more',
    { carts: [{ cart_id: 'c-1', is_abandoned: false, items: [{ title: 'Kurta', quantity: 1 }] }] },
    { cart_id: 'c-1', is_abandoned: false, items: [{ name: 'Kurta', quantity: 1 }] },
  ],
  [
    'other names',
    {
      id: 'c-1',
      abc_link: 'l',
      checkout_stage: 's',
      line_items: [{ title: 'K' }],
      utm_source: 'g',
    },
    { id: 'c-1', abc_url: 'l', drop_stage: 's', items: [{ name: 'K' }], mkt_source: 'g' },
  ],
  [
    'names as JavaScript writes them',
    { requestId: 'q-1', dropStage: 's', totalPrice: '5' },
    { request_id: 'q-1', drop_stage: 's', total_price: '5' },
  ],
  ['an id inside data', { data: { id: 'c-1', drop_stage: 's' } }, { id: 'c-1', drop_stage: 's' }],
  ['an id of a spreadsheet', { request_id: "'512345", drop_stage: 's' }, { request_id: '512345' }],
];
for (const [name, value, row] of CARTS) {
  t.test(`an abandoned cart: ${name}`, (t) => {
    t.match(read(value), [{ kind: 'abandoned_webhook', stream: 'abandoned_checkouts', row }]);
    t.equal(read(value).length, 1);
    t.end();
  });
}

t.test('a request id beside several carts is none of theirs', (t) => {
  const carts = [
    { cart_id: 'a', drop_stage: 's' },
    { cart_id: 'b', drop_stage: 's' },
  ];
  t.same(
    read({ request_id: 'q', carts }).map(({ row }) => [row.cart_id, row.request_id]),
    [
      ['a', undefined],
      ['b', undefined],
    ],
  );
  t.end();
});

t.test('an order callback and shipments', (t) => {
  t.match(read(ORDER), [
    {
      kind: 'order_callback',
      stream: 'orders',
      row: { gokwik_oid: 'KWIK1', payment_method: 'pp-cod', total: 715, payment_id: 'pay_1' },
    },
  ]);
  t.match(read(SHIPMENT), [
    { kind: 'shipment_webhook', stream: 'shipments', row: { awb: 'W1', status: 'In Transit' } },
  ]);
  t.match(read({ Status: true, waybillDetails: [SHIPMENT, { ...SHIPMENT, waybill: 'W2' }] }), [
    { row: { awb: 'W1' } },
    { row: { awb: 'W2' } },
  ]);
  t.end();
});

const text = (value: unknown): string => JSON.stringify(value);
const WRAPPERS: Record<string, (payload: Json) => Json> = {
  list: (payload) => [payload],
  n8n: (payload) => ({ headers: { 'user-agent': 'axios' }, body: payload }),
  'a list of n8n': (payload) => [{ headers: {}, body: payload }],
  gateway: (payload) => ({ httpMethod: 'POST', headers: {}, body: text(payload) }),
  'gateway in base64': (payload) => ({
    isBase64Encoded: true,
    body: Buffer.from(text(payload)).toString('base64'),
  }),
  data: (payload) => ({ data: { body: payload } }),
  packed: (payload) => ({ _id: 'x', event: payload }),
  warehouse: (payload) => ({ _airbyte_raw_id: 'x', _airbyte_data: payload }),
  'warehouse text': (payload) => ({ _airbyte_raw_id: 'x', _airbyte_data: text(payload) }),
  raw: (payload) => ({ id: 1, raw_payload: text(payload) }),
  payload: (payload) => ({ payload }),
  form: (payload) => ({
    raw_payload: new URLSearchParams({ event: 'x', payload: text(payload) }).toString(),
  }),
  'form in base64': (payload) => ({
    isBase64Encoded: true,
    body: Buffer.from(`payload=${encodeURIComponent(text(payload))}`).toString('base64'),
  }),
};
const PAYLOADS: Record<string, JsonObject> = {
  TRANSACTION,
  REFUND,
  CART,
  ORDER,
  SHIPMENT,
};

t.test('a payload is the same in every wrapper, and in two', (t) => {
  for (const [name, payload] of Object.entries(PAYLOADS)) {
    const bare = read(payload).map(({ stream, row }) => ({ stream, row }));
    for (const [outer, wrap] of Object.entries(WRAPPERS)) {
      for (const [inner, wrapAgain] of Object.entries({ none: (one: Json) => one, ...WRAPPERS })) {
        const found = read(wrap(wrapAgain(payload)));
        t.same(
          found.map(({ stream }) => stream),
          [bare[0]?.stream],
          `${name} in ${inner} in ${outer}`,
        );
        t.match(found[0]?.row, bare[0]?.row ?? {}, `${name} in ${inner} in ${outer}`);
      }
    }
  }
  t.end();
});

t.test('the moment of receipt, wherever it stands', (t) => {
  const at = Date.parse('2026-09-09T07:23:34.567Z');
  for (const value of [
    { ...TRANSACTION, _received_at: '2026-09-09T07:23:34.567Z' },
    { _received_at: '2026-09-09T07:23:34.567Z', body: text(TRANSACTION) },
    { _airbyte_data: text(TRANSACTION), _airbyte_extracted_at: '2026-09-09 07:23:34.567' },
  ]) {
    t.match(read(value), [{ receivedMs: at }]);
  }
  t.match(read(TRANSACTION), [{ receivedMs: undefined }]);
  t.end();
});

const DAY_MS = 86_400_000;
const RECEIVED_MS = Date.parse('2026-09-09T07:23:34.567Z');
const FILE_MS = Date.parse('2026-09-10T00:00:00.002Z');

/** The version of an event of one refund or payment. */
function versionAt(event: string, given: { received?: number; place?: number } = {}) {
  const entity = event.split('.')[0] ?? '';
  const { received, place = 1 } = given;
  const at = received === undefined ? {} : { _received_at: new Date(received).toISOString() };
  const [payload] = read({ ...(entity === 'refund' ? REFUND : TRANSACTION), entity, event, ...at });
  if (!payload) throw new Error('no payload');
  return versionOf(payload, place, '+05:30', FILE_MS);
}

t.test('a cart stands at its receipt, payments and refunds by two days a step before it', (t) => {
  const at = (event: string) => versionAt(event, { received: RECEIVED_MS }).updated_at;
  const before = (days: number) => new Date(RECEIVED_MS - days * DAY_MS).toISOString();
  t.equal(at('transaction.successful'), before(2));
  t.equal(at('transaction.auto_refund'), before(2));
  t.equal(at('transaction.failure'), before(4));
  t.equal(at('refund.successful'), before(2));
  t.equal(at('refund.failure'), before(2));
  t.equal(at('refund.pending'), before(4));
  t.equal(at('refund.initiated'), before(6));
  const [cart] = read({ ...CART, _received_at: before(0) });
  t.equal(cart && versionOf(cart, 7, '+05:30', FILE_MS).updated_at, before(0));
  t.end();
});

t.test('without a receipt the age of the file stands in, later lines being later', (t) => {
  t.same(versionAt('refund.successful'), {
    updated_at: '2026-09-08T00:00:00.002Z',
    isOfFile: true,
    isFuture: false,
  });
  const lines = [1, 2, 3, 1000, 1001, 1002, 5_000_000];
  const stamps = lines.map((place) => versionAt('refund.successful', { place }).updated_at);
  t.same(stamps.slice(1, 3), ['2026-09-08T00:00:00.002001Z', '2026-09-08T00:00:00.002002Z']);
  t.same(stamps.slice(3, 5), ['2026-09-08T00:00:00.002999Z', '2026-09-08T00:00:00.003Z']);
  t.equal(stamps.at(-1), '2026-09-08T00:00:05.001999Z');
  const whole = versionOf(read(TRANSACTION)[0] as Payload, 2, '+05:30', 1_790_000_000_000);
  t.equal(whole.updated_at, '2026-09-19T14:13:20.000001Z');
  t.equal(versionAt('refund.pending').updated_at, '2026-09-06T00:00:00.002Z');
  // A clock that runs a year ahead says nothing.
  t.match(versionAt('refund.successful', { received: FILE_MS + 365 * DAY_MS }), { isOfFile: true });
  t.end();
});

t.test('in whatever order events come, none beats one that followed it', (t) => {
  const lives = [
    ['refund.initiated', 'refund.pending', 'refund.successful'],
    ['transaction.failure', 'transaction.successful'],
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...lives),
      fc.array(fc.integer({ min: 0, max: 2 * DAY_MS - 1 }), { minLength: 3, maxLength: 3 }),
      fc.array(fc.integer({ min: 0, max: 5 * DAY_MS }), { minLength: 3, maxLength: 3 }),
      (life, late, gaps) => {
        let atMs = RECEIVED_MS - 20 * DAY_MS;
        const stamps = life.map((event, turn) => {
          atMs += (gaps[turn] ?? 0) + 1;
          const received = atMs + (late[turn] ?? 0);
          return Date.parse(String(versionAt(event, { received }).updated_at));
        });
        t.same(
          [...stamps].sort((a, b) => a - b),
          stamps,
        );
      },
    ),
  );
  t.end();
});

t.test('what is nested without end is left, not followed', (t) => {
  let deep: Json = CART;
  for (let turn = 0; turn < 50; turn += 1) deep = { body: deep };
  t.match(read(deep), [{ kind: undefined }]);
  t.same(Object.keys(WEBHOOKS).length, 4);
  t.end();
});
