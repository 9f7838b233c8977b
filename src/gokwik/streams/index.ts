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
import type { Declaration } from './stream.ts';

/** Every stream, in the order in which `discover` lists them. The only list of their names. */
export const STREAMS: Readonly<Record<string, Declaration>> = {
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
