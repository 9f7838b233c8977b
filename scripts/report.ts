import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { readAnalyses } from './analyses/read.ts';
import { buildModels, type ModelOptions, type Query } from './models.ts';
import { renderPage } from './report/page.ts';

/** `npm run report -- --db FILE`: the four analyses of a DuckDB file as one HTML page. */

const USAGE = `npm run report -- --db FILE | --postgres URL [--out FILE] [--source-schema main] [--schema analytics] [--as-of "YYYY-MM-DD HH:MM:SS"]

  --db             DuckDB file that the connector's streams were loaded into
  --postgres       instead of --db: a connection string; dbt has built the models, psql is installed
  --out            the page; default gokwik-report.html
  --source-schema  schema of the streams; default main
  --schema         schema for the models, made in the same file; default analytics
  --prefix         what stands before each stream's table name
  --as-of          "now", UTC; default the newest update in the data
  --built          the models are there already (dbt ran): only read them`;

export interface PageOptions {
  /** Reads the database that the models were built in. */
  query: Query;
  outPath: string;
  /** Where the models were built. Default `analytics`. */
  schema?: string;
  /** What was missing, as `buildModels` returned it. */
  notes?: readonly string[];
}

/** Writes the page; returns its absolute path. The models must have been built. */
export async function writeReport({ query, outPath, schema, notes }: PageOptions): Promise<string> {
  const path = resolve(outPath);
  await writeFile(path, renderPage(await readAnalyses(query, schema), notes));
  return path;
}

/** Through psql, so that a client library need not be installed for those who have no PostgreSQL. */
function postgresQuery(url: string): Query {
  const run = promisify(execFile);
  return async (sql) => {
    const json = `select coalesce(json_agg(found), '[]') from (${sql}) as found`;
    const settings = ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-c', json];
    const { stdout } = await run('psql', [url, ...settings], { maxBuffer: 1 << 28 });
    return JSON.parse(stdout) as Record<string, unknown>[];
  };
}

async function main(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      db: { type: 'string' },
      postgres: { type: 'string' },
      out: { type: 'string', default: 'gokwik-report.html' },
      'source-schema': { type: 'string', default: 'main' },
      schema: { type: 'string', default: 'analytics' },
      prefix: { type: 'string', default: '' },
      'as-of': { type: 'string', default: '' },
      built: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.postgres !== undefined) {
    const query = postgresQuery(values.postgres);
    console.log(await writeReport({ query, outPath: values.out, schema: values.schema }));
    return;
  }
  if (values.help || values.db === undefined) {
    console.log(USAGE);
    if (!values.help) process.exitCode = 2;
    return;
  }
  const instance = await DuckDBInstance.create(values.db);
  const connection = await instance.connect();
  const query: Query = async (sql) =>
    (await connection.runAndReadAll(sql)).getRowObjectsJson() as Record<string, unknown>[];
  const { schema } = values;
  const options: ModelOptions = {
    sourceSchema: values['source-schema'],
    schema,
    variables: { gokwik_table_prefix: values.prefix, gokwik_as_of: values['as-of'] },
  };
  const notes = values.built ? [] : (await buildModels(query, options)).notes;
  for (const note of notes) console.log(note);
  console.log(await writeReport({ query, outPath: values.out, schema, notes }));
  connection.closeSync();
  instance.closeSync();
}

if (import.meta.filename === process.argv[1]) await main(process.argv.slice(2));
