import t from 'tap';
import type { StreamName, TruthRow } from '../../src/index.ts';
import { getBody, NOW_MS, type Row, STREAMS, start, wireKey } from '../helpers/client.ts';

/** The merchant's streams tell one story, and go on telling it as time goes by. */

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
  const isSaid = (value: unknown, word: string) => String(value).toLowerCase() === word;
  const statesOf = (moid: unknown) =>
    [...parcels.values()].map((row) => (row.order_id === moid ? row.status : '')).join();
  every('an order has its checkout', [...orders.values()], ({ request_id, order_status }) => {
    const status = checkouts.get(request_id)?.status;
    return isSaid(order_status, 'failed') ? status !== 'recovered' : status !== 'abandoned';
  });
  const carts = rows('abandoned_checkouts');
  every(
    'a recovered cart has its order',
    carts.filter((row) => row.recovered_at),
    (row) => {
      const order = byMoid.get(row.recovered_moid);
      return (
        order?.created_at === row.recovered_at &&
        row.is_abandoned === false &&
        (order?.request_id !== row.request_id ||
          checkouts.get(row.request_id)?.status === 'recovered')
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
    return (
      isSaid(order?.order_status, 'delivered') && order?.platform_order_id === (row.order as Row).id
    );
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
        /^(RTO Delivered|in_transit)$/.test(String(order?.shipment_status)) &&
        /rto_delivered|Returned to Origin/.test(statesOf(order?.moid))
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
