import { type Order, ordersOf } from './outcomes.ts';
import {
  ageDays,
  average,
  daysBetween,
  eachGroup,
  type Fields,
  indiaDate,
  last,
  rate,
  rupees,
  type Source,
  stampOf,
  tally,
} from './rows.ts';

const AGES = [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60];
/** `rto_maturity_days` */
const MATURE_DAYS = 30;
/** `pincode_prior_orders` */
const PRIOR_ORDERS = 20;

const isPlaced = ({ isPlaced }: Order) => isPlaced;
const isRto = ({ outcome }: Order) => outcome === 'rto';
const total = ({ row }: Order) => row.total;
const isOld = (source: Source) => (order: Order) =>
  ageDays(source, order.row.created_at) >= MATURE_DAYS;

export function paymentMixDaily(source: Source): Fields[] {
  const orders = ordersOf(source);
  return eachGroup(
    orders,
    ({ day, paymentClass }) => [day, paymentClass],
    ([india_date, payment_class], group) => {
      const placed = group.filter(isPlaced);
      const day = orders.filter((order) => order.day === india_date && order.isPlaced);
      const steered = placed.filter(({ action }) =>
        ['cod_blocked', 'prepaid_nudge'].includes(String(action)),
      );
      const picked = (name: string) => (order: Order) => order.picked.has(name);
      return {
        india_date,
        payment_class,
        orders: group.length,
        placed_orders: placed.length,
        failed_orders: tally(group, ({ outcome }) => outcome === 'failed'),
        cancelled_orders: tally(group, ({ outcome }) => outcome === 'cancelled'),
        rupees: rupees(placed, total),
        cod_charges_rupees: rupees(placed, ({ row }) => row.cod_charges),
        orders_with_cod_charges: tally(placed, ({ row }) => Number(row.cod_charges ?? 0) > 0),
        cod_to_prepaid: payment_class === 'prepaid' ? tally(placed, picked('cod')) : 0,
        prepaid_to_cod: payment_class === 'cod' ? tally(placed, picked('prepaid')) : 0,
        steered_orders: steered.length,
        steered_to_prepaid: payment_class === 'prepaid' ? steered.length : 0,
        placed_orders_of_day: day.length,
        share_of_orders: rate(placed.length, day.length),
        share_of_rupees: rate(rupees(placed, total), rupees(day, total)),
      };
    },
  );
}

export function rtoCohorts(source: Source): Fields[] {
  const today = indiaDate(stampOf(source.asOfMs));
  return eachGroup(
    ordersOf(source).filter(isPlaced),
    ({ week, paymentClass, risk }) => [week, paymentClass, risk],
    ([order_week = '', payment_class, predicted_risk], group) => {
      const shipped = group.filter(({ isShipped }) => isShipped);
      const back = shipped.filter(isRto);
      const open = tally(shipped, ({ outcome }) => outcome === 'in_transit');
      // As old as its youngest order can be, which is of its Sunday.
      const age = daysBetween(today, order_week) - 6;
      return AGES.map((age_days) => {
        const byThen = tally(
          back,
          ({ rtoDay, day }) => rtoDay === undefined || daysBetween(rtoDay, day) <= age_days,
        );
        return {
          order_week,
          payment_class,
          predicted_risk,
          age_days,
          orders: group.length,
          shipped_orders: shipped.length,
          rto_orders: byThen,
          rto_orders_to_date: back.length,
          undated_rto_orders: tally(back, ({ rtoDay }) => rtoDay === undefined),
          delivered_orders: tally(shipped, ({ outcome }) => outcome === 'delivered'),
          open_orders: open,
          cohort_age_days: age,
          has_reached_age: age >= age_days,
          is_mature: age >= MATURE_DAYS,
          rto_rate: age >= MATURE_DAYS && age >= age_days ? rate(byThen, shipped.length) : null,
          rto_rate_if_no_more: rate(back.length, shipped.length),
          rto_rate_if_all_open: rate(back.length + open, shipped.length),
        };
      });
    },
  ).flat();
}

export function predictionQuality(source: Source): Fields[] {
  const judged = ordersOf(source)
    .filter(({ outcome }) => ['rto', 'delivered'].includes(outcome))
    .filter(isOld(source));
  const back = tally(judged, isRto);
  return eachGroup(
    judged,
    ({ risk }) => [risk],
    ([predicted_risk], group) => ({
      predicted_risk,
      orders: group.length,
      rto_orders: tally(group, isRto),
      precision_rate: rate(tally(group, isRto), group.length),
      recall_rate: rate(tally(group, isRto), back),
      share_of_orders: rate(group.length, judged.length),
      average_score: average(group.map(({ score }) => score)),
    }),
  );
}

export function pincodeRisk(source: Source): Fields[] {
  const placed = ordersOf(source).filter(isPlaced);
  const isCod = ({ paymentClass }: Order) => paymentClass === 'cod';
  const judged = placed.filter(isOld(source)).filter(({ isShipped }) => isShipped);
  const overall = rate(tally(judged, isRto), judged.length);
  return eachGroup(
    placed,
    ({ pincode }) => [pincode],
    ([pincode], group) => {
      const address = (order: Order) => order.row.shipping_address as Fields | null;
      const old = group.filter((order) => judged.includes(order));
      const back = tally(old, isRto);
      return {
        pincode,
        city: last(group.map((order) => address(order)?.city)),
        state: last(group.map((order) => address(order)?.state)),
        orders: group.length,
        cod_orders: tally(group, isCod),
        rupees: rupees(group, total),
        shipped_orders: tally(group, ({ isShipped }) => isShipped),
        mature_shipped_orders: old.length,
        mature_rto_orders: back,
        mature_cod_shipped_orders: tally(old, isCod),
        mature_cod_rto_orders: tally(old.filter(isCod), isRto),
        rto_rupees: rupees(group.filter(isRto), total),
        average_score: average(group.map(({ score }) => score)),
        cod_share: rate(tally(group, isCod), group.length),
        rto_rate: rate(back, old.length),
        cod_rto_rate: rate(tally(old.filter(isCod), isRto), tally(old, isCod)),
        weighed_rto_rate:
          overall === null ? null : (back + PRIOR_ORDERS * overall) / (old.length + PRIOR_ORDERS),
      };
    },
  );
}
