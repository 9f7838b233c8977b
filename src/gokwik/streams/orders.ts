import schema from '../../../schemas/orders.json' with { type: 'json' };
import type { Orders } from '../../generated/streams.ts';
import { MERCHANT_LIST, stream } from './stream.ts';

export const orders = stream<Orders>(schema, {
  ...MERCHANT_LIST,
  evidence: 'path LIVE (reached, never seen to return rows), paging 3P, fields OFFICIAL',
  path: '/v1/order/list',
  records: ['data', 'data.orders', 'orders'],
  key: ['gokwik_oid', 'request_id', 'moid'],
  with_files: { key: ['platform_order_id', 'gokwik_oid', 'request_id', 'moid'] },
  fields: { line_items: { from: ['line_items', 'items'] } },
});
