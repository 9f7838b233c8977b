import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { chromiumProgram } from '../../integration_tests/analytics/tools/install.ts';
import { openShop } from '../../integration_tests/analytics/tools/shop.ts';
import { startSimulator } from '../../simulator/src/index.ts';
import { buildModels } from './models.ts';
import { writeReport } from './report.ts';

/**
 * `npm run screenshots`: the report of the simulator's shop (seed 1, 3000 orders), as the README shows
 * it: docs/report-light.png, docs/report-dark.png and docs/report-phone.png.
 */

const DOCS = resolve(import.meta.dirname, '../../docs');
const SHOP = { seed: 1, orders: 3000, nowMs: Date.parse('2026-11-22T06:00:00Z') };

interface Shot {
  readonly name: string;
  readonly scheme: 'light' | 'dark';
  readonly width: number;
  readonly height: number;
  /** What stands at the top. Default: the page's beginning. */
  readonly from?: string;
}

const SHOTS: readonly Shot[] = [
  { name: 'light', scheme: 'light', width: 900, height: 1010 },
  { name: 'dark', scheme: 'dark', width: 900, height: 1010, from: '#rto-cohorts' },
  { name: 'phone', scheme: 'light', width: 390, height: 1010, from: '#payment-mix' },
];

const folder = await mkdtemp(join(tmpdir(), 'gokwik-screenshots-'));
const simulator = await startSimulator(SHOP);
const shop = await openShop(simulator);
const browser = await chromium.launch({
  executablePath: chromiumProgram(),
  args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
});
try {
  const { notes } = await buildModels(shop.query);
  const path = await writeReport({ query: shop.query, outPath: join(folder, 'r.html'), notes });
  for (const { name, scheme, width, height, from } of SHOTS) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme });
    await page.goto(pathToFileURL(path).href);
    if (from !== undefined) {
      await page.evaluate(`scrollTo(0, document.querySelector('${from}').offsetTop - 12)`);
    }
    await page.screenshot({ path: join(DOCS, `report-${name}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
  shop.close();
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
}
