import type { Query } from './database.ts';

/** The four analyses as plain numbers, read once: the terminal and the page show the same ones. */
export interface Analyses {
  readonly overview: Overview;
  readonly funnel: readonly FunnelStep[];
  readonly visitors: readonly Visitors[];
  readonly mix: readonly ClassTotal[];
  readonly mixByWeek: readonly WeekShare[];
  readonly switches: Switches;
  readonly nudges: readonly Nudge[];
  readonly weeks: readonly RtoWeek[];
  readonly cohorts: readonly CohortCell[];
  readonly flags: readonly Flag[];
  readonly prefill: readonly PrefillSlice[];
  readonly stages: readonly Stage[];
  readonly reasons: readonly Reason[];
  readonly recoveries: readonly WeekRecovery[];
  readonly pincodes: readonly Pincode[];
  readonly findings: readonly Finding[];
  readonly claims: readonly Claim[];
  readonly unchecked: readonly string[];
}

interface Overview {
  readonly asOf: string;
  readonly from: string;
  readonly to: string;
  readonly checkouts: number;
  readonly converted: number;
  readonly orders: number;
  readonly rupees: number;
  readonly netRupees: number;
  readonly deliveredRupees: number;
  readonly carts: number;
}

export interface FunnelStep {
  readonly step: string;
  readonly reached: number;
  readonly leftHere: number;
  readonly stepConversion: number | null;
  readonly overallConversion: number | null;
  readonly medianSeconds: number | null;
  readonly timed: number;
}

interface Visitors {
  readonly by: 'device' | 'source' | 'shopper';
  readonly value: string;
  readonly checkouts: number;
  readonly conversion: number | null;
}

interface ClassTotal {
  readonly paymentClass: string;
  readonly orders: number;
  readonly share: number | null;
  readonly rupees: number;
  readonly codCharges: number;
  /** Over orders that are old enough; null when none is. */
  readonly rtoRate: number | null;
  readonly matureShipped: number;
}

export interface WeekShare {
  readonly week: string;
  readonly paymentClass: string;
  readonly orders: number;
  readonly share: number;
}

interface Switches {
  readonly codToPrepaid: number;
  readonly prepaidToCod: number;
}

interface Nudge {
  readonly action: string;
  readonly orders: number;
  readonly prepaid: number;
  readonly rate: number | null;
  readonly toNone: number | null;
  readonly toControl: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly isConclusive: boolean;
}

/** All orders of a week, to date: each counts once. */
export interface RtoWeek {
  readonly paymentClass: string;
  readonly week: string;
  readonly shipped: number;
  readonly rto: number;
  readonly undated: number;
  readonly open: number;
  readonly rate: number | null;
  readonly atLeast: number | null;
  readonly atMost: number | null;
  readonly isMature: boolean;
}

export interface CohortCell {
  readonly paymentClass: string;
  readonly week: string;
  readonly ageDays: number;
  readonly shipped: number;
  readonly rto: number;
  readonly rate: number | null;
  readonly isMature: boolean;
}

interface Flag {
  readonly flag: string;
  readonly isTreated: boolean;
  readonly orders: number;
  readonly rto: number;
  readonly precision: number | null;
  readonly recall: number | null;
}

export interface PrefillSlice {
  readonly slice: string;
  readonly value: string;
  readonly cases: number;
  readonly conversion: number | null;
  readonly difference: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly isConclusive: boolean;
  readonly medianSeconds: number | null;
  readonly timed: number;
}

interface Stage {
  readonly stage: string;
  readonly carts: number;
  readonly value: number;
  readonly recovered: number;
  readonly recoveredRupees: number;
  readonly cancelledAfter: number;
  readonly aov: number | null;
  readonly rate: number | null;
  readonly medianHours: number | null;
}

interface Reason {
  readonly reason: string;
  readonly carts: number;
  readonly share: number | null;
}

