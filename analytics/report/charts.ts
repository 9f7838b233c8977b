import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type {
  Analyses,
  CohortCell,
  FunnelStep,
  MixBand,
  PrefillSlice,
  Recovery,
  SalesBand,
} from './analyses.ts';
import { type Grain, labelled, longBand } from './calendar.ts';
import { className, percent, points, rupees, whole, words } from './numbers.ts';

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

/** Bars over time: a band for every day, week or month, those without rows too, and labels apart. */
function timeline(
  { bands, grain }: Analyses['time'],
  width: number,
): Pick<Plot.PlotOptions, 'marginLeft' | 'marginBottom' | 'marginRight' | 'x'> {
  const labels = labelled(bands, grain, isNarrow(width) ? 4 : 12);
  return {
    marginLeft: 44,
    marginRight: 12,
    marginBottom: 40,
    x: {
      label: null,
      domain: bands,
      tickSize: 0,
      // One bar as wide as the page would look like much.
      padding: bands.length < 5 ? 0.7 : 0.12,
      ticks: [...labels.keys()],
      tickFormat: (band: string) => labels.get(band) ?? '',
    },
  };
}

const SHARES = {
  label: null,
  percent: true,
  tickFormat: (value: number) => `${value}%`,
  grid: true,
  tickSize: 0,
  ticks: 4,
} as const;

/** Rupees in three steps, each a part of the one before: what was placed, what is left, what has arrived. */
export const SALES_STEPS = [
  { name: 'placed', of: 'placedRupees', opacity: 0.22 },
  { name: 'less cancelled and RTO', of: 'netRupees', opacity: 0.55 },
  { name: 'delivered so far', of: 'deliveredRupees', opacity: 1 },
] as const;

export function salesChart({ sales, time }: Analyses): Draw {
  const title = (row: SalesBand) =>
    `${longBand(row.band, time.grain)}: ${SALES_STEPS.map(({ name, of }) => `${rupees(row[of])} ${name}`).join(', ')}`;
  return (width) => ({
    height: 260,
    ...timeline(time, width),
    marginLeft: 84,
    y: { label: null, grid: true, tickSize: 0, ticks: 4, tickFormat: rupees },
    marks: SALES_STEPS.map(({ of, opacity }) =>
      Plot.barY(sales, { x: 'band', y: of, fill: 'var(--main)', fillOpacity: opacity, title }),
    ),
  });
}

