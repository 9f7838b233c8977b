import { abandoned_checkouts } from '../streams/abandoned_checkouts.ts';
import { checkout_funnel_daily } from '../streams/checkout_funnel_daily.ts';
import { orders } from '../streams/orders.ts';
import { payments } from '../streams/payments.ts';
import { settlements } from '../streams/settlements.ts';
import type { Facts } from '../streams/stream.ts';
import { demandOrder, type Plan, plansOf, type Range } from '../world/lifecycle.ts';
import { billOf, cartOf, contextOf, couponOf, personOf, variantName } from '../world/merchant.ts';
import { PAID } from '../world/money.ts';
import { isOnline } from '../world/order.ts';
import { gokwikOid, moid, platformOrderId, type World } from '../world/world.ts';
import { type Column, column, type Spelling } from './cells.ts';
import { rowsOf } from './rows.ts';

/**
 * GoKwik's reports as real files have them: their columns, and their rows as facts. What the
 * dashboards of several merchants do differently is a choice here, never a mixture.
 */

export type Report = keyof typeof REPORTS;

/** As which dashboard, year or tool a report comes. */
export interface Look {
  /** Other headers, line ends and times. */
  readonly older?: boolean;
  /** Settlements that a merchant's tool wrote again. */
  readonly uploaded?: boolean;
  /** The funnel by marketing parameters. */
  readonly marketing?: boolean;
}

interface ReportKind {
  readonly stream:
    | 'orders'
    | 'settlements'
    | 'abandoned_checkouts'
    | 'payments'
    | 'checkout_funnel_daily';
  readonly format: string;
  readonly columns: (look: Look) => readonly Column[];
  readonly rows: (world: World, range: Range, look: Look) => Iterable<ReportRow>;
  readonly time?: Spelling['time'];
  readonly olderTime?: Spelling['time'];
  /** Exports overlap, and have been seen to hold a row twice: the last one comes again. */
  readonly repeats?: true;
}

/** A row as facts, beside its key where a report alone says it. */
export interface ReportRow {
  readonly key: string;
  readonly facts: Facts;
  /** It comes again right behind. */
  readonly twice?: boolean;
}

/** What the columns of an orders export say; a dashboard of another year lacks the remark. */
const ORDERS: readonly Column[] = [
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
];

function ordersColumns({ older }: Look): readonly Column[] {
  if (!older) return ORDERS;
  const kept = ORDERS.filter(({ name }) => name !== 'RTO Remark').map(spacious);
  // In another order, with a column that nobody knows.
  return [
    ...kept.slice(3),
    spacious(column('Store Credit Used', 'store_credit_used')),
    ...kept.slice(0, 3),
  ];
}

const spacious = (known: Column): Column => ({
  ...known,
  name: ` ${known.name.toUpperCase().replace(/ /g, '  ')} `,
});

const SETTLEMENTS: readonly Column[] = [
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
  column('Platform Order Id', 'platform_order_id', 'id'),
  column('Shopify Transaction Id', 'shopify_transaction_id', 'id'),
  column('Settlement UTR', 'settlement_utr'),
  column('Settlement Date', 'settlement_date', 'minute'),
  column('Settled By', 'settled_by'),
  { ...column('Payment Mode', 'payment_mode'), nothing: ({ debit }) => (debit ? 'na' : '') },
  column('Bank Code', 'bank_code'),
  column('Card Network', 'card_network'),
];

function settlementColumns({ older, uploaded }: Look): readonly Column[] {
  const rename = (from: string, to: string, columns: readonly Column[]) =>
    columns.map((known) => (known.name === from ? { ...known, name: to } : known));
  if (uploaded) {
    return [
      column('Upload Date', 'upload_date'),
      ...rename('Settlement UTR', 'UTR Number', SETTLEMENTS),
    ];
  }
  if (!older) return SETTLEMENTS;
  const debit = SETTLEMENTS.filter(({ name }) => name === 'Debit');
  const others = SETTLEMENTS.filter(({ name }) => name !== 'Debit');
  const at = others.findIndex(({ name }) => name === 'gokwik Deduction');
  const columns = [...others.slice(0, at), ...debit, ...others.slice(at)];
  return rename('Platform Order Id', 'Shopify Order Id', columns);
}

