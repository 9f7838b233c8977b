import { PLACES } from '../../../simulator/src/world/catalogue.ts';
import { LEAST } from './checkouts.ts';
import { type Order, ordersOf, paise, shopper } from './outcomes.ts';
import {
  ageDays,
  eachGroup,
  type Fields,
  given,
  groupBy,
  merchantOf,
  perSource,
  rate,
  rupees,
  type Source,
  tally,
  textOf,
  wilson,
} from './rows.ts';
import { isMoney } from './words.ts';

/** `rto_maturity_days` */
const MATURE_DAYS = 30;

interface Line {
  readonly product: string;
  readonly sku: string;
  readonly units: number;
  /** Paise at list price; undefined where nobody knows. */
  readonly list: number | undefined;
  readonly paid: number;
}

/** What was bought, line by line; of an order of an export only the names. */
const linesOf = perSource((source) => {
  const items = groupBy(source.rows('order_items'), (row) => textOf(row.request_id));
  return new Map(
    ordersOf(source)
      .filter(({ isPlaced }) => isPlaced)
      .map((order): [Order, Line[]] => {
        const own = items.get(textOf(order.row.request_id)) ?? [];
        const lines = [...own]
          .sort((a, b) => Number(a.position) - Number(b.position))
          .map((item) => ({
            product: given(item.name),
            sku: given(item.sku),
            units: Number(item.quantity),
            list: paise(item.price) * Number(item.quantity),
            paid: paise(item.total),
          }));
        if (lines.length > 0) return [order, lines];
        const names = order.row.product_name ? textOf(order.row.product_name).split(' | ') : [];
        const named = names
          .sort()
          .map((name) => ({ product: name, sku: 'not given', units: 1, list: undefined, paid: 0 }));
        const nothing = {
          product: 'not given',
          sku: 'not given',
          units: 0,
          list: undefined,
          paid: 0,
        };
        return [order, named.length > 0 ? named : [nothing]];
      }),
  );
});

function listPaise(order: Order, lines: readonly Line[]): number | undefined {
  if ((order.row.mrp_total ?? null) !== null) return paise(order.row.mrp_total);
  const known = lines.flatMap(({ list }) => (list === undefined ? [] : [list]));
  return known.length === lines.length ? known.reduce((sum, one) => sum + one, 0) : undefined;
}

const total = (amounts: readonly number[]) => amounts.reduce((sum, one) => sum + one, 0);

export function dailySales(source: Source): Fields[] {
  const lines = linesOf(source);
  return eachGroup(
    [...lines.keys()],
    (order) => [merchantOf(order.row), order.day],
    ([name, india_date], orders) => {
      const listed = orders.flatMap((order) => {
        const list = listPaise(order, lines.get(order) ?? []);
        return list === undefined ? [] : [{ order, list }];
      });
      const mrp = total(listed.map(({ list }) => list));
      const cod = tally(orders, ({ paymentClass }) => paymentClass === 'cod');
      const coupons = tally(orders, ({ row }) => given(row.promo_code) !== 'not given');
      const placed = total(orders.map((order) => order.placed)) / 100;
      const known = listed.map(({ order }) => order);
      return {
        merchant: name,
        india_date,
        orders: orders.length,
        units: total(orders.flatMap((order) => (lines.get(order) ?? []).map(({ units }) => units))),
        mrp_rupees: mrp / 100,
        discount_rupees: rupees(orders, ({ row }) => row.total_discount),
        discount_rate: rate(
          rupees(known, ({ row }) => row.total_discount),
          mrp / 100,
        ),
        coupon_orders: coupons,
        placed_rupees: placed,
        net_rupees: total(orders.map((order) => order.net)) / 100,
        delivered_rupees: total(orders.map((order) => order.arrived)) / 100,
        cod_orders: cod,
        new_orders: tally(orders, ({ row }) => shopper(row) === 'new'),
        returning_orders: tally(orders, ({ row }) => shopper(row) === 'returning'),
        aov_rupees: rate(placed, orders.length),
        cod_share: rate(cod, orders.length),
        coupon_share: rate(coupons, orders.length),
      };
    },
  );
}

/** A part of an order that counts under one value; amounts in paise. */
interface Part {
  readonly order: Order;
  readonly value: string;
  readonly units: number | undefined;
  readonly placed: number;
  readonly net: number;
  readonly arrived: number;
  readonly back: number;
}

const whole = (order: Order, value: string): Part => ({
  order,
  value,
  units: undefined,
  placed: order.placed,
  net: order.net,
  arrived: order.arrived,
  back: order.back,
});

/** An amount cut by weights, each cut rounded to the paisa, so that the pieces add up. */
function cut(amount: number, weights: readonly number[]): number[] {
  const some = total(weights) > 0 ? weights : weights.map(() => 1);
  let until = 0;
  let given = 0;
  return some.map((weight) => {
    until += weight;
    const piece = Math.round((amount * until) / total(some)) - given;
    given += piece;
    return piece;
  });
}

