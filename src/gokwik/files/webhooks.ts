/** Webhook captures: payloads alone, one a line, in a list, or wrapped. */
import { isJsonObject } from '../../cdk/json.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import { parseJson } from '../../http/json.ts';
import { bareName, type JsonKind, snakeName } from './shapes.ts';

/** A webhook's payload, known by keys that it has. */
export interface JsonShape {
  readonly kind: JsonKind;
  readonly title: string;
  readonly streams: readonly string[];
}

const ABANDONED_WEBHOOK: JsonShape = {
  kind: 'abandoned_webhook',
  title: 'abandoned-cart webhook payloads',
  streams: ['abandoned_checkouts'],
};
const PAYMENT_WEBHOOK: JsonShape = {
  kind: 'payment_webhook',
  title: 'payment webhook payloads',
  streams: ['payments', 'refunds'],
};

/** The payloads in one JSON value: itself, those of a list, those of `{"carts": […]}`. */
export function unwrap(value: unknown): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(unwrap);
  if (!isJsonObject(value)) return [];
  return Array.isArray(value.carts) ? value.carts.flatMap(unwrap) : [value];
}

export function recognisePayload(payload: JsonObject): JsonShape | undefined {
  const keys = new Set(Object.keys(payload).map((key) => bareName(key.split('.')[0] ?? '')));
  if (keys.has('entity') && keys.has('event') && isJsonObject(payload.data)) return PAYMENT_WEBHOOK;
  const tells = ['dropstage', 'dropoffstage', 'isabandoned', 'abcurl', 'abandonedcarturl'];
  if (keys.has('requestid') && tells.some((key) => keys.has(key))) return ABANDONED_WEBHOOK;
  return undefined;
}

/** The raw row of a payload for a stream; undefined: it is another stream's. */
export function rowOf(payload: JsonObject, stream: string, source: string): JsonObject | undefined {
  if (!isJsonObject(payload.data) || payload.entity === undefined) {
    return { ...payload, _source: source };
  }
  const own = payload.entity === 'refund' ? 'refunds' : 'payments';
  if (own !== stream) return undefined;
  const row: JsonObject = {};
  for (const [key, value] of Object.entries(payload.data)) row[snakeName(key)] ??= value;
  if (own === 'refunds') row.payment_id ??= row.transaction_payment_id ?? null;
  return { ...row, event: payload.event ?? null, _source: source };
}

/** A line's or file's value; undefined: it is no JSON. */
export function parseValue(bytes: Buffer): unknown {
  try {
    return parseJson(bytes);
  } catch {
    return undefined;
  }
}
