import type { Simulator, StreamName } from '../../../integration_tests/simulator/index.ts';

/** What the marts should say, worked out in plain TypeScript from the simulator's own rows. */

export type Fields = Record<string, unknown>;

const DAY_MS = 86_400_000;
const INDIA_MS = 5.5 * 3_600_000;

export function rowsOf(simulator: Simulator, stream: StreamName): Fields[] {
  return [...simulator.truth(stream)].map(({ key, fields }) => ({ key, ...fields }));
}

export const ms = (stamp: unknown) => Date.parse(String(stamp));
export const indiaDate = (stamp: unknown) =>
  new Date(ms(stamp) + INDIA_MS).toISOString().slice(0, 10);
export const given = (value: unknown) =>
  value === null || value === undefined ? 'not given' : String(value);

/** The Monday of the week in India. */
export function indiaWeek(stamp: unknown): string {
  const day = Date.parse(`${indiaDate(stamp)}T00:00:00Z`);
  const sinceMonday = (new Date(day).getUTCDay() + 6) % 7;
  return new Date(day - sinceMonday * DAY_MS).toISOString().slice(0, 10);
}

export function daysBetween(later: string, earlier: string): number {
  return (Date.parse(`${later}T00:00:00Z`) - Date.parse(`${earlier}T00:00:00Z`)) / DAY_MS;
}

export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}

export function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

export const sum = <T>(rows: readonly T[], of: (row: T) => number) =>
  rows.reduce((total, row) => total + of(row), 0);

export const rupees = (value: unknown) =>
  value === null || value === undefined ? 0 : Number(value);

/** Fractions compare with a tolerance, everything else exactly; rupees are whole paise. */
export const paise = (value: unknown) => Math.round(rupees(value) * 100);

/** The steps as the SDK's names tell them, with the first moment of each. */
const STEP_EVENTS = [
  [],
  ['checkout-ready'],
  ['user-login-initiated'],
  ['user-login-successful', 'login_otp_verification_passed'],
  ['address-add', 'address-selected'],
  ['navigation_payment_options'],
  ['payment-method-selected'],
  ['create-order'],
  ['order-complete'],
] as const;

export interface Journey {
  readonly checkout: Fields;
  readonly furthest: number;
  /** Seconds to the step (by its number less one) from the one before; undefined when not timed. */
  readonly seconds: readonly (number | undefined)[];
}

export function journeys(simulator: Simulator): Journey[] {
  const events = groupBy(rowsOf(simulator, 'checkout_events'), (row) => String(row.request_id));
  return rowsOf(simulator, 'checkouts').map((checkout) => {
    const own = events.get(String(checkout.request_id)) ?? [];
    const first = STEP_EVENTS.map((names) => {
      const moments = own
        .filter((event) => (names as readonly string[]).includes(String(event.name)))
        .map((event) => ms(event.occurred_at));
      return moments.length === 0 ? undefined : Math.min(...moments);
    });
    const furthest =
      1 + first.reduce<number>((last, moment, at) => (moment === undefined ? last : at), 0);
    const seconds = first.map((moment, at) => {
      const before = first[at - 1];
      if (moment === undefined || before === undefined || moment < before) return undefined;
      return (moment - before) / 1000;
    });
    return { checkout, furthest, seconds };
  });
}

/** What became of an order, from all that speaks of it. */
export function outcomes(
  simulator: Simulator,
): Map<string, { outcome: string; rtoMs: number | undefined }> {
  const predictions = new Map(
    rowsOf(simulator, 'rto_predictions').map((row) => [row.request_id, row]),
  );
  const parcels = new Map(rowsOf(simulator, 'shipments').map((row) => [row.awb, row]));
  const result = new Map<string, { outcome: string; rtoMs: number | undefined }>();
  for (const order of rowsOf(simulator, 'orders')) {
    const parcel = String(parcels.get(order.awb_number)?.status ?? '');
    const said = predictions.get(order.request_id);
    let outcome = 'not_shipped';
    if (order.order_status === 'Failed') outcome = 'failed';
    else if (order.order_status === 'Cancelled') outcome = 'cancelled';
    else if (parcel.startsWith('rto')) outcome = 'rto';
    else if (parcel === 'delivered') outcome = 'delivered';
    else if (parcel !== '') outcome = 'in_transit';
    const known = said?.outcome === 'rto' ? said.outcome_at : order.updated_at;
    result.set(String(order.key), { outcome, rtoMs: outcome === 'rto' ? ms(known) : undefined });
  }
  return result;
}
