import { type Fields, MONEY, STEP } from './kinds.ts';

const RETURN_ADDRESS: Fields[string] = {
  object: {
    first_name: 'text',
    last_name: 'text',
    address_line_1: 'text',
    city: 'text',
    province: 'text',
    postal_code: 'id',
    country: 'text',
  },
};

const RETURN_ITEM: Fields = {
  id: 'id',
  quantity: 'count',
  reason: 'text',
  original_product: {
    object: { product_id: 'id', variant_id: 'id', title: 'text', sku: 'text', price: 'money' },
  },
  refund: {
    object: {
      status: 'text',
      requested_mode: 'text',
      refunded_amount: MONEY,
      refunded_at: 'time',
    },
  },
};

/** The part of the data dictionary that follows an order: money back, parcels, goods back. */
export const LEDGERS = {
  settlements: {
    serial_no: 'id',
    transaction_type: 'text',
    payment_id: 'id',
    order_id: 'id',
    amount: 'money',
    currency: 'text',
    tax: 'money',
    fee: 'money',
    additional_fees: 'money',
    additional_tax: 'money',
    gokwik_deduction: 'money',
    debit: 'money',
    credit: 'money',
    payment_method: 'text',
    transaction_date: 'time',
    transaction_rrn: 'text',
    merchant_order_id: 'text',
    platform_order_id: 'id',
    shopify_transaction_id: 'id',
    settlement_utr: 'text',
    settlement_date: 'time',
    settled_by: 'text',
    payment_mode: 'text',
    bank_code: 'text',
    card_network: 'text',
  },
  refunds: {
    refund_id: 'id',
    payment_id: 'id',
    amount: 'money',
    currency: 'text',
    status: 'text',
    created_at: 'time',
  },
  shipments: {
    awb: 'id',
    order_id: 'id',
    status: 'text',
    payment_mode: 'text',
    courier_name: 'text',
    total_amount: 'money',
    weight: 'decimal',
    customer_name: 'text',
    customer_phone: 'text',
    creation_datetime: 'time',
    estimated_delivery_date: 'time',
  },
  returns: {
    id: 'id',
    request_number: 'text',
    request_type: 'text',
    status: 'text',
    created_at: 'time',
    channel: 'text',
    order: { object: { id: 'id', name: 'text', created_at: 'time' } },
    customer: {
      object: {
        id: 'id',
        name: 'text',
        email: 'text',
        phone: 'text',
        address: RETURN_ADDRESS,
        bank: {
          object: { account_holder_name: 'text', account_number: 'text', ifsc_code: 'text' },
        },
      },
    },
    approved: STEP,
    received: STEP,
    inspected: STEP,
    rejected: STEP,
    archived: STEP,
    line_items: { list: RETURN_ITEM },
  },
} as const satisfies Record<string, Fields>;
