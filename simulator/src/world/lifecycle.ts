import { contextOf, type Pay, placeOf } from './merchant.ts';
import { befall } from './mishaps.ts';
import { isOnline, type OrderPlan, planOrder } from './order.ts';
import { between, chance, type Draw, draws, SALT, skewed } from './random.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, wholeSeconds } from './time.ts';
import { sessionMs, sessionsIn, type World } from './world.ts';

/** A session's fate: the visit to the checkout, the order that comes of it, and what becomes of that. */

/** Where a visit ended, in the order of the funnel; `placed` is the only good end. */
const STAGES = ['broken', 'ready', 'login', 'address', 'payment', 'attempt', 'placed'] as const;
type Stage = (typeof STAGES)[number];

/** An attempt to pay that brought no money. */
interface Attempt {
  readonly startMs: number;
  readonly endMs: number;
  readonly outcome: 'failed' | 'expired';
}

/** Moments of steps past the stage are meaningless. */
export type Visit = ReturnType<typeof planVisit>;

/** Share of visits that end at the stage. A fifth is lost at login and address, as GoKwik says. */
const ODDS: readonly [Stage, number][] = [
  ['broken', 0.01],
  ['ready', 0.1],
  ['login', 0.05],
  ['address', 0.11],
  ['payment', 0.13],
  ['attempt', 0.03],
  ['placed', 1],
];

/** @param loss how much likelier than others this shopper leaves: who has been here before knows the way. */
function drawStage(draw: Draw, loss: number): Stage {
  let left = draw();
  for (const [stage, share] of ODDS) {
    left -= stage === 'placed' ? share : share * loss;
    if (left < 0) return stage;
  }
  return 'placed';
}

export function reached(visit: Visit, stage: Stage): boolean {
  return STAGES.indexOf(visit.stage) >= STAGES.indexOf(stage);
}

/** One visit to the checkout. `lastMs`: the last thing the customer did; if `placed`, the order. */
function planVisit(draw: Draw, startMs: number, isReturning: boolean) {
  const stage = drawStage(draw, isReturning ? 0.7 : 1.13);
  const loginStartMs = startMs + between(draw, 2, 15) * SECOND_MS;
  const loginMs = loginStartMs + between(draw, 5, 60) * SECOND_MS;
  const addressMs = loginMs + between(draw, 3, 90) * SECOND_MS;
  const paymentMs = addressMs + between(draw, 1, 3) * SECOND_MS;
  const chosenMs = paymentMs + between(draw, 4, 120) * SECOND_MS;
  const attempts: Attempt[] = [];
  let lastMs = chosenMs;
  const tries = stage === 'attempt' ? between(draw, 1, 2) : chance(draw, 0.06) ? 1 : 0;
  if (stage === 'attempt' || stage === 'placed') {
    for (let index = 0; index < tries; index += 1) {
      const endMs = lastMs + between(draw, 20, 90) * SECOND_MS;
      attempts.push({ startMs: lastMs + SECOND_MS, endMs, outcome: 'failed' });
      lastMs = endMs + between(draw, 3, 20) * SECOND_MS;
    }
  }
  const last = attempts.at(-1);
  if (stage === 'attempt' && last !== undefined && chance(draw, 0.4)) {
    // The customer went to the bank's page and never came back: pending until it times out.
    const endMs = last.startMs + HOUR_MS / 2;
    attempts[attempts.length - 1] = { startMs: last.startMs, endMs, outcome: 'expired' };
  }
  if (stage === 'broken' || stage === 'ready') lastMs = startMs;
  else if (stage === 'login') lastMs = loginMs;
  else if (stage === 'address') lastMs = loginMs + between(draw, 5, 240) * SECOND_MS;
  else if (stage === 'payment') lastMs = paymentMs + between(draw, 2, 4 * 60) * SECOND_MS;
  return {
    stage,
    startMs,
    loginStartMs,
    loginMs,
    addressMs,
    paymentMs,
    chosenMs,
    attempts,
    lastMs,
  };
}

/** A visit counts as abandoned when nothing happened for this long. */
const ABANDONED_AFTER_MS = 30 * MINUTE_MS;

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
  const visit = planVisit(draw, createdMs, contextOf(world, index).returning);
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
      ? befall(
          draws(world.seed, index, SALT.mishap),
          planOrder(draw, placed ? visit.lastMs : backMs, pay, risk, placed),
          placed,
        )
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

/** Sessions that began in a range, as of a moment. */
export interface Range {
  /** As of when. Epoch ms. */
  readonly atMs: number;
  /** Creation, `[fromMs, toMs)`. Default: the whole history. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** One at a time: a history need not fit in memory. */
export function* plansOf(
  world: World,
  { atMs, fromMs = world.startMs, toMs = Number.POSITIVE_INFINITY }: Range,
): Generator<Plan> {
  const [first, end] = sessionsIn(world, fromMs, Math.min(toMs, atMs + 1));
  for (let index = first; index < end; index += 1) {
    const plan = planSession(world, index);
    if (plan.createdMs >= fromMs && plan.createdMs < toMs) yield plan;
  }
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

/** Carts that GoKwik leaves alone, to measure the others against. */
function isControl(plan: Plan): boolean {
  return plan.index % 20 === 11 && !plan.blocked;
}

export function riskFlag(plan: Plan): 'High Risk' | 'Medium Risk' | 'Low Risk' | 'Control' {
  if (isControl(plan)) return 'Control';
  if (plan.risk > 0.7) return 'High Risk';
  return plan.risk > 0.45 ? 'Medium Risk' : 'Low Risk';
}

/** 0 to 1, two decimals. */
export function riskScore(plan: Plan): number {
  return Math.round(plan.risk * 100) / 100;
}

export function riskReason(plan: Plan): string | null {
  if (plan.risk > 0.7) return 'Pincode with many returned parcels, first COD order of this phone';
  return plan.risk > 0.45 ? 'Address is short' : null;
}

export function riskAction(plan: Plan): string {
  if (plan.blocked) return 'cod_blocked';
  if (isControl(plan) || plan.risk <= 0.45) return 'none';
  return plan.risk > 0.7 ? 'cod_fee' : 'prepaid_nudge';
}
