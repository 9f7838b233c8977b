import { abandoned_checkouts } from '../streams/abandoned_checkouts.ts';
import type { Facts, Field, Fields } from '../streams/stream.ts';
import { utc } from '../world/time.ts';

/** What a merchant's webhook receiver caught. */

export type CaptureForm = 'lines' | 'list' | 'wrapped' | 'folder';

/** A cart's payload: nested, or with keys that hold dots, as one variant of the webhook has it. */
export function cartPayload(facts: Facts, isDotted: boolean): Facts {
  const row = sendRow(abandoned_checkouts.fields, facts);
  if (!isDotted) return row;
  const flat: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    if ((name === 'customer' || name === 'address') && typeof value === 'object' && value) {
      const head = name === 'customer' ? 'Customer' : 'Address';
      for (const [key, inner] of Object.entries(value)) flat[`${head}.${key}`] = inner;
    } else {
      flat[name] = value;
    }
  }
  return flat;
}

/**
 * The payment webhook, version 3: `entity`, `event` and camel-case `data` are documented; which of a
 * payment's fields it holds beyond the ids, the amount and the currency is our choice.
 */
export function paymentPayload(entity: 'transaction' | 'refund', facts: Facts): Facts {
  const data: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(facts)) data[camel(name)] = value;
  return { entity, event: `${entity}.${String(facts.status).toLowerCase()}`, data };
}

const camel = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Facts as a webhook sends them: amounts as text, moments in UTC, what is missing as null. */
function sendRow(fields: Fields, facts: Facts): Record<string, unknown> {
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
