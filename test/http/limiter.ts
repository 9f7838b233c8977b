import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import t from 'tap';
import { createLimiter, type Limiter, type LimiterOptions } from '../../src/http/limiter.ts';
import { fakeClock } from './helpers/clock.ts';

const open = new AbortController().signal;

function setup(options: Partial<LimiterOptions> = {}) {
  const clock = fakeClock(1_000_000);
  const limiter = createLimiter({
    concurrency: 100,
    requestsPerSecond: 10,
    now: clock.now,
    sleep: clock.sleep,
    ...options,
  });
  /** Asks `count` times for `stream`; the moments of the permits, from the start. */
  const grants: { stream: string; atMs: number }[] = [];
  async function ask(stream: string, workMs = 0, signal = open): Promise<void> {
    const permit = await limiter.acquire({ stream, signal });
    if (permit.kind !== 'granted') throw new Error('not granted');
    grants.push({ stream, atMs: clock.now() - 1_000_000 });
    if (workMs > 0) await clock.sleep(workMs, signal);
    permit.release();
  }
  const times = () => grants.map(({ atMs }) => atMs);
  return { clock, limiter, grants, ask, times };
}

t.test('requests are spaced evenly, without a burst after an idle time', async (t) => {
  const { clock, ask, times } = setup();
  const first = Promise.all([1, 2, 3, 4].map(() => ask('a')));
  await clock.run(1_005_000, first);
  clock.set(1_005_000);
  await clock.run(undefined, Promise.all([1, 2, 3].map(() => ask('a'))));
  t.strictSame(times(), [0, 100, 200, 300, 5000, 5100, 5200]);
  t.equal(clock.pending(), 0, 'no timer without a waiter');
});

t.test('no more than `concurrency` at once', async (t) => {
  const { clock, ask, times } = setup({ concurrency: 2 });
  await clock.run(undefined, Promise.all([1, 2, 3, 4, 5].map(() => ask('a', 1000))));
  t.strictSame(times(), [0, 100, 1000, 1100, 2000]);
});

t.test('streams take turns', async (t) => {
  const { clock, limiter, ask, grants } = setup();
  limiter.pauseUntil(1_000_500); // so that all of them wait
  const all = ['a', 'a', 'a', 'a', 'a', 'a', 'b', 'b', 'c'].map((stream) => ask(stream));
  await clock.run(undefined, Promise.all(all));
  t.equal(grants.map(({ stream }) => stream).join(''), 'abcabaaaa');
});

t.test('a pause binds every stream, and is never shortened', async (t) => {
  const { clock, limiter, ask, times } = setup();
  limiter.pauseUntil(1_060_000);
  limiter.pauseUntil(1_001_000);
  const all = Promise.all([ask('a'), ask('b')]);
  await clock.run(1_030_000, all);
  t.strictSame(times(), []);
  limiter.pauseUntil(1_090_000);
  await clock.run(undefined, all);
  t.strictSame(times(), [90_000, 90_100]);
  t.equal(limiter.pausedMs(), 90_000, 'its length is known');
  limiter.pauseUntil(1_000_000);
  t.equal(limiter.pausedMs(), 90_000, 'the past is no pause');
  limiter.pauseUntil(clock.now() + 500);
  clock.set(clock.now() + 200);
  t.equal(limiter.pausedMs(), 90_200, 'the present one counts as far as it went');
});

t.test('who waits is told of a pause, and may find it too long', async (t) => {
  const { clock, limiter } = setup({ requestsPerSecond: 0.1 });
  const told: number[] = [];
  const ask = (maxPauseMs: number) =>
    limiter.acquire({
      stream: 'a',
      signal: open,
      maxPauseMs,
      onPause: (untilMs) => told.push(untilMs),
    });
  t.match(await ask(0), { kind: 'granted', atMs: 1_000_000 });
  const patient = ask(50_000);
  const hasty = ask(20_000);
  t.strictSame(told, [], 'the usual pace is no pause');
  limiter.pauseUntil(1_020_000);
  t.strictSame(told, [1_020_000, 1_020_000]);
  await clock.run(1_012_000);
  limiter.pauseUntil(1_020_001);
  t.strictSame(
    await hasty,
    { kind: 'too_long', untilMs: 1_020_001 },
    'what it waited already counts',
  );
  limiter.pauseUntil(1_050_001);
  t.strictSame(await patient, { kind: 'too_long', untilMs: 1_050_001 });
  t.strictSame(await ask(30_000), { kind: 'too_long', untilMs: 1_050_001 }, 'at once');
  t.strictSame(told, [1_020_000, 1_020_000, 1_020_001]);
  t.equal(clock.pending(), 0);
});

