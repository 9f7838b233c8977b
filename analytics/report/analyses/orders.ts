import type {
  ClassTotal,
  CohortCell,
  Finding,
  Flag,
  Pincode,
  Switches,
  WeekShare,
} from './figures.ts';
import { count, day, flag, type Read, rate, text } from './rows.ts';

/** What orders say: how they are paid, whether they come back, whether the money adds up. */
export async function readOrders(read: Read) {
  const mix = await read(
    `select mix.*, cohort.shipped, cohort.rto from (
       select payment_class, sum(placed_orders) as orders, sum(rupees) as rupees,
         sum(cod_charges_rupees) as cod_charges,
         sum(placed_orders) / nullif(sum(sum(placed_orders)) over (), 0.0) as share
       from {m}payment_mix_daily group by payment_class) as mix
     left join (
       select payment_class, sum(shipped_orders) as shipped, sum(rto_orders_to_date) as rto
       from {m}rto_cohorts where is_mature and age_days = 5 group by payment_class
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
    `select sum(cod_to_prepaid) as a, sum(prepaid_to_cod) as b, sum(steered_orders) as c,
       sum(steered_to_prepaid) as d from {m}payment_mix_daily`,
    (r): Switches => ({
      codToPrepaid: count(r.a),
      prepaidToCod: count(r.b),
      steered: count(r.c),
      steeredToPrepaid: count(r.d),
    }),
  );
  const cohorts = await read(
    `select payment_class, order_week, age_days, sum(shipped_orders) as shipped,
       sum(rto_orders) as rto, sum(open_orders) as open_orders,
       case when max(case when has_reached_age then 1 else 0 end) = 1
         then sum(rto_orders) / nullif(sum(shipped_orders), 0.0) end as rate,
       max(case when is_mature then 1 else 0 end) = 1 as is_mature
     from {m}rto_cohorts group by payment_class, order_week, age_days
     order by payment_class, order_week, age_days`,
    (r): CohortCell => ({
      paymentClass: text(r.payment_class),
      week: day(r.order_week),
      ageDays: count(r.age_days),
      shipped: count(r.shipped),
      rto: count(r.rto),
      open: count(r.open_orders),
      rate: rate(r.rate),
      isMature: flag(r.is_mature),
    }),
  );
  const flags = await read(
    'select * from {m}rto_prediction_quality order by precision_rate desc, predicted_risk',
    (r): Flag => ({
      flag: text(r.predicted_risk),
      orders: count(r.orders),
      rto: count(r.rto_orders),
      precision: rate(r.precision_rate),
      recall: rate(r.recall_rate),
    }),
  );
  const pincodes = await read(
    `select * from {m}pincode_risk where pincode <> 'not given' and mature_shipped_orders > 0
     order by weighed_rto_rate desc, pincode limit 10`,
    (r): Pincode => ({
      pincode: text(r.pincode),
      city: text(r.city),
      orders: count(r.orders),
      shipped: count(r.mature_shipped_orders),
      rto: count(r.mature_rto_orders),
      weighedRate: rate(r.weighed_rto_rate),
    }),
  );
  const findings = await read(
    `select finding, count(*) as payments, sum(coalesce(captured_rupees, gross_rupees, 0)) as rupees
     from {m}settlement_reconciliation group by finding order by count(*) desc, finding`,
    (r): Finding => ({
      finding: text(r.finding),
      payments: count(r.payments),
      rupees: count(r.rupees),
    }),
  );
  const none = { codToPrepaid: 0, prepaidToCod: 0, steered: 0, steeredToPrepaid: 0 };
  return { mix, mixByWeek, switches: switches ?? none, cohorts, flags, pincodes, findings };
}
