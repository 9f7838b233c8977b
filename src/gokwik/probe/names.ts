/** Which of the names of an answer are ours under another spelling, and what parameters are for. Pure. */
import type { JsonObject } from '../../cdk/protocol.ts';
import { valueAt } from '../path.ts';
import { compileFields, typesOf } from '../records/fields.ts';
import { snakeOf, type Trait } from './traits.ts';

/** What others call our columns, likeliest first: whole paths or last names, in snake case. */
const ALIASES: Readonly<Record<string, string>> = {
  gokwik_oid: 'gokwik_order_id gk_order_id kwik_order_id gokwik_id',
  platform_order_id: 'shopify_order_id store_order_id merchant_order_id shop_order_id',
  moid: 'metadata_order_id notes_order_id merchant_reference_id merchant_ref_id order_number order_name channel_order_id display_order_code reference_code increment_id merchant_order_id name number',
  request_id: 'checkout_id gokwik_request_id',
  order_status: 'status state financial_status',
  status: 'state payment_status order_status event_status',
  order_type: 'type',
  payment_method:
    'payment_mode payment_method payment_gateway_names_0 method payment_group mode payment_type',
  method: 'payment_method payment_method_details_type payment_mode payment_group mode',
  payment_mode: 'payment_method',
  total:
    'grand_total total_amount total_price order_amount order_total amount final_amount net_amount',
  total_price: 'grand_total total_amount total amount cart_total',
  subtotal: 'subtotal_price sub_total items_subtotal',
  total_tax: 'tax tax_amount taxes',
  total_shipping: 'shipping_charges shipping_amount shipping',
  total_discount: 'discount discount_amount discounts',
  cod_charges: 'cod_fee cod_charge',
  promo_code: 'coupon_code coupon discount_code',
  awb_number: 'awb waybill tracking_number awb_code awb_no shipments_0_awb',
  awb: 'awb_number waybill tracking_number awb_code awb_no',
  email: 'customer_email notification_email billing_email customer_email_id email_id email',
  phone:
    'customer_phone billing_phone mobile contact phone_number telephone billing_address_telephone phone',
  line_items: 'items products order_items',
  created_at:
    'created created_on created_date create_date creation_date date_created_gmt date_created order_date ordered_at placed_at creation_datetime created_time',
  creation_datetime: 'created_at created created_on order_date date_created',
  updated_at:
    'updated updated_on last_update_date last_updated_at last_updated date_modified_gmt date_modified modified_at modified last_modified updated_date',
  payment_id: 'cf_payment_id entity_id transaction_payment_id id',
  merchant_reference_id: 'order_id reference_id',
  transaction_id: 'rrn utr acquirer_data_rrn payment_intent bank_reference',
  error_code: 'failure_code',
  error_message: 'error_description failure_message failure_reason',
  currency: 'event_currency order_currency_code currency_code',
  refund_id: 'id',
  transaction_type: 'event_type type entity_type',
  serial_no: 'event_id entry_id',
  amount: 'event_amount total_amount',
  credit: 'event_settlement_amount net_amount settlement_amount settled_amount',
  fee: 'payment_service_charge service_charge fees mdr',
  tax: 'payment_service_tax service_tax gst',
  settlement_utr: 'utr',
  settlement_date: 'settled_at settled_on settlement_time settlement_datetime',
  transaction_date: 'event_time transaction_time paid_at payment_date created_at',
  courier_name: 'courier courier_company',
  total_amount: 'total amount',
};
const KWIK = 'gokwik_oid';
/** These hold a row and are no part of it: JSON:API, HubSpot, Elasticsearch, Airtable. */
const HOLDER = /^(?:attributes|properties|_source|fields)\./;

interface Columns {
  /** The stream's JSON Schema. */
  readonly schema: JsonObject;
  readonly rows: readonly JsonObject[];
  readonly traits: readonly Trait[];
}

/**
 * Our column ← their path, for those that do not come under our name. A column is only taken for one
 * that its converter can read, and each path for one column.
 */
