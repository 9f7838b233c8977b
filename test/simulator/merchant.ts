import fc from 'fast-check';
import t from 'tap';
import {
  type StreamName,
  startSimulator,
  type TruthRow,
} from '../../integration_tests/simulator/index.ts';
import {
  DAY_MS,
  getBody,
  LISTS,
  type Listed,
  NOW_MS,
  type Row,
  readAll,
  start,
  windowOf,
  wireKey,
} from './helpers/client.ts';

/** The merchant's streams tell one story, and go on telling it as time goes by. */

const STREAMS: readonly StreamName[] = [
  ...(Object.keys(LISTS) as Listed[]),
  'order_items',
  'checkout_events',
  'refunds',
];

function byField(rows: Iterable<TruthRow>, field: string): Map<unknown, Row> {
  return new Map([...rows].map(({ fields }) => [fields[field], fields]));
}

t.test('streams agree with one another', async (t) => {
  const simulator = await start(t, { orders: 900, seed: 9 });
  const rows = (stream: StreamName) => [...simulator.truth(stream)].map(({ fields }) => fields);
  const orders = byField(simulator.truth('orders'), 'request_id');
  const byMoid = byField(simulator.truth('orders'), 'moid');
  const checkouts = byField(simulator.truth('checkouts'), 'request_id');
  const payments = byField(simulator.truth('payments'), 'payment_id');
  const predictions = byField(simulator.truth('rto_predictions'), 'request_id');
  const parcels = byField(simulator.truth('shipments'), 'awb');

  const every = (name: string, list: readonly Row[], holds: (row: Row) => unknown) => {
    const odd = list.find((row) => !holds(row));
    t.equal(odd, undefined, name);
    t.ok(list.length > 5, `${name}: seen often enough`);
  };
  every('an order has its checkout', [...orders.values()], ({ request_id, order_status }) => {
    const status = checkouts.get(request_id)?.status;
    return order_status === 'Failed' ? status !== 'recovered' : status !== 'abandoned';
  });
  const carts = rows('abandoned_checkouts');
  every(
    'a recovered cart has its order',
    carts.filter((row) => row.recovered_at),
    (row) => {
      const order = byMoid.get(row.recovered_moid);
      return (
        order?.request_id === row.request_id &&
        order?.created_at === row.recovered_at &&
        row.is_abandoned === false &&
        checkouts.get(row.request_id)?.status === 'recovered'
      );
    },
  );
  every('an abandoned cart has its checkout', carts, (row) => checkouts.has(row.request_id));
  every(
    'a completed checkout names its order',
    rows('checkouts').filter(({ moid }) => moid),
    (row) => orders.has(row.request_id),
  );
  every(
    'a payment that was captured has its order',
    [...payments.values()].filter((row) => row.moid),
    (row) => {
      const order = byMoid.get(row.moid);
      const online = order?.payment_class === 'prepaid' || order?.payment_class === 'partial_cod';
      return online && Number(row.amount) <= Number(order?.total);
    },
  );
  every('a refund has its payment and an order not paid in cash', rows('refunds'), (row) => {
    const payment = payments.get(row.payment_id);
    const order = byMoid.get(row.moid);
    return (
      payment?.moid === row.moid &&
      order?.platform_order_id === row.platform_order_id &&
      order?.payment_class !== 'cod' &&
      order?.updated_at === row.updated_at &&
      Number(row.amount) <= Number(payment?.amount)
    );
  });
  every('a settlement row has its payment', rows('settlements'), (row) => {
    const payment = payments.get(row.payment_id);
    return payment !== undefined && Number(row.amount) <= Number(payment.amount);
  });
  every('a return has its delivered order', rows('returns'), (row) => {
    const order = byMoid.get(String((row.order as Row).name).slice(1));
    return order?.order_status === 'Delivered' && order.platform_order_id === (row.order as Row).id;
  });
  every(
    'an order that shipped has its parcel',
    [...orders.values()].filter((row) => row.awb_number),
    (row) => parcels.get(row.awb_number)?.order_id === row.moid,
  );
  every(
    'an RTO has its parcel back',
    [...predictions.values()].filter((row) => row.outcome === 'rto'),
    (row) => {
      const order = orders.get(row.request_id);
      return (
        order?.shipment_status === 'rto_delivered' &&
        parcels.get(order.awb_number)?.status === 'rto_delivered'
      );
    },
  );
  every('what an order costs adds up', [...orders.values()], (row) => {
    const sum =
      Number(row.subtotal) -
      Number(row.total_discount) +
      Number(row.total_shipping) +
      Number(row.cod_charges);
    return Math.abs(sum - Number(row.total)) < 0.005;
  });
  const items = [...simulator.truth('order_items')];
  const subtotals = new Map<unknown, number>();
  for (const { fields } of items) {
    subtotals.set(fields.moid, (subtotals.get(fields.moid) ?? 0) + Number(fields.subtotal));
  }
  every(
    'items add up to their order',
    [...orders.values()],
    (row) => Math.abs((subtotals.get(row.moid) ?? 0) - Number(row.subtotal)) < 0.005,
  );
});

