import schema from '../../../schemas/checkouts.json' with { type: 'json' };
import type { Checkouts } from '../../generated/streams.ts';
import { MERCHANT_LIST, stream } from './stream.ts';

export const checkouts = stream<Checkouts>(schema, {
  ...MERCHANT_LIST,
  evidence: 'ASSUMED',
  path: '/v1/checkout/list',
  records: ['data', 'data.checkouts'],
  key: ['request_id', 'id'],
});
