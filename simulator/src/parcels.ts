import { REVERSE } from './entities.ts';
import type { Claim } from './fulfilment.ts';
import { awbOf, moid, platformOrderId, productId } from './ids.ts';
import type { Facts, Moment } from './kinds.ts';
import { demandOrder, type Plan } from './lifecycle.ts';
import {
  billOf,
  cartOf,
  contextOf,
  type Person,
  personIndex,
  personOf,
  spellPhone,
} from './merchant.ts';
import { paidPaise } from './money.ts';
import { COURIERS } from './products.ts';
import { DAY_MS, HOUR_MS } from './time.ts';
import { entityId, type World } from './world.ts';

/** Parcels out and back, and the returns that send them, as facts. */

/** A word for each stage of a way, the last one that has begun. */
function stageAt(
  stages: readonly (readonly [number | undefined, string])[],
  nowMs: number,
): string {
  let current = 'pickup_completed';
  for (const [ms, word] of stages) if (ms !== undefined && ms <= nowMs) current = word;
  return current;
}

function forwardStatus(plan: Plan, nowMs: number): string {
  const { shippedMs = 0, deliveredMs, rtoMs, rtoDoneMs } = demandOrder(plan);
  const endMs = deliveredMs ?? rtoMs ?? shippedMs;
  const tries = 1 + (plan.index % 3);
  return stageAt(
    [
      [shippedMs + 8 * HOUR_MS, 'in_transit'],
      [deliveredMs && deliveredMs - 6 * HOUR_MS, 'out_for_delivery'],
      [rtoMs && endMs - 2 * DAY_MS, 'undelivered'],
      [rtoMs && endMs - DAY_MS, `ndr_attempt_${tries}`],
      [deliveredMs, 'delivered'],
      [rtoMs, 'rto_initiated'],
      [rtoMs && rtoMs + 12 * HOUR_MS, 'rto_in_transit'],
      [rtoDoneMs, 'rto_delivered'],
    ],
    nowMs,
  );
}

function reverseStatus(claim: Claim, nowMs: number): string {
  const { decidedMs, receivedMs } = claim;
  return stageAt(
    [
      [decidedMs, 'return_initiated'],
      [decidedMs + DAY_MS, 'return_in_transit'],
      [receivedMs, 'return_delivered'],
    ],
    nowMs,
  );
}

export function shipmentFacts(world: World, plan: Plan, sub: number, at: Moment): Facts {
  const { index } = plan;
  const order = demandOrder(plan);
  const { claim, shippedMs } = order;
  const back = sub === REVERSE ? claim : undefined;
  const createdMs = back?.decidedMs ?? shippedMs ?? order.createdMs;
  const lines = cartOf(world, index);
  const person = personOf(world, index);
  const grams = lines.reduce((sum, line) => sum + line.product.weight * line.quantity, 0);
  return {
    awb: awbOf(world, entityId(index, sub)),
    order_id: moid(index),
    status: back ? reverseStatus(back, at.nowMs) : forwardStatus(plan, at.nowMs),
    payment_mode: order.pay === 'cod' || order.pay === 'partial' ? 'COD' : 'Prepaid',
    courier_name: COURIERS[index % COURIERS.length],
    total_amount: billOf(world, index, order.pay).total,
    weight: grams / 1000,
    customer_name: `${person.first} ${person.last}`,
    customer_phone: spellPhone(person, index + 3),
    creation_datetime: createdMs,
    estimated_delivery_date: createdMs + 5 * DAY_MS,
  };
}

function step(ms: number | undefined, nowMs: number, comment: string | null): Facts | null {
  return ms !== undefined && ms <= nowMs ? { status: true, created_at: ms, comment } : null;
}

function claimStatus(claim: Claim, refundedMs: number | undefined, nowMs: number): string {
  const stages: [number | undefined, string][] = claim.rejected
    ? [[claim.decidedMs, 'rejected']]
    : [
        [claim.decidedMs, 'approved'],
        [claim.receivedMs, 'received'],
        [claim.inspectedMs, 'inspected'],
        [refundedMs, 'refunded'],
      ];
  let current = 'requested';
  for (const [ms, word] of stages) if (ms !== undefined && ms <= nowMs) current = word;
  return current;
}

export function returnFacts(world: World, plan: Plan, _sub: number, at: Moment): Facts {
  const { index } = plan;
  const { nowMs } = at;
  const order = demandOrder(plan);
  const { claim } = order;
  if (claim === undefined) throw new RangeError(`session ${index} has no return`);
  const refund = order.refunds.at(-1);
  const person = personOf(world, index);
  return {
    id: String(900_000_000 + index),
    request_number: `RET${10_000 + index}`,
    request_type: claim.exchange ? 'exchange' : 'return',
    status: claimStatus(claim, refund?.doneMs, nowMs),
    created_at: claim.createdMs,
    channel: contextOf(world, index).device === 'desktop' ? 'admin' : 'portal',
    order: {
      id: platformOrderId(world, index),
      name: `#${moid(index)}`,
      created_at: order.createdMs,
    },
    customer: claimantFacts(world, index, person, order.pay === 'cod'),
    approved: claim.rejected ? null : step(claim.decidedMs, nowMs, null),
    received: step(claim.receivedMs, nowMs, null),
    inspected: step(claim.inspectedMs, nowMs, 'As described'),
    rejected: claim.rejected ? step(claim.decidedMs, nowMs, 'Worn') : null,
    archived: null,
    line_items: [returnedFacts(world, plan, nowMs)],
  };
}

/** Whoever paid cash gives a bank account to be paid back to. */
function claimantFacts(world: World, index: number, person: Person, cash: boolean): Facts {
  const number = personIndex(world, index);
  const name = `${person.first} ${person.last}`;
  return {
    id: String(6_000_000_000 + number),
    name,
    email: person.email,
    phone: spellPhone(person, index),
    address: {
      first_name: person.first,
      last_name: person.last,
      address_line_1: person.street,
      city: person.place.city,
      province: person.place.state,
      postal_code: person.pincode,
      country: 'India',
    },
    bank: cash
      ? {
          account_holder_name: name,
          account_number: String(50_100_000_000 + number),
          ifsc_code: `HDFC0${String(number % 1_000_000).padStart(6, '0')}`,
        }
      : null,
  };
}

function returnedFacts(world: World, plan: Plan, nowMs: number): Facts {
  const [line] = cartOf(world, plan.index);
  if (line === undefined) throw new RangeError(`session ${plan.index} has an empty cart`);
  const refund = demandOrder(plan).refunds.at(-1);
  const done = refund !== undefined && refund.doneMs <= nowMs;
  const amount = { amount: paidPaise(world, plan), currency_code: 'INR' };
  return {
    id: String(800_000_000 + plan.index),
    quantity: line.quantity,
    reason: ['Size does not fit', 'Quality', 'Wrong item'][plan.index % 3],
    original_product: {
      product_id: productId(line.product.sku),
      variant_id: `${productId(line.product.sku)}${line.variant}`,
      title: line.product.name,
      sku: `${line.product.sku}-${line.variant}`,
      price: line.product.pricePaise,
    },
    refund: refund
      ? {
          status: done ? 'refunded' : 'pending',
          requested_mode: 'original_payment_mode',
          refunded_amount: done ? { shop_money: amount } : null,
          refunded_at: done ? refund.doneMs : null,
        }
      : null,
  };
}
