import t, { type Test } from 'tap';
import type { StreamName } from '../../simulator/src/index.ts';
import { openDbt } from './tools/dbt.ts';
import { BY_DBT, openEngines, openMerchant } from './tools/engines.ts';
import { odditiesOf, withOddities, writeOddities } from './tools/oddities.ts';
import type { SyncedShop } from './tools/sync.ts';
import { differences, expectedMarts, readMarts } from './truth/marts.ts';
import { type Source, sourceOf } from './truth/rows.ts';

/**
 * What a merchant may lack, and what upstream may make up: on both engines, by dbt and without it.
 * And the oldest dbt that the package says it works with.
 */

const NOW_MS = Date.parse('2026-11-22T06:00:00Z');
const AS_OF = { gokwik_as_of: '2026-11-22 06:00:00' };
const HAS: readonly StreamName[] = ['orders', 'checkouts', 'checkout_events', 'payments'];

t.test('gaps and oddities', async (t) => {
  const engines = await openEngines(t);
  const { simulator, open } = await openMerchant(t, { orders: 150, nowMs: NOW_MS });
  const shop = await open();
  await shop.sync();
  const whole = sourceOf(simulator, NOW_MS);

  const check = async (t: Test, schema: string, truth: Source) => {
    const variables = AS_OF;
    const printed = await engines.dbt(shop, { variables, schema, fresh: true });
    const expected = expectedMarts(truth);
    const made = await engines.marts(shop, { variables, sourceSchema: schema });
    for (const [name, marts] of Object.entries(made)) {
      t.same(differences(marts, expected), [], name);
    }
    return printed;
  };

  await t.test('without most streams and some columns, numbers and moments as text', async (t) => {
    await fork(shop, 'few', HAS);
    await shop.destination.query('alter table few.orders drop column cod_charges');
    await shop.destination.query('alter table few.checkouts drop column device_type');
    for (const column of ['total', 'updated_at']) {
      await shop.destination.query(
        `alter table few.orders alter column ${column} type varchar using coalesce(cast(${column} as varchar), '')`,
      );
    }
    const less = without(whole, HAS, ['cod_charges', 'device_type']);
    for (const text of await check(t, 'few', less)) {
      t.match(text, /no table for the stream shipments; its columns stay empty/);
      t.notMatch(text, /no table for the stream orders/);
    }
  });

  await t.test('odd rows count, and words nobody has heard of stand for themselves', async (t) => {
    await fork(shop, 'odd');
    const oddities = odditiesOf(whole);
    const odd = withOddities(whole, oddities);
    await writeOddities(shop.destination.query, 'odd', oddities);
    const expected = expectedMarts(odd);
    t.match(expected.payment_mix_daily?.join(), /"payment_class":"barter"/);
    t.match(expected.abandonment?.join(), /"reason":"No rocket".*"stage":"Moon Page"/);
    t.match(expected.prefill_effect?.join(), /"slice_value":"pondered"/);
    await check(t, 'odd', odd);
  });

  await t.test('the oldest dbt', async (t) => {
    const oldest = await openDbt('oldest');
    t.teardown(() => oldest.close());
    const given = ['--full-refresh', '--vars', JSON.stringify(AS_OF)];
    const environment = { GOKWIK_TEST_DUCKDB: shop.path };
    await shop.without(() => oldest.run('duckdb', ['build', ...given], environment));
    const made = await readMarts(shop.destination.query, BY_DBT);
    t.same(differences(made, expectedMarts(whole)), []);
  });
});

function without(
  source: Source,
  streams: readonly StreamName[],
  fields: readonly string[],
): Source {
  const none = Object.fromEntries(fields.map((name) => [name, null]));
  return {
    asOfMs: source.asOfMs,
    rows: (stream) =>
      streams.includes(stream) ? source.rows(stream).map((row) => ({ ...row, ...none })) : [],
  };
}

/** The shop's tables in a schema of their own. */
async function fork({ destination }: SyncedShop, schema: string, names?: readonly StreamName[]) {
  await destination.query(`create schema ${schema}`);
  const tables = await destination.query(
    `select table_name as name from information_schema.tables where table_schema = 'main'`,
  );
  for (const { name } of tables) {
    if (names !== undefined && !names.includes(name as StreamName)) continue;
    await destination.query(`create table ${schema}."${name}" as from main."${name}"`);
  }
}
