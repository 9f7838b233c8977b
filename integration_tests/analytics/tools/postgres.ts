import { execFile, execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Query } from '../../../analytics/report/database.ts';
import { type Database, openPostgres } from '../../../analytics/report/database.ts';
import { freePort } from '../../stores/helpers/servers.ts';
import { groupBy } from '../truth/rows.ts';
import { postgresPrograms } from './install.ts';

const run = promisify(execFile);

/** A PostgreSQL of our own on the loopback, with its data in a folder of its own. */
export interface Postgres extends Database {
  readonly url: string;
  /** Where dbt finds it: see profiles.yml. */
  readonly environment: Readonly<Record<string, string>>;
  /** The folder of its data, which its user can read. */
  readonly folder: string;
}

const PASSWORD = 'only for tests';

export async function startPostgres(): Promise<Postgres> {
  const bin = postgresPrograms();
  const folder = await mkdtemp(join(tmpdir(), 'gokwik-postgres-'));
  // The server refuses to run as root: Debian's own user does it then.
  const isRoot = process.getuid?.() === 0;
  const as = isRoot ? ['runuser', '-u', 'postgres', '--'] : [];
  const exec = (program: string, args: readonly string[]) => {
    const [command = '', ...rest] = [...as, join(bin, program), ...args];
    return run(command, rest, { cwd: folder });
  };
  await writeFile(join(folder, 'password'), PASSWORD);
  if (isRoot) execFileSync('chown', ['-R', 'postgres', folder]);
  await chmod(folder, 0o755);
  const data = join(folder, 'data');
  const access = ['-U', 'gokwik', '-A', 'scram-sha-256', `--pwfile=${join(folder, 'password')}`];
  await exec('initdb', ['-D', data, ...access, '--no-sync', '-E', 'UTF8']);
  const port = await freePort();
  // A time zone that is neither UTC nor India's: nothing may depend on it.
  const settings = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off -c timezone=Asia/Tokyo`;
  await exec('pg_ctl', ['-D', data, '-w', '-o', settings, '-l', join(folder, 'log'), 'start']);
  const urlOf = (database: string) =>
    `postgres://gokwik:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${database}`;
  const first = await openPostgres(urlOf('postgres'));
  await first.query('create database gokwik');
  await first.close();
  const connection = await openPostgres(urlOf('gokwik'));
  return {
    query: connection.query,
    url: urlOf('gokwik'),
    environment: { GOKWIK_TEST_PGPORT: String(port), GOKWIK_TEST_PGPASSWORD: PASSWORD },
    folder,
    async close() {
      await connection.close();
      await exec('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What Airbyte's PostgreSQL destination has for the types that the demo's loader gives columns. */
const TYPES: Record<string, string> = {
  DOUBLE: 'numeric(38,9)',
  BIGINT: 'bigint',
  BOOLEAN: 'boolean',
  JSON: 'jsonb',
  'TIMESTAMP WITH TIME ZONE': 'timestamptz',
};

/** The same columns in every table that Airbyte's destination fills. */
const MADE = ['_airbyte_raw_id varchar', '_airbyte_meta jsonb', '_airbyte_generation_id bigint'];

/**
 * Copies the tables of a DuckDB schema into one of the same name, as Airbyte's PostgreSQL destination
 * makes them. What was there is replaced.
 */
export async function copyStreams(from: Query, to: Postgres, schema: string): Promise<void> {
  const columns = await from(
    `select table_name, column_name, data_type from information_schema.columns
     where table_catalog = current_database() and table_schema = '${schema}'
       and column_name <> '_airbyte_data' order by table_name, ordinal_position`,
  );
  await to.query(`drop schema if exists "${schema}" cascade`);
  await to.query(`create schema "${schema}"`);
  for (const [table, own] of groupBy(columns, (row) => String(row.table_name))) {
    const declared = own.map(
      ({ column_name, data_type }) => `"${column_name}" ${TYPES[String(data_type)] ?? 'varchar'}`,
    );
    await to.query(`create table "${schema}"."${table}" (${[...MADE, ...declared].join(', ')})`);
    const file = join(to.folder, `${table}.csv`);
    const names = own.map((row) => `"${row.column_name}"`).join(', ');
    await from(
      `copy (select ${names} from "${schema}"."${table}") to '${file}' (format csv, header false)`,
    );
    // The server reads the file itself: gokwik is its superuser.
    await to.query(`copy "${schema}"."${table}" (${names}) from '${file}' with (format csv)`);
    await rm(file);
  }
}
