import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { STREAMS } from '../../src/gokwik/streams/index.ts';
import { openDuckdb } from './database.ts';
import { buildModels } from './models.ts';

/**
 * The dbt package's documentation and key tests, made of `analytics/glossary.yml` for the columns that
 * the models really have. `npm run generate` writes them.
 */

const PACKAGE = new URL('../', import.meta.url);
const HEADER = '# Made by `npm run generate` from glossary.yml and the schemas. Change those.\n';

interface Glossary {
  models: Record<string, { key?: string[]; says: string }>;
  columns: Record<string, string>;
}

interface Property {
  readonly description?: string;
}

/** The yml files, by path from the repository's root. */
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
      `analytics/models/${folder}/${folder}.yml`,
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
  const { query, close } = await openDuckdb(':memory:');
  await buildModels(query);
  const rows = await query(
    `select table_name, column_name from information_schema.columns
     where table_schema = 'analytics' order by table_name, ordinal_position`,
  );
  await close();
  const columns = new Map<string, string[]>();
  for (const { table_name, column_name } of rows) {
    const model = String(table_name);
    columns.set(model, [...(columns.get(model) ?? []), String(column_name)]);
  }
  return columns;
}
