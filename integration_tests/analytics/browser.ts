import { readFile } from 'node:fs/promises';
import papaparse from 'papaparse';
import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import type { Query } from '../../analytics/report/database.ts';
import { percent, points, rupees, whole } from '../../analytics/report/numbers.ts';
import { startSimulator } from '../../simulator/src/index.ts';
import { checkLooks, type Look, openBrowser } from './tools/chromium.ts';
import { openShop } from './tools/shop.ts';
import { openNamed, SHOPS } from './tools/shops.ts';

/** The report in a real browser: its figures are the database's, and everyone can read them. */

/** What a spreadsheet would run, as the name of a product. */
const FORMULA = '=HYPERLINK("http://example.com";"+1")';

const cut = (dimension: string) =>
  `select value, orders, placed_rupees, net_rupees, mature_rto_orders, mature_shipped_orders,
     case when has_enough_cases then rto_rate end as rto_rate
   from {m}breakdown where dimension = '${dimension}' order by net_rupees desc, value limit 10`;

/** Each table of the page, and the query whose figures its cells must hold, column by column. */
const TABLES: Readonly<Record<string, string>> = {
  funnel: `select step, reached, overall_conversion, step_conversion, left_here, median_seconds,
    timed_checkouts from {m}checkout_funnel order by step_number`,
  flags: `select predicted_risk, orders, rto_orders, precision_rate, recall_rate
    from {m}rto_prediction_quality order by is_treated, precision_rate desc, predicted_risk`,
  reasons:
    'select reason, carts, share_of_carts from {m}abandonment_reasons order by carts desc, reason',
  stages: `select stage, sum(carts) as carts, sum(value_rupees) as value,
    sum(recovered_carts) as recovered, sum(recovered_carts) / sum(carts) as rate,
    sum(recovered_rupees) as won, sum(recovered_rupees) / nullif(sum(recovered_carts), 0) as aov,
    sum(cancelled_after_carts) as cancelled from {m}abandonment group by stage order by sum(carts) desc, stage`,
  prefill: `select slice, cases, conversion_rate, conversion_difference, difference_low,
    difference_high, median_seconds, timed_cases from {m}prefill_effect order by slice, cases desc, slice_value`,
  mix: `select payment_class, sum(placed_orders) as orders,
    sum(placed_orders) / sum(sum(placed_orders)) over () as share, sum(placed_rupees) as rupees,
    sum(cod_charges_rupees) as charges from {m}payment_mix_daily where placed_orders > 0
    group by payment_class order by sum(placed_orders) desc, payment_class`,
  'cohorts-cod': `select order_week, shipped_orders, rto_orders, undated_rto_orders, open_orders,
    rto_rate, rto_rate_at_least, rto_rate_at_most
    from {m}rto_by_week where payment_class = 'cod' order by order_week`,
  nudges: `select action, orders, paid_prepaid, prepaid_rate, difference_to_none,
    difference_to_control, difference_to_control_low, difference_to_control_high
    from {m}nudges order by orders desc, action`,
  findings: `select finding, count(*) as payments, sum(rupees) as rupees
    from {m}settlement_findings group by finding order by sum(rupees) desc, finding`,
  'sales-by-time': `select date_trunc('week', india_date) as week, sum(orders) as orders, sum(units) as units,
    sum(mrp_rupees) as mrp, sum(discount_rupees) as discount, sum(placed_rupees) as placed,
    sum(net_rupees) as net, sum(delivered_rupees) as delivered, sum(placed_rupees) / sum(orders) as aov,
    sum(cod_orders) as cod from {m}daily_sales group by 1 order by 1`,
  'by-product': cut('product'),
  'by-coupon': cut('coupon'),
  'by-campaign': cut('campaign'),
  'by-state': cut('state'),
  'by-pincode-tier': cut('pincode_tier'),
  'by-courier': cut('courier'),
  attempts: `select value, attempts, successes, successes / attempts as share from {m}breakdown
    where dimension = 'payment_method' and attempts > 0 order by net_rupees desc, value`,
  claims: `select finding, rupees from {m}settlement_findings
    order by rupees desc, reconciliation_key, finding limit 50`,
};

