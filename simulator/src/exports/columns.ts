import type { Facts } from '../streams/stream.ts';
import { demandOrder, type Plan } from '../world/lifecycle.ts';
import { billOf, contextOf, personOf } from '../world/merchant.ts';
import { INDIA_MS, indiaReport, MINUTE_MS } from '../world/time.ts';
import type { World } from '../world/world.ts';

/**
 * The columns of GoKwik's reports as real files have them: the name in the file, the field that a
 * connector must make of it, and how its value is spelled. Values come from the facts.
 */
export interface Column {
  readonly name: string;
  /** In a file of another year or another dashboard. */
  readonly older?: string;
  /** A dot leads into an object. */
  readonly field: string;
  readonly kind: 'text' | 'id' | 'utm' | 'money' | 'decimal' | 'minute';
}

const column = (name: string, field: string, kind: Column['kind'] = 'text'): Column => ({
  name,
  field,
  kind,
});

export type Report = 'orders' | 'settlements' | 'abandoned_checkouts';

export const COLUMNS: Readonly<Record<Report, readonly Column[]>> = {
  orders: [
    column('Order Number', 'order_number', 'id'),
    column('Merchant Order ID', 'platform_order_id', 'id'),
    column('Shopify Order Name', 'shopify_order_name'),
    column('Created At', 'created_at', 'minute'),
    column('Payment At', 'payment_at', 'minute'),
    column('Utm Source', 'utm_source', 'utm'),
    column('Utm Medium', 'utm_medium', 'utm'),
    column('Utm Campaign', 'utm_campaign', 'utm'),
    column('Utm Term', 'utm_term', 'utm'),
    column('Utm Content', 'utm_content', 'utm'),
    column('Grand Total', 'total', 'money'),
    column('Total Discount', 'total_discount', 'money'),
    column('Cod Charges', 'cod_charges', 'money'),
    column('MRP Total', 'mrp_total', 'money'),
    column('Payment Method', 'payment_method'),
    column('Payment Status', 'payment_status'),
    column('Merchant Order Status', 'order_status'),
    column('Order Shipment Status', 'shipment_status'),
    column('RTO Risk', 'rto_risk_flag'),
    column('RTO Score', 'rto_score', 'decimal'),
    column('RTO Remark', 'rto_remark'),
    column('AWB Number', 'awb_number', 'id'),
    column('Customer Type - Gokwik', 'customer_type'),
    column('Customer Type - Merchant', 'customer_type_merchant'),
    column('Billing City', 'billing_address.city'),
    column('Billing State', 'billing_address.state'),
    column('Billing Pincode', 'billing_address.postcode', 'id'),
    column('Shipping Pincode', 'shipping_address.postcode', 'id'),
    column('Customer Name', 'customer_name'),
    column('Customer Phone', 'phone'),
    column('Coupon Code', 'promo_code'),
    column('Landing Page', 'landing_page'),
    column('Product Name', 'product_name'),
  ],
  settlements: [
    column('S. No.', 'serial_no', 'id'),
    column('Transaction Type', 'transaction_type'),
    column('Payment Id', 'payment_id'),
    column('Order Id', 'order_id'),
    column('Amount', 'amount', 'money'),
    column('Currency', 'currency'),
    column('Tax', 'tax', 'money'),
    column('Fee', 'fee', 'money'),
    column('Additional Fees', 'additional_fees', 'money'),
    column('Additional Tax', 'additional_tax', 'money'),
    column('gokwik Deduction', 'gokwik_deduction', 'money'),
    column('Debit', 'debit', 'money'),
    column('Credit', 'credit', 'money'),
    column('Payment Method', 'payment_method'),
    column('Transaction Date', 'transaction_date', 'minute'),
    column('Transaction RRN', 'transaction_rrn', 'id'),
    column('Merchant Order Id', 'merchant_order_id'),
    { ...column('Platform Order Id', 'platform_order_id', 'id'), older: 'Shopify Order Id' },
    column('Shopify Transaction Id', 'shopify_transaction_id', 'id'),
    column('Settlement UTR', 'settlement_utr'),
    column('Settlement Date', 'settlement_date', 'minute'),
    column('Settled By', 'settled_by'),
    column('Payment Mode', 'payment_mode'),
    column('Bank Code', 'bank_code'),
    column('Card Network', 'card_network'),
  ],
  abandoned_checkouts: [
    column('ID', 'request_id'),
    column('Customer Name', 'customer_name'),
    column('Phone Number', 'customer.phone'),
    column('Email ID', 'customer.email'),
    column('Amount', 'total_price', 'money'),
    column('MRP Total', 'mrp_total', 'money'),
    column('Discount Total', 'total_discount', 'money'),
    column('Abandoned Cart Link', 'abc_url'),
    column('Created At (IST)', 'created_at', 'minute'),
    column('Drop Stage', 'drop_stage'),
    column('Drop Off Reasons', 'drop_off_reasons'),
    column('Risk Flag', 'rto_risk_flag'),
    column('Utm Source', 'mkt_source', 'utm'),
    column('Customer Address', 'customer_address'),
    column('Line items', 'line_items_text'),
  ],
};

