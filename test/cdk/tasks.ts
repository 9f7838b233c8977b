import t from 'tap';
import type { OpenSource, Reader } from '../../src/cdk/source.ts';
import { parseStates } from '../../src/cdk/state.ts';
import { planTasks } from '../../src/cdk/tasks.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 22);

const reader = (streams: string[]): Reader => ({
  streams,
  policy: { maxMs: 7 * DAY, overlapMs: 300_000, alignMs: 1, alignOffsetMs: 0 },
  async *read() {},
  requests: () => 0,
});

const source: OpenSource = {
  streams: [],
  readers: [reader(['a']), reader(['b', 'b_child']), reader(['c']), reader(['d'])],
  startMs: NOW - 30 * DAY,
  endMs: undefined,
  lookbackMs: 10 * DAY,
  concurrency: 1,
  skewMs: () => 0,
  check: async () => ({ ok: true, message: '' }),
  anomalies: () => [],
  close() {},
};

const plan = (
  names: string[],
  saved: unknown,
  syncMode: 'incremental' | 'full_refresh' = 'incremental',
) =>
  planTasks({
    source,
    configured: names.map((name) => ({ name, syncMode })),
    saved: parseStates(saved),
    log: { info() {}, warn() {}, debug() {} },
    startedMs: NOW,
    refuse: (_descriptor, error) => {
      throw error;
    },
  });
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
  const saved = { a: { __ab_full_refresh_sync_complete: true }, b: whole, c: broken };
  const tasks = plan(['a', 'b', 'c'], saved, 'full_refresh');
  t.same(
    tasks.map((task) => [...task.members.keys()]),
    [['b'], ['c'], ['a']],
  );
  t.same(
    tasks.map((task) => task.queue.empty()),
    [false, false, true],
  );
});
