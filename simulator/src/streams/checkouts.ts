import { type Plan, reached, riskAction, riskFlag } from '../world/lifecycle.ts';
import { billOf, cartOf, contextOf, couponOf, spellPay } from '../world/merchant.ts';
import { isOnline } from '../world/order.ts';
import { SECOND_MS, utc } from '../world/time.ts';
import { gokwikOid, moid, requestId, sessionId, type World } from '../world/world.ts';
import {
  ADDRESS,
  addressFacts,
  CUSTOMER,
  customerFacts,
  MARKETING,
  marketingFacts,
  STAMPS,
} from './parts.ts';
import {
  all,
  byCursor,
  type Facts,
  keyOfRequest,
  type Listed,
  type Moment,
  OK,
  one,
} from './stream.ts';

export const EVENT = { name: 'text', occurred_at: 'time', properties: 'bag' } as const;

/** A step of the checkout as the SDK names it. Property values are strings, as the SDK sends them. */
interface Step {
  readonly name: string;
  readonly atMs: number;
  readonly properties: Readonly<Record<string, string>>;
}

/** All steps of a session, in time; the future is cut off by the caller. */
function stepsOf(world: World, plan: Plan): Step[] {
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
  else if (order.confirmedMs !== undefined || !isOnline(order.pay))
    add(recoveredMs ?? plan.visitEndMs, 'order-complete', { payment_method: method });
}

function eventFacts(step: Step): Facts {
  return { name: step.name, occurred_at: step.atMs, properties: step.properties };
}

function checkoutStatus(plan: Plan, updatedMs: number): string {
  const { order, recoveredMs, abandonedMs, visitEndMs } = plan;
  if (recoveredMs !== undefined && recoveredMs <= updatedMs) return 'recovered';
  if (abandonedMs !== undefined) return abandonedMs <= updatedMs ? 'abandoned' : 'in_progress';
  return order !== undefined && visitEndMs <= updatedMs ? 'completed' : 'in_progress';
}

/** A session is saved when it begins, when the visit ends, and at what happens to it later. */
function checkoutFacts(world: World, plan: Plan, _sub: number, at: Moment): Facts {
  const { index, visit } = plan;
  const { updatedMs } = at;
  const seen = visit.startMs < updatedMs || plan.visitEndMs === visit.startMs;
  const order = plan.order && plan.order.createdMs <= updatedMs ? plan.order : undefined;
  const bill = billOf(world, index, order?.pay);
  const context = contextOf(world, index);
  const steps = stepsOf(world, plan).filter(({ atMs }) => atMs <= updatedMs);
  return {
    request_id: requestId(world, index),
    session_id: sessionId(world, index),
    created_at: plan.createdMs,
    updated_at: updatedMs,
    status: checkoutStatus(plan, updatedMs),
    last_stage: steps.at(-1)?.name ?? null,
    gokwik_oid: order ? gokwikOid(world, index) : null,
    moid: order ? moid(index) : null,
    login_type: seen && reached(visit, 'login') ? (context.oneTap ? 'one_tap' : 'otp') : null,
    // Words come in every case.
    customer_type: context.returning
      ? index % 5 === 0
        ? 'Returning Customer'
        : 'returning'
      : 'new',
    device_type: index % 7 === 3 ? context.device.toUpperCase() : context.device,
    store_platform: 'shopify',
    item_count: cartOf(world, index).reduce((sum, { quantity }) => sum + quantity, 0),
    total_price: bill.total,
    total_discount: bill.discount,
    cod_charges: bill.cod,
    currency: 'INR',
    payment_method: order ? spellPay(world, index, order.pay)[0] : null,
    rto_risk_flag: seen && reached(visit, 'payment') ? riskFlag(plan) : null,
    ...marketingFacts(world, index),
    customer: seen && reached(visit, 'address') ? customerFacts(world, index, index) : null,
    address: seen && reached(visit, 'payment') ? addressFacts(world, index) : null,
    events: steps.map(eventFacts),
  };
}

export const checkouts: Listed<'checkouts'> = {
  kind: 'list',
  name: 'checkouts',
  route: byCursor('/v1/checkout/list'),
  fields: {
    request_id: 'id',
    session_id: 'text',
    ...STAMPS,
    status: 'text',
    last_stage: 'text',
    gokwik_oid: 'id',
    moid: 'id',
    ...all('text', 'login_type customer_type device_type store_platform'),
    item_count: 'count',
    ...all('money', 'total_price total_discount cod_charges'),
    ...all('text', 'currency payment_method rto_risk_flag'),
    ...MARKETING,
    customer: CUSTOMER,
    address: ADDRESS,
    events: { list: EVENT },
  },
  habits: {
    numbers: ['cod_charges'],
    // Events of one checkout in three carry the browser's clock: epoch milliseconds.
    time: (ms, row, name) => (name === 'occurred_at' && row < 1 / 3 ? ms : utc(ms)),
  },
  entities: (_world, { createdMs, visitEndMs, abandonedMs, recoveredMs }) =>
    one([createdMs, visitEndMs, abandonedMs, recoveredMs]),
  facts: checkoutFacts,
  key: keyOfRequest,
  envelope: ({ rows, more, next }) => ({
    ...OK,
    statusCode: 201,
    data: { checkouts: rows, has_more: more, next_cursor: next },
  }),
};
