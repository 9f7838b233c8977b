import {
  COD_METHODS,
  PARTIAL_METHODS,
  PREPAID_METHODS,
} from '../../../simulator/src/world/catalogue.ts';
import { type Fields, groupBy, ms, perSource, textOf } from './rows.ts';

/** The steps as the SDK's names tell them. */
const STEP_EVENTS: readonly (readonly string[])[] = [
  [],
  ['checkout-ready'],
  ['user-login-initiated'],
  ['user-login-successful', 'login_otp_verification_passed'],
  ['address-add', 'address-selected'],
  ['navigation_payment_options'],
  ['payment-method-selected'],
  ['create-order'],
  ['order-complete'],
];

export interface Told {
  /** The first moment of each step, by its number less one. */
  readonly first: readonly (number | undefined)[];
  /** Seconds to the step from the one before; undefined when not timed. */
  readonly seconds: readonly (number | undefined)[];
  /** Classes of the methods that were picked. */
  readonly picked: ReadonlySet<string>;
}

/** What the events of each checkout tell, by its id. */
export const eventsOf = perSource((source) => {
  const events = groupBy(source.rows('checkout_events'), (row) => textOf(row.request_id));
  const told = new Map<string, Told>();
  for (const [id, own] of events) {
    const first = STEP_EVENTS.map((names) => {
      const moments = own
        .filter((event) => names.includes(textOf(event.name)))
        .map((event) => ms(event.occurred_at));
      return moments.length === 0 ? undefined : Math.min(...moments);
    });
    const seconds = first.map((moment, at) => {
      const before = first[at - 1];
      if (moment === undefined || before === undefined || moment < before) return undefined;
      return (moment - before) / 1000;
    });
    const methods = own.filter((event) => event.name === 'payment-method-selected');
    const picked = new Set(
      methods.map(({ properties }) => methodClass((properties as Fields).payment_method)),
    );
    told.set(id, { first, seconds, picked });
  }
  return told;
});

/** What a shopper picked, by the simulator's own lists. */
function methodClass(method: unknown): string {
  const has = (list: readonly (readonly [string | null, string])[]) =>
    list.some(([name]) => name === method);
  if (has(COD_METHODS)) return 'cod';
  if (has(PARTIAL_METHODS)) return 'partial_cod';
  return has(PREPAID_METHODS) ? 'prepaid' : 'unknown';
}
