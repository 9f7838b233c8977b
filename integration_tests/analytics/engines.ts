import { readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { parse } from 'yaml';
import { readAnalyses } from '../../analytics/report/analyses.ts';
import { BY_DBT, type Engines, openEngines, openMerchant } from './tools/engines.ts';
import type { SyncedShop } from './tools/sync.ts';
import { differences, expectedMarts, type Marts, plain } from './truth/marts.ts';
import { sourceOf } from './truth/rows.ts';

/**
 * The connector loads the simulator's shop, and real dbt builds the package on DuckDB and on
 * PostgreSQL, its tests included. Every mart equals what the simulator's own rows say, value by value,
 * and so does what is built without dbt: at first, three weeks later and incrementally, after the same
 * sync once more, and after one late RTO, which changes its cohort and nothing else.
 */

const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-11-01T06:00:00Z');
const END_MS = START_MS + 21 * DAY_MS;
const AS_OF = { gokwik_as_of: '2026-11-22 06:00:00' };

/** Old orders, which no sync reads again: PostgreSQL tells by which transaction a row was written. */
const OLD = `created_at < timestamp '2026-09-10 00:00:00'`;
const CURSORS: Readonly<Record<string, string>> = {
  orders: 'updated_at',
  checkouts: 'updated_at',
  checkout_events: 'updated_at',
  payments: 'updated_at',
  rto_predictions: 'updated_at',
  refunds: 'updated_at',
  shipments: 'creation_datetime',
  returns: 'created_at',
};

t.test('dbt and Node on DuckDB and PostgreSQL', async (t) => {
  const engines = await openEngines(t);
  const merchant = { orders: 400, nowMs: START_MS, endMs: END_MS };
  const { simulator, open } = await openMerchant(t, merchant);
  const shop = await open();
  const expected = () => expectedMarts(sourceOf(simulator, END_MS));
  const check = async (t: Test, wanted: Marts) => {
    for (const [name, marts] of Object.entries(await engines.marts(shop, { variables: AS_OF }))) {
      t.same(differences(marts, wanted), [], name);
    }
  };

  await shop.sync();
  // As if what is older than the lookback had been read by earlier syncs.
  for (const [stream, cursor] of Object.entries(CURSORS)) {
    await shop.destination.query(
      `update "${stream}" set _airbyte_extracted_at = "${cursor}" + interval 3 days
       where "${cursor}" < timestamptz '2026-09-20 00:00:00Z'`,
    );
  }
  await engines.dbt(shop, { variables: AS_OF });
  const first = expected();
  await t.test('after the first sync', (t) => check(t, first));
  await t.test('questions and the report have the same answers in both', (t) =>
    sameAnswers(t, shop, engines),
  );

  const written = () =>
    engines.postgres.query(
      `select order_key, xmin::text as by from ${BY_DBT}.gokwik__orders where ${OLD}`,
    );
  const before = new Map((await written()).map((row) => [row.order_key, row.by]));
  simulator.setNow(END_MS);
  await shop.sync();
  await engines.dbt(shop, { variables: AS_OF });
  await t.test('what was not read again is not made again', async (t) => {
    const kept = (await written()).filter((row) => before.get(row.order_key) === row.by).length;
    t.ok(before.size > 20, 'there are old orders');
    t.ok(kept > 0.9 * before.size, `${kept} of ${before.size} are as they were written`);
  });
  const second = expected();
  t.notSame(second, first);
  await t.test('after three weeks and an incremental run', (t) => check(t, second));

  await t.test('the same sync again changes nothing', async (t) => {
    await shop.sync();
    await engines.dbt(shop, { variables: AS_OF, command: 'run' });
    await check(t, second);
  });

  await t.test('a late RTO changes exactly its cohort', async (t) => {
    const cohort = await comeBack(shop);
    await engines.dbt(shop, { variables: AS_OF, command: 'run' });
    for (const [name, marts] of Object.entries(await engines.marts(shop, { variables: AS_OF }))) {
      const changed = Object.entries(marts).flatMap(([mart, rows]) => {
        const known = new Set(second[mart]);
        return rows.filter((row) => !known.has(row)).map((row) => ({ mart, row: JSON.parse(row) }));
      });
      const places = new Set(changed.map(({ mart }) => mart));
      const expected = [
        'breakdown',
        'daily_sales',
        'payment_mix_daily',
        'pincode_risk',
        'rto_by_age',
        'rto_by_week',
      ];
      t.same([...places].sort(), expected, name);
      for (const { mart, row } of changed) {
        if (mart.startsWith('rto')) t.match(row, { ...cohort, is_mature: false, rto_rate: null });
      }
    }
  });
});

/** A parcel on its way turns round, as the courier tells the shop: the order's row, read again. */
async function comeBack({ destination }: SyncedShop): Promise<Record<string, unknown>> {
  const [order] = await destination.query(
    `select order_key, order_week, payment_class from ${BY_DBT}.gokwik__orders
     where outcome = 'in_transit' and payment_class = 'cod' order by order_key limit 1`,
  );
  if (order === undefined) throw new Error('no parcel is on its way');
  await destination.query(
    `update orders set shipment_status = 'rto_initiated', _airbyte_extracted_at = now()
     where record_key = '${order.order_key}'`,
  );
  const { order_key: _, ...cohort } = order;
  return cohort;
}

async function sameAnswers(t: Test, shop: SyncedShop, { postgres }: Engines): Promise<void> {
  const file = new URL('../../analytics/questions.yml', import.meta.url);
  for (const { sql } of parse(readFileSync(file, 'utf8')) as { sql: string }[]) {
    const answer = (await shop.destination.query(sql)).map(plain);
    t.ok(answer.length > 0, 'there is an answer');
    const asked = sql.replaceAll('analytics.', `${BY_DBT}.`);
    t.same((await postgres.query(asked)).map(plain), answer, sql);
  }
  const page = await readAnalyses(postgres.query, { place: `${BY_DBT}.` });
  t.same(steady(page), steady(await readAnalyses(shop.destination.query)), 'the report');
}

/** Fractions may differ in their last bits, moments in how many digits of a second they show. */
function steady(value: object): unknown {
  const text = JSON.stringify(value, (key, one) => {
    if (key === 'asOf') return String(one).slice(0, 19);
    return typeof one === 'number' ? Number(one.toPrecision(9)) : one;
  });
  return JSON.parse(text);
}
