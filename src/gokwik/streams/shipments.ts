import schema from '../../../schemas/shipments.json' with { type: 'json' };
import type { Shipments } from '../../generated/streams.ts';
import { stream } from './stream.ts';

export const shipments = stream<Shipments>(schema, {
  host: 'kwikship',
  evidence: 'list DOC, detail call LIVE',
  enabled: true,
  path: '/api/v1/shipments',
  query: { from: '{from}', to: '{to}', page: '{page}', per_page: '{limit}' },
  records: ['data'],
  paging: { kind: 'page', limit: 100, total: 'meta.total_pages', count: 'meta.total' },
  time: { query: 'date' },
  max_days: 30,
  key: ['awb'],
  cursor: ['creation_datetime'],
  // A webhook does not say when the parcel was made.
  with_files: { cursor: ['updated_at', 'creation_datetime'] },
});
