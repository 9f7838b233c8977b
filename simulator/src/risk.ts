import { gokwikOid, moid, requestId } from './ids.ts';
import type { Facts, Moment } from './kinds.ts';
import { demandOrder, type Plan, since } from './lifecycle.ts';
import { hash, SALT } from './random.ts';
import type { World } from './world.ts';

/** Carts that GoKwik leaves alone, to measure the others against. */
function isControl(plan: Plan): boolean {
  return plan.index % 20 === 11 && !plan.blocked;
}

export function riskFlag(plan: Plan): 'High Risk' | 'Medium Risk' | 'Low Risk' | 'Control' {
  if (isControl(plan)) return 'Control';
  if (plan.risk > 0.7) return 'High Risk';
  return plan.risk > 0.45 ? 'Medium Risk' : 'Low Risk';
}

/** 0 to 1, two decimals. */
export function riskScore(plan: Plan): number {
  return Math.round(plan.risk * 100) / 100;
}

export function riskReason(plan: Plan): string | null {
  if (plan.risk > 0.7) return 'Pincode with many returned parcels, first COD order of this phone';
  return plan.risk > 0.45 ? 'Address is short' : null;
}

export function riskAction(plan: Plan): string {
  if (plan.blocked) return 'cod_blocked';
  if (isControl(plan) || plan.risk <= 0.45) return 'none';
  return plan.risk > 0.7 ? 'cod_fee' : 'prepaid_nudge';
}

export function predictionFacts(world: World, plan: Plan, _sub: number, at: Moment): Facts {
  const order = demandOrder(plan);
  const { nowMs } = at;
  const cancelledMs = order.failedMs ?? order.cancelledMs;
  const endings: readonly [number | undefined, string][] = [
    [cancelledMs, 'cancelled'],
    [order.deliveredMs, 'delivered'],
    [order.rtoDoneMs, 'rto'],
  ];
  const ending = endings.find(([ms]) => since(ms, nowMs));
  const bits = hash(world.seed, plan.index, SALT.wire);
  return {
    request_id: requestId(world, plan.index),
    gokwik_oid: gokwikOid(world, plan.index),
    moid: moid(plan.index),
    risk_flag: riskFlag(plan),
    score: riskScore(plan),
    reason: bits % 4 === 0 ? null : riskReason(plan),
    action: riskAction(plan),
    outcome: ending?.[1] ?? (since(order.shippedMs, nowMs) ? 'in_transit' : null),
    outcome_at: ending?.[0] ?? null,
    created_at: order.createdMs,
    updated_at: at.updatedMs,
  };
}
