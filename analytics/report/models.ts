import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Query } from './database.ts';
import { type Builtin, createRenderer, type Dialect, type Renderer } from './render.ts';

export interface ModelOptions {
  /** Whose SQL it is. Default `duckdb`. */
  dialect?: Dialect;
  /** The schema with the connector's tables, or one a merchant. Default `main`, PostgreSQL's `public`. */
  sourceSchema?: string | readonly string[];
  /** Where the models go. Default `analytics`; made when it is missing. `pg_temp` leaves no trace. */
  schema?: string;
  /** The package's variables (`analytics/dbt_project.yml`), where they should differ. */
  variables?: Readonly<Record<string, string | number>>;
}

export interface Built {
  /** Names in the order they were built. */
  readonly models: readonly string[];
  /** What was missing, in plain words; empty when every stream was there. */
  readonly notes: readonly string[];
  /** The streams that have a table. */
  readonly streams: readonly string[];
}

const PACKAGE = new URL('../', import.meta.url);

/** The package's models, each after those it reads, and what makes SQL of them in this database. */
interface Package {
  readonly models: readonly (readonly [name: string, template: string])[];
  readonly dialect: Dialect;
  readonly schema: string;
  sqlOf(template: string): string;
  /** Takes the streams whose rows all have a key and one version: nothing looks for their latest. */
  readonly once: Set<string>;
  readonly notes: readonly string[];
  readonly streams: ReadonlySet<string>;
}

/** @param placeOf where a model is; default the schema of `options`. */
export async function openPackage(
  query: Query,
  options: ModelOptions,
  placeOf?: (model: string) => string,
): Promise<Package> {
  const { dialect = 'duckdb', schema = 'analytics' } = options;
  const schemas = [options.sourceSchema ?? (dialect === 'postgres' ? 'public' : 'main')].flat();
  const notes: string[] = [];
  const variables = { ...packageVariables(), ...options.variables };
  const columns = await columnsOf(query, schemas);
  const found = new Set<string>();
  const once = new Set<string>();
  const prefix = String(variables.gokwik_table_prefix);
  const streams = { schemas, columns, prefix, identifiers: variables, notes, found, once };
  const renderer: Renderer = createRenderer(
    macroFiles(),
    {
      ref: (model) => placeOf?.(String(model)) ?? `"${schema}"."${model}"`,
      var: (name) => String(variables[name] ?? ''),
      ...streamMacros((template) => renderer.render(template), streams),
    },
    dialect,
  );
  const sqlOf = (template: string) =>
    renderer.render(template.replace(/\{\{ config\([\s\S]*?\) \}\}\n/, ''));
  return { models: inOrder(readModels()), dialect, schema, sqlOf, once, notes, streams: found };
}

