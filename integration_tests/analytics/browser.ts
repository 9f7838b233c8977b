import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import t from 'tap';
import { buildModels } from '../../analytics/report/models.ts';
import { writeReport } from '../../analytics/report/report.ts';
import { startSimulator } from '../../simulator/src/index.ts';
import { chromiumProgram } from './tools/install.ts';
import { openShop } from './tools/shop.ts';

/** The report in a real browser: its figures are the database's, and everyone can read them. */

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];

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
    sum(cod_charges_rupees) as charges from {m}payment_mix_daily
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
  const folder = await mkdtemp(join(tmpdir(), 'gokwik-report-'));
  const simulator = await startSimulator({
    orders: 400,
    nowMs: Date.parse('2026-11-22T06:00:00Z'),
  });
  const shop = await openShop(simulator);
  const { notes } = await buildModels(shop.query);
  const path = await writeReport({ query: shop.query, outPath: join(folder, 'r.html'), notes });
  const browser: Browser = await chromium.launch({
    executablePath: chromiumProgram(),
    args: ARGUMENTS,
  });
  t.teardown(async () => {
    await browser.close();
    shop.close();
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });
  const open = async (width: number, colorScheme: 'light' | 'dark'): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) t.fail(`the page asks for ${request.url()}`);
    });
    page.on('console', (message) => t.fail(message.text()));
    await page.goto(pathToFileURL(path).href);
    return page;
  };

  const page = await open(1000, 'light');
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
  for (let press = 0; press < 7; press += 1) await page.keyboard.press('Tab');
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

  for (const scheme of ['light', 'dark'] as const) {
    for (const width of [360, 768, 1280]) {
      const at = await open(width, scheme);
      const wider = await at.evaluate('document.documentElement.scrollWidth - innerWidth');
      t.ok(Number(wider) <= 0, `${width} px, ${scheme}: nothing sticks out`);
      t.ok((await contrast(at)) >= 4.5, `${width} px, ${scheme}: letters stand out`);
      await at.close();
    }
  }
});

/** The least contrast of any text with what it stands on (WCAG), drawings left aside. */
async function contrast(page: Page): Promise<number> {
  return Number(
    await page.evaluate(`(() => {
      const light = (colour) => {
        const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map((v) => v / 255)
          .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const ground = (element) => {
        for (let at = element; at; at = at.parentElement) {
          const { backgroundColor } = getComputedStyle(at);
          if (!/, 0\\)$/.test(backgroundColor)) return backgroundColor;
        }
        return 'rgb(255, 255, 255)';
      };
      const ratios = [...document.querySelectorAll('h1,h2,h3,p,th,td,b,span,figcaption,summary,a,li')]
        .map((element) => [light(getComputedStyle(element).color), light(ground(element))].sort((a, b) => b - a))
        .map(([high, low]) => (high + 0.05) / (low + 0.05));
      return Math.min(...ratios);
    })()`),
  );
}
