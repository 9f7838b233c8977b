import schema from '../../../schemas/returns.json' with { type: 'json' };
import type { Returns } from '../../generated/streams.ts';
import { stream } from './stream.ts';

export const returns = stream<Returns>(schema, {
  host: 'returnprime',
  evidence: 'LIVE; needs its own token',
  enabled: true,
  path: '/return-exchange/v2',
  query: { created_at_min: '{from}', created_at_max: '{to}', page: '{page}' },
  records: ['data.list'],
  paging: { kind: 'page', first: 1, more: 'data.hasNextPage' },
  time: { query: 'iso' },
  key: ['id'],
  cursor: ['created_at'],
});
