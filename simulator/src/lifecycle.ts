import { isOnline, type OrderPlan, type Pay, planOrder } from './fulfilment.ts';
import { placeOf } from './merchant.ts';
import { chance, type Draw, draws, SALT, skewed } from './random.ts';
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

/** Reported carts that become orders later. */
const RECOVERED_SHARE = 0.22;

/** The plan of session `index`. Listings make hundreds of thousands: one literal, one hidden class. */
export function planSession(world: World, index: number): Plan {
  const createdMs = sessionMs(world, index);
  const draw = draws(world.seed, index, SALT.plan);
  const visit = planVisit(draw, createdMs);
  const risk = Math.min(1, 0.75 * draw() + placeOf(world, index).risk);
  const blocked = risk > 0.8 && chance(draw, 0.4);
  const pay = drawPay(draw, blocked);
  const placed = visit.stage === 'placed';
  const cart = placed ? false : isReported(draw, visit);
  const recovered = cart && chance(draw, RECOVERED_SHARE);
  // Half come back within a day, nine in ten within three weeks, the last after 35 days.
  const waitMs = recovered ? wholeSeconds(skewed(draw, HOUR_MS / 2, 35 * DAY_MS, 5)) : 0;

  const leftMs = Math.max(visit.lastMs, visit.attempts.at(-1)?.endMs ?? 0);
  const backMs = leftMs + ABANDONED_AFTER_MS + waitMs;
  const order =
    placed || recovered
      ? planOrder(draw, placed ? visit.lastMs : backMs, pay, risk, placed)
      : undefined;
  const failedMs = order?.failedMs;
  const paidMs = isOnline(pay) ? order?.confirmedMs : undefined;
  const visitEndMs = placed ? (failedMs ?? paidMs ?? visit.lastMs + 3 * SECOND_MS) : leftMs;
  return {
    index,
    createdMs,
    visit,
    visitEndMs,
    abandonedMs: placed && failedMs === undefined ? undefined : visitEndMs + ABANDONED_AFTER_MS,
    cart: cart || failedMs !== undefined,
    recoveredMs: recovered ? backMs : undefined,
    risk,
    blocked,
    order,
  };
}

/** Carts left before the payment page are seldom reported. */
function isReported(draw: Draw, { stage }: Visit): boolean {
  if (stage === 'address') return chance(draw, 0.2);
  return stage === 'payment' || stage === 'attempt';
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
