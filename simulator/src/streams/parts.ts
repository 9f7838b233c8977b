import { contextOf, personOf, spellPhone } from '../world/merchant.ts';
import type { World } from '../world/world.ts';
import { all, type Facts, type Field, type Fields } from './stream.ts';

/** What several streams say of the same thing: fields and facts, side by side. */

export const STAMPS = { created_at: 'time', updated_at: 'time' } as const;

/** The word of the last stage that has begun; `first`: of before them all. */
export function stageAt(
  first: string,
  stages: readonly (readonly [number | undefined, string])[],
  nowMs: number,
): string {
  const begun = stages.filter(([ms]) => ms !== undefined && ms <= nowMs);
  return begun.at(-1)?.[1] ?? first;
}

/** Of an order's parcels: a customer's return, a second parcel, and one that is sent again. */
export const [REVERSE, SECOND, AGAIN] = [1, 2, 3] as const;

export const MARKETING: Fields = {
  ...all('utm', 'mkt_source mkt_medium mkt_campaign'),
  orig_referrer: 'text',
};

export function marketingFacts(world: World, index: number): Facts {
  const { source } = contextOf(world, index);
  return {
    // Whoever writes the link writes it in a case of their own.
    mkt_source: index % 9 === 2 ? (source.source?.toUpperCase() ?? null) : source.source,
    mkt_medium: source.medium,
    mkt_campaign: source.campaign,
    orig_referrer: source.referrer,
  };
}

export const CUSTOMER: Field = {
  object: {
    ...all('text', 'firstname lastname phone phone_mask email'),
  },
};

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

export const ADDRESS: Field = {
  object: {
    ...all('text', 'line1 line2 city state'),
    pincode: 'id',
    country: 'text',
  },
};

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
