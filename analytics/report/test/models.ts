import t from 'tap';
import {
  odditiesOf,
  withOddities,
  writeOddities,
} from '../../../integration_tests/analytics/tools/oddities.ts';
import { load, openShop } from '../../../integration_tests/analytics/tools/shop.ts';
import {
  differences,
  expectedMarts,
  MARTS,
  readMarts,
} from '../../../integration_tests/analytics/truth/marts.ts';
import { ms, rowsOf, sourceOf } from '../../../integration_tests/analytics/truth/rows.ts';
import { startSimulator } from '../../../simulator/src/index.ts';
import {
  COD_METHODS,
  PARTIAL_METHODS,
  PREPAID_METHODS,
} from '../../../simulator/src/world/catalogue.ts';
import { paymentClass } from '../../../src/gokwik/records/payment.ts';
import { STREAMS } from '../../../src/gokwik/streams/index.ts';
import { type Built, buildModels, type ModelOptions, macroFiles } from '../models.ts';
import { createRenderer } from '../render.ts';

/** The models on a small shop and on copies of it that tests change; the marts against figures worked out without SQL. */

const SHOP = { orders: 120, nowMs: Date.parse('2026-11-22T06:00:00Z') };
const VARIABLES = { gokwik_as_of: '2026-11-22 06:00:00' };

const simulator = await startSimulator(SHOP);
const shop = await openShop(simulator);
const { query } = shop;
t.teardown(async () => {
  shop.close();
  await simulator.close();
});
await buildModels(query, { variables: VARIABLES });
const before = await readMarts(query, 'analytics');

const count = async (sql: string): Promise<number> => Number((await query(sql))[0]?.n);

interface Fork {
  /** Where its marts are. */
  readonly schema: string;
  build(): Promise<Built>;
}

/** The streams in a schema `name`, and what builds the marts of it in `name_marts`. */
async function fork(name: string, streams = Object.keys(STREAMS)): Promise<Fork> {
  await query(`create schema ${name}`);
  for (const stream of streams)
    await query(`create table ${name}.${stream} as from main.${stream}`);
  const schema = `${name}_marts`;
  const options: ModelOptions = { sourceSchema: name, schema, variables: VARIABLES };
  return { schema, build: () => buildModels(query, options) };
}

t.test('marts equal what the simulator’s rows say', async (t) => {
  const simulator = await startSimulator({ ...SHOP, orders: 400 });
  const shop = await openShop(simulator);
  t.teardown(async () => {
    shop.close();
    await simulator.close();
  });
  const { notes } = await buildModels(shop.query);
  t.same(notes, [], 'a shop with every stream has nothing missing');
  // "Now" is the newest update in the data.
  const stamps = [...rowsOf(simulator, 'orders'), ...rowsOf(simulator, 'checkouts')];
  const asOfMs = Math.max(...stamps.map((row) => ms(row.updated_at)));
  const expected = expectedMarts(sourceOf(simulator, asOfMs));
  const actual = await readMarts(shop.query, 'analytics');
  for (const mart of MARTS) t.ok((actual[mart]?.length ?? 0) > 0, `${mart} has rows`);
  t.same(differences(actual, expected), []);
});

t.test('streams that a merchant does not have give empty columns and a note', async (t) => {
  const { schema, build } = await fork('few', ['orders', 'checkouts', 'checkout_events']);
  await query('alter table few.orders drop column rto_remark');
  const { notes } = await build();
  t.equal(notes.length, 10);
  t.match(notes.join(' '), /no table for the stream shipments/);
  t.equal(
    await count(`select count(*) as n from ${schema}.gokwik__orders`),
    rowsOf(simulator, 'orders').length,
  );
  // What became of parcels is known from the orders alone.
  t.ok((await count(`select count(*) as n from ${schema}.gokwik__orders where is_rto`)) > 0);
  t.equal(await count(`select count(*) as n from ${schema}.gokwik__abandonment`), 0);
});

t.test(
  'moments without an offset, as PyAirbyte stores them, are UTC whatever the session',
  async (t) => {
    const { schema, build } = await fork('naive');
    await query(
      `create or replace table naive.checkouts as select * replace (
       timezone('UTC', created_at) as created_at, timezone('UTC', updated_at) as updated_at)
     from naive.checkouts`,
    );
    await query(`set timezone = 'Asia/Tokyo'`);
    t.teardown(() => query('reset timezone'));
    await build();
    t.same(await readMarts(query, schema), before);
  },
);

t.test('tables without a row are no error', async (t) => {
  const { schema, build } = await fork('empty', ['orders', 'checkouts']);
  await query('truncate empty.orders');
  await query('truncate empty.checkouts');
  await build();
  const after = await readMarts(query, schema);
  for (const name of MARTS) t.same(after[name], [], name);
});

t.test('several versions of a row, as append and lookback leave them, count once', async (t) => {
  const { schema, build } = await fork('versions');
  // The same rows read again; of an order also an older version that was read later.
  for (const stream of Object.keys(STREAMS)) {
    await query(`insert into versions.${stream} from versions.${stream}`);
  }
  await query(
    `insert into versions.orders select * replace (updated_at - interval 1 hour as updated_at,
       'Confirmed' as order_status, 1 as total,
       _airbyte_extracted_at + interval 1 day as _airbyte_extracted_at) from versions.orders`,
  );
  // A parcel has no moment of its last change: the version that was read last counts. (One that is back
  // would get a date by it: see cases/rto.ts.)
  await query(
    `insert into versions.shipments select * replace ('in_transit' as status,
       _airbyte_extracted_at - interval 1 day as _airbyte_extracted_at) from versions.shipments
     where status = 'delivered'`,
  );
  await build();
  t.same(await readMarts(query, schema), before);
});

