/**
 * The kinds of the data dictionary. Facts hold plain domain values (paise, epoch milliseconds,
 * booleans); two readers make something of them without knowing each other: `truth.ts` what must
 * come out of a connector, `wire.ts` what the API's habits make of it.
 */
export type Kind =
  /** Text that may look like a number, and is then sometimes sent as one. */
  | 'id'
  | 'text'
  /** Text that says `NA` when there is none. */
  | 'utm'
  /** Paise. */
  | 'money'
  | 'decimal'
  | 'count'
  | 'flag'
  /** Epoch milliseconds, whole seconds. */
  | 'time'
  /** A list of words; one alone may come without its list. */
  | 'words'
  /** An object whose contents differ by row: sent as it is. */
  | 'bag';

export type Fields = { readonly [field: string]: Field };
export type Field = Kind | { readonly object: Fields } | { readonly list: Fields };

export type Facts = Readonly<Record<string, unknown>>;

export const STAMPS = { created_at: 'time', updated_at: 'time' } as const;

export const UTM = {
  utm_source: 'utm',
  utm_medium: 'utm',
  utm_campaign: 'utm',
  utm_term: 'utm',
  utm_content: 'utm',
} as const;

export const MARKETING = {
  mkt_source: 'utm',
  mkt_medium: 'utm',
  mkt_campaign: 'utm',
  orig_referrer: 'text',
} as const;

export const CUSTOMER = {
  object: {
    firstname: 'text',
    lastname: 'text',
    phone: 'text',
    phone_mask: 'text',
    email: 'text',
  },
} as const;

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

/** An address as orders have it, after the shop platform's fashion. */
export const POSTAL = {
  object: {
    first_name: 'text',
    last_name: 'text',
    address_1: 'text',
    address_2: 'text',
    city: 'text',
    state: 'text',
    postcode: 'id',
    country: 'text',
    email: 'text',
    phone: 'text',
  },
} as const;

export const ITEM = {
  product_id: 'id',
  line_item_id: 'id',
  variant_id: 'id',
  name: 'text',
  sku: 'text',
  price: 'money',
  quantity: 'count',
  subtotal: 'money',
  total: 'money',
  tax: 'money',
} as const;

export const EVENT = { name: 'text', occurred_at: 'time', properties: 'bag' } as const;

/** A step of a return. */
export const STEP = {
  object: { status: 'flag', created_at: 'time', comment: 'text' },
} as const;

export const MONEY = {
  object: { shop_money: { object: { amount: 'money', currency_code: 'text' } } },
} as const;

/** As of when a row is described: the simulated present, and the row's current version. */
export interface Moment {
  readonly nowMs: number;
  readonly updatedMs: number;
}
