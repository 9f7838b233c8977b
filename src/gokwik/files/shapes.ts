/**
 * Tables that GoKwik's dashboard, reports and mails are known to give, as data: which columns tell
 * each kind, and what they are called in the stream. Columns were seen in real files (LIVE). Names
 * are compared by their letters and digits alone; a column that is not here passes through in snake
 * case. A merchant adds a kind by `files[].shape`.
 */
import { findProblems } from '../../cdk/config.ts';
import { ConfigError } from '../../cdk/errors.ts';
import { parseDocument } from '../../cdk/json.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import type { Zone } from '../records/time.ts';
import type { DateOrder } from './cells.ts';

/** How a table becomes rows of a stream. */
export interface Shape {
  readonly kind: string;
  readonly title: string;
  readonly stream: string;
  /** Without a column of each of these fields it is no table of this kind, or one without a key. */
  readonly needs: readonly string[];
  /** Column → field; a dot leads into an object. Several columns may mean one field. */
  readonly columns: Readonly<Record<string, string>>;
  /** Fields that hold ids: cleaned, and never what a spreadsheet rounded. */
  readonly ids: readonly string[];
  readonly dates: readonly string[];
  /**
   * The dates whose latest stands for `updated_at` where the table has none: of each group, the
   * first that is there.
   */
  readonly moments: readonly (readonly string[])[];
  /** Fixed by the merchant; undefined: the file itself tells. */
  readonly order?: DateOrder;
  /** Fields in which lines may be equal and are lines of their own all the same. */
  readonly counted?: readonly string[];
  /** A field that every row gets where the table has one of some fields: it is another report then. */
  readonly variant?: {
    readonly field: string;
    readonly value: string;
    readonly by: readonly string[];
  };
}

const ORDERS: Shape = {
  kind: 'orders_export',
  title: 'an orders export',
  stream: 'orders',
  needs: ['platform_order_id', 'created_at'],
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
  ids: ['platform_order_id', 'order_number', 'awb_number'],
  dates: ['created_at', 'payment_at'],
  moments: [['created_at'], ['payment_at']],
};

const SETTLEMENTS: Shape = {
  kind: 'settlement_report',
  title: 'a settlement report',
  stream: 'settlements',
  needs: ['settlement_utr', 'payment_id', 'transaction_type'],
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
    'UTR Number': 'settlement_utr',
    UTR: 'settlement_utr',
    'Settlement Date': 'settlement_date',
    'Settled By': 'settled_by',
    'Payment Mode': 'payment_mode',
    'Bank Code': 'bank_code',
    'Card Network': 'card_network',
    'Upload Date': 'upload_date',
  },
  ids: [
    ...['serial_no', 'payment_id', 'order_id', 'transaction_rrn', 'merchant_order_id'],
    ...['platform_order_id', 'shopify_transaction_id', 'settlement_utr'],
  ],
  dates: ['settlement_date', 'transaction_date', 'upload_date'],
  // A refund often has a UTR and no date of settlement yet.
  moments: [['settlement_date', 'transaction_date']],
  counted: [
    ...['settlement_utr', 'payment_id', 'transaction_type', 'transaction_rrn', 'debit', 'credit'],
  ],
};

const ABANDONED: Shape = {
  kind: 'abandoned_report',
  title: 'an abandoned carts report',
  stream: 'abandoned_checkouts',
  needs: ['request_id', 'created_at', 'drop_stage'],
  columns: {
    // Taken for the checkout's `request_id`, the only id that its webhook has.
    ID: 'request_id',
    'Created At': 'created_at',
    'Updated At': 'updated_at',
    'Customer Name': 'customer_name',
    'Customer Address': 'customer_address',
    'Phone Number': 'customer.phone',
    'Email ID': 'customer.email',
    'Line items': 'line_items_text',
    'Variant title': 'variant_title',
    'Abandoned Cart Link': 'abc_url',
    Amount: 'total_price',
    'Discount Total': 'total_discount',
    'Drop Stage': 'drop_stage',
    'Drop Off Reasons': 'drop_off_reasons',
    Comment: 'comment',
    'Utm Source': 'mkt_source',
    'Utm Campaign': 'mkt_campaign',
    'Utm Medium': 'mkt_medium',
    'Discount Code': 'discount_code',
    'Origin Referrer': 'orig_referrer',
    'Landing Page': 'landing_page',
    'Store Source': 'store_source',
    'Store Platform': 'store_platform',
    'Automatic Discount Code': 'automatic_discount_code',
    'Customer Type - Gokwik': 'customer_type',
    'Customer Type - Merchant': 'customer_type_merchant',
    'MRP Total': 'mrp_total',
    Platform: 'platform',
    'Risk Flag': 'rto_risk_flag',
  },
  ids: ['request_id'],
  dates: ['created_at', 'updated_at'],
  moments: [['created_at']],
};

