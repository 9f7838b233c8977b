import { payments } from '../streams/payments.ts';
import { refunds } from '../streams/refunds.ts';
import type { Facts } from '../streams/stream.ts';
import { demandOrder, type Plan, plansOf, type Range } from '../world/lifecycle.ts';
import { PAID, paymentId } from '../world/money.ts';
import { isOnline } from '../world/order.ts';
import { between, chance, draws, hash, SALT } from '../world/random.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../world/time.ts';
import { entityId, moneyId, requestId, type World } from '../world/world.ts';
import type { Capture } from './captures.ts';

/**
 * The payment webhook, version 3: `{entity, event, data}`, without a status or a time of its own. An
 * event comes twice now and then, late now and then, and so out of order; other entities come through
 * the same door.
 */

interface Event {
  readonly eventMs: number;
  readonly name: string;
  readonly stream: 'payments' | 'refunds' | undefined;
  readonly key: string;
  readonly data: Facts;
  readonly fields: Facts;
}

/** In the order in which they were received. */
export function paymentCaptures(world: World, range: Range): (Capture & Event)[] {
  const captures: (Capture & Event)[] = [];
  for (const plan of plansOf(world, range)) {
    for (const [turn, event] of eventsOf(world, plan).entries()) {
      const [entity = ''] = event.name.split('.');
      const payload = { entity, event: event.name, data: event.data };
      for (const receivedMs of receipts(world, plan, turn, event.eventMs)) {
        if (receivedMs <= range.atMs) captures.push({ ...event, payload, receivedMs });
      }
    }
  }
  return captures.sort((a, b) => a.receivedMs - b.receivedMs);
}

/** What has become of each payment and refund that something was received of: its last event's. */
export function lastEvents(captures: readonly (Capture & Event)[], stream: 'payments' | 'refunds') {
  const last = new Map<string, Capture & Event>();
  for (const capture of captures) {
    if (capture.stream !== stream) continue;
    if ((last.get(capture.key)?.eventMs ?? 0) <= capture.eventMs) last.set(capture.key, capture);
  }
  return last.values();
}

/** One in eight is answered only at a later try, one in seven comes again although it was answered. */
function receipts(world: World, { index }: Plan, turn: number, eventMs: number): number[] {
  const draw = draws(world.seed, index * 32 + turn, SALT.webhook);
  const first = chance(draw, 1 / 8) ? between(draw, 10, 2000) * MINUTE_MS : 0;
  const receivedMs = eventMs + first + between(draw, 1, 20) * SECOND_MS;
  const again = receivedMs + between(draw, 5, 60) * MINUTE_MS;
  return chance(draw, 1 / 7) ? [receivedMs, again] : [receivedMs];
}

function eventsOf(world: World, plan: Plan): Event[] {
  const { index, order, visit } = plan;
  const events = visit.attempts.map(({ endMs }, sub) =>
    transaction(world, plan, sub, endMs, 'failure'),
  );
  if (order !== undefined && isOnline(order.pay)) {
    const { confirmedMs, failedMs } = order;
    const pay = (ms: number, name: string) => transaction(world, plan, PAID, ms, name);
    if (confirmedMs !== undefined) events.push(pay(confirmedMs, 'successful'));
    if (failedMs !== undefined) {
      events.push(pay(failedMs, 'failure'));
      // Money that came too late goes back by itself.
      if (index % 3 === 0) events.push(pay(failedMs + 20 * MINUTE_MS, 'auto_refund'));
    }
    for (const [turn, { startMs, doneMs }] of order.refunds.entries()) {
      events.push(refund(world, plan, turn, startMs, 'initiated'));
      if (doneMs - startMs > 2 * HOUR_MS) {
        events.push(refund(world, plan, turn, startMs + HOUR_MS, 'pending'));
      }
      events.push(refund(world, plan, turn, doneMs, 'successful'));
    }
  }
  if (order?.confirmedMs !== undefined && index % 40 === 8) {
    const data = { merchantId: world.mid, merchantReferenceId: requestId(world, index) };
    const name = index % 80 === 8 ? 'order.confirmed' : 'shipment.delivered';
    const { confirmedMs } = order;
    events.push({ eventMs: confirmedMs, name, stream: undefined, key: '', data, fields: {} });
  }
  return events;
}

/** An amount as one gateway or another sends it. */
const sendAmount = (index: number, paise: unknown): string | number =>
  index % 3 === 0 ? (Number(paise) / 100).toFixed(2) : Number(paise) / 100;

const seal = (world: World, id: number): string =>
  hash(world.seed, id, SALT.webhook).toString(16).padStart(8, '0').repeat(8);

function transaction(world: World, plan: Plan, sub: number, eventMs: number, name: string): Event {
  const { index } = plan;
  const facts = payments.facts(world, plan, sub, { nowMs: eventMs, updatedMs: eventMs });
  const { payment_id, merchant_reference_id, currency, method, provider } = facts;
  const failed = name === 'failure';
  const data = {
    hmac: seal(world, entityId(index, sub)),
    paymentId: payment_id,
    merchantId: world.mid,
    merchantReferenceId: merchant_reference_id,
    currency,
    method,
    provider,
    amount: sendAmount(index, facts.amount),
    rewardTransaction: false,
    ...(facts.transaction_id ? { gatewayReferenceId: facts.transaction_id } : {}),
    ...(failed ? { description: facts.error_message } : {}),
  };
  const amount = Number(facts.amount) / 100;
  const told = { payment_id, merchant_reference_id, currency, method, provider, amount };
  const fields = { ...told, status: name };
  const key = String(payment_id);
  return { eventMs, name: `transaction.${name}`, stream: 'payments', key, data, fields };
}

function refund(world: World, plan: Plan, turn: number, eventMs: number, name: string): Event {
  const { index } = plan;
  const at = { nowMs: eventMs, updatedMs: eventMs };
  const { refund_id, amount } = refunds.facts(world, plan, turn, at);
  const id = entityId(index, turn);
  const data = {
    hmac: seal(world, id),
    amount: sendAmount(index, amount),
    auto: false,
    merchantId: world.mid,
    merchantReferenceId: requestId(world, index),
    paymentId: moneyId(world, 'pay', id, SALT.webhook),
    provider: payments.facts(world, plan, PAID, at).provider,
    refundId: refund_id,
    transactionPaymentId: paymentId(world, index),
    rewardRefund: false,
    refundRequestDescription: demandOrder(plan).cancelledMs ? 'Order cancelled' : 'Order returned',
  };
  const told = { refund_id, payment_id: paymentId(world, index), amount: Number(amount) / 100 };
  const fields = { ...told, status: name };
  const key = String(refund_id);
  return { eventMs, name: `refund.${name}`, stream: 'refunds', key, data, fields };
}
