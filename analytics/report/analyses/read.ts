import type { Query } from '../models.ts';
import { readCarts } from './carts.ts';
import type { Analyses, FunnelStep, Overview, Visitors } from './figures.ts';
import { readOrders } from './orders.ts';
import { count, day, type Row, rate, text } from './rows.ts';

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
     cross join (select count(*) as orders, sum(total_rupees) as rupees from {m}orders where is_placed) as placed
     cross join (select count(*) as carts from {m}abandoned_carts) as cart`,
    (r): Overview => ({
      asOf: text(r.as_of).replace('T', ' '),
      from: day(r.first_day),
      to: day(r.last_day),
      checkouts: count(r.checkouts),
      converted: count(r.converted),
      orders: count(r.orders),
      rupees: count(r.rupees),
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
