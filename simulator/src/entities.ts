import { isOnline, type OrderPlan } from './fulfilment.ts';
import type { Plan } from './lifecycle.ts';
import { settledMs } from './settling.ts';
import { reached } from './visit.ts';
import { entityId, type World } from './world.ts';

/** Streams with a list endpoint of their own: the rest leave with a parent, or are asked for. */
export const LIST_STREAMS = [
  'orders',
  'checkouts',
  'abandoned_checkouts',
  'payments',
  'rto_predictions',
  'address_prefills',
  'settlements',
  'shipments',
  'returns',
] as const;
export type ListStream = (typeof LIST_STREAMS)[number];

/** One thing a session gave rise to. */
export interface Entity {
  /** Which of its kind, when a session can have several. */
  readonly sub: number;
  /**
   * The moments a list endpoint filters by, ascending and distinct: one for each version of the row,
   * or only the creation where an endpoint knows nothing else.
   */
  readonly times: readonly number[];
}

/** Payments of the first visit are 0 and 1; the order's is this one. */
export const PAID = 2;
/** Reverse parcels follow the forward one. */
export const REVERSE = 1;

function ascending(moments: readonly (number | undefined)[]): number[] {
  const times: number[] = [];
  for (const ms of moments) {
    if (ms === undefined) continue;
    let at = times.length;
    while (at > 0 && (times[at - 1] ?? 0) > ms) at -= 1;
    if (times[at - 1] !== ms) times.splice(at, 0, ms);
  }
  return times;
}

function orderTimes(order: OrderPlan): number[] {
  const { createdMs, failedMs, confirmedMs, cancelledMs, shippedMs, deliveredMs } = order;
  // A refund touches its order: a connector asks for refunds when it sees the order again.
  const refunds = order.refunds.flatMap(({ startMs, doneMs }) => [startMs, doneMs]);
  return ascending([
    createdMs,
    failedMs,
    confirmedMs,
    cancelledMs,
    shippedMs,
    deliveredMs,
    order.rtoMs,
    order.rtoDoneMs,
    ...refunds,
  ]);
}

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

function settlementsOf(world: World, order: OrderPlan): Entity[] {
  const paid = order.confirmedMs;
  if (paid === undefined || !isOnline(order.pay)) return [];
  const moments = [paid, ...order.refunds.map(({ doneMs }) => doneMs)];
  return moments.map((ms, sub) => ({ sub, times: [settledMs(world, ms)] }));
}

function one(times: readonly number[]): Entity[] {
  return [{ sub: 0, times }];
}

/** Everything of one stream that a session gives rise to, over its whole life. */
export function entitiesOf(world: World, plan: Plan, stream: ListStream): readonly Entity[] {
  const { order, visit, visitEndMs, abandonedMs, recoveredMs } = plan;
  switch (stream) {
    case 'checkouts':
      return one(ascending([plan.createdMs, visitEndMs, abandonedMs, recoveredMs]));
    case 'abandoned_checkouts':
      return plan.cart ? one(ascending([abandonedMs, recoveredMs])) : [];
    case 'address_prefills': {
      if (!reached(visit, 'address')) return [];
      const doneMs = visit.stage === 'address' ? visitEndMs : visit.addressMs;
      return one(ascending([doneMs, order?.createdMs]));
    }
    case 'payments':
      return paymentsOf(plan);
    default:
      return order === undefined ? [] : ofOrder(world, order, stream);
  }
}

function ofOrder(world: World, order: OrderPlan, stream: ListStream): readonly Entity[] {
  const { createdMs, shippedMs, claim } = order;
  switch (stream) {
    case 'orders':
      return one(orderTimes(order));
    case 'rto_predictions': {
      const endMs = order.failedMs ?? order.cancelledMs ?? order.deliveredMs ?? order.rtoDoneMs;
      return one(ascending([createdMs, shippedMs, endMs]));
    }
    case 'settlements':
      return settlementsOf(world, order);
    case 'shipments': {
      if (shippedMs === undefined) return [];
      const back = claim === undefined || claim.rejected ? undefined : claim.decidedMs;
      const forward = { sub: 0, times: [shippedMs] };
      return back === undefined ? [forward] : [forward, { sub: REVERSE, times: [back] }];
    }
    case 'returns':
      return claim === undefined ? [] : one([claim.createdMs]);
    default:
      return [];
  }
}

/** When the current version of a row was made, as of `nowMs`; undefined when there is none yet. */
export function versionMs(
  world: World,
  stream: ListStream,
  index: number,
  entity: Entity,
  nowMs: number,
): number | undefined {
  let current: number | undefined;
  for (const ms of entity.times) if (ms <= nowMs) current = ms;
  const touched = world.touched.size > 0 && world.touched.get(touchKey(stream, index, entity.sub));
  if (touched && current !== undefined) {
    for (const ms of touched) if (ms <= nowMs && ms > current) current = ms;
  }
  return current;
}

export function touchKey(stream: ListStream, index: number, sub: number): string {
  return `${stream}:${entityId(index, sub)}`;
}
