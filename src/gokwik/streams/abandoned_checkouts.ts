import schema from '../../../schemas/abandoned_checkouts.json' with { type: 'json' };
import type { AbandonedCheckouts } from '../../generated/streams.ts';
import { MERCHANT_LIST, stream } from './stream.ts';

export const abandoned_checkouts = stream<AbandonedCheckouts>(schema, {
  ...MERCHANT_LIST,
  evidence: 'record LIVE (webhook captures), endpoint ASSUMED',
  path: '/v1/abandoned-cart/list',
  records: ['data.carts', 'carts', 'data'],
  key: ['request_id', 'cart_id', 'id'],
  fields: { drop_stage: { from: ['drop_stage', 'drop_off_stage'] } },
});
