import t from 'tap';
import { createWindowQueue, planSegments } from '../../src/cdk/windows.ts';

/* Where windows end; that they cover everything once is test/property/windows.ts. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

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
