import { type OrderPlan, type Pay, planOrder } from './fulfilment.ts';
import { chance, type Draw, draws, SALT, skewed } from './random.ts';
import { placeOf } from './merchant.ts';
import { DAY_MS, HOUR_MS, SECOND_MS, wholeSeconds } from './time.ts';
import { ABANDONED_AFTER_MS, planVisit, type Visit } from './visit.ts';
import { sessionMs, type World } from './world.ts';

/** A session's whole fate: what happens and when, past the simulated present too. */
export interface Plan {
  readonly index: number;
  readonly createdMs: number;
  readonly visit: Visit;
  /** When the first visit's outcome is saved. */
  readonly visitEndMs: number;
  /** When it was declared abandoned. */
  readonly abandonedMs: number | undefined;
  /** Whether the abandonment was reported as a cart; early ones seldom are, there is no phone yet. */
  readonly cart: boolean;
  /** When an abandoned session became an order after all. */
  readonly recoveredMs: number | undefined;
  /** 0 to 1; what GoKwik predicts and what the couriers then see. */
  readonly risk: number;
  /** COD was refused for the risk. */
  readonly blocked: boolean;
  readonly order: OrderPlan | undefined;
}

/** The plan of session `index`. Cheap: a listing makes hundreds of thousands of them. */
export function planSession(world: World, index: number): Plan {
  const createdMs = sessionMs(world, index);
  const draw = draws(world.seed, index, SALT.plan);
  const visit = planVisit(draw, createdMs);
  const risk = Math.min(1, 0.75 * draw() + placeOf(world, index).risk);
  const blocked = risk > 0.8 && chance(draw, 0.4);
  const pay = drawPay(draw, blocked);
  const base = { index, createdMs, visit, risk, blocked };
  if (visit.stage === 'placed') {
    const order = planOrder(draw, visit.lastMs, pay, risk, true);
    if (order.failedMs === undefined) {
      const online = pay === 'prepaid' || pay === 'partial';
      const visitEndMs = (online && order.confirmedMs) || order.createdMs + 3 * SECOND_MS;
      const kept = { visitEndMs, abandonedMs: undefined, cart: false, recoveredMs: undefined };
      return { ...base, ...kept, order };
    }
    const abandonedMs = order.failedMs + ABANDONED_AFTER_MS;
    const lost = { visitEndMs: order.failedMs, abandonedMs, cart: true, recoveredMs: undefined };
    return { ...base, ...lost, order };
  }
  const visitEndMs = Math.max(visit.lastMs, visit.attempts.at(-1)?.endMs ?? 0);
  const abandonedMs = visitEndMs + ABANDONED_AFTER_MS;
  const cart =
    visit.stage === 'payment' ||
    visit.stage === 'attempt' ||
    (visit.stage === 'address' && chance(draw, 0.2));
  const lost = { visitEndMs, abandonedMs, cart };
  if (!cart || !chance(draw, 0.22)) {
    return { ...base, ...lost, recoveredMs: undefined, order: undefined };
  }
  // Half come back within a day, nine in ten within three weeks, the last after 35 days.
  const waitMs = skewed(draw, HOUR_MS / 2, 35 * DAY_MS, 5);
  const recoveredMs = wholeSeconds(abandonedMs + waitMs);
  const order = planOrder(draw, recoveredMs, pay, risk, false);
  return { ...base, ...lost, recoveredMs, order };
}

function drawPay(draw: Draw, blocked: boolean): Pay {
  const share = draw();
  if (blocked) return share < 0.6 ? 'prepaid' : 'partial';
  if (share < 0.52) return 'cod';
  if (share < 0.9) return 'prepaid';
  return share < 0.97 ? 'partial' : 'offline';
}

/** Whether something planned has happened. */
export function since(ms: number | undefined, nowMs: number): boolean {
  return ms !== undefined && ms <= nowMs;
}

export function demandOrder(plan: Plan): OrderPlan {
  if (plan.order === undefined) throw new RangeError(`session ${plan.index} has no order`);
  return plan.order;
}
