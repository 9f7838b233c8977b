import type { Facts, Field, Fields } from '../kinds.ts';
import { utc } from '../time.ts';

/** Facts as a webhook sends them: amounts as text, moments in UTC, what is missing as null. */
export function sendRow(fields: Fields, facts: Facts): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) row[name] = send(field, facts[name] ?? null);
  return row;
}

function send(field: Field, value: unknown): unknown {
  if (value === null) return null;
  if (typeof field === 'object') {
    if ('object' in field) return sendRow(field.object, value as Facts);
    return (value as Facts[]).map((inner) => sendRow(field.list, inner));
  }
  if (field === 'money') return (Number(value) / 100).toFixed(2);
  return field === 'time' ? utc(Number(value)) : value;
}
