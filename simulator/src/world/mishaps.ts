import { newOrder, type OrderPlan } from './order.ts';
import { chance, type Draw } from './random.ts';
import { DAY_MS, HOUR_MS } from './time.ts';

/**
 * What befalls some orders beside the rule, as it does in real shops. Each has draws of its own, so that
 * no other order is moved.
 *
 * @param isFirst whether the visit itself led to the order: of later ones the history would grow too long.
 */
export function befall(draw: Draw, order: OrderPlan, isFirst: boolean): OrderPlan {
  if (order.confirmedMs !== undefined && order.cancelledMs === undefined && chance(draw, 0.02)) {
    // Nobody pays for it and nobody confirms it: it stays `Pending` for ever.
    return newOrder(order.createdMs, order.pay);
  }
  if (order.rtoMs !== undefined && order.rtoDoneMs !== undefined) {
    return unlike(draw, order, order.rtoMs, order.rtoDoneMs, isFirst);
  }
  const { deliveredMs, claim } = order;
  const isSplit = deliveredMs !== undefined && claim === undefined && chance(draw, 0.03);
  return isSplit ? { ...order, otherDeliveredMs: deliveredMs } : order;
}

/** Parcels that turn round are not all alike. */
function unlike(
  draw: Draw,
  order: OrderPlan,
  rtoMs: number,
  rtoDoneMs: number,
  isFirst: boolean,
): OrderPlan {
  const kind = draw();
  // The courier tries once more, and the shopper is at home.
  if (kind < 0.08) {
    return { ...order, rtoDoneMs: undefined, deliveredMs: rtoMs + 2 * DAY_MS, refunds: [] };
  }
  // It is sent again, in a parcel of its own.
  if (kind < 0.16) {
    const againMs = rtoDoneMs + 6 * HOUR_MS;
    return { ...order, againMs, deliveredMs: againMs + 2 * DAY_MS, refunds: [] };
  }
  // One of two parcels comes back.
  if (kind < 0.24) return { ...order, otherDeliveredMs: rtoMs };
  if (!isFirst) return order;
  // The shop edits the order long after.
  if (kind < 0.4) return { ...order, touchedMs: rtoDoneMs + 15 * DAY_MS };
  if (kind < 0.46) return lateRto(order);
  return order;
}

/** Lost for two months, and then back. */
function lateRto(order: OrderPlan): OrderPlan {
  const rtoMs = order.createdMs + 61 * DAY_MS;
  const rtoDoneMs = rtoMs + 3 * DAY_MS;
  const refunds = order.refunds.map(({ share }) => {
    return { startMs: rtoDoneMs + DAY_MS, doneMs: rtoDoneMs + 2 * DAY_MS, share };
  });
  return { ...order, rtoMs, rtoDoneMs, refunds };
}
