import { journeysOf } from './journeys.ts';
import {
  type Fields,
  given,
  groupBy,
  indiaDate,
  indiaWeek,
  perSource,
  type Source,
  textOf,
} from './rows.ts';

/** An order with all that is known of it, worked out from every stream that speaks of it. */
export interface Order {
  readonly row: Fields;
  readonly day: string;
  readonly week: string;
  readonly paymentClass: string;
  readonly outcome: string;
  readonly isPlaced: boolean;
  readonly isShipped: boolean;
  /** The day in India on which its RTO was known; undefined where nobody knows, or there is none. */
  readonly rtoDay: string | undefined;
  readonly risk: string;
  readonly score: unknown;
  readonly action: unknown;
  readonly pincode: string;
  readonly picked: ReadonlySet<string>;
}

export const ordersOf = perSource(workOut);

const SHIPPED = ['rto', 'delivered', 'lost', 'in_transit'];
const NONE: ReadonlySet<string> = new Set();

function workOut(source: Source): Order[] {
  const predictions = new Map(source.rows('rto_predictions').map((row) => [row.request_id, row]));
  const parcels = groupBy(source.rows('shipments'), (row) => textOf(row.order_id));
  const journeys = new Map(journeysOf(source).map((one) => [one.checkout.request_id, one]));
  return source.rows('orders').map((row) => {
    const said = predictions.get(row.request_id);
    const states = (parcels.get(textOf(row.moid)) ?? [])
      .map(({ status }) => textOf(status))
      .filter((state) => !state.startsWith('return'));
    const outcome = outcomeOf(row, said, states);
    const address = row.shipping_address as Fields | null;
    return {
      row,
      day: indiaDate(row.created_at),
      week: indiaWeek(row.created_at),
      paymentClass: textOf(row.payment_class ?? 'unknown'),
      outcome,
      isPlaced: outcome !== 'failed',
      isShipped: SHIPPED.includes(outcome),
      rtoDay: outcome === 'rto' ? rtoDayOf(row, said) : undefined,
      risk: given(said?.risk_flag ?? row.rto_risk_flag),
      score: said?.score ?? row.rto_score,
      action: said?.action,
      pincode: given(address?.postcode),
      picked: journeys.get(row.request_id)?.picked ?? NONE,
    };
  });
}

function outcomeOf(row: Fields, said: Fields | undefined, states: readonly string[]): string {
  const status = textOf(row.order_status).toLowerCase();
  const shipment = textOf(row.shipment_status);
  const rated = textOf(said?.outcome);
  const all = [...states, shipment];
  if (status === 'failed') return 'failed';
  if (rated === 'rto' || all.some((state) => state.startsWith('rto'))) return 'rto';
  if ([...all, rated, status].includes('delivered')) return 'delivered';
  if (all.some((state) => ['lost', 'damaged', 'destroyed'].includes(state))) return 'lost';
  if (status === 'cancelled' || rated === 'cancelled') return 'cancelled';
  const left = states.length > 0 || (row.awb_number ?? null) !== null;
  return left || status === 'shipped' || rated === 'in_transit' ? 'in_transit' : 'not_shipped';
}

/** An export does not say when its row changed. */
function rtoDayOf(row: Fields, said: Fields | undefined): string | undefined {
  if (said?.outcome === 'rto') return indiaDate(said.outcome_at);
  return textOf(row._source ?? 'api') === 'api' ? indiaDate(row.updated_at) : undefined;
}
