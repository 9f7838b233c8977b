import fc from 'fast-check';
import t from 'tap';
import { TransientError } from '../../src/cdk/errors.ts';
import type { Page, ReadContext, Window } from '../../src/cdk/source.ts';
import { NOW, sourceOf, sync } from '../cdk/helpers/sync.ts';

/*
 * The engine with windows that finish in any order, pages that come when they like, and failures
 * anywhere: whatever prefix of its output a destination got, each STATE in it speaks only of rows
 * that stand before it (I1, I2).
 */

const DAY = 86_400_000;
const START = NOW - 20 * DAY;

interface Line {
  type: string;
  record?: { stream: string; data: { record_key: string } };
  state?: {
    stream: {
      stream_descriptor: { name: string };
      stream_state: { from: string; cursor: string; run?: { done: [string, string][] } };
    };
  };
}

/** A row for each quarter of a day, so that every window has some. */
const STEP = DAY / 4;

async function play(
  delays: readonly number[],
  failAt: number | undefined,
  cuts: readonly number[],
  concurrency: number,
): Promise<Line[]> {
  let turns = 0;
  let windows = 0;
  const pause = async (): Promise<void> => {
    turns += 1;
    for (let left = delays[turns % delays.length] ?? 0; left > 0; left -= 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (turns === failAt) throw new TransientError('GK_TEST', 'no more');
  };
  async function* read(
    window: Window,
    _selected: ReadonlySet<string>,
    { cut }: ReadContext,
  ): AsyncGenerator<Page> {
    windows += 1;
    /** After so many pages it is found to be too long; 4: it is not. */
    let pages = cuts[windows % cuts.length] ?? 4;
    for (let ms = Math.ceil(window.fromMs / STEP) * STEP; ms < window.toMs; ms += 5 * STEP) {
      await pause();
      if (pages === 0 && cut?.()) return;
      pages -= 1;
      const rows = [];
      for (let at = ms; at < Math.min(ms + 5 * STEP, window.toMs); at += STEP)
        rows.push({ record_key: String(at) });
      yield [
        { stream: 'parent', rows },
        { stream: 'child', rows },
      ];
    }
  }
  const policy = { maxMs: 3 * DAY, overlapMs: 300_000, alignMs: 1, alignOffsetMs: 0 };
  const source = sourceOf([{ streams: ['parent', 'child'], policy, read, requests: () => 0 }], {
    startMs: START,
    concurrency,
  });
  const streams = [{ name: 'parent' }, { name: 'child' }];
  const { failed, lines } = await sync<Line>(source, { streams });
  if (typeof failed === 'string') throw new Error(failed);
  return lines;
}

t.test('every STATE comes after all rows that it covers', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(6), { minLength: 1, maxLength: 12 }),
      fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
      fc.array(fc.nat(4), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 8 }),
      async (delays, failAt, cuts, concurrency) => {
        const printed = new Map([
          ['parent', new Set<number>()],
          ['child', new Set<number>()],
        ]);
        const lines = await play(delays, failAt, cuts, concurrency);
        for (const { record, state } of lines) {
          if (record) printed.get(record.stream)?.add(Number(record.data.record_key));
          if (!state) continue;
          const { stream_descriptor: descriptor, stream_state: saved } = state.stream;
          const covered = [[saved.from, saved.cursor], ...(saved.run?.done ?? [])];
          for (const [from = '', to = ''] of covered) {
            for (let ms = START; ms < Date.parse(to); ms += STEP) {
              if (ms < Date.parse(from)) continue;
              if (!printed.get(descriptor.name)?.has(ms))
                throw new Error(`${descriptor.name}: ${from}–${to} was saved before row ${ms}`);
            }
          }
        }
        // And what nothing kept from ending is whole.
        const rows = [...printed.values()].map((keys) => keys.size);
        const isWhole = rows.every((count) => count === Math.ceil((NOW - 300_000 - START) / STEP));
        if (failAt === undefined && !isWhole) throw new Error(`only ${rows} rows`);
      },
    ),
    { numRuns: 200 },
  );
});
