import { DuckDBInstance } from '@duckdb/node-api';
import type { Test } from 'tap';
import type { Query } from '../../../analytics/report/database.ts';
import { buildModels } from '../../../analytics/report/models.ts';
import { STREAMS } from '../../../src/gokwik/streams/index.ts';
import { copyStreams, type Postgres, startPostgres } from './postgres.ts';

/** Rows of the connector's tables, made by hand: what is not named is missing. */
export type RawRow = Record<string, unknown>;
export type Raw = Readonly<Record<string, readonly RawRow[]>>;

/** Every mart and fact of a few rows, as text by column, in one order. */
export type Read = (model: string, columns: string) => Promise<string[]>;

/** When rows were read, unless they say otherwise. */
const READ_AT = '2026-06-30T00:00:00Z';

const TYPES: Readonly<Record<string, string>> = {
  number: 'double',
  integer: 'bigint',
  boolean: 'boolean',
  object: 'json',
  array: 'json',
};

interface Property {
  readonly type: string | readonly string[];
  readonly format?: string;
}

/** Runs `check` on the models over the same rows in DuckDB and in PostgreSQL. */
export async function openCases(t: Test) {
  const postgres = await startPostgres();
  t.teardown(() => postgres.close());
  return async (
    raw: Raw,
    check: (read: Read, engine: string) => Promise<void>,
    variables: Readonly<Record<string, string | number>> = {},
  ): Promise<void> => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const query: Query = async (sql) =>
      (await connection.runAndReadAll(sql)).getRowObjectsJson() as Record<string, unknown>[];
    try {
      for (const [stream, rows] of Object.entries(raw)) await write(query, stream, rows);
      await buildModels(query, { variables });
      await check(reader(query), 'DuckDB');
      await copyStreams(query, postgres, 'main');
      await buildModels(postgres.query, {
        dialect: 'postgres',
        sourceSchema: 'main',
        variables,
      });
      await check(reader(postgres.query), 'PostgreSQL');
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  };
}

export type { Postgres };

/** Appends: versions of a row stand beside each other, as where a destination keeps them all. */
async function write(query: Query, stream: string, rows: readonly RawRow[]): Promise<void> {
  const properties = STREAMS[stream]?.schema.properties as unknown as Readonly<
    Record<string, Property>
  >;
  const columns = Object.entries(properties).map(([name, { type, format }]) => {
    const kind = [type].flat().find((one) => one !== 'null') ?? 'string';
    return `"${name}" ${format === 'date-time' ? 'timestamptz' : (TYPES[kind] ?? 'varchar')}`;
  });
  const unknown = new Set(
    rows.flatMap((row) => Object.keys(row)).filter((name) => !(name in properties)),
  );
  unknown.delete('_airbyte_extracted_at');
  const more = [...unknown].map((name) => `"${name}" ${name === 'merchant' ? 'varchar' : 'json'}`);
  const all = [...columns, ...more, '_airbyte_extracted_at timestamptz'];
  await query(`create table "${stream}" (${all.join(', ')})`);
  for (const row of rows) {
    const given = { _airbyte_extracted_at: READ_AT, ...row };
    const names = Object.keys(given).map((name) => `"${name}"`);
    await query(
      `insert into "${stream}" (${names.join(', ')}) values (${Object.values(given).map(literal).join(', ')})`,
    );
  }
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return `'${text.replaceAll("'", "''")}'`;
}

function reader(query: Query): Read {
  return async (model, columns) => {
    const rows = await query(`select ${columns} from analytics.gokwik__${model}`);
    return rows.map((row) => Object.values(row).map(spell).join(' | ')).sort();
  };
}

/** One spelling for what the two engines write in their own. */
function spell(value: unknown): string {
  if (value === null || value === undefined) return '-';
  const text = String(value);
  if (/^-?\d+(\.\d+)?(e-?\d+)?$/i.test(text)) return String(Number(Number(text).toPrecision(6)));
  return text
    .replace(/^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d).*$/, '$1 $2')
    .replace(/ 00:00:00$/, '');
}
