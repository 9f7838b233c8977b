import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Builtin, createRenderer, type Renderer } from './render.ts';

/** Runs SQL and gives its rows; decimals and 64-bit integers come as strings. */
export type Query = (sql: string) => Promise<Record<string, unknown>[]>;

export interface ModelOptions {
  /** The schema with the connector's tables. Default `main`. */
  sourceSchema?: string;
  /** Where the models go. Default `analytics`; made when it is missing. */
  schema?: string;
  /** The package's variables (`analytics/dbt_project.yml`), where they should differ. */
  variables?: Readonly<Record<string, string | number>>;
}

export interface Built {
  /** Names in the order they were built. */
  readonly models: readonly string[];
  /** What was missing, in plain words; empty when every stream was there. */
  readonly notes: readonly string[];
}

const PACKAGE = new URL('../analytics/', import.meta.url);

/** Builds every model of the package in a DuckDB: tables, and views where the model says so. */
export async function buildModels(query: Query, options: ModelOptions = {}): Promise<Built> {
  const { sourceSchema = 'main', schema = 'analytics' } = options;
  const columns = await columnsOf(query, sourceSchema);
  const notes: string[] = [];
  const variables = { ...packageVariables(), ...options.variables };
  const context = { sourceSchema, schema, columns, variables, notes };
  const renderer: Renderer = createRenderer(
    macroFiles(),
    builtins(() => renderer, context),
  );
  await query(`create schema if not exists "${schema}"`);
  const models = inOrder(readModels());
  const existing = await kindsOf(query, schema);
  for (const [name, template] of models) {
    const kind = isView(name, template) ? 'view' : 'table';
    const sql = renderer.render(template.replace(/\{\{ config\([^)]*\) \}\}/g, ''));
    // What an earlier version made as a view cannot be replaced by a table, nor the other way round.
    const was = existing.get(name);
    if (was !== undefined && was !== kind) await query(`drop ${was} "${schema}"."${name}"`);
    await query(`create or replace ${kind} "${schema}"."${name}" as ${sql}`);
  }
  return { models: models.map(([name]) => name), notes: [...new Set(notes)] };
}

/** Between the streams and the facts only what is costly or read often is stored. */
function isView(name: string, template: string): boolean {
  return !name.startsWith('gokwik__') && !/materialized='table'/.test(template);
}

interface Context {
  readonly sourceSchema: string;
  readonly schema: string;
  /** Column types by stream. A stream that was never synced is absent. */
  readonly columns: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly variables: Readonly<Record<string, string | number>>;
  readonly notes: string[];
}

/** Aliases that `analytics/macros/streams.sql` gives too. */
const ALIASES: Readonly<Record<string, string>> = {
  _airbyte_extracted_at: 'extracted_at',
  order: 'order_json',
};

function builtins(renderer: () => Renderer, context: Context): Record<string, Builtin> {
  const call = (macro: string, column: string) =>
    renderer().render(`{{ ${macro}('${column.replaceAll("'", '')}') }}`);
  const typeOf = (kind: string) => {
    if (kind === 'count') return 'bigint';
    if (kind === 'flag') return 'boolean';
    return renderer().render(`{{ gokwik_type_${kind === 'json' ? 'text' : kind}() }}`);
  };

  function typed(stream: string, list: string): string {
    const prefix = context.variables.gokwik_table_prefix ?? '';
    const table = `${prefix}${stream}`;
    const found = context.columns.get(table);
    if (found === undefined) {
      context.notes.push(`There is no table for the stream ${stream}: its columns stay empty.`);
    }
    const picked = `${list}, _airbyte_extracted_at time`.split(',').map((pair) => {
      const [name = '', kind = ''] = pair.trim().split(/\s+/);
      return `${cast(name, kind, found?.get(name))} as ${ALIASES[name] ?? name}`;
    });
    const from = found
      ? `from "${context.sourceSchema}"."${table}"`
      : 'from (select 1 as nothing) as no_table where 1 = 0';
    return `(select ${picked.join(', ')} ${from})`;
  }

  function cast(name: string, kind: string, columnType: string | undefined): string {
    if (columnType === undefined) return `cast(null as ${typeOf(kind)})`;
    const column = `"${name}"`;
    if (kind === 'json') return call('gokwik_json_text', column);
    if (kind === 'time' && columnType !== 'TIMESTAMP') return call('gokwik_utc', column);
    return `cast(${column} as ${typeOf(kind)})`;
  }

  /** As `gokwik_latest` of `streams.sql`, in a run that is not incremental. */
  function latest(stream: string, list: string, cursor: string): string {
    const arrived = `(select * from ${typed(stream, list)} as typed where record_key is not null)`;
    const copies =
      `(select record_key as copied_key from ${typed(stream, 'record_key text')} as typed ` +
      'where record_key is not null group by record_key having count(*) > 1)';
    const order = `${cursor} desc nulls last, extracted_at desc nulls last`;
    return (
      `(select arrived.* from ${arrived} as arrived left join ${copies} as copies ` +
      'on copied_key = record_key where copied_key is null union all ' +
      'select * exclude (newest) from (select arrived.*, row_number() over ' +
      `(partition by record_key order by ${order}) as newest from ${arrived} as arrived ` +
      `join ${copies} as copies on copied_key = record_key) as versions where newest = 1)`
    );
  }

  return {
    ref: (model) => `"${context.schema}"."${model}"`,
    var: (name) => String(context.variables[name] ?? ''),
    gokwik_typed: (stream, list) => typed(String(stream), String(list)),
    gokwik_latest: (stream, list, cursor) => latest(String(stream), String(list), String(cursor)),
  };
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

async function columnsOf(query: Query, schema: string): Promise<Map<string, Map<string, string>>> {
  const rows = await query(
    `select table_name, column_name, data_type from information_schema.columns
     where table_catalog = current_database() and table_schema = '${schema}'`,
  );
  const tables = new Map<string, Map<string, string>>();
  for (const { table_name, column_name, data_type } of rows) {
    const columns = tables.get(String(table_name)) ?? new Map<string, string>();
    tables.set(String(table_name), columns.set(String(column_name), String(data_type)));
  }
  return tables;
}

export function packageVariables(): Record<string, string | number> {
  const project = parse(readFileSync(new URL('dbt_project.yml', PACKAGE), 'utf8'));
  return (project as { vars: Record<string, string | number> }).vars;
}

/** All but `streams.sql`, which asks the database and is done here. */
function macroFiles(): string[] {
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
    for (const [, read = ''] of template.matchAll(/ref\('(\w+)'\)/g)) visit(read);
    ordered.set(name, template);
  };
  for (const name of [...models.keys()].sort()) visit(name);
  return [...ordered];
}