t.test(
  'a 429 halves the rate, once for all that were under way; successes bring it back',
  async (t) => {
    const { clock, limiter, ask, times } = setup();
    /** Between requests, once what was lost is made up for. */
    const gap = async () => {
      await clock.run(undefined, Promise.all(Array.from({ length: 40 }, () => ask('a'))));
      return (times().at(-1) ?? 0) - (times().at(-2) ?? 0);
    };
    t.equal(await gap(), 100);
    const atMs = clock.now();
    clock.set(atMs + 50);
    limiter.throttled(atMs);
    limiter.throttled(atMs);
    limiter.throttled(atMs - 100);
    t.equal(await gap(), 200);
    for (let i = 0; i < 49; i += 1) limiter.succeeded();
    t.equal(await gap(), 200, 'not before it held for a while');
    limiter.succeeded();
    t.equal(await gap(), 133, '7.5 per second: half-way to what was refused');
    limiter.throttled(clock.now());
    t.equal(await gap(), 200, 'a step too far is taken back');
    for (let i = 0; i < 119; i += 1) limiter.succeeded();
    t.equal(await gap(), 200, 'the next comes later');
    limiter.succeeded();
    t.equal(await gap(), 160, 'and is smaller');
    for (let i = 0; i < 15; i += 1) limiter.succeeded();
    t.equal(await gap(), 146, 'one that held is followed by another soon');
    for (let i = 0; i < 800; i += 1) limiter.succeeded();
    t.equal(await gap(), 100, 'in the end the configured rate, and no faster');
    limiter.throttled(clock.now());
    t.equal(await gap(), 111, 'a refusal after a good stretch is chance');
    limiter.throttled(clock.now());
    t.equal(await gap(), 200, 'a second one is not');
    for (let i = 0; i < 20; i += 1) limiter.throttled(clock.now());
    t.equal(await gap(), 1600, 'the floor: a sixteenth');
  },
);

t.test(
  'the floor is one in ten seconds at least, and never above the configured rate',
  async (t) => {
    for (const [perSecond, gapMs] of [
      [1, 10_000],
      [0.1, 10_000],
    ] as const) {
      const { clock, limiter, ask, times } = setup({ requestsPerSecond: perSecond });
      for (let i = 0; i < 20; i += 1) limiter.throttled(clock.now());
      await clock.run(undefined, Promise.all([ask('a'), ask('a')]));
      t.strictSame(times(), [0, gapMs]);
    }
  },
);

t.test("the server's quota corrects the pace", async (t) => {
  const headers = (remaining: number, reset: number) => ({
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(reset),
  });
  const run = async (remaining: number, reset: number, count = 4) => {
    const { clock, limiter, ask, times } = setup();
    limiter.observe(headers(remaining, reset));
    await clock.run(undefined, Promise.all(Array.from({ length: count }, () => ask('a'))));
    return times();
  };
  t.strictSame(
    await run(0, 30),
    [30_000, 30_100, 30_200, 30_300],
    'nothing left: wait for the reset',
  );
  t.strictSame(await run(2, 3), [0, 1500, 3000, 3100], 'little left: spread, until the reset');
  t.strictSame(await run(500, 3600), [0, 100, 200, 300], 'plenty: no reason to slow down');
  t.strictSame(await run(10, 0.1), [0, 100, 200, 300], 'never faster than configured');
  t.strictSame(await run(0, 0, 1), [0]);
  t.strictSame(await run(0, 30_000, 1), [300_000], 'a hint: five minutes at most');
  const { clock, limiter, ask, times } = setup();
  limiter.observe(headers(1, 8));
  limiter.observe({});
  const all = Promise.all([ask('a'), ask('a')]);
  await clock.run(1_001_000, all);
  limiter.observe(headers(100, 60));
  await clock.run(undefined, all);
  t.strictSame(times(), [0, 1000], 'the newest word counts, for who waits already too');
});

