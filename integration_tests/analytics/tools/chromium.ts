import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import type { Test } from 'tap';
import type { Period } from '../../../analytics/report/calendar.ts';
import type { Query } from '../../../analytics/report/database.ts';
import { buildModels } from '../../../analytics/report/models.ts';
import { writeReport } from '../../../analytics/report/report.ts';
import { chromiumProgram } from './install.ts';

/** Reports in Chromium. A page that asks for anything, or has anything to say, fails the test. */

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];

export interface Look {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
}

export async function openBrowser(t: Test) {
  const folder = await mkdtemp(join(tmpdir(), 'gokwik-report-'));
  const browser = await chromium.launch({ executablePath: chromiumProgram(), args: ARGUMENTS });
  t.teardown(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    /** The file of a report; the models are built before it. */
    async write(query: Query, period: Partial<Period> = {}): Promise<string> {
      const { notes } = await buildModels(query);
      return writeReport({ query, outPath: join(folder, 'report.html'), notes, ...period });
    },
    async open(path: string, { width, scheme }: Look): Promise<Page> {
      const viewport = { width, height: 800 };
      const page = await browser.newPage({ viewport, colorScheme: scheme });
      page.on('request', (request) => {
        if (!/^(file|data):/.test(request.url())) t.fail(`the page asks for ${request.url()}`);
      });
      page.on('console', (message) => t.fail(message.text()));
      page.on('pageerror', (error) => t.fail(error.message));
      await page.goto(pathToFileURL(path).href);
      return page;
    },
  };
}

/** Whether everyone can read the page: nothing sticks out, no label lies on another, all stand out. */
export async function checkLooks(t: Test, page: Page, name: string): Promise<void> {
  const wider = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  t.ok(Number(wider) <= 0, `${name}: nothing sticks out`);
  t.notMatch(
    await page.locator('body').textContent(),
    /NaN|undefined|\bnull\b|Infinity|Invalid/,
    name,
  );
  // Elements are found at a point only where they are in view.
  const height = Number(await page.evaluate('document.documentElement.scrollHeight'));
  const width = page.viewportSize()?.width ?? 0;
  await page.setViewportSize({ width, height });
  t.ok(height < (width < 500 ? 13_000 : 11_000), `${name}: ${height} px high`);
  t.same(await page.evaluate(OVERLAPS), [], `${name}: labels stand apart`);
  t.same(await page.evaluate(PALE), [], `${name}: letters stand out`);
}

const LABELS = `[...document.querySelectorAll('svg text')].filter((one) => one.getClientRects().length > 0 && one.textContent)`;

/** Labels of one drawing that touch each other. */
const OVERLAPS = `(() => {
  const found = [];
  for (const svg of document.querySelectorAll('figure svg')) {
    const labels = ${LABELS}.filter((one) => svg.contains(one)).map((one) => [one.textContent, one.getBoundingClientRect()]);
    labels.forEach(([text, a], at) => {
      const other = labels.slice(at + 1).find(([, b]) =>
        a.left < b.right && b.left < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom);
      if (other) found.push(text + ' / ' + other[0]);
    });
  }
  return found;
})()`;

/** Texts whose contrast with what they stand on is less than 4.5 (WCAG 2, AA), in drawings too. */
const PALE = `(() => {
  const parse = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
    return { rgb: [r, g, b], a };
  };
  const over = (top, alpha, ground) => top.map((v, at) => v * alpha + ground[at] * (1 - alpha));
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const layer = (element) => {
    const style = getComputedStyle(element);
    if (!(element instanceof SVGElement)) return parse(style.backgroundColor);
    // A line is its stroke, whatever fill it has by heritage.
    const paint = element instanceof SVGLineElement ? 'stroke' : 'fill';
    if (!(element instanceof SVGGeometryElement) || !style[paint].startsWith('rgb')) return { rgb: [0, 0, 0], a: 0 };
    const { rgb, a } = parse(style[paint]);
    return { rgb, a: a * style[paint + 'Opacity'] * style.opacity };
  };
  const groundAt = (element) => {
    const box = element.getBoundingClientRect();
    const below = document.elementsFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return below.filter((one) => one !== element && !element.contains(one)).reverse()
      .map(layer).reduce((ground, { rgb, a }) => over(rgb, a, ground), [255, 255, 255]);
  };
  const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const found = [];
  const check = (element, colour, alpha, ground) => {
    const ratio = contrast(light(over(colour, alpha, ground)), light(ground));
    if (ratio < 4.5) found.push(element.textContent.slice(0, 40) + ': ' + ratio.toFixed(2));
  };
  for (const element of document.querySelectorAll('h1,h2,h3,p,th,td,b,span,figcaption,summary,a,li')) {
    if (element.getClientRects().length === 0 || element.closest('.unseen, .skip')) continue;
    let at = element;
    while (at && parse(getComputedStyle(at).backgroundColor).a === 0) at = at.parentElement;
    check(element, parse(getComputedStyle(element).color).rgb, 1, parse(getComputedStyle(at).backgroundColor).rgb);
  }
  for (const element of ${LABELS}) {
    const style = getComputedStyle(element);
    const { rgb, a } = parse(style.fill);
    // A rim takes the ground's place.
    const ground = style.stroke.startsWith('rgb') ? parse(style.stroke).rgb : groundAt(element);
    check(element, rgb, a * style.fillOpacity * style.opacity, ground);
  }
  return found;
})()`;