const TRANSACTIONS: Shape = {
  kind: 'transaction_report',
  title: 'a transaction report',
  stream: 'payments',
  needs: ['payment_id', 'status', 'created_at'],
  columns: {
    Status: 'status',
    'Order Number': 'order_number',
    Amount: 'amount',
    'Payment ID': 'payment_id',
    'Platform order number': 'platform_order_number',
    'Created At': 'created_at',
    'Payment Mode': 'payment_mode',
    'Payment Method': 'method',
    'Payer vpa': 'payer_vpa',
    'Card Last 4 Digits': 'card_last_4_digits',
    'Payment Provider': 'provider',
  },
  ids: ['payment_id', 'order_number', 'platform_order_number'],
  dates: ['created_at'],
  moments: [['created_at']],
};

const FUNNEL: Shape = {
  kind: 'funnel_report',
  title: 'a Checkout Analytics Funnel Report',
  stream: 'checkout_funnel_daily',
  needs: ['date', 'sales_channel', 'checkout_started'],
  columns: {
    Date: 'date',
    'Sales Channel': 'sales_channel',
    'Checkout Started': 'checkout_started',
    'Address Landed': 'address_landed',
    'Payment Step Reached': 'payment_step_reached',
    'Payment Method Selected': 'payment_method_selected',
    'Sessions Converted': 'sessions_converted',
    'Utm Source': 'utm_source',
    'Utm Medium': 'utm_medium',
    'Utm Campaign': 'utm_campaign',
    'Utm Term': 'utm_term',
    'Utm Content': 'utm_content',
    'Marketing Source': 'utm_source',
    'Marketing Medium': 'utm_medium',
    'Marketing Campaign': 'utm_campaign',
  },
  ids: [],
  dates: ['date'],
  moments: [['date']],
  // A day's rows by campaign and the day itself are two things.
  variant: {
    field: 'breakdown',
    value: 'marketing',
    by: ['utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content'],
  },
};

export const SHAPES: readonly Shape[] = [ORDERS, SETTLEMENTS, ABANDONED, TRANSACTIONS, FUNNEL];

/** `files[].shape` of the config: a table that the connector does not know, or how it writes dates. */
export interface OwnShape {
  readonly stream?: string | undefined;
  readonly columns?: Readonly<Record<string, string>> | undefined;
  /** Columns. Undefined: all of `columns`. */
  readonly needs?: readonly string[] | undefined;
  readonly dates?: DateOrder | undefined;
}

const FIELD = { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_.]*$' };
const OWN_SHAPE: JsonObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    stream: { type: 'string', pattern: '^[a-z][a-z0-9_]*$' },
    columns: { type: 'object', minProperties: 1, additionalProperties: FIELD },
    needs: { type: 'array', minItems: 1, items: { type: 'string' } },
    dates: { enum: ['day-first', 'month-first'] },
  },
};

/** @param given an object, or a text that holds one. Throws ConfigError. */
export function readShape(given: unknown, field: string): OwnShape | undefined {
  if (given === undefined) return undefined;
  const shape: unknown =
    typeof given === 'string' ? parseDocument(given, `\`${field}\``, 'GK_FILES') : given;
  const problems = findProblems(OWN_SHAPE, shape, { under: field });
  const { stream, columns, needs = [] } = shape as OwnShape;
  if (problems.length === 0) {
    if (columns && stream === undefined)
      problems.push(`\`${field}\` has columns and no \`stream\``);
    const fieldOf = fieldsOf({ columns: columns ?? {} });
    const strange = needs.find((name) => fieldOf(name) === undefined);
    if (strange !== undefined) {
      problems.push(`\`${field}.needs\` names “${strange}”, which is none of its columns`);
    }
  }
  if (problems.length > 0) throw new ConfigError('GK_FILES', `${problems.join('; ')}.`);
  return shape as OwnShape;
}

const isDateField = (field: string): boolean => /(^|_)(at|date|datetime|time|on)$/.test(field);
const isIdField = (field: string): boolean =>
  /(^|_)(id|oid|moid|utr|rrn|awb|no|number)$/.test(field);

/** The kinds that a file may be of: the merchant's own before all others. */
export function shapesWith(own: OwnShape | undefined): readonly Shape[] {
  if (!own) return SHAPES;
  const order = own.dates && { order: own.dates };
  const known = SHAPES.map((shape) => ({ ...shape, ...order }));
  const shape = ownShape(own);
  return shape ? [{ ...shape, ...order }, ...known] : known;
}

