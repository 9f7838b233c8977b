import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { chromiumProgram } from '../../integration_tests/analytics/tools/install.ts';
import { openNamed, SHOPS } from '../../integration_tests/analytics/tools/shops.ts';
import { buildModels } from './models.ts';
import { writeReport } from './report.ts';

/**
 * `npm run screenshots`: the report of the simulator's shop (seed 1, 3000 orders), as the README shows it
 * (docs/report-light.png, -dark and -phone), and of shops unlike it, whole pages to be looked at, in
 * .cache/screenshots. `-- NAME…` draws only those shops.
 */

const ROOT = resolve(import.meta.dirname, '../..');
const CACHE = join(ROOT, '.cache/screenshots');

interface Shot {
  readonly path: string;
  readonly scheme: 'light' | 'dark';
  readonly width: number;
  /** What is seen of it. Default: the whole page. */
  readonly height?: number;
  /** What stands at the top. Default: the page's beginning. */
  readonly from?: string;
}

const docs = (name: string) => join(ROOT, `docs/report-${name}.png`);
const DOCS: readonly Shot[] = [
  { path: docs('light'), scheme: 'light', width: 900, height: 1010 },
  { path: docs('dark'), scheme: 'dark', width: 900, height: 1010, from: '#rto-cohorts' },
  { path: docs('phone'), scheme: 'light', width: 390, height: 1010, from: '#payment-mix' },
];

const whole = (name: string): Shot[] => [
  { path: join(CACHE, `${name}.png`), scheme: 'light', width: 900 },
  { path: join(CACHE, `${name}-dark.png`), scheme: 'dark', width: 900 },
  { path: join(CACHE, `${name}-phone.png`), scheme: 'light', width: 390 },
];

const folder = await mkdtemp(join(tmpdir(), 'gokwik-screenshots-'));
await mkdir(CACHE, { recursive: true });
const browser = await chromium.launch({
  executablePath: chromiumProgram(),
  args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
});

async function draw(name: string): Promise<void> {
  const shop = await openNamed(name);
  try {
    const { notes } = await buildModels(shop.query);
    const page = join(folder, `${name}.html`);
    await writeReport({ query: shop.query, outPath: page, notes });
    for (const shot of [...(name === 'usual' ? DOCS : []), ...whole(name)]) await take(page, shot);
  } finally {
    shop.close();
  }
}

async function take(path: string, shot: Shot): Promise<void> {
  const { scheme, width, height = 1000, from } = shot;
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme });
  await page.goto(pathToFileURL(path).href);
  if (from !== undefined) {
    await page.evaluate(`scrollTo(0, document.querySelector('${from}').offsetTop - 12)`);
  }
  await page.screenshot({ path: shot.path, fullPage: shot.height === undefined });
  await page.close();
}

try {
  const named = process.argv.slice(2);
  for (const name of named.length > 0 ? named : Object.keys(SHOPS)) await draw(name);
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}
