import schema from '../../../schemas/refunds.json' with { type: 'json' };
import type { Refunds } from '../../generated/streams.ts';
import { CHANGED, stream } from './stream.ts';

export const refunds = stream<Refunds>(
  schema,
  {
    host: 'gkx',
    evidence: 'endpoint LIVE, fields mostly unknown',
    enabled: true,
    path: '/v1/payments/refunds',
    query: { platformOrderId: '{platform_order_id}' },
    // Plain COD has nothing to pay back.
    per: {
      stream: 'orders',
      fields: ['platform_order_id'],
      only: { payment_class: ['prepaid', 'partial_cod', 'unknown'] },
    },
    records: ['data'],
    paging: { kind: 'none' },
    time: {},
    key: ['refund_id', 'id'],
    cursor: CHANGED,
    fields: {
      refund_id: { from: ['refund_id', 'refundId'] },
      payment_id: { from: ['payment_id', 'paymentId'] },
    },
  },
  { inherit: ['platform_order_id', 'gokwik_oid', 'moid'] },
);
