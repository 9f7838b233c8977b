import { checkouts, EVENT } from './checkouts.ts';
import type { Child } from './stream.ts';

export const checkout_events: Child<'checkout_events'> = {
  kind: 'child',
  name: 'checkout_events',
  parent: checkouts,
  fields: EVENT,
  added: { request_id: 'id', session_id: 'text', position: 'count', updated_at: 'time' },
  rows: ({ events }) => events,
};
