/** Webhook captures: payloads alone or as receivers wrap them, and the raw rows that they are. */
import { isJsonObject } from '../../cdk/json.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { tryJson } from '../../http/json.ts';
import { DAY_MS, formatInstant, parseInstant, type Zone } from '../records/time.ts';
import { readId } from './cells.ts';
import { snakeName } from './shapes.ts';

/** The kinds of payloads, each with the streams that it belongs to. */
export const WEBHOOKS = {
  abandoned_webhook: ['abandoned_checkouts'],
  payment_webhook: ['payments', 'refunds'],
  order_callback: ['orders'],
  shipment_webhook: ['shipments'],
} as const;

/** A payload as it was caught. */
export interface Payload {
  /** Undefined: of no known shape. */
  readonly kind: keyof typeof WEBHOOKS | undefined;
  /** Undefined: it belongs to none of our streams. */
  readonly stream: string | undefined;
  /** Without `_source`. */
  readonly row: JsonObject;
  /** When it was received, as the capture says (epoch ms). */
  readonly receivedMs: number | undefined;
  /** What may still follow upon it: events, and the row that tells the same and knows more; 0: nothing. */
  readonly stepsLeft: number;
}

/** What stands around a payload. */
interface Around {
  readonly receivedMs: number | undefined;
  /** Of the wrapper, where it holds one payload only. */
  readonly requestId: Json;
  readonly isCart: boolean;
  /** Fields beside `data`. */
  readonly beside: JsonObject;
}

/** In this order: a queue's envelope may well hold an `event` that holds a `body`. */
export const WRAPPERS: readonly string[] = [
  'carts',
  'body',
  'raw_payload',
  '_airbyte_data',
  'payload',
  'data',
  'event',
];
/** Two wrappers, and lists around and between them. */
const MOST_DEEP = 6;
/** Where receivers and warehouses say when; the warehouse's are in UTC. */
const RECEIVED: readonly (readonly [string, Zone])[] = [
  ['_received_at', '+05:30'],
  ['received_at', '+05:30'],
  ['_airbyte_extracted_at', 'Z'],
  ['_airbyte_emitted_at', 'Z'],
];

/** The payloads in one JSON value: its own, those of lists and of wrappers, as objects or as text. */
export function readPayloads(value: unknown): Payload[] {
  const found: Payload[] = [];
  const none: Around = { receivedMs: undefined, requestId: null, isCart: false, beside: {} };
  collect(value, none, 0, found);
  return found;
}

function collect(value: unknown, around: Around, depth: number, to: Payload[]): void {
  const unknown = {
    ...{ kind: undefined, stream: undefined, row: {} },
    ...{ receivedMs: undefined, stepsLeft: 0 },
  };
  if (Array.isArray(value) && depth < MOST_DEEP) {
    // A request id that stands beside several carts is none of them.
    const each = value.length > 1 ? { ...around, requestId: null } : around;
    for (const entry of value) collect(unpack(entry), each, depth + 1, to);
    return;
  }
  if (!isJsonObject(value)) {
    to.push(unknown);
    return;
  }
  const receivedMs = receivedOf(value) ?? around.receivedMs;
  const read = recognise(value, { ...around, receivedMs });
  if (read) {
    to.push(...read);
    return;
  }
  const wrapper = WRAPPERS.find((name) => isContainer(unpack(value[name], value)));
  if (wrapper === undefined || depth >= MOST_DEEP) {
    to.push(unknown);
    return;
  }
  const { [wrapper]: inner, ...rest } = value;
  const inside: Around = {
    receivedMs,
    requestId: value.request_id ?? around.requestId,
    isCart: around.isCart || wrapper === 'carts',
    beside: wrapper === 'data' ? { ...around.beside, ...rest } : around.beside,
  };
  collect(unpack(inner, value), inside, depth + 1, to);
}

function receivedOf(value: JsonObject): number | undefined {
  for (const [name, zone] of RECEIVED) {
    const ms = value[name] === undefined ? undefined : parseInstant(value[name], zone);
    if (ms !== undefined) return ms;
  }
  return undefined;
}

const isContainer = (value: unknown): boolean =>
  isJsonObject(value) ? Object.keys(value).length > 0 : Array.isArray(value) && value.length > 0;

