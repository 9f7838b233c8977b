import t from 'tap';
import { buildModels } from '../../analytics/report/models.ts';
import { draws } from '../../simulator/src/world/random.ts';
import { BY_DBT, openEngines, openMerchant } from './tools/engines.ts';
import { differences, MARTS, readMarts } from './truth/marts.ts';

/**
 * The same rows in any number of loads, in any order, incrementally, are one load: late rows, older
 * versions that come after newer ones, and versions that lack their cursor.
 */

const NOW_MS = Date.parse('2026-11-01T06:00:00Z');
const DAY_MS = 86_400_000;
const AS_OF = { gokwik_as_of: '2026-11-21 06:00:00' };
const NAMES = [...MARTS, 'orders', 'checkouts', 'abandoned_carts'];
const LOADS = 3;

t.test('loads in any order are one load', async (t) => {
  const engines = await openEngines(t);
  const { simulator, open } = await openMerchant(t, { orders: 120, nowMs: NOW_MS });
  const shop = await open();
  const { query } = shop.destination;
  await shop.sync();
  const tables = (
    await query(
      `select table_name as name from information_schema.tables
       where table_catalog = current_database() and table_schema = 'main'`,
    )
  ).map(({ name }) => String(name));
  // As a destination that appends: every version that was ever read.
  await shop.destination.query('create schema whole');
  for (const name of tables) await query(`create table whole."${name}" as from main."${name}"`);
  for (const days of [8, 12]) {
    simulator.advance(days * DAY_MS);
    await shop.sync();
    for (const name of tables) {
      await shop.destination.query(
        `insert into whole."${name}" select * from main."${name}"
         where (record_key, _airbyte_extracted_at) not in
           (select record_key, _airbyte_extracted_at from whole."${name}")`,
      );
    }
  }
  for (const name of ['orders', 'checkouts', 'payments', 'rto_predictions']) {
    await shop.destination.query(
      `update whole.${name} set updated_at = null where hash(record_key, _airbyte_extracted_at) % 5 = 0`,
    );
  }
  const [several] = await shop.destination.query(
    'select count(*) - count(distinct record_key) as n from whole.orders',
  );
  t.ok(Number(several?.n) > 20, `${several?.n} older versions of orders`);
  // Under the name that the loads will have: rows tell which schema they are of.
  await shop.destination.query('create schema raw');
  for (const name of tables) await query(`create table raw."${name}" as from whole."${name}"`);
  await buildModels(shop.destination.query, { variables: AS_OF, sourceSchema: 'raw' });
  const wanted = await readMarts(shop.destination.query, 'analytics', NAMES);

  for (const seed of [1, 2]) {
    await shop.destination.query('drop schema if exists raw cascade; create schema raw');
    const draw = draws(seed, 0, 0);
    const shift = Math.floor(draw() * 1000);
    for (const name of tables)
      await shop.destination.query(`create table raw."${name}" as from whole."${name}" limit 0`);
    for (let load = 0; load < LOADS; load += 1) {
      for (const name of tables) {
        await shop.destination.query(
          `insert into raw."${name}" from whole."${name}"
           where (hash(record_key, _airbyte_extracted_at) + ${shift}) % ${LOADS} = ${load}`,
        );
      }
      const fresh = load === 0;
      await engines.dbt(shop, { variables: AS_OF, schema: 'raw', command: 'run', fresh });
    }
    const duckdb = await readMarts(shop.destination.query, BY_DBT, NAMES);
    t.same(differences(duckdb, wanted), [], `DuckDB, order ${seed}`);
    const postgres = await readMarts(engines.postgres.query, BY_DBT, NAMES);
    t.same(differences(postgres, wanted), [], `PostgreSQL, order ${seed}`);
  }
});