export function matchColumns({ schema, rows, traits }: Columns): Map<string, string> {
  const properties = (schema.properties ?? {}) as Record<string, JsonObject>;
  let unread = 0;
  const converters = compileFields(schema, { zone: '+05:30', count: () => (unread += 1) });
  const own = new Set(traits.filter(({ kind }) => kind !== 'empty').map(({ path }) => path));
  // What stands under one of our names is that, and no other column's.
  const taken = new Set<string>(converters.keys());
  const found = new Map<string, string>();

  function fits(column: string, trait: Trait): boolean {
    const isNested = trait.kind === 'list' || trait.kind === 'object';
    const [type = ''] = typesOf(properties[column] ?? {});
    if (isNested !== (type === 'array' || type === 'object')) return false;
    if (trait.kind === 'flag' && type === 'string') return false;
    unread = 0;
    const convert = converters.get(column);
    for (const row of rows) {
      const value = valueAt(row, trait.path);
      if (value !== null && value !== undefined && !trait.nothings.includes(String(value).trim()))
        convert?.(value as never);
    }
    return unread === 0;
  }

  function isCalled({ path: whole }: Trait, alias: string, isLast: boolean): boolean {
    const path = whole.replace(HOLDER, '');
    if (!isLast) return snakeOf(path) === alias;
    return path.includes('.') && snakeOf(path.split('.').at(-1) ?? '') === alias && isNear(path);
  }

  function set(column: string, path: string): void {
    taken.add(path);
    found.set(column, path);
  }

  if (converters.has(KWIK) && !own.has(KWIK)) {
    const ids = traits.find(
      ({ path, kind }) =>
        kind === 'text' && rows.every((row) => /^KWIK/i.test(String(valueAt(row, path)))),
    );
    if (ids) set(KWIK, ids.path);
  }
  const aliases = [...converters.keys()]
    .filter((column) => column !== '_source' && !own.has(column))
    .map((column) => [column, [column, ...(ALIASES[column]?.split(' ') ?? [])]] as const);
  const most = Math.max(0, ...aliases.map(([, names]) => names.length));
  // Whole names before last ones, and each column's likeliest first.
  for (const isLast of [false, true]) {
    for (let at = 0; at < most; at += 1) {
      for (const [column, { [at]: alias }] of aliases) {
        if (alias === undefined || found.has(column)) continue;
        const match = traits.find(
          (one) =>
            own.has(one.path) &&
            !taken.has(one.path) &&
            isCalled(one, alias, isLast) &&
            fits(column, one),
        );
        if (match) set(column, match.path);
      }
    }
  }
  return found;
}

/** A name inside a customer or an address is a person's; inside a list it is one of many. */
const isNear = (path: string): boolean =>
  !/(^|\.)\d+(\.|$)/.test(path) && !/\.(id|name|number|type|status|state|amount|total)$/.test(path);

const PARTS = [
  [
    'limit',
    /^(limit|per_page|(page_?)?size|page_limit|page_length|display_length|count|rows|take|max|max_results|top|results|results_per_page|records_per_page)$/,
  ],
  ['page', /^(page|page_?(no|num|number|index)|current_page|p|pg)$/],
  ['offset', /^(offset|skip|start_index|display_start|start_row|first_row)$/],
  [
    'cursor',
    /^(next_)?cursor$|^(next|page|next_page|continuation)_token$|^(page_info|starting_after|after_id|since_id|start_after|after|last_id|next)$/,
  ],
  ['from', /(^|_)(from|start|since|begin|min|gte?|after)(_|$)|^(from|start)[a-z]*(date|dt|time)$/],
  ['to', /(^|_)(to|end|until|till|max|lte?|before)(_|$)|^(to|end)[a-z]*(date|dt|time)$/],
  ['year', /^(year|yyyy)$/],
  ['month', /^(month|mm)$/],
  ['day', /^(day|dd)$/],
] as const satisfies readonly (readonly [string, RegExp])[];
export type Part = (typeof PARTS)[number][0];

/** What a request's parameter is for, by its name: the last one where it is nested. */
export function partOf(name: string): Part | undefined {
  const last = name.split('.').at(-1) ?? name;
  const plain = snakeOf(/\[(\w+)\]$/.exec(last)?.[1] ?? last);
  const like = (text: string) => PARTS.find(([, pattern]) => pattern.test(text))?.[0];
  return like(plain) ?? like(snakeOf(name));
}

/** Whether what stands under this name is a credential, which a profile must not hold. */
export const isCredential = (name: string): boolean =>
  /secret|passw|(^|_)pwd$|authorization|cookie|signature|api_?key|(access|auth|session|bearer|id)_token|^(token|jwt|session|sid|key)$/.test(
    snakeOf(name.split('.').at(-1) ?? name),
  );
