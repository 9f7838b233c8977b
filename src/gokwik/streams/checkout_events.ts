import schema from '../../../schemas/checkout_events.json' with { type: 'json' };
import type { CheckoutEvents } from '../../generated/streams.ts';
import { MERCHANT_LIST, stream } from './stream.ts';

export const checkout_events = stream<CheckoutEvents>(schema, {
  ...MERCHANT_LIST,
  evidence: 'event names OFFICIAL, place ASSUMED',
  child_of: 'checkouts',
  records: ['events'],
  key: [],
  cursor: ['updated_at'],
  inherit: ['request_id', 'session_id'],
});
