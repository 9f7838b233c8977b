import { readFileSync } from 'node:fs';
import type { ExportTruth, Keys, Simulator, StreamName } from '../simulator/src/index.ts';
import type { Destination } from './destination.ts';

/**
 * What a stream's table in the destination lacks, has too many, or has otherwise than the
 * simulator's truth; one sentence per row. Empty: they are equal.
 *
 * @param range cursor bounds (epoch ms) of the rows that must be there; default: since the start.
 */
export async function differences(
  destination: Destination,
  simulator: Simulator,
  stream: string,
  range: { fromMs?: number; toMs?: number } = {},
  keys: Keys = 'api',
): Promise<string[]> {
  const found = new Map<string, Record<string, unknown>>();
  const rows = await destination.query(
    `SELECT record_key, _airbyte_data FROM (${keys === 'files' ? confirmedOf(stream) : `SELECT * FROM "${stream}"`})`,
  );
  for (const { record_key, _airbyte_data } of rows) {
    found.set(String(record_key), JSON.parse(String(_airbyte_data)));
  }
  const wrong: string[] = [];
  const known = new Set<string>();
  for (const { key, fields } of simulator.truth(stream as StreamName, range, keys)) {
    known.add(key);
    const row = found.get(key);
    if (!row) {
      wrong.push(`${stream} ${key} is missing`);
      continue;
    }
    for (const [field, value] of Object.entries(fields)) {
      if (canonical(row[field]) !== canonical(value)) {
        wrong.push(
          `${stream} ${key}: ${field} is ${canonical(row[field])}, not ${canonical(value)}`,
        );
      }
    }
  }
  // A bounded comparison says nothing of the rows outside its bounds.
  if (range.fromMs === undefined && range.toMs === undefined) {
    for (const key of found.keys())
      if (!known.has(key)) wrong.push(`${stream} ${key} does not exist`);
  }
  return wrong;
}

/** What a table has otherwise than a report or captures say, one sentence each. */
export async function wrongRows(
  destination: Destination,
  stream: string,
  truth: Iterable<ExportTruth>,
): Promise<string[]> {
  const found = new Map<string, Record<string, unknown>>();
  for (const row of await destination.query(`SELECT record_key, _airbyte_data FROM "${stream}"`)) {
    found.set(String(row.record_key), JSON.parse(String(row._airbyte_data)));
  }
  const wrong: string[] = [];
  const known = new Set<string>();
  for (const { key, fields } of truth) {
    known.add(key);
    const row = found.get(key);
    for (const [path, value] of Object.entries(row ? fields : {})) {
      const own = path
        .split('.')
        .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | null)?.[name], row);
      if (canonical(own) !== canonical(value)) {
        wrong.push(`${stream} ${key}: ${path} is ${canonical(own)}, not ${canonical(value)}`);
      }
    }
    if (!row) wrong.push(`${stream} ${key} is missing`);
  }
  for (const key of found.keys()) if (!known.has(key)) wrong.push(`${stream} ${key} is too many`);
  if (known.size === 0) wrong.push(`${stream} has no rows at all`);
  return wrong.slice(0, 3);
}

/** One row for each order, as the docs tell people to ask for it. */
function confirmedOf(stream: string): string {
  if (stream !== 'orders' && stream !== 'order_items') return `SELECT * FROM "${stream}"`;
  const page = readFileSync(new URL('../docs/FILES.md', import.meta.url), 'utf8');
  const [, sql = ''] = /```sql\n([\s\S]*?)```/.exec(page) ?? [];
  return sql.replaceAll('FROM orders', `FROM "${stream}"`);
}

/** JSON with sorted keys, where missing, null and blank are one: the API writes all three. */
function canonical(value: unknown): string {
  return JSON.stringify(value === '' ? null : (value ?? null), (_, inner) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(
          Object.entries(inner)
            .filter(([, part]) => part !== null && part !== '')
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : inner,
  );
}
