import t from 'tap';
import { openShop } from '../../../integration_tests/analytics/tools/shop.ts';
import { startSimulator } from '../../../simulator/src/index.ts';
import { readAnalyses } from '../analyses.ts';
import { buildModels } from '../models.ts';
import { renderPage } from '../page.ts';
import { printAnalyses } from '../terminal.ts';

/** The four analyses as people see them. What a browser makes of the page: integration_tests/analytics. */

const simulator = await startSimulator({ orders: 120, nowMs: Date.parse('2026-11-22T06:00:00Z') });
const shop = await openShop(simulator);
await buildModels(shop.query);
t.teardown(async () => {
  shop.close();
  await simulator.close();
});

t.test('the terminal shows the four analyses, aligned', async (t) => {
  const written: string[] = [];
  await printAnalyses(shop.query, (text) => written.push(text));
  const text = written.join('');
  for (const title of [
    '1. CHECKOUT FUNNEL',
    '2. COD AGAINST PREPAID',
    '3. ADDRESS PREFILL',
    '4. ABANDONED CARTS',
  ]) {
    t.match(text, title);
  }
  const [started] = await shop.query(
    'select reached from analytics.gokwik__checkout_funnel where step_number = 1',
  );
  t.match(text, new RegExp(`started +${Number(started?.reached)} +█{24} +100\\.0%`));
  t.match(text, /too young to judge/);
  t.match(text, /not given/);
  t.notMatch(text, /NaN|undefined|null/);
});

t.test('the page holds every figure, fetches nothing and runs no script', async (t) => {
  const page = renderPage(await readAnalyses(shop.query), ['There is no table for <returns>.']);
  t.notMatch(page, /<script|<link|<img|@import|NaN|undefined/);
  const addresses = [...page.matchAll(/https?:\/\/[^\s"')<]+/g)].map(([address]) => address);
  t.same(
    [...new Set(addresses)].filter((address) => !address.startsWith('http://www.w3.org/')),
    [],
  );
  t.match(page, /There is no table for &lt;returns&gt;\./, 'text from data is escaped');
  const rows = await shop.query(
    'select stage, count(*) as carts from analytics.gokwik__abandoned_carts group by 1',
  );
  for (const { stage, carts } of rows) {
    t.match(page, `<th scope="row">${stage}</th><td data-value="${carts}">`);
  }
});

t.test('an empty shop has a page too', async (t) => {
  const empty = await openShop(simulator, { names: [] });
  t.teardown(() => empty.close());
  const { notes } = await buildModels(empty.query);
  const page = renderPage(await readAnalyses(empty.query), notes);
  t.notMatch(page, /NaN|undefined|Invalid/);
  t.match(page, 'There are no checkouts and no orders yet.');
  t.notMatch(
    page,
    /<section|<svg(?![^>]*position:absolute)/,
    'without anything that is about nothing',
  );
});

t.test('without checkouts the mailed funnel stands in', async (t) => {
  const mailed = await openShop(simulator, { names: ['orders'] });
  t.teardown(() => mailed.close());
  await mailed.query(`create table checkout_funnel_daily as select 'a' as record_key, date '2026-11-02' as "date",
    500 as checkout_started, 300 as address_landed, 200 as payment_step_reached,
    180 as payment_method_selected, 150 as sessions_converted, timestamptz '2026-11-03' as _airbyte_extracted_at`);
  await buildModels(mailed.query);
  const page = renderPage(await readAnalyses(mailed.query));
  t.match(page, '<b id="figure-conversion">30.0%</b><span>of 500 checkouts became an order</span>');
  t.match(page, '200 checkouts end at “checkout started”. The figures are those of the report');
});
