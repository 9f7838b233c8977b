import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Analyses, CohortCell, FunnelStep, PrefillSlice, WeekShare } from './analyses.ts';
import { className, percent, points, shortDay, whole, words } from './numbers.ts';

/**
 * The charts as SVG text. They are drawn here and not in the browser: the page needs no script, and
 * its colours are CSS variables, so one drawing serves light and dark. Each is drawn at two widths,
 * since shrinking a drawing would shrink its letters.
 */

const { document } = parseHTML('<html><body></body></html>');
const WIDTHS = { wide: 736, narrow: 340 } as const;

type Draw = (width: number) => Plot.PlotOptions;

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

const isNarrow = (width: number) => width < 500;

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
function weeklyShares(weeks: readonly string[], width: number): Pick<Plot.PlotOptions, 'x' | 'y'> {
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

const CLASS_ORDER = ['cod', 'partial_cod', 'prepaid'];
const CLASS_COLOURS: Record<string, string> = {
  cod: 'var(--cod)',
  partial_cod: 'var(--partial)',
  prepaid: 'var(--prepaid)',
};

export function classColour(paymentClass: string): string {
  return CLASS_COLOURS[paymentClass] ?? 'var(--other)';
}

/** COD at the bottom, prepaid above it, whatever is unknown on top. */
export function classesInOrder(names: Iterable<string>): string[] {
  const place = (name: string) =>
    (CLASS_ORDER.indexOf(name) + CLASS_ORDER.length + 1) % (CLASS_ORDER.length + 1);
  const last = (name: string) =>
    CLASS_ORDER.includes(name) ? CLASS_ORDER.indexOf(name) : place(name) + 99;
  return [...new Set(names)].sort((a, b) => last(a) - last(b) || a.localeCompare(b));
}

export function mixChart({ mixByWeek }: Analyses): Draw {
  const weeks = [...new Set(mixByWeek.map(({ week }) => week))];
  const classes = classesInOrder(mixByWeek.map(({ paymentClass }) => paymentClass));
  const newest = mixByWeek.filter(({ week }) => week === weeks.at(-1));
  const heightOf = (row: WeekShare) =>
    newest
      .filter((other) => classes.indexOf(other.paymentClass) < classes.indexOf(row.paymentClass))
      .reduce((sum, other) => sum + other.share, row.share / 2);
  return (width) => ({
    height: 280,
    marginLeft: 44,
    marginRight: isNarrow(width) ? 12 : 96,
    marginBottom: 30,
    ...weeklyShares(weeks, width),
    marks: [
      Plot.barY(mixByWeek, {
        x: 'week',
        y: 'share',
        fill: (row: { paymentClass: string }) => classColour(row.paymentClass),
        order: (row: { paymentClass: string }) => classes.indexOf(row.paymentClass),
        insetTop: 1,
        title: (row: { paymentClass: string; orders: number; share: number; week: string }) =>
          `${className(row.paymentClass)}, week of ${shortDay(row.week)}: ${percent(row.share)} (${whole(row.orders)} orders)`,
      }),
      Plot.text(isNarrow(width) ? [] : newest, {
        y: heightOf,
        frameAnchor: 'right',
        dx: 8,
        textAnchor: 'start',
        fill: (row: WeekShare) => classColour(row.paymentClass),
        fontWeight: 600,
        text: (row: WeekShare) => className(row.paymentClass),
      }),
    ],
  });
}

/** Weeks down, age across. Deeper is worse; hatched is too young to judge; empty has not come yet. */
export function cohortChart(cells: readonly CohortCell[], worst: number): Draw {
  const weeks = [...new Set(cells.map(({ week }) => week))];
  const lived = cells.filter(({ rate }) => rate !== null);
  return (width) => {
    const ages = [...new Set(cells.map(({ ageDays }) => ageDays))].filter(
      (age) => !isNarrow(width) || age % 10 === 0,
    );
    const shown = lived.filter(({ ageDays }) => ages.includes(ageDays));
    const label = {
      x: 'ageDays',
      y: 'week',
      text: (cell: CohortCell) => percent(cell.rate, 0),
      fontSize: 12,
      pointerEvents: 'none',
    } as const;
    return {
      height: weeks.length * 27 + 46,
      marginLeft: 64,
      marginTop: 44,
      marginBottom: 2,
      marginRight: 0,
      x: {
        label: 'days since the order',
        labelAnchor: 'left',
        labelArrow: 'none',
        domain: ages,
        axis: 'top',
        tickSize: 0,
        tickFormat: (age: number) => `${age}`,
      },
      y: { label: null, domain: weeks, tickSize: 0, tickFormat: shortDay },
      marks: [
        Plot.cell(shown, {
          x: 'ageDays',
          y: 'week',
          fill: 'var(--heat)',
          fillOpacity: (cell: CohortCell) => 0.06 + 0.8 * ((cell.rate ?? 0) / worst),
          inset: 1,
          title: cohortTitle,
        }),
        Plot.cell(
          shown.filter(({ isMature }) => !isMature),
          { x: 'ageDays', y: 'week', fill: 'url(#hatch)', inset: 1, title: cohortTitle },
        ),
        Plot.text(
          shown.filter(({ isMature }) => isMature),
          { ...label, fill: 'currentColor' },
        ),
        // Weeks of which nothing can be said yet.
        Plot.text(
          weeks.filter((week) => !shown.some((cell) => cell.week === week)),
          {
            x: () => ages[0],
            y: (week: string) => week,
            text: () => 'nothing to say yet',
            textAnchor: 'start',
            dx: -18,
            fontSize: 12,
            fillOpacity: 0.7,
          },
        ),
        // On the hatching, letters need a rim to be read.
        Plot.text(
          shown.filter(({ isMature }) => !isMature),
          { ...label, fill: 'currentColor', stroke: 'var(--card)', strokeWidth: 3 },
        ),
      ],
    };
  };
}

function cohortTitle(cell: CohortCell): string {
  const age = `after ${cell.ageDays} days ${percent(cell.rate)} of ${whole(cell.shipped)} shipped orders came back`;
  return `Week of ${shortDay(cell.week)}: ${age}${cell.isMature ? '' : ' so far; too young to judge'}`;
}

/** The difference prefilling makes, with what may be chance. */
export function effectChart(slices: readonly PrefillSlice[]): Draw {
  const low = (row: PrefillSlice) => row.low ?? 0;
  const high = (row: PrefillSlice) => row.high ?? 0;
  const reach = Math.max(
    0.05,
    ...slices.map((row) => Math.max(Math.abs(low(row)), Math.abs(high(row)))),
  );
  return (width) => ({
    height: slices.length * 42 + 40,
    marginLeft: 120,
    marginRight: 20,
    marginBottom: 34,
    x: {
      label: null,
      domain: [-reach * 1.05, reach * 1.05],
      ticks: isNarrow(width) ? 3 : 5,
      tickSize: 0,
      tickFormat: (value: number) => points(value).replace('.0', '').replace(' pts', ''),
      grid: true,
    },
    y: { label: null, domain: slices.map(({ value }) => value), tickSize: 0, tickFormat: words },
    marks: [
      Plot.ruleX([0], { stroke: 'var(--ink)', strokeOpacity: 0.5 }),
      Plot.ruleY(slices, {
        y: 'value',
        x1: low,
        x2: high,
        stroke: 'var(--main)',
        strokeWidth: 3,
        strokeOpacity: 0.45,
        strokeLinecap: 'round',
      }),
      Plot.dot(slices, { y: 'value', x: 'difference', fill: 'var(--main)', r: 6 }),
      Plot.text(slices, {
        y: 'value',
        x: 'difference',
        dy: -13,
        fontWeight: 600,
        text: (row: PrefillSlice) => points(row.difference),
      }),
    ],
  });
}
