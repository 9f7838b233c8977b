import * as Plot from '@observablehq/plot';
import type { Analyses, WeekShare } from '../analyses/figures.ts';
import { className, percent, shortDay, whole } from '../numbers.ts';
import { type Draw, isNarrow, weeklyShares } from './charts.ts';

/** How orders are paid, week by week, in the colours that payment classes have everywhere. */

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
