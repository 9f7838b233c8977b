import schema from '../../../schemas/rto_predictions.json' with { type: 'json' };
import type { RtoPredictions } from '../../generated/streams.ts';
import { MERCHANT_LIST, stream } from './stream.ts';

export const rto_predictions = stream<RtoPredictions>(schema, {
  ...MERCHANT_LIST,
  evidence: 'flags OFFICIAL, endpoint ASSUMED',
  path: '/v1/rto/list',
  records: ['data', 'data.predictions'],
  key: ['request_id'],
});
