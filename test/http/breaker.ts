import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import t from 'tap';
import { TransientError } from '../../src/cdk/errors.ts';
import { createBreaker } from '../../src/http/breaker.ts';
import { fakeClock } from './helpers/clock.ts';

const open = new AbortController().signal;
const error = new TransientError('GK_HTTP_500', 'Broken.');
const none = () => 0;
const soon = () => new Promise((resolve) => setImmediate(resolve));

function setup(concurrency: number) {
  const clock = fakeClock(1_000_000);
  const breaker = createBreaker({ concurrency, now: clock.now });
  let inside = 0;
  const enter = async (signal = open) => {
    await breaker.enter(signal);
    inside += 1;
  };
  return { clock, breaker, enter, inside: () => inside };
}

t.test('one at a time until the first good answer, then as many as allowed', async (t) => {
  const { breaker, enter, inside } = setup(4);
  for (let i = 0; i < 6; i += 1) void enter();
  await soon();
  t.equal(inside(), 1);
  breaker.succeeded(breaker.begin());
  await soon();
  t.equal(inside(), 4);
  breaker.leave();
  await soon();
  t.equal(inside(), 5);
});

t.test('never more than ten, whatever the concurrency', async (t) => {
  const { breaker, enter, inside } = setup(64);
  breaker.succeeded(breaker.begin());
  for (let i = 0; i < 30; i += 1) void enter();
  await soon();
  t.equal(inside(), 10);
});

t.test('a failure closes it to one, and says who is too many', async (t) => {
  const { clock, breaker, enter, inside } = setup(3);
  breaker.succeeded(breaker.begin());
  await Promise.all([enter(), enter(), enter()]);
  breaker.failed(breaker.begin(), error, (failures) => failures * 100);
  t.equal(breaker.isCrowded(), true);
  t.equal(breaker.backoffMs(), 100);
  breaker.leave();
  breaker.leave();
  t.equal(breaker.isCrowded(), false, 'the last one stays');
  void enter();
  await soon();
  t.equal(inside(), 3, 'nobody new');
  clock.set(1_000_060);
  breaker.failed(breaker.begin(), error, (failures) => failures * 100);
  t.equal(breaker.backoffMs(), 200);
  clock.set(1_000_200);
  t.equal(breaker.backoffMs(), 60);
  breaker.succeeded(breaker.begin());
  t.equal(breaker.backoffMs(), 0);
  await soon();
  t.equal(inside(), 4);
});

t.test('seven failures in a row shut it, for those in the line too', async (t) => {
  const { breaker, enter } = setup(4);
  await enter();
  const waiting = enter();
  for (let i = 0; i < 6; i += 1) breaker.failed(breaker.begin(), error, none);
  t.equal(breaker.shutBy(), undefined);
  breaker.failed(breaker.begin(), error, none);
  t.equal(breaker.shutBy(), error);
  t.equal(await waiting.catch((reason: unknown) => reason), error);
  t.equal(await enter().catch((reason: unknown) => reason), error);
});

t.test('a success in between starts the count anew', async (t) => {
  const { breaker } = setup(4);
  for (let i = 0; i < 20; i += 1) {
    breaker.failed(breaker.begin(), error, none);
    if (i % 6 === 5) breaker.succeeded(breaker.begin());
  }
  t.equal(breaker.shutBy(), undefined);
});

t.test('slow good news from before the failure is no news', async (t) => {
  const { breaker } = setup(4);
  const before = breaker.begin();
  breaker.failed(breaker.begin(), error, () => 100);
  breaker.succeeded(before);
  t.equal(breaker.backoffMs(), 100);
  breaker.succeeded(breaker.begin());
  t.equal(breaker.backoffMs(), 0);
});

t.test('an abort leaves the line', async (t) => {
  const { breaker, enter, inside } = setup(1);
  await enter();
  const root = new AbortController();
  const gone = enter(root.signal);
  const next = enter();
  root.abort(new Error('stop'));
  await t.rejects(gone, /stop/);
  t.equal(getEventListeners(root.signal, 'abort').length, 0);
  await t.rejects(enter(root.signal), /stop/);
  breaker.leave();
  await next;
  t.equal(inside(), 2);
});

t.test('property: a dead endpoint gets at most ten calls, wherever it dies', async (t) => {
  const plan = fc.record({
    concurrency: fc.integer({ min: 1, max: 40 }),
    workers: fc.integer({ min: 1, max: 40 }),
    diesAfter: fc.nat(60),
    delays: fc.infiniteStream(fc.nat(20)),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ concurrency, workers, diesAfter, delays }) => {
      const clock = fakeClock();
      const breaker = createBreaker({ concurrency, now: clock.now });
      let callsToTheDead = 0;
      let most = 0;
      let under = 0;
      const work = async () => {
        for (;;) {
          await breaker.enter(open);
          if (breaker.shutBy()) throw error;
          const call = breaker.begin();
          const isDead = call > diesAfter;
          if (isDead) callsToTheDead += 1;
          under += 1;
          most = Math.max(most, under);
          await clock.sleep(delays.next().value, open);
          under -= 1;
          if (isDead) breaker.failed(call, error, none);
          else breaker.succeeded(call);
          breaker.leave();
        }
      };
      const all = Promise.allSettled(Array.from({ length: workers }, work));
      await clock.run(undefined, all);
      t.ok((await all).every(({ status }) => status === 'rejected'));
      if (callsToTheDead > 10) throw new Error(`${callsToTheDead} calls`);
      if (most > concurrency) throw new Error(`${most} at once`);
    }),
    { numRuns: 60 },
  );
});
