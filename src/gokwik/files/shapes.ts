/**
 * The files that GoKwik's dashboard, reports and webhooks are known to give, as data: which columns
 * or keys tell each kind, and what they are called in the stream. Columns were seen in real files
 * (LIVE); the payment webhook follows a third party's documentation (DOC). Names are compared by
 * their letters and digits alone; a column that is not here passes through in snake case.
 */
import { isJsonObject } from '../../cdk/json.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import { formatInstant, parseInstant, type Zone } from '../records/time.ts';

/** How a file of a known kind becomes rows of a stream. */
export interface CsvShape {
  readonly kind: 'orders_export' | 'settlement_report' | 'abandoned_report';
  readonly title: string;
  readonly stream: string;
  /** Without these columns it is no file of this kind, or one without a key. */
  readonly needed: readonly string[];
  /** Column → field; a dot leads into an object. */
  readonly columns: Readonly<Record<string, string>>;
  /** The stamps whose latest stands for `updated_at`, which no report has. */
  readonly moments: readonly string[];
}

export const CSV_SHAPES: readonly CsvShape[] = [
  {
    kind: 'orders_export',
    title: 'an orders export',
    stream: 'orders',
    needed: ['Merchant Order ID', 'Created At'],
    columns: {
      'Order Number': 'order_number',
      'Merchant Order ID': 'platform_order_id',
      'Shopify Order Name': 'shopify_order_name',
      'Created At': 'created_at',
      'Payment At': 'payment_at',
      'Utm Source': 'utm_source',
      'Utm Medium': 'utm_medium',
      'Utm Campaign': 'utm_campaign',
      'Utm Term': 'utm_term',
      'Utm Content': 'utm_content',
      'Grand Total': 'total',
      'Total Discount': 'total_discount',
      'Cod Charges': 'cod_charges',
      'MRP Total': 'mrp_total',
      'Payment Method': 'payment_method',
      'Payment Status': 'payment_status',
      'Merchant Order Status': 'order_status',
      'Order Shipment Status': 'shipment_status',
      'RTO Risk': 'rto_risk_flag',
      'RTO Score': 'rto_score',
      'RTO Remark': 'rto_remark',
      'AWB Number': 'awb_number',
      'Customer Type - Gokwik': 'customer_type',
      'Customer Type - Merchant': 'customer_type_merchant',
      'Billing City': 'billing_address.city',
      'Billing State': 'billing_address.state',
      'Billing Pincode': 'billing_address.postcode',
      'Shipping Pincode': 'shipping_address.postcode',
      'Customer Name': 'customer_name',
      'Customer Phone': 'phone',
      'Coupon Code': 'promo_code',
      'Landing Page': 'landing_page',
      'Product Name': 'product_name',
    },
    moments: ['created_at', 'payment_at'],
  },
  {
    kind: 'settlement_report',
    title: 'a settlement report',
    stream: 'settlements',
    needed: ['Settlement UTR', 'Payment Id', 'Transaction Type'],
    columns: {
      'S. No.': 'serial_no',
      'Transaction Type': 'transaction_type',
      'Payment Id': 'payment_id',
      'Order Id': 'order_id',
      Amount: 'amount',
      Currency: 'currency',
      Tax: 'tax',
      Fee: 'fee',
      'Additional Fees': 'additional_fees',
      'Additional Tax': 'additional_tax',
      'gokwik Deduction': 'gokwik_deduction',
      Debit: 'debit',
      Credit: 'credit',
      'Payment Method': 'payment_method',
      'Transaction Date': 'transaction_date',
      'Transaction RRN': 'transaction_rrn',
      'Merchant Order Id': 'merchant_order_id',
      'Platform Order Id': 'platform_order_id',
      'Shopify Order Id': 'platform_order_id',
      'Shopify Transaction Id': 'shopify_transaction_id',
      'Settlement UTR': 'settlement_utr',
      'Settlement Date': 'settlement_date',
      'Settled By': 'settled_by',
      'Payment Mode': 'payment_mode',
      'Bank Code': 'bank_code',
      'Card Network': 'card_network',
    },
    moments: ['settlement_date'],
  },
  {
    kind: 'abandoned_report',
    title: 'an abandoned carts report',
    stream: 'abandoned_checkouts',
    needed: ['ID', 'Created At (IST)'],
    columns: {
      // Taken for the checkout's `request_id`, the only id that its webhook has.
      ID: 'request_id',
      'Customer Name': 'customer_name',
      'Phone Number': 'customer.phone',
      'Email ID': 'customer.email',
      Amount: 'total_price',
      'MRP Total': 'mrp_total',
      'Discount Total': 'total_discount',
      'Abandoned Cart Link': 'abc_url',
      'Created At (IST)': 'created_at',
      'Drop Stage': 'drop_stage',
      'Drop Off Reasons': 'drop_off_reasons',
      'Risk Flag': 'rto_risk_flag',
      'Utm Source': 'mkt_source',
      'Customer Address': 'customer_address',
      'Line items': 'line_items_text',
    },
    moments: ['created_at'],
  },
];