export function recoveryChart({ recoveries, time }: Analyses): Draw {
  const title = (row: Recovery) =>
    `${longBand(row.band, time.grain)}: ${percent(row.rate)} of ${whole(row.carts)} carts bought after all${row.isMature ? '' : ' so far'}`;
  return (width) => ({
    height: 210,
    ...timeline(time, width),
    y: SHARES,
    marks: [
      Plot.barY(recoveries, {
        x: 'band',
        y: 'rate',
        fill: 'var(--good)',
        fillOpacity: (row: Recovery) => (row.isMature ? 1 : 0.35),
        title,
      }),
      Plot.barY(
        recoveries.filter(({ isMature }) => !isMature),
        { x: 'band', y: 'rate', fill: 'url(#hatch)', title },
      ),
    ],
  });
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

export function mixChart({ mixByBand, time }: Analyses): Draw {
  const classes = classesInOrder(mixByBand.map(({ paymentClass }) => paymentClass));
  return (width) => ({
    height: 290,
    ...timeline(time, width),
    y: SHARES,
    marks: [
      Plot.barY(mixByBand, {
        x: 'band',
        y: 'share',
        fill: (row: MixBand) => classColour(row.paymentClass),
        order: (row: MixBand) => classes.indexOf(row.paymentClass),
        insetTop: 1,
        title: (row: MixBand) =>
          `${className(row.paymentClass)}, ${longBand(row.band, time.grain)}: ${percent(row.share)} (${whole(row.orders)} orders)`,
      }),
    ],
  });
}

/** With fewer parcels a share says nothing: they are counted, and have no colour. */
export const FEW_PARCELS = 10;
const isFew = ({ shipped }: { shipped: number }) => shipped < FEW_PARCELS;

/**
 * Bands down, age across. Deeper is worse; hatched is too young to judge; empty has not come yet.
 * @param bands every one, those without parcels too.
 */
export function cohortChart(
  cells: readonly CohortCell[],
  bands: readonly string[],
  grain: Grain,
  worst: number,
): Draw {
  const lived = cells.filter(({ rate }) => rate !== null);
  const shipped = new Map(cells.map((cell) => [cell.band, cell.shipped]));
  const rowHeight = bands.length > 30 ? 22 : 27;
  return (width) => {
    const ages = [...new Set(cells.map(({ ageDays }) => ageDays))].filter(
      (age) => !isNarrow(width) || age % 20 === 0,
    );
    const shown = lived.filter(({ ageDays }) => ages.includes(ageDays));
    const label = {
      x: 'ageDays',
      y: 'band',
      text: (cell: CohortCell) =>
        isFew(cell) ? `${whole(cell.rto)} of ${whole(cell.shipped)}` : percent(cell.rate, 0),
      fontSize: 12,
      pointerEvents: 'none',
      fill: 'currentColor',
    } as const;
    const silent = bands.filter((band) => !shown.some((cell) => cell.band === band));
    const beside = { frameAnchor: 'left', textAnchor: 'end', dx: -8 } as const;
    return {
      height: bands.length * rowHeight + 46,
      marginLeft: 132,
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
      y: { axis: null, domain: bands },
      marks: [
        Plot.text(bands, {
          ...beside,
          y: (band: string) => band,
          dx: -56,
          text: (band: string) => longBand(band, grain),
        }),
        Plot.text(bands, {
          ...beside,
          y: (band: string) => band,
          text: (band: string) => whole(shipped.get(band) ?? 0),
        }),
        Plot.text(['parcels'], {
          ...beside,
          frameAnchor: 'top-left',
          dy: -18,
          text: (one: string) => one,
        }),
        Plot.cell(shown, {
          x: 'ageDays',
          y: 'band',
          fill: 'var(--heat)',
          fillOpacity: (cell: CohortCell) =>
            isFew(cell) ? 0.04 : 0.06 + 0.72 * Math.min(1, (cell.rate ?? 0) / worst),
          inset: 1,
          title: (cell: CohortCell) => cohortTitle(cell, grain),
        }),
        Plot.cell(
          shown.filter(({ isMature }) => !isMature),
          {
            x: 'ageDays',
            y: 'band',
            fill: 'url(#hatch)',
            inset: 1,
            title: (cell: CohortCell) => cohortTitle(cell, grain),
          },
        ),
        Plot.text(
          shown.filter(({ isMature }) => isMature),
          label,
        ),
        // On the hatching, letters need a rim to be read.
        Plot.text(
          shown.filter(({ isMature }) => !isMature),
          { ...label, stroke: 'var(--card)', strokeWidth: 4 },
        ),
        Plot.text(silent, {
          x: () => ages[0],
          y: (band: string) => band,
          text: (band: string) => (shipped.get(band) ? 'nothing to say yet' : 'no parcel'),
          textAnchor: 'start',
          dx: -18,
          fontSize: 12,
        }),
      ],
    };
  };
}

function cohortTitle(cell: CohortCell, grain: Grain): string {
  const age = `after ${cell.ageDays} days ${percent(cell.rate)} of ${whole(cell.shipped)} parcels had come back`;
  return `${longBand(cell.band, grain)}: ${age}${cell.isMature ? '' : ' so far; too young to judge'}`;
}

/** The difference prefilling makes, with what may be chance. */
export function effectChart(slices: readonly PrefillSlice[]): Draw {
  const low = (row: PrefillSlice) => row.differenceLow ?? 0;
  const high = (row: PrefillSlice) => row.differenceHigh ?? 0;
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
    y: {
      label: null,
      domain: slices.map(({ sliceValue }) => sliceValue),
      tickSize: 0,
      tickFormat: words,
    },
    marks: [
      Plot.ruleX([0], { stroke: 'var(--ink)', strokeOpacity: 0.5 }),
      Plot.ruleY(slices, {
        y: 'sliceValue',
        x1: low,
        x2: high,
        stroke: 'var(--main)',
        strokeWidth: 3,
        strokeOpacity: 0.45,
        strokeLinecap: 'round',
      }),
      Plot.dot(slices, { y: 'sliceValue', x: 'conversionDifference', fill: 'var(--main)', r: 6 }),
      Plot.text(slices, {
        y: 'sliceValue',
        x: 'conversionDifference',
        dy: -13,
        fontWeight: 600,
        text: (row: PrefillSlice) => points(row.conversionDifference),
      }),
    ],
  });
}