interface WeekRecovery {
  readonly week: string;
  readonly carts: number;
  readonly recovered: number;
  readonly rate: number | null;
  readonly isMature: boolean;
}

interface Pincode {
  readonly pincode: string;
  readonly city: string;
  readonly rank: number;
  readonly shipped: number;
  readonly rto: number;
  readonly rate: number | null;
  readonly atLeast: number | null;
}

interface Finding {
  readonly finding: string;
  readonly payments: number;
  readonly rupees: number;
}

/** A finding with the ids that GoKwik asks for. */
interface Claim {
  readonly finding: string;
  readonly paymentId: string;
  readonly orderKey: string;
  readonly rupees: number;
}

type Row = Record<string, unknown>;

/** Drivers give 64-bit integers and decimals as text, and moments in forms of their own. */
const text = (value: unknown) => String(value ?? '');
const count = (value: unknown) => Number(value ?? 0);
const rate = (value: unknown) => (value === null || value === undefined ? null : Number(value));
const flag = (value: unknown) => value === true || value === 'true' || value === 't';
const day = (value: unknown) => text(value).slice(0, 10);

/** The page lists the dearest; the mart has them all. */
const MOST_CLAIMS = 50;

/** Runs SQL with `{m}` for the marts' prefix and `{s}` for their schema, and maps its rows. */
type Read = <T>(sql: string, row: (row: Row) => T) => Promise<T[]>;

/** @param schema where the models were built. */
export async function readAnalyses(query: Query, schema = 'analytics'): Promise<Analyses> {
  const read = async <T>(sql: string, row: (row: Row) => T): Promise<T[]> =>
    (
      await query(sql.replaceAll('{m}', `"${schema}".gokwik__`).replaceAll('{s}', `"${schema}"`))
    ).map(row);

  const [overview] = await read(
    `select moment.as_of, checkout.*, placed.*, cart.* from {s}.int_gokwik__as_of as moment
     cross join (select count(*) as checkouts, min(india_date) as first_day, max(india_date) as last_day,
       sum(case when is_converted then 1 else 0 end) as converted from {m}checkouts) as checkout
     cross join (select count(*) as orders, sum(placed_rupees) as rupees,
       sum(net_rupees) as net, sum(delivered_rupees) as delivered from {m}orders where is_placed) as placed
     cross join (select count(*) as carts from {m}abandoned_carts) as cart`,
    (r): Overview => ({
      asOf: text(r.as_of).replace('T', ' '),
      from: day(r.first_day),
      to: day(r.last_day),
      checkouts: count(r.checkouts),
      converted: count(r.converted),
      orders: count(r.orders),
      rupees: count(r.rupees),
      netRupees: count(r.net),
      deliveredRupees: count(r.delivered),
      carts: count(r.carts),
    }),
  );
  if (overview === undefined) throw new Error('the models hold no overview row');

  const funnel = await read(
    'select * from {m}checkout_funnel order by step_number',
    (r): FunnelStep => ({
      step: text(r.step),
      reached: count(r.reached),
      leftHere: count(r.left_here),
      stepConversion: rate(r.step_conversion),
      overallConversion: rate(r.overall_conversion),
      medianSeconds: rate(r.median_seconds),
      timed: count(r.timed_checkouts),
    }),
  );
  const visitors: Visitors[] = [];
  for (const by of ['device', 'source', 'shopper'] as const) {
    const rows = await read(
      `select ${by} as value, count(*) as checkouts,
         avg(case when is_converted then 1.0 else 0.0 end) as conversion
       from {m}checkouts group by ${by} order by count(*) desc, ${by} limit 8`,
      (r): Visitors => ({
        by,
        value: text(r.value),
        checkouts: count(r.checkouts),
        conversion: rate(r.conversion),
      }),
    );
    visitors.push(...rows);
  }

  return { overview, funnel, visitors, ...(await readOrders(read)), ...(await readCarts(read)) };
}

