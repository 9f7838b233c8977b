import { ordersOf } from './outcomes.ts';
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

/** `recovery_maturity_days` */
const MATURE_DAYS = 30;
const HOUR_MS = 3_600_000;

interface Cart {
  readonly row: Fields;
  readonly reasons: readonly string[];
  readonly device: string;
  readonly isRecovered: boolean;
  readonly won: unknown;
  readonly hours: number | undefined;
}

function cartsOf(source: Source): Cart[] {
  const bought = groupBy(
    ordersOf(source).filter(({ isPlaced, row }) => isPlaced && (row.request_id ?? null) !== null),
    ({ row }) => textOf(row.request_id),
  );
  const checkouts = new Map(source.rows('checkouts').map((row) => [row.request_id, row]));
  return source.rows('abandoned_checkouts').map((row) => {
    const orders = bought.get(textOf(row.request_id)) ?? [];
    const boughtMs = Math.min(...orders.map((order) => ms(order.row.created_at)));
    const createdMs = ms(row.created_at);
    const said = row.recovered_at ?? null;
    const laterMs = orders.length > 0 && boughtMs >= createdMs ? boughtMs : undefined;
    const recoveredMs = said === null ? laterMs : ms(said);
    const checkout = checkouts.get(row.request_id);
    const isRecovered =
      recoveredMs !== undefined || row.is_abandoned === false || checkout?.status === 'recovered';
    const value = orders.length > 0 ? rupees(orders, (order) => order.row.total) : row.total_price;
    return {
      row,
      reasons: [row.drop_off_reasons ?? []].flat().map(String),
      device: given(checkout?.device_type),
      isRecovered,
      won: isRecovered ? value : 0,
      hours: recoveredMs === undefined ? undefined : (recoveredMs - createdMs) / HOUR_MS,
    };
  });
}

const isRecovered = ({ isRecovered }: Cart) => isRecovered;

export function abandonment(source: Source): Fields[] {
  return eachGroup(
    cartsOf(source),
    ({ row, reasons, device }) => [
      indiaDate(row.created_at),
      given(row.drop_stage),
      given(reasons[0]),
      device,
      given(row.mkt_source),
    ],
    ([india_date, stage, reason, device, origin], group) => {
      const hours = group.flatMap((cart) => cart.hours ?? []);
      return {
        india_date,
        stage,
        reason,
        device,
        source: origin,
        carts: group.length,
        value_rupees: rupees(group, ({ row }) => row.total_price),
        recovered_carts: tally(group, isRecovered),
        recovered_rupees: rupees(group, ({ won }) => won),
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
