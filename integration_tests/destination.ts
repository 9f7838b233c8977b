import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { AirbyteStream, JsonObject } from '../src/cdk/protocol.ts';

/**
 * A small destination: upserts RECORDs by primary key into DuckDB, one table per stream, with the
 * columns of its schema, `_airbyte_extracted_at` and the whole record as `_airbyte_data`.
 *
 * Rows are committed by the STATE that covers them, together with that state: what came after the
 * last STATE is gone when the sync breaks off, as in a real destination.
 */
export interface Destination {
  /** One parsed line of the source's stdout; messages other than RECORD and STATE are ignored. */
  accept(message: Line): Promise<void>;
  /** The last STATE of each stream that was committed, as `--state` takes it. */
  states(): JsonObject[];
  /** What the sync since the last `resetCounts` did to a stream's table. */
  counts(stream: string): Counts;
  resetCounts(): void;
  /** Forgets rows that no STATE has covered, staged ones too: what a crash of the sync does. */
  discard(): Promise<void>;
  query(sql: string): Promise<Record<string, unknown>[]>;
  close(): void;
}

export interface Counts {
  readonly records: number;
  readonly inserted: number;
  /** Rows that were there with other values. */
  readonly corrected: number;
}

export interface Line {
  readonly type: string;
  readonly record?: { stream: string; data: JsonObject; emitted_at: number };
  readonly state?: JsonObject & { stream?: { stream_descriptor: { name: string } } };
}

/** Rows gathered before they are staged; the STATE commits what is staged. */
const BATCH_ROWS = 20_000;

/**
 * @param path of the DuckDB file, or `:memory:`.
 * @param options.newestCursorWins as Airbyte's de-duplicating destinations do; default: the row that
 *   came last, as plain upserts do.
 */
