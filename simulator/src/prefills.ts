import { gokwikOid, requestId } from './ids.ts';
import type { Facts, Moment } from './kinds.ts';
import type { Plan } from './lifecycle.ts';
import { personOf } from './merchant.ts';
import { between, chance, draws, pick, SALT } from './random.ts';
import { MINUTE_MS, SECOND_MS } from './time.ts';
import type { World } from './world.ts';

/** What the checkout filled in by itself, and what the customer made of it. */
export function prefillFacts(world: World, plan: Plan, _sub: number, at: Moment): Facts {
  const { index, visit, order } = plan;
  const draw = draws(world.seed, index, SALT.visit + 100);
  const left = visit.stage === 'address';
  const shown = chance(draw, 0.72);
  const offered = between(draw, 1, 3);
  const source = pick(draw, ['gokwik_network', 'gokwik_network', 'merchant', 'partner']);
  const done = pick(draw, ['accepted', 'accepted', 'accepted', 'edited', 'replaced']);
  const outcome = !shown ? 'not_available' : left ? 'ignored' : done;
  const edited = pick(draw, [['line1'], ['line1', 'pincode'], ['phone']]);
  const slow = outcome === 'accepted' ? 1 : 3;
  const person = personOf(world, index);
  const fromMs = left ? plan.visitEndMs - MINUTE_MS : visit.loginMs;
  const untilMs = left ? plan.visitEndMs : visit.addressMs;
  return {
    request_id: requestId(world, index),
    gokwik_oid: order && order.createdMs <= at.nowMs ? gokwikOid(world, index) : null,
    prefill_shown: shown,
    prefill_source: shown ? source : 'none',
    addresses_offered: shown ? offered : 0,
    outcome,
    edited_fields: outcome === 'edited' ? edited : null,
    seconds_on_address_page: Math.ceil(((untilMs - fromMs) / SECOND_MS) * (slow / 3)),
    pincode: left ? null : person.pincode,
    city: left ? null : person.place.city,
    state: left ? null : person.place.state,
    serviceable: left ? null : person.place.risk < 0.45 || index % 10 > 0,
    created_at: untilMs,
    updated_at: at.updatedMs,
  };
}