/** What the reports say beyond the API's facts; `row` counts the rows of the file from 1. */
export function reportFacts(
  report: Report,
  world: World,
  plan: Plan,
  facts: Facts,
  row: number,
): Facts {
  const { index } = plan;
  const person = personOf(world, index);
  const name = `${person.first} ${person.last}`.replace(/ \.$/, '');
  switch (report) {
    case 'orders': {
      const order = demandOrder(plan);
      const bill = billOf(world, index, order.pay);
      const items = (facts.line_items ?? facts.items) as Facts[];
      const isPaid = facts.payment_class === 'prepaid' || facts.payment_class === 'partial_cod';
      return {
        ...facts,
        order_number: String(index + 1),
        shopify_order_name: `#${1_500_000 + index}`,
        payment_at: isPaid ? order.confirmedMs : null,
        mrp_total: bill.subtotal,
        customer_name: name,
        customer_type_merchant: contextOf(world, index).returning ? 'Repeat' : 'First time',
        product_name: items.map((item) => item.name).join(',\n'),
      };
    }
    case 'settlements':
      return { ...facts, serial_no: String(row) };
    case 'abandoned_checkouts': {
      const reasons = facts.drop_off_reasons;
      const items = facts.items as Facts[];
      return {
        ...facts,
        customer_name: name,
        mrp_total: billOf(world, index, undefined).subtotal,
        drop_off_reasons: Array.isArray(reasons) ? reasons.join(', ') : (reasons ?? null),
        customer_address: `${person.street},\n${person.landmark}, ${person.place.city}`,
        line_items_text: items.map((item) => `${item.quantity} x "${item.name}"`).join('; '),
      };
    }
  }
}

/** The value of a column; objects are reached by the dots of its field. */
export function cellValue(facts: Facts, { field }: Column): unknown {
  return field
    .split('.')
    .reduce<unknown>((inner, name) => (inner as Facts | null)?.[name] ?? null, facts);
}

export const toMinute = (ms: number): number => Math.floor(ms / MINUTE_MS) * MINUTE_MS;

/** How a file spells its cells; `sheet`: it went through Google Sheets. */
export interface Spelling {
  readonly delimiter: string;
  readonly newline: '\r\n' | '\n';
  readonly sheet: boolean;
}

export function spellRow(
  facts: Facts,
  columns: readonly Column[],
  row: number,
  spelling: Spelling,
): string {
  const cells = columns.map((column) => spellCell(cellValue(facts, column), column, row, spelling));
  return cells.map((cell) => quote(cell, spelling)).join(spelling.delimiter) + spelling.newline;
}

function spellCell(value: unknown, { kind }: Column, row: number, { sheet }: Spelling): string {
  if (value === null || value === undefined) return kind === 'utm' ? 'NA' : '';
  switch (kind) {
    case 'money': {
      const text = (Number(value) / 100).toFixed(2);
      return row % 5 === 0 ? text.replace(/(\d)(\d{3}\.)/, '$1,$2') : text;
    }
    case 'minute':
      return sheet ? sheetTime(Number(value)) : indiaReport(Number(value));
    case 'id':
      // Excel's way to keep the digits of a long number.
      return row % 4 === 0 && String(value).length > 11 ? `'${value}` : String(value);
    default:
      return String(value);
  }
}

/** `09/09/2026 12:53 PM`, India time. */
function sheetTime(ms: number): string {
  const [year, month, day, hour = 0, minute] = new Date(ms + INDIA_MS)
    .toISOString()
    .split(/[-T:.]/)
    .map(Number);
  const two = (number: number | undefined): string => String(number).padStart(2, '0');
  const half = hour < 12 ? 'AM' : 'PM';
  return `${two(day)}/${two(month)}/${year} ${two(hour % 12 === 0 ? 12 : hour % 12)}:${two(minute)} ${half}`;
}

export function quote(cell: string, { delimiter }: Spelling): string {
  return /["\r\n]/.test(cell) || cell.includes(delimiter)
    ? `"${cell.replaceAll('"', '""')}"`
    : cell;
}