t.test(
  'a stated rate below one request in ten seconds is told, once, and not kept to',
  async (t) => {
    const quota = (limit: string, remaining: string, reset: string) => ({
      'ratelimit-limit': limit,
      'ratelimit-remaining': remaining,
      'ratelimit-reset': reset,
    });
    const cases: [headers: Record<string, string>, told: number, times: number[]][] = [
      [quota('10', '9', '3600'), 1, [0, 100, 200]],
      [quota('1', '1', '11'), 1, [0, 100, 200]],
      [quota('0.05', '1', '1'), 1, [0, 100, 200]],
      [quota('1', '1', '10'), 0, [0, 10_000, 10_100]],
      [quota('1', '1', '1'), 0, [0, 1042, 2084]],
    ];
    for (const [headers, expected, atMs] of cases) {
      let told = 0;
      const onTooSlow = () => {
        told += 1;
      };
      const { clock, limiter, ask, times } = setup({ onTooSlow });
      limiter.observe(headers);
      limiter.observe(headers);
      await clock.run(undefined, Promise.all([ask('a'), ask('a'), ask('a')]));
      t.equal(told, expected, JSON.stringify(headers));
      t.strictSame(times(), atMs);
    }
  },
);

t.test('a clock that is set back stops nobody', async (t) => {
  const { clock, ask, grants } = setup();
  await clock.run(undefined, ask('a'));
  clock.set(500_000);
  await clock.run(undefined, ask('a'));
  t.ok((grants[1]?.atMs ?? 0) <= -499_900);
});

t.test('an abort takes a waiter out, and the others go on', async (t) => {
  const { clock, limiter, ask, grants } = setup({ concurrency: 1 });
  const root = new AbortController();
  const reason = new Error('stop');
  const held = ask('a', 5000);
  const gone = ask('b', 0, root.signal);
  const goneToo = ask('c', 0, root.signal);
  const stays = ask('b');
  await clock.run(1_000_001);
  root.abort(reason);
  t.equal(await gone.catch((error: unknown) => error), reason);
  t.equal(await goneToo.catch((error: unknown) => error), reason);
  t.equal(getEventListeners(root.signal, 'abort').length, 0);
  await t.rejects(limiter.acquire({ stream: 'b', signal: root.signal }), reason, 'aborted before');
  await clock.run(undefined, Promise.all([held, stays]));
  t.equal(grants.map(({ stream }) => stream).join(''), 'ab');
  const alone = new AbortController();
  limiter.pauseUntil(clock.now() + 3_600_000);
  const paused = ask('a', 0, alone.signal);
  t.equal(clock.pending(), 1);
  alone.abort(reason);
  await t.rejects(paused, reason);
  t.equal(clock.pending(), 0, 'the last waiter takes the timer with it');
});

t.test('properties', async (t) => {
  const event = fc.record({
    kind: fc.constantFrom(
      'ask',
      'ask',
      'ask',
      'ask',
      'abort',
      'pause',
      'throttle',
      'succeed',
      'observe',
    ),
    afterMs: fc.nat(400),
    stream: fc.constantFrom('a', 'b', 'c'),
    amount: fc.nat(2000),
  });
  const plan = fc.record({
    perSecond: fc.double({ min: 0.1, max: 1000, noNaN: true }),
    concurrency: fc.integer({ min: 1, max: 6 }),
    events: fc.array(event, { minLength: 1, maxLength: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ perSecond, concurrency, events }) => {
      const clock = fakeClock(1_000_000);
      const limiter: Limiter = createLimiter({
        concurrency,
        requestsPerSecond: perSecond,
        now: clock.now,
        sleep: clock.sleep,
      });
      const grants: number[] = [];
      const pauses: { fromMs: number; untilMs: number }[] = [];
      const all: Promise<unknown>[] = [];
      const aborts: AbortController[] = [];
      let active = 0;
      let served = 0;
      let aborted = 0;
      const ask = async (stream: string, workMs: number, signal: AbortSignal) => {
        const permit = await limiter.acquire({ stream, signal });
        if (permit.kind !== 'granted') throw new Error('nobody is in a hurry here');
        grants.push(clock.now());
        active += 1;
        if (active > concurrency) throw new Error('too many at once');
        await clock.sleep(workMs, open);
        active -= 1;
        permit.release();
        served += 1;
      };
      for (const { kind, afterMs, stream, amount } of events) {
        await clock.run(clock.now() + afterMs);
        const nowMs = clock.now();
        if (kind === 'ask') {
          const root = new AbortController();
          aborts.push(root);
          all.push(
            ask(stream, amount, root.signal).catch((error: unknown) => {
              if (error !== root.signal.reason) throw error;
              aborted += 1;
            }),
          );
        } else if (kind === 'abort')
          aborts[amount % (aborts.length || 1)]?.abort(new Error('stop'));
        else if (kind === 'throttle') limiter.throttled(nowMs);
        else if (kind === 'succeed') limiter.succeeded();
        else if (kind === 'pause') {
          limiter.pauseUntil(nowMs + amount);
          pauses.push({ fromMs: nowMs, untilMs: nowMs + amount });
        } else
          limiter.observe({
            'ratelimit-remaining': String(amount % 12),
            'ratelimit-reset': String(amount / 100),
          });
      }
      const done = Promise.all(all);
      await clock.run(undefined, done);
      await done;
      // Everyone was served, or left.
      t.equal(served + aborted, all.length);
      t.equal(clock.pending(), 0);
      // Spaced: so no window of any length holds more than its share and one.
      const gapMs = 1000 / perSecond;
      for (const [i, at] of grants.slice(1).entries()) {
        // A timer that fired late is made up for, by 15 ms at most.
        if (at - (grants[i] ?? 0) < gapMs - 15)
          throw new Error(`${at - (grants[i] ?? 0)} ms < ${gapMs} ms`);
      }
      // No grant inside a pause (at its beginning, before it was set, is fine).
      for (const { fromMs, untilMs } of pauses) {
        if (grants.some((at) => at > fromMs && at < untilMs)) throw new Error('granted in a pause');
      }
      t.equal(grants.length, served);
    }),
    { numRuns: 150 },
  );

  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 40 }),
      async (streams) => {
        const { clock, limiter, ask, grants } = setup();
        limiter.pauseUntil(1_000_500);
        await clock.run(undefined, Promise.all(streams.map((stream) => ask(stream))));
        // Fair: when a stream is served, no stream with someone waiting is two turns behind.
        const given = new Map<string, number>();
        for (const { stream } of grants) {
          given.set(stream, (given.get(stream) ?? 0) + 1);
          for (const other of new Set(streams)) {
            const asked = streams.filter((name) => name === other).length;
            const isWaiting = (given.get(other) ?? 0) < asked;
            if (isWaiting && (given.get(stream) ?? 0) > (given.get(other) ?? 0) + 1) {
              throw new Error(`${other} starves behind ${stream}`);
            }
          }
        }
        t.equal(grants.length, streams.length);
      },
    ),
    { numRuns: 60 },
  );
});

