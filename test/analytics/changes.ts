import t from 'tap';
import { load, openShop } from '../../integration_tests/analytics/shop.ts';
import { startSimulator } from '../../integration_tests/simulator/index.ts';
import { buildModels, type ModelOptions } from '../../scripts/models.ts';
import { STREAM_SCHEMAS } from '../../src/gokwik/schemas.ts';
import { rowsOf } from './helpers/expected.ts';

/** What arrives late, twice, oddly or never. Each test has the shop's tables in a schema of its own. */

const VARIABLES = { gokwik_as_of: '2026-11-22 06:00:00' };
const MARTS = [
  'checkout_funnel_daily',
  'checkout_funnel',
  'payment_mix_daily',
  'rto_cohorts',
  'rto_prediction_quality',
  'prefill_outcomes',
  'prefill_effect',
  'abandonment',
  'abandonment_reasons',
  'pincode_risk',
  'settlement_reconciliation',
  'settlement_batches',
];

const simulator = await startSimulator({ orders: 120, nowMs: Date.parse('2026-11-22T06:00:00Z') });
const shop = await openShop(simulator);
const { query } = shop;
t.teardown(async () => {
  shop.close();
  await simulator.close();
});
await buildModels(query, { variables: VARIABLES });
const before = await snapshot('analytics');

/** An average of fractions may differ in its last bits with the order of its rows. */
function steady(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(12)) : value;
}

async function snapshot(schema: string): Promise<Map<string, string[]>> {
  const marts = new Map<string, string[]>();
  for (const name of MARTS) {
    const rows = await query(`select * from ${schema}.gokwik__${name} order by all`);
    marts.set(
      name,
      rows.map((row) => JSON.stringify(row, steady)),
    );
  }
  return marts;
}

/** The streams in a schema `name`, and what builds the marts of it in `name_marts`. */
async function fork(name: string, streams = Object.keys(STREAM_SCHEMAS)) {
  await query(`create schema ${name}`);
  for (const stream of streams)
    await query(`create table ${name}.${stream} as from main.${stream}`);
  const schema = `${name}_marts`;
  const options: ModelOptions = { sourceSchema: name, schema, variables: VARIABLES };
  return { schema, build: () => buildModels(query, options) };
}

async function count(sql: string): Promise<number> {
  return Number((await query(sql))[0]?.n);
}

t.test('replaying a sync changes nothing', async (t) => {
  await load(shop, simulator);
  await buildModels(query, { variables: VARIABLES });
  t.same(await snapshot('analytics'), before);
});

t.test('several versions of a row, as append and lookback leave them, count once', async (t) => {
  const { schema, build } = await fork('versions');
  // The same rows read again; of an order also an older version that was read later.
  for (const stream of Object.keys(STREAM_SCHEMAS)) {
    await query(`insert into versions.${stream} from versions.${stream}`);
  }
  await query(
    `insert into versions.orders select * replace (updated_at - interval 1 hour as updated_at,
       'Failed' as order_status, 1 as total,
       _airbyte_extracted_at + interval 1 day as _airbyte_extracted_at) from versions.orders`,
  );
  // A parcel has no moment of its last change: the version that was read last counts.
  await query(
    `insert into versions.shipments select * replace ('in_transit' as status,
       _airbyte_extracted_at - interval 1 day as _airbyte_extracted_at) from versions.shipments`,
  );
  await build();
  t.same(await snapshot(schema), before);
});

t.test('a late RTO changes exactly the cohort it belongs to', async (t) => {
  const { schema, build } = await fork('late');
  const [order] = await query(
    `select order_key, order_week, payment_class, predicted_risk from analytics.gokwik__orders
     where outcome = 'in_transit' and payment_class = 'cod' order by order_key limit 1`,
  );
  await query(
    `update late.orders set shipment_status = 'rto_initiated' where record_key = '${order?.order_key}'`,
  );
  await build();
  const after = await snapshot(schema);
  const changed = (name: string) =>
    (after.get(name) ?? [])
      .filter((row) => !before.get(name)?.includes(row))
      .map((row) => JSON.parse(row) as Record<string, unknown>);
  const { order_week, payment_class, predicted_risk } = order ?? {};
  t.ok(order_week, 'a parcel is on its way');
  t.ok(changed('rto_cohorts').length > 0);
  for (const row of changed('rto_cohorts')) {
    t.match(row, { order_week, payment_class, predicted_risk, is_mature: false, rto_rate: null });
  }
  const others = ['checkout_funnel_daily', 'payment_mix_daily', 'abandonment', 'prefill_outcomes'];
  for (const name of others) t.same(changed(name), [], `${name} is as it was`);
});

