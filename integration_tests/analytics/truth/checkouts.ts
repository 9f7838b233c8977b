import { type Journey, journeysOf } from './journeys.ts';
import {
  eachGroup,
  type Fields,
  given,
  indiaDate,
  last,
  median,
  merchantOf,
  rate,
  type Source,
  tally,
  textOf,
  wilson,
} from './rows.ts';
import { code, shopperOf, word } from './words.ts';

const STEPS = [
  'started',
  'opened',
  'login started',
  'logged in',
  'address given',
  'payment page',
  'method chosen',
  'order created',
  'order completed',
];

/** One row for each step of some journeys. */
function steps(journeys: readonly Journey[]): Fields[] {
  const reached = (step: number) => tally(journeys, ({ furthest }) => furthest >= step);
  return STEPS.map((step, at) => {
    const number = at + 1;
    const before = reached(Math.max(1, number - 1));
    // Nothing leads to the first two: they are where a checkout begins.
    const times = number < 3 ? [] : journeys.flatMap(({ seconds }) => seconds[at] ?? []);
    return {
      step_number: number,
      step,
      checkouts: journeys.length,
      reached_before: before,
      reached: reached(number),
      left_here: number === 9 ? 0 : reached(number) - reached(number + 1),
      step_conversion: rate(reached(number), before),
      overall_conversion: rate(reached(number), journeys.length),
      median_seconds: median(times),
      timed_checkouts: times.length,
    };
  });
}

export function funnelDaily(source: Source): Fields[] {
  return eachGroup(
    journeysOf(source),
    ({ checkout }) => [
      indiaDate(checkout.created_at),
      word(checkout.device_type),
      word(checkout.mkt_source),
      shopperOf(checkout.customer_type),
    ],
    ([india_date, device, origin, shopper], group) =>
      steps(group).map((step) => ({ india_date, device, source: origin, shopper, ...step })),
  ).flat();
}

export function funnel(source: Source): Fields[] {
  const journeys = journeysOf(source);
  return journeys.length === 0 ? [] : steps(journeys);
}

interface Case {
  readonly row: Fields;
  readonly outcome: string;
  readonly origin: string;
  /** Who is like whom: kind of shopper and device. */
  readonly kind: string;
  readonly converted: boolean;
}

function casesOf(source: Source): Case[] {
  const journeys = new Map(journeysOf(source).map((one) => [one.checkout.key, one]));
  return source.rows('address_prefills').map((row) => {
    const journey = journeys.get(row.request_id);
    const converted = journey === undefined ? row.gokwik_oid !== null : journey.furthest === 9;
    const { customer_type, device_type } = journey?.checkout ?? {};
    const kind = `${shopperOf(customer_type)}, ${word(device_type)}`;
    return { row, outcome: code(row.outcome), origin: code(row.prefill_source), kind, converted };
  });
}

const secondsOf = (cases: readonly Case[]) =>
  cases.flatMap(({ row }) =>
    row.seconds_on_address_page === null ? [] : Number(row.seconds_on_address_page),
  );
const isShown = ({ row }: Case) => row.prefill_shown === true;
const isConverted = ({ converted }: Case) => converted;
const OUTCOMES = ['accepted', 'edited', 'replaced', 'ignored', 'not_available'];

export function prefillOutcomes(source: Source): Fields[] {
  return eachGroup(
    casesOf(source),
    ({ row, origin }) => [origin, given(row.pincode)],
    ([prefill_source, pincode], group) => {
      const shown = tally(group, isShown);
      const counts = Object.fromEntries(
        OUTCOMES.map((name) => [name, tally(group, ({ outcome }) => outcome === name)]),
      );
      const converted = tally(group, isConverted);
      return {
        prefill_source,
        pincode,
        city: last(group.map(({ row }) => row.city)),
        state: last(group.map(({ row }) => row.state)),
        cases: group.length,
        shown,
        ...counts,
        other_outcomes: tally(group, ({ outcome }) => !OUTCOMES.includes(outcome)),
        shown_rate: rate(shown, group.length),
        accepted_rate: rate(counts.accepted ?? 0, shown),
        converted,
        conversion_rate: rate(converted, group.length),
        median_seconds: median(secondsOf(group)),
        timed_cases: secondsOf(group).length,
      };
    },
  );
}

/** `gokwik_least_cases` */
export const LEAST = 30;