t.test('what timers lost is caught up with, in small steps and within a second', async (t) => {
  const clock = fakeClock(0);
  let lateMs = 20;
  const limiter = createLimiter({
    concurrency: 100,
    requestsPerSecond: 10,
    now: clock.now,
    sleep: (ms, signal) => clock.sleep(ms + lateMs, signal),
  });
  const times: number[] = [];
  const ask = async (): Promise<void> => {
    const permit = await limiter.acquire({ stream: 'a', signal: open });
    if (permit.kind !== 'granted') throw new Error('not granted');
    times.push(permit.atMs);
    permit.release();
    if (times.length === 3) lateMs = 0;
  };
  await clock.run(undefined, Promise.all(Array.from({ length: 100 }, ask)));
  t.strictSame(times.slice(0, 9), [0, 120, 225, 330, 415, 500, 600, 700, 800]);
  t.ok((times.at(-1) ?? 0) <= 9930, 'what a strict second allows is caught up with');
  for (const [i, at] of times.entries()) {
    const gapMs = at - (times[i - 1] ?? -1000);
    const secondMs = at - (times[i - 10] ?? -1000);
    if (gapMs < 85 || secondMs < 1000) t.fail(`${gapMs} ms, ${secondMs} ms for ten`);
  }
});

t.test(
  'a host that was asked at a faster pace is given its second at the slower one',
  async (t) => {
    const { clock, limiter, ask, times } = setup();
    await clock.run(undefined, Promise.all(Array.from({ length: 10 }, () => ask('a'))));
    limiter.throttled(clock.now());
    await clock.run(undefined, ask('a'));
    t.equal(times().at(-1), 1500, 'a thousand ms after the fifth of five that were too quick');
  },
);

t.test('on the real clock', async (t) => {
  const limiter = createLimiter({ concurrency: 8, requestsPerSecond: 200, now: Date.now });
  const times: number[] = [];
  await Promise.all(
    Array.from({ length: 40 }, async (_, i) => {
      const permit = await limiter.acquire({ stream: `s${i % 3}`, signal: open });
      if (permit.kind !== 'granted') throw new Error('not granted');
      times.push(permit.atMs);
      permit.release();
    }),
  );
  const tookMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
  // Late timers are made up for, and no more than that.
  t.ok(tookMs >= 194, `${tookMs} ms for 39 gaps of 5 ms`);
  t.ok(tookMs < 3000);
});
