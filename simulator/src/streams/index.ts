import { abandoned_checkouts } from './abandoned_checkouts.ts';
import { address_prefills } from './address_prefills.ts';
import { checkout_events } from './checkout_events.ts';
import { checkout_funnel_daily } from './checkout_funnel_daily.ts';
import { checkouts } from './checkouts.ts';
import { order_items } from './order_items.ts';
import { orders } from './orders.ts';
import { payments } from './payments.ts';
import { refunds } from './refunds.ts';
import { returns } from './returns.ts';
import { rto_predictions } from './rto_predictions.ts';
import { settlements } from './settlements.ts';
import { shipments } from './shipments.ts';
import type { Endpoint } from './stream.ts';

/** The only list of streams. */
export const STREAMS = {
  orders,
  order_items,
  checkouts,
  checkout_events,
  abandoned_checkouts,
  payments,
  rto_predictions,
  address_prefills,
  settlements,
  refunds,
  shipments,
  returns,
  checkout_funnel_daily,
};

export type StreamName = keyof typeof STREAMS;

/** The stream whose endpoint gives its rows: a child's are its parent's. Undefined: there is none. */
export function endpointOf(name: StreamName): Endpoint | undefined {
  const stream = STREAMS[name];
  if (stream.kind === 'counted') return undefined;
  return stream.kind === 'child' ? stream.parent : stream;
}
