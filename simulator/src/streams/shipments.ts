import { COURIERS } from '../world/catalogue.ts';
import { demandOrder, type Plan } from '../world/lifecycle.ts';
import { billOf, cartOf, personOf, spellPhone } from '../world/merchant.ts';
import type { Claim, OrderPlan } from '../world/order.ts';
import { DAY_MS, HOUR_MS, indiaDashed, indiaMonth } from '../world/time.ts';
import { awbOf, entityId, moid, type World } from '../world/world.ts';
import { AGAIN, REVERSE, SECOND, stageAt } from './parts.ts';
import { all, type Entity, type Facts, type Listed, type Moment } from './stream.ts';

function parcelsOf({ shippedMs, claim, againMs, otherDeliveredMs }: OrderPlan): Entity[] {
  if (shippedMs === undefined) return [];
  const back = claim === undefined || claim.rejected ? undefined : claim.decidedMs;
  const others: [number, number | undefined][] = [
    [REVERSE, back],
    [SECOND, otherDeliveredMs && shippedMs],
    [AGAIN, againMs],
  ];
  return [
    { sub: 0, times: [shippedMs] },
    ...others.flatMap(([sub, ms]) => (ms === undefined ? [] : [{ sub, times: [ms] }])),
  ];
}

const PICKED_UP = 'pickup_completed';

function forwardStatus(plan: Plan, nowMs: number): string {
  const { shippedMs = 0, rtoMs, rtoDoneMs, againMs, ...order } = demandOrder(plan);
  const deliveredMs = againMs === undefined ? order.deliveredMs : undefined;
  const endMs = rtoMs ?? deliveredMs ?? shippedMs;
  const tries = 1 + (plan.index % 3);
  return stageAt(
    PICKED_UP,
    [
      [shippedMs + 8 * HOUR_MS, 'in_transit'],
      [deliveredMs && deliveredMs - 6 * HOUR_MS, 'out_for_delivery'],
      [rtoMs && endMs - 2 * DAY_MS, 'undelivered'],
      [rtoMs && endMs - DAY_MS, `ndr_attempt_${tries}`],
      [rtoMs, 'rto_initiated'],
      [rtoMs && rtoMs + 12 * HOUR_MS, 'rto_in_transit'],
      [rtoDoneMs, plan.index % 4 === 1 ? 'Returned to Origin' : 'rto_delivered'],
      [deliveredMs, 'delivered'],
    ],
    nowMs,
  );
}

/** A parcel that goes straight there. */
function straightStatus(fromMs: number, deliveredMs: number | undefined, nowMs: number): string {
  return stageAt(
    PICKED_UP,
    [
      [fromMs + 8 * HOUR_MS, 'in_transit'],
      [deliveredMs, 'delivered'],
    ],
    nowMs,
  );
}

function reverseStatus(claim: Claim, nowMs: number): string {
  const { decidedMs, receivedMs } = claim;
  return stageAt(
    PICKED_UP,
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
  const { claim, shippedMs, againMs, deliveredMs, otherDeliveredMs } = order;
  const back = sub === REVERSE ? claim : undefined;
  const createdMs = (sub === AGAIN ? againMs : back?.decidedMs) ?? shippedMs ?? order.createdMs;
  const lines = cartOf(world, index);
  const person = personOf(world, index);
  const { total } = billOf(world, index, order.pay);
  const half = Math.floor(total / 2);
  const statusOf = () => {
    if (back) return reverseStatus(back, at.nowMs);
    if (sub === SECOND) return straightStatus(createdMs, otherDeliveredMs, at.nowMs);
    if (sub === AGAIN) return straightStatus(createdMs, deliveredMs, at.nowMs);
    return forwardStatus(plan, at.nowMs);
  };
  const grams = lines.reduce((sum, line) => sum + line.product.weight * line.quantity, 0);
  return {
    awb: awbOf(world, entityId(index, sub)),
    order_id: moid(index),
    status: statusOf(),
    payment_mode: order.pay === 'cod' || order.pay === 'partial' ? 'COD' : 'Prepaid',
    courier_name: COURIERS[index % COURIERS.length],
    total_amount: otherDeliveredMs === undefined ? total : sub === SECOND ? total - half : half,
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
