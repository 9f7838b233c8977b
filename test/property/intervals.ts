import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { clip, holding, subtract, unite } from '../../src/cdk/cursor.ts';
import type { Interval } from '../../src/cdk/source.ts';

/* Sets of intervals against a model that cannot be wrong: the list of the moments inside. */

const MOST = 40;
const interval = fc
  .tuple(fc.nat(MOST), fc.nat(MOST))
  .map(([fromMs, toMs]): Interval => ({ fromMs, toMs }));
const set = fc.array(interval, { maxLength: 8 });

const moments = (intervals: readonly Interval[]): boolean[] =>
  Array.from({ length: MOST + 1 }, (_, ms) => intervals.some((i) => i.fromMs <= ms && ms < i.toMs));

/** Sorted, not empty, and apart: the one way to write a set. */
const isSet = (intervals: readonly Interval[]): boolean =>
  intervals.every((i, index) => i.fromMs < i.toMs && (intervals[index - 1]?.toMs ?? -1) < i.fromMs);

t.test('unite holds the same moments, written one way', async () => {
  fc.assert(
    fc.property(set, (a) => {
      const united = unite(a);
      assert.deepEqual(moments(united), moments(a));
      return isSet(united) && JSON.stringify(unite(united)) === JSON.stringify(united);
    }),
  );
});

t.test('subtract and clip leave what they should and nothing else', async () => {
  fc.assert(
    fc.property(set, set, interval, (a, b, { fromMs, toMs }) => {
      const [inA, inB] = [moments(a), moments(b)];
      const rest = subtract(a, b);
      assert.deepEqual(
        moments(rest),
        inA.map((is, ms) => is && !inB[ms]),
      );
      const part = clip(a, fromMs, toMs);
      assert.deepEqual(
        moments(part),
        inA.map((is, ms) => is && fromMs <= ms && ms < toMs),
      );
      return isSet(rest) && isSet(part);
    }),
  );
});

t.test('holding finds the interval around a moment', async () => {
  fc.assert(
    fc.property(set, fc.nat(MOST), (a, ms) => {
      const found = holding(unite(a), ms);
      return moments(a)[ms] === (found !== undefined && found.fromMs <= ms && ms < found.toMs);
    }),
  );
});
