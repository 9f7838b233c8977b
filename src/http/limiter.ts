import { type Deferred, defer, type Sleep, sleep as systemSleep } from './abort.ts';
import { type PlainHeaders, parseQuota } from './headers.ts';

export interface LimiterOptions {
  readonly concurrency: number;
  /** 0.1 to 1000. Requests are spaced evenly; nothing saved up in idle time is spent in a burst. */
  readonly requestsPerSecond: number;
  readonly now: () => number;
  readonly sleep?: Sleep;
  /** Called once when the server states a rate that is too low to be kept to (`MAX_GAP_MS`). */
  readonly onTooSlow?: () => void;
}

interface Turn {
  readonly stream: string;
  readonly signal: AbortSignal;
  /** How long it is willing to wait for pauses in all (`pauseUntil`), in milliseconds. */
  readonly maxPauseMs?: number;
  /** Told of a pause it has to wait for, and again whenever that becomes longer. */
  readonly onPause?: ((untilMs: number) => void) | undefined;
}

export type Permit =
  | { readonly kind: 'granted'; readonly atMs: number; readonly release: () => void }
  | { readonly kind: 'too_long'; readonly untilMs: number };

/** The pace of one host. */
export type Limiter = ReturnType<typeof createLimiter>;

interface Waiter {
  readonly turn: Turn;
  readonly permit: Deferred<Permit>;
  readonly pausedBeforeMs: number;
}

/**
 * Of a stated or configured limit: requests do not arrive as evenly as they are sent, and a strict
 * server counts any second, wherever it begins. Four percent are 40 ms of grace.
 */
export const HEADROOM = 0.96;
/** Late timers are made up for: by so many ms a gap, and no more in all than so many. */
const CATCH_UP_MS = 15;
const MOST_BEHIND_MS = 250;
/** Quotas that start anew within this time (ms) are counted per second. */
const SECOND_MS = 1000;
/** A stated rate below one request in ten seconds is not kept to: a run would not end. */
const MAX_GAP_MS = 10_000;
/** With more left than this the server's quota is no reason to slow down. */
const LOW_QUOTA = 10;
/** A quota is a hint, and its reset is written in many ways: a wrong one must not stop a run. */
const MAX_HINT_MS = 5 * 60_000;

