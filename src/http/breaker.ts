import type { ConnectorError } from '../cdk/errors.ts';
import { type Deferred, defer } from './deadline.ts';

/** Failed answers in a row after which an endpoint is given up for the rest of the run. */
const MAX_FAILURES = 7;
/** "At most 10 calls to a dead endpoint": no more may be under way when it dies. */
const MAX_CALLS = 10;

export interface BreakerOptions {
  readonly concurrency: number;
  readonly now: () => number;
}

/**
 * The door to one endpoint. While it has never answered well, or its last answer was a failure, one
 * request at a time is let in, and it stays inside while it retries; the others wait for what comes
 * of it. After `MAX_FAILURES` failures in a row the door is shut.
 */
export interface Breaker {
  /** Waits for a place. Rejects with the signal's reason, or the last error once the door is shut. */
  enter(signal: AbortSignal): Promise<void>;
  leave(): void;
  /** More are inside than would be let in now: who failed should leave and line up again. */
  isCrowded(): boolean;
  /** The last error, once the door is shut. */
  shutBy(): ConnectorError | undefined;
  /** A call begins now; its number is for the answer. */
  begin(): number;
  /** A good answer. It opens the door again only if its call began after the last that failed. */
  succeeded(call: number): void;
  /** A bad one; `backoff` says for how long (ms) nobody tries again, from the failures in a row. */
  failed(call: number, error: ConnectorError, backoff: (failures: number) => number): void;
  /** How long to wait before the next attempt, in milliseconds. */
  backoffMs(): number;
}

export function createBreaker({ concurrency, now }: BreakerOptions): Breaker {
  const most = Math.min(concurrency, MAX_CALLS);
  let isHealthy = false;
  let failures = 0;
  let retryAtMs = 0;
  let lastError: ConnectorError | undefined;
  let calls = 0;
  let lastFailedCall = 0;
  let inside = 0;
  let line: Deferred<void>[] = [];

  const shutBy = () => (failures >= MAX_FAILURES ? lastError : undefined);
  const limit = () => (isHealthy ? most : 1);

  function admit(): void {
    const error = shutBy();
    while (line.length > 0 && (error || inside < limit())) {
      const next = line.shift();
      if (error) next?.reject(error);
      else {
        inside += 1;
        next?.resolve();
      }
    }
  }

  return {
    shutBy,
    async enter(signal) {
      signal.throwIfAborted();
      const place = defer<void>(signal, () => {
        line = line.filter((other) => other !== place);
      });
      line.push(place);
      admit();
      return place.promise;
    },
    leave() {
      inside -= 1;
      admit();
    },
    isCrowded: () => inside > limit(),
    begin() {
      calls += 1;
      return calls;
    },
    succeeded(call) {
      // Slow good news from before the endpoint died would let ten more calls in.
      if (call < lastFailedCall) return;
      isHealthy = true;
      failures = 0;
      retryAtMs = 0;
      admit();
    },
    failed(call, error, backoff) {
      lastFailedCall = Math.max(lastFailedCall, call);
      isHealthy = false;
      failures += 1;
      lastError = error;
      retryAtMs = now() + backoff(failures);
      admit();
    },
    backoffMs: () => Math.max(0, retryAtMs - now()),
  };
}
