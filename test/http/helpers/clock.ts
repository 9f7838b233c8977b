import { defer, type Sleep } from '../../../src/http/abort.ts';

/** A clock that stands still until told, with the timers that wait for it. */
export interface FakeClock {
  now: () => number;
  sleep: Sleep;
  /** Sets the time without firing a timer, as the system's clock may be. */
  set(ms: number): void;
  /** Timers that are set. */
  pending(): number;
  /** Jumps from timer to timer until `done` has settled or the time is past `untilMs`. */
  run(untilMs?: number, done?: Promise<unknown>): Promise<void>;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

const { setTimeout: systemSetTimeout, clearTimeout: systemClearTimeout } = globalThis;

export function fakeClock(startMs = 0): FakeClock {
  let nowMs = startMs;
  const timers = new Set<{ atMs: number; fire: () => void }>();
  return {
    now: () => nowMs,
    set(ms) {
      nowMs = ms;
    },
    pending: () => timers.size,
    sleep(ms, signal) {
      const timer = { atMs: nowMs + ms, fire: () => {} };
      const waiting = defer<void>(signal, () => timers.delete(timer));
      timer.fire = () => {
        timers.delete(timer);
        waiting.resolve();
      };
      if (!signal.aborted) timers.add(timer);
      return waiting.promise;
    },
    async run(untilMs = Number.POSITIVE_INFINITY, done = new Promise(() => {})) {
      // p-retry knows the system's timers only: while this clock runs, they are its own.
      globalThis.setTimeout = ((fire: () => void, ms = 0) => {
        const timer = { atMs: nowMs + ms, fire };
        timers.add(timer);
        return timer;
      }) as unknown as typeof setTimeout;
      globalThis.clearTimeout = (timer) => {
        if (!timers.delete(timer as never)) systemClearTimeout(timer);
      };
      let isDone = false;
      const finish = () => {
        isDone = true;
      };
      done.then(finish, finish);
      for (;;) {
        await settled();
        const [next] = [...timers].sort((a, b) => a.atMs - b.atMs);
        if (isDone || !next || next.atMs > untilMs) break;
        nowMs = Math.max(nowMs, next.atMs);
        timers.delete(next);
        next.fire();
      }
      globalThis.setTimeout = systemSetTimeout;
      if (Number.isFinite(untilMs)) nowMs = Math.max(nowMs, untilMs);
    },
  };
}
