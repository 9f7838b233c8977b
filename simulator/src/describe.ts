import { entitiesOf, type ListStream } from './entities.ts';
import { cartFacts, checkoutFacts } from './funnel.ts';
import type { Facts, Moment } from './kinds.ts';
import type { Plan } from './lifecycle.ts';
import { paymentFacts, refundFacts, settlementFacts } from './money.ts';
import { returnFacts, shipmentFacts } from './parcels.ts';
import { prefillFacts } from './prefills.ts';
import { predictionFacts } from './risk.ts';
import { orderFacts } from './sales.ts';
import type { StreamName } from './types.ts';
import type { World } from './world.ts';

/** Tells all that is known of entity `sub` of a session, as of a moment. */
type Describe = (world: World, plan: Plan, sub: number, at: Moment) => Facts;

const DESCRIBE: Readonly<Record<ListStream | 'refunds', Describe>> = {
  orders: orderFacts,
  checkouts: checkoutFacts,
  abandoned_checkouts: cartFacts,
  payments: paymentFacts,
  rto_predictions: predictionFacts,
  address_prefills: prefillFacts,
  settlements: settlementFacts,
  shipments: shipmentFacts,
  returns: returnFacts,
  refunds: refundFacts,
};

export function describe(
  world: World,
  stream: ListStream | 'refunds',
  plan: Plan,
  sub: number,
  at: Moment,
): Facts {
  return DESCRIBE[stream](world, plan, sub, at);
}

/** Refunds of an order that exist as of `nowMs`, by their turn. */
export function refundTurns(plan: Plan, nowMs: number): number[] {
  const refunds = plan.order?.refunds ?? [];
  return refunds.flatMap(({ startMs }, turn) => (startMs <= nowMs ? [turn] : []));
}

/** The stream a child's rows travel with; the stream itself when it has a list of its own. */
export function parentOf(stream: StreamName): ListStream {
  if (stream === 'order_items' || stream === 'refunds') return 'orders';
  return stream === 'checkout_events' ? 'checkouts' : stream;
}

export function entityOf(world: World, plan: Plan, stream: ListStream, sub: number) {
  return entitiesOf(world, plan, stream).find((entity) => entity.sub === sub);
}
