import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Analyses, FunnelStep } from '../analyses/figures.ts';
import { percent, shortDay, whole } from '../numbers.ts';

/**
 * The charts as SVG text. They are drawn here and not in the browser: the page needs no script, and
 * its colours are CSS variables, so one drawing serves light and dark. Each is drawn at two widths,
 * since shrinking a drawing would shrink its letters.
 */

const { document } = parseHTML('<html><body></body></html>');
const WIDTHS = { wide: 736, narrow: 340 } as const;

export type Draw = (width: number) => Plot.PlotOptions;

/** The drawing at both widths; the page's style shows the one that fits. */
export function bothWidths(draw: Draw): string {
  return Object.entries(WIDTHS)
    .map(([name, width]) => {
      const options = { document, width, style: { fontSize: '13px', overflow: 'visible' } };
      const svg = Plot.plot({ ...draw(width), ...options } as Plot.PlotOptions);
      svg.setAttribute('aria-hidden', 'true');
      return `<div class="${name}">${svg.outerHTML}</div>`;
    })
    .join('');
}

export const isNarrow = (width: number) => width < 500;

export function funnelChart(steps: readonly FunnelStep[]): Draw {
  const before = (step: FunnelStep) => steps[steps.indexOf(step) - 1]?.reached ?? step.reached;
  return (width) => ({
    height: steps.length * 34 + 10,
    marginLeft: 112,
    marginRight: isNarrow(width) ? 54 : 120,
    marginTop: 0,
    marginBottom: 0,
    x: { axis: null },
    y: { label: null, domain: steps.map(({ step }) => step), tickSize: 0, padding: 0.22 },
    marks: [
      Plot.barX(steps, { x: before, y: 'step', fill: 'var(--main)', fillOpacity: 0.16, rx: 3 }),
      Plot.barX(steps, { x: 'reached', y: 'step', fill: 'var(--main)', rx: 3 }),
      Plot.text(steps, {
        x: before,
        y: 'step',
        dx: 8,
        textAnchor: 'start',
        fontWeight: 600,
        text: (step: FunnelStep) => percent(step.overallConversion),
      }),
      Plot.text(isNarrow(width) ? [] : steps, {
        frameAnchor: 'right',
        y: 'step',
        dx: 112,
        textAnchor: 'end',
        fillOpacity: 0.75,
        text: (step: FunnelStep) => whole(step.reached),
      }),
    ],
  });
}

/** Bars with how many, and their share in words. */
export function countChart(
  rows: readonly { name: string; count: number; part?: number; label: string }[],
  colour = 'var(--main)',
): Draw {
  return (width) => ({
    height: rows.length * 34 + 10,
    marginLeft: isNarrow(width) ? 124 : 164,
    marginRight: isNarrow(width) ? 64 : 170,
    marginTop: 0,
    marginBottom: 0,
    x: { axis: null },
    y: { label: null, domain: rows.map(({ name }) => name), tickSize: 0, padding: 0.22 },
    marks: [
      Plot.barX(rows, {
        x: 'count',
        y: 'name',
        fill: colour,
        fillOpacity: rows.some(({ part }) => part) ? 0.4 : 1,
        rx: 3,
      }),
      Plot.barX(
        rows.filter(({ part }) => part),
        { x: 'part', y: 'name', fill: colour, rx: 3 },
      ),
      Plot.text(rows, {
        x: 'count',
        y: 'name',
        dx: 8,
        textAnchor: 'start',
        text: (row: { count: number; label: string }) =>
          isNarrow(width) ? whole(row.count) : `${whole(row.count)}  ${row.label}`,
      }),
    ],
  });
}

/** The axes of shares in percent, week by week. */
export function weeklyShares(
  weeks: readonly string[],
  width: number,
): Pick<Plot.PlotOptions, 'x' | 'y'> {
  return {
    x: {
      label: null,
      domain: weeks,
      tickSize: 0,
      padding: 0.12,
      ticks: everyNth(weeks, isNarrow(width) ? 4 : 2),
      tickFormat: shortDay,
    },
    y: {
      label: null,
      percent: true,
      tickFormat: (value: number) => `${value}%`,
      grid: true,
      tickSize: 0,
      ticks: 4,
    },
  };
}

export function recoveryChart({ recoveries }: Analyses): Draw {
  const weeks = recoveries.map(({ week }) => week);
  const title = (row: Analyses['recoveries'][number]) =>
    `Week of ${shortDay(row.week)}: ${percent(row.rate)} of ${whole(row.carts)} carts bought after all${row.isMature ? '' : ' so far'}`;
  return (width) => ({
    height: 200,
    marginLeft: 44,
    marginBottom: 30,
    ...weeklyShares(weeks, width),
    marks: [
      Plot.barY(recoveries, {
        x: 'week',
        y: 'rate',
        fill: 'var(--good)',
        fillOpacity: (row: { isMature: boolean }) => (row.isMature ? 1 : 0.35),
        title,
      }),
      Plot.barY(
        recoveries.filter(({ isMature }) => !isMature),
        { x: 'week', y: 'rate', fill: 'url(#hatch)', title },
      ),
    ],
  });
}

function everyNth<T>(values: readonly T[], nth: number): T[] {
  return values.filter((_, at) => at % nth === 0);
}
