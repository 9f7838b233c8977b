import fc from 'fast-check';
import t from 'tap';
import { createPrinted } from '../../src/cdk/once.ts';
import type { Page, Window } from '../../src/cdk/source.ts';
import { NOW, sourceOf, sync } from './helpers/sync.ts';

const HOUR = 3_600_000;
const START = NOW - 96 * HOUR;

interface Line {
  type: string;
  record?: { data: { record_key: string; version: number } };
  state?: { sourceStats: { recordCount: number } };
}

/** A server whose rows change while it is read, and whose pages drift. */
const server = fc.record({
  rows: fc.array(
    fc.record({ hour: fc.integer({ min: 0, max: 95 }), changes: fc.array(fc.nat(60)) }),
    { maxLength: 60 },
  ),
  /** How far beside its window an answer reaches. */
  margin: fc.integer({ min: 0, max: 30 }),
  pageSize: fc.integer({ min: 1, max: 12 }),
  /** Rows of the last page that a page begins with, in turn. */
  drifts: fc.array(fc.nat(12), { minLength: 1, maxLength: 6 }),
  concurrency: fc.integer({ min: 1, max: 6 }),
  windowHours: fc.constantFrom(6, 24, 96),
});

t.test('property: each version once, whatever windows and pages bring again', async () => {
  await fc.assert(
    fc.asyncProperty(server, async (model) => {
      const { rows, margin, pageSize, drifts, concurrency, windowHours } = model;
      let pages = 0;
      /** What was in answers, each version in its turn. */
      const served = new Set<string>();
      async function* read({ fromMs, toMs }: Window): AsyncGenerator<Page> {
        const inside = rows.flatMap(({ hour, changes }, id) => {
          const ms = START + hour * HOUR;
          const isNear = ms >= fromMs - margin * HOUR && ms < toMs + margin * HOUR;
          return isNear ? [{ id, changes }] : [];
        });
        for (let at = 0; at < inside.length; at += pageSize) {
          await new Promise((resolve) => setImmediate(resolve));
          pages += 1;
          const from = Math.max(0, at - (drifts[pages % drifts.length] ?? 0));
          const page = inside.slice(from, at + pageSize).map(({ id, changes }) => {
            const version = changes.filter((page) => page <= pages).length;
            served.add(`${id} ${version}`);
            return { record_key: String(id), version };
          });
          yield [{ stream: 'rows', rows: page }];
        }
      }
      const policy = { maxMs: windowHours * HOUR, overlapMs: 0, alignMs: 1, alignOffsetMs: 0 };
      const readers = [{ streams: ['rows'], policy, read, requests: () => 0 }];
      const source = sourceOf(readers, { startMs: START, concurrency });
      const { failed, lines } = await sync<Line>(source, { streams: [{ name: 'rows' }] });
      if (failed.length > 0) throw new Error('it failed');
      const printed = lines.flatMap(({ record }) =>
        record ? [`${record.data.record_key} ${record.data.version}`] : [],
      );
      if (new Set(printed).size !== printed.length) throw new Error('a row came twice');
      if (printed.length !== served.size) throw new Error('a version is missing');
      const counted = lines.reduce((sum, l) => sum + (l.state?.sourceStats.recordCount ?? 0), 0);
      if (counted !== printed.length) throw new Error('states count other rows than there are');
    }),
    { numRuns: 200 },
  );
});

t.test('property: a row that goes back to an earlier form is printed again', async () => {
  const steps = fc.array(fc.tuple(fc.nat(20), fc.nat(2)), { maxLength: 300 });
  fc.assert(
    fc.property(steps, (given) => {
      const printed = createPrinted();
      const last = new Map<number, number>();
      return given.every(([key, version]) => {
        const isNew = last.get(key) !== version;
        last.set(key, version);
        return printed.isNew('a', `k${key}`, `{"v":${version}}`) === isNew;
      });
    }),
  );
});

t.test('what is known, and for how long', async (t) => {
  const printed = createPrinted(1024);
  const say = (from: number, to: number): number => {
    let fresh = 0;
    for (let id = from; id < to; id += 1) fresh += Number(printed.isNew('a', `k${id}`, `r${id}`));
    return fresh;
  };
  t.equal(say(0, 20_000), 20_000, 'no row is taken for another');
  t.equal(say(20_000 - 768, 20_000), 0, 'three quarters of a table at least');
  t.ok(say(0, 5000) > 4900, 'not for ever');
  t.ok(printed.isNew('b', 'k0', 'r0'), 'streams have keys of their own');
  const parts = [printed.isNew('ab', 'c', 'x'), printed.isNew('a', 'bc', 'x')];
  t.same(parts, [true, true]);
});
