import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { JsonObject } from '../../src/cdk/protocol.ts';
import { STREAM_SCHEMAS } from '../../src/gokwik/schemas.ts';
import type { Destination } from '../destination.ts';

const run = promisify(execFile);

/** A PostgreSQL of our own, on a socket in a folder of its own. */
export interface Postgres {
  readonly host: string;
  readonly port: number;
  /** Runs SQL; gives the rows as psql prints them, unaligned. */
  sql(text: string): Promise<string>;
  /** The rows of a query. */
  rows(text: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** Undefined where PostgreSQL is not installed (Debian: `apt-get install postgresql`). */
export async function startPostgres(port = 54_329): Promise<Postgres | undefined> {
  const bin = await binaries();
  if (bin === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'gokwik-postgres-'));
  // The server refuses to run as root: Debian's own user does it then.
  const asRoot = process.getuid?.() === 0;
  const as = asRoot ? ['runuser', '-u', 'postgres', '--'] : [];
  const exec = (program: string, args: readonly string[]) => {
    const [command = '', ...rest] = [...as, join(bin, program), ...args];
    return run(command, rest, { cwd: folder });
  };
  if (asRoot) await run('chown', ['postgres', folder]);
  await chmod(folder, 0o755);
  const data = join(folder, 'data');
  await exec('initdb', ['-D', data, '-U', 'gokwik', '-A', 'trust', '--no-sync', '-E', 'UTF8']);
  const settings = `-p ${port} -k ${folder} -c listen_addresses= -c fsync=off -c timezone=Asia/Tokyo`;
  await exec('pg_ctl', ['-D', data, '-w', '-o', settings, '-l', join(folder, 'log'), 'start']);
  const connection = ['-h', folder, '-p', String(port), '-U', 'gokwik'];
  const psql = (database: string, args: readonly string[]) =>
    run('psql', [...connection, '-d', database, '-XqAt', '-v', 'ON_ERROR_STOP=1', ...args], {
      maxBuffer: 1 << 28,
    });
  await psql('postgres', ['-c', 'create database gokwik']);
  const sql = async (text: string) => (await psql('gokwik', ['-c', text])).stdout;
  return {
    host: folder,
    port,
    sql,
    rows: async (text) =>
      JSON.parse(await sql(`select coalesce(json_agg(found), '[]') from (${text}) as found`)),
    async close() {
      await exec('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function binaries(): Promise<string | undefined> {
  const root = '/usr/lib/postgresql';
  const versions = await readdir(root).catch(() => []);
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  return newest === undefined ? undefined : join(root, newest, 'bin');
}

/** What Airbyte's PostgreSQL destination makes of a JSON type. */
const TYPES: Record<string, string> = {
  number: 'numeric(38,9)',
  integer: 'bigint',
  boolean: 'boolean',
  object: 'jsonb',
  array: 'jsonb',
};

/** Copies the streams out of the demo's DuckDB, into tables as Airbyte's destination makes them. */
export async function copyStreams(
  from: Destination,
  to: Postgres,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    const properties = STREAM_SCHEMAS[name]?.properties as Record<string, JsonObject>;
    const columns = Object.entries(properties).map(([column, { type, format }]) => {
      const kind = String([type].flat().find((one) => one !== 'null'));
      return `"${column}" ${format === 'date-time' ? 'timestamptz' : (TYPES[kind] ?? 'varchar')}`;
    });
    await to.sql(
      `create table if not exists main."${name}" (${columns.join(', ')}, _airbyte_extracted_at timestamptz)`,
    );
    await to.sql(`truncate main."${name}"`);
    const file = join(to.host, `${name}.csv`);
    const list = [...Object.keys(properties), '_airbyte_extracted_at'].map(
      (column) => `"${column}"`,
    );
    await from.query(
      `copy (select ${list.join(', ')} from "${name}") to '${file}' (format csv, header false)`,
    );
    await to.sql(`\\copy main."${name}" from '${file}' with (format csv)`);
  }
}