export function prefillEffect(source: Source): Fields[] {
  const cases = casesOf(source);
  const without = cases.filter((one) => !isShown(one));
  const base = rate(tally(without, isConverted), without.length);
  const slices: [string, (one: Case) => string][] = [
    ['shown', (one) => (isShown(one) ? 'shown' : 'not shown')],
    ['source', ({ origin }) => origin],
    ['outcome', ({ outcome }) => outcome],
  ];
  return slices.flatMap(([slice, pieceOf]) =>
    eachGroup(
      cases,
      (one) => [pieceOf(one)],
      ([slice_value], group) => {
        const converted = tally(group, isConverted);
        const share = rate(converted, group.length);
        const fair = likeWithLike(group, without);
        const enough = (fair?.cases ?? 0) >= LEAST && without.length >= LEAST;
        const isClear = fair !== undefined && (fair.low > 0 || fair.high < 0);
        const isAlike = fair !== undefined && fair.known * 2 >= fair.cases;
        return {
          slice,
          slice_value,
          cases: group.length,
          converted,
          conversion_rate: share,
          baseline_cases: without.length,
          baseline_conversion_rate: base,
          raw_difference: share !== null && base !== null ? share - base : null,
          compared_cases: fair?.cases ?? 0,
          conversion_difference: fair?.difference ?? null,
          difference_low: fair?.low ?? null,
          difference_high: fair?.high ?? null,
          difference_margin: fair === undefined ? null : (fair.high - fair.low) / 2,
          is_conclusive: slice !== 'outcome' && enough && isClear && isAlike,
          median_seconds: median(secondsOf(group)),
          timed_cases: secondsOf(group).length,
          baseline_median_seconds: median(secondsOf(without)),
        };
      },
    ),
  );
}

/** The difference among shoppers of one kind, averaged by how many of the kind there are. */
function likeWithLike(some: readonly Case[], without: readonly Case[]) {
  const kinds = eachGroup(
    some,
    ({ kind }) => [kind],
    ([kind], own) => {
      const other = without.filter((one) => one.kind === kind);
      const sides = [own, other].map((side) => wilson(tally(side, isConverted), side.length));
      return {
        own: sides[0],
        other: sides[1],
        cases: own.length,
        known: tally(own, ({ kind }) => !kind.startsWith('not given')),
        weight: own.length + other.length,
      };
    },
  ).flatMap(({ own, other, ...kind }) => (own && other ? [{ own, other, ...kind }] : []));
  if (kinds.length === 0) return undefined;
  const all = kinds.reduce((sum, { weight }) => sum + weight, 0);
  const weighed = (of: (kind: (typeof kinds)[number]) => number, power: 1 | 2) =>
    kinds.reduce((sum, kind) => sum + (kind.weight / all) ** power * of(kind), 0);
  const difference = weighed(({ own, other }) => own.share - other.share, 1);
  const below = weighed(
    ({ own, other }) => (own.share - own.low) ** 2 + (other.high - other.share) ** 2,
    2,
  );
  const above = weighed(
    ({ own, other }) => (own.high - own.share) ** 2 + (other.share - other.low) ** 2,
    2,
  );
  return {
    cases: kinds.reduce((sum, { cases }) => sum + cases, 0),
    known: kinds.reduce((sum, { known }) => sum + known, 0),
    difference,
    low: difference - Math.sqrt(below),
    high: difference + Math.sqrt(above),
  };
}

/** The mailed report's steps, and how far along a checkout each is. */
const REPORTED = [
  ['checkout started', 'checkout_started', 1],
  ['address page', 'address_landed', 4],
  ['payment page', 'payment_step_reached', 6],
  ['method chosen', 'payment_method_selected', 7],
  ['converted', 'sessions_converted', 9],
] as const;

export function funnelReport(source: Source): Fields[] {
  const journeys = journeysOf(source).map((one) => ({
    ...one,
    place: JSON.stringify([merchantOf(one.checkout), indiaDate(one.checkout.created_at)]),
  }));
  const rows = source.rows('checkout_funnel_daily').map((row) => ({
    row,
    place: JSON.stringify([merchantOf(row), textOf(row.date)]),
  }));
  const places = new Set([...journeys, ...rows].map(({ place }) => place));
  return [...places].flatMap((place) => {
    const [merchant, india_date] = JSON.parse(place) as string[];
    const seen = journeys.filter((one) => one.place === place);
    const told = rows.filter((one) => one.place === place).map(({ row }) => row);
    const whole = told.filter(({ breakdown }) => (breakdown ?? null) === null);
    const counts = REPORTED.map(([step, name, least], at) => {
      const counted = seen.length === 0 ? null : tally(seen, ({ furthest }) => furthest >= least);
      const used = whole.length > 0 ? whole : told;
      const reported =
        used.length === 0 ? null : used.reduce((sum, row) => sum + Number(row[name] ?? 0), 0);
      return {
        merchant,
        india_date,
        step_number: at + 1,
        step,
        reached: counted ?? reported ?? 0,
        told_by: counted === null ? 'report' : 'checkouts',
        reported,
        counted,
        difference: counted === null || reported === null ? null : reported - counted,
      };
    });
    const started = counts[0]?.reached ?? 0;
    return counts.map((row) => ({ ...row, overall_conversion: rate(row.reached, started) }));
  });
}
