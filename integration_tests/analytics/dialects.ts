import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { openMerchant } from './tools/engines.ts';
import { type Python, pythonPrograms } from './tools/install.ts';
import { odditiesOf, writeOddities } from './tools/oddities.ts';
import type { SyncedShop } from './tools/sync.ts';
import { differences, type Marts, plain } from './truth/marts.ts';
import { type Fields, sourceOf } from './truth/rows.ts';

/**
 * The package on engines that are not servers here: real dbt builds it on ClickHouse (chdb) and on
 * Snowflake's dialect (fakesnow) from the rows that DuckDB has, at first and incrementally, and every
 * model, whatever models there are, holds the same rows. For BigQuery every model, incremental form and
 * test is resolved by ZetaSQL. On each, a dialect's macro that is taken away is noticed.
 */

const run = promisify(execFile);
const TOOLS = join(import.meta.dirname, 'tools');
const MACROS = join(import.meta.dirname, '../../analytics/macros');
const MODELS = join(import.meta.dirname, '../../analytics/models');
const NOW_MS = Date.parse('2026-11-22T06:00:00Z');
const VARIABLES = JSON.stringify({ gokwik_as_of: '2026-11-22 06:00:00' });
const RESOLVED = /^(\d+) models, (\d+) incremental forms and (\d+) tests resolved$/;

/** Models of what only files bring. */
const EMPTY = new Set([
  'stg_gokwik__checkout_funnel_daily',
  'stg_gokwik__older_orders',
  'int_gokwik__found_checkouts',
]);

/** Says the same as the default, which takes DuckDB many times as long. */
const FASTER = ['unnoticed: duckdb__gokwik_utc'];

/** Snowflake's own word for it; the DuckDB under fakesnow subtracts dates as well. */
const OWN_WORD = ['unnoticed: snowflake__gokwik_days'];

/** The courier's history, which some accounts have and the simulator does not. */
const HISTORY = JSON.stringify([
  { status: 'In Transit', date: '2026-11-09 10:00:00' },
  { status: 'RTO Initiated', timestamp: '2026-11-10T06:00:00Z' },
]);

