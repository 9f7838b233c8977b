import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { openDestination } from '../destination.ts';
import { openDbt } from './tools/dbt.ts';
import { pythonPrograms } from './tools/install.ts';
import { streamsOf } from './tools/shop.ts';

/** What a project meets that installs the package: warnings, a wrong schema, tables of other names. */

const run = promisify(execFile);

t.test('no warning while it is parsed, by the oldest dbt and the newest', async (t) => {
  for (const python of ['oldest', 'requirements'] as const) {
    const dbt = await openDbt(python);
    t.teardown(() => dbt.close());
    const environment = { GOKWIK_TEST_DUCKDB: ':memory:' };
    await dbt.run('duckdb', ['--warn-error', 'parse', '--no-partial-parse'], environment);
    t.pass(python);
  }
});

t.test('a schema with none of the tables is an error that says what to set', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'gokwik-setup-'));
  const dbt = await openDbt();
  t.teardown(() => Promise.all([dbt.close(), rm(folder, { recursive: true, force: true })]));
  const path = join(folder, 'shop.duckdb');
  const destination = await openDestination(path, streamsOf(['orders']));
  await destination.query('alter table orders rename to the_orders');
  destination.close();
  const environment = { GOKWIK_TEST_DUCKDB: path };
  const build = (variables: object) => {
    const given = ['--select', '+stg_gokwik__order_versions', '--vars', JSON.stringify(variables)];
    return dbt.run('duckdb', ['build', ...given], environment);
  };
  const wanted = /None of the connector's tables is in the schema main of the database shop/;
  await t.rejects(build({}), { message: wanted });
  const several = { gokwik_schemas: ['main', 'elsewhere'], gokwik_orders_identifier: 'the_orders' };
  await t.rejects(build(several), { message: /tables is in the schema elsewhere/ });
  await t.resolves(build({ gokwik_orders_identifier: 'the_orders' }), 'a table of another name');
});

t.test('an adapter that nobody has tried stops with a sentence', async (t) => {
  const python = join(pythonPrograms('requirements'), 'python');
  const program = join(import.meta.dirname, 'tools/adapter.py');
  const { stdout } = await run(python, [program]);
  t.match(
    stdout,
    /works on DuckDB, PostgreSQL, BigQuery, Snowflake and ClickHouse.* is of the type oracle/,
  );
});