export function createLimiter(options: LimiterOptions) {
  const { concurrency, requestsPerSecond: configured, now, sleep = systemSleep } = options;
  const rate = createRate(configured, now);
  const quota = createQuota(now, options.onTooSlow);
  /** The newest pause, over or not, and the length of those before it. */
  let pause = { fromMs: 0, untilMs: 0, earlierMs: 0 };
  let active = 0;
  /** When the last permit would have been given but for late timers. */
  let dueMs = Number.NEGATIVE_INFINITY;
  /** The latest permits: a strict server counts them in any second, wherever it begins. */
  let permits: readonly number[] = [];
  let waiting: Waiter[] = [];
  /** When each stream had its last turn, in turns. */
  const served = new Map<string, number>();
  let turns = 0;
  let timer: { readonly atMs: number; readonly stop: AbortController } | undefined;

  const gapMs = (): number => 1000 / Math.min(rate.perSecond(), quota.perSecond());
  const lastMs = (): number => permits.at(-1) ?? Number.NEGATIVE_INFINITY;
  const pausedMs = (): number => pause.earlierMs + Math.min(now(), pause.untilMs) - pause.fromMs;

  /** When it is somebody's turn, however late timers were. */
  function turnMs(): number {
    const gap = gapMs();
    const many = Math.ceil(1000 / gap);
    const secondMs = (permits.at(-many) ?? Number.NEGATIVE_INFINITY) + many * gap;
    return Math.max(dueMs + gap, secondMs, pause.untilMs, quota.nextMs(lastMs()));
  }

  /** Only late timers are made up for: what nobody could use before now is not. */
  function begin(): void {
    dueMs = Math.max(dueMs, now() - gapMs());
  }

  /** Round robin: of the stream that has not had its turn for longest, the first that came. */
  function findNext(): Waiter | undefined {
    const since = ({ turn }: Waiter) => served.get(turn.stream) ?? 0;
    return waiting.reduce<Waiter | undefined>(
      (best, waiter) => (best && since(best) <= since(waiter) ? best : waiter),
      undefined,
    );
  }

  /** Gives what permits there are, and sets the timer for the next. */
  function pump(): void {
    for (;;) {
      const next = active < concurrency ? findNext() : undefined;
      // Without a waiter no timer is left: it would keep the process alive.
      if (!next) {
        wakeAt(undefined, 0);
        return;
      }
      const nowMs = now();
      // The clock was set back: nobody waits for it to catch up.
      if (nowMs < lastMs()) [permits, dueMs] = [[nowMs], nowMs];
      const atMs = Math.max(turnMs(), lastMs() + gapMs() - CATCH_UP_MS);
      if (atMs > nowMs) {
        wakeAt(atMs, nowMs);
        return;
      }
      grant(next, nowMs);
    }
  }

  function wakeAt(atMs: number | undefined, nowMs: number): void {
    if (timer && timer.atMs === atMs) return;
    timer?.stop.abort(STOPPED);
    timer = undefined;
    if (atMs === undefined) return;
    const stop = new AbortController();
    timer = { atMs, stop };
    sleep(Math.ceil(atMs - nowMs), stop.signal).then(
      () => {
        timer = undefined;
        pump();
      },
      () => {}, // stopped: who did so has set the next timer
    );
  }

  function grant(waiter: Waiter, nowMs: number): void {
    remove(waiter);
    turns += 1;
    served.set(waiter.turn.stream, turns);
    active += 1;
    dueMs = Math.max(turnMs(), nowMs - MOST_BEHIND_MS);
    permits = [...permits.slice(1 - Math.ceil(configured)), nowMs];
    const release = () => {
      if (active >= concurrency) begin();
      active -= 1;
      pump();
    };
    waiter.permit.resolve({ kind: 'granted', atMs: nowMs, release });
  }

  function remove(waiter: Waiter): void {
    waiting = waiting.filter((other) => other !== waiter);
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
    for (const waiter of waiting) tellOfPause(waiter);
    pump();
  }

  return {
    /** How long the host was paused so far, in milliseconds. */
    pausedMs,
    /** Rejects with the signal's reason when aborted. `release` is to be called in any case, once. */
    async acquire(turn: Turn): Promise<Permit> {
      turn.signal.throwIfAborted();
      const permit = defer<Permit>(turn.signal, () => {
        remove(waiter);
        pump();
      });
      const waiter: Waiter = { turn, permit, pausedBeforeMs: pausedMs() };
      if (waiting.length === 0) begin();
      waiting.push(waiter);
      tellOfPause(waiter);
      pump();
      return permit.promise;
    },
    /** No request before `untilMs` (epoch). A pause becomes longer, never shorter. */
    pauseUntil,
    /** A request permitted at `atMs` (epoch) was refused for its rate (429). */
    throttled: rate.throttled,
    succeeded(): void {
      if (rate.succeeded()) pump();
    },
    /** Corrects the pace by what the server says is left of its limit. */
    observe(headers: PlainHeaders): void {
      pauseUntil(quota.observe(headers));
      pump();
    },
  };
}

