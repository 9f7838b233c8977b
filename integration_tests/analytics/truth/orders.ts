import { LEAST } from './checkouts.ts';
import { type Order, ordersOf } from './outcomes.ts';
import {
  ageDays,
  average,
  daysBetween,
  eachGroup,
  type Fields,
  indiaDate,
  last,
  merchantOf,
  rate,
  rupees,
  type Source,
  stampOf,
  tally,
  wilson,
} from './rows.ts';

const AGES = [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60];
/** `rto_maturity_days` */
const MATURE_DAYS = 30;
/** `pincode_prior_orders` */
const PRIOR_ORDERS = 20;

const isPlaced = ({ isPlaced }: Order) => isPlaced;
const isCod = ({ paymentClass }: Order) => paymentClass === 'cod';
const isOld = (source: Source) => (order: Order) =>
  ageDays(source, order.row.created_at) >= MATURE_DAYS;
const sum = (orders: readonly Order[], of: (order: Order) => number) =>
  orders.reduce((total, order) => total + of(order), 0);
const back = (order: Order) => order.back;
/** A sum of paise, in rupees. */
const money = (orders: readonly Order[], of: (order: Order) => number) => sum(orders, of) / 100;

export function paymentMixDaily(source: Source): Fields[] {
  const orders = ordersOf(source);
  return eachGroup(
    orders,
    ({ row, day, paymentClass }) => [merchantOf(row), day, paymentClass],
    ([merchant, india_date, payment_class], group) => {
      const placed = group.filter(isPlaced);
      const day = orders.filter(
        (order) => order.day === india_date && merchantOf(order.row) === merchant && order.isPlaced,
      );
      const picked = (name: string) => (order: Order) => order.picked.has(name);
      const outcomes = (name: string) => tally(group, ({ outcome }) => outcome === name);
      return {
        merchant,
        india_date,
        payment_class,
        orders: group.length,
        placed_orders: placed.length,
        failed_orders: outcomes('failed'),
        pending_orders: outcomes('pending'),
        cancelled_orders: tally(placed, ({ isCancelled }) => isCancelled),
        placed_rupees: money(group, (order) => order.placed),
        net_rupees: money(group, (order) => order.net),
        delivered_rupees: money(group, (order) => order.arrived),
        cod_charges_rupees: rupees(placed, ({ row }) => row.cod_charges),
        orders_with_cod_charges: tally(placed, ({ row }) => Number(row.cod_charges ?? 0) > 0),
        cod_to_prepaid: payment_class === 'prepaid' ? tally(placed, picked('cod')) : 0,
        prepaid_to_cod: payment_class === 'cod' ? tally(placed, picked('prepaid')) : 0,
        placed_orders_of_day: day.length,
        share_of_orders: rate(placed.length, day.length),
        share_of_rupees: rate(
          sum(group, (order) => order.placed),
          sum(day, (order) => order.placed),
        ),
      };
    },
  );
}

/** Placed orders by week and class, with what is the same at any age. */
function cohorts<R>(source: Source, make: (cohort: Cohort) => R): R[] {
  const today = indiaDate(stampOf(source.asOfMs));
  return eachGroup(
    ordersOf(source).filter(isPlaced),
    ({ week, paymentClass }) => [week, paymentClass],
    ([order_week = '', payment_class], orders) => {
      const shipped = tally(orders, ({ isShipped }) => isShipped);
      const unshipped = tally(orders, ({ isShipped, isCancelled }) => !isShipped && !isCancelled);
      // As old as its youngest order can be, which is of its Sunday.
      const age = daysBetween(today, order_week) - 6;
      const row = {
        order_week,
        payment_class,
        cohort_age_days: age,
        orders: orders.length,
        shipped_orders: shipped,
        unshipped_orders: unshipped,
        undated_rto_orders: sum(
          orders.filter(({ rtoMs }) => rtoMs === undefined),
          back,
        ),
        open_orders: sum(orders, ({ open }) => open),
        is_mature: age >= MATURE_DAYS,
      };
      return make({ orders, row, all: shipped + unshipped });
    },
  );
}