t.test('a late RTO changes exactly the cohort it belongs to', async (t) => {
  const { schema, build } = await fork('late');
  const [order] = await query(
    `select order_key, order_week, payment_class from analytics.gokwik__orders
     where outcome = 'in_transit' and payment_class = 'cod' order by order_key limit 1`,
  );
  await query(
    `update late.orders set shipment_status = 'rto_initiated' where record_key = '${order?.order_key}'`,
  );
  await build();
  const after = await readMarts(query, schema);
  const changed = (name: string) =>
    (after[name] ?? [])
      .filter((row) => !before[name]?.includes(row))
      .map((row) => JSON.parse(row) as Record<string, unknown>);
  const { order_week, payment_class } = order ?? {};
  t.ok(order_week, 'a parcel is on its way');
  for (const mart of ['rto_by_week', 'rto_by_age']) {
    t.ok(changed(mart).length > 0);
    for (const row of changed(mart)) {
      t.match(row, { order_week, payment_class, is_mature: false, rto_rate: null });
    }
  }
  const others = ['checkout_funnel_daily', 'abandonment', 'prefill_outcomes', 'nudges'];
  for (const name of others) t.same(changed(name), [], `${name} is as it was`);
});

t.test('an old order that comes back changes its cohort’s rate, and no other', async (t) => {
  const { schema, build } = await fork('old');
  const rates = (of: string) =>
    query(`select order_week, payment_class, rto_rate from ${of}.gokwik__rto_by_week order by all`);
  const [order] = await query(
    `select * from analytics.gokwik__orders
     where outcome = 'delivered' and india_date < date '2026-10-01' order by order_key limit 1`,
  );
  await query(
    `update old.shipments set status = 'rto_initiated' where order_id = '${order?.moid}'`,
  );
  await query(
    `update old.orders set shipment_status = 'rto_initiated', order_status = 'Shipped'
     where record_key = '${order?.order_key}'`,
  );
  await query(
    `update old.rto_predictions set outcome = 'rto' where request_id = '${order?.request_id}'`,
  );
  await build();
  const was = await rates('analytics');
  const changed = (await rates(schema)).filter((row, at) => row.rto_rate !== was[at]?.rto_rate);
  t.equal(changed.length, 1);
  const { order_week, payment_class } = order ?? {};
  t.match(changed[0], { order_week, payment_class });
});

t.test('an order that is there under two keys counts once, in its newest version', async (t) => {
  const { schema, build } = await fork('twice');
  // As the API told of it before the platform knew it, under GoKwik's id; and under the platform's.
  await query(
    `insert into twice.orders select * replace ('early ' || record_key as record_key,
       'Pending' as order_status, 1 as total, null as platform_order_id,
       updated_at - interval 1 minute as updated_at) from twice.orders`,
  );
  await query(
    `insert into twice.order_items select * replace ('early ' || record_key as record_key,
       updated_at - interval 1 minute as updated_at) from twice.order_items`,
  );
  await build();
  t.same(await readMarts(query, schema), before);
  const [items] = await query(
    `select (select count(*) from ${schema}.stg_gokwik__order_items) as here,
       (select count(*) from analytics.stg_gokwik__order_items) as there`,
  );
  t.equal(items?.here, items?.there, 'its items count once too');
});

t.test('replaying a sync changes nothing', async (t) => {
  await load(shop, simulator);
  await buildModels(query, { variables: VARIABLES });
  t.same(await readMarts(query, 'analytics'), before);
});

t.test('odd rows are in the marts as they are in the streams', async (t) => {
  const whole = sourceOf(simulator, simulator.nowMs());
  const oddities = odditiesOf(whole);
  const { schema, build } = await fork('odd');
  await writeOddities(query, 'odd', oddities);
  await build();
  const odd = withOddities(whole, oddities);
  const expected = expectedMarts(odd);
  t.same(differences(await readMarts(query, schema), expected), []);

  const batches = (expected.settlement_batches ?? []).map((row) => JSON.parse(row));
  const netted = batches.filter((batch) => batch.payments < batch.settlement_lines);
  t.ok(netted.length > 0, 'a batch has two lines of one payment');
  const touched = [...(oddities.get('orders')?.values() ?? [])].filter((row) => row.updated_at);
  t.ok(touched.length > 3, `${touched.length} orders came back and were touched again`);
});

const MORE = [
  ...['Cash on Delivery', 'cash_on_delivery', 'COD', 'Gokwik COD', 'partial cod', 'Partial-COD'],
  ...['UPI', 'Net Banking', 'credit card', 'Debit Card', 'EMI', 'Cardless EMI', 'paytm', 'PhonePe'],
  ...['gpay', 'amazon pay', 'PayLater', 'LazyPay', 'simpl', 'bnpl', 'mobikwik', 'razorpay', 'payu'],
  ...['freecharge', 'cashfree', 'easebuzz', 'zestmoney', 'online', 'consumer_finance-snapmint'],
  ...['other', 'barter', 'gift', 'bank transfer', ''],
];

t.test('a method that was picked is of the class that the connector gives orders', async (t) => {
  const { render } = createRenderer(macroFiles(), {});
  const methods = [...COD_METHODS, ...PREPAID_METHODS, ...PARTIAL_METHODS].flatMap(([name]) =>
    name === null ? [] : [name],
  );
  for (const method of [...methods, ...MORE]) {
    const sql = render(`select {{ gokwik_method_class("lower('${method}')") }} as class`);
    const [row] = await query(sql);
    t.equal(row?.class, paymentClass(method, null), method || '(nothing)');
  }
});