/** One part a value of the lines, with the rupees of all its lines. */
function byLine(order: Order, lines: readonly Line[], pick: (line: Line) => string): Part[] {
  const weights = lines.map(({ paid }) => paid);
  const pieces = [order.placed, order.net, order.arrived].map((amount) => cut(amount, weights));
  const values = [...new Set(lines.map(pick))];
  return values.map((value) => {
    const own = lines.flatMap((line, at) => (pick(line) === value ? [at] : []));
    const [placed = 0, net = 0, arrived = 0] = pieces.map((all) =>
      total(own.map((at) => all[at] ?? 0)),
    );
    const units = total(own.map((at) => lines[at]?.units ?? 0));
    const isNobodys = value === 'not given' && own.every((at) => lines[at]?.units === 0);
    return {
      order,
      value,
      units: isNobodys ? undefined : units,
      placed,
      net,
      arrived,
      back: order.back,
    };
  });
}

const METHOD_PREFIX = /^gokwik /;
const method = (value: unknown) => given(textOf(value).toLowerCase().replace(METHOD_PREFIX, ''));

const TIER_1 = [
  'Mumbai',
  'Pune',
  'Bengaluru',
  'New Delhi',
  'Chennai',
  'Hyderabad',
  'Kolkata',
  'Ahmedabad',
];
/** Of the simulator's places these alone are neither metros nor on the government's list. */
const TIER_3 = ['823'];

function tier(order: Order): string {
  if (order.pincode === 'not given') return 'not given';
  const pins = PLACES.find(({ pins }) => order.pincode.startsWith(pins));
  if (pins === undefined) return 'not given';
  if (TIER_1.includes(pins.city)) return 'tier 1';
  return TIER_3.includes(pins.pins) ? 'tier 3' : 'tier 2';
}

export function breakdown(source: Source): Fields[] {
  const lines = linesOf(source);
  const orders = [...lines.keys()];
  const couriers = groupBy(source.rows('shipments'), (row) => textOf(row.order_id));
  const address = (order: Order) => order.row.shipping_address as Fields | null;
  const one = (pick: (order: Order) => string) => orders.map((o) => whole(o, pick(o)));
  const dimensions: Record<string, Part[]> = {
    product: orders.flatMap((o) => byLine(o, lines.get(o) ?? [], ({ product }) => product)),
    sku: orders.flatMap((o) => byLine(o, lines.get(o) ?? [], ({ sku }) => sku)),
    coupon: one(({ row }) => given(row.promo_code)),
    campaign: one(({ row }) => given(row.utm_campaign)),
    city: one((o) => given(address(o)?.city)),
    state: one((o) => given(address(o)?.state)),
    pincode_tier: one(tier),
    payment_method: one(({ row }) => method(row.payment_method)),
    customer_type: one(({ row }) => shopper(row)),
    // A simulated order goes with one courier.
    courier: one(({ row }) => given(couriers.get(textOf(row.moid))?.[0]?.courier_name)),
  };
  const tries = eachGroup(
    // Cash is not tried, and where nothing is said nothing failed.
    source
      .rows('payments')
      .filter((row) => method(row.method) !== 'cod' && given(row.status) !== 'not given'),
    (row) => [merchantOf(row), method(row.method)],
    (keys, group) => ({
      keys: JSON.stringify(keys),
      attempts: group.length,
      successes: tally(group, ({ status }) => isMoney(status)),
    }),
  );
  return Object.entries(dimensions).flatMap(([dimension, parts]) => {
    const rows = eachGroup(
      parts,
      ({ order, value }) => [merchantOf(order.row), value],
      (keys, group) => describe(dimension, keys, group, tries),
    );
    if (dimension !== 'payment_method') return rows;
    const known = new Set(rows.map((row) => JSON.stringify([row.merchant, row.value])));
    const more = tries.filter(({ keys }) => !known.has(keys));
    return [
      ...rows,
      ...more.map(({ keys }) => describe(dimension, JSON.parse(keys) as string[], [], tries)),
    ];
  });

  function describe(
    dimension: string,
    keys: readonly string[],
    group: readonly Part[],
    tries: readonly { keys: string; attempts: number; successes: number }[],
  ): Fields {
    const shipped = group.filter(({ order }) => order.isShipped);
    const old = group.filter(({ order }) => ageDays(source, order.row.created_at) >= MATURE_DAYS);
    const oldShipped = tally(old, ({ order }) => order.isShipped);
    const oldBack = total(old.map(({ back }) => back));
    const bounds = wilson(oldBack, oldShipped);
    const tried =
      dimension === 'payment_method'
        ? tries.find((one) => one.keys === JSON.stringify(keys))
        : undefined;
    const placed = total(group.map((part) => part.placed)) / 100;
    const counted = group.flatMap(({ units }) => (units === undefined ? [] : [units]));
    return {
      merchant: keys[0],
      dimension,
      value: keys[1],
      orders: group.length,
      units: counted.length > 0 ? total(counted) : null,
      placed_rupees: placed,
      net_rupees: total(group.map((part) => part.net)) / 100,
      delivered_rupees: total(group.map((part) => part.arrived)) / 100,
      shipped_orders: shipped.length,
      rto_orders: total(group.map(({ back }) => back)),
      mature_shipped_orders: oldShipped,
      mature_rto_orders: oldBack,
      attempts: tried?.attempts ?? null,
      successes: tried?.successes ?? null,
      aov_rupees: rate(placed, group.length),
      rto_rate: bounds?.share ?? null,
      rto_rate_at_least: bounds?.low ?? null,
      rto_rate_at_most: bounds?.high ?? null,
      has_enough_cases: oldShipped >= LEAST,
      success_rate: tried === undefined ? null : rate(tried.successes, tried.attempts),
    };
  }
}