interface Cohort {
  readonly orders: readonly Order[];
  readonly all: number;
  readonly row: Fields & {
    readonly cohort_age_days: number;
    readonly shipped_orders: number;
    readonly undated_rto_orders: number;
    readonly open_orders: number;
    readonly is_mature: boolean;
  };
}

export function rtoByWeek(source: Source): Fields[] {
  return cohorts(source, ({ orders, row, all }) => {
    const rto = sum(orders, back);
    return {
      ...row,
      rto_orders: rto,
      partly_rto_orders: tally(orders, ({ outcome }) => outcome === 'partly_rto'),
      delivered_orders: sum(orders, ({ delivered }) => delivered),
      rto_rupees: Math.round(sum(orders, (order) => order.placed * order.back)) / 100,
      rto_rate: row.is_mature ? rate(rto, row.shipped_orders) : null,
      rto_rate_at_least: rate(rto, all),
      rto_rate_at_most: rate(rto + row.open_orders, all),
    };
  });
}

export function rtoByAge(source: Source): Fields[] {
  return cohorts(source, ({ orders, row, all }) =>
    AGES.map((age_days) => {
      const dated = orders.filter(
        ({ rtoMs, day }) =>
          rtoMs !== undefined && daysBetween(indiaDate(stampOf(rtoMs)), day) <= age_days,
      );
      const rto = sum(dated, back);
      const reached = row.cohort_age_days >= age_days;
      return {
        ...row,
        age_days,
        rto_orders: rto,
        has_reached_age: reached,
        rto_rate: row.is_mature && reached ? rate(rto, row.shipped_orders) : null,
        rto_rate_at_least: rate(rto, all),
        rto_rate_at_most: rate(rto + row.undated_rto_orders + row.open_orders, all),
      };
    }),
  ).flat();
}

const isTreated = ({ action }: Order) => !['none', 'not given'].includes(action);

export function predictionQuality(source: Source): Fields[] {
  const judged = ordersOf(source)
    .filter((order) => order.isPlaced && isCod(order))
    .filter(({ outcome }) => ['rto', 'partly_rto', 'delivered'].includes(outcome))
    .filter(isOld(source));
  return eachGroup(
    judged,
    (order) => [order.risk, String(isTreated(order))],
    ([predicted_risk, treated], group) => {
      const like = judged.filter((order) => String(isTreated(order)) === treated);
      const rto = sum(group, back);
      const precision = wilson(rto, group.length);
      return {
        predicted_risk,
        is_treated: treated === 'true',
        orders: group.length,
        rto_orders: rto,
        precision_rate: precision?.share ?? null,
        precision_low: precision?.low ?? null,
        precision_high: precision?.high ?? null,
        recall_rate: rate(rto, sum(like, back)),
        share_of_orders: rate(group.length, like.length),
        average_score: average(group.map(({ score }) => score)),
        has_enough_cases: group.length >= LEAST,
      };
    },
  );
}

export function nudges(source: Source): Fields[] {
  const orders = ordersOf(source).filter((order) => order.isPlaced && order.isRated);
  const groupOf = (order: Order) =>
    order.risk === 'Control' && !isTreated(order) ? 'control' : order.action;
  const judge = (action: string) => {
    const group = orders.filter((order) => groupOf(order) === action);
    const paid = tally(group, ({ paymentClass }) => paymentClass === 'prepaid');
    return { count: group.length, paid, bounds: wilson(paid, group.length) };
  };
  const against = (own: ReturnType<typeof judge>, other: ReturnType<typeof judge> | undefined) => {
    const [a, b] = [own.bounds, other?.bounds];
    if (a === undefined || b === undefined) return undefined;
    return {
      difference: a.share - b.share,
      low: a.share - b.share - Math.hypot(a.share - a.low, b.high - b.share),
      high: a.share - b.share + Math.hypot(a.high - a.share, b.share - b.low),
    };
  };
  return [...new Set(orders.map(groupOf))].map((action) => {
    const own = judge(action);
    const none = action === 'none' ? undefined : judge('none');
    const control = action === 'control' ? undefined : judge('control');
    const [toNone, toControl] = [against(own, none), against(own, control)];
    const enough = action !== 'cod_blocked' && own.count >= LEAST && (control?.count ?? 0) >= LEAST;
    return {
      action,
      orders: own.count,
      paid_prepaid: own.paid,
      prepaid_rate: own.bounds?.share ?? null,
      prepaid_rate_at_least: own.bounds?.low ?? null,
      prepaid_rate_at_most: own.bounds?.high ?? null,
      none_orders: none?.count || null,
      none_rate: none?.bounds?.share ?? null,
      difference_to_none: toNone?.difference ?? null,
      difference_to_none_low: toNone?.low ?? null,
      difference_to_none_high: toNone?.high ?? null,
      control_orders: control?.count || null,
      control_rate: control?.bounds?.share ?? null,
      difference_to_control: toControl?.difference ?? null,
      difference_to_control_low: toControl?.low ?? null,
      difference_to_control_high: toControl?.high ?? null,
      is_conclusive: enough && toControl !== undefined && (toControl.low > 0 || toControl.high < 0),
    };
  });
}

