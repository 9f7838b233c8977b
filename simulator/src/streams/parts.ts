import { contextOf, personOf, spellPhone } from '../world/merchant.ts';
import type { World } from '../world/world.ts';
import type { Facts } from './stream.ts';

/** What several streams say of the same thing: fields and facts, side by side. */

export const STAMPS = { created_at: 'time', updated_at: 'time' } as const;

export const MARKETING = {
  mkt_source: 'utm',
  mkt_medium: 'utm',
  mkt_campaign: 'utm',
  orig_referrer: 'text',
} as const;

export function marketingFacts(world: World, index: number): Facts {
  const { source } = contextOf(world, index);
  return {
    mkt_source: source.source,
    mkt_medium: source.medium,
    mkt_campaign: source.campaign,
    orig_referrer: source.referrer,
  };
}

export const CUSTOMER = {
  object: {
    firstname: 'text',
    lastname: 'text',
    phone: 'text',
    phone_mask: 'text',
    email: 'text',
  },
} as const;

/** Known from the login on. */
export function customerFacts(world: World, index: number, phone: number, masked = false): Facts {
  const person = personOf(world, index);
  return {
    firstname: person.first,
    lastname: person.last,
    phone: spellPhone(person, phone),
    phone_mask: masked ? `${person.phone.slice(0, 2)}******${person.phone.slice(8)}` : null,
    email: person.email,
  };
}

export const ADDRESS = {
  object: {
    line1: 'text',
    line2: 'text',
    city: 'text',
    state: 'text',
    pincode: 'id',
    country: 'text',
  },
} as const;

export function addressFacts(world: World, index: number): Facts {
  const person = personOf(world, index);
  return {
    line1: person.street,
    line2: person.landmark,
    city: person.place.city,
    state: person.place.state,
    pincode: person.pincode,
    country: 'India',
  };
}
