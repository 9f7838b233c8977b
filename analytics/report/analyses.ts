import { bandsOf, type Grain, grainOf, type Period } from './calendar.ts';
import type { Query } from './database.ts';

/** The analyses as plain numbers, read once: the terminal and the page show the same ones. */
export type Analyses = Awaited<ReturnType<typeof readAnalyses>>;
export type FunnelStep = Analyses['funnel'][number];
export type SalesBand = Analyses['sales'][number];
export type Cut = Analyses['cuts'][number];
export type MixBand = Analyses['mixByBand'][number];
export type RtoBand = Analyses['rto'][number];
export type CohortCell = Analyses['cohorts'][number];
export type PrefillSlice = Analyses['prefill'][number];
export type Recovery = Analyses['recoveries'][number];

/** Drivers give 64-bit integers and decimals as text, and moments in forms of their own. */
const text = (value: unknown) => String(value ?? '');
const count = (value: unknown) => Number(value ?? 0);
const rate = (value: unknown) => (value === null || value === undefined ? null : Number(value));
const flag = (value: unknown) => value === true || value === 'true' || value === 't';
const day = (value: unknown) => text(value).slice(0, 10);

/** What a query's columns are read as; `leftHere` is the column `left_here`. */
type Fields = Readonly<Record<string, (value: unknown) => unknown>>;
type RowOf<F extends Fields> = { readonly [K in keyof F]: ReturnType<F[K]> };
const columnOf = (field: string) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The page lists the dearest, its CSV so many; the mart has them all. */
export const MOST_CLAIMS = 1000;

/** Of each dimension: a shop may have a hundred thousand SKUs. */
const MOST_VALUES = 1000;

/** Runs SQL with `{m}` for what stands before a mart's name and `{s}` before any model's. */
type Read = <F extends Fields>(fields: F, sql: string) => Promise<RowOf<F>[]>;

export interface Models {
  /** What stands before the name of each; default `analytics.` */
  readonly place?: string;
  /** The days that were asked for. Default: all that there are. */
  readonly period?: Period;
}

export async function readAnalyses(query: Query, models: Models = {}) {
  const { place = 'analytics.' } = models;
  const read: Read = async (fields, sql) => {
    const rows = await query(sql.replaceAll('{m}', `${place}gokwik__`).replaceAll('{s}', place));
    const entries = Object.entries(fields).map(([name, as]) => [name, columnOf(name), as] as const);
    return rows.map(
      (row) =>
        Object.fromEntries(entries.map(([name, column, as]) => [name, as(row[column])])) as RowOf<
          typeof fields
        >,
    );
  };

  const [overview] = await read(
    {
      asOf: (value) => text(value).replace('T', ' '),
      firstDay: day,
      lastDay: day,
      checkouts: count,
      orders: count,
      rupees: count,
      netRupees: count,
      deliveredRupees: count,
      carts: count,
    },
    `select moment.as_of, checkout.checkouts, placed.*, cart.carts,
       least(told.first_told_day, placed.first_order_day, cart.first_cart_day) as first_day,
       -- A stamp of next year makes no axis longer.
       least(greatest(told.last_told_day, placed.last_order_day, cart.last_cart_day), moment.as_of_date) as last_day
     from {s}int_gokwik__as_of as moment
     cross join (select count(*) as checkouts from {m}checkouts) as checkout
     cross join (select min(india_date) as first_told_day, max(india_date) as last_told_day
       from {m}funnel_report) as told
     cross join (select count(*) as orders, min(india_date) as first_order_day, max(india_date) as last_order_day,
       sum(placed_rupees) as rupees, sum(net_rupees) as net_rupees, sum(delivered_rupees) as delivered_rupees
       from {m}orders where is_placed) as placed
     cross join (select count(*) as carts, min(india_date) as first_cart_day, max(india_date) as last_cart_day
       from {m}abandoned_carts) as cart`,
  );
  if (overview === undefined) throw new Error('the models hold no overview row');
  const found = overview.firstDay === '' ? null : { from: overview.firstDay, to: overview.lastDay };
  const period = models.period ?? found;
  const grain: Grain = period === null ? 'week' : grainOf(period);
  const time = { period, grain, bands: period === null ? [] : bandsOf(period, grain) };
  return {
    overview,
    time,
    merchants: await readMerchants(query, place),
    ...(await readSales(read, grain)),
    ...(await readCheckouts(read, overview.checkouts > 0)),
    ...(await readOrders(read, grain)),
    ...(await readRto(read, grain)),
    ...(await readCarts(read, grain)),
    ...(await readMoney(read)),
  };
}

