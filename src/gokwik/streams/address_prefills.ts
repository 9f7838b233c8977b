import schema from '../../../schemas/address_prefills.json' with { type: 'json' };
import type { AddressPrefills } from '../../generated/streams.ts';
import { MERCHANT_LIST, stream } from './stream.ts';

export const address_prefills = stream<AddressPrefills>(schema, {
  ...MERCHANT_LIST,
  evidence: 'ASSUMED',
  path: '/v1/address-prefill/list',
  records: ['data', 'data.prefills'],
  key: ['request_id'],
});