const models = readdirSync(MODELS, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.sql'))
  .map((file) => file.replace(/^.*\//, '').slice(0, -'.sql'.length));

t.test(
  'every macro that a dialect may say otherwise has a default, and every default is asked for',
  async (t) => {
    const text = readdirSync(MACROS)
      .map((file) => readFileSync(join(MACROS, file), 'utf8'))
      .join('');
    const names = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name).sort();
    const asked = names(/adapter\.dispatch\('(\w+)'/g);
    t.ok(asked.length > 20, `${asked.length} macros`);
    t.same(names(/macro default__(\w+)\(/g), asked);
  },
);

t.test('engines', async (t) => {
  const merchant = { orders: 200, nowMs: NOW_MS - 21 * 86_400_000, endMs: NOW_MS };
  const { simulator, open, folder } = await openMerchant(t, merchant);
  const shop = await open();
  await shop.sync();
  await writeMoment(shop, join(folder, 'first'));
  simulator.setNow(NOW_MS);
  await shop.sync();
  await writeOddities(shop.destination.query, 'main', odditiesOf(sourceOf(simulator, NOW_MS)));
  await writeMoment(shop, join(folder, 'second'), join(folder, 'first'));

  await t.test('DuckDB', async (t) => {
    t.same(await lines('requirements', 'on_duckdb.py', folder), FASTER);
    for (const name of models) {
      const rows = readFileSync(join(folder, 'duckdb/second', `${name}.ndjson`), 'utf8');
      t.ok(rows !== '' || EMPTY.has(name), `${name} has rows`);
    }
  });
  const others = { snowflake: 'on_fakesnow.py', clickhouse: 'on_chdb.py' };
  for (const [target, program] of Object.entries(others)) {
    await t.test(target, async (t) => {
      const unnoticed = await lines('warehouses', program, folder);
      t.same(unnoticed, target === 'snowflake' ? OWN_WORD : []);
      for (const moment of ['first', 'second']) {
        const expected = read(join(folder, 'duckdb', moment));
        const made = texts(read(join(folder, target, moment)), expected);
        t.same(differences(made, texts(expected, expected)), []);
      }
    });
  }
  await t.test('bigquery', async (t) => {
    const printed = await lines('warehouses', 'on_zetasql.py');
    const [, resolved, incremental, tests] = RESOLVED.exec(printed.pop() ?? '') ?? [];
    t.same(printed, []);
    t.equal(Number(resolved), models.length);
    t.ok(Number(incremental) > 10, `${incremental} models differ in an incremental run`);
    t.ok(Number(tests) > models.length, `${tests} tests`);
  });
});

/**
 * Writes the streams as Parquet files, some parcels twice, under two spellings of their airway bill. Of rows that were read again `before` has the older versions,
 * which stand beside the new ones, as in a destination that only appends.
 */
async function writeMoment({ destination }: SyncedShop, folder: string, before?: string) {
  mkdirSync(folder);
  const tables = await destination.query(
    `select table_name as name from information_schema.tables
     where table_catalog = current_database() and table_schema = 'main'`,
  );
  for (const { name } of tables) {
    const file = `${name}.parquet`;
    const more =
      name === 'shipments'
        ? `, case when hash(record_key) % 3 = 0 then '${HISTORY}' end::json as status_history`
        : '';
    const spelled =
      name === 'shipments'
        ? ` union all by name select * exclude (_airbyte_data)
            replace (concat('again ', record_key) as record_key, concat(awb[:4], ' ', awb[5:]) as awb)
            from main.shipments where hash(record_key) % 5 = 0`
        : '';
    const rows = `select * exclude (_airbyte_data)${more} from main."${name}"${spelled}`;
    const older = `select older.* from '${before}/${file}' as older
      join main."${name}" as newer using (record_key)
      where newer._airbyte_extracted_at > older._airbyte_extracted_at`;
    const all = before === undefined ? rows : `${rows} union all by name ${older}`;
    await destination.query(`copy (${all}) to '${join(folder, file)}' (format parquet)`);
  }
}

/** What a program of `tools` printed, by line. */
async function lines(python: Python, program: string, ...folder: string[]): Promise<string[]> {
  const args = [join(TOOLS, program), ...folder, ...(folder.length > 0 ? [VARIABLES] : [])];
  const python3 = join(pythonPrograms(python), 'python');
  const { stdout } = await run(python3, args, { maxBuffer: 1 << 26 }).catch((error) => {
    throw new Error(`${program}: ${error.stderr.split('\n').slice(-8).join('\n')}`);
  });
  return stdout.split('\n').filter((line: string) => line !== '');
}

type Models = Readonly<Record<string, readonly Fields[]>>;

function read(folder: string): Models {
  const rowsOf = (name: string) =>
    readFileSync(join(folder, `${name}.ndjson`), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Fields);
  return Object.fromEntries(models.map((name) => [name, rowsOf(name)]));
}

/** Rows as text. ClickHouse compares to 0 and 1: what is a truth value in `like` is one. */
function texts(rows: Models, like: Models): Marts {
  const entries = Object.entries(rows).map(([name, own]) => {
    const flags = new Set(
      like[name]?.flatMap((row) =>
        Object.keys(row).filter((column) => typeof row[column] === 'boolean'),
      ),
    );
    const value = (column: string, one: unknown) =>
      flags.has(column) && typeof one === 'number' ? one === 1 : one;
    const spelled = own.map((row) =>
      plain(Object.fromEntries(Object.entries(row).map(([key, one]) => [key, value(key, one)]))),
    );
    return [name, spelled.map((row) => JSON.stringify(row)).sort()];
  });
  return Object.fromEntries(entries);
}
