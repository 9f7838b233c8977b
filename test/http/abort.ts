import { getEventListeners } from 'node:events';
import t from 'tap';
import { defer, sleep, withDeadline } from '../../src/http/abort.ts';

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;
const never = () => new Promise<never>(() => {});

t.test('withDeadline', async (t) => {
  t.test('gives what the function gives, or throws', async (t) => {
    const root = new AbortController().signal;
    t.equal(await withDeadline(root, 1000, async () => 'value'), 'value');
    const failure = new Error('its own');
    await t.rejects(
      withDeadline(root, 1000, async () => {
        throw failure;
      }),
      failure,
    );
    t.equal(listeners(root), 0, 'no listener stays on the root');
  });

  t.test('ends at the deadline even when the function does not listen', async (t) => {
    const root = new AbortController().signal;
    let linked: AbortSignal | undefined;
    const startedMs = Date.now();
    await t.rejects(
      withDeadline(root, 20, (signal) => {
        linked = signal;
        return never();
      }),
      { name: 'TimeoutError' },
    );
    t.ok(Date.now() - startedMs < 2000);
    t.equal(linked?.aborted, true, 'the function is told');
    t.equal(listeners(root), 0);
  });

  t.test("rejects with the root's reason, before and during", async (t) => {
    const root = new AbortController();
    const reason = new Error('SIGTERM');
    const during = withDeadline(root.signal, 10_000, never);
    t.equal(listeners(root.signal), 1);
    root.abort(reason);
    t.equal(await during.catch((error: unknown) => error), reason);
    t.equal(listeners(root.signal), 0);
    let wasCalled = false;
    const before = withDeadline(root.signal, 10_000, async () => {
      wasCalled = true;
    });
    t.equal(await before.catch((error: unknown) => error), reason);
    t.equal(wasCalled, false);
  });

  t.test('a late failure of an abandoned function is not unhandled', async (t) => {
    const root = new AbortController().signal;
    await t.rejects(
      withDeadline(root, 5, async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        throw new Error('too late');
      }),
      { name: 'TimeoutError' },
    );
    await new Promise((resolve) => setTimeout(resolve, 30));
  });

  t.test('keeps nothing of 20,000 requests under one root', async (t) => {
    const root = new AbortController().signal;
    for (let i = 0; i < 20_000; i += 1) await withDeadline(root, 60_000, async () => i);
    t.equal(listeners(root), 0);
    const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
    t.ok(timers.length < 10, 'no timer stays');
  });
});

t.test('sleep', async (t) => {
  t.test('waits', async (t) => {
    const { signal } = new AbortController();
    const startedMs = performance.now();
    await sleep(30, signal);
    t.ok(performance.now() - startedMs >= 28);
    t.equal(listeners(signal), 0);
  });

  t.test('is woken by an abort, with its reason', async (t) => {
    const root = new AbortController();
    const reason = 'a reason need not be an Error';
    const asleep = sleep(60_000, root.signal);
    root.abort(reason);
    t.equal(await asleep.catch((error: unknown) => error), reason);
    t.equal(listeners(root.signal), 0);
    t.equal(
      await sleep(60_000, root.signal).catch((error: unknown) => error),
      reason,
      'aborted before',
    );
  });

  t.test('more than setTimeout can hold is not at once', async (t) => {
    const root = new AbortController();
    let isAwake = false;
    const asleep = sleep(2 ** 31 + 5, root.signal).finally(() => {
      isAwake = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    t.equal(isAwake, false);
    root.abort(new Error('enough'));
    await t.rejects(asleep, /enough/);
  });
});

t.test('defer: many waiters on one signal are no leak, and no warning', async (t) => {
  const root = new AbortController();
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  t.teardown(() => process.removeListener('warning', note));
  const waiting = Array.from({ length: 40 }, () => defer<number>(root.signal, () => {}));
  await new Promise((resolve) => setTimeout(resolve, 5));
  t.strictSame(warnings, []);
  t.equal(listeners(root.signal), 40);
  for (const [index, deferred] of waiting.entries()) {
    deferred.resolve(index);
  }
  t.equal(await waiting[2]?.promise, 2);
  await Promise.all(waiting.map(({ promise }) => promise));
  t.equal(listeners(root.signal), 0);
});
