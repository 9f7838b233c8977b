import fc from 'fast-check';
import t from 'tap';
import { planRun, SAFETY_MS } from '../../src/cdk/cursor.ts';
import { createWindowQueue, planSegments } from '../../src/cdk/plan.ts';
import type { JsonObject } from '../../src/cdk/protocol.ts';
import { parseStreamState, type StreamState, writeStreamState } from '../../src/cdk/state.ts';

/*
 * Random histories of runs against a model of a server: runs are interrupted anywhere, windows
 * finish in any order, the lookback and the start date change, and the server's clock may be behind.
 * What the destination ends with is compared with what the server has.
 */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BEGIN = Date.UTC(2026, 0, 1);

/** A row and the moments (server clock) at which it got a new version; the first creates it. */
interface Row {
  readonly versions: readonly number[];
}

type Filter = 'created' | 'updated';

interface Attempt {
  readonly pauseMs: number;
  readonly lookbackMs: number;
  readonly everyMs: number;
  readonly startMs: number;
  /** Windows that are finished before the run is killed; undefined: it ends by itself. */
  readonly finished: number | undefined;
  /** Which of the windows in flight finishes next. */
  readonly order: readonly number[];
  readonly maxMs: number;
}

const row: fc.Arbitrary<Row> = fc
  .tuple(
    fc.integer({ min: 0, max: 60 * 24 }),
    fc.array(fc.integer({ min: 1, max: 9 * 24 * 60 }), { maxLength: 3 }),
  )
  .map(([hour, later]) => {
    const createdMs = BEGIN + hour * HOUR;
    const moments = later.map((minutes) => createdMs + minutes * 60_000).sort((a, b) => a - b);
    return { versions: [createdMs, ...moments] };
  });

const attempt = (
  lookbackDays: fc.Arbitrary<number>,
  startDays: fc.Arbitrary<number>,
): fc.Arbitrary<Attempt> =>
  fc.record({
    pauseMs: fc.integer({ min: 1, max: 14 * 24 * 60 }).map((minutes) => minutes * 60_000),
    lookbackMs: lookbackDays.map((days) => days * DAY),
    everyMs: fc.constantFrom(0, DAY, 7 * DAY),
    startMs: startDays.map((days) => BEGIN + days * DAY),
    finished: fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }),
    order: fc.array(fc.nat(7), { minLength: 1, maxLength: 8 }),
    maxMs: fc.constantFrom(DAY, 7 * DAY, 3 * HOUR),
  });

/** Reads one attempt; returns the saved state and what was emitted as row → newest version seen. */
function runAttempt(
  rows: readonly Row[],
  filter: Filter,
  saved: JsonObject | undefined,
  step: Attempt,
  nowMs: number,
  skewMs: number,
  seen: Map<number, number>,
): { state: JsonObject; ended: boolean } {
  const parsed = parseStreamState(saved, { name: 'rows' }) as StreamState | undefined;
  const progress = planRun(parsed, {
    startMs: step.startMs,
    endMs: undefined,
    lookbackMs: step.lookbackMs,
    lookbackEveryMs: step.everyMs,
    overlapMs: SAFETY_MS,
    nowMs,
  });
  const ceilingMs = nowMs + skewMs - SAFETY_MS;
  const policy = { maxMs: step.maxMs, overlapMs: SAFETY_MS, alignMs: 1, alignOffsetMs: 0 };
  const queue = createWindowQueue(
    planSegments(new Map([['rows', progress.pending]])),
    policy,
    progress.horizonMs,
  );
  const serverNowMs = nowMs + skewMs;
  /** What the server finds: rows by the moment that it filters by, each as it is now. */
  const visible = rows.flatMap(({ versions }, id) => {
    const [createdMs, ...later] = versions.filter((ms) => ms <= serverNowMs);
    if (createdMs === undefined) return [];
    const newest = later.at(-1) ?? createdMs;
    return [{ id, newest, cursorMs: filter === 'created' ? createdMs : newest }];
  });
  const inFlight = [];
  for (let count = 0; ; count += 1) {
    while (inFlight.length < 4) {
      const next = queue.next();
      if (!next) break;
      inFlight.push(next.window);
    }
    if (count === step.finished)
      return { state: writeStreamState(progress.state(ceilingMs)), ended: false };
    const [window] = inFlight.splice(
      (step.order[count % step.order.length] ?? 0) % Math.max(1, inFlight.length),
      1,
    );
    if (!window) break;
    for (const { id, newest, cursorMs } of visible) {
      if (cursorMs >= window.fromMs && (window.open || cursorMs < window.toMs)) {
        seen.set(id, Math.max(newest, seen.get(id) ?? 0));
      }
    }
    progress.finish(window);
  }
  return { state: writeStreamState(progress.complete(ceilingMs)), ended: true };
}

