import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { Query } from '../../analytics/report/database.ts';
import { buildModels } from '../../analytics/report/models.ts';
import { writeReport } from '../../analytics/report/report.ts';
import { openDbt } from './tools/dbt.ts';
import { BY_DBT, openMerchant } from './tools/engines.ts';
import { figures } from './tools/figures.ts';
import { copyStreams, startPostgres } from './tools/postgres.ts';
import { differences, expectedMarts, type Marts, readMarts } from './truth/marts.ts';
import { sourceOf } from './truth/rows.ts';

/**
 * Two merchants in two schemas, who have every id in common: nothing of the one may be counted with the
 * other. The second has a label.
 */

const NOW_MS = Date.parse('2026-11-22T06:00:00Z');
const AS_OF = { gokwik_as_of: '2026-11-22 06:00:00' };
const SCHEMAS = ['one', 'two'];
const LABELS: Readonly<Record<string, string>> = { one: 'one', two: 'Second brand' };
const BY_MERCHANT = [
  'daily_sales',
  'breakdown',
  'payment_mix_daily',
  'funnel_report',
  'settlement_reconciliation',
  'settlement_findings',
];
const IDS = ['reconciliation_key', 'payment_id', 'order_key', 'first_utr', 'last_utr'];

t.test('two merchants', async (t) => {
  const postgres = await startPostgres();
  const dbt = await openDbt();
  t.teardown(() => Promise.all([postgres.close(), dbt.close()]));
  const { simulator, open, folder } = await openMerchant(t, { orders: 120, nowMs: NOW_MS });
  const shop = await open();
  await shop.sync();
  const { query } = shop.destination;
  const tables = await query(
    `select table_name as name from information_schema.tables where table_schema = 'main'`,
  );
  for (const schema of SCHEMAS) {
    await query(`create schema ${schema}`);
    for (const { name } of tables)
      await query(`create table ${schema}."${name}" as from main."${name}"`);
  }
  for (const { name } of tables) {
    await query(`alter table two."${name}" add column merchant varchar`);
    await query(`update two."${name}" set merchant = '${LABELS.two}'`);
  }

  const alone = expectedMarts(sourceOf(simulator, NOW_MS));
  const expected: Marts = Object.fromEntries(
    BY_MERCHANT.map((mart) => [mart, SCHEMAS.flatMap((schema) => owned(alone[mart], schema))]),
  );
  const check = (marts: Marts, name: string) => t.same(differences(marts, expected), [], name);

  await buildModels(query, { variables: AS_OF, sourceSchema: SCHEMAS });
  check(await readMarts(query, 'analytics', BY_MERCHANT), 'Node, DuckDB');
  await t.test('in the report', (t) => checkReports(t, query, folder));
  for (const schema of SCHEMAS) await copyStreams(query, postgres, schema);
  const options = { dialect: 'postgres', variables: AS_OF, sourceSchema: SCHEMAS } as const;
  await buildModels(postgres.query, options);
  check(await readMarts(postgres.query, 'analytics', BY_MERCHANT), 'Node, PostgreSQL');

  const given = ['--vars', JSON.stringify({ ...AS_OF, gokwik_schemas: SCHEMAS })];
  const environment = { GOKWIK_TEST_DUCKDB: shop.path };
  await shop.without(() => dbt.run('duckdb', ['build', ...given], environment));
  check(await readMarts(shop.destination.query, BY_DBT, BY_MERCHANT), 'dbt, DuckDB');
  await shop.without(() => dbt.run('duckdb', ['build', ...given], environment));
  check(await readMarts(shop.destination.query, BY_DBT, BY_MERCHANT), 'dbt, once more');
});

/** The page of one has the figures of its schema alone; the page of both says so. */
async function checkReports(t: Test, query: Query, folder: string): Promise<void> {
  const both = { variables: AS_OF, sourceSchema: SCHEMAS };
  const write = (name: string, options: object) =>
    writeReport({ query, outPath: join(folder, `${name}.html`), models: both, ...options });
  const days = { from: '2026-10-12', to: '2026-11-08' };
  const models = { variables: AS_OF, sourceSchema: 'one', schema: 'alone' };
  await buildModels(query, models);
  for (const part of [{}, days]) {
    const one = await figures(await write('one', { merchant: 'one', ...part }));
    t.same(one, await figures(await write('alone', { models, ...part })));
    t.ok(one.length > 300, `${one.length} figures`);
  }
  t.match(await readFile(join(folder, 'one.html'), 'utf8'), 'Of one alone.');
  t.match(
    await readFile(await write('both', {}), 'utf8'),
    'Of 2 merchants together: Second brand, one. One alone: --merchant &quot;Second brand&quot;.',
  );
}

/** Rows of a merchant alone, as they stand beside another's. */
function owned(rows: readonly string[] = [], schema: string): string[] {
  return rows.map((row) => {
    const fields = JSON.parse(row) as Record<string, unknown>;
    for (const id of IDS) {
      if (fields[id] !== null && fields[id] !== undefined) fields[id] = `${schema}:${fields[id]}`;
    }
    return JSON.stringify({ ...fields, merchant: LABELS[schema] });
  });
}
