import { demandOrder, type Plan } from './lifecycle.ts';
import { billOf } from './merchant.ts';
import type { OrderPlan } from './order.ts';
import { hash, SALT } from './random.ts';
import { DAY_MS, HOUR_MS, INDIA_MS, indiaDay, MINUTE_MS } from './time.ts';
import { entityId, moneyId, type World } from './world.ts';

/** What is paid, given back and settled. Amounts in paise. */

/** Payments of the first visit are 0 and 1; the order's is this one. */
export const PAID = 2;

/** The id of an attempt's payment, or of the order's. */
export function paymentId(world: World, index: number, sub: number = PAID): string {
  return moneyId(world, 'pay', entityId(index, sub), SALT.payment);
}

/** How much of the payment has been given back: all of it, some, none. */
export function refundStatus(
  order: OrderPlan,
  nowMs: number,
): 'refunded' | 'partially_refunded' | null {
  const done = order.refunds.filter(({ doneMs }) => doneMs <= nowMs);
  if (done.length === 0) return null;
  return done.length === order.refunds.length ? 'refunded' : 'partially_refunded';
}

/** What was paid online, in paise: a tenth of a part-paid order, in whole rupees. */
export function paidPaise(world: World, plan: Plan): number {
  const order = demandOrder(plan);
  const { total } = billOf(world, plan.index, order.pay);
  return order.pay === 'partial' ? Math.ceil(total / 1000) * 100 : total;
}

/** Refund `turn` of an order, in paise. */
export function refundPaise(world: World, plan: Plan, turn: number): number {
  const share = demandOrder(plan).refunds[turn]?.share ?? 0;
  return Math.round(paidPaise(world, plan) * share);
}

/**
 * When money that moved at `ms` is settled: with the batch of the day after the next midnight in
 * India, not on Sundays. One batch a day, at a minute of its own. Whole minutes, as reports have it.
 */
export function settledMs(world: World, ms: number): number {
  let day = indiaDay(ms) + 2 * DAY_MS;
  const weekday = new Date(day + INDIA_MS).getUTCDay();
  if (weekday === 0) day += DAY_MS;
  return (
    day + 10 * HOUR_MS + (hash(world.seed, Math.floor(day / DAY_MS), SALT.batch) % 180) * MINUTE_MS
  );
}

/** The bank's reference of a batch: all its rows share it. */
export function batchReference(world: World, settled: number): string {
  const bits = hash(world.seed, Math.floor(settled / MINUTE_MS), SALT.batch);
  return `GKUTR${String(bits).padStart(10, '0')}`;
}

/** What goes wrong with a payout: a part of it is missing, or it comes twice. */
export function mishapOf(world: World, index: number): 'short' | 'twice' | undefined {
  const bits = hash(world.seed, index, SALT.mishap) % 100;
  if (bits < 2) return 'short';
  return bits < 4 ? 'twice' : undefined;
}

/** Refunds that were done before the payment was settled are kept back from it by some banks. */
export function nettedPaise(world: World, plan: Plan): number {
  const { confirmedMs, refunds } = demandOrder(plan);
  if (confirmedMs === undefined || refunds.length === 0 || plan.index % 2 === 0) return 0;
  const isEarly = refunds.every(({ doneMs }) => doneMs < settledMs(world, confirmedMs));
  return isEarly ? refunds.reduce((sum, _, turn) => sum + refundPaise(world, plan, turn), 0) : 0;
}