const CARTS: readonly Column[] = [
  column('ID', 'request_id'),
  column('Created At', 'created_at', 'minute'),
  column('Updated At', 'updated_at', 'minute'),
  column('Customer Name', 'customer_name'),
  column('Customer Address', 'customer_address'),
  column('Phone Number', 'customer.phone'),
  column('Email ID', 'customer.email'),
  column('Line items', 'line_items_text'),
  column('Variant title', 'variant_title'),
  column('Abandoned Cart Link', 'abc_url'),
  column('Amount', 'total_price', 'money'),
  column('Discount Total', 'total_discount', 'money'),
  column('Drop Stage', 'drop_stage'),
  column('Drop Off Reasons', 'drop_off_reasons', 'list'),
  column('Comment', 'comment'),
  column('Utm Source', 'mkt_source', 'utm'),
  column('Utm Campaign', 'mkt_campaign', 'utm'),
  column('Utm Medium', 'mkt_medium', 'utm'),
  column('Discount Code', 'discount_code'),
  column('Origin Referrer', 'orig_referrer'),
  column('Landing Page', 'landing_page'),
  column('Store Source', 'store_source'),
  column('Store Platform', 'store_platform'),
  column('Automatic Discount Code', 'automatic_discount_code'),
  column('Customer Type - Gokwik', 'customer_type'),
  column('Customer Type - Merchant', 'customer_type_merchant'),
  column('MRP Total', 'mrp_total', 'money'),
  column('Platform', 'platform'),
  column('Risk Flag', 'rto_risk_flag'),
];

const TRANSACTIONS: readonly Column[] = [
  column('Status', 'status'),
  column('Order Number', 'order_number'),
  column('Amount', 'amount', 'money'),
  column('Payment ID', 'payment_id'),
  column('Platform order number', 'platform_order_number'),
  column('Created At', 'created_at', 'minute'),
  column('Payment Mode', 'payment_mode'),
  column('Payment Method', 'method'),
  column('Payer vpa', 'payer_vpa'),
  column('Card Last 4 Digits', 'card_last_4_digits', 'id'),
  column('Payment Provider', 'provider'),
];

const FUNNEL: readonly Column[] = [
  column('Date', 'date'),
  column('Sales Channel', 'sales_channel'),
  column('Checkout Started', 'checkout_started', 'count'),
  column('Address Landed', 'address_landed', 'count'),
  column('Payment Step Reached', 'payment_step_reached', 'count'),
  column('Payment Method Selected', 'payment_method_selected', 'count'),
  column('Sessions Converted', 'sessions_converted', 'count'),
];

const FUNNEL_BY_MARKETING: readonly Column[] = [
  ...FUNNEL.slice(0, 2),
  column('Utm Source', 'utm_source', 'utm'),
  column('Utm Medium', 'utm_medium', 'utm'),
  column('Utm Campaign', 'utm_campaign', 'utm'),
  ...FUNNEL.slice(2),
];

const REPORTS = {
  orders: {
    stream: 'orders',
    format: 'orders_export',
    columns: ordersColumns,
    rows: orderRows,
    olderTime: 'sheet',
    repeats: true,
  },
  settlements: {
    stream: 'settlements',
    format: 'settlement_report',
    columns: settlementColumns,
    rows: settlementRows,
  },
  abandoned_checkouts: {
    stream: 'abandoned_checkouts',
    format: 'abandoned_report',
    columns: () => CARTS,
    rows: cartRows,
    repeats: true,
  },
  transactions: {
    stream: 'payments',
    format: 'transaction_report',
    columns: () => TRANSACTIONS,
    rows: transactionRows,
    time: 'dashed',
    olderTime: 'sheet',
  },
  checkout_funnel_daily: {
    stream: 'checkout_funnel_daily',
    format: 'funnel_report',
    columns: ({ marketing }) => (marketing ? FUNNEL_BY_MARKETING : FUNNEL),
    rows: (world, range, { marketing = false }) =>
      checkout_funnel_daily.rows(plansOf(world, range), world, range.atMs, marketing),
  },
} as const satisfies Record<string, ReportKind>;

export const reportOf = (report: Report): ReportKind => REPORTS[report];

/** What a customer is called where first and last name share a cell. */
function nameOf(world: World, index: number): string {
  const { first, last } = personOf(world, index);
  return last === '.' ? first : `${first} ${last}`;
}

const merchantType = (world: World, index: number): string =>
  contextOf(world, index).returning ? 'Repeat' : 'First time';

