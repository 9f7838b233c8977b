import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { readAnalyses } from '../../scripts/analyses/read.ts';
import { buildModels, type Query } from '../../scripts/models.ts';
import { type Destination, openDestination } from '../destination.ts';
import { startSimulator } from '../simulator/index.ts';
import { hasDbt, openDbt } from './dbt.ts';
import { copyStreams, startPostgres } from './postgres.ts';
import { load, openShop, streamsOf } from './shop.ts';

/**
 * The package under real dbt, on DuckDB and on PostgreSQL, its tests included, gives what the models
 * give without dbt: first whole, then after three more weeks of the shop's life, incrementally.
 */

const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-11-01T06:00:00Z');
const VARIABLES = { gokwik_as_of: '2026-11-22 06:00:00' };
const FACTS = ['checkouts', 'orders', 'abandoned_carts'];
const MARTS = [
  ...FACTS,
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

/** What a stream is read by. */
const CURSORS: Readonly<Record<string, string>> = {
  orders: 'updated_at',
  checkouts: 'updated_at',
  checkout_events: 'updated_at',
  rto_predictions: 'updated_at',
  refunds: 'updated_at',
  shipments: 'creation_datetime',
  returns: 'created_at',
};

t.test('dbt', { skip: !hasDbt && 'dbt is not in .venv/analytics' }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'gokwik-engines-'));
  const path = join(folder, 'shop.duckdb');
  const simulator = await startSimulator({
    orders: 400,
    nowMs: START_MS,
    endMs: START_MS + 21 * DAY_MS,
  });
  const dbt = await openDbt();
  const postgres = await startPostgres();
  t.teardown(async () => {
    await Promise.all([dbt.close(), simulator.close(), postgres?.close()]);
    await rm(folder, { recursive: true, force: true });
  });
  const variables = ['--vars', JSON.stringify(VARIABLES)];
  const environment = {
    GOKWIK_TEST_DUCKDB: path,
    GOKWIK_TEST_PGHOST: postgres?.host ?? '',
    GOKWIK_TEST_PGPORT: String(postgres?.port ?? 0),
  };
  await postgres?.sql('create schema main');

  const expected = async (shop: Destination) => {
    await buildModels(shop.query, { variables: VARIABLES });
    return marts(shop.query, 'analytics');
  };
  /** dbt needs the file to itself. */
  const buildWithDbt = async (shop: Destination): Promise<Destination> => {
    if (postgres)
      await copyStreams(
        shop,
        postgres,
        streamsOf().map(({ name }) => name),
      );
    shop.close();
    await dbt.run(['build', ...variables], environment);
    if (postgres) await dbt.run(['build', '--target', 'postgres', ...variables], environment);
    return openDestination(path, streamsOf());
  };

  let shop = await openShop(simulator, { path });
  // As if what is older than the lookback had been read by earlier syncs.
  for (const [stream, cursor] of Object.entries(CURSORS)) {
    await shop.query(`update "${stream}" set _airbyte_extracted_at = "${cursor}" + interval 3 days
      where "${cursor}" < timestamptz '2026-09-20 00:00:00Z'`);
  }
  const first = await expected(shop);
  shop = await buildWithDbt(shop);
  t.same(await marts(shop.query, 'dbt_models'), first, 'DuckDB');
  if (postgres) t.same(await marts(postgres.rows, 'dbt_models'), first, 'PostgreSQL');

  for (const { sql } of questions()) {
    const asked = (schema: string) => sql.replaceAll('analytics.', `${schema}.`);
    const answer = (await shop.query(asked('analytics'))).map(plain);
    if (postgres) t.same((await postgres.rows(asked('dbt_models'))).map(plain), answer, sql);
  }

  if (postgres) {
    const page = await readAnalyses(postgres.rows, 'dbt_models');
    t.same(steady(page), steady(await readAnalyses(shop.query)), 'the report from PostgreSQL');
  }

  // Three weeks on, a sync reads the lookback again and nothing older: a mark on an old order stays.
  const old = `created_at < timestamp '2026-09-10 00:00:00'`;
  await shop.query(`update dbt_models.gokwik__orders set source = 'kept' where ${old}`);
  simulator.setNow(START_MS + 21 * DAY_MS);
  await load(shop, simulator, undefined, simulator.nowMs() - 30 * DAY_MS);
  const second = await expected(shop);
  t.notSame(second, first);
  shop = await buildWithDbt(shop);
  const [kept] = await shop.query(
    `select count(*) filter (${old}) as old, count(*) filter (${old} and source = 'kept') as kept
     from dbt_models.gokwik__orders`,
  );
  t.ok(Number(kept?.kept) > 0.9 * Number(kept?.old), 'what was not read again was not made again');
  await shop.query(`update dbt_models.gokwik__orders as made set source = whole.source
    from analytics.gokwik__orders as whole where whole.order_key = made.order_key`);
  t.same(await marts(shop.query, 'dbt_models'), second, 'DuckDB, incrementally');
  if (postgres)
    t.same(await marts(postgres.rows, 'dbt_models'), second, 'PostgreSQL, incrementally');
  shop.close();
});

/** Fractions may differ in their last bits, moments in how many digits of a second they show. */
function steady(value: object): string {
  return JSON.stringify(
    value,
    (key, one) => {
      if (key === 'asOf') return String(one).slice(0, 19);
      return typeof one === 'number' ? Number(one.toPrecision(10)) : one;
    },
    1,
  );
}

function questions(): { sql: string }[] {
  const file = new URL('../../analytics/questions.yml', import.meta.url);
  return parse(readFileSync(file, 'utf8')) as { sql: string }[];
}

/** Every mart's rows as text in one order, whatever engine they come from. */
async function marts(query: Query, schema: string): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const mart of MARTS) {
    const rows = await query(`select * from ${schema}.gokwik__${mart}`);
    all[mart] = rows.map((row) => JSON.stringify(plain(row))).sort();
  }
  return all;
}

/** Decimals come as text from one engine and as numbers from another; moments with `T` or a blank. */
function plain(row: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(row).filter(([name]) => name !== 'extracted_at');
  const value = (one: unknown) => {
    if (typeof one === 'boolean' || one === null) return one;
    const text = String(one);
    if (/^-?\d+(\.\d+)?(e-?\d+)?$/i.test(text)) return Number(Number(text).toPrecision(10));
    return text.replace(/^(\d{4}-\d\d-\d\d)T/, '$1 ').replace(/(:\d\d)\.0+$/, '$1');
  };
  return Object.fromEntries(entries.sort().map(([name, one]) => [name, value(one)]));
}
