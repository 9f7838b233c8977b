import pg from 'pg';
import type { Query } from './models.ts';

export interface PostgresConnection {
  readonly query: Query;
  close(): Promise<void>;
}

const BOOLEAN_TYPE = 16;

/** Values come as text, as DuckDB gives decimals and moments too; truth values as such. */
const AS_TEXT = {
  getTypeParser: (type: number) => (text: string) => (type === BOOLEAN_TYPE ? text === 't' : text),
} as unknown as pg.CustomTypesConfig;

/** @param url `postgres://user:password@host:port/database`; what it lacks comes from PG* variables. */
export async function openPostgres(url: string): Promise<PostgresConnection> {
  const client = new pg.Client({ connectionString: url, types: AS_TEXT });
  await client.connect();
  return {
    query: async (sql) => (await client.query(sql)).rows as Record<string, unknown>[],
    close: () => client.end(),
  };
}
