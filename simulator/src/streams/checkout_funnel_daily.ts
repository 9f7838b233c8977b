import { type Plan, reached, since } from '../world/lifecycle.ts';
import { contextOf } from '../world/merchant.ts';
import { indiaDate, indiaDay } from '../world/time.ts';
import type { World } from '../world/world.ts';
import { all, type Counted, type CountedRow } from './stream.ts';

/** How far a session has come as of a moment, in the order of the funnel. */
function stepsOf(plan: Plan, nowMs: number): readonly boolean[] {
  const { visit, order } = plan;
  const isPaid = order !== undefined && order.failedMs === undefined;
  return [
    visit.stage !== 'broken',
    reached(visit, 'address') && since(visit.loginMs, nowMs),
    reached(visit, 'payment') && since(visit.paymentMs, nowMs),
    reached(visit, 'attempt') && since(visit.chosenMs, nowMs),
    isPaid && since(order.confirmedMs, nowMs),
  ];
}

const STEPS = [
  'checkout_started',
  'address_landed',
  'payment_step_reached',
  'payment_method_selected',
  'sessions_converted',
] as const;

/** Sessions of an India day by the channel that they came through. */
function rows(
  plans: Iterable<Plan>,
  world: World,
  atMs: number,
  byMarketing: boolean,
): CountedRow[] {
  const days = new Map<string, { row: CountedRow; counts: number[] }>();
  for (const plan of plans) {
    const { source, medium, campaign } = contextOf(world, plan.index).source;
    const date = indiaDate(plan.createdMs);
    const channel = plan.index % 12 === 0 ? 'Mobile App' : 'Online Store';
    const marketing = byMarketing ? ['marketing', source, medium, campaign] : [];
    const key = [date, channel, ...marketing.map((part) => part ?? '')].join(':');
    const startMs = indiaDay(plan.createdMs);
    const named = byMarketing
      ? { utm_source: source, utm_medium: medium, utm_campaign: campaign }
      : {};
    const day = days.get(key) ?? {
      row: { key, startMs, facts: { date, sales_channel: channel, ...named } },
      counts: STEPS.map(() => 0),
    };
    days.set(key, day);
    for (const [at, done] of stepsOf(plan, atMs).entries())
      day.counts[at] = (day.counts[at] ?? 0) + Number(done);
  }
  return [...days.values()].map(({ row, counts }) => ({
    ...row,
    facts: { ...row.facts, ...Object.fromEntries(STEPS.map((name, at) => [name, counts[at]])) },
  }));
}

export const checkout_funnel_daily: Counted<'checkout_funnel_daily'> = {
  kind: 'counted',
  name: 'checkout_funnel_daily',
  fields: { ...all('text', 'date sales_channel'), ...all('count', STEPS.join(' ')) },
  rows,
};
