import { eventsOf } from './events.ts';
import {
  type Fields,
  given,
  groupBy,
  indiaDate,
  indiaWeek,
  ms,
  perSource,
  type Source,
  textOf,
} from './rows.ts';
import {
  code,
  type Fate,
  fateOf,
  isBack,
  isMoney,
  isNoMoney,
  riskClass,
  shopperOf,
  word,
} from './words.ts';

/** An order with all that is known of it, worked out from every stream that speaks of it. */
export interface Order {
  readonly row: Fields;
  readonly key: string;
  readonly day: string;
  readonly week: string;
  readonly paymentClass: string;
  readonly outcome: string;
  readonly isPlaced: boolean;
  readonly isShipped: boolean;
  readonly isCancelled: boolean;
  /** When its RTO was known; undefined where nobody knows, or there is none. */
  readonly rtoMs: number | undefined;
  /** How much of it came back, arrived, or may still do either. */
  readonly back: number;
  readonly delivered: number;
  readonly open: number;
  /** In paise. */
  readonly placed: number;
  readonly net: number;
  readonly arrived: number;
  readonly risk: string;
  readonly score: unknown;
  readonly action: string;
  readonly isRated: boolean;
  readonly pincode: string;
  readonly picked: ReadonlySet<string>;
}

export const ordersOf = perSource(workOut);

const NONE: ReadonlySet<string> = new Set();
const ONLINE = ['prepaid', 'partial_cod'];

interface Parcel {
  readonly fate: Fate;
  readonly bookedMs: number;
  readonly paise: number | undefined;
}

export const paise = (value: unknown) => Math.round(Number(value ?? 0) * 100);

/** Payments that brought money, by the order's id. */
export const paidFor = perSource((source) =>
  groupBy(
    source.rows('payments').filter((row) => isMoney(row.status)),
    (row) => textOf(row.moid),
  ),
);

function workOut(source: Source): Order[] {
  const predictions = new Map(source.rows('rto_predictions').map((row) => [row.request_id, row]));
  const parcels = groupBy(source.rows('shipments'), (row) => textOf(row.order_id));
  const returns = groupBy(source.rows('returns'), (row) =>
    textOf((row.order as Fields | null)?.id),
  );
  const events = eventsOf(source);
  return source.rows('orders').map((row) => {
    const said = predictions.get(row.request_id);
    const payments = row.moid === null ? [] : (paidFor(source).get(textOf(row.moid)) ?? []);
    const own = parcels.get(textOf(row.moid)) ?? [];
    const received = (returns.get(textOf(row.platform_order_id)) ?? []).flatMap((one) => {
      const at = (one.received as Fields | null)?.created_at ?? null;
      return at === null ? [] : [ms(at)];
    });
    const address = row.shipping_address as Fields | null;
    const state = judge(row, said, keptParcels(own, paise(row.total)), payments.length > 0);
    const wasBack = state.outcome === 'rto' || state.outcome === 'partly_rto';
    const dates = [
      ...received,
      ...(code(said?.outcome) === 'rto' && (said?.outcome_at ?? null) !== null
        ? [ms(said?.outcome_at)]
        : []),
    ];
    const total = state.isPlaced ? paise(row.total) : 0;
    return {
      row,
      key: textOf(row.key),
      day: indiaDate(row.created_at),
      week: indiaWeek(row.created_at),
      paymentClass: textOf(row.payment_class ?? 'unknown'),
      ...state,
      rtoMs: wasBack && dates.length > 0 ? Math.min(...dates) : undefined,
      placed: total,
      net: state.isCancelled ? 0 : Math.round(total * (1 - state.back)),
      arrived: Math.round(total * state.delivered),
      risk: riskClass(said?.risk_flag ?? row.rto_risk_flag),
      score: said?.score ?? row.rto_score,
      action: code(said?.action),
      isRated: said !== undefined,
      pincode: given(address?.postcode),
      picked: events.get(textOf(row.request_id))?.picked ?? NONE,
    };
  });
}

export const shopper = (row: Fields) => shopperOf(row.customer_type_merchant ?? row.customer_type);
export const device = (row: Fields | undefined) => word(row?.device_type);