export async function openDestination(
  path: string,
  streams: readonly AirbyteStream[],
  { newestCursorWins = false } = {},
): Promise<Destination> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  const tables = new Map<string, Table>();
  for (const stream of streams) {
    const cursor = newestCursorWins ? stream.default_cursor_field?.[0] : undefined;
    tables.set(stream.name, await createTable(connection, stream, cursor));
  }
  const states = new Map<string, JsonObject>();

  return {
    async accept({ record, state }) {
      if (record) {
        const table = tables.get(record.stream);
        if (!table) throw new Error(`a RECORD of unknown stream ${record.stream}`);
        table.waiting.push(record);
        if (table.waiting.length >= BATCH_ROWS) await stage(connection, table);
      } else if (state?.stream) {
        const { name } = state.stream.stream_descriptor;
        const table = tables.get(name);
        if (table) await commit(connection, table);
        states.set(name, state);
      }
    },
    states: () => [...states.values()],
    counts: (stream) => tables.get(stream)?.counts ?? { records: 0, inserted: 0, corrected: 0 },
    resetCounts() {
      for (const table of tables.values()) table.counts = { records: 0, inserted: 0, corrected: 0 };
    },
    async discard() {
      for (const table of tables.values()) {
        table.waiting = [];
        table.staged = 0;
        await connection.run(`DELETE FROM temp."staged_${table.name}"`);
      }
    },
    async query(sql) {
      const reader = await connection.runAndReadAll(sql);
      return reader.getRowObjectsJson() as Record<string, unknown>[];
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

interface Table {
  readonly name: string;
  readonly columns: readonly { name: string; type: string }[];
  /** Versions of a row are compared by this field first. */
  readonly cursor: string | undefined;
  waiting: { data: JsonObject; emitted_at: number }[];
  staged: number;
  counts: Counts;
}

const TYPES: Record<string, string> = {
  number: 'DOUBLE',
  integer: 'BIGINT',
  boolean: 'BOOLEAN',
  object: 'JSON',
  array: 'JSON',
};

async function createTable(
  connection: DuckDBConnection,
  stream: AirbyteStream,
  cursor: string | undefined,
): Promise<Table> {
  const properties = stream.json_schema.properties as Record<
    string,
    { type: string | string[]; format?: string }
  >;
  const columns = Object.entries(properties).map(([name, { type, format }]) => {
    const kind = [type].flat().find((t) => t !== 'null') ?? 'string';
    return { name, type: format === 'date-time' ? 'TIMESTAMPTZ' : (TYPES[kind] ?? 'VARCHAR') };
  });
  const table: Table = {
    name: stream.name,
    columns,
    cursor,
    waiting: [],
    staged: 0,
    counts: { records: 0, inserted: 0, corrected: 0 },
  };
  const declared = columns.map(
    ({ name, type }) => `"${name}" ${type}${name === 'record_key' ? ' PRIMARY KEY' : ''}`,
  );
  await connection.run(
    `CREATE TABLE IF NOT EXISTS "${stream.name}" (${declared.join(', ')}, _airbyte_extracted_at TIMESTAMPTZ, _airbyte_data JSON)`,
  );
  await connection.run(
    `CREATE TEMP TABLE "staged_${stream.name}" (seq BIGINT, emitted_at BIGINT, record_key VARCHAR, data VARCHAR)`,
  );
  return table;
}

async function stage(connection: DuckDBConnection, table: Table): Promise<void> {
  const rows = table.waiting;
  table.waiting = [];
  if (rows.length === 0) return;
  const appender = await connection.createAppender(`staged_${table.name}`, undefined, 'temp');
  for (const { data, emitted_at } of rows) {
    appender.appendBigInt(BigInt(table.staged));
    appender.appendBigInt(BigInt(emitted_at));
    appender.appendVarchar(String(data.record_key));
    appender.appendVarchar(JSON.stringify(data));
    appender.endRow();
    table.staged += 1;
  }
  appender.closeSync();
}

async function commit(connection: DuckDBConnection, table: Table): Promise<void> {
  await stage(connection, table);
  if (table.staged === 0) return;
  const staged = `temp."staged_${table.name}"`;
  const stampOf = (data: string): string =>
    table.cursor === undefined
      ? 'NULL::TIMESTAMPTZ'
      : `CAST(json_extract_string(${data}, '$.${table.cursor}') AS TIMESTAMPTZ)`;
  // Of several versions in one commit the last one counts, as in any upserting destination.
  const latest = `(SELECT *, ${stampOf('data')} AS stamp FROM ${staged} QUALIFY row_number() OVER (PARTITION BY record_key ORDER BY stamp DESC NULLS LAST, seq DESC) = 1)`;
  const newest = `(SELECT l.* FROM ${latest} l LEFT JOIN "${table.name}" known USING (record_key)
     WHERE coalesce(${stampOf('known._airbyte_data')} <= l.stamp, true))`;
  const [changes] = (
    await connection.runAndReadAll(
      `SELECT count(*) FILTER (old.record_key IS NULL)::INT AS inserted,
              count(*) FILTER (old._airbyte_data::VARCHAR <> s.data)::INT AS corrected
       FROM ${newest} s LEFT JOIN "${table.name}" old USING (record_key)`,
    )
  ).getRowObjectsJson() as { inserted: number; corrected: number }[];
  const columns = table.columns.map(({ name, type }) =>
    type === 'JSON'
      ? `json_extract(data, '$."${name}"')`
      : `CAST(json_extract_string(data, '$."${name}"') AS ${type})`,
  );
  await connection.run(
    `INSERT OR REPLACE INTO "${table.name}"
     SELECT ${columns.join(', ')}, make_timestamptz(emitted_at * 1000), data FROM ${newest}`,
  );
  await connection.run(`DELETE FROM ${staged}`);
  const { records, inserted, corrected } = table.counts;
  table.counts = {
    records: records + table.staged,
    inserted: inserted + (changes?.inserted ?? 0),
    corrected: corrected + (changes?.corrected ?? 0),
  };
  table.staged = 0;
}