/** Whose rows there are. */
export async function readMerchants(query: Query, place: string): Promise<string[]> {
  const marts = ['daily_sales', 'funnel_report', 'abandoned_carts', 'settlement_reconciliation'];
  const each = marts.map((mart) => `select merchant from ${place}gokwik__${mart}`);
  const rows = await query(`${each.join(' union ')} order by merchant`);
  return rows.map(({ merchant }) => text(merchant));
}

/** What was sold, by time and by all that an owner cuts it by. */
async function readSales(read: Read, grain: Grain) {
  const sales = await read(
    {
      band: day,
      orders: count,
      units: count,
      mrpRupees: count,
      discountRupees: count,
      placedRupees: count,
      netRupees: count,
      deliveredRupees: count,
      aov: rate,
      codOrders: count,
      couponOrders: count,
      newOrders: count,
      returningOrders: count,
    },
    `select cast(date_trunc('${grain}', india_date) as date) as band, sum(orders) as orders,
       sum(units) as units, sum(mrp_rupees) as mrp_rupees, sum(discount_rupees) as discount_rupees,
       sum(placed_rupees) as placed_rupees, sum(net_rupees) as net_rupees,
       sum(delivered_rupees) as delivered_rupees, sum(placed_rupees) / nullif(sum(orders), 0.0) as aov,
       sum(cod_orders) as cod_orders, sum(coupon_orders) as coupon_orders,
       sum(new_orders) as new_orders, sum(returning_orders) as returning_orders
     from {m}daily_sales group by 1 order by 1`,
  );
  const cuts = await read(
    {
      dimension: text,
      value: text,
      orders: count,
      placedRupees: count,
      netRupees: count,
      /** Of orders that are old enough, as the two below; no rate of a few. */
      shipped: count,
      rto: count,
      rtoRate: rate,
      attempts: rate,
      successes: rate,
      successRate: rate,
    },
    `select cut.*, case when is_enough = 1 then rto / nullif(shipped, 0.0) end as rto_rate,
       successes / nullif(attempts, 0.0) as success_rate
     from (
       select dimension, value, sum(orders) as orders, sum(placed_rupees) as placed_rupees,
         sum(net_rupees) as net_rupees, sum(mature_shipped_orders) as shipped,
         sum(mature_rto_orders) as rto,
         max(case when has_enough_cases then 1 else 0 end) as is_enough, sum(attempts) as attempts, sum(successes) as successes,
         row_number() over (partition by dimension order by sum(net_rupees) desc, value) as place
       from {m}breakdown group by dimension, value) as cut
     where place <= ${MOST_VALUES} order by dimension, net_rupees desc, value`,
  );
  return { sales, cuts };
}

/** Where there are no checkouts, what GoKwik mails stands in for them. */
const MAILED_FUNNEL = `select told.*,
    reached - coalesce(lead(reached) over (order by step_number), reached) as left_here,
    reached / nullif(lag(reached) over (order by step_number) + 0.0, 0.0) as step_conversion,
    reached / nullif(first_value(reached) over (order by step_number) + 0.0, 0.0) as overall_conversion
  from (select step_number, step, sum(reached) as reached from {m}funnel_report
    group by step_number, step) as told order by step_number`;

