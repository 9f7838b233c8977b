import t from 'tap';
import { STREAMS } from '../../../src/gokwik/streams/index.ts';
import { openForks } from './helpers/forks.ts';

/** What arrives twice or late. */

const { query, fork, marts, before, rebuild, loadAgain } = await openForks(t);

t.test('replaying a sync changes nothing', async (t) => {
  await loadAgain();
  await rebuild();
  t.same(await marts('analytics'), before);
});

t.test('several versions of a row, as append and lookback leave them, count once', async (t) => {
  const { schema, build } = await fork('versions');
  // The same rows read again; of an order also an older version that was read later.
  for (const stream of Object.keys(STREAMS)) {
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
  t.same(await marts(schema), before);
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
  const after = await marts(schema);
  const changed = (name: string) =>
    (after[name] ?? [])
      .filter((row) => !before[name]?.includes(row))
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
  t.same(await marts(schema), before);
  const [items] = await query(
    `select (select count(*) from ${schema}.stg_gokwik__order_items) as here,
       (select count(*) from analytics.stg_gokwik__order_items) as there`,
  );
  t.equal(items?.here, items?.there, 'its items count once too');
});