/** The same over some days, from the facts themselves. */
const DAYS = `between date '2026-10-12' and date '2026-11-08'`;
const DAYS_BEFORE = `between date '2026-09-14' and date '2026-10-11'`;
const OF_DAYS: Readonly<Record<string, string>> = {
  'sales-by-time': `select india_date, count(*) as orders from {m}orders
    where is_placed and india_date ${DAYS} group by 1 order by 1`,
  mix: `select payment_class, count(*) as orders, count(*) / sum(count(*)) over () as share,
    sum(placed_rupees) as rupees from {m}orders where is_placed and india_date ${DAYS}
    group by payment_class order by count(*) desc, payment_class`,
  stages: `select stage, count(*) as carts, sum(value_rupees) as value,
    count(*) filter (is_recovered) as recovered from {m}abandoned_carts
    where india_date ${DAYS} group by stage order by count(*) desc, stage`,
  'cohorts-cod': `select order_week, count(*) filter (is_shipped) as shipped, sum(rto_orders) as rto
    from {m}orders where is_placed and payment_class = 'cod' and india_date ${DAYS} group by 1 order by 1`,
  'by-state': `select coalesce(state, 'not given') as value, count(*) as orders, sum(placed_rupees) as placed, sum(net_rupees) as net
    from {m}orders where is_placed and india_date ${DAYS} group by 1 order by net desc, value limit 10`,
  attempts: `select method, count(*) as attempts, count(*) filter (paid_state in ('paid', 'refunded')) as paid
    from analytics.stg_gokwik__payments
    where cast(created_at + interval 330 minutes as date) ${DAYS} group by method
    order by coalesce((select sum(net_rupees) from {m}orders where is_placed and payment_method = method
      and india_date ${DAYS}), 0) desc, method`,
  findings: `select finding, count(*) as payments, sum(rupees) as rupees from {m}settlement_findings
    join (select reconciliation_key, paid_date from {m}settlement_reconciliation) as paid using (reconciliation_key)
    where paid_date ${DAYS} group by finding order by sum(rupees) desc, finding`,
};

