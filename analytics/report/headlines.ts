import type { Analyses } from './analyses.ts';
import { longBand, type Period, shortBand } from './calendar.ts';
import { NOTHING, percent, points, rupees, whole } from './numbers.ts';

/** The figures at the top of the page, and what they were in the period before. */

export interface Headline {
  readonly id: string;
  readonly value: string;
  readonly words: string;
  /** What is compared; null where too little is known of it. */
  readonly measure: Measure | null;
}

interface Measure {
  readonly value: number;
  readonly text: string;
  /** What chance allows at 95%; a sum has no such bounds, and its change is a share of it. */
  readonly bounds?: readonly [low: number, high: number];
}

/** With fewer cases nothing is said of a change. */
const LEAST_CASES = 30;

export function headlines(analyses: Analyses): Headline[] {
  const { overview, funnel, mix, cuts, prefill, stages, recoveries } = analyses;
  const sum = <T>(rows: readonly T[], of: (row: T) => number) =>
    rows.reduce((a, b) => a + of(b), 0);
  const of = (part: number, all: number) => percent(all === 0 ? null : part / all);
  const shipped = sum(mix, (row) => row.shipped);
  const rto = sum(mix, (row) => row.rto);
  const cod = sum(mix, (row) => (row.paymentClass === 'cod' ? row.orders : 0));
  const attempts = sum(cuts, (cut) => cut.attempts ?? 0);
  const successes = sum(cuts, (cut) => cut.successes ?? 0);
  const recovered = sum(stages, (row) => row.recovered);
  const isKnown = stages.length === 0 || stages.some(({ rate }) => rate !== null);
  const shown = prefill.find((row) => row.slice === 'shown' && row.sliceValue === 'shown');
  const effect = shown?.isConclusive === true ? shown : undefined;
  const { orders, carts } = overview;
  const begun = funnel[0]?.reached ?? 0;
  const done = funnel.at(-1)?.reached ?? 0;
  return [
    {
      id: 'conversion',
      value: of(done, begun),
      words: `of ${whole(begun)} checkouts became an order`,
      measure: shareOf(done, begun),
    },
    {
      id: 'orders',
      value: whole(orders),
      words: 'orders placed',
      measure: sumOf(orders, whole),
    },
    {
      id: 'sales',
      value: rupees(overview.rupees),
      words: `placed; ${rupees(overview.netRupees)} less cancelled and RTO, ${rupees(overview.deliveredRupees)} delivered so far`,
      measure: sumOf(overview.rupees, rupees),
    },
    {
      id: 'aov',
      value: orders === 0 ? NOTHING : rupees(overview.rupees / orders),
      words: 'an order, on average (AOV)',
      measure: orders < LEAST_CASES ? null : sumOf(overview.rupees / orders, rupees),
    },
    {
      id: 'cod-share',
      value: of(cod, orders),
      words: 'of orders are cash on delivery',
      measure: shareOf(cod, orders),
    },
    {
      id: 'payment-success',
      value: of(successes, attempts),
      words: `of ${whole(attempts)} attempts to pay succeeded`,
      measure: shareOf(successes, attempts),
    },
    {
      id: 'rto',
      value: of(rto, shipped),
      words:
        shipped === 0
          ? 'no shipped order is old enough to judge whether it comes back'
          : `of ${whole(shipped)} shipped orders came back (weeks old enough to judge)`,
      measure: shareOf(rto, shipped),
    },
    {
      id: 'recovery',
      value: isKnown ? of(recovered, carts) : NOTHING,
      words: isKnown
        ? `of ${whole(carts)} abandoned carts were bought after all, so far`
        : `how many of ${whole(carts)} abandoned carts were bought after all is not known: there are no orders`,
      measure:
        isKnown && recoveries.every(({ isMature }) => isMature) ? shareOf(recovered, carts) : null,
    },
    {
      id: 'prefill',
      value: effect === undefined ? NOTHING : points(effect.conversionDifference),
      words:
        effect === undefined
          ? 'what an offered address does to conversion is not known yet'
          : `of conversion where an address was offered, among like shoppers: ${points(effect.differenceLow)} to ${points(effect.differenceHigh)}`,
      measure:
        effect === undefined
          ? null
          : {
              value: effect.conversionDifference ?? 0,
              text: points(effect.conversionDifference),
              bounds: [effect.differenceLow ?? 0, effect.differenceHigh ?? 0],
            },
    },
  ];
}

/** A span of days and what the headlines were then. */
export interface Window {
  readonly period: Period;
  readonly headlines: readonly Headline[];
}

/**
 * How a headline changed, and against what: in the newest window that can be judged, against the one
 * before it.
 * @param windows newest first, of one length, each just before the other.
 */
export function changeOf(id: string, windows: readonly Window[]): string | null {
  const year = windows[0]?.period.to.slice(0, 4) ?? '';
  const known = windows.map(({ period, headlines }) => ({
    days: spanOf(period, year),
    measure: headlines.find((one) => one.id === id)?.measure ?? null,
  }));
  for (const [at, now] of known.entries()) {
    const was = known[at + 1];
    if (was?.measure == null || now.measure === null) continue;
    return `${changed(now.measure, was.measure)}: ${now.measure.text} in ${now.days}, ${was.measure.text} in ${was.days}`;
  }
  return null;
}

function changed(now: Measure, was: Measure): string {
  const difference = now.value - was.value;
  if (now.bounds === undefined || was.bounds === undefined) {
    if (was.value === 0) return 'New';
    const share = percent(difference / was.value).replace('-', '−');
    return difference > 0 ? `+${share}` : share;
  }
  // Newcombe: the bounds of a difference from the bounds of its two sides.
  const away = (near: number, far: number) => Math.hypot(near, far);
  const low = difference - away(now.value - now.bounds[0], was.bounds[1] - was.value);
  const high = difference + away(now.bounds[1] - now.value, was.value - was.bounds[0]);
  return points(difference) + (low <= 0 && high >= 0 ? ' (may be chance)' : '');
}

function sumOf(value: number, show: (value: number) => string): Measure {
  return { value, text: show(value) };
}

function shareOf(part: number, all: number): Measure | null {
  if (all < LEAST_CASES) return null;
  return { value: part / all, text: percent(part / all), bounds: wilson(part / all, all) };
}

/** Wilson's interval, as `analytics/macros` has it. */
function wilson(share: number, cases: number): [number, number] {
  const z = 1.96;
  const middle = share + z ** 2 / (2 * cases);
  const reach = z * Math.sqrt((share * (1 - share)) / cases + (z / (2 * cases)) ** 2);
  return [(middle - reach) / (1 + z ** 2 / cases), (middle + reach) / (1 + z ** 2 / cases)];
}

/** No line ends within a date. */
const NBSP = '\u00A0';

/** `24 Sep – 23 Oct`, with years where they are not this one. */
function spanOf({ from, to }: Period, year: string): string {
  const day = (date: string) =>
    (date.startsWith(year) ? shortBand(date, 'day') : longBand(date, 'day')).replaceAll(' ', NBSP);
  return from === to ? day(to) : `${day(from)} – ${day(to)}`;
}