/** What the server says of its limit. */
function createQuota(now: () => number, onTooSlow: LimiterOptions['onTooSlow']) {
  let perSecond = Number.POSITIVE_INFINITY;
  let longestResetMs = 0;
  let isTold = false;
  /** A slower pace that holds until the quota starts anew. */
  let hint = { intervalMs: 0, untilMs: 0 };

  return {
    perSecond: () => perSecond,
    /** When the next request may follow one at `lastMs`. */
    nextMs: (lastMs: number): number => Math.min(lastMs + hint.intervalMs, hint.untilMs),
    /** Until when nothing is left of it; a moment that is over where something is. */
    observe(headers: PlainHeaders): number {
      const quota = parseQuota(headers, now());
      if (!quota) return 0;
      const { limit = 0, remaining } = quota;
      const resetMs = Math.min(quota.resetMs, MAX_HINT_MS);
      longestResetMs = Math.max(longestResetMs, resetMs);
      // Of a quota per second the reset says nothing: it is written in whole seconds.
      const isPerSecond = limit > 0 && longestResetMs <= SECOND_MS;
      const isLow = !isPerSecond && remaining > 0 && remaining <= LOW_QUOTA;
      const gapMs = isPerSecond ? 1000 / limit : isLow ? resetMs / remaining : 0;
      const isKept = gapMs <= MAX_GAP_MS;
      perSecond = isPerSecond && isKept ? limit * HEADROOM : Number.POSITIVE_INFINITY;
      hint =
        isLow && isKept
          ? { intervalMs: gapMs, untilMs: now() + resetMs }
          : { intervalMs: 0, untilMs: 0 };
      if (!isKept && !isTold) onTooSlow?.();
      isTold ||= !isKept;
      return !isPerSecond && remaining === 0 ? now() + resetMs : 0;
    },
  };
}

/** Stands for the error that `abort` makes when it gets no reason. */
const STOPPED = 'stopped';

/** The rate is halved at most four times, and never below one request in ten seconds. */
const FLOOR_DIVISOR = 16;
const FLOOR_PER_SECOND = 0.1;
/** After so many successes in a row a refusal is chance: it costs a tenth of the rate, not half. */
const MILD_AFTER = 10;
/**
 * After so many successes the rate goes up, half-way to the one that was refused, and soon again if
 * that held. When the step itself was refused the next one comes later, so that asking costs less than
 * one request in a hundred.
 */
const STEP_AFTER = 50;
const STEP_ON_AFTER = 15;
const STEP_AGAIN_AFTER = 120;
/** From here on the refused rate counts as reached, and the next step goes beyond it. */
const NEAR = 0.9;

/** How fast a host may be asked, by what it refused so far. */
function createRate(configured: number, now: () => number) {
  const floor = Math.min(configured, Math.max(FLOOR_PER_SECOND, configured / FLOOR_DIVISOR));
  let perSecond = configured;
  let refused = Number.POSITIVE_INFINITY;
  /** What the rate was before the last step up; 0: it came down since. */
  let good = 0;
  /** What the next refusal makes of the rate, when the last was taken for chance. */
  let half: number | undefined;
  let successes = 0;
  let stepAfter = STEP_AFTER;
  let loweredMs = Number.NEGATIVE_INFINITY;

  return {
    perSecond: () => perSecond,
    throttled(atMs: number): void {
      // Requests that were under way together are refused together: that is one refusal.
      if (atMs < loweredMs) return;
      loweredMs = now();
      const isStep = good > 0 && successes < stepAfter;
      const isChance = !isStep && successes >= MILD_AFTER;
      const lower = isStep ? good : isChance ? perSecond * 0.9 : (half ?? perSecond / 2);
      stepAfter = isStep || half !== undefined ? STEP_AGAIN_AFTER : STEP_AFTER;
      half = isChance ? perSecond / 2 : undefined;
      refused = perSecond;
      perSecond = Math.max(floor, lower);
      good = 0;
      successes = 0;
    },
    /** Whether the rate is another one now. */
    succeeded(): boolean {
      successes += 1;
      if (successes < stepAfter || perSecond >= configured) return false;
      successes = 0;
      stepAfter = STEP_ON_AFTER;
      good = perSecond;
      if (perSecond > refused * NEAR) refused = Number.POSITIVE_INFINITY;
      perSecond = Math.min(configured, (perSecond + refused) / 2);
      return true;
    },
  };
}
