import t, { type Test } from 'tap';
import type { StreamName } from '../simulator/index.ts';
import { openDbt } from './tools/dbt.ts';
import { BY_DBT, openEngines, openMerchant } from './tools/engines.ts';
import type { SyncedShop } from './tools/sync.ts';
import { differences, expectedMarts, readMarts } from './truth/marts.ts';
import { type Fields, type Source, sourceOf } from './truth/rows.ts';

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

  await t.test('without most streams and some columns', async (t) => {
    await fork(shop, 'few', HAS);
    await shop.destination.query('alter table few.orders drop column cod_charges');
    await shop.destination.query('alter table few.checkouts drop column device_type');
    const less = without(whole, HAS, ['cod_charges', 'device_type']);
    for (const text of await check(t, 'few', less)) {
      t.match(text, /no table for the stream shipments; its columns stay empty/);
      t.notMatch(text, /no table for the stream orders/);
    }
  });

  await t.test('words nobody has heard of stand for themselves', async (t) => {
    await fork(shop, 'odd');
    const odd = changed(whole, ODDITIES);
    for (const [stream, changes] of Object.entries(ODDITIES)) {
      const keys = firstKeys(whole, stream as StreamName).map((key) => `'${key}'`);
      const set = Object.entries(changes).map(([name, value]) => `"${name}" = ${literal(value)}`);
      await shop.destination.query(
        `update odd."${stream}" set ${set.join(', ')} where record_key in (${keys.join(', ')})`,
      );
    }
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

/** By stream, what some of its rows say instead. */
const ODDITIES: Readonly<Partial<Record<StreamName, Fields>>> = {
  orders: { payment_class: 'barter', order_status: 'On the moon' },
  checkouts: { device_type: 'television', customer_type: 'ghost' },
  abandoned_checkouts: { drop_stage: 'Moon Page', drop_off_reasons: ['No rocket'] },
  address_prefills: { outcome: 'pondered', prefill_source: 'oracle' },
  rto_predictions: { risk_flag: 'Cosmic Risk', action: 'prayed' },
  payments: { method: 'shells' },
};

const literal = (value: unknown) =>
  `'${Array.isArray(value) ? JSON.stringify(value) : String(value)}'`;

const firstKeys = (source: Source, stream: StreamName) =>
  source
    .rows(stream)
    .slice(0, 20)
    .map(({ key }) => String(key));

function changed(source: Source, changes: typeof ODDITIES): Source {
  const known = new Map<StreamName, Fields[]>();
  return {
    asOfMs: source.asOfMs,
    rows(stream) {
      const rows =
        known.get(stream) ??
        source.rows(stream).map((row, at) => (at < 20 ? { ...row, ...changes[stream] } : row));
      known.set(stream, rows);
      return rows;
    },
  };
}

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