/** Every step of a checkout, and what an offered address does. */
async function readCheckouts(read: Read, hasCheckouts: boolean) {
  const funnel = await read(
    {
      step: text,
      reached: count,
      leftHere: count,
      stepConversion: rate,
      overallConversion: rate,
      medianSeconds: rate,
      timedCheckouts: count,
    },
    hasCheckouts ? 'select * from {m}checkout_funnel order by step_number' : MAILED_FUNNEL,
  );
  const visitorsBy = (by: string) =>
    read(
      { visitor: text, checkouts: count, conversion: rate },
      `select '${by}: ' || ${by} as visitor, count(*) as checkouts,
         avg(case when is_converted then 1.0 else 0.0 end) as conversion
       from {m}checkouts group by ${by} order by count(*) desc, ${by} limit 8`,
    );
  const visitors = [
    ...(await visitorsBy('device')),
    ...(await visitorsBy('source')),
    ...(await visitorsBy('shopper')),
  ];
  const prefill = await read(
    {
      slice: text,
      sliceValue: text,
      cases: count,
      conversionRate: rate,
      conversionDifference: rate,
      differenceLow: rate,
      differenceHigh: rate,
      isConclusive: flag,
      medianSeconds: rate,
      timedCases: count,
    },
    'select * from {m}prefill_effect order by slice, cases desc, slice_value',
  );
  return { funnel, visitors, prefill };
}

/** How orders are paid, and what was done to have them paid otherwise. */
async function readOrders(read: Read, grain: Grain) {
  const mix = await read(
    {
      paymentClass: text,
      orders: count,
      share: rate,
      rupees: count,
      codCharges: count,
      /** Over orders that are old enough; null when none is. */
      rtoRate: rate,
      shipped: count,
      rto: count,
    },
    `select mix.*, cohort.shipped, cohort.rto, cohort.rto / nullif(cohort.shipped, 0.0) as rto_rate from (
       select payment_class, sum(placed_orders) as orders, sum(placed_rupees) as rupees,
         sum(cod_charges_rupees) as cod_charges,
         sum(placed_orders) / nullif(sum(sum(placed_orders)) over (), 0.0) as share
       from {m}payment_mix_daily group by payment_class) as mix
     left join (
       select payment_class, sum(shipped_orders) as shipped, sum(rto_orders) as rto
       from {m}rto_by_week where is_mature group by payment_class
     ) as cohort on cohort.payment_class = mix.payment_class
     where mix.orders > 0 order by mix.orders desc, mix.payment_class`,
  );
  const mixByBand = await read(
    { band: day, paymentClass: text, orders: count, share: count },
    `select cast(date_trunc('${grain}', india_date) as date) as band, payment_class,
       sum(placed_orders) as orders,
       sum(placed_orders) / nullif(sum(sum(placed_orders)) over (partition by date_trunc('${grain}', india_date)), 0.0) as share
     from {m}payment_mix_daily where placed_orders > 0
     group by date_trunc('${grain}', india_date), payment_class order by 1, 2`,
  );
  const [switches] = await read(
    { codToPrepaid: count, prepaidToCod: count },
    'select sum(cod_to_prepaid) as cod_to_prepaid, sum(prepaid_to_cod) as prepaid_to_cod from {m}payment_mix_daily',
  );
  const nudges = await read(
    {
      action: text,
      orders: count,
      paidPrepaid: count,
      prepaidRate: rate,
      differenceToNone: rate,
      differenceToControl: rate,
      differenceToControlLow: rate,
      differenceToControlHigh: rate,
      isConclusive: flag,
    },
    'select * from {m}nudges order by orders desc, action',
  );
  return { mix, mixByBand, switches: switches ?? { codToPrepaid: 0, prepaidToCod: 0 }, nudges };
}

