import { PAID } from './entities.ts';
import type { OrderPlan } from './fulfilment.ts';
import { gokwikOid, moid, moneyId, platformOrderId, requestId } from './ids.ts';
import type { Facts, Moment } from './kinds.ts';
import { demandOrder, type Plan, since } from './lifecycle.ts';
import { billOf, spellPay } from './merchant.ts';
import { hash, SALT } from './random.ts';
import { batchReference, settledMs } from './settling.ts';
import { MINUTE_MS } from './time.ts';
import { entityId, type World } from './world.ts';

/** Payments, what is settled of them and what is given back, as facts. */

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

export function paymentFacts(world: World, plan: Plan, sub: number, at: Moment): Facts {
  const { index } = plan;
  const { nowMs } = at;
  const id = entityId(index, sub);
  const attempt = sub === PAID ? undefined : plan.visit.attempts[sub];
  const order = attempt === undefined ? demandOrder(plan) : undefined;
  const endMs = attempt?.endMs ?? order?.failedMs;
  const failed = since(endMs, nowMs);
  const method = order === undefined ? 'upi' : (spellPay(world, index, order.pay)[0] ?? 'upi');
  const paid = order !== undefined && since(order.confirmedMs, nowMs);
  const refunded = order === undefined ? null : refundStatus(order, nowMs);
  const expired = attempt?.outcome === 'expired' || order?.failedMs !== undefined;
  const amount = order ? paidPaise(world, plan) : billOf(world, index, undefined).total;
  return {
    payment_id: moneyId(world, 'pay', id, SALT.payment),
    merchant_reference_id: requestId(world, index),
    gokwik_oid: order ? gokwikOid(world, index) : null,
    moid: order ? moid(index) : null,
    transaction_id: paid ? moneyId(world, 'txn', id, SALT.payment + 1) : null,
    method,
    provider: ['razorpay', 'payu', 'cashfree'][index % 3],
    status: failed ? 'failed' : (refunded ?? (paid ? 'captured' : 'pending')),
    amount,
    currency: 'INR',
    error_code: failed ? (expired ? 'TIMEOUT' : 'BAD_REQUEST_ERROR') : null,
    error_message: failed ? (expired ? 'Payment timed out' : 'Payment was declined') : null,
    created_at: attempt?.startMs ?? order?.createdMs,
    updated_at: at.updatedMs,
  };
}

/** Reports have no seconds. */
function wholeMinutes(ms: number): number {
  return Math.floor(ms / MINUTE_MS) * MINUTE_MS;
}

/** Refund `turn` of an order, in paise. */
function refundPaise(world: World, plan: Plan, turn: number): number {
  const share = demandOrder(plan).refunds[turn]?.share ?? 0;
  return Math.round(paidPaise(world, plan) * share);
}

/** Row 0 is the payment; the others its refunds. */
export function settlementFacts(world: World, plan: Plan, sub: number): Facts {
  const { index } = plan;
  const order = demandOrder(plan);
  const refund = sub === 0 ? undefined : order.refunds[sub - 1];
  const movedMs = refund?.doneMs ?? order.confirmedMs ?? order.createdMs;
  const settled = settledMs(world, movedMs);
  const amount = refund ? refundPaise(world, plan, sub - 1) : paidPaise(world, plan);
  const fee = refund ? 0 : Math.round(amount * 0.02);
  const tax = Math.round(fee * 0.18);
  const bits = hash(world.seed, entityId(index, sub), SALT.batch + 1);
  const method = spellPay(world, index, order.pay)[0] ?? 'upi';
  const card = method.startsWith('card');
  return {
    serial_no: String(entityId(index, sub) + 1),
    transaction_type: refund ? 'Refund' : bits % 3 === 0 ? 'Sale' : 'Payment',
    payment_id: moneyId(world, 'pay', entityId(index, PAID), SALT.payment),
    order_id: gokwikOid(world, index),
    amount,
    currency: 'INR',
    tax,
    fee,
    additional_fees: 0,
    additional_tax: 0,
    gokwik_deduction: refund ? 0 : Math.round(amount * 0.005),
    debit: refund ? amount : null,
    credit: refund ? null : amount - fee - tax - Math.round(amount * 0.005),
    payment_method: method,
    transaction_date: wholeMinutes(movedMs),
    transaction_rrn: String(bits).padStart(12, '0'),
    merchant_order_id: `#${moid(index)}`,
    platform_order_id: platformOrderId(world, index),
    shopify_transaction_id: String(7_000_000_000_000 + entityId(index, sub)),
    settlement_utr: batchReference(world, settled),
    settlement_date: settled,
    settled_by: 'GoKwik',
    payment_mode: bits % 10 < 7 ? null : card ? 'CC' : 'UPI',
    bank_code: ['HDFC', 'ICIC', 'SBIN', 'UTIB'][bits % 4],
    card_network: card ? ['Visa', 'Mastercard', 'RuPay'][bits % 3] : null,
  };
}

export function refundId(world: World, plan: Plan, turn: number): string {
  return moneyId(world, 'rfnd', entityId(plan.index, turn), SALT.refund);
}

/** Refund `turn` of an order, without what the connector copies from the order. */
export function refundFacts(world: World, plan: Plan, turn: number, at: Moment): Facts {
  const refund = demandOrder(plan).refunds[turn];
  return {
    refund_id: refundId(world, plan, turn),
    payment_id: moneyId(world, 'pay', entityId(plan.index, PAID), SALT.payment),
    amount: refundPaise(world, plan, turn),
    currency: 'INR',
    status: refund !== undefined && refund.doneMs <= at.nowMs ? 'Completed' : 'Pending',
    created_at: refund?.startMs,
  };
}
