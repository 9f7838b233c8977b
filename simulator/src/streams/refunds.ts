import { demandOrder, type Plan } from '../world/lifecycle.ts';
import { paymentId, refundPaise } from '../world/money.ts';
import { SALT } from '../world/random.ts';
import { utc } from '../world/time.ts';
import { entityId, moneyId, type World } from '../world/world.ts';
import { orders } from './orders.ts';
import type { Asked, Facts, Moment } from './stream.ts';

/** Refund `turn` of an order, without what the connector copies from the order. */
function refundFacts(world: World, plan: Plan, turn: number, at: Moment): Facts {
  const refund = demandOrder(plan).refunds[turn];
  return {
    refund_id: moneyId(world, 'rfnd', entityId(plan.index, turn), SALT.refund),
    payment_id: paymentId(world, plan.index),
    amount: refundPaise(world, plan, turn),
    currency: 'INR',
    status: refund !== undefined && refund.doneMs <= at.nowMs ? 'Completed' : 'Pending',
    created_at: refund?.startMs,
  };
}

export const refunds: Asked<'refunds'> = {
  kind: 'asked',
  name: 'refunds',
  parent: orders,
  route: { path: '/v1/payments/refunds', family: 'gkx', params: ['platformOrderId'] },
  fields: {
    refund_id: 'id',
    payment_id: 'id',
    amount: 'money',
    currency: 'text',
    status: 'text',
    created_at: 'time',
  },
  added: { platform_order_id: 'id', gokwik_oid: 'id', moid: 'id', updated_at: 'time' },
  habits: {
    numbers: ['amount'],
    renames: { share: 0.4, names: { refund_id: 'refundId', payment_id: 'paymentId' } },
  },
  turns({ order }, nowMs) {
    const all = order?.refunds ?? [];
    return all.flatMap(({ startMs }, turn) => (startMs <= nowMs ? [turn] : []));
  },
  facts: refundFacts,
  key: (facts) => String(facts.refund_id),
  envelope: (rows, nowMs) => ({
    success: true,
    status_code: 200,
    timestamp: utc(nowMs),
    data: rows,
  }),
};
