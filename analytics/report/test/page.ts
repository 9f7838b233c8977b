import t from 'tap';
import { openShop } from '../../../integration_tests/analytics/tools/shop.ts';
import { openNamed } from '../../../integration_tests/analytics/tools/shops.ts';
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

t.test('on a Monday the colours still have names', async (t) => {
  const monday = await openNamed('monday', 0.05);
  t.teardown(() => monday.close());
  await monday.query(
    `delete from orders where created_at > timestamptz '2026-11-22 18:30:00Z' and payment_method <> 'cod'`,
  );
  await buildModels(monday.query);
  const page = renderPage(await readAnalyses(monday.query));
  const key = /Share of orders by how they were paid.*?<ul class="key"[^>]*>(.*?)<\/ul>/.exec(
    page,
  )?.[1];
  for (const name of ['COD', 'Part COD', 'Prepaid']) t.match(key, `</i>${name}</li>`);
});

t.test('a shop without COD is not told about its COD', async (t) => {
  const prepaid = await openNamed('no-cod', 0.2);
  t.teardown(() => prepaid.close());
  await buildModels(prepaid.query);
  const page = renderPage(await readAnalyses(prepaid.query));
  t.match(page, 'No order is cash on delivery');
  t.match(page, /[\d.]+% of Prepaid orders come back/);
  t.notMatch(page, 'id="cohorts-cod"');
});
