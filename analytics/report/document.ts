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
  models: Record<string, Entry>;
  columns: Record<string, string>;
}

interface Entry {
  readonly says: string;
  /** What no two rows have in common. */
  readonly key?: string[];
  /** Every value that a column may have. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** Where a column's values are to be found, as `model.column`. */
  readonly refers?: Readonly<Record<string, string>>;
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
    const folder = model.startsWith('stg_') ? 'staging' : folderOf(model);
    const described = names.map(({ name, type }) => {
      const description = describe(glossary, model, name);
      if (description === undefined) missing.push(`${model}.${name}`);
      const tests = testsOf(entry, name);
      return {
        name,
        description,
        ...(folder === 'marts' && { data_type: agreedType(type) }),
        ...(tests.length > 0 && { data_tests: tests }),
      };
    });
    const key = entry?.key ?? [];
    const together =
      key.length > 1
        ? { data_tests: [{ gokwik_unique_together: { arguments: { columns: key } } }] }
        : {};
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

const ELSEWHERE = (bigquery: string, others: string) =>
  `{{ '${bigquery}' if target.type == 'bigquery' else '${others}' }}`;

/** What a mart's contract says of a column, in the words of each warehouse, by what it is in DuckDB. */
function agreedType(type: string): string {
  if (type === 'BOOLEAN' || type === 'DATE') return type.toLowerCase();
  if (type === 'VARCHAR') return ELSEWHERE('string', 'varchar');
  if (type === 'DOUBLE') return ELSEWHERE('float64', 'float8');
  if (type.startsWith('DECIMAL')) return ELSEWHERE('numeric', 'decimal(18, 2)');
  if (/INT/.test(type)) return ELSEWHERE('int64', 'bigint');
  if (type === 'TIMESTAMP')
    return `{{ 'timestamp_ntz' if target.type == 'snowflake' else 'timestamp' }}`;
  throw new Error(`no type is agreed on for ${type}`);
}

function testsOf({ key, values, refers }: Partial<Entry> = {}, name: string): unknown[] {
  const [parent, field] = refers?.[name]?.split('.') ?? [];
  const among = values?.[name];
  return [
    ...(key?.length === 1 && key[0] === name ? ['not_null', 'unique'] : []),
    ...(among ? [{ gokwik_accepted_values: { arguments: { values: among } } }] : []),
    ...(parent ? [{ gokwik_refers: { arguments: { to: `ref('${parent}')`, field } } }] : []),
  ];
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
async function columnsOfModels(): Promise<Map<string, { name: string; type: string }[]>> {
  const { query, close } = await openDuckdb(':memory:');
  await buildModels(query);
  const rows = await query(
    `select table_name, column_name, data_type from information_schema.columns
     where table_schema = 'analytics' order by table_name, ordinal_position`,
  );
  await close();
  const columns = new Map<string, { name: string; type: string }[]>();
  for (const { table_name, column_name, data_type } of rows) {
    const model = String(table_name);
    const column = { name: String(column_name), type: String(data_type) };
    columns.set(model, [...(columns.get(model) ?? []), column]);
  }
  return columns;
}