function play(rows: readonly Row[], filter: Filter, attempts: readonly Attempt[], skewMs: number) {
  const seen = new Map<number, number>();
  let state: JsonObject | undefined;
  let nowMs = BEGIN + 20 * DAY;
  let resumed = false;
  let startedFresh = nowMs;
  for (const step of attempts) {
    nowMs += step.pauseMs;
    if (!resumed) startedFresh = nowMs;
    const result = runAttempt(rows, filter, state, step, nowMs, skewMs, seen);
    state = result.state;
    resumed = !result.ended;
  }
  return {
    seen,
    state: parseStreamState(state, { name: 'rows' }) as StreamState,
    nowMs,
    startedFresh,
  };
}

/** Reads the whole lookback. */
const deep = (step: Attempt): Attempt => ({ ...step, everyMs: 0 });
const last = (step: Attempt): Attempt => ({ ...step, finished: undefined });

t.test('rows filtered by their last change: nothing is missing after a run that ends', async () => {
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 40 }),
      fc.array(attempt(fc.nat(40), fc.integer({ min: 0, max: 15 })), {
        minLength: 1,
        maxLength: 8,
      }),
      fc.constantFrom(0, 0, -HOUR, -9 * DAY),
      (rows, attempts, skewMs) => {
        const steps = [...attempts.slice(0, -1), last(attempts.at(-1) as Attempt)];
        const { seen, state, nowMs } = play(rows, 'updated', steps, skewMs);
        const startMs = steps.at(-1)?.startMs ?? 0;
        for (const [id, { versions }] of rows.entries()) {
          const newest = versions.filter((ms) => ms <= nowMs + skewMs - SAFETY_MS).at(-1);
          // A change after the ceiling may have moved the row out of reach until the next run.
          const moved = versions.some(
            (ms) => ms > nowMs + skewMs - SAFETY_MS && ms <= nowMs + skewMs,
          );
          if (newest === undefined || newest < startMs || moved) continue;
          if ((seen.get(id) ?? 0) < newest) throw new Error(`row ${id} of ${newest} is missing`);
        }
        // I5 and the shape of a finished run.
        if (state.cursorMs > Math.max(nowMs + skewMs - SAFETY_MS, startMs)) throw new Error('I5');
        if (state.run) throw new Error('a finished run left its marks');
        if (state.deep && state.deep.toMs > state.cursorMs) throw new Error('I5: deep');
      },
    ),
    { numRuns: 1000 },
  );
});

t.test('rows filtered by their creation: every change within the lookback arrives', async () => {
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 40 }),
      fc.array(attempt(fc.constant(10), fc.constant(0)), { minLength: 1, maxLength: 8 }),
      fc.constantFrom(0, -HOUR),
      (rows, attempts, skewMs) => {
        // The last of them begins and ends by itself: changes may come while a run is resumed.
        const step = deep(last(attempts.at(-1) as Attempt));
        const { seen, nowMs } = play(rows, 'created', [...attempts, step, step], skewMs);
        for (const [id, { versions }] of rows.entries()) {
          const newest = versions.filter((ms) => ms <= nowMs + skewMs - SAFETY_MS).at(-1);
          if (newest === undefined) continue;
          if ((seen.get(id) ?? 0) < newest) throw new Error(`row ${id} of ${newest} is missing`);
        }
      },
    ),
    { numRuns: 1000 },
  );
});

t.test('an old start date ahead of the server’s clock claims nothing', async (t) => {
  const startMs = BEGIN + 11 * DAY;
  const step = {
    pauseMs: 0,
    lookbackMs: 0,
    everyMs: 0,
    startMs,
    finished: undefined,
    order: [0],
    maxMs: DAY,
  };
  const nowMs = BEGIN + 20 * DAY;
  const first = runAttempt([], 'updated', undefined, step, nowMs, -10 * DAY, new Map());
  const earlier = { ...step, startMs: BEGIN };
  const { state } = runAttempt([], 'updated', first.state, earlier, nowMs, -10 * DAY, new Map());
  t.match(state, { from: '2026-01-01T00:00:00Z', cursor: '2026-01-10T23:55:00Z' });
});