t.test('the report in Chromium', async (t) => {
  const simulator = await startSimulator({
    orders: 400,
    nowMs: Date.parse('2026-11-22T06:00:00Z'),
  });
  const shop = await openShop(simulator);
  t.teardown(async () => {
    shop.close();
    await simulator.close();
  });
  await shop.query(`update order_items set name = '${FORMULA}' where name = 'Linen Shirt'`);
  const { write, open } = await openBrowser(t);
  const page = await open(await write(shop.query), { width: 1000, scheme: 'light' });
  await checkFigures(t, shop.query, page, TABLES);
  const [sums] = await shop.query(
    `select count(*) filter (is_placed) as orders, sum(placed_rupees) as rupees,
       count(*) filter (is_placed and payment_class = 'cod') / count(*) filter (is_placed) as cod,
       (select count(*) filter (is_converted) / count(*) from analytics.gokwik__checkouts) as conversion,
       (select sum(rto_orders) / sum(shipped_orders) from analytics.gokwik__rto_by_week where is_mature) as rto,
       (select sum(successes) / sum(attempts) from analytics.gokwik__breakdown) as success
     from analytics.gokwik__orders`,
  );
  const { orders, rupees: placed, cod, conversion, rto, success } = sums ?? {};
  t.same(await headlines(page), {
    conversion: percent(Number(conversion)),
    orders: whole(Number(orders)),
    sales: rupees(Number(placed)),
    aov: rupees(Number(placed) / Number(orders)),
    'cod-share': percent(Number(cod)),
    'payment-success': percent(Number(success)),
    rto: percent(Number(rto)),
  });

  const [{ hatched } = { hatched: 0 }] = await shop.query(
    `select count(*) as hatched from (select order_week, age_days from analytics.gokwik__rto_by_age
     where payment_class = 'cod' and not is_mature and has_reached_age group by all having sum(shipped_orders) > 0)`,
  );
  const heat = page.locator('section#rto-cohorts .wide').first();
  t.ok(Number(hatched) > 0);
  t.equal(
    await heat.locator('[fill="url(#hatch)"] rect').count(),
    Number(hatched),
    'every immature cell is hatched',
  );

  await page.keyboard.press('Tab');
  t.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the analyses');
  const links = await page.locator('nav a').count();
  for (let press = 0; press <= links; press += 1) await page.keyboard.press('Tab');
  t.equal(
    await page.evaluate('document.activeElement.tagName'),
    'SUMMARY',
    'the numbers are reached by keyboard',
  );
  await page.keyboard.press('Enter');
  t.ok(await page.locator('#sales-by-time').isVisible(), 'and opened');
  t.equal(await page.locator('svg:not([aria-hidden="true"])').count(), 0, 'no drawing speaks');
  t.equal(await page.locator('figure:not(:has(.unseen))').count(), 0, 'every drawing has words');
  t.equal(await page.locator('table:not([aria-labelledby])').count(), 0, 'every table has a name');

  await t.test(
    'every table is a CSV with its figures, and nothing in it is a formula',
    async (t) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.locator('#sales-by-time-caption + a').click(),
      ]);
      t.equal(download.suggestedFilename(), 'gokwik-sales-by-time.csv');
      const tables = (await page.evaluate(TABLES_SHOWN)) as Shown[];
      t.ok(tables.length > 15);
      for (const { id, href, rows } of tables) {
        const csv = csvOf(href);
        t.match(csv, /^\uFEFF/, `${id}: UTF-8, and says so`);
        const { data } = papaparse.parse<string[]>(csv.slice(1).trimEnd());
        t.same(
          data.slice(1, 1 + rows.length).map((row) => row.map((cell) => cell.replace(/^'/, ''))),
          rows,
          `${id}: every cell`,
        );
        const texts = data.flat().filter((cell) => !/^-?[\d.]+(e-?\d+)?$/.test(cell));
        t.notOk(
          texts.find((cell) => /^\s*[=+\-@]|^[\t\r\n]/.test(cell)),
          `${id}: no formula`,
        );
        if (id === 'by-product') t.ok(texts.includes(`'${FORMULA}`), 'what looks like one is text');
      }
      t.equal(await readFile(await download.path(), 'utf8'), csvOf(tables[0]?.href ?? ''));
    },
  );
});

t.test('some days, and the days before', async (t) => {
  const shop = await openNamed('usual', 0.3);
  t.teardown(() => shop.close());
  const { write, open } = await openBrowser(t);
  const look = { width: 1000, scheme: 'light' } as const;
  const page = await open(await write(shop.query, { from: '2026-10-12', to: '2026-11-08' }), look);
  t.match(await page.locator('header').textContent(), '12 October 2026 to 8 November 2026');
  await checkFigures(t, shop.query, page, OF_DAYS);
  const of = async (days: string) => {
    const [row] = await shop.query(
      `select (select count(*) from analytics.gokwik__orders where is_placed and india_date ${days}) as orders,
         avg(case when is_converted then 1 else 0 end) as conversion
       from analytics.gokwik__checkouts where india_date ${days}`,
    );
    return { orders: Number(row?.orders), conversion: Number(row?.conversion) };
  };
  const now = await of(DAYS);
  const before = await of(DAYS_BEFORE);
  const change = percent(now.orders / before.orders - 1).replace('-', '−');
  t.equal(
    (await page.locator('#change-orders').textContent())?.replaceAll('\u00A0', ' '),
    `${now.orders > before.orders ? '+' : ''}${change}: ${now.orders} in 12 Oct – 8 Nov, ${before.orders} in 14 Sep – 11 Oct`,
  );
  t.match(
    await page.locator('#change-conversion').textContent(),
    `${points(now.conversion - before.conversion)}`,
  );

  const begun = await open(await write(shop.query, { to: '2026-11-08' }), look);
  t.match(await begun.locator('header').textContent(), '24 August 2026 to 8 November 2026');
  t.equal(await begun.locator('.change').count(), 0, 'before the data there is nothing to compare');
});

