import schema from '../../../schemas/settlements.json' with { type: 'json' };
import type { Settlements } from '../../generated/streams.ts';
import { stream } from './stream.ts';

export const settlements = stream<Settlements>(schema, {
  host: 'merchant',
  evidence: 'columns LIVE (CSV report), endpoint ASSUMED',
  enabled: true,
  path: '/v1/settlement/list',
  query: { from: '{from}', to: '{to}', page: '{page}', limit: '{limit}', cursor: '{cursor}' },
  records: ['data', 'data.settlements'],
  paging: { kind: 'page', limit: 100 },
  time: { query: 'date' },
  key: [['settlement_utr', 'payment_id', 'transaction_type', 'serial_no']],
  cursor: ['settlement_date'],
  with_files: {
    // `serial_no` counts the rows of one report.
    key: [
      [
        ...(['settlement_utr', 'payment_id', 'transaction_type~', 'transaction_rrn?'] as const),
        ...(['debit~', 'credit~'] as const),
      ],
    ],
    // Two reports date the same settlement alike; a version has to tell which is younger.
    cursor: ['updated_at', 'settlement_date'],
  },
});
