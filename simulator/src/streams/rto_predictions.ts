import {
  demandOrder,
  type Plan,
  riskAction,
  riskFlag,
  riskReason,
  riskScore,
  since,
} from '../world/lifecycle.ts';
import type { OrderPlan } from '../world/order.ts';
import { hash, SALT } from '../world/random.ts';
import { DAY_MS } from '../world/time.ts';
import { gokwikOid, moid, requestId, type World } from '../world/world.ts';
import { STAMPS } from './parts.ts';
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

/** GoKwik watches a parcel for so long; who comes back later is never told. */
const WATCHED_MS = 45 * DAY_MS;

function watched({ createdMs, rtoDoneMs }: OrderPlan): number | undefined {
  return rtoDoneMs !== undefined && rtoDoneMs < createdMs + WATCHED_MS ? rtoDoneMs : undefined;
}

function predictionFacts(world: World, plan: Plan, _sub: number, at: Moment): Facts {
  const order = demandOrder(plan);
  const { nowMs } = at;
  const cancelledMs = order.failedMs ?? order.cancelledMs;
  const endings: readonly [number | undefined, string][] = [
    [cancelledMs, 'cancelled'],
    [order.deliveredMs, 'delivered'],
    [watched(order), 'rto'],
  ];
  const ending = endings.find(([ms]) => since(ms, nowMs));
  const bits = hash(world.seed, plan.index, SALT.wire);
  return {
    request_id: requestId(world, plan.index),
    gokwik_oid: gokwikOid(world, plan.index),
    moid: moid(plan.index),
    // Words come in every case.
    risk_flag: plan.index % 8 === 5 ? riskFlag(plan).toUpperCase() : riskFlag(plan),
    score: riskScore(plan),
    reason: bits % 4 === 0 ? null : riskReason(plan),
    action:
      plan.index % 6 === 2 ? riskAction(plan).replace('_', ' ').toUpperCase() : riskAction(plan),
    outcome: ending?.[1] ?? (since(order.shippedMs, nowMs) ? 'in_transit' : null),
    outcome_at: ending?.[0] ?? null,
    created_at: order.createdMs,
    updated_at: at.updatedMs,
  };
}

export const rto_predictions: Listed<'rto_predictions'> = {
  kind: 'list',
  name: 'rto_predictions',
  route: byCursor('/v1/rto/list'),
  fields: {
    ...all('id', 'request_id gokwik_oid moid'),
    risk_flag: 'text',
    score: 'decimal',
    ...all('text', 'reason action outcome'),
    outcome_at: 'time',
    ...STAMPS,
  },
  entities(_world, { order }) {
    if (order === undefined) return [];
    const { createdMs, shippedMs, failedMs, cancelledMs, deliveredMs } = order;
    return one([createdMs, shippedMs, failedMs ?? cancelledMs ?? deliveredMs, watched(order)]);
  },
  facts: predictionFacts,
  key: keyOfRequest,
  envelope: ({ rows, more, next }) => ({
    ...OK,
    data: { predictions: rows },
    has_more: more,
    next_cursor: next,
  }),
};
