import { abandoned_checkouts } from './abandoned_checkouts.ts';
import { address_prefills } from './address_prefills.ts';
import { checkout_events } from './checkout_events.ts';
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
};

export type StreamName = keyof typeof STREAMS;

/** The stream whose endpoint gives its rows: a child's are its parent's. */
export function endpointOf(name: StreamName): Endpoint {
  const stream = STREAMS[name];
  return stream.kind === 'child' ? stream.parent : stream;
}
