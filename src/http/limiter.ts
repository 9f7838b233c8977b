import { type Deferred, defer, type Sleep, sleep as systemSleep } from './deadline.ts';
import { type Headers, parseQuota } from './headers.ts';
import { createRate } from './rate.ts';

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
  readonly askedMs: number;
  readonly pausedBeforeMs: number;
}

/**
 * Of a stated or configured limit: requests do not arrive as evenly as they are sent, and a strict
 * server counts any second, wherever it begins. Two percent are 20 ms of grace.
 */
export const HEADROOM = 0.98;
/**
 * Late timers are made up for, or a pace of 50/s would lose a tenth to them on a busy machine: by so
 * many ms a gap, and no more in all than so many.
 */
const CATCH_UP_MS = 10;
const MOST_BEHIND_MS = 250;
/**
 * A request that reached the server late comes close to the ones a second later, and a strict server
 * refuses one of those. How late shows by its answer; slow answers are taken for late by so much (ms).
 */
const MOST_LATE_MS = 50;
/** Quotas that start anew within this time (ms) are counted per second. */
const SECOND_MS = 1000;
/** With more left than this the server's quota is no reason to slow down. */
const LOW_QUOTA = 10;
/** Stands for the error that `abort` makes when it gets no reason, with a stack: 13 µs a request. */
const STOPPED = 'stopped';
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
  const rate = createRate(configured, now);
  /** The limit that the server states, per second. */
  let stated = Number.POSITIVE_INFINITY;
  let longestResetMs = 0;
  let active = 0;
  /** When the last permit was given, and by how much the pace is behind for our own lateness. */
  let lastMs = Number.NEGATIVE_INFINITY;
  let behindMs = 0;
  /** When there was last room for one more at once. */
  let freedMs = Number.NEGATIVE_INFINITY;
  /** When the latest requests were permitted, and how long they took once they are answered. */
  const latest: { readonly ms: number; readonly paceMs: number; tookMs?: number }[] = [];
  /** The sum of all gaps as they should have been. */
  let paceMs = 0;
  let fastestMs = Number.POSITIVE_INFINITY;
  /** The newest pause, over or not, and the length of those before it. */
  let pause = { fromMs: 0, untilMs: 0, earlierMs: 0 };
  /** A slower pace that holds until the server's quota starts anew. */
  let hint = { intervalMs: 0, untilMs: 0 };
  /** Streams in the order in which their turns come; none is empty. */
  const queues = new Map<string, Waiter[]>();
  let timer: { readyMs: number; cancel: AbortController } | undefined;
  /** What a timer was set to last. */
  let awaitedMs = Number.NEGATIVE_INFINITY;

  function pausedMs(): number {
    return pause.earlierMs + Math.min(now(), pause.untilMs) - pause.fromMs;
  }

  const gapMs = (): number => 1000 / Math.min(rate.perSecond(), stated);

  function readyMs(nowMs: number): number {
    const spacedMs = Math.max(lastMs + gapMs() - Math.min(CATCH_UP_MS, behindMs), secondMs(nowMs));
    const hintedMs = Math.min(lastMs + hint.intervalMs, Math.max(hint.untilMs, spacedMs));
    return Math.max(spacedMs, hint.untilMs > nowMs ? hintedMs : 0, pause.untilMs);
  }

  /** When a second has passed since the request that would be one too many in it. */
  function secondMs(nowMs: number): number {
    const most = Math.ceil(1000 / gapMs());
    const oldest = latest[latest.length - most];
    if (!oldest) return Number.NEGATIVE_INFINITY;
    // The first ones open connections, which shows only next to those that came after them.
    const lateMs = Math.max(0, (oldest.tookMs ?? 0) - fastestMs);
    return (
      Math.min(oldest.ms + Math.min(MOST_LATE_MS, lateMs), nowMs) +
      paceMs +
      gapMs() -
      oldest.paceMs -
      CATCH_UP_MS
    );
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
      grant(nowMs, nextMs);
    }
    stopTimer();
  }

  function wakeAt(readyMs: number, nowMs: number): void {
    if (timer?.readyMs === readyMs) return;
    stopTimer();
    const cancel = new AbortController();
    timer = { readyMs, cancel };
    awaitedMs = readyMs;
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
    timer?.cancel.abort(STOPPED);
    timer = undefined;
  }

  function grant(nowMs: number, dueMs: number): void {
    const [first] = queues;
    if (!first) return;
    const [stream, queue] = first;
    const waiter = queue.shift();
    // Round robin: the stream goes to the end of the line, so that none starves.
    queues.delete(stream);
    if (queue.length > 0) queues.set(stream, queue);
    active += 1;
    // Only our own lateness is made up for: idle time is not saved for a burst.
    const evenMs = lastMs + gapMs();
    const couldMs = Math.max(evenMs, dueMs, awaitedMs, freedMs, waiter?.askedMs ?? nowMs);
    const lateMs = Math.max(0, nowMs - couldMs) - Math.max(0, evenMs - nowMs);
    behindMs = Math.max(0, Math.min(MOST_BEHIND_MS, behindMs + lateMs));
    lastMs = nowMs;
    paceMs += gapMs();
    const permitted: (typeof latest)[number] = { ms: nowMs, paceMs };
    latest.push(permitted);
    if (latest.length > Math.ceil(configured)) latest.shift();
    let isHeld = true;
    const release = () => {
      if (!isHeld) return;
      isHeld = false;
      const endedMs = now();
      permitted.tookMs = Math.max(0, endedMs - nowMs);
      fastestMs = Math.min(fastestMs, permitted.tookMs);
      if (active >= concurrency) freedMs = endedMs;
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
      const waiter: Waiter = { turn, permit, askedMs: now(), pausedBeforeMs: pausedMs() };
      queues.set(stream, [...(queues.get(stream) ?? []), waiter]);
      tellOfPause(waiter);
      pump();
      return permit.promise;
    },
    pauseUntil,
    throttled: rate.throttled,
    succeeded() {
      if (rate.succeeded()) pump();
    },
    observe(headers) {
      const quota = parseQuota(headers, now());
      if (!quota) return;
      const resetMs = Math.min(quota.resetMs, MAX_HINT_MS);
      longestResetMs = Math.max(longestResetMs, resetMs);
      if (quota.limit !== undefined && quota.limit > 0 && longestResetMs <= SECOND_MS) {
        // Of a quota per second the reset says nothing: it is written in whole seconds.
        stated = quota.limit * HEADROOM;
        pump();
        return;
      }
      stated = Number.POSITIVE_INFINITY;
      const isLow = quota.remaining > 0 && quota.remaining <= LOW_QUOTA;
      if (quota.remaining === 0) pauseUntil(now() + resetMs);
      hint = isLow
        ? { intervalMs: resetMs / quota.remaining, untilMs: now() + resetMs }
        : { intervalMs: 0, untilMs: 0 };
      pump();
    },
  };
}
