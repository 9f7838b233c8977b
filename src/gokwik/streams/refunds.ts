import schema from '../../../schemas/refunds.json' with { type: 'json' };
import type { Refunds } from '../../generated/streams.ts';
import { CHANGED, stream, UTC_ISO } from './stream.ts';

export const refunds = stream<Refunds>(schema, {
  family: 'gkx',
  evidence: 'endpoint LIVE, fields mostly unknown',
  enabled: true,
  path: '/v1/payments/refunds',
  query: { platformOrderId: '{platform_order_id}' },
  records: ['data'],
  paging: { kind: 'none' },
  time: UTC_ISO,
  key: ['refund_id', 'id'],
  cursor: CHANGED,
  per: 'orders',
  where: { field: 'payment_class', not: ['cod'] },
  inherit: ['platform_order_id', 'gokwik_oid', 'moid'],
  aliases: { refund_id: ['refundId'], payment_id: ['paymentId'] },
});
