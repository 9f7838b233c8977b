import { FIELDS } from '../fields.ts';
import type { Facts } from '../kinds.ts';
import { sendRow } from './send.ts';

/** What a merchant's webhook receiver caught. */

export type CaptureForm = 'lines' | 'list' | 'wrapped' | 'folder';

/** A cart's payload: nested, or with keys that hold dots, as one variant of the webhook has it. */
export function cartPayload(facts: Facts, isDotted: boolean): Facts {
  const row = sendRow(FIELDS.abandoned_checkouts, facts);
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
