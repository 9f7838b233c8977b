import { type Deferred, defer, type Sleep, sleep as systemSleep } from './deadline.ts';
import { type Headers, parseQuota } from './headers.ts';

export interface LimiterOptions {
  /** Requests under way at once. */
  readonly concurrency: number;
  /** 0.1 to 1000. Requests are spaced evenly; nothing saved up in idle time is spent in a burst. */
  readonly requestsPerSecond: number;
  readonly now: () => number;
  readonly sleep?: Sleep;
}

interface Turn {
  readonly stream: string;
  readonly signal: AbortSignal;
  /** How long it is willing to wait for pauses in all (`pauseUntil`), in milliseconds. */
  readonly maxPauseMs?: number;
  /** Told of a pause it has to wait for, and again whenever that becomes longer. */
  readonly onPause?: (untilMs: number) => void;
}

export type Permit =
  | { readonly kind: 'granted'; readonly atMs: number; readonly release: () => void }
  | { readonly kind: 'too_long'; readonly untilMs: number };

/** The pace of one host. */
export interface Limiter {
  /** Rejects with the signal's reason when aborted. `release` is to be called in any case, once. */
  acquire(turn: Turn): Promise<Permit>;
  /** No request before `untilMs` (epoch). A pause becomes longer, never shorter. */
  pauseUntil(untilMs: number): void;
  /** How long the host was paused so far, in milliseconds. */
  pausedMs(): number;
  /** A request permitted at `atMs` was refused for its rate (429). */
  throttled(atMs: number): void;
  succeeded(): void;
  /** Corrects the pace by what the server says is left of its limit. */
  observe(headers: Headers): void;
}

interface Waiter {
  readonly turn: Turn;
  readonly permit: Deferred<Permit>;
  readonly pausedBeforeMs: number;
}

/** Recovery after a 429: twenty successes bring back the configured rate from nothing. */
const RECOVERY_STEPS = 20;
/** The rate is halved at most four times, and never below one request in ten seconds. */
const FLOOR_DIVISOR = 16;
const FLOOR_PER_SECOND = 0.1;
/** With more left than this the server's quota is no reason to slow down. */
const LOW_QUOTA = 10;
/** A quota is a hint, and its reset is written in many ways: a wrong one must not stop a run. */
const MAX_HINT_MS = 5 * 60_000;

