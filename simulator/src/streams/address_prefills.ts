import { type Plan, reached } from '../world/lifecycle.ts';
import { contextOf, personOf } from '../world/merchant.ts';
import { between, chance, draws, pick, SALT } from '../world/random.ts';
import { MINUTE_MS, SECOND_MS } from '../world/time.ts';
import { gokwikOid, requestId, type World } from '../world/world.ts';
import { STAMPS } from './parts.ts';
import { byCursor, type Facts, keyOfRequest, type Listed, type Moment, one } from './stream.ts';

/** What the checkout filled in by itself, and what the customer made of it. */
function prefillFacts(world: World, plan: Plan, _sub: number, at: Moment): Facts {
  const { index, visit, order } = plan;
  const draw = draws(world.seed, index, SALT.visit + 100);
  const left = visit.stage === 'address';
  // Whoever has bought before has left an address.
  const shown = chance(draw, contextOf(world, index).returning ? 0.92 : 0.64);
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

export const address_prefills: Listed<'address_prefills'> = {
  kind: 'list',
  name: 'address_prefills',
  route: byCursor('/v1/address-prefill/list'),
  fields: {
    request_id: 'id',
    gokwik_oid: 'id',
    prefill_shown: 'flag',
    prefill_source: 'text',
    addresses_offered: 'count',
    outcome: 'text',
    edited_fields: 'words',
    seconds_on_address_page: 'count',
    pincode: 'id',
    city: 'text',
    state: 'text',
    serviceable: 'flag',
    ...STAMPS,
  },
  entities(_world, { visit, visitEndMs, order }) {
    if (!reached(visit, 'address')) return [];
    return one([visit.stage === 'address' ? visitEndMs : visit.addressMs, order?.createdMs]);
  },
  facts: prefillFacts,
  key: keyOfRequest,
  envelope: ({ rows, more, next }) => ({
    statusMessage: 'Success',
    data: { prefills: rows, has_more: more, next_cursor: next },
  }),
};