/** Builds every model of the package: tables, and views where the model says so. */
export async function buildModels(query: Query, options: ModelOptions = {}): Promise<Built> {
  const opened = await openPackage(query, options);
  const { models, dialect, schema, sqlOf, once, notes, streams } = opened;
  if (schema !== 'pg_temp') await query(`create schema if not exists "${schema}"`);
  const existing = await kindsOf(query, schema);
  // What reads an earlier version goes first, since PostgreSQL drops nothing that is read.
  for (const [name] of [...models].reverse()) {
    const was = existing.get(name);
    if (was !== undefined) await query(`drop ${was} "${schema}"."${name}"`);
  }
  // Asked once: the views would ask at every reading.
  const read = new Set(models.flatMap(([, template]) => refsOf(template)));
  for (const [name, template] of models) {
    const stream = /gokwik_latest\('(\w+)'/.exec(template)?.[1];
    if (stream === undefined || !read.has(name)) continue;
    const keys = sqlOf(`{{ gokwik_typed('${stream}', 'record_key text') }}`);
    const found = await query(
      `select 1 as found from ${keys} as typed group by record_key having count(*) > 1 or record_key is null limit 1`,
    );
    if (found.length === 0) once.add(stream);
  }
  for (const [name, template] of models) {
    const kind = isView(name, template, dialect) ? 'view' : 'table';
    await query(`create ${kind} "${schema}"."${name}" as ${sqlOf(template)}`);
    // Without statistics PostgreSQL takes a table of a million rows for an empty one.
    if (dialect === 'postgres' && kind === 'table') await query(`analyze "${schema}"."${name}"`);
  }
  return {
    models: models.map(([name]) => name),
    notes: [...new Set(notes)],
    streams: [...streams],
  };
}

/** The variables that the models of a schema were built with, by dbt or here. */
export async function readSettings(query: Query, schema: string): Promise<Record<string, string>> {
  const model = 'int_gokwik__settings';
  if (!(await kindsOf(query, schema)).has(model)) {
    throw new Error(
      `there is no ${model} in the schema ${schema}: say with --schema where dbt built the models, or build them with this version of the package`,
    );
  }
  const rows = await query(`select name, value from "${schema}"."${model}"`);
  return Object.fromEntries(rows.map(({ name, value }) => [String(name), String(value)]));
}

/** The models that a model reads. */
export function refsOf(template: string): string[] {
  return [...template.matchAll(/\bref\('(\w+)'\)/g)].map(([, name = '']) => name);
}

/**
 * Incremental under dbt, costly and read by several: stored here too. PostgreSQL plans by statistics, which
 * only tables have; DuckDB makes orders, parcels and
 * address steps twice in less time than it stores them.
 */
const STORED: Readonly<Record<Dialect, readonly string[]>> = {
  duckdb: ['int_gokwik__checkout_steps'],
  postgres: [
    ...['int_gokwik__checkout_steps', 'stg_gokwik__order_versions'],
    ...['int_gokwik__parcels', 'int_gokwik__prefill_cases'],
  ],
};

/** Between the streams and the facts only what is costly or read often is stored. Other models say so themselves. */
export function isView(name: string, template: string, dialect: Dialect): boolean {
  return (
    !name.startsWith('gokwik__') &&
    !/materialized='table'/.test(template) &&
    !STORED[dialect].includes(name)
  );
}

async function kindsOf(query: Query, schema: string): Promise<Map<string, 'view' | 'table'>> {
  const rows = await query(
    `select table_name, table_type from information_schema.tables
     where table_catalog = current_database() and table_schema = '${schema}'`,
  );
  return new Map(
    rows.map((row) => [String(row.table_name), row.table_type === 'VIEW' ? 'view' : 'table']),
  );
}

async function columnsOf(query: Query, schemas: readonly string[]): Promise<Columns> {
  const rows = await query(
    `select table_schema || '.' || table_name as place, column_name, data_type
     from information_schema.columns
     where table_catalog = current_database()
       and table_schema in (${schemas.map((schema) => `'${schema}'`).join(', ')})`,
  );
  const tables = new Map<string, Map<string, string>>();
  for (const { place, column_name, data_type } of rows) {
    const columns = tables.get(String(place)) ?? new Map<string, string>();
    tables.set(String(place), columns.set(String(column_name), String(data_type)));
  }
  return tables;
}

function packageVariables(): Record<string, string | number> {
  const project = parse(readFileSync(new URL('dbt_project.yml', PACKAGE), 'utf8'));
  return (project as { vars: Record<string, string | number> }).vars;
}

/** All but `streams.sql`, which asks the database and is `streams.ts` here. */
export function macroFiles(): string[] {
  const names = ['dialect.sql', 'words.sql'];
  return names.map((name) => readFileSync(new URL(`macros/${name}`, PACKAGE), 'utf8'));
}

function readModels(): Map<string, string> {
  const models = new Map<string, string>();
  for (const folder of ['staging', 'facts', 'marts']) {
    const path = new URL(`models/${folder}/`, PACKAGE);
    for (const file of readdirSync(path)) {
      if (!file.endsWith('.sql')) continue;
      models.set(file.slice(0, -'.sql'.length), readFileSync(new URL(file, path), 'utf8'));
    }
  }
  return models;
}

/** Each model after those it reads. */
function inOrder(models: ReadonlyMap<string, string>): [string, string][] {
  const ordered = new Map<string, string>();
  const visit = (name: string) => {
    const template = models.get(name);
    if (template === undefined) throw new Error(`a model reads ${name}, which is no model`);
    if (ordered.has(name)) return;
    for (const read of refsOf(template)) visit(read);
    ordered.set(name, template);
  };
  for (const name of [...models.keys()].sort()) visit(name);
  return [...ordered];
}

/**
 * What `analytics/macros/streams.sql` does under dbt, for those who have none: reads the connector's
 * tables, whoever loaded them, by the columns that they really have.
 */

/** Types by column, by schema and table. */
type Columns = ReadonlyMap<string, ReadonlyMap<string, string>>;

interface Streams {
  readonly schemas: readonly string[];
  readonly columns: Columns;
  /** What stands before each stream's name in its table's. */
  readonly prefix: string;
  /** Tables that are called otherwise: `gokwik_orders_identifier` and the like. */
  readonly identifiers: Readonly<Record<string, string | number>>;
  /** Takes a sentence for each stream that was never synced. */
  readonly notes: string[];
  /** Takes the streams that have a table. */
  readonly found: Set<string>;
  readonly once: ReadonlySet<string>;
}

/** Aliases that `streams.sql` gives too. */
const ALIASES: Readonly<Record<string, string>> = {
  _airbyte_extracted_at: 'extracted_at',
  order: 'order_json',
  date: 'india_date',
};

/** Text, in the words of DuckDB and of PostgreSQL: '' stands for no number and no moment there. */
const TEXT = /^(varchar|text|character varying)/i;

/** A timestamp without an offset, in the words of DuckDB and of PostgreSQL. */
const NAIVE = /^timestamp( without time zone)?$/i;

interface Column {
  readonly name: string;
  readonly kind: string;
  readonly alias: string;
}

function columnsIn(list: string): Column[] {
  return `${list}, merchant text, _airbyte_extracted_at time`.split(',').map((pair) => {
    const [name = '', kind = ''] = pair.trim().split(/\s+/);
    return { name, kind, alias: ALIASES[name] ?? name };
  });
}

/** @param render renders a call of a macro of the package. */
function streamMacros(
  render: (template: string) => string,
  { schemas, columns, prefix, identifiers, notes, found, once }: Streams,
): Record<string, Builtin> {
  const isOne = schemas.length === 1;
  const typeOf = (kind: string) => {
    if (kind === 'count') return 'bigint';
    if (kind === 'flag') return 'boolean';
    if (kind === 'day') return 'date';
    return render(`{{ gokwik_type_${kind === 'json' ? 'text' : kind}() }}`);
  };

  function cast({ name, kind }: Column, type: string | undefined): string {
    if (type === undefined) return `cast(null as ${typeOf(kind)})`;
    if (kind === 'json') return render(`{{ gokwik_json_text('"${name}"') }}`);
    const isText = kind !== 'text' && TEXT.test(type);
    const column = isText ? `nullif(trim("${name}"), '')` : `"${name}"`;
    if (kind === 'time' && !NAIVE.test(type)) {
      return render(`{{ gokwik_utc('column') }}`).replace('column', column);
    }
    return `cast(${column} as ${typeOf(kind)})`;
  }

  function typed(stream: string, list: string): string {
    const table = String(identifiers[`gokwik_${stream}_identifier`] ?? `${prefix}${stream}`);
    const parts = schemas.map((schema) => {
      const types = columns.get(`${schema}.${table}`);
      const where = isOne ? '' : ` in ${schema}`;
      if (types !== undefined) found.add(stream);
      else
        notes.push(`There is no table for the stream ${stream}${where}: its columns stay empty.`);
      const picked = columnsIn(list).map((column) => {
        const cell = cast(column, types?.get(column.name));
        const own = column.name === 'record_key' && !isOne ? `'${schema}:' || ${cell}` : cell;
        return `${own} as ${column.alias}`;
      });
      const from = types
        ? `from "${schema}"."${table}"`
        : 'from (select 1 as nothing) as no_table where 1 = 0';
      return `select ${picked.join(', ')}, '${schema}' as source_relation ${from}`;
    });
    return `(${parts.join(' union all ')})`;
  }

  /** As `gokwik_latest` of `streams.sql`, in a run that is not incremental. */
  function latest(stream: string, list: string, cursor: string): string {
    if (once.has(stream)) return typed(stream, list);
    const arrived = `(select * from ${typed(stream, list)} as typed where record_key is not null)`;
    const copies = `(select record_key as copied_key from ${versions(stream)} as copied)`;
    const names = [...columnsIn(list).map(({ alias }) => alias), 'source_relation'];
    const order = `${cursor} desc nulls last, extracted_at desc nulls last`;
    return (
      `(with copies as ${copies} ` +
      `select arrived.* from ${arrived} as arrived left join copies ` +
      'on copied_key = record_key where copied_key is null union all ' +
      `select ${names.join(', ')} from (select arrived.*, row_number() over ` +
      `(partition by record_key order by ${order}) as newest from ${arrived} as arrived ` +
      'join copies on copied_key = record_key) as versions where newest = 1)'
    );
  }

  /** The keys of rows that are there in several versions. */
  function versions(stream: string): string {
    if (once.has(stream)) return '(select cast(null as varchar) as record_key where 1 = 0)';
    const keys = typed(stream, 'record_key text');
    return `(select record_key from ${keys} as typed where record_key is not null group by record_key having count(*) > 1)`;
  }

  return {
    gokwik_merchant: () =>
      `coalesce(nullif(${render("{{ gokwik_trim('merchant') }}")}, ''), ${isOne ? "'not given'" : 'source_relation'})`,
    gokwik_own: (id) => (isOne ? String(id) : `source_relation || ':' || ${id}`),
    gokwik_agreed: (answer) => `select * from ${answer}`,
    gokwik_with_versions: (stream) => versions(String(stream)),
    gokwik_typed: (stream, list) => typed(String(stream), String(list)),
    gokwik_latest: (stream, list, cursor) => latest(String(stream), String(list), String(cursor)),
  };
}
