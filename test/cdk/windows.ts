import fc from 'fast-check';
import t from 'tap';
import { clip, subtract, unite } from '../../src/cdk/intervals.ts';
import type { Interval } from '../../src/cdk/source.ts';
import { createWindowQueue, planSegments } from '../../src/cdk/windows.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const hours = fc
  .tuple(fc.integer({ min: 0, max: 60 * 24 }), fc.integer({ min: 0, max: 20 * 24 }))
  .map(([from, length]) => ({ fromMs: from * HOUR, toMs: (from + length) * HOUR }));
const set = fc.array(hours, { maxLength: 6 });
const holds = (intervals: readonly Interval[], ms: number): boolean =>
  intervals.some((i) => i.fromMs <= ms && ms < i.toMs);

t.test('sets of intervals agree with membership, hour by hour', async () => {
  fc.assert(
    fc.property(set, set, (a, b) => {
      const union = unite([...a, ...b]);
      const rest = subtract(a, b);
      const part = clip(a, 10 * DAY, 30 * DAY);
      for (let hour = 0; hour < 81 * 24; hour += 1) {
        const ms = hour * HOUR;
        const [inA, inB] = [holds(a, ms), holds(b, ms)];
        if (holds(union, ms) !== (inA || inB)) return false;
        if (holds(rest, ms) !== (inA && !inB)) return false;
        if (holds(part, ms) !== (inA && ms >= 10 * DAY && ms < 30 * DAY)) return false;
      }
      return [union, rest, part].every((s) =>
        s.every((i, at) => i.toMs > i.fromMs && i.fromMs > (s[at - 1]?.toMs ?? -1)),
      );
    }),
    { numRuns: 200 },
  );
});

t.test('windows cover each stream’s need exactly once, in order, within the policy', async () => {
  const policy = fc.record({
    maxMs: fc.constantFrom(DAY, 7 * DAY, 29 * DAY),
    overlapMs: fc.constant(0),
    alignMs: fc.constantFrom(1, DAY),
    alignOffsetMs: fc.constantFrom(0, -5.5 * HOUR),
  });
  fc.assert(
    fc.property(
      set,
      set,
      policy,
      fc.array(fc.nat(60_000), { minLength: 1 }),
      (a, b, rules, rows) => {
        const needs = new Map([
          ['a', a],
          ['b', b],
        ]);
        const horizonMs = Math.max(0, ...[...a, ...b].map((i) => i.toMs));
        const queue = createWindowQueue(planSegments(needs), rules, horizonMs);
        const read = new Map<string, Interval[]>([
          ['a', []],
          ['b', []],
        ]);
        let lastMs = -1;
        for (let at = 0; !queue.empty(); at += 1) {
          const next = queue.next();
          if (!next) return false;
          const { window, streams } = next;
          if (window.fromMs < lastMs || window.toMs <= window.fromMs) return false;
          if (window.toMs - window.fromMs > rules.maxMs) return false;
          if (window.open !== (window.toMs === horizonMs)) return false;
          lastMs = window.toMs;
          for (const stream of streams) read.get(stream)?.push(window);
          queue.learn(window, rows[at % rows.length] ?? 0);
        }
        return [...needs].every(([stream, need]) => {
          const windows = read.get(stream) ?? [];
          const total = windows.reduce((sum, w) => sum + w.toMs - w.fromMs, 0);
          const wanted = unite(need);
          return (
            JSON.stringify(unite(windows)) === JSON.stringify(wanted) &&
            total === wanted.reduce((sum, w) => sum + w.toMs - w.fromMs, 0)
          );
        });
      },
    ),
    { numRuns: 500 },
  );
});

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