/** The parcels on their way out that count: one that was sent again takes the place of the one before. */
function keptParcels(rows: readonly Fields[], total: number): Parcel[] {
  const all = rows
    .map((row) => ({
      fate: fateOf(row.status),
      bookedMs: ms(row.creation_datetime),
      paise: paise(row.total_amount) || undefined,
    }))
    .filter(({ fate }) => fate !== 'return' && fate !== 'none');
  const isReplaced = (one: Parcel) =>
    isBack(one.fate) &&
    all.some(
      (other) =>
        other.bookedMs > one.bookedMs &&
        (one.paise === undefined || other.paise === undefined
          ? other.bookedMs - one.bookedMs >= 3 * 86_400_000
          : one.paise + other.paise > total + 100),
    );
  return all.filter((one) => !isReplaced(one));
}

function judge(
  row: Fields,
  said: Fields | undefined,
  parcels: readonly Parcel[],
  captured: boolean,
) {
  const status = word(row.order_status);
  const fate = fateOf(row.shipment_status);
  const rated = code(said?.outcome);
  const paymentClass = textOf(row.payment_class ?? 'unknown');
  const isOnline = ONLINE.includes(paymentClass);
  const isPaid = captured || (paymentClass !== 'cod' && isMoney(row.payment_status));
  const hasLeft = parcels.length > 0 || fate !== '' || ['shipped', 'delivered'].includes(status);
  const isCancelledByWord = status.startsWith('cancel');
  const isPlaced =
    isPaid ||
    hasLeft ||
    !(
      status === 'pending' ||
      status === 'failed' ||
      (isCancelledByWord && isOnline) ||
      (!isCancelledByWord && isOnline && isNoMoney(row.payment_status))
    );
  const counted = (test: (fate: Fate) => boolean) => parcels.filter((one) => test(one.fate));
  const back = counted(isBack);
  const arrived = counted((one) => one === 'delivered');
  const rowDelivered = fate === 'delivered' || (status === 'delivered' && !isBack(fate));
  const outcome = (() => {
    if (!isPlaced)
      return isCancelledByWord ? 'cancelled' : status === 'failed' ? 'failed' : 'pending';
    if (back.length > 0) {
      const all = back.length === parcels.length;
      if (!all && (arrived.length > 0 || !rowDelivered)) return 'partly_rto';
      if (rowDelivered) return 'delivered';
      const onTheWay = back.some((one) => one.fate === 'coming back');
      return onTheWay && rated === 'delivered' ? 'delivered' : 'rto';
    }
    if (arrived.length > 0 && counted((one) => one === 'moving' || one === '').length === 0)
      return 'delivered';
    if (isBack(fate)) return fate === 'coming back' && rated === 'delivered' ? 'delivered' : 'rto';
    if (rowDelivered) return 'delivered';
    if (rated === 'rto' || rated === 'delivered') return rated;
    if (fate === 'lost' || counted((one) => one === 'lost').length > 0) return 'lost';
    if (isCancelledByWord || rated === 'cancelled') return 'cancelled';
    const isBooked = (row.awb_number ?? null) !== null;
    return hasLeft || isBooked || rated === 'in_transit' ? 'in_transit' : 'not_shipped';
  })();
  const isCancelled = (isCancelledByWord || outcome === 'cancelled') && outcome !== 'delivered';
  const weigh = (some: readonly Parcel[]) => {
    const known = parcels.every((one) => one.paise !== undefined);
    const sum = (of: readonly Parcel[]) =>
      of.reduce((a, one) => a + (known ? (one.paise ?? 0) : 1), 0);
    return sum(some) / sum(parcels);
  };
  const share = (whole: readonly string[], some: readonly Parcel[]) =>
    whole.includes(outcome) ? 1 : outcome === 'partly_rto' ? weigh(some) : 0;
  return {
    outcome,
    isPlaced,
    isCancelled,
    isShipped:
      isPlaced && ['rto', 'partly_rto', 'delivered', 'lost', 'in_transit'].includes(outcome),
    back: isPlaced ? share(['rto'], back) : 0,
    delivered: isPlaced ? share(['delivered'], arrived) : 0,
    open:
      isPlaced && !isCancelledByWord
        ? share(
            ['in_transit', 'not_shipped'],
            counted((one) => one === 'moving' || one === ''),
          )
        : 0,
  };
}
