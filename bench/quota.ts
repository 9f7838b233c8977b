/**
 * A rate limit as strict as they come: no second, wherever it begins, may see more than `perSecond`
 * requests. A refused request does not count.
 */

export type Verdict =
  | { readonly kind: 'allowed'; readonly remaining: number }
  | { readonly kind: 'refused'; readonly retryAfterSeconds: number };

export interface Quota {
  ask(nowMs: number): Verdict;
  perSecond(): number;
  /** Requests per second from now on. */
  set(perSecond: number): void;
}

const WINDOW_MS = 1000;

export function createQuota(initialPerSecond: number): Quota {
  let perSecond = initialPerSecond;
  /** When the requests of the last second came, oldest first. */
  let recent: number[] = [];
  return {
    ask(nowMs) {
      recent = recent.filter((atMs) => atMs > nowMs - WINDOW_MS);
      if (recent.length >= perSecond) {
        const freeMs = (recent[recent.length - perSecond] ?? nowMs) + WINDOW_MS - nowMs;
        // `Retry-After` counts whole seconds.
        return { kind: 'refused', retryAfterSeconds: Math.max(1, Math.ceil(freeMs / 1000)) };
      }
      recent.push(nowMs);
      return { kind: 'allowed', remaining: perSecond - recent.length };
    },
    perSecond: () => perSecond,
    set(value) {
      perSecond = value;
    },
  };
}
