import type { PrefillSlice, Reason, Stage, WeekRecovery } from './figures.ts';
import { count, day, flag, type Read, rate, text } from './rows.ts';

/** What happens before an order, or instead of one. */
export async function readCarts(read: Read) {
  const prefill = await read(
    'select * from {m}prefill_effect order by slice, cases desc, slice_value',
    (r): PrefillSlice => ({
      slice: text(r.slice),
      value: text(r.slice_value),
      cases: count(r.cases),
      conversion: rate(r.conversion_rate),
      difference: rate(r.conversion_difference),
      margin: rate(r.difference_margin),
      medianSeconds: rate(r.median_seconds),
      timed: count(r.timed_cases),
    }),
  );
  const stages = await read(
    `select stage, count(*) as carts, sum(coalesce(value_rupees, 0)) as value,
       sum(case when is_recovered then 1 else 0 end) as recovered,
       sum(coalesce(recovered_rupees, 0)) as recovered_rupees,
       avg(case when is_recovered then 1.0 else 0.0 end) as rate,
       percentile_cont(0.5) within group (order by hours_to_recovery) as median_hours
     from {m}abandoned_carts group by stage order by count(*) desc, stage`,
    (r): Stage => ({
      stage: text(r.stage),
      carts: count(r.carts),
      value: count(r.value),
      recovered: count(r.recovered),
      recoveredRupees: count(r.recovered_rupees),
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
