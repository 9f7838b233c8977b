import schema from '../../../schemas/order_items.json' with { type: 'json' };
import type { OrderItems } from '../../generated/streams.ts';
import { MERCHANT_LIST, stream } from './stream.ts';

export const order_items = stream<OrderItems>(
  schema,
  {
    ...MERCHANT_LIST,
    evidence: 'fields OFFICIAL',
    records: ['line_items', 'items'],
    key: [],
    cursor: ['updated_at'],
  },
  { childOf: 'orders', inherit: ['request_id', 'gokwik_oid', 'moid', 'platform_order_id'] },
);
