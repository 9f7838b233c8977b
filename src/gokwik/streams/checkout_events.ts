import schema from '../../../schemas/checkout_events.json' with { type: 'json' };
import type { CheckoutEvents } from '../../generated/streams.ts';
import { MERCHANT_LIST, stream } from './stream.ts';

export const checkout_events = stream<CheckoutEvents>(
  schema,
  {
    ...MERCHANT_LIST,
    evidence: 'event names OFFICIAL, place ASSUMED',
    records: ['events'],
    key: [],
    cursor: ['updated_at'],
  },
  { childOf: 'checkouts', inherit: ['request_id', 'session_id'] },
);
