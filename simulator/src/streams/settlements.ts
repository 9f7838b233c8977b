import { demandOrder, type Plan } from '../world/lifecycle.ts';
import { spellPay } from '../world/merchant.ts';
import {
  batchReference,
  mishapOf,
  nettedPaise,
  paidPaise,
  paymentId,
  refundPaise,
  settledMs,
} from '../world/money.ts';
import { isOnline } from '../world/order.ts';
import { hash, SALT } from '../world/random.ts';
import { DAY_MS, indiaReport, MINUTE_MS } from '../world/time.ts';
import { entityId, gokwikOid, moid, platformOrderId, type World } from '../world/world.ts';
import { all, type Entity, type Facts, type Keys, type Listed, OK } from './stream.ts';

function settlementsOf(world: World, plan: Plan): Entity[] {
  const order = demandOrder(plan);
  const paid = order.confirmedMs;
  if (paid === undefined || !isOnline(order.pay) || paidPaise(world, plan) === 0) return [];
  const netted = nettedPaise(world, plan);
  // Given back in full before it was due: it is never listed.
  if (netted === paidPaise(world, plan)) return [];
  const refunds = netted > 0 ? [] : order.refunds;
  const moments = [paid, ...refunds.map(({ doneMs }) => doneMs)];
  const lines = moments.map((ms, sub) => ({ sub, times: [settledMs(world, ms)] }));
  const twice = mishapOf(world, plan.index) === 'twice';
  return twice ? [...lines, { sub: TWICE, times: [settledMs(world, paid + 7 * DAY_MS)] }] : lines;
}

/** The line that pays a payment once more. */
const TWICE = 3;

/** Reports have no seconds. */
function wholeMinutes(ms: number): number {
  return Math.floor(ms / MINUTE_MS) * MINUTE_MS;
}

/** The three columns for an order's id: which id stands in which differs by report. */
function orderNames(world: World, index: number): readonly (string | null)[] {
  const [oid, number, platform] = [
    gokwikOid(world, index),
    moid(index),
    platformOrderId(world, index),
  ];
  switch (index % 4) {
    case 0:
      return [oid, platform, `#${number}`];
    case 1:
      return [null, number, null];
    default:
      return [oid, `#${number}`, platform];
  }
}

/** Row 0 is the payment, TWICE the payment again; the others are its refunds. */
function settlementFacts(world: World, plan: Plan, sub: number): Facts {
  const { index } = plan;
  const order = demandOrder(plan);
  const refund = sub === 0 || sub === TWICE ? undefined : order.refunds[sub - 1];
  const movedMs = refund?.doneMs ?? order.confirmedMs ?? order.createdMs;
  const settled = settledMs(world, sub === TWICE ? movedMs + 7 * DAY_MS : movedMs);
  const amount = refund ? refundPaise(world, plan, sub - 1) : paidPaise(world, plan);
  const fee = refund ? 0 : Math.round(amount * 0.02);
  const tax = Math.round(fee * 0.18);
  const isSum = index % 4 === 2;
  const deduction = isSum ? fee + tax : Math.round(amount * 0.005);
  const due = amount - (isSum ? deduction : fee + tax + deduction) - nettedPaise(world, plan);
  const credit = mishapOf(world, index) === 'short' ? Math.floor(due * 0.95) : due;
  const names = orderNames(world, index);
  const bits = hash(world.seed, entityId(index, sub), SALT.batch + 1);
  const method = spellPay(world, index, order.pay)[0] ?? 'upi';
  const card = method.startsWith('card');
  return {
    serial_no: String(entityId(index, sub) + 1),
    transaction_type: refund ? 'Refund' : bits % 3 === 0 ? 'Sale' : 'Payment',
    payment_id: paymentId(world, index),
    order_id: names[0],
    amount,
    currency: 'INR',
    tax,
    fee,
    additional_fees: 0,
    additional_tax: 0,
    // Some reports sum up there what stands beside it, others add to it.
    gokwik_deduction: refund ? 0 : deduction,
    debit: refund ? amount : null,
    credit: refund ? null : credit,
    payment_method: method,
    transaction_date: wholeMinutes(movedMs),
    transaction_rrn: String(bits).padStart(12, '0'),
    merchant_order_id: names[1],
    platform_order_id: names[2],
    shopify_transaction_id: String(7_000_000_000_000 + entityId(index, sub)),
    settlement_utr: batchReference(world, settled),
    settlement_date: settled,
    settled_by: 'GoKwik',
    payment_mode: bits % 10 < 7 ? null : card ? 'CC' : 'UPI',
    bank_code: ['HDFC', 'ICIC', 'SBIN', 'UTIB'][bits % 4],
    card_network: card ? ['Visa', 'Mastercard', 'RuPay'][bits % 3] : null,
  };
}

/** A report counts its rows anew, so that files and API agree on other parts of the key. */
const KEY_PARTS = {
  api: ['settlement_utr', 'payment_id', 'transaction_type', 'serial_no'],
  files: ['settlement_utr', 'payment_id', 'transaction_type', 'transaction_rrn', 'debit', 'credit'],
};

/** Files write 0 for an amount that is none, and the type in either case: the key sees neither. */
function keyOf(facts: Facts, keys: Keys): string {
  const told = {
    ...facts,
    transaction_type: String(facts.transaction_type).toLowerCase(),
    debit: facts.debit ? Number(facts.debit) / 100 : null,
    credit: facts.credit ? Number(facts.credit) / 100 : null,
  };
  const source: Facts = keys === 'files' ? told : facts;
  const parts = KEY_PARTS[keys].map((name) => String(source[name] ?? ''));
  return parts.map((part) => part.replaceAll('%', '%25').replaceAll(':', '%3A')).join(':');
}

export const settlements: Listed<'settlements'> = {
  kind: 'list',
  name: 'settlements',
  route: {
    path: '/v1/settlement/list',
    family: 'merchant',
    params: ['mid', 'from', 'to', 'page', 'limit'],
    paging: 'number',
    window: ['from', 'to'],
    dates: true,
    limit: 'limit',
  },
  fields: {
    serial_no: 'id',
    transaction_type: 'text',
    payment_id: 'id',
    order_id: 'id',
    amount: 'money',
    currency: 'text',
    ...all('money', 'tax fee additional_fees additional_tax gokwik_deduction'),
    ...all('money', 'debit credit'),
    payment_method: 'text',
    transaction_date: 'time',
    transaction_rrn: 'text',
    merchant_order_id: 'text',
    platform_order_id: 'id',
    shopify_transaction_id: 'id',
    settlement_utr: 'text',
    settlement_date: 'time',
    ...all('text', 'settled_by payment_mode bank_code card_network'),
  },
  habits: { blanks: true, time: indiaReport },
  entities: (world, plan) => (plan.order === undefined ? [] : settlementsOf(world, plan)),
  facts: settlementFacts,
  key: keyOf,
  envelope: ({ rows }) => ({ ...OK, data: { settlements: rows } }),
};