/** What orders say: how they are paid, whether they come back, whether the money adds up. */
async function readOrders(read: Read) {
  const mix = await read(
    `select mix.*, cohort.shipped, cohort.rto from (
       select payment_class, sum(placed_orders) as orders, sum(placed_rupees) as rupees,
         sum(cod_charges_rupees) as cod_charges,
         sum(placed_orders) / nullif(sum(sum(placed_orders)) over (), 0.0) as share
       from {m}payment_mix_daily group by payment_class) as mix
     left join (
       select payment_class, sum(shipped_orders) as shipped, sum(rto_orders) as rto
       from {m}rto_by_week where is_mature group by payment_class
     ) as cohort on cohort.payment_class = mix.payment_class
     order by mix.orders desc, mix.payment_class`,
    (r): ClassTotal => ({
      paymentClass: text(r.payment_class),
      orders: count(r.orders),
      share: rate(r.share),
      rupees: count(r.rupees),
      codCharges: count(r.cod_charges),
      rtoRate: count(r.shipped) === 0 ? null : count(r.rto) / count(r.shipped),
      matureShipped: count(r.shipped),
    }),
  );
  const mixByWeek = await read(
    `select order_week, payment_class, count(*) as orders,
       count(*) / nullif(sum(count(*)) over (partition by order_week), 0.0) as share
     from {m}orders where is_placed group by order_week, payment_class
     order by order_week, payment_class`,
    (r): WeekShare => ({
      week: day(r.order_week),
      paymentClass: text(r.payment_class),
      orders: count(r.orders),
      share: count(r.share),
    }),
  );
  const [switches] = await read(
    'select sum(cod_to_prepaid) as a, sum(prepaid_to_cod) as b from {m}payment_mix_daily',
    (r): Switches => ({ codToPrepaid: count(r.a), prepaidToCod: count(r.b) }),
  );
  const nudges = await read(
    'select * from {m}nudges order by orders desc, action',
    (r): Nudge => ({
      action: text(r.action),
      orders: count(r.orders),
      prepaid: count(r.paid_prepaid),
      rate: rate(r.prepaid_rate),
      toNone: rate(r.difference_to_none),
      toControl: rate(r.difference_to_control),
      low: rate(r.difference_to_control_low),
      high: rate(r.difference_to_control_high),
      isConclusive: flag(r.is_conclusive),
    }),
  );
  const weeks = await read(
    'select * from {m}rto_by_week order by payment_class, order_week',
    (r): RtoWeek => ({
      paymentClass: text(r.payment_class),
      week: day(r.order_week),
      shipped: count(r.shipped_orders),
      rto: count(r.rto_orders),
      undated: count(r.undated_rto_orders),
      open: count(r.open_orders),
      rate: rate(r.rto_rate),
      atLeast: rate(r.rto_rate_at_least),
      atMost: rate(r.rto_rate_at_most),
      isMature: flag(r.is_mature),
    }),
  );
  const cohorts = await read(
    `select age.*, case when has_reached_age then rto_orders / nullif(shipped_orders, 0.0) end as shown_rate
     from {m}rto_by_age as age order by payment_class, order_week, age_days`,
    (r): CohortCell => ({
      paymentClass: text(r.payment_class),
      week: day(r.order_week),
      ageDays: count(r.age_days),
      shipped: count(r.shipped_orders),
      rto: count(r.rto_orders),
      rate: rate(r.shown_rate),
      isMature: flag(r.is_mature),
    }),
  );
  const flags = await read(
    `select * from {m}rto_prediction_quality
     order by is_treated, precision_rate desc, predicted_risk`,
    (r): Flag => ({
      flag: text(r.predicted_risk),
      isTreated: flag(r.is_treated),
      orders: count(r.orders),
      rto: count(r.rto_orders),
      precision: rate(r.precision_rate),
      recall: rate(r.recall_rate),
    }),
  );
  const pincodes = await read(
    'select * from {m}pincode_risk where rank <= 10 order by rank',
    (r): Pincode => ({
      pincode: text(r.pincode),
      city: text(r.city),
      rank: count(r.rank),
      shipped: count(r.mature_cod_shipped_orders),
      rto: count(r.mature_cod_rto_orders),
      rate: rate(r.cod_rto_rate),
      atLeast: rate(r.cod_rto_rate_at_least),
    }),
  );
  const findings = await read(
    `select finding, count(*) as payments, sum(rupees) as rupees
     from {m}settlement_findings group by finding order by sum(rupees) desc, finding`,
    (r): Finding => ({
      finding: text(r.finding),
      payments: count(r.payments),
      rupees: count(r.rupees),
    }),
  );
  const claims = await read(
    `select * from {m}settlement_findings order by rupees desc, reconciliation_key, finding
     limit ${MOST_CLAIMS}`,
    (r): Claim => ({
      finding: text(r.finding),
      paymentId: text(r.payment_id),
      orderKey: text(r.order_key),
      rupees: count(r.rupees),
    }),
  );
  const unchecked = await read(
    `select distinct not_checked from {m}settlement_reconciliation
     where not_checked is not null order by not_checked`,
    (r) => text(r.not_checked),
  );
  const money = { findings, claims, unchecked };
  const paid = { mix, mixByWeek, switches: switches ?? { codToPrepaid: 0, prepaidToCod: 0 } };
  return { ...paid, nudges, weeks, cohorts, flags, pincodes, ...money };
}

