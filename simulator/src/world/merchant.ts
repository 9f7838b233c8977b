import {
  AGENTS,
  COD_METHODS,
  FIRST_NAMES,
  LANDMARKS,
  LAST_NAMES,
  PARTIAL_METHODS,
  PLACES,
  type Place,
  PREPAID_METHODS,
  PRODUCTS,
  type Product,
  SOURCES,
  type Spelling,
  STREETS,
} from './catalogue.ts';
import { between, chance, draws, hash, pick, SALT } from './random.ts';
import type { World } from './world.ts';

/** Who shops, what is in the cart and what it costs. Nothing here has a time. */

/** How an order is paid. `offline`: outside GoKwik, so nothing is known of the money. */
export type Pay = 'cod' | 'prepaid' | 'partial' | 'offline';

export type Person = ReturnType<typeof personOf>;

export interface Line {
  readonly product: Product;
  readonly variant: number;
  readonly quantity: number;
}

export function personIndex(world: World, index: number): number {
  return hash(world.seed, index, SALT.person) % world.people;
}

export function placeOf(world: World, index: number): Place {
  const bits = hash(world.seed, personIndex(world, index), SALT.place);
  return PLACES[bits % PLACES.length] ?? PLACES[0];
}

export function personOf(world: World, index: number) {
  const number = personIndex(world, index);
  const draw = draws(world.seed, number, SALT.words);
  const place = placeOf(world, index);
  const first = pick(draw, FIRST_NAMES);
  const last = pick(draw, LAST_NAMES);
  const digits = () =>
    `${between(draw, 6, 9)}${String(between(draw, 0, 999_999_999)).padStart(9, '0')}`;
  return {
    first,
    // Checkouts that ask for one name only pad the other with a full stop.
    last: chance(draw, 0.15) ? '.' : last,
    phone: digits(),
    otherPhone: chance(draw, 0.04) ? digits() : undefined,
    email: chance(draw, 0.15) ? null : `${first}.${last}${number}@example.com`.toLowerCase(),
    pincode: `${place.pins}${String(between(draw, 1, 120)).padStart(3, '0')}`,
    place,
    street: `${between(draw, 1, 400)}, ${pick(draw, STREETS)}`,
    landmark: pick(draw, LANDMARKS),
  };
}

/** A phone as one system or another spells it; `variant` any whole number. */
export function spellPhone(person: Person, variant: number): string {
  switch (variant % 4) {
    case 0:
      return `+91${person.phone}`;
    case 1:
      return `91${person.phone}`;
    default:
      return person.phone;
  }
}

export function cartOf(world: World, index: number): readonly Line[] {
  const draw = draws(world.seed, index, SALT.cart);
  const size = Math.ceil(draw() ** 2 * 4) || 1;
  const lines: Line[] = [];
  for (let line = 0; line < size; line += 1) {
    const quantity = chance(draw, 0.85) ? 1 : between(draw, 2, 3);
    lines.push({ product: pick(draw, PRODUCTS), variant: between(draw, 0, 4), quantity });
  }
  return lines;
}

/** The size that a line was bought in. */
export const variantName = ({ variant }: Line): string =>
  ['S', 'M', 'L', 'XL', 'XXL'][variant] ?? 'M';

export function couponOf(world: World, index: number): string | null {
  const bits = hash(world.seed, index, SALT.cart) % 100;
  if (bits < 12) return 'WELCOME10';
  return bits < 25 ? 'FESTIVE10' : null;
}

const isExchange = (index: number) => index % 89 === 21;

/** All in paise; the total is what the customer is asked for. */
export function billOf(world: World, index: number, pay: Pay | undefined) {
  let subtotal = 0;
  for (const { product, quantity } of cartOf(world, index)) {
    subtotal += product.pricePaise * quantity;
  }
  // What is sent in exchange costs nothing.
  if (isExchange(index))
    return { subtotal, discount: subtotal, shipping: 0, cod: 0, tax: 0, total: 0 };
  const discount = couponOf(world, index) === null ? 0 : Math.floor(subtotal / 1000) * 100;
  const goods = subtotal - discount;
  const shipping = goods >= 49900 ? 0 : 4900;
  const inCash = pay === 'cod' || pay === 'partial';
  const cod = inCash ? ([0, 1900, 2900, 4900][index % 4] ?? 0) : 0;
  // Prices include the tax, as Indian retail prices do: it is a part of the total, not on top.
  const tax = Math.round((goods * 5) / 105);
  return { subtotal, discount, shipping, cod, tax, total: goods + shipping + cod };
}

export function contextOf(world: World, index: number) {
  const draw = draws(world.seed, index, SALT.visit);
  const share = draw();
  const device = share < 0.82 ? 'mobile' : share < 0.97 ? 'desktop' : 'tablet';
  const returning = chance(draw, 0.3);
  return {
    device,
    agent: device === 'desktop' ? (AGENTS[2] ?? AGENTS[0]) : (AGENTS[index % 2] ?? AGENTS[0]),
    // The range set aside for benchmarks: no real customer has such an address.
    ip: `198.18.${between(draw, 0, 255)}.${between(draw, 1, 254)}`,
    source: pick(draw, SOURCES),
    returning,
    ordersBefore: returning ? between(draw, 1, 9) : 0,
    oneTap: chance(draw, 0.6),
  };
}

/** How the API spells the way an order is paid. */
export function spellPay(world: World, index: number, pay: Pay): Spelling {
  const draw = draws(world.seed, index, SALT.payment);
  if (pay === 'cod') return pick(draw, COD_METHODS);
  if (pay === 'prepaid') return pick(draw, PREPAID_METHODS);
  return pay === 'partial' ? pick(draw, PARTIAL_METHODS) : [null, 'non-gk'];
}
