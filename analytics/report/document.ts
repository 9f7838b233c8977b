import { readFileSync, writeFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { parse, stringify } from 'yaml';
import { STREAMS } from '../../src/gokwik/streams/index.ts';
import { buildModels, type Query } from './models.ts';

/**
 * Writes the dbt package's documentation and key tests from `analytics/glossary.yml`, for the columns
 * that the models really have. `--check` only says whether the files are up to date.
 */

const PACKAGE = new URL('../', import.meta.url);
const HEADER =
  '# Made by analytics/report/document.ts from glossary.yml and the schemas. Change those.\n';

interface Glossary {
  models: Record<string, { key?: string[]; says: string }>;
  columns: Record<string, string>;
}

interface Property {
  readonly description?: string;
}

/** The yml files as they should be, by path in the package. */
export async function documentation(): Promise<Map<string, string>> {
  const glossary = parse(readFileSync(new URL('glossary.yml', PACKAGE), 'utf8')) as Glossary;
  const columns = await columnsOfModels();
  const missing: string[] = [];
  const folders = new Map<string, object[]>();
  for (const [model, names] of columns) {
    const entry = glossary.models[model];
    if (entry === undefined) missing.push(model);
    const described = names.map((name) => {
      const description = describe(glossary, model, name);
      if (description === undefined) missing.push(`${model}.${name}`);
      const tests = entry?.key?.length === 1 && entry.key[0] === name ? ['not_null', 'unique'] : [];
      return { name, description, ...(tests.length > 0 && { data_tests: tests }) };
    });
    const folder = model.startsWith('stg_') ? 'staging' : folderOf(model);
    const key = entry?.key ?? [];
    const together =
      key.length > 1 ? { data_tests: [{ gokwik_unique_together: { columns: key } }] } : {};
    const models = folders.get(folder) ?? [];
    folders.set(folder, models);
    models.push({ name: model, description: entry?.says, ...together, columns: described });
  }
  if (missing.length > 0) throw new Error(`no words in glossary.yml for ${missing.join(', ')}`);
  return new Map(
    [...folders].map(([folder, models]) => [
      `models/${folder}/${folder}.yml`,
      HEADER + stringify({ version: 2, models }, { lineWidth: 0 }),
    ]),
  );
}

function folderOf(model: string): string {
  const facts = ['gokwik__checkouts', 'gokwik__orders', 'gokwik__abandoned_carts'];
  return model.startsWith('int_') || facts.includes(model) ? 'facts' : 'marts';
}

function describe(glossary: Glossary, model: string, column: string): string | undefined {
  const stream = /^stg_gokwik__(\w+)$/.exec(model)?.[1]?.replace(/^order_versions$/, 'orders');
  const properties = stream === undefined ? {} : STREAMS[stream]?.schema.properties;
  const property = (properties as Record<string, Property> | undefined)?.[column];
  return property?.description ?? glossary.columns[column];
}

/** Built from no stream at all: every table is there, empty. */
async function columnsOfModels(): Promise<Map<string, string[]>> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const query: Query = async (sql) =>
    (await connection.runAndReadAll(sql)).getRowObjectsJson() as Record<string, unknown>[];
  await buildModels(query);
  const rows = await query(
    `select table_name, column_name from information_schema.columns
     where table_schema = 'analytics' order by table_name, ordinal_position`,
  );
  connection.closeSync();
  instance.closeSync();
  const columns = new Map<string, string[]>();
  for (const { table_name, column_name } of rows) {
    const model = String(table_name);
    columns.set(model, [...(columns.get(model) ?? []), String(column_name)]);
  }
  return columns;
}

async function main(argv: readonly string[]): Promise<void> {
  const check = argv.includes('--check');
  for (const [path, text] of await documentation()) {
    const url = new URL(path, PACKAGE);
    if (!check) writeFileSync(url, text);
    else if (readFileSync(url, 'utf8') !== text) {
      console.error(`analytics/${path} is out of date: npx tsx analytics/report/document.ts`);
      process.exitCode = 1;
    }
  }
}

if (import.meta.filename === process.argv[1]) await main(process.argv.slice(2));
