import { readFile } from 'node:fs/promises';
import papaparse from 'papaparse';
import t from 'tap';
import { startSimulator } from '../../simulator/src/index.ts';
import { checkLooks, openBrowser } from './tools/browser.ts';
import { openShop } from './tools/shop.ts';
import { openNamed, SHOPS } from './tools/shops.ts';

/** The report in a real browser: its figures are the database's, and everyone can read them. */

/** What a spreadsheet would run, as a source that many shoppers come from. */
const FORMULA = '=HYPERLINK("http://example.com";"+1")';

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
  claims: `select finding, rupees from {m}settlement_findings
    order by rupees desc, reconciliation_key, finding limit 50`,
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
  await shop.query(`update checkouts set mkt_source = '${FORMULA}' where mkt_source = 'google'`);
  const { write, open } = await openBrowser(t);
  const path = await write(shop.query);
  const page = await open(path, { width: 1000, scheme: 'light' });
  for (const [id, sql] of Object.entries(TABLES)) {
    const rows = await shop.query(sql.replaceAll('{m}', 'analytics.gokwik__'));
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
    const numbers = (values: readonly unknown[]) =>
      values.map((value) =>
        value === null || value === '' ? null : Number(Number(value).toPrecision(9)),
      );
    const expected = rows.map((row) => numbers(Object.values(row).slice(1)));
    t.same(
      shown.map((cells, at) => numbers(cells).slice(0, expected[at]?.length)),
      expected,
      `${id}: every figure`,
    );
  }

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
  t.ok(await page.locator('#funnel').isVisible(), 'and opened');
  t.equal(await page.locator('svg:not([aria-hidden="true"])').count(), 0, 'no drawing speaks');
  t.equal(await page.locator('figure:not(:has(.unseen))').count(), 0, 'every drawing has words');
  t.equal(await page.locator('table:not([aria-labelledby])').count(), 0, 'every table has a name');

  await t.test(
    'every table is a CSV with its figures, and nothing in it is a formula',
    async (t) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.locator('#funnel-caption + a').click(),
      ]);
      t.equal(download.suggestedFilename(), 'gokwik-funnel.csv');
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
        if (id === 'visitors') t.ok(texts.includes(`'${FORMULA}`), 'what looks like one is text');
      }
      t.equal(await readFile(await download.path(), 'utf8'), csvOf(tables[0]?.href ?? ''));
    },
  );
});

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

t.test('shops unlike each other, light and dark, wide and narrow', async (t) => {
  const { write, open } = await openBrowser(t);
  for (const name of Object.keys(SHOPS)) {
    const shop = await openNamed(name, 0.1);
    const path = await write(shop.query);
    shop.close();
    for (const width of [360, 768, 1280]) {
      for (const scheme of ['light', 'dark'] as const) {
        const page = await open(path, { width, scheme });
        await checkLooks(t, page, `${name}, ${width} px, ${scheme}`);
        await page.close();
      }
    }
  }
});
