import { COURIERS } from '../world/catalogue.ts';
import { type Claim, demandOrder, type OrderPlan, type Plan } from '../world/lifecycle.ts';
import { billOf, cartOf, personOf, spellPhone } from '../world/merchant.ts';
import { DAY_MS, HOUR_MS, indiaDashed, indiaMonth } from '../world/time.ts';
import { awbOf, entityId, moid, type World } from '../world/world.ts';
import { all, type Entity, type Facts, type Listed, type Moment } from './stream.ts';

/** Reverse parcels follow the forward one. */
const REVERSE = 1;

function parcelsOf({ shippedMs, claim }: OrderPlan): Entity[] {
  if (shippedMs === undefined) return [];
  const back = claim === undefined || claim.rejected ? undefined : claim.decidedMs;
  const forward = { sub: 0, times: [shippedMs] };
  return back === undefined ? [forward] : [forward, { sub: REVERSE, times: [back] }];
}

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

function shipmentFacts(world: World, plan: Plan, sub: number, at: Moment): Facts {
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

export const shipments: Listed<'shipments'> = {
  kind: 'list',
  name: 'shipments',
  route: {
    path: '/kwikship/api/v1/shipments',
    family: 'kwikship',
    params: ['from', 'to', 'page', 'per_page'],
    paging: 'number',
    window: ['from', 'to'],
    dates: true,
    mostDays: 30,
    limit: 'per_page',
  },
  fields: {
    awb: 'id',
    order_id: 'id',
    ...all('text', 'status payment_mode courier_name'),
    total_amount: 'money',
    weight: 'decimal',
    customer_name: 'text',
    customer_phone: 'text',
    creation_datetime: 'time',
    estimated_delivery_date: 'time',
  },
  habits: {
    numbers: ['total_amount'],
    time: (ms, row) => (row < 0.3 ? indiaMonth(ms) : indiaDashed(ms)),
  },
  entities: (_world, { order }) => (order === undefined ? [] : parcelsOf(order)),
  facts: shipmentFacts,
  key: (facts) => String(facts.awb),
  envelope: ({ rows, page, limit, total, pages }) => ({
    success: true,
    data: rows,
    meta: { page, per_page: limit, total, total_pages: pages },
  }),
};