const BEGINS = /^\s*[[{]/;

/** JSON that was kept as text, in base64 where an API gateway says so; of a form, its first field of JSON. */
function unpack(value: Json | undefined, around?: JsonObject): unknown {
  if (typeof value !== 'string') return value;
  const bytes = Buffer.from(value, around?.isBase64Encoded === true ? 'base64' : 'utf8');
  const begins = bytes.toString('latin1', 0, 64);
  if (BEGINS.test(begins)) return tryJson(bytes) ?? value;
  if (!/^[\w.[\]%-]+=/.test(begins)) return value;
  const fields = [...new URLSearchParams(bytes.toString()).values()];
  const field = fields.find((text) => BEGINS.test(text));
  return field === undefined ? value : (tryJson(Buffer.from(field)) ?? value);
}

const CART_TELLS = [
  ...['dropstage', 'dropoffstage', 'checkoutstage', 'isabandoned', 'abcurl', 'abclink'],
  ...['abandonedcarturl', 'abandonedcartlink'],
];
const CART_IDS = ['requestid', 'cartid', 'id'];
const AWB = ['awb', 'waybill', 'awb_number', 'tracking_number'];
const SHIPMENT_STATUS = ['status', 'currentStatus', 'current_status', 'status_history'];

/** Events that may follow one that is not the last word: money may still come, a refund go on. */
const STEPS_LEFT: Readonly<Record<string, number>> = {
  'transaction.failure': 1,
  'refund.initiated': 2,
  'refund.pending': 1,
};

/**
 * How late an event may come and still be told as the earlier one. No source says for how long GoKwik
 * sends an event again: two days are chosen, not known. What is later than that can win.
 */
const LATE_MS = 2 * DAY_MS;

interface Version {
  readonly updated_at: Json;
  /** Whether the age of the file stands in for the moment of receipt. */
  readonly isOfFile: boolean;
  /** Whether a stamp of its own lies in the file's future, and does not count. */
  readonly isFuture: boolean;
}

/**
 * Which of two rows of one key is the newer one. A payload mostly does not say when its state is
 * from: its receipt does, or the age of the file that keeps it, later lines being later by a
 * microsecond each. An event that others may follow stands earlier by `LATE_MS` for each step that is
 * left, so that one that comes late, or again, never takes the place of a later one.
 *
 * @param place of the payload in its file, from 1.
 * @param asOfMs when the file was written, as far as it says.
 */
export function versionOf(
  { row, receivedMs, stepsLeft }: Payload,
  place: number,
  zone: Zone,
  asOfMs: number | undefined,
): Version {
  // A stamp from the file's future says nothing about which version is the newer one.
  const youngestMs = (asOfMs ?? Number.POSITIVE_INFINITY) + DAY_MS;
  const ownMs = parseInstant(row.updated_at, zone);
  if (ownMs !== undefined && ownMs <= youngestMs) {
    return { updated_at: row.updated_at ?? null, isOfFile: false, isFuture: false };
  }
  const isFuture = ownMs !== undefined;
  const earlierMs = stepsLeft * LATE_MS;
  if (receivedMs !== undefined && receivedMs <= youngestMs) {
    return { updated_at: formatInstant(receivedMs - earlierMs), isOfFile: false, isFuture };
  }
  if (asOfMs === undefined) return { updated_at: row.created_at ?? null, isOfFile: true, isFuture };
  const updated_at = formatMicros(asOfMs - earlierMs, place - 1);
  return { updated_at, isOfFile: true, isFuture };
}

function formatMicros(ms: number, micros: number): string {
  const text = formatInstant(ms + Math.floor(micros / 1000));
  const rest = micros % 1000;
  if (rest === 0) return text;
  const [seconds = '', thousandths = '000'] = text.slice(0, -1).split('.');
  return `${seconds}.${thousandths}${String(rest).padStart(3, '0')}Z`;
}

/** Undefined: none of ours as it stands; it may be a wrapper. */
function recognise(value: JsonObject, around: Around): Payload[] | undefined {
  const { receivedMs } = around;
  const found = (kind: Payload['kind'], stream: string | undefined, row: JsonObject): Payload => ({
    stepsLeft: 0,
    ...{ kind, stream, row, receivedMs },
  });
  const { entity, event, payment_details } = value;
  const data = unpack(value.data);
  const named = [event, entity].filter((name) => typeof name === 'string');
  if (named.length > 0 && isJsonObject(data)) {
    const kinds = named.map((name) => name.split('.')[0]?.trim().toLowerCase());
    const kind = kinds.find((one) => one === 'transaction' || one === 'refund');
    if (kind === 'transaction' || kind === 'refund') {
      const row = paymentRow(kind, value, data);
      const stream = kind === 'refund' ? 'refunds' : 'payments';
      // A report or the API may still tell the same with its moment and the order's ids.
      const stepsLeft = 1 + (STEPS_LEFT[`${kind}.${row.status}`] ?? 0);
      return [{ kind: 'payment_webhook', stream, row, receivedMs, stepsLeft }];
    }
    // Orders and shipments come in the same envelope; what they hold is not documented.
    return recognise(data, around) ?? [found('payment_webhook', undefined, {})];
  }
  const names = new Set(Object.keys(value).map((key) => nameOf(key).split('.')[0]));
  const has = (wanted: readonly string[]): boolean => wanted.some((name) => names.has(name));
  if (has(CART_IDS) && (has(CART_TELLS) || around.isCart)) {
    const cart = isJsonObject(data) ? { ...data, ...without(value, 'data') } : value;
    const row = cartRow(cart, around);
    return [found('abandoned_webhook', 'abandoned_checkouts', row)];
  }
  if (isJsonObject(payment_details) && (has(['cartid', 'metadata']) || around.isCart)) {
    const row = orderRow(value, payment_details);
    return [found('order_callback', 'orders', row)];
  }
  if (Array.isArray(value.waybillDetails)) {
    const each = value.waybillDetails.filter(isJsonObject);
    return each.flatMap((entry) => recognise(entry, around) ?? []);
  }
  if (AWB.some((name) => name in value) && SHIPMENT_STATUS.some((name) => name in value)) {
    const row = shipmentRow(value);
    return [found('shipment_webhook', 'shipments', row)];
  }
  return undefined;
}

/** A column's name, with spaces in it, is that of a report's row, which is no payload. */
const nameOf = (key: string): string => key.toLowerCase().replace(/[_-]/g, '');

/** `paymentId` → `payment_id`, as the API calls it. */
function snaked(given: JsonObject): JsonObject {
  const row: JsonObject = {};
  for (const [name, value] of Object.entries(given)) {
    const field = /^[a-z\d_]*$|\./.test(name) ? name : snakeName(name) || name;
    row[field] ??= value;
  }
  return row;
}

function without(value: JsonObject, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

/** The first of some fields that says anything. */
const firstOf = (row: JsonObject, names: readonly string[]): Json =>
  names.map((name) => row[name]).find((value) => value ?? undefined) ?? null;

function cleanIds(row: JsonObject, names: readonly string[]): JsonObject {
  for (const name of names) {
    const value = row[name];
    if (typeof value !== 'string') continue;
    const id = readId(value);
    row[name] = typeof id === 'string' ? id : null;
  }
  return row;
}

/** Field → how other variants of the cart webhook call it. */
const CART_ALIASES: Readonly<Record<string, readonly string[]>> = {
  abc_url: ['abc_link', 'abandoned_cart_url', 'abandoned_cart_link'],
  drop_stage: ['drop_off_stage', 'checkout_stage'],
  items: ['line_items'],
  mkt_source: ['utm_source'],
  mkt_medium: ['utm_medium'],
  mkt_campaign: ['utm_campaign'],
};

function cartRow(cart: JsonObject, { requestId, beside }: Around): JsonObject {
  const row = snaked({ ...beside, ...cart });
  if (firstOf(row, ['request_id']) === null && requestId !== null) row.request_id = requestId;
  for (const [field, names] of Object.entries(CART_ALIASES)) {
    const value = firstOf(row, [field]) === null ? firstOf(row, names) : null;
    if (value === null) continue;
    row[field] = value;
    for (const name of names) delete row[name];
  }
  if (Array.isArray(row.items)) {
    row.items = row.items.map((item) =>
      isJsonObject(item) && item.name === undefined && item.title !== undefined
        ? { ...without(item, 'title'), name: item.title }
        : item,
    );
  }
  return cleanIds(row, ['request_id', 'cart_id', 'id']);
}

function paymentRow(
  kind: 'transaction' | 'refund',
  value: JsonObject,
  data: JsonObject,
): JsonObject {
  // Fields beside `data` are kept.
  const row = snaked({ ...without(value, 'data', 'entity', 'event'), ...data });
  const event = typeof value.event === 'string' ? value.event : null;
  row.event = event;
  // The documented payload has neither status nor time: the event is the status.
  row.status ??= event?.split('.').slice(1).join('.').toLowerCase() || null;
  if (kind === 'refund') {
    row.refund_payment_id = row.payment_id ?? null;
    row.payment_id = row.transaction_payment_id ?? null;
  }
  return cleanIds(row, ['payment_id', 'refund_id', 'refund_payment_id']);
}

function orderRow(value: JsonObject, payment: JsonObject): JsonObject {
  const meta = isJsonObject(value.meta_data) ? value.meta_data : {};
  const row: JsonObject = {
    gokwik_oid: meta.gokwik_order_id ?? null,
    payment_method: payment.payment_method ?? null,
    total: payment.payment_amount ?? null,
    payment_id: payment.payment_id ?? null,
    rto_risk_flag: meta.rto_risk_flag ?? null,
    ...value,
  };
  return cleanIds(row, ['gokwik_oid', 'payment_id', 'cart_id']);
}

function shipmentRow(value: JsonObject): JsonObject {
  const row: JsonObject = { ...value };
  row.awb = firstOf(value, AWB);
  row.status = firstOf(value, ['status', 'currentStatus', 'current_status']);
  return cleanIds(row, ['awb', 'order_id']);
}
