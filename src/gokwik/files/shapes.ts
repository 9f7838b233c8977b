/**
 * The files that GoKwik's dashboard, reports and webhooks are known to give, as data: which columns
 * or keys tell each kind, and what they are called in the stream. Columns were seen in real files
 * (LIVE); the payment webhook follows a third party's documentation (DOC). Names are compared by
 * their letters and digits alone; a column that is not here passes through in snake case.
 */

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

/** A webhook's payload, known by keys that it has. */
export interface JsonShape {
  readonly kind: 'abandoned_webhook' | 'payment_webhook';
  readonly title: string;
  readonly streams: readonly string[];
}

export const ABANDONED_WEBHOOK: JsonShape = {
  kind: 'abandoned_webhook',
  title: 'abandoned-cart webhook payloads',
  streams: ['abandoned_checkouts'],
};
export const PAYMENT_WEBHOOK: JsonShape = {
  kind: 'payment_webhook',
  title: 'payment webhook payloads',
  streams: ['payments', 'refunds'],
};

export type FileKind = CsvShape['kind'] | JsonShape['kind'];

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
