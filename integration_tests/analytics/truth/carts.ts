import { type Order, ordersOf } from './outcomes.ts';
import {
  ageDays,
  eachGroup,
  type Fields,
  given,
  groupBy,
  indiaDate,
  median,
  ms,
  rate,
  rupees,
  type Source,
  tally,
  textOf,
} from './rows.ts';
import { word } from './words.ts';

/** `recovery_maturity_days` */
const MATURE_DAYS = 30;
const HOUR_MS = 3_600_000;

interface Cart {
  readonly row: Fields;
  readonly reasons: readonly string[];
  readonly device: string;
  /** The order that it became, if it is the first that the order recovers. */
  readonly order: Order | undefined;
  readonly hours: number | undefined;
}

function cartsOf(source: Source): Cart[] {
  const placed = ordersOf(source).filter(({ isPlaced }) => isPlaced);
  const byCheckout = groupBy(placed, ({ row }) => textOf(row.request_id ?? 'none'));
  const byMoid = groupBy(placed, ({ row }) => textOf(row.moid ?? 'none'));
  const checkouts = new Map(source.rows('checkouts').map((row) => [row.request_id, row]));
  const taken = new Set<string>();
  const inTurn = [...source.rows('abandoned_checkouts')].sort(
    (a, b) => ms(a.created_at) - ms(b.created_at) || (textOf(a.key) < textOf(b.key) ? -1 : 1),
  );
  return inTurn.map((row) => {
    const leftMs = ms(row.created_at);
    const saidMs = (row.recovered_at ?? null) === null ? Number.NaN : ms(row.recovered_at);
    const later = (orders: readonly Order[] = []) =>
      orders
        .filter((order) => ms(order.row.created_at) >= leftMs)
        .sort((a, b) => ms(a.row.created_at) - ms(b.row.created_at))[0];
    const named = byMoid.get(textOf(row.recovered_moid));
    const isSaidLater = saidMs >= leftMs;
    const own = later(byCheckout.get(textOf(row.request_id)));
    const order = later(named) ?? (isSaidLater ? named?.[0] : undefined) ?? own;
    const isFirst = order !== undefined && !taken.has(order.key);
    if (order !== undefined) taken.add(order.key);
    const orderMs = ms(order?.row.created_at);
    const boughtMs = orderMs >= leftMs ? orderMs : saidMs;
    return {
      row,
      reasons: [row.drop_off_reasons ?? []].flat().map(String),
      device: word(checkouts.get(row.request_id)?.device_type),
      order: isFirst ? order : undefined,
      hours: isFirst ? (boughtMs - leftMs) / HOUR_MS : undefined,
    };
  });
}

const isRecovered = ({ order }: Cart) => order !== undefined;

/** A sum over the orders that some carts became, in rupees. */
const total = (carts: readonly Cart[], of: (order: Order) => number) =>
  carts.reduce((sum, { order }) => sum + (order === undefined ? 0 : of(order)), 0) / 100;

export function abandonment(source: Source): Fields[] {
  return eachGroup(
    cartsOf(source),
    ({ row, reasons, device }) => [
      indiaDate(row.created_at),
      given(row.drop_stage),
      given(reasons[0]),
      device,
      word(row.mkt_source),
    ],
    ([india_date, stage, reason, device, origin], group) => {
      const hours = group.flatMap((cart) => cart.hours ?? []);
      const won = total(group, (order) => order.placed);
      return {
        india_date,
        stage,
        reason,
        device,
        source: origin,
        carts: group.length,
        value_rupees: rupees(group, ({ row }) => row.total_price),
        recovered_carts: tally(group, isRecovered),
        recovered_rupees: won,
        cancelled_after_carts: tally(group, ({ order }) => order?.isCancelled === true),
        recovered_net_rupees: total(group, (order) => order.net),
        recovered_aov_rupees: rate(won, tally(group, isRecovered)),
        recovery_rate_to_date: rate(tally(group, isRecovered), group.length),
        median_hours_to_recovery: median(hours),
        timed_recoveries: hours.length,
        is_mature: ageDays(source, group[0]?.row.created_at) >= MATURE_DAYS,
      };
    },
  );
}

export function abandonmentReasons(source: Source): Fields[] {
  const carts = cartsOf(source);
  const mentions = carts.flatMap((cart) =>
    (cart.reasons.length === 0 ? ['not given'] : cart.reasons).map((reason) => ({ cart, reason })),
  );
  return eachGroup(
    mentions,
    ({ reason }) => [reason],
    ([reason], group) => {
      const own = group.map(({ cart }) => cart);
      return {
        reason,
        carts: own.length,
        share_of_carts: rate(own.length, carts.length),
        value_rupees: rupees(own, ({ row }) => row.total_price),
        recovered_carts: tally(own, isRecovered),
        recovery_rate_to_date: rate(tally(own, isRecovered), own.length),
      };
    },
  );
}
