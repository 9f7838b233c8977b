import t from 'tap';
import { createWindowQueue, planSegments, planTasks } from '../../src/cdk/plan.ts';
import type { OpenSource, Reader } from '../../src/cdk/source.ts';
import { parseStates } from '../../src/cdk/state.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 22);

const reader = (streams: string[]): Reader => ({
  streams,
  policy: { maxMs: 7 * DAY, overlapMs: 300_000, alignMs: 1, alignOffsetMs: 0 },
  async *read() {},
  requests: () => 0,
});

const source: OpenSource = {
  streams: [],
  unreadable: new Map(),
  readers: [reader(['a']), reader(['b', 'b_child']), reader(['c']), reader(['d'])],
  startMs: NOW - 30 * DAY,
  endMs: undefined,
  lookbackMs: 10 * DAY,
  lookbackEveryMs: 0,
  concurrency: 1,
  skewMs: () => 0,
  check: async () => '',
  anomalies: () => [],
  close() {},
};

const plan = (
  names: string[],
  saved: unknown,
  syncMode: 'incremental' | 'full_refresh' = 'incremental',
  syncId?: number,
) => {
  const { tasks, refused } = planTasks({
    source,
    configured: names.map((name) => ({ name, syncMode, ...(syncId && { syncId }) })),
    saved: parseStates(saved),
    log: { info() {}, warn() {}, debug() {} },
    startedMs: NOW,
  });
  for (const { error } of refused) throw error;
  return tasks;
};
const order = (...given: Parameters<typeof plan>) =>
  plan(...given).map((task) => [...task.members.keys()]);

const whole = { version: 1, from: '2026-10-23T00:00:00Z', cursor: '2026-11-21T00:00:00Z' };
const broken = {
  ...whole,
  run: { started: '2026-11-22T00:00:00Z', to: '2026-11-21T23:55:00Z', done: [] },
};

t.test('the order of the catalog, a parent and its children together', async (t) => {
  t.same(order(['c', 'b_child', 'a', 'b'], []), [['c'], ['b_child', 'b'], ['a']]);
});

t.test('what is unfinished comes before what is up to date (I4)', async (t) => {
  const saved = { a: whole, b: whole, b_child: broken, c: whole, d: broken };
  t.same(order(['a', 'b', 'b_child', 'c', 'd'], saved), [['b', 'b_child'], ['d'], ['a'], ['c']]);
  t.same(order(['a', 'd'], { a: whole }), [['d'], ['a']], 'a stream that was never read, too');
});

t.test('of what is unfinished, what lags most comes first', async (t) => {
  const nearly = {
    ...broken,
    run: { ...broken.run, done: [[whole.from, '2026-11-21T23:54:00Z']] },
  };
  t.same(order(['a', 'b', 'c', 'd'], { a: nearly, b: broken, c: whole }), [
    ['d'],
    ['b'],
    ['a'],
    ['c'],
  ]);
});

t.test('of a full refresh only what this job has finished is up to date', async (t) => {
  const saved = { a: { __ab_full_refresh_sync_complete: true, sync_id: 7 }, b: whole, c: broken };
  const tasks = plan(['a', 'b', 'c'], saved, 'full_refresh', 7);
  t.same(
    tasks.map((task) => [...task.members.keys()]),
    [['b'], ['c'], ['a']],
  );
  t.same(
    tasks.map((task) => task.queue.empty()),
    [false, false, true],
  );
});

/* Where windows end; that they cover everything once is test/property/windows.ts. */

t.test(
  'windows of day-wise endpoints end at midnight in India, and only the ends of the run do not',
  async (t) => {
    const india = { maxMs: 3 * DAY, overlapMs: 0, alignMs: DAY, alignOffsetMs: -5.5 * HOUR };
    const need = [{ fromMs: Date.UTC(2026, 0, 1, 10), toMs: Date.UTC(2026, 0, 9, 7) }];
    const queue = createWindowQueue(planSegments(new Map([['a', need]])), india, undefined);
    const ends: string[] = [];
    for (let next = queue.next(); next; next = queue.next())
      ends.push(new Date(next.window.toMs).toISOString());
    t.same(ends, [
      '2026-01-03T18:30:00.000Z',
      '2026-01-06T18:30:00.000Z',
      '2026-01-09T07:00:00.000Z',
    ]);
  },
);

t.test('windows shrink where rows are dense, and grow again', async (t) => {
  const policy = { maxMs: 8 * DAY, overlapMs: 0, alignMs: 1, alignOffsetMs: 0 };
  const queue = createWindowQueue(
    planSegments(new Map([['a', [{ fromMs: 0, toMs: 90 * DAY }]]])),
    policy,
    undefined,
  );
  const days = (rowsPerDay: number): number => {
    const window = queue.next()?.window;
    if (!window) return 0;
    const length = (window.toMs - window.fromMs) / DAY;
    queue.learn(window, length * rowsPerDay);
    return length;
  };
  t.equal(days(10_000), 8);
  t.equal(days(10_000), 2, 'twenty thousand rows fit in two days');
  t.equal(days(100), 2);
  t.equal(days(100), 4);
  t.equal(days(100), 8);
});