/** Undefined: it only says how dates are written. */
export function ownShape({ stream, columns = {}, needs }: OwnShape): Shape | undefined {
  const fields = [...new Set(Object.values(columns))];
  if (stream === undefined || fields.length === 0) return undefined;
  const like = SHAPES.find((shape) => shape.stream === stream);
  const fieldOf = fieldsOf({ columns });
  const dates = fields.filter(isDateField);
  return {
    kind: 'shape',
    title: 'a table of the `shape` of its entry',
    stream,
    needs: needs?.map((name) => fieldOf(name) ?? snakeName(name)) ?? fields,
    columns,
    ids: fields.filter((field) => like?.ids.includes(field) || isIdField(field)),
    dates,
    moments: dates.filter((field) => field !== 'updated_at').map((field) => [field]),
    ...(like?.counted && { counted: like.counted }),
  };
}

/** A row of such a table is no order and no payment, whose ids it has as well. */
const OTHERS = /^(?:refund|dispute|chargeback|return|exchange)(?:id|no|number)$/;

/**
 * The kind that a header is of: the one with the most of its fields, if all needed ones.
 *
 * @param least so great a part of all of its fields.
 */
export function recogniseHeader(
  header: readonly string[],
  shapes: readonly Shape[] = SHAPES,
  least = 1 / 3,
): Shape | undefined {
  const found = new Set(header.map(bareColumn));
  const isOfOthers = [...found].some((column) => OTHERS.test(column));
  let best: { shape: Shape; score: number } | undefined;
  for (const shape of shapes) {
    const fieldOf = fieldsOf(shape);
    const fields = new Set(header.flatMap((column) => fieldOf(column) ?? []));
    const has = (field: string): boolean => fields.has(field) || found.has(bareName(field));
    if (!shape.needs.every(has)) continue;
    // The merchant's word counts.
    if (shape.kind === 'shape') return shape;
    if (isOfOthers && !shape.counted) continue;
    const all = new Set(Object.values(shape.columns)).size;
    const isEnough = fields.size >= all * least;
    if (isEnough && (!best || fields.size > best.score)) best = { shape, score: fields.size };
  }
  return best?.shape;
}

/** A column's or key's name by its letters and digits, in lower case. */
const bareName = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

/** The field of a column: by its whole name, else without the unit and zone behind it. */
export function fieldsOf({ columns }: Pick<Shape, 'columns'>) {
  const fields = Object.entries(columns);
  const known = new Map([
    ...fields.map(([column, field]) => [bareColumn(column), field] as const),
    ...fields.map(([column, field]) => [bareName(column), field] as const),
  ]);
  return (column: string): string | undefined =>
    known.get(bareName(column)) ?? known.get(bareColumn(column));
}

/** What stands behind a column's name and changes nothing: rupees are what amounts are in. */
const UNIT =
  /\s*(?:[([]\s*(?:in\s+)?(?:inr|rs\.?|rupees|₹)\s*[)\]]|\bin\s+(?:inr|rs\.?|rupees|₹))\s*$/i;
/** The zone of a column's times: `Created At (UTC)`. */
const ZONE = /[\s([-]*\b(IST|(?:UTC|GMT)(?:\s*\+\s*0?5:?30)?)[)\]]?\s*$/i;
/** What is longer is no column's name, but cells are looked at as well. */
const LONGEST_COLUMN = 200;
/** A column's name as it is compared: `Amount (INR)` → `amount`. */
export const bareColumn = (name: string): string =>
  bareName(name.slice(0, LONGEST_COLUMN).normalize('NFKC').replace(UNIT, '').replace(ZONE, ''));

/** Undefined: the column's name does not say it. */
export function zoneOf(column: string): Zone | undefined {
  const [, zone] = ZONE.exec(column.slice(0, LONGEST_COLUMN)) ?? [];
  return zone === undefined ? undefined : /^(?:UTC|GMT)$/i.test(zone) ? 'Z' : '+05:30';
}

/** `Customer Type - Merchant` → `customer_type_merchant`, `paymentId` → `payment_id`. */
export function snakeName(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
}

/** Whether cells of a first row are names: what may be data never leaves in a message. */
export function looksLikeHeader(cells: readonly string[]): boolean {
  const there = cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
  return (
    there.length > 1 &&
    there.every(
      (cell) => cell.length <= 48 && /\p{L}/u.test(cell) && !/@|:\/\/|\d{3}|[₹#]/.test(cell),
    )
  );
}

/** Words of the columns of reports that are known. */
const COLUMN_WORDS = new Set(
  SHAPES.flatMap(({ columns }) =>
    Object.keys(columns).flatMap((name) => snakeName(name).split('_')),
  ),
);

/** Whether a cell is called like a column, as far as a word tells. */
export const hasColumnWord = (cell: string): boolean =>
  snakeName(cell)
    .split('_')
    .some((word) => word.length > 1 && COLUMN_WORDS.has(word));