t.test(
  'a killed run goes on: finished windows stay finished, and the cursor never goes back',
  async () => {
    fc.assert(
      fc.property(
        fc.array(attempt(fc.constant(7), fc.constant(0)), { minLength: 2, maxLength: 12 }),
        (attempts) => {
          let state: JsonObject | undefined;
          let nowMs = BEGIN + 20 * DAY;
          let before: StreamState | undefined;
          for (const step of attempts) {
            nowMs += step.pauseMs;
            state = runAttempt([], 'updated', state, step, nowMs, 0, new Map()).state;
            const after = parseStreamState(state, { name: 'rows' }) as StreamState;
            if (before) {
              if (after.cursorMs < before.cursorMs) throw new Error('the cursor went back');
              if (after.fromMs > before.fromMs) throw new Error('history was forgotten');
              if (before.run && after.run) {
                if (after.run.startedMs !== before.run.startedMs)
                  throw new Error('it started over');
                for (const old of before.run.done) {
                  if (!after.run.done.some((i) => i.fromMs <= old.fromMs && i.toMs >= old.toMs)) {
                    throw new Error('a finished window was forgotten');
                  }
                }
              }
            }
            before = after;
          }
        },
      ),
      { numRuns: 500 },
    );
  },
);

t.test('the lookback never touches what is saved (I3)', async () => {
  fc.assert(
    fc.property(fc.nat(400), fc.nat(400), (one, other) => {
      const saved = { fromMs: BEGIN, cursorMs: BEGIN + 30 * DAY };
      const plan = (days: number) =>
        planRun(saved, {
          startMs: BEGIN,
          endMs: undefined,
          lookbackMs: days * DAY,
          lookbackEveryMs: 0,
          overlapMs: SAFETY_MS,
          nowMs: BEGIN + 40 * DAY,
        });
      const [a, b] = [plan(one), plan(other)];
      return (
        a.state(Number.POSITIVE_INFINITY).cursorMs === saved.cursorMs &&
        JSON.stringify(a.complete(BEGIN + 50 * DAY)) ===
          JSON.stringify(b.complete(BEGIN + 50 * DAY)) &&
        (a.pending[0]?.fromMs ?? 0) ===
          Math.max(BEGIN, saved.cursorMs - Math.max(one * DAY, SAFETY_MS))
      );
    }),
  );
});

t.test(
  'a lookback that is read once a day: between two, a day; a larger one at once (I3)',
  async (t) => {
    const HOURS = [0, 4, 8, 12, 16, 20, 24, 28];
    const bounds = (nowMs: number, lookbackDays: number) => ({
      startMs: BEGIN,
      endMs: undefined,
      lookbackMs: lookbackDays * DAY,
      lookbackEveryMs: DAY,
      overlapMs: SAFETY_MS,
      nowMs,
    });
    let state: StreamState = { fromMs: BEGIN, cursorMs: BEGIN + 60 * DAY - 4 * HOUR };
    const read = HOURS.map((hour) => {
      const nowMs = BEGIN + 60 * DAY + hour * HOUR;
      const plan = planRun(state, bounds(nowMs, 30));
      const reread = (state.cursorMs - (plan.pending[0]?.fromMs ?? 0)) / DAY;
      state = plan.complete(nowMs - SAFETY_MS);
      return Number(reread.toFixed(2));
    });
    // The next deep one reaches back from the end of the last, twenty hours before the cursor.
    t.same(read, [30, 1, 1, 1, 1, 1, 30.83, 1]);
    const later = planRun(state, bounds(BEGIN + 62 * DAY - 20 * HOUR, 60));
    t.equal(later.pending[0]?.fromMs, BEGIN + DAY - SAFETY_MS, 'sixty days at once');
    const written = writeStreamState(later.state(BEGIN + 70 * DAY));
    t.same(written.deep, ['2026-01-30T23:55:00Z', '2026-03-02T23:55:00Z']);
  },
);
