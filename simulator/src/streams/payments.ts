import { demandOrder, type Plan, since } from '../world/lifecycle.ts';
import { billOf, spellPay } from '../world/merchant.ts';
import { PAID, paidPaise, paymentId, refundStatus } from '../world/money.ts';
import { isOnline } from '../world/order.ts';
import { SALT } from '../world/random.ts';
import { SECOND_MS, utc } from '../world/time.ts';
import { entityId, gokwikOid, moid, moneyId, requestId, type World } from '../world/world.ts';
import { STAMPS } from './parts.ts';
import {
  all,
  ascending,
  byCursor,
  type Entity,
  type Facts,
  type Listed,
  type Moment,
  OK,
} from './stream.ts';

function paymentsOf(plan: Plan): Entity[] {
  const entities = plan.visit.attempts.map(({ startMs, endMs }, sub) => ({
    sub,
    times: ascending([startMs, endMs]),
  }));
  const { order } = plan;
  if (order === undefined || !isOnline(order.pay)) return entities;
  const ends = [order.failedMs ?? order.confirmedMs, ...order.refunds.map(({ doneMs }) => doneMs)];
  return [...entities, { sub: PAID, times: ascending([order.createdMs, ...ends]) }];
}

function paymentFacts(world: World, plan: Plan, sub: number, at: Moment): Facts {
  const { index } = plan;
  const { nowMs } = at;
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
    payment_id: paymentId(world, index, sub),
    merchant_reference_id: requestId(world, index),
    gokwik_oid: order ? gokwikOid(world, index) : null,
    moid: order ? moid(index) : null,
    transaction_id: paid ? moneyId(world, 'txn', entityId(index, sub), SALT.payment + 1) : null,
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

export const payments: Listed<'payments'> = {
  kind: 'list',
  name: 'payments',
  route: byCursor('/v1/payment/list'),
  fields: {
    ...all('id', 'payment_id merchant_reference_id gokwik_oid moid'),
    ...all('id', 'transaction_id'),
    ...all('text', 'method provider status'),
    amount: 'money',
    ...all('text', 'currency error_code error_message'),
    ...STAMPS,
  },
  habits: {
    numbers: ['amount'],
    time: (ms, row) => (row < 0.25 ? ms / SECOND_MS : utc(ms)),
    renames: {
      share: 0.25,
      names: {
        payment_id: 'paymentId',
        merchant_reference_id: 'merchantReferenceId',
        transaction_id: 'transactionId',
      },
    },
  },
  entities: (_world, plan) => paymentsOf(plan),
  facts: paymentFacts,
  key: (facts) => String(facts.payment_id),
  envelope: ({ rows, next }) => ({
    ...OK,
    data: rows,
    ...(next === null ? {} : { next_cursor: next }),
  }),
};
