import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readAnalyses, readMerchants } from './analyses.ts';
import { addDays, before, daysIn, isDay, type Period } from './calendar.ts';
import { type Database, openDuckdb, openPostgres, type Query } from './database.ts';
import { headlines, type Window } from './headlines.ts';
import { buildModels, type ModelOptions, readSettings } from './models.ts';
import { renderPage } from './page.ts';
import { inPart } from './period.ts';

/** `npm run report -- --db FILE`: the four analyses of a user's own database as one HTML page. */

const USAGE = `npm run report -- --db FILE|URL [--from DAY] [--to DAY] [--out FILE] [--merchant NAME] [--source-schema NAME[,NAME…]] [--prefix TEXT] [--as-of "YYYY-MM-DD HH:MM:SS"] [--schema NAME] [--built]

  --db             a DuckDB file, or postgres://user@host/database (password: PGPASSWORD), with the
                   connector's tables as an Airbyte destination, PyAirbyte or the demo made them
  --from, --to     first and last day of what was begun or ordered, YYYY-MM-DD in India, both included;
                   default all days. What became of it later counts. The same number of days before
                   is what it is compared with; without them, the newest 30 days with those before
  --out            the page; default gokwik-report.html
  --merchant       one of several merchants; without it all are counted together, and the page says so
  --source-schema  where those tables are; default main in DuckDB, public in PostgreSQL. Several
                   merchants, a schema each: their names with commas between
  --prefix         what stands before each stream's table name
  --as-of          "now", UTC; default the newest update in the data
  --schema         in DuckDB: where the models are made, to be asked further questions; default
                   analytics. In PostgreSQL nothing is left behind
  --built          the models are in --schema already (dbt built them): only read them, with the
                   variables that they were built with`;

export interface PageOptions {
  /** Reads the database that the models were built in. */
  query: Query;
  outPath: string;
  /** As they were given to `buildModels`. */
  models?: ModelOptions;
  /** What was missing, as `buildModels` returned it. */
  notes?: readonly string[];
  /** Days that were asked for; one that is missing is the first or last that there is. */
  from?: string | undefined;
  to?: string | undefined;
  /** One of several. */
  merchant?: string | undefined;
}

/** Writes the page; returns its absolute path. The models must have been built. */
export async function writeReport(options: PageOptions): Promise<string> {
  const { query, outPath, models = {}, notes, from, to, merchant } = options;
  const { schema = 'analytics' } = models;
  const path = resolve(outPath);
  const one = merchant === undefined ? {} : { merchant };
  if (merchant !== undefined) checkMerchant(merchant, await readMerchants(query, `"${schema}".`));
  const whole =
    merchant === undefined
      ? await readAnalyses(query, { place: `"${schema}".` })
      : await inPart(query, models, one, (place) => readAnalyses(query, place));
  const there = whole.time.period;
  const windows: Window[] = [];
  const reads = async (period: Period) =>
    inPart(query, models, { ...one, period }, async (place) => {
      const analyses = await readAnalyses(query, place);
      windows.push({ period, headlines: headlines(analyses) });
      return analyses;
    });

  let shown = whole;
  if (there !== null && (from !== undefined || to !== undefined)) {
    const asked = { from: from ?? there.from, to: to ?? there.to };
    checkThere(asked, there);
    shown = await reads(asked);
    // What lies partly before the data would look like a rise.
    if (before(asked).from >= there.from) await reads(before(asked));
  } else if (there !== null) {
    const days = Math.min(NEWEST_DAYS, Math.floor(daysIn(there) / 2));
    let period = { from: addDays(there.to, 1 - days), to: there.to };
    for (let at = 0; at < 3 && days > 0 && period.from >= there.from; at += 1) {
      await reads(period);
      period = before(period);
    }
  }
  await writeFile(path, renderPage(shown, notes, windows));
  return path;
}

/** What is compared where no days are asked for. Three such windows reach back to what is old enough. */
const NEWEST_DAYS = 30;

function checkOrder({ from, to }: Period): void {
  if (from <= to) return;
  throw new Error(`--from ${from} is later than --to ${to}: give the earlier day as --from`);
}

/** A page of nothing would only hide a slip of the pen. */
function checkThere({ from, to }: Period, there: Period): void {
  const mend = 'ask for days that there are';
  if (to < there.from)
    throw new Error(`the data begin on ${there.from}, after --to ${to}: ${mend}`);
  if (from > there.to)
    throw new Error(`the data end on ${there.to}, before --from ${from}: ${mend}`);
}

function checkMerchant(merchant: string, there: readonly string[]): void {
  if (there.includes(merchant)) return;
  throw new Error(`--merchant ${merchant} is not in the data: ask for ${there.join(', ')}`);
}

function dayGiven(option: '--from' | '--to', text: string | undefined): string | undefined {
  if (text === undefined || isDay(text)) return text;
  throw new Error(
    `${option} ${text} is no day: write it as 2026-11-22 (year, month, day; in India)`,
  );
}

/** What is built has its own. */
function checkBuilt(values: Readonly<Record<string, string | boolean | undefined>>): void {
  const given = ['source-schema', 'prefix', 'as-of'].filter((name) => values[name]);
  if (given.length === 0) return;
  throw new Error(
    `--built reads the models as they were built, and takes no --${given.join(', --')}: leave that out, or --built`,
  );
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
      from: { type: 'string' },
      to: { type: 'string' },
      merchant: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || values.db === undefined) {
    console.log(USAGE);
    if (!values.help) process.exitCode = 2;
    return;
  }
  const from = dayGiven('--from', values.from);
  const to = dayGiven('--to', values.to);
  if (from !== undefined && to !== undefined) checkOrder({ from, to });
  if (values.built) checkBuilt(values);
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
      ...(sourceSchema !== undefined && { sourceSchema: sourceSchema.split(',') }),
      variables: values.built
        ? await readSettings(query, schema)
        : { gokwik_table_prefix: values.prefix, gokwik_as_of: values['as-of'] },
    };
    const notes = values.built ? [] : await build(query, options);
    for (const note of notes) console.log(note);
    const { out: outPath, merchant } = values;
    console.log(await writeReport({ query, outPath, models: options, notes, from, to, merchant }));
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
