import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Columns, streamMacros } from './macros.ts';
import { createRenderer, type Dialect, type Renderer } from './render.ts';

/** Runs SQL and gives its rows; decimals and 64-bit integers come as text. */
export type Query = (sql: string) => Promise<Record<string, unknown>[]>;

export interface ModelOptions {
  /** Whose SQL it is. Default `duckdb`. */
  dialect?: Dialect;
  /** The schema with the connector's tables. Default `main`, PostgreSQL's `public`. */
  sourceSchema?: string;
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

/** Builds every model of the package: tables, and views where the model says so. */
export async function buildModels(query: Query, options: ModelOptions = {}): Promise<Built> {
  const { dialect = 'duckdb', schema = 'analytics' } = options;
  const sourceSchema = options.sourceSchema ?? (dialect === 'postgres' ? 'public' : 'main');
  const notes: string[] = [];
  const variables = { ...packageVariables(), ...options.variables };
  const columns = await columnsOf(query, sourceSchema);
  const found = new Set<string>();
  const prefix = String(variables.gokwik_table_prefix);
  const streams = { sourceSchema, columns, prefix, notes, found };
  const renderer: Renderer = createRenderer(
    macroFiles(),
    {
      ref: (model) => `"${schema}"."${model}"`,
      var: (name) => String(variables[name] ?? ''),
      ...streamMacros((template) => renderer.render(template), streams),
    },
    dialect,
  );
  if (schema !== 'pg_temp') await query(`create schema if not exists "${schema}"`);
  const models = inOrder(readModels());
  const existing = await kindsOf(query, schema);
  // What reads an earlier version goes first, since PostgreSQL drops nothing that is read.
  for (const [name] of [...models].reverse()) {
    const was = existing.get(name);
    if (was !== undefined) await query(`drop ${was} "${schema}"."${name}"`);
  }
  for (const [name, template] of models) {
    const kind = isView(name, template) ? 'view' : 'table';
    const sql = renderer.render(template.replace(/\{\{ config\([\s\S]*?\) \}\}\n/, ''));
    await query(`create ${kind} "${schema}"."${name}" as ${sql}`);
    // Without statistics PostgreSQL takes a table of a million rows for an empty one.
    if (dialect === 'postgres' && kind === 'table') await query(`analyze "${schema}"."${name}"`);
  }
  return { models: models.map(([name]) => name), notes: [...new Set(notes)], streams: [...found] };
}

/** Between the streams and the facts only what is costly or read often is stored. */
function isView(name: string, template: string): boolean {
  return !name.startsWith('gokwik__') && !/materialized='table'/.test(template);
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

async function columnsOf(query: Query, schema: string): Promise<Columns> {
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
    for (const [, read = ''] of template.matchAll(/ref\('(\w+)'\)/g)) visit(read);
    ordered.set(name, template);
  };
  for (const name of [...models.keys()].sort()) visit(name);
  return [...ordered];
}
