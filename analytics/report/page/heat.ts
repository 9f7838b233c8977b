import * as Plot from '@observablehq/plot';
import type { CohortCell, PrefillSlice } from '../analyses/figures.ts';
import { percent, points, shortDay, whole, words } from '../numbers.ts';
import { type Draw, isNarrow } from './charts.ts';

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
  const low = (row: PrefillSlice) => (row.difference ?? 0) - (row.margin ?? 0);
  const high = (row: PrefillSlice) => (row.difference ?? 0) + (row.margin ?? 0);
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
