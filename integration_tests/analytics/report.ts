import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { openDuckdb } from '../../analytics/report/database.ts';
import { buildModels } from '../../analytics/report/models.ts';
import { writeReport } from '../../analytics/report/report.ts';
import { type Simulator, startSimulator } from '../../simulator/src/index.ts';
import { openDestination } from '../destination.ts';
import { figures } from './tools/figures.ts';
import { copyStreams, startPostgres } from './tools/postgres.ts';
import { load, streamsOf } from './tools/shop.ts';
import { ordersOf } from './truth/outcomes.ts';
import { sourceOf } from './truth/rows.ts';

/**
 * `npm run report` on a database of one's own: whoever loaded the tables, the page has the same
 * figures; PostgreSQL is left as it was, and a user who may only read is enough.
 */

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');
const NOW_MS = Date.parse('2026-11-22T06:00:00Z');

async function report(args: readonly string[], env: Record<string, string> = {}) {
  const command = ['tsx', 'analytics/report/report.ts', ...args];
  const done = run('npx', command, { cwd: ROOT, env: { ...process.env, ...env } });
  return done.then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    ({ code, stderr }) => ({ code: Number(code), said: String(stderr) }),
  );
}

/** What the headlines are compared with. */
async function changes(path: string): Promise<string[]> {
  const page = await readFile(path, 'utf8');
  const found = [...page.matchAll(/id="change-[^<]*/g)].map(([change]) => change);
  if (found.length < 5) throw new Error(`the page compares ${found.length} headlines`);
  return found;
}

t.test('a report of a database of one’s own', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'gokwik-own-'));
  const simulator = await startSimulator({ orders: 200, nowMs: NOW_MS });
  t.teardown(async () => {
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });
  const demo = join(folder, 'demo.duckdb');
  await fill(demo, simulator);
  const out = join(folder, 'demo.html');
  const made = await report(['--db', demo, '--out', out]);
  t.same(made, { code: 0, said: `${out}\n` }, 'a file of the demo’s loader');
  const shown = await figures(out);
  t.ok(shown.length > 300, `${shown.length} figures`);
  const page = await readFile(out, 'utf8');
  const placed = ordersOf(sourceOf(simulator, NOW_MS)).filter(({ isPlaced }) => isPlaced);
  t.match(page, `<b id="figure-orders">${placed.length}</b>`);

  await t.test('a cache of PyAirbyte: other types, naive moments', async (t) => {
    const path = join(folder, 'cache.duckdb');
    await fill(path, simulator, asPyAirbyte);
    const page = join(folder, 'cache.html');
    t.match(await report(['--db', path, '--out', page]), { code: 0 });
    t.same(await figures(page), shown);
  });
  await t.test('PostgreSQL as Airbyte’s destination fills it', (t) =>
    inPostgres(t, demo, folder, shown),
  );
  await t.test('what is built is read with the variables that it was built with', async (t) => {
    const models = { variables: { rto_maturity_days: 10, gokwik_least_cases: 5 } };
    const path = join(folder, 'built.duckdb');
    await copyFile(demo, path);
    const { query, close } = await openDuckdb(path);
    await buildModels(query, models);
    const days = { from: '2026-10-12', to: '2026-11-08' };
    const wanted = await figures(
      await writeReport({ query, models, outPath: join(folder, 'wanted.html'), ...days }),
    );
    await close();
    const out = join(folder, 'built.html');
    const args = ['--db', path, '--built', '--out', out, '--from', days.from, '--to', days.to];
    t.match(await report(args), { code: 0 });
    t.same(await figures(out), wanted);
    const own = await report([...args, '--as-of', '2026-11-20 06:00:00', '--prefix', 'gokwik_']);
    t.match(own, { code: 1, said: /takes no --prefix, --as-of: leave that out, or --built/ });
    const elsewhere = await report([...args, '--schema', 'nowhere']);
    t.match(elsewhere, {
      code: 1,
      said: /no int_gokwik__settings in the schema nowhere: say with/,
    });
  });
  await t.test('what cannot be reported on is said', async (t) => {
    const elsewhere = await report(['--db', demo, '--source-schema', 'nowhere']);
    t.match(elsewhere, { code: 1, said: /none of the connector’s tables .* --source-schema/ });
    const nobody = await report(['--db', demo, '--merchant', 'Nobody']);
    t.match(nobody, { code: 1, said: /--merchant Nobody is not in the data: ask for not given/ });
    const nothing = await report(['--db', join(folder, 'no.duckdb')]);
    t.match(nothing, { code: 1, said: /there is no file .*no\.duckdb/ });
    for (const [days, said] of [
      [['--from', '2026-02-30'], /--from 2026-02-30 is no day: write it as 2026-11-22/],
      [['--to', '22-11-2026'], /--to 22-11-2026 is no day/],
      [['--from', ''], /--from {2}is no day/],
      [
        ['--from', '2026-11-02', '--to', '2026-11-01'],
        /is later than --to 2026-11-01: give the earlier/,
      ],
      [['--to', '2020-01-01'], /the data begin on 2026-08-2\d, after --to 2020-01-01/],
      [['--from', '2027-01-01'], /the data end on 2026-11-22, before --from 2027-01-01/],
    ] as const) {
      t.match(await report(['--db', demo, '--out', join(folder, 'no.html'), ...days]), {
        code: 1,
        said,
      });
    }
    t.notOk(existsSync(join(folder, 'no.html')));
  });
});

