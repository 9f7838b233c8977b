import type { Pay } from './merchant.ts';
import { between, chance, type Draw, skewed } from './random.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, wholeSeconds } from './time.ts';

/** What becomes of an order, from its creation to the last of its refunds. */

interface RefundPlan {
  readonly startMs: number;
  readonly doneMs: number;
  /** Of the payment. */
  readonly share: number;
}

/** A customer's wish to send it back. */
export interface Claim {
  readonly exchange: boolean;
  readonly createdMs: number;
  readonly decidedMs: number;
  readonly rejected: boolean;
  /** Moments of the way back; unset when rejected. */
  readonly receivedMs: number | undefined;
  readonly inspectedMs: number | undefined;
}

export type OrderPlan = Readonly<ReturnType<typeof planOrder>>;

/** Nothing happens to an order later than this after its creation. */
const ORDER_LIFE_MS = 40 * DAY_MS;

/** Share of shipped parcels that come back, for an address of average risk (0.5). */
const RTO_SHARE: Record<Pay, number> = { cod: 0.28, partial: 0.12, prepaid: 0.06, offline: 0.1 };

/** Whether GoKwik sees money of it. */
export function isOnline(pay: Pay): boolean {
  return pay === 'prepaid' || pay === 'partial';
}

/** An order of which nothing has become so far. */
export const newOrder = (createdMs: number, pay: Pay) => ({
  createdMs,
  pay,
  failedMs: undefined as number | undefined,
  confirmedMs: undefined as number | undefined,
  cancelledMs: undefined as number | undefined,
  shippedMs: undefined as number | undefined,
  deliveredMs: undefined as number | undefined,
  rtoMs: undefined as number | undefined,
  rtoDoneMs: undefined as number | undefined,
  /** When it was sent again after it had come back. */
  againMs: undefined as number | undefined,
  /** A second parcel, which arrived then. */
  otherDeliveredMs: undefined as number | undefined,
  /** When its row was touched long after its parcel had come back. */
  touchedMs: undefined as number | undefined,
  claim: undefined as Claim | undefined,
  refunds: [] as readonly RefundPlan[],
});

/** The rest of an order's life, from its creation. `risk` 0 to 1. */
export function planOrder(draw: Draw, createdMs: number, pay: Pay, risk: number, mayFail: boolean) {
  const after = (ms: number, low: number, high: number, power = 1) =>
    Math.min(wholeSeconds(ms + skewed(draw, low, high, power)), createdMs + ORDER_LIFE_MS);
  const online = isOnline(pay);
  const plan = newOrder(createdMs, pay);
  if (mayFail && online && chance(draw, 0.04)) {
    plan.failedMs = createdMs + 15 * MINUTE_MS;
    return plan;
  }
  const refund = (ms: number, low: number, high: number, share: number): RefundPlan => {
    const startMs = after(ms, low, high);
    return { startMs, doneMs: after(startMs, HOUR_MS, 4 * DAY_MS), share };
  };
  plan.confirmedMs = online
    ? createdMs + between(draw, 20, 120) * SECOND_MS
    : after(createdMs, MINUTE_MS, 20 * HOUR_MS, 3);
  if (chance(draw, 0.05)) {
    plan.cancelledMs = after(plan.confirmedMs, 10 * MINUTE_MS, 2 * DAY_MS, 2);
    if (online) plan.refunds = [refund(plan.cancelledMs, HOUR_MS, 12 * HOUR_MS, 1)];
    return plan;
  }
  plan.shippedMs = after(plan.confirmedMs, 6 * HOUR_MS, 3 * DAY_MS);
  if (chance(draw, RTO_SHARE[pay] * (0.4 + 1.2 * risk))) {
    plan.rtoMs = after(plan.shippedMs, 4 * DAY_MS, 16 * DAY_MS, 1.5);
    plan.rtoDoneMs = after(plan.rtoMs, 2 * DAY_MS, 16 * DAY_MS, 2);
    // Whoever paid a part and refused the parcel often forfeits the part.
    if (pay === 'prepaid' || (pay === 'partial' && chance(draw, 0.5)))
      plan.refunds = [refund(plan.rtoDoneMs, 2 * HOUR_MS, 2 * DAY_MS, 1)];
    return plan;
  }
  plan.deliveredMs = after(plan.shippedMs, 1.5 * DAY_MS, 12 * DAY_MS, 2);
  if (!chance(draw, 0.08)) return plan;
  plan.claim = planClaim(draw, plan.deliveredMs, after);
  const backMs = plan.claim.inspectedMs;
  if (online && backMs !== undefined && !plan.claim.exchange) {
    plan.refunds = chance(draw, 0.15)
      ? [refund(backMs, HOUR_MS, DAY_MS, 0.6), refund(backMs, 2 * HOUR_MS, 2 * DAY_MS, 0.4)]
      : [refund(backMs, HOUR_MS, DAY_MS, 1)];
  }
  return plan;
}

function planClaim(
  draw: Draw,
  deliveredMs: number,
  after: (ms: number, low: number, high: number, power?: number) => number,
): Claim {
  const createdMs = after(deliveredMs, 12 * HOUR_MS, 10 * DAY_MS, 1.5);
  const decidedMs = after(createdMs, 2 * HOUR_MS, 2 * DAY_MS);
  const exchange = chance(draw, 0.3);
  if (chance(draw, 0.12)) {
    const received = { receivedMs: undefined, inspectedMs: undefined };
    return { exchange, createdMs, decidedMs, rejected: true, ...received };
  }
  const receivedMs = after(decidedMs, 3 * DAY_MS, 9 * DAY_MS);
  const inspectedMs = after(receivedMs, 2 * HOUR_MS, DAY_MS);
  return { exchange, createdMs, decidedMs, rejected: false, receivedMs, inspectedMs };
}