/** What happens before an order, or instead of one. */
async function readCarts(read: Read) {
  const prefill = await read(
    'select * from {m}prefill_effect order by slice, cases desc, slice_value',
    (r): PrefillSlice => ({
      slice: text(r.slice),
      value: text(r.slice_value),
      cases: count(r.cases),
      conversion: rate(r.conversion_rate),
      difference: rate(r.conversion_difference),
      low: rate(r.difference_low),
      high: rate(r.difference_high),
      isConclusive: flag(r.is_conclusive),
      medianSeconds: rate(r.median_seconds),
      timed: count(r.timed_cases),
    }),
  );
  const stages = await read(
    `select stage, count(*) as carts, sum(coalesce(value_rupees, 0)) as value,
       sum(case when is_recovered then 1 else 0 end) as recovered,
       sum(coalesce(recovered_rupees, 0)) as recovered_rupees,
       sum(case when is_cancelled_after then 1 else 0 end) as cancelled_after,
       avg(recovered_rupees) as aov,
       avg(case when is_recovered then 1.0 else 0.0 end) as rate,
       percentile_cont(0.5) within group (order by hours_to_recovery) as median_hours
     from {m}abandoned_carts group by stage order by count(*) desc, stage`,
    (r): Stage => ({
      stage: text(r.stage),
      carts: count(r.carts),
      value: count(r.value),
      recovered: count(r.recovered),
      recoveredRupees: count(r.recovered_rupees),
      cancelledAfter: count(r.cancelled_after),
      aov: rate(r.aov),
      rate: rate(r.rate),
      medianHours: rate(r.median_hours),
    }),
  );
  const reasons = await read(
    'select * from {m}abandonment_reasons order by carts desc, reason',
    (r): Reason => ({
      reason: text(r.reason),
      carts: count(r.carts),
      share: rate(r.share_of_carts),
    }),
  );
  const recoveries = await read(
    `select cast(date_trunc('week', india_date) as date) as week, sum(carts) as carts,
       sum(recovered_carts) as recovered, sum(recovered_carts) / nullif(sum(carts), 0.0) as rate,
       min(case when is_mature then 1 else 0 end) = 1 as is_mature
     from {m}abandonment group by 1 order by 1`,
    (r): WeekRecovery => ({
      week: day(r.week),
      carts: count(r.carts),
      recovered: count(r.recovered),
      rate: rate(r.rate),
      isMature: flag(r.is_mature),
    }),
  );
  return { prefill, stages, reasons, recoveries };
}