export function pincodeRisk(source: Source): Fields[] {
  const placed = ordersOf(source).filter(isPlaced);
  const judged = placed
    .filter(isOld(source))
    .filter(isCod)
    .filter(({ isShipped }) => isShipped);
  const overall = rate(sum(judged, back), judged.length);
  const rows = eachGroup(
    placed,
    ({ pincode }) => [pincode],
    ([pincode = ''], group) => {
      const address = (order: Order) => order.row.shipping_address as Fields | null;
      const old = group.filter((order) => judged.includes(order));
      const rto = sum(old, back);
      const bounds = wilson(rto, old.length);
      return {
        pincode,
        city: last(group.map((order) => address(order)?.city)),
        state: last(group.map((order) => address(order)?.state)),
        orders: group.length,
        cod_orders: tally(group, isCod),
        placed_rupees: money(group, (order) => order.placed),
        shipped_orders: tally(group, ({ isShipped }) => isShipped),
        rto_orders: sum(group, back),
        mature_cod_shipped_orders: old.length,
        mature_cod_rto_orders: rto,
        rto_rupees: Math.round(sum(group, (order) => order.placed * order.back)) / 100,
        average_score: average(group.map(({ score }) => score)),
        cod_share: rate(tally(group, isCod), group.length),
        cod_rto_rate: bounds?.share ?? null,
        cod_rto_rate_at_least: bounds?.low ?? null,
        cod_rto_rate_at_most: bounds?.high ?? null,
        weighed_cod_rto_rate:
          overall === null ? null : (rto + PRIOR_ORDERS * overall) / (old.length + PRIOR_ORDERS),
        has_enough_cases: old.length >= LEAST && pincode !== 'not given',
      };
    },
  );
  const ranked = rows
    .filter(({ has_enough_cases }) => has_enough_cases)
    .sort(
      (a, b) =>
        Number(b.cod_rto_rate_at_least) - Number(a.cod_rto_rate_at_least) ||
        Number(b.cod_rto_rate) - Number(a.cod_rto_rate) ||
        (a.pincode < b.pincode ? -1 : 1),
    );
  return rows.map((row) => ({ ...row, rank: ranked.indexOf(row) + 1 || null }));
}

/** `gokwik_forward_shipping_rupees`, `gokwik_return_shipping_rupees`: nobody has said yet. */
const [FORWARD, RETURN] = [0, 0];

export function codCosts(source: Source): Fields[] {
  return eachGroup(
    ordersOf(source)
      .filter(({ isShipped }) => isShipped)
      .filter(isOld(source)),
    ({ paymentClass }) => [paymentClass],
    ([payment_class], group) => {
      const rto = sum(group, back);
      const fees =
        Math.round(
          sum(group, ({ row, delivered }) => Number(row.cod_charges ?? 0) * delivered * 100),
        ) / 100;
      return {
        payment_class,
        shipped_orders: group.length,
        rto_orders: rto,
        delivered_orders: sum(group, ({ delivered }) => delivered),
        delivered_rupees: money(group, (order) => order.arrived),
        rto_rate: rate(rto, group.length),
        forward_shipping_rupees: rto * FORWARD,
        return_shipping_rupees: rto * RETURN,
        cod_fees_rupees: fees,
        cost_rupees: rto * (FORWARD + RETURN) - fees,
      };
    },
  );
}
