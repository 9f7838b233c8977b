import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readAnalyses } from './analyses.ts';
import { type Database, openDuckdb, openPostgres, type Query } from './database.ts';
import { buildModels, type ModelOptions } from './models.ts';
import { renderPage } from './page.ts';

/** `npm run report -- --db FILE`: the four analyses of a user's own database as one HTML page. */

const USAGE = `npm run report -- --db FILE|URL [--out FILE] [--source-schema NAME] [--prefix TEXT] [--as-of "YYYY-MM-DD HH:MM:SS"] [--schema NAME] [--built]

  --db             a DuckDB file, or postgres://user@host/database (password: PGPASSWORD), with the
                   connector's tables as an Airbyte destination, PyAirbyte or the demo made them
  --out            the page; default gokwik-report.html
  --source-schema  where those tables are; default main in DuckDB, public in PostgreSQL
  --prefix         what stands before each stream's table name
  --as-of          "now", UTC; default the newest update in the data
  --schema         in DuckDB: where the models are made, to be asked further questions; default
                   analytics. In PostgreSQL nothing is left behind
  --built          the models are in --schema already (dbt built them): only read them`;

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
  await writeFile(
    path,
    renderPage(await readAnalyses(query, { ...(schema !== undefined && { schema }) }), notes),
  );
  return path;
}

const isPostgres = (db: string): boolean => /^postgres(ql)?:\/\//.test(db);

async function open(db: string): Promise<Database> {
  if (isPostgres(db)) return openPostgres(db);
  if (!existsSync(db)) throw new Error(`there is no file ${db}`);
  return openDuckdb(db);
}

async function main(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      db: { type: 'string' },
      out: { type: 'string', default: 'gokwik-report.html' },
      'source-schema': { type: 'string' },
      schema: { type: 'string' },
      prefix: { type: 'string', default: '' },
      'as-of': { type: 'string', default: '' },
      built: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || values.db === undefined) {
    console.log(USAGE);
    if (!values.help) process.exitCode = 2;
    return;
  }
  const { query, close } = await open(values.db);
  try {
    const dialect = isPostgres(values.db) ? 'postgres' : 'duckdb';
    // Tables of the session: whoever may read may have a report, and PostgreSQL stays as it was.
    const isKept = dialect === 'duckdb' || values.built;
    const schema = values.schema ?? (isKept ? 'analytics' : 'pg_temp');
    const sourceSchema = values['source-schema'];
    const options: ModelOptions = {
      dialect,
      schema,
      ...(sourceSchema !== undefined && { sourceSchema }),
      variables: { gokwik_table_prefix: values.prefix, gokwik_as_of: values['as-of'] },
    };
    const notes = values.built ? [] : await build(query, options);
    for (const note of notes) console.log(note);
    console.log(await writeReport({ query, outPath: values.out, schema, notes }));
  } finally {
    await close();
  }
}

/** A page of nothing would only hide that the tables are somewhere else. */
async function build(query: Query, options: ModelOptions): Promise<readonly string[]> {
  const { notes, streams } = await buildModels(query, options);
  if (streams.length > 0) return notes;
  throw new Error(
    'none of the connector’s tables (orders, checkouts, …) is in the schema that was looked at: ' +
      'say where they are with --source-schema, and with --prefix what stands before their names',
  );
}

if (import.meta.filename === process.argv[1]) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
