import { DuckDBInstance } from '@duckdb/node-api';
import pg from 'pg';

/** Runs SQL and gives its rows; decimals and 64-bit integers come as text. */
export type Query = (sql: string) => Promise<Record<string, unknown>[]>;

export interface Database {
  readonly query: Query;
  close(): Promise<void>;
}

const BOOLEAN_TYPE = 16;

/** Values come as text, as DuckDB gives decimals and moments too; truth values as such. */
const AS_TEXT: pg.CustomTypesConfig = {
  getTypeParser: ((type: number) => (text: string) =>
    type === BOOLEAN_TYPE ? text === 't' : text) as pg.CustomTypesConfig['getTypeParser'],
};

/** @param url `postgres://user:password@host:port/database`; what it lacks comes from PG* variables. */
export async function openPostgres(url: string): Promise<Database> {
  const client = new pg.Client({ connectionString: url, types: AS_TEXT });
  await client.connect();
  // To compile queries as long as the models' takes many times as long as to run them.
  await client.query('set jit = off');
  return {
    query: async (sql) => (await client.query<Record<string, unknown>>(sql)).rows,
    close: () => client.end(),
  };
}

/** @param path a file, or `:memory:`. */
export async function openDuckdb(path: string): Promise<Database> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  return {
    query: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson(),
    async close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
