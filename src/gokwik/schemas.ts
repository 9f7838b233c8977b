import abandoned_checkouts from '../../schemas/abandoned_checkouts.json' with { type: 'json' };
import address_prefills from '../../schemas/address_prefills.json' with { type: 'json' };
import checkout_events from '../../schemas/checkout_events.json' with { type: 'json' };
import checkouts from '../../schemas/checkouts.json' with { type: 'json' };
import order_items from '../../schemas/order_items.json' with { type: 'json' };
import orders from '../../schemas/orders.json' with { type: 'json' };
import payments from '../../schemas/payments.json' with { type: 'json' };
import refunds from '../../schemas/refunds.json' with { type: 'json' };
import returns from '../../schemas/returns.json' with { type: 'json' };
import rto_predictions from '../../schemas/rto_predictions.json' with { type: 'json' };
import settlements from '../../schemas/settlements.json' with { type: 'json' };
import shipments from '../../schemas/shipments.json' with { type: 'json' };
import { isJsonObject } from '../cdk/json.ts';
import type { Json, JsonObject } from '../cdk/protocol.ts';

/** The JSON Schema of each stream, with our own `x-` annotations. */
export const STREAM_SCHEMAS: Readonly<Record<string, JsonObject>> = {
  orders,
  order_items,
  checkouts,
  checkout_events,
  abandoned_checkouts,
  payments,
  rto_predictions,
  address_prefills,
  settlements,
  refunds,
  shipments,
  returns,
} as unknown as Record<string, JsonObject>;

/**
 * A stream's schema with our annotations. What only exports and captures have is left out where
 * the stream has none: the API's rows would carry it as nulls for ever.
 */
export function streamSchema(name: string, hasFiles: boolean): JsonObject {
  const schema = STREAM_SCHEMAS[name] ?? {};
  const { properties } = schema;
  if (hasFiles || !isJsonObject(properties)) return schema;
  const kept = Object.entries(properties).filter(
    ([, property]) => !(isJsonObject(property) && property['x-from-files']),
  );
  return { ...schema, properties: Object.fromEntries(kept) };
}

/** A schema as the catalog shows it: our annotations are nobody else's business. */
export function withoutAnnotations(schema: JsonObject): JsonObject {
  const strip = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(strip);
    if (typeof value !== 'object' || value === null) return value;
    // Key by key: twice as fast as by entries, which shows in every start.
    const kept: JsonObject = {};
    for (const key of Object.keys(value)) {
      if (!key.startsWith('x-')) kept[key] = strip(value[key] ?? null);
    }
    return kept;
  };
  return strip(schema) as JsonObject;
}
