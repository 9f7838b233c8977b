import schema from '../../../schemas/shipments.json' with { type: 'json' };
import type { Shipments } from '../../generated/streams.ts';
import { INDIA_DATES, stream } from './stream.ts';

export const shipments = stream<Shipments>(schema, {
  family: 'kwikship',
  evidence: 'list DOC, detail call LIVE',
  enabled: true,
  path: '/api/v1/shipments',
  query: { from: '{from}', to: '{to}' },
  records: ['data'],
  paging: {
    kind: 'page',
    page_param: 'page',
    limit_param: 'per_page',
    limit: 100,
    until: 'total',
    total: 'meta.total_pages',
    count: 'meta.total',
  },
  time: INDIA_DATES,
  max_days: 30,
  key: ['awb'],
  cursor: ['creation_datetime'],
});
