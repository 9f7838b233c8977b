import schema from '../../../schemas/returns.json' with { type: 'json' };
import type { Returns } from '../../generated/streams.ts';
import { stream, UTC_ISO } from './stream.ts';

export const returns = stream<Returns>(schema, {
  family: 'returnprime',
  evidence: 'LIVE; needs its own token',
  enabled: true,
  path: '/return-exchange/v2',
  query: { created_at_min: '{from}', created_at_max: '{to}' },
  records: ['data.list'],
  paging: { kind: 'page', page_param: 'page', until: 'more', more: 'data.hasNextPage' },
  time: UTC_ISO,
  key: ['id'],
  cursor: ['created_at'],
});
