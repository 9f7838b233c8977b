import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { clip, subtract, unite } from '../../src/cdk/cursor.ts';
import { createWindowQueue, type PlannedWindow, planSegments } from '../../src/cdk/plan.ts';
import type { Interval } from '../../src/cdk/source.ts';

/* Whatever is needed, and however rows turn out to lie, the windows cover it: all of it, once. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const INDIA = -5.5 * HOUR;

const interval = fc
  .tuple(fc.nat(60 * 24), fc.nat(60 * 24))
  .map(([from, hours]): Interval => ({ fromMs: from * HOUR, toMs: (from + hours) * HOUR }));
const needs = fc.dictionary(
  fc.constantFrom('parent', 'child', 'other'),
  fc.array(interval, { maxLength: 3 }),
);
const policy = fc.oneof(
  fc.integer({ min: 1, max: 30 }).map((days) => ({
    maxMs: days * DAY,
    overlapMs: 0,
    alignMs: 1,
    alignOffsetMs: 0,
  })),
  fc.integer({ min: 1, max: 29 }).map((days) => ({
    maxMs: days * DAY,
    overlapMs: 0,
    alignMs: DAY,
    alignOffsetMs: INDIA,
  })),
);

t.test('each stream gets what it needs, once, in windows of the allowed length', async () => {
  fc.assert(
    fc.property(
      needs,
      policy,
      fc.array(fc.nat(200_000), { minLength: 1, maxLength: 20 }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }),
      (given, policy, rows, cuts) => {
        const needed = new Map(Object.entries(given));
        const all = unite([...needed.values()].flat());
        const horizonMs = all.at(-1)?.toMs;
        const queue = createWindowQueue(planSegments(needed), policy, horizonMs);
        const planned: PlannedWindow[] = [];
        let turns = 0;
        for (let next = queue.next(); next; next = queue.next()) {
          turns += 1;
          // Some are too much to read at once, and their parts may be so again.
          if (cuts[turns % cuts.length] && queue.cut(next)) continue;
          planned.push(next);
          queue.learn(next.window, rows[planned.length % rows.length] ?? 0);
        }
        if (!queue.empty()) throw new Error('the queue ended before it was empty');
        for (const [stream, intervals] of needed) {
          const read = planned.filter((p) => p.streams.has(stream)).map((p) => p.window);
          assert.deepEqual(unite(read), unite(intervals), 'neither more nor less than is needed');
          const lengthMs = (list: readonly Interval[]) =>
            list.reduce((sum, i) => sum + i.toMs - i.fromMs, 0);
          assert.equal(lengthMs(read), lengthMs(unite(intervals)), 'nothing twice');
        }
        for (const { window } of planned) {
          if (window.toMs <= window.fromMs) throw new Error('an empty window');
          if (window.toMs - window.fromMs > policy.maxMs) throw new Error('too long a window');
          if (window.open !== (window.toMs === horizonMs)) throw new Error('open at a wrong place');
        }
      },
    ),
    { numRuns: 300 },
  );
});

t.test('segments name the streams that need them, and only those', async () => {
  fc.assert(
    fc.property(needs, (given) => {
      for (const { fromMs, toMs, streams } of planSegments(new Map(Object.entries(given)))) {
        for (const [stream, intervals] of Object.entries(given)) {
          const inside = clip(intervals, fromMs, toMs);
          const missing = subtract([{ fromMs, toMs }], inside);
          if (streams.has(stream) ? missing.length > 0 : inside.length > 0) return false;
        }
      }
      return true;
    }),
  );
});