t.test(
  'one row a key, no key is empty, cursors are whole seconds within the history',
  async (t) => {
    const simulator = await start(t, { orders: 400, seed: 2 });
    for (const stream of STREAMS) {
      const seen = new Set<string>();
      let odd = 0;
      for (const { key, cursorMs, createdMs } of simulator.truth(stream)) {
        if (key === '' || key.includes('null') || key.includes('undefined') || seen.has(key))
          odd += 1;
        if (cursorMs > NOW_MS || createdMs > NOW_MS || createdMs < simulator.startMs) odd += 1;
        if (cursorMs % 1000 !== 0) odd += 1;
        seen.add(key);
      }
      t.equal(odd, 0, stream);
      t.ok(seen.size > 10, `${stream}: ${seen.size} rows`);
    }
  },
);

t.test('time passes: nothing is lost, and what changed moved forward', async (t) => {
  const days = fc.array(fc.integer({ min: 0, max: 9 * 86_400 }), { minLength: 1, maxLength: 6 });
  const property = fc.asyncProperty(fc.integer(), days, async (seed, steps) => {
    const thenMs = NOW_MS - 15 * DAY_MS;
    const startMs = NOW_MS - 30 * DAY_MS;
    const options = { seed, orders: 40, startMs, endMs: NOW_MS, nowMs: thenMs };
    const simulator = await startSimulator(options);
    for (const stream of STREAMS) {
      simulator.setNow(thenMs);
      let before = new Map<string, number>();
      for (const seconds of steps) {
        simulator.advance(seconds * 1000);
        const rows = [...simulator.truth(stream)];
        const now = new Map(rows.map(({ key, cursorMs }) => [key, cursorMs]));
        const lost = [...before].filter(([key, cursorMs]) => (now.get(key) ?? 0) < cursorMs);
        t.strictSame(lost, [], stream);
        before = now;
      }
    }
    await simulator.close();
  });
  await fc.assert(property, { numRuns: 6 });
});

t.test('who reads only what changed since last time ends up with everything', async (t) => {
  const simulator = await start(t, { orders: 80, endMs: NOW_MS, nowMs: NOW_MS - 20 * DAY_MS });
  const streams = (Object.keys(LISTS) as Listed[]).filter(
    (name) => LISTS[name].from === 'updated_after',
  );
  for (const stream of streams) {
    const latest = new Map<string, Row>();
    let [fromMs, toMs] = [simulator.startMs, NOW_MS - 20 * DAY_MS];
    while (toMs <= NOW_MS) {
      simulator.setNow(toMs);
      for (const row of await readAll(simulator, stream, windowOf(stream, fromMs, toMs), 500)) {
        latest.set(wireKey(stream, row), row);
      }
      [fromMs, toMs] = [toMs, toMs + 3 * DAY_MS];
    }
    const rows = [...simulator.truth(stream, { toMs: fromMs })];
    const stale = rows.filter(({ key, cursorMs }) => {
      const sent = latest.get(key)?.updated_at;
      return cursorMs !== (typeof sent === 'number' ? sent * 1000 : Date.parse(String(sent)));
    });
    t.equal(latest.size, rows.length, `${stream}: every row came`);
    t.strictSame(stale, [], `${stream}: every row is its newest version`);
  }
});

t.test('late news: most within 30 days, the last after about 35', async (t) => {
  const simulator = await start(t, {
    orders: 4000,
    seed: 11,
    endMs: NOW_MS - 60 * DAY_MS,
    startMs: NOW_MS - 120 * DAY_MS,
  });
  const late = (stream: StreamName, field: string) => {
    const ages = [...simulator.truth(stream)].flatMap(({ fields }) => {
      const at = fields[field];
      return typeof at === 'string'
        ? [(Date.parse(at) - Date.parse(String(fields.created_at))) / DAY_MS]
        : [];
    });
    return { over30: ages.filter((age) => age > 30).length / ages.length, most: Math.max(...ages) };
  };
  for (const [stream, field] of [
    ['rto_predictions', 'outcome_at'],
    ['abandoned_checkouts', 'recovered_at'],
  ] as const) {
    const { over30, most } = late(stream, field);
    t.ok(over30 > 0 && over30 < 0.1, `${stream}: ${(over30 * 100).toFixed(1)} % after 30 days`);
    t.ok(most > 30 && most < 40, `${stream}: the last after ${most.toFixed(1)} days`);
  }
});

t.test('refunds are asked for by the platform order', async (t) => {
  const simulator = await start(t, { orders: 400 });
  const refunds = [...simulator.truth('refunds')];
  const wanted = new Map<string, string[]>();
  for (const { key, fields } of refunds) {
    const id = String(fields.platform_order_id);
    wanted.set(id, [...(wanted.get(id) ?? []), key]);
  }
  let same = 0;
  for (const [platformOrderId, keys] of wanted) {
    const { success, data } = await getBody(simulator, '/v1/payments/refunds', { platformOrderId });
    const got = data.map((row) => wireKey('refunds', row));
    if (success === true && got.join() === keys.join()) same += 1;
  }
  t.equal(same, wanted.size);
  t.ok(same > 10, `${same} orders with refunds`);
  const plain = [...simulator.truth('orders')].find(
    ({ fields }) => fields.platform_order_id && !wanted.has(String(fields.platform_order_id)),
  );
  const none = await getBody(simulator, '/v1/payments/refunds', {
    platformOrderId: String(plain?.fields.platform_order_id),
  });
  t.strictSame(none.data, []);
});