function* orderRows(world: World, range: Range): Generator<ReportRow> {
  for (const { plan, facts } of rowsOf(world, orders, range)) {
    // The dashboard exports what the shop has: an order that was never confirmed is not there.
    if (facts.platform_order_id === null) continue;
    const { index } = plan;
    const order = demandOrder(plan);
    yield {
      key: orders.key(facts, 'files'),
      facts: {
        ...facts,
        order_number: String(index + 1),
        shopify_order_name: `#${1_500_000 + index}`,
        payment_at: isOnline(order.pay) ? order.confirmedMs : null,
        mrp_total: billOf(world, index, order.pay).subtotal,
        customer_name: nameOf(world, index),
        customer_type_merchant: merchantType(world, index),
        product_name: cartOf(world, index)
          .map(({ product }) => product.name)
          .join(' | '),
        store_credit_used: 'INR',
      },
    };
  }
}

/**
 * Amounts that are none are 0, not blank. Refunds are often without a settlement date. The order goes
 * by one id or another in either column, as the merchant's shop was set up at the time.
 */
function* settlementRows(world: World, range: Range, look: Look): Generator<ReportRow> {
  let row = 0;
  for (const { plan, facts } of rowsOf(world, settlements, range)) {
    row += 1;
    const isRefund = facts.debit !== null;
    const told: Record<string, unknown> = {
      ...facts,
      ...orderIds(world, plan),
      serial_no: String(row),
      debit: facts.debit ?? 0,
      credit: facts.credit ?? 0,
      upload_date: '2026-09-01',
    };
    if (isRefund) {
      told.payment_mode = row % 2 === 0 ? 'upi-ba' : null;
      if (row % 3 > 0) told.settlement_date = null;
    }
    if (look.older) told.transaction_type = String(facts.transaction_type).toLowerCase();
    yield { key: settlements.key(facts, 'files'), facts: told };
  }
}

function orderIds(world: World, { index }: Plan): Facts {
  const [name, id] = [`#${moid(index)}`, platformOrderId(world, index)];
  switch (index % 8) {
    case 1:
      return { merchant_order_id: id, platform_order_id: name };
    case 3:
      return { merchant_order_id: name, platform_order_id: gokwikOid(world, index) ?? id };
    case 5:
      return { merchant_order_id: name, platform_order_id: `D${index + 100}` };
    case 7:
      return { merchant_order_id: name, platform_order_id: `GKMREF${1_000_000 + index}` };
    default:
      return { merchant_order_id: name, platform_order_id: id };
  }
}

function* cartRows(world: World, range: Range): Generator<ReportRow> {
  for (const { plan, facts } of rowsOf(world, abandoned_checkouts, range)) {
    const { index } = plan;
    const person = personOf(world, index);
    const lines = cartOf(world, index);
    const { device, returning } = contextOf(world, index);
    yield {
      key: abandoned_checkouts.key(facts, 'files'),
      facts: {
        ...facts,
        customer_name: nameOf(world, index),
        customer_address: `${person.street},\n${person.landmark}, ${person.place.city}`,
        line_items_text: lines
          .map((line) => `#${line.product.name}(${variantName(line)})*${line.quantity}`)
          .join(''),
        variant_title: lines.map(variantName).join(', '),
        comment: null,
        discount_code: couponOf(world, index),
        landing_page: `/products/${index % 12}`,
        store_source: null,
        automatic_discount_code: null,
        customer_type: returning ? 'returning' : 'new',
        customer_type_merchant: merchantType(world, index),
        mrp_total: billOf(world, index, undefined).subtotal,
        platform: device,
      },
    };
  }
}

/** Payments that succeeded; a row may come twice. */
function* transactionRows(world: World, range: Range): Generator<ReportRow> {
  for (const { plan, sub, facts } of rowsOf(world, payments, range)) {
    if (sub !== PAID || facts.transaction_id === null) continue;
    const { index } = plan;
    const method = String(facts.method);
    const mode = /upi/i.test(method) ? 'UPI' : method.startsWith('card') ? 'CARD' : 'OTHERS';
    const { first } = personOf(world, index);
    yield {
      key: payments.key(facts, 'files'),
      twice: index % 9 === 0,
      facts: {
        ...facts,
        status: 'success',
        order_number: gokwikOid(world, index) ?? `GKMREF${1_000_000 + index}`,
        platform_order_number: index % 7 === 2 ? `D${index + 100}` : `#${moid(index)}`,
        payment_mode: mode,
        payer_vpa: mode === 'UPI' ? `${first.toLowerCase()}${index}@okexample` : null,
        card_last_4_digits: mode === 'CARD' ? String(index % 10_000).padStart(4, '0') : null,
      },
    };
  }
}
