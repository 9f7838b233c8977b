import { abandoned_checkouts } from '../streams/abandoned_checkouts.ts';
import type { Facts, Field, Fields } from '../streams/stream.ts';
import { expectedRow } from '../truth.ts';
import type { Range } from '../world/lifecycle.ts';
import { utc } from '../world/time.ts';
import { cartId, type World } from '../world/world.ts';
import { rowsOf } from './rows.ts';

/**
 * Abandoned carts as webhooks: what was sent when the cart was left, what was sent since, and some of
 * it twice. A merchant gets one variant.
 */

/**
 * `flat`: the record alone, one in three with keys that hold dots. `batch`: `carts` with an id and
 * `data`, one in two under a `request_id`. `carts`: `carts` of fuller records that know no
 * `request_id`. `links`: other names (`abc_link`, `checkout_stage`, `line_items`, `utm_*`), and prices
 * of items in paise. `data`: the record inside `data`, its key named `id`.
 */
export type CartVariant = 'flat' | 'batch' | 'carts' | 'links' | 'data';

/** A payload, and what a connector must make of it. */
export interface Capture {
  readonly receivedMs: number;
  readonly payload: Facts;
  readonly key: string;
  /** Dots lead into objects and lists. Only what the payload says. */
  readonly fields: Facts;
}

/** What the webhook has of the record; the recovery is told by `is_abandoned` alone. */
const { recovered_at: _1, recovered_moid: _2, ...SENT } = abandoned_checkouts.fields;

export function* cartCaptures(
  world: World,
  range: Range,
  variant: CartVariant,
): Generator<Capture> {
  for (const { plan, facts } of rowsOf(world, abandoned_checkouts, range)) {
    const { abandonedMs = 0, index } = plan;
    const updatedMs = Number(facts.updated_at);
    const tell = (told: Facts, receivedMs: number) =>
      captureOf(variant, told, { index, cart: cartId(world, index), receivedMs });
    if (abandonedMs < updatedMs) {
      const at = { nowMs: abandonedMs, updatedMs: abandonedMs };
      yield tell(abandoned_checkouts.facts(world, plan, 0, at), abandonedMs);
    }
    yield tell(facts, updatedMs);
    if (index % 7 === 0) yield tell(facts, Math.min(range.atMs, updatedMs + 60_000));
  }
}

interface Sent {
  readonly index: number;
  /** The cart's own id, which is not the request's. */
  readonly cart: string;
  readonly receivedMs: number;
}

function captureOf(variant: CartVariant, facts: Facts, sent: Sent): Capture {
  const { index, cart, receivedMs } = sent;
  const row = sendRow(SENT, facts);
  const request = String(facts.request_id);
  const { request_id: _, ...rest } = row;
  const own = expectedRow(SENT, facts);
  const { request_id: __, ...restOwn } = own;
  switch (variant) {
    case 'flat':
      return {
        receivedMs,
        key: request,
        fields: own,
        payload: index % 3 === 1 ? dotted(row) : row,
      };
    case 'batch': {
      const named = index % 2 === 0;
      const carts = [{ cart_id: cart, merchant_cart_id: `gid-${index}`, data: rest }];
      const fields = { ...restOwn, cart_id: cart, ...(named ? { request_id: request } : {}) };
      const payload = named ? { request_id: request, carts } : { carts };
      return { receivedMs, key: named ? request : cart, fields, payload };
    }
    case 'data': {
      const payload = { data: { id: cart, ...rest } };
      return { receivedMs, key: cart, fields: restOwn, payload };
    }
    default: {
      const record = variant === 'carts' ? cartRecord(row) : linkRecord(facts, row);
      const fields = variant === 'carts' ? cartFields(own) : linkFields(own);
      const payload =
        variant === 'carts'
          ? { carts: [{ cart_id: cart, ...record }] }
          : { [index % 2 ? 'cart_id' : 'id']: cart, ...record };
      return { receivedMs, key: cart, fields, payload };
    }
  }
}

const pick = (row: Facts, names: readonly string[]): Facts =>
  Object.fromEntries(names.map((name) => [name, row[name]]));

const CART_NAMES = ['is_abandoned', 'customer', 'abc_url', 'total_price', 'drop_stage'] as const;

const namedItems = (row: Facts): Facts[] => (row.items ?? []) as Facts[];

function cartRecord(row: Facts): Facts {
  const address = row.address as Facts | null;
  return {
    ...pick(row, CART_NAMES),
    items: namedItems(row).map(({ name, quantity }) => ({ title: name, quantity })),
    address: address && pick(address, ['city', 'state']),
  };
}

function cartFields(own: Facts): Facts {
  const place = ['address.city', 'address.state'].map((path) => [path, valueAt(own, path)]);
  return { ...pick(own, CART_NAMES), ...Object.fromEntries(place), ...itemFields(own) };
}

function linkRecord(facts: Facts, row: Facts): Facts {
  const paise = namedItems(facts).map(({ price }) => price);
  return {
    ...pick(row, ['created_at', 'updated_at', 'customer', 'total_price', 'currency']),
    abc_link: row.abc_url,
    checkout_stage: row.drop_stage,
    line_items: namedItems(row).map(({ name, quantity, product_id }, at) => ({
      title: name,
      quantity,
      product_id,
      price: paise[at],
    })),
    utm_source: row.mkt_source,
    utm_medium: row.mkt_medium,
    utm_campaign: row.mkt_campaign,
  };
}

/** Prices of items are paise here and rupees elsewhere: what a connector makes of them is not judged. */
function linkFields(own: Facts): Facts {
  const names = ['created_at', 'updated_at', 'customer', 'total_price', 'currency', 'abc_url'];
  const told = [...names, 'drop_stage', 'mkt_source', 'mkt_medium', 'mkt_campaign'];
  return { ...pick(own, told), ...itemFields(own) };
}

const itemFields = (own: Facts): Facts =>
  Object.fromEntries(
    namedItems(own).flatMap(({ name, quantity }, at) => [
      [`items.${at}.name`, name],
      [`items.${at}.quantity`, quantity],
    ]),
  );

const valueAt = (row: Facts, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, name) => (inner as Facts | null)?.[name] ?? null, row);

/** `customer: {phone}` → `Customer.phone`. */
function dotted(row: Facts): Facts {
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

/** Facts as a webhook sends them: amounts as text, charges as a number, what is missing as null. */
function sendRow(fields: Fields, facts: Facts): Record<string, unknown> {
  const send = (name: string, field: Field, value: unknown): unknown => {
    if (value === null || value === undefined) return null;
    if (typeof field === 'object') {
      if ('object' in field) return sendRow(field.object, value as Facts);
      return (value as Facts[]).map((inner) => sendRow(field.list, inner));
    }
    if (field === 'time') return utc(Number(value));
    if (field !== 'money') return value;
    return name === 'cod_charges' ? Number(value) / 100 : (Number(value) / 100).toFixed(2);
  };
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, send(name, field, facts[name])]),
  );
}