/** What comes back, by the week of the order; in a long history by the month in which the week began. */
async function readRto(read: Read, grain: Grain) {
  const rtoGrain: Grain = grain === 'month' ? 'month' : 'week';
  const band = `cast(date_trunc('${rtoGrain}', order_week) as date)`;
  const rto = await read(
    {
      paymentClass: text,
      band: day,
      shipped: count,
      rto: count,
      undated: count,
      open: count,
      rate: rate,
      atLeast: rate,
      atMost: rate,
      isMature: flag,
    },
    `select bands.*, case when is_mature then rto / nullif(shipped, 0.0) end as rate,
       rto / nullif(sent + 0.0, 0.0) as at_least, (rto + open) / nullif(sent + 0.0, 0.0) as at_most
     from (
       select payment_class, ${band} as band, sum(shipped_orders) as shipped, sum(rto_orders) as rto,
         sum(undated_rto_orders) as undated, sum(open_orders) as open,
         sum(shipped_orders + unshipped_orders) as sent,
         min(case when is_mature then 1 else 0 end) = 1 as is_mature
       from {m}rto_by_week group by payment_class, ${band}) as bands
     order by payment_class, band`,
  );
  /** All orders of a band at an age; null before the last of them has reached it. */
  const cohorts = await read(
    {
      paymentClass: text,
      band: day,
      ageDays: count,
      shipped: count,
      rto: count,
      rate: rate,
      isMature: flag,
    },
    `select payment_class, ${band} as band, age_days, sum(shipped_orders) as shipped, sum(rto_orders) as rto,
       case when min(case when has_reached_age then 1 else 0 end) = 1
         then sum(rto_orders) / nullif(sum(shipped_orders), 0.0) end as rate,
       min(case when is_mature then 1 else 0 end) = 1 as is_mature
     from {m}rto_by_age group by payment_class, ${band}, age_days order by payment_class, band, age_days`,
  );
  const flags = await read(
    {
      predictedRisk: text,
      isTreated: flag,
      orders: count,
      rtoOrders: count,
      precisionRate: rate,
      recallRate: rate,
    },
    `select * from {m}rto_prediction_quality
     order by is_treated, precision_rate desc, predicted_risk`,
  );
  const pincodes = await read(
    {
      pincode: text,
      city: text,
      rank: count,
      matureCodShippedOrders: count,
      matureCodRtoOrders: count,
      codRtoRate: rate,
      codRtoRateAtLeast: rate,
    },
    'select * from {m}pincode_risk where rank <= 100 order by rank',
  );
  return { rtoGrain, rto, cohorts, flags, pincodes };
}

/** What happens instead of an order. */
async function readCarts(read: Read, grain: Grain) {
  const stages = await read(
    {
      stage: text,
      carts: count,
      value: count,
      recovered: count,
      recoveredRupees: count,
      cancelledAfter: count,
      aov: rate,
      rate: rate,
      medianHours: rate,
    },
    `select stage, count(*) as carts, sum(coalesce(value_rupees, 0)) as value,
       sum(case when is_recovered then 1 else 0 end) as recovered,
       sum(coalesce(recovered_rupees, 0)) as recovered_rupees,
       sum(case when is_cancelled_after then 1 else 0 end) as cancelled_after,
       avg(recovered_rupees) as aov,
       case when (select count(*) from {m}orders) > 0 then avg(case when is_recovered then 1.0 else 0.0 end) end as rate,
       percentile_cont(0.5) within group (order by hours_to_recovery) as median_hours
     from {m}abandoned_carts group by stage order by count(*) desc, stage`,
  );
  const reasons = await read(
    { reason: text, carts: count, shareOfCarts: rate },
    'select * from {m}abandonment_reasons order by carts desc, reason',
  );
  const recoveries = await read(
    { band: day, carts: count, recovered: count, rate: rate, isMature: flag },
    `select cast(date_trunc('${grain}', india_date) as date) as band, sum(carts) as carts,
       sum(recovered_carts) as recovered,
       case when (select count(*) from {m}orders) > 0 then sum(recovered_carts) / nullif(sum(carts), 0.0) end as rate,
       min(case when is_mature then 1 else 0 end) = 1 as is_mature
     from {m}abandonment group by 1 order by 1`,
  );
  return { stages, reasons, recoveries };
}

/** Whether the money adds up, with the ids that GoKwik asks for. */
async function readMoney(read: Read) {
  const findings = await read(
    { finding: text, payments: count, rupees: count },
    `select finding, count(*) as payments, sum(rupees) as rupees
     from {m}settlement_findings group by finding order by sum(rupees) desc, finding`,
  );
  const claims = await read(
    { finding: text, paymentId: text, orderKey: text, rupees: count },
    `select * from {m}settlement_findings order by rupees desc, reconciliation_key, finding
     limit ${MOST_CLAIMS}`,
  );
  const [checked] = await read(
    { payments: count },
    'select count(*) as payments from {m}settlement_reconciliation where finding is not null',
  );
  const unchecked = await read(
    { notChecked: text },
    `select distinct not_checked from {m}settlement_reconciliation
     where not_checked is not null order by not_checked`,
  );
  return {
    findings,
    claims,
    checkedPayments: checked?.payments ?? 0,
    unchecked: unchecked.map(({ notChecked }) => notChecked),
  };
}