t.test('an old order that comes back changes its cohort’s rate, and no other', async (t) => {
  const { schema, build } = await fork('old');
  const rates = (of: string) =>
    query(
      `select order_week, payment_class, predicted_risk, rto_rate from ${of}.gokwik__rto_cohorts
       where age_days = 30 order by all`,
    );
  const [order] = await query(
    `select * from analytics.gokwik__orders
     where outcome = 'delivered' and india_date < date '2026-10-01' order by order_key limit 1`,
  );
  await query(
    `update old.shipments set status = 'rto_initiated' where order_id = '${order?.moid}'`,
  );
  await query(
    `update old.orders set updated_at = created_at + interval 20 days
     where record_key = '${order?.order_key}'`,
  );
  await build();
  const was = await rates('analytics');
  const changed = (await rates(schema)).filter((row, at) => row.rto_rate !== was[at]?.rto_rate);
  t.equal(changed.length, 1);
  const { order_week, payment_class, predicted_risk } = order ?? {};
  t.match(changed[0], { order_week, payment_class, predicted_risk });
});

t.test('streams that a merchant does not have give empty columns and a note', async (t) => {
  const { schema, build } = await fork('few', ['orders', 'checkouts', 'checkout_events']);
  await query('alter table few.orders drop column rto_remark');
  const { notes } = await build();
  t.equal(notes.length, 9);
  t.match(notes.join(' '), /no table for the stream shipments/);
  t.equal(
    await count(`select count(*) as n from ${schema}.gokwik__orders`),
    rowsOf(simulator, 'orders').length,
  );
  // What became of parcels is known from the orders alone.
  t.ok((await count(`select count(*) as n from ${schema}.gokwik__orders where is_rto`)) > 0);
  t.equal(await count(`select count(*) as n from ${schema}.gokwik__abandonment`), 0);
});

t.test('words nobody has heard of appear as themselves', async (t) => {
  const { schema, build } = await fork('odd');
  await query(
    `update odd.orders set payment_class = 'barter'
     where record_key in (select record_key from odd.orders order by 1 limit 3)`,
  );
  await query(
    `update odd.abandoned_checkouts set drop_stage = 'Moon Page', drop_off_reasons = '["No rocket"]'
     where record_key in (select record_key from odd.abandoned_checkouts order by 1 limit 2)`,
  );
  await query(
    `update odd.address_prefills set outcome = 'pondered'
     where record_key = (select min(record_key) from odd.address_prefills)`,
  );
  await build();
  const from = (mart: string) => `from ${schema}.gokwik__${mart}`;
  t.equal(
    await count(
      `select sum(orders) as n ${from('payment_mix_daily')} where payment_class = 'barter'`,
    ),
    3,
  );
  t.equal(
    await count(
      `select sum(carts) as n ${from('abandonment')} where stage = 'Moon Page' and reason = 'No rocket'`,
    ),
    2,
  );
  t.equal(
    await count(`select carts as n ${from('abandonment_reasons')} where reason = 'No rocket'`),
    2,
  );
  t.equal(await count(`select sum(other_outcomes) as n ${from('prefill_outcomes')}`), 1);
  t.equal(
    await count(`select cases as n ${from('prefill_effect')} where slice_value = 'pondered'`),
    1,
  );
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
    t.same(await snapshot(schema), before);
  },
);

t.test('tables without a row are no error', async (t) => {
  const { schema, build } = await fork('empty', ['orders', 'checkouts']);
  await query('truncate empty.orders');
  await query('truncate empty.checkouts');
  await build();
  const after = await snapshot(schema);
  for (const name of MARTS) t.same(after.get(name), [], name);
});
