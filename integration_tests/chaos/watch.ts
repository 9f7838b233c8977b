import type { RequestEntry, StreamName } from '../../simulator/src/index.ts';
import type { JsonObject } from '../../src/cdk/protocol.ts';
import type { Printed } from '../connector.ts';
import { DAY } from './stage.ts';

/*
 * What every attempt must keep, judged from outside: by the states that went in and came out, and by
 * what the server was asked. It shares no code with the connector.
 */

interface Saved {
  readonly from: string;
  readonly cursor: string;
  readonly run?: {
    readonly started: string;
    readonly to: string;
    readonly done: [string, string][];
  };
}

/** Bounds are asked for with five minutes to spare on either side, in whole seconds. */
const SLACK_MS = 5 * 60_000 + 1000;

/**
 * The simulated clock stands while the process's goes on, and is so seen to be ever further behind:
 * what is called finished gives way by as much, as it should (I5).
 */
const CLOCK_NOISE_MS = 30_000;
const isBefore = (one: string, other: string): boolean =>
  Date.parse(one) < Date.parse(other) - CLOCK_NOISE_MS;

/** The streams that one endpoint is read for. */
const READ_FOR: Partial<Record<StreamName, readonly StreamName[]>> = {
  orders: ['orders', 'order_items', 'refunds'],
  checkouts: ['checkouts', 'checkout_events'],
};

const savedOf = (state: JsonObject | undefined): Saved | undefined =>
  (state?.stream as { stream_state?: Saved } | undefined)?.stream_state;

/** Requests that asked again for what the state that went in calls finished (I4). */
export function repeats(
  states: ReadonlyMap<string, JsonObject>,
  requests: readonly RequestEntry[],
  lookbackMs: number,
): string[] {
  const wrong: string[] = [];
  for (const { stream, query } of requests) {
    const range = stream && rangeOf(query);
    if (!range) continue;
    const readers = (READ_FOR[stream] ?? [stream]).map((name) => savedOf(states.get(name)));
    if (readers.every((saved) => saved !== undefined && covers(saved, range, lookbackMs))) {
      wrong.push(`${stream} asked again for ${JSON.stringify(query)}, which its state covers`);
    }
  }
  return wrong;
}

interface Range {
  readonly fromMs: number;
  readonly toMs: number;
  /** A request by days cannot ask for a part of one. */
  readonly days: boolean;
}

/** What a request asks for, less what it asks for to be safe; undefined: nothing is left of it. */
function rangeOf(query: Readonly<Record<string, string>>): Range | undefined {
  const after = query.updated_after ?? query.created_at_min;
  const before = query.updated_before ?? query.created_at_max;
  const days = after === undefined && query.from !== undefined;
  const slackMs = days ? DAY : SLACK_MS;
  const fromMs = Date.parse(days ? `${query.from}T00:00:00+05:30` : (after ?? '')) + slackMs;
  const endMs = Date.parse(days ? `${query.to}T00:00:00+05:30` : (before ?? ''));
  const toMs = days ? endMs : endMs - slackMs;
  return toMs > fromMs ? { fromMs, toMs, days } : undefined;
}

function covers({ from, cursor, run }: Saved, range: Range, lookbackMs: number): boolean {
  if (run === undefined) {
    const rereadMs = Date.parse(cursor) - lookbackMs - SLACK_MS;
    return range.toMs <= rereadMs && range.fromMs >= Date.parse(from);
  }
  const { fromMs, toMs, days } = range;
  return run.done.some(([first, end]) => {
    const [doneMs, doneToMs] = [Date.parse(first), Date.parse(end)];
    if (!days) return doneMs < toMs && doneToMs > fromMs;
    // Its first or its last day is finished wholly, so that nothing needed it.
    return (
      (doneMs <= fromMs && doneToMs >= fromMs + DAY) || (doneMs <= toMs - DAY && doneToMs >= toMs)
    );
  });
}

/** States that say less than an earlier one: a cursor that went back, a window that was forgotten. */
export function regressions(
  before: ReadonlyMap<string, JsonObject>,
  lines: readonly Printed[],
): string[] {
  const wrong: string[] = [];
  const latest = new Map([...before].map(([name, state]) => [name, savedOf(state)]));
  for (const { state } of lines) {
    const name = state?.stream?.stream_descriptor.name;
    const now = savedOf(state);
    if (name === undefined || now?.cursor === undefined) continue;
    const old = latest.get(name);
    latest.set(name, now);
    if (old?.cursor === undefined) continue;
    const say = (what: string) => wrong.push(`${name}: ${what}: ${JSON.stringify([old, now])}`);
    if (isBefore(now.cursor, old.cursor)) say('the cursor went back');
    if (now.from > old.from) say('history was forgotten');
    if (!old.run || !now.run) continue;
    if (old.run.started !== now.run.started) say('a run that was not finished began anew');
    for (const [a, b] of old.run.done) {
      if (!now.run.done.some(([c, d]) => c <= a && !isBefore(d, b)))
        say('a finished window was forgotten');
    }
  }
  return wrong;
}

/** Messages of a kind that an attempt printed for people, errors first. */
export function said(lines: readonly Printed[]): { errors: string[]; warnings: string[] } {
  return {
    errors: lines.flatMap(({ trace }) => (trace?.error ? [trace.error.message] : [])),
    warnings: lines.flatMap(({ log }) => (log?.level === 'WARN' ? [log.message] : [])),
  };
}
