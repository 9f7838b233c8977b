import assert from 'node:assert/strict';
import type { Fault, StreamName } from '../../simulator/src/index.ts';
import type { Printed } from '../connector.ts';
import type { Case } from './cases.ts';
import { figures } from './figures.ts';
import { ALL, BY_CHANGE, DAY, openStage, PRESENT } from './stage.ts';
import { regressions, said } from './watch.ts';

/*
 * One misfortune at a time: the sync ends with the exact truth, or with the right error and a state
 * from which the next sync, once the server is well again, gets there.
 */

/** What a user sees of it, in one line. */
export interface Sight {
  readonly name: string;
  readonly outcome: string;
  readonly text: string;
}

/** Small pages, so that a small merchant has several in a window. */
const SMALL_PAGES = Object.fromEntries(
  ['orders', 'checkouts', 'payments', 'shipments', 'settlements'].map((name) => [
    name,
    { paging: { limit: 5 } },
  ]),
);

export async function faultCase(given: Case): Promise<Sight> {
  const stage = await openStage({
    seed: 11,
    orders: 60,
    startMs: PRESENT - 20 * DAY,
    endMs: PRESENT + 10 * DAY,
    ...given.simulator,
    config: {
      lookback_days: 2,
      concurrency: 3,
      api_profile: { streams: SMALL_PAGES },
      ...given.config,
    },
  });
  try {
    for (const fault of given.faults) stage.simulator.inject(fault);
    const nowMs = stage.simulator.nowMs() + (given.aheadMs ?? 0);
    const first = await stage.attempt({ nowMs, timeoutMs: 120_000 });
    assert.equal(first.stderr, '', 'stderr stays empty');
    await stage.commit(first.lines);
    const { errors } = said(first.lines);
    if (given.expect === 'truth') {
      assert.deepEqual(errors, []);
      assert.equal(first.code, 0);
      // What was stamped past our own clock is left to the next sync.
      await stage.mustEqual(ALL, (given.aheadMs ?? 0) < 0 ? { toMs: nowMs } : {});
      stage.simulator.clearFaults();
      // With a short lookback the next sync shows where the state of this one really stands.
      stage.simulator.advance(DAY);
      const next = await stage.attempt();
      await stage.commit(next.lines);
      assert.equal(next.code, 0);
      await stage.mustEqual(BY_CHANGE);
    } else {
      assert.equal(first.code, 1);
      const codes = new Set(errors.map((text) => /\[(GK_\w+)\] \[at /.exec(text)?.[1]));
      assert.deepEqual([...codes], [given.expect], errors[0]);
      const failed = failedStreams(first.lines);
      const allowed = failingOf(given);
      assert.deepEqual(
        failed.filter((name) => !allowed.includes(name)),
        [],
        'other streams go on (I6)',
      );
      if (given.fails !== 'all')
        await stage.mustEqual(ALL.filter((name) => !failed.includes(name)));
      if (given.simulator || given.config) return sight(given, first.lines);
      stage.simulator.clearFaults();
      const next = await stage.attempt();
      assert.deepEqual(regressions(stage.states, next.lines), []);
      await stage.commit(next.lines);
      assert.equal(next.code, 0, said(next.lines).errors[0]);
      await stage.mustEqual(ALL);
    }
    return sight(given, first.lines);
  } finally {
    figures.faults += 1;
    await stage.close();
  }
}

function failedStreams(lines: readonly Printed[]): string[] {
  return lines.flatMap(({ trace }) =>
    trace?.stream_status?.status === 'INCOMPLETE'
      ? [trace.stream_status.stream_descriptor.name]
      : [],
  );
}

const CHILDREN: Partial<Record<StreamName, readonly StreamName[]>> = {
  orders: ['order_items', 'refunds'],
  checkouts: ['checkout_events'],
};

function failingOf({ faults, fails }: Case): readonly string[] {
  if (fails === 'all') return ALL;
  const named = fails ?? faults.flatMap(({ stream }: Fault) => stream ?? ALL);
  return named.flatMap((name) => [name, ...(CHILDREN[name] ?? [])]);
}

function sight(given: Case, lines: readonly Printed[]): Sight {
  const { errors, warnings } = said(lines);
  const notes = lines.flatMap(({ log }) =>
    log?.level === 'INFO' && !/\d+ requests, /.test(log.message) ? [log.message] : [],
  );
  // The clock of a case that does not set it is only as wrong as the waiting made it.
  const isOfNote = (line: string): boolean =>
    !line.startsWith('refunds: an order without') &&
    (given.aheadMs !== undefined || !line.startsWith('The server'));
  // Of all that fail, the same one every time.
  const [first = ''] = failingOf(given);
  const error = errors.find((line) => line.includes(`; stream ${first};`)) ?? errors[0];
  const text = error ?? notes[0] ?? warnings.find(isOfNote) ?? '';
  return {
    name: given.name,
    outcome: given.expect === 'truth' ? SUCCESS : `\`${given.expect}\``,
    // Which of all streams meets it first is chance.
    text: plain(given.fails === 'all' ? text.replace(/\/v1\/[\w/-]+/g, 'ENDPOINT') : text),
  };
}

export const SUCCESS = 'the sync succeeds, nothing is missing';

/** Without what differs from run to run. */
export const plain = (text: string): string =>
  text
    // What a ticket needs is another at every run.
    .replace(/ \[at \d{4}-.*\]$/, '')
    .replace(/; request id [\w-]+/, '')
    .replace(/127\.0\.0\.1:\d+/g, 'HOST')
    .replace(/x{64}\.example/g, 'HOST')
    .replace(/in \d+ s$/, 'in N s')
    .replace(/\(\d+ times?\)/g, '(N times)');