/** Every row and every figure of the tables, column by column, as far as the query has columns. */
async function checkFigures(
  t: Test,
  query: Query,
  page: Page,
  tables: Readonly<Record<string, string>>,
): Promise<void> {
  const numbers = (values: readonly unknown[]) =>
    values.map((value) =>
      value === null || value === '' ? null : Number(Number(value).toPrecision(9)),
    );
  for (const [id, sql] of Object.entries(tables)) {
    const rows = await query(sql.replaceAll('{m}', 'analytics.gokwik__'));
    const shown = await page
      .locator(`#${id} tbody tr`)
      .evaluateAll((lines) =>
        lines.map((line) =>
          [...line.querySelectorAll('td[data-value]')].map((cell) =>
            cell.getAttribute('data-value'),
          ),
        ),
      );
    t.equal(shown.length, rows.length, `${id}: every row`);
    const expected = rows.map((row) => numbers(Object.values(row).slice(1)));
    t.same(
      shown.map((cells, at) => numbers(cells).slice(0, expected[at]?.length)),
      expected,
      `${id}: every figure`,
    );
  }
}

/** The figures at the top, as far as they are sums or shares of what anyone can count. */
async function headlines(page: Page): Promise<Record<string, string>> {
  const ids = ['conversion', 'orders', 'sales', 'aov', 'cod-share', 'payment-success', 'rto'];
  const shown = ids.map(async (id) => [id, await page.locator(`#figure-${id}`).textContent()]);
  return Object.fromEntries(await Promise.all(shown));
}

interface Shown {
  readonly id: string;
  /** Where its CSV is. */
  readonly href: string;
  /** What stands in the cells: text, and what is behind figures and dates. */
  readonly rows: readonly string[][];
}

const TABLES_SHOWN = `[...document.querySelectorAll('table')].map((table) => ({
  id: table.id,
  href: document.querySelector('#' + table.id + '-caption + a').getAttribute('href'),
  rows: [...table.querySelectorAll('tbody tr')].map((row) =>
    [...row.children].map((cell) => cell.getAttribute('data-value') ?? cell.textContent)),
}))`;

/** The text of a CSV that stands in its link. */
function csvOf(href: string): string {
  return decodeURIComponent(href.slice(href.indexOf(',') + 1));
}

const LOOKS: readonly Look[] = [
  { width: 360, scheme: 'light' },
  { width: 360, scheme: 'dark' },
  { width: 768, scheme: 'light' },
  { width: 1280, scheme: 'dark' },
];

/** What their pages say, and do not. */
const SAYS: Readonly<Record<string, { yes: readonly (string | RegExp)[]; no?: RegExp }>> = {
  monday: {
    yes: ['</i>COD</li>', '</i>Part COD</li>', '</i>Prepaid</li>'],
  },
  'six-months': { yes: [/>10\sAug</, '>no parcel<'] },
  'three-years': { yes: ['by month of the order', '>Feb 2024<'] },
  'no-cod': {
    yes: ['No order is cash on delivery', /[\d.]+% of Prepaid orders come back/],
    no: /id="cohorts-cod"/,
  },
  'one-day': {
    yes: ['It is too early to say how many orders come back', 'Not compared: the days before'],
    no: /id="change-/,
  },
  'two-merchants': { yes: ['>Of 2 merchants together: First &amp; Co, Second. One alone:'] },
  empty: { yes: ['There are no checkouts and no orders yet.'], no: /<section|<figure/ },
};

t.test('shops unlike each other, light and dark, wide and narrow', async (t) => {
  const { write, open } = await openBrowser(t);
  for (const name of Object.keys(SHOPS)) {
    const shop = await openNamed(name, 0.1);
    const path = await write(shop.query);
    shop.close();
    const html = await readFile(path, 'utf8');
    for (const words of SAYS[name]?.yes ?? []) t.match(html, words, name);
    t.notMatch(html, SAYS[name]?.no ?? /NaN/, name);
    for (const look of LOOKS) {
      const page = await open(path, look);
      await checkLooks(t, page, `${name}, ${look.width} px, ${look.scheme}`);
      await page.close();
    }
  }
});