export function createLimiter(options: LimiterOptions): Limiter {
  const { concurrency, requestsPerSecond: configured, now, sleep = systemSleep } = options;
  // A NaN would let every request through, or none.
  if (!(configured > 0) || !(concurrency >= 1)) {
    throw new RangeError(
      `Expected requestsPerSecond > 0 and concurrency >= 1, got ${configured} and ${concurrency}`,
    );
  }
  const floor = Math.min(configured, Math.max(FLOOR_PER_SECOND, configured / FLOOR_DIVISOR));
  let perSecond = configured;
  let active = 0;
  /** When the last permit was given. */
  let lastMs = Number.NEGATIVE_INFINITY;
  let halvedMs = Number.NEGATIVE_INFINITY;
  /** The newest pause, over or not, and the length of those before it. */
  let pause = { fromMs: 0, untilMs: 0, earlierMs: 0 };
  /** A slower pace that holds until the server's quota starts anew. */
  let hint = { intervalMs: 0, untilMs: 0 };
  /** Streams in the order in which their turns come; none is empty. */
  const queues = new Map<string, Waiter[]>();
  let timer: { readyMs: number; cancel: AbortController } | undefined;

  function pausedMs(): number {
    return pause.earlierMs + Math.min(now(), pause.untilMs) - pause.fromMs;
  }

  function readyMs(nowMs: number): number {
    const spacedMs = lastMs + 1000 / perSecond;
    const hintedMs = Math.min(lastMs + hint.intervalMs, Math.max(hint.untilMs, spacedMs));
    return Math.max(spacedMs, hint.untilMs > nowMs ? hintedMs : 0, pause.untilMs);
  }

  /** Gives what permits there are, and sets the timer for the next. */
  function pump(): void {
    while (queues.size > 0 && active < concurrency) {
      const nowMs = now();
      if (nowMs < lastMs) lastMs = nowMs; // the clock was set back: don't wait for it to catch up
      const nextMs = readyMs(nowMs);
      if (nextMs > nowMs) {
        wakeAt(nextMs, nowMs);
        return;
      }
      grant(nowMs);
    }
    stopTimer();
  }

  function wakeAt(readyMs: number, nowMs: number): void {
    if (timer?.readyMs === readyMs) return;
    stopTimer();
    const cancel = new AbortController();
    timer = { readyMs, cancel };
    sleep(Math.ceil(readyMs - nowMs), cancel.signal).then(
      () => {
        timer = undefined;
        pump();
      },
      () => {}, // stopped: who did so has set the next timer
    );
  }

  /** Without a waiter no timer is left: it would keep the process alive. */
  function stopTimer(): void {
    timer?.cancel.abort();
    timer = undefined;
  }

  function grant(nowMs: number): void {
    const [first] = queues;
    if (!first) return;
    const [stream, queue] = first;
    const waiter = queue.shift();
    // Round robin: the stream goes to the end of the line, so that none starves.
    queues.delete(stream);
    if (queue.length > 0) queues.set(stream, queue);
    active += 1;
    lastMs = nowMs;
    let isHeld = true;
    const release = () => {
      if (!isHeld) return;
      isHeld = false;
      active -= 1;
      pump();
    };
    waiter?.permit.resolve({ kind: 'granted', atMs: nowMs, release });
  }

  function remove(waiter: Waiter): void {
    const { stream } = waiter.turn;
    const rest = queues.get(stream)?.filter((other) => other !== waiter) ?? [];
    if (rest.length > 0) queues.set(stream, rest);
    else queues.delete(stream);
  }

  function tellOfPause(waiter: Waiter): void {
    const { maxPauseMs = Number.POSITIVE_INFINITY, onPause } = waiter.turn;
    const leftMs = pause.untilMs - now();
    if (leftMs <= 0) return;
    if (pausedMs() - waiter.pausedBeforeMs + leftMs <= maxPauseMs) {
      onPause?.(pause.untilMs);
    } else {
      remove(waiter);
      waiter.permit.resolve({ kind: 'too_long', untilMs: pause.untilMs });
    }
  }

  function pauseUntil(untilMs: number): void {
    const nowMs = now();
    if (untilMs <= Math.max(nowMs, pause.untilMs)) return;
    if (nowMs < pause.untilMs) pause = { ...pause, untilMs };
    else pause = { fromMs: nowMs, untilMs, earlierMs: pausedMs() };
    for (const waiter of [...queues.values()].flat()) tellOfPause(waiter);
    pump();
  }

  return {
    pausedMs,
    async acquire(turn) {
      const { stream, signal } = turn;
      signal.throwIfAborted();
      const permit = defer<Permit>(signal, () => {
        remove(waiter);
        pump();
      });
      const waiter: Waiter = { turn, permit, pausedBeforeMs: pausedMs() };
      queues.set(stream, [...(queues.get(stream) ?? []), waiter]);
      tellOfPause(waiter);
      pump();
      return permit.promise;
    },
    pauseUntil,
    throttled(atMs) {
      // Requests that were under way together are refused together: that is one refusal.
      if (atMs < halvedMs) return;
      halvedMs = now();
      perSecond = Math.max(floor, perSecond / 2);
    },
    succeeded() {
      perSecond = Math.min(configured, perSecond + configured / RECOVERY_STEPS);
      pump();
    },
    observe(headers) {
      const quota = parseQuota(headers, now());
      if (!quota) return;
      const resetMs = Math.min(quota.resetMs, MAX_HINT_MS);
      const isLow = quota.remaining > 0 && quota.remaining <= LOW_QUOTA;
      if (quota.remaining === 0) pauseUntil(now() + resetMs);
      hint = isLow
        ? { intervalMs: resetMs / quota.remaining, untilMs: now() + resetMs }
        : { intervalMs: 0, untilMs: 0 };
      pump();
    },
  };
}