async function fill(
  path: string,
  simulator: Simulator,
  change?: (query: (sql: string) => Promise<Record<string, unknown>[]>) => Promise<void>,
): Promise<void> {
  const destination = await openDestination(path, streamsOf());
  await load(destination, simulator);
  await change?.(destination.query);
  destination.close();
}

/** PyAirbyte's columns: moments without an offset, numbers as decimals, three of its own first. */
async function asPyAirbyte(query: (sql: string) => Promise<Record<string, unknown>[]>) {
  const columns = await query(
    `select table_name, column_name, data_type from information_schema.columns
     where table_schema = 'main' order by table_name, ordinal_position`,
  );
  for (const table of new Set(columns.map((row) => String(row.table_name)))) {
    const own = columns.filter((row) => row.table_name === table);
    const picked = own
      .filter(({ column_name }) => column_name !== '_airbyte_data')
      .map(({ column_name, data_type }) => {
        const name = `"${column_name}"`;
        if (data_type === 'TIMESTAMP WITH TIME ZONE') return `timezone('UTC', ${name}) as ${name}`;
        return data_type === 'DOUBLE' ? `cast(${name} as decimal(38, 9)) as ${name}` : name;
      });
    await query(`create or replace table "${table}" as select uuid()::varchar as _airbyte_raw_id,
      '{}'::json as _airbyte_meta, ${picked.join(', ')} from "${table}"`);
  }
}

async function inPostgres(t: Test, demo: string, folder: string, shown: unknown[]) {
  const postgres = await startPostgres();
  t.teardown(() => postgres.close());
  const from = await openDestination(demo, streamsOf());
  await copyStreams(from.query, postgres, 'main');
  from.close();
  // As a connection with a stream prefix leaves them, in the destination's default schema.
  const tables = await postgres.query(`select tablename from pg_tables where schemaname = 'main'`);
  for (const { tablename } of tables) {
    await postgres.query(`alter table main."${tablename}" rename to "gokwik_${tablename}"`);
    await postgres.query(`alter table main."gokwik_${tablename}" set schema public`);
  }
  await postgres.query(`create role reader login password 'may only read'`);
  await postgres.query('grant select on all tables in schema public to reader');
  const known = `select schemaname, tablename from pg_tables where schemaname not like 'pg_temp%'
    union all select schemaname, viewname from pg_views where schemaname not like 'pg_temp%' order by 1, 2`;
  const before = await postgres.query(known);

  const page = join(folder, 'postgres.html');
  const url = postgres.url.replace(/gokwik:[^@]*@/, 'reader@');
  const args = ['--db', url, '--prefix', 'gokwik_', '--out', page];
  t.match(await report(args, { PGPASSWORD: 'may only read' }), { code: 0 });
  t.same(await figures(page), shown, 'the same figures');
  const days = ['--from', '2026-10-05', '--to', '2026-11-01'];
  t.match(await report([...args, ...days], { PGPASSWORD: 'may only read' }), { code: 0 });
  const here = join(folder, 'days.html');
  t.match(await report(['--db', demo, '--out', here, ...days]), { code: 0 });
  t.same(await figures(page), await figures(here), 'and of some days');
  t.same(await changes(page), await changes(here), 'with the days before');
  t.same(await postgres.query(known), before, 'nothing is left behind');
}
