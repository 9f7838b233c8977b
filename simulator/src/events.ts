import type { Plan } from './lifecycle.ts';
import { contextOf, couponOf, spellPay } from './merchant.ts';
import { riskAction } from './risk.ts';
import { SECOND_MS } from './time.ts';
import { reached } from './visit.ts';
import type { World } from './world.ts';

/** A step of the checkout as the SDK names it. Property values are strings, as the SDK sends them. */
export interface Step {
  readonly name: string;
  readonly atMs: number;
  readonly properties: Readonly<Record<string, string>>;
}

/** All steps of a session, in time; the future is cut off by the caller. */
export function stepsOf(world: World, plan: Plan): Step[] {
  const { index, visit, order } = plan;
  const context = contextOf(world, index);
  const steps: Step[] = [];
  const add = (atMs: number, name: string, properties: Record<string, string> = {}) =>
    steps.push({ name, atMs, properties: { device: context.device, ...properties } });

  if (visit.stage === 'broken') {
    add(visit.startMs, 'checkout-initiation-failure', { reason: 'script not loaded' });
    return steps;
  }
  add(visit.startMs, 'checkout-ready');
  if (reached(visit, 'login')) {
    add(visit.loginStartMs, 'user-login-initiated');
    if (visit.stage === 'login') add(visit.loginMs, 'login_otp_verification_failed');
  }
  if (reached(visit, 'address')) {
    if (!context.oneTap) add(visit.loginMs, 'login_otp_verification_passed');
    add(visit.loginMs, 'user-login-successful', { type: context.oneTap ? 'one_tap' : 'otp' });
  }
  if (reached(visit, 'payment')) {
    add(visit.addressMs, context.returning ? 'address-selected' : 'address-add');
    add(visit.paymentMs, 'navigation_payment_options');
    const coupon = couponOf(world, index);
    if (coupon !== null) add(visit.paymentMs, 'coupon-applied', { coupon_code: coupon });
    else if (index % 20 === 0) add(visit.paymentMs, 'coupon-invalid', { coupon_code: 'OLD50' });
    else if (index % 33 === 0) add(visit.paymentMs, 'coupon-removed', { coupon_code: 'WELCOME10' });
  }
  for (const attempt of visit.attempts) {
    add(attempt.startMs - SECOND_MS, 'payment-method-selected', { payment_method: 'upi' });
    add(attempt.endMs, 'payment-failure', { reason: attempt.outcome });
  }
  if (order !== undefined) addOrder(world, plan, add);
  if (visit.stage !== 'placed' && index % 5 < 3) add(plan.visitEndMs, 'checkout-close');
  return steps.sort((a, b) => a.atMs - b.atMs);
}

function addOrder(
  world: World,
  plan: Plan,
  add: (atMs: number, name: string, properties?: Record<string, string>) => void,
): void {
  const { order, recoveredMs } = plan;
  if (order === undefined) return;
  const method = spellPay(world, plan.index, order.pay)[0] ?? 'other';
  const { createdMs } = order;
  if (recoveredMs !== undefined) add(recoveredMs - 40 * SECOND_MS, 'checkout-ready');
  // Some who meant to pay in cash are talked out of it.
  const isNudged = order.pay === 'prepaid' && riskAction(plan) !== 'none' && plan.index % 3 === 1;
  if (isNudged)
    add(createdMs - 4 * SECOND_MS, 'payment-method-selected', { payment_method: 'cod' });
  add(createdMs - SECOND_MS, 'payment-method-selected', { payment_method: method });
  add(createdMs, 'create-order', { payment_method: method });
  if (order.failedMs !== undefined) add(order.failedMs, 'payment-failure', { reason: 'timeout' });
  else add(recoveredMs ?? plan.visitEndMs, 'order-complete', { payment_method: method });
}
