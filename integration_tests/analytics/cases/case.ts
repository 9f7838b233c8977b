import type { Raw, RawRow } from '../tools/raw.ts';

export interface Case {
  readonly name: string;
  readonly raw: Raw;
  readonly variables?: Readonly<Record<string, string | number>>;
  /** A model without `gokwik__`, perhaps with a condition, some of its columns, and every row of them. */
  readonly says: readonly (readonly [model: string, columns: string, rows: readonly string[]])[];
}

/** An order of 1,000 rupees; `number` is in all its ids. */
export function order(number: number, own: RawRow = {}): RawRow {
  return {
    record_key: `KWIK${number}`,
    request_id: `req-${number}`,
    gokwik_oid: `KWIK${number}`,
    moid: String(number),
    platform_order_id: `560000${number}`,
    shopify_order_name: `#S${number}`,
    order_status: 'Confirmed',
    payment_class: 'prepaid',
    payment_status: 'paid',
    total: 1000,
    created_at: '2026-05-01T06:00:00Z',
    updated_at: '2026-05-02T06:00:00Z',
    ...own,
  };
}

export const cod = (number: number, own: RawRow = {}): RawRow =>
  order(number, { payment_class: 'cod', payment_status: 'pending', ...own });

/** A payment of the order, captured. */
export function payment(number: number, own: RawRow = {}): RawRow {
  return {
    record_key: `pay-${number}`,
    payment_id: `pay-${number}`,
    gokwik_oid: `KWIK${number}`,
    moid: String(number),
    status: 'captured',
    amount: 1000,
    created_at: '2026-05-01T06:00:00Z',
    updated_at: '2026-05-01T06:01:00Z',
    ...own,
  };
}

/** A line of the settlement report for that payment, as the report has it: 2 % and its tax are kept. */
export function line(number: number, own: RawRow = {}): RawRow {
  return {
    record_key: `line-${number}-${JSON.stringify(own)}`,
    transaction_type: 'Payment',
    payment_id: `pay-${number}`,
    order_id: `KWIK${number}`,
    amount: 1000,
    fee: 20,
    tax: 3.6,
    additional_fees: 0,
    additional_tax: 0,
    gokwik_deduction: 23.6,
    debit: 0,
    credit: 976.4,
    merchant_order_id: String(number),
    platform_order_id: `#S${number}`,
    settlement_utr: 'UTR1',
    transaction_date: '2026-05-01T06:00:00Z',
    settlement_date: '2026-05-03T06:00:00Z',
    ...own,
  };
}

export function refund(number: number, own: RawRow = {}): RawRow {
  return {
    record_key: `rfnd-${number}`,
    refund_id: `rfnd-${number}`,
    payment_id: `pay-${number}`,
    amount: 1000,
    status: 'Completed',
    platform_order_id: `560000${number}`,
    created_at: '2026-05-02T06:00:00Z',
    updated_at: '2026-05-02T06:00:00Z',
    ...own,
  };
}

/** A parcel of the order. */
export function parcel(number: number, own: RawRow = {}): RawRow {
  return {
    record_key: `awb-${number}`,
    awb: `awb-${number}`,
    order_id: String(number),
    status: 'delivered',
    total_amount: 1000,
    creation_datetime: '2026-05-02T06:00:00Z',
    ...own,
  };
}
