import { type Journey, journeysOf } from './journeys.ts';
import {
  eachGroup,
  type Fields,
  given,
  indiaDate,
  last,
  median,
  rate,
  type Source,
  tally,
} from './rows.ts';

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
      given(checkout.device_type),
      given(checkout.mkt_source),
      given(checkout.customer_type),
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
  readonly converted: boolean;
}

function casesOf(source: Source): Case[] {
  const journeys = new Map(journeysOf(source).map((one) => [one.checkout.key, one]));
  return source.rows('address_prefills').map((row) => {
    const journey = journeys.get(row.request_id);
    const converted = journey === undefined ? row.gokwik_oid !== null : journey.furthest === 9;
    return { row, outcome: given(row.outcome), converted };
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
    ({ row }) => [given(row.prefill_source), given(row.pincode)],
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

export function prefillEffect(source: Source): Fields[] {
  const cases = casesOf(source);
  const without = cases.filter((one) => !isShown(one));
  const base = rate(tally(without, isConverted), without.length);
  const spread = (share: number | null, size: number) =>
    share === null || size === 0 ? null : (share * (1 - share)) / size;
  const slices: [string, (one: Case) => string][] = [
    ['shown', (one) => (isShown(one) ? 'shown' : 'not shown')],
    ['source', ({ row }) => given(row.prefill_source)],
    ['outcome', ({ outcome }) => outcome],
  ];
  return slices.flatMap(([slice, pieceOf]) =>
    eachGroup(
      cases,
      (one) => [pieceOf(one)],
      ([slice_value], group) => {
        const converted = tally(group, isConverted);
        const share = rate(converted, group.length);
        const spreads = [spread(share, group.length), spread(base, without.length)];
        const known = share !== null && base !== null;
        return {
          slice,
          slice_value,
          cases: group.length,
          converted,
          conversion_rate: share,
          baseline_cases: without.length,
          baseline_conversion_rate: base,
          conversion_difference: known ? share - base : null,
          difference_margin: known ? 1.96 * Math.sqrt((spreads[0] ?? 0) + (spreads[1] ?? 0)) : null,
          median_seconds: median(secondsOf(group)),
          timed_cases: secondsOf(group).length,
          baseline_median_seconds: median(secondsOf(without)),
        };
      },
    ),
  );
}