/** Of webhooks' payloads. */
export type JsonKind = 'abandoned_webhook' | 'payment_webhook';

export type FileKind = CsvShape['kind'] | JsonKind;

/** A column's or key's name by its letters and digits, in lower case. */
export const bareName = (name: string): string =>
  name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

/** `Customer Type - Merchant` → `customer_type_merchant`, `paymentId` → `payment_id`. */
export function snakeName(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
}

/** The kind of CSV that a header is of: the one with the most of its columns, if all needed ones. */
export function recogniseHeader(header: readonly string[]): CsvShape | undefined {
  const found = new Set(header.map(bareName));
  const score = ({ columns }: CsvShape): number =>
    Object.keys(columns).filter((column) => found.has(bareName(column))).length;
  const candidates = CSV_SHAPES.filter(
    (shape) =>
      shape.needed.every((column) => found.has(bareName(column))) &&
      score(shape) * 3 >= Object.keys(shape.columns).length,
  );
  return candidates.sort((a, b) => score(b) - score(a))[0];
}

export interface RowBuilder {
  /** @param source what the row's `_source` says. */
  build(cells: readonly string[], source: string): JsonObject;
}

/** Where cells of a column go: into a field, or into a member of one that is an object. */
interface Target {
  readonly at: number;
  readonly name: string;
  readonly member: string | undefined;
}

/**
 * Cells → raw rows in the API's vocabulary. A cell that is empty or not there is null.
 *
 * @param asOfMs when the file was written, as far as it says: of two exports that hold the same
 *   order, the younger one's values must stay.
 */
export function compileRows(
  header: readonly string[],
  shape: CsvShape,
  zone: Zone,
  asOfMs: number | undefined,
): RowBuilder {
  const targets = nameColumns(header, shape);
  const empty: JsonObject = {};
  for (const { name } of targets) empty[name] = null;
  const ageOf = createAge(asOfMs);
  const moments = new Set(shape.moments);

  return {
    build(cells, source) {
      const row: JsonObject = { ...empty, _source: source };
      let latestMs = Number.NEGATIVE_INFINITY;
      for (const { at, name, member } of targets) {
        let cell = cellOf(cells, at);
        if (cell === undefined) continue;
        if (member !== undefined) {
          const head = row[name];
          if (isJsonObject(head)) head[member] = cell;
          else row[name] = { [member]: cell };
          continue;
        }
        const ms = moments.has(name) ? parseInstant(cell, zone) : undefined;
        if (ms !== undefined) {
          // Read once: the mapper knows the emitted form at a glance.
          cell = formatInstant(ms);
          if (ms > latestMs) latestMs = ms;
        }
        row[name] = cell;
      }
      if (!row.updated_at) row.updated_at = Number.isFinite(latestMs) ? ageOf(latestMs) : null;
      return row;
    },
  };
}

/** What is in a cell; undefined: nothing. */
function cellOf(cells: readonly string[], at: number): string | undefined {
  const cell = cells[at];
  if (!cell) return undefined;
  // Spreadsheets put an apostrophe before digits that must stay as they are.
  return cell.startsWith("'") && cell.length > 1 ? cell.slice(1) : cell;
}

function nameColumns(header: readonly string[], shape: CsvShape): Target[] {
  const known = new Map(
    Object.entries(shape.columns).map(([column, field]) => [bareName(column), field]),
  );
  const objects = new Set(
    Object.values(shape.columns).flatMap((path) => path.split('.').slice(0, -1)),
  );
  const targets = new Map<string, Target>();
  for (const [at, column] of header.entries()) {
    const field = known.get(bareName(column)) ?? (snakeName(column) || `column_${at + 1}`);
    // An address may come as one text as well.
    const path = objects.has(field) ? `${field}_text` : field;
    const [name = '', member] = path.split('.');
    // Of two columns with one name, the first.
    if (!targets.has(path)) targets.set(path, { at, name, member });
  }
  return [...targets.values()];
}

/** The `updated_at` of a row by the latest stamp that it has (epoch ms). */
export type Age = (latestMs: number) => string;

/**
 * A file says when an order was made and paid, not when it last changed. Its rows stand one second
 * before the latest stamp that they have, so that the API's row of the same order, which cannot have
 * changed earlier, is always the newer one; the digits behind that second put files in the order in
 * which they were written, so that an old one never takes the place of a newer one.
 *
 * @param asOfMs when the file was written, as far as it says.
 */
export function createAge(asOfMs: number | undefined): Age {
  const rank = ageRank(asOfMs);
  return (latestMs) => {
    const before = formatInstant(Math.floor(latestMs / 1000) * 1000 - 1000);
    return `${before.slice(0, -1)}.${rank}Z`;
  };
}

const EPOCH_MS = Date.UTC(2020, 0, 1);
/** Six digits count steps of this length (ms), which last until the year 2051. */
const STEP_MS = 1_000_000;

function ageRank(asOfMs: number | undefined): string {
  const steps = Math.floor(((asOfMs ?? EPOCH_MS) - EPOCH_MS) / STEP_MS);
  return String(Math.max(1, Math.min(999_999, steps))).padStart(6, '0');
}
