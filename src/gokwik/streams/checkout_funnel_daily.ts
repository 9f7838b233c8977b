import schema from '../../../schemas/checkout_funnel_daily.json' with { type: 'json' };
import type { CheckoutFunnelDaily } from '../../generated/streams.ts';
import { stream } from './stream.ts';

/** From files alone: no endpoint is known. */
export const checkout_funnel_daily = stream<CheckoutFunnelDaily>(schema, {
  host: 'merchant',
  evidence: 'columns LIVE (CSV report), no endpoint known',
  enabled: true,
  records: ['data'],
  paging: {},
  time: {},
  key: [
    ['date', 'sales_channel', 'breakdown', 'utm_source?', 'utm_medium?', 'utm_campaign?'],
    ['date', 'sales_channel'],
  ],
  cursor: ['date'],
});
