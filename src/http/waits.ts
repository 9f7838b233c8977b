/** All in milliseconds; a wait doubles from its base up to its cap. */
export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
  /** For a 429 that doesn't say how long to wait. */
  readonly limitedBaseMs: number;
  readonly limitedCapMs: number;
}

export const BACKOFF: Backoff = {
  baseMs: 1000,
  capMs: 30_000,
  limitedBaseMs: 2000,
  limitedCapMs: 60_000,
};

/** After so many failures in a row. Full jitter: who failed together doesn't come back together. */
export function failureWaitMs(failures: number, random: () => number, backoff: Backoff): number {
  return random() * Math.min(backoff.capMs, backoff.baseMs * 2 ** (failures - 1));
}

/**
 * After a 429: what the server asked for, to the letter. Only a wish shorter than the base is
 * stretched to it from the second time on: 429s don't count as attempts, so `Retry-After: 0` for
 * ever would spin. Without a wish the wait grows with the 429s in a row before this one.
 */
export function limitedWaitMs(
  askedMs: number | undefined,
  limitedBefore: number,
  random: () => number,
  backoff: Backoff,
): number {
  if (askedMs !== undefined) {
    return limitedBefore === 0 ? askedMs : Math.max(askedMs, backoff.baseMs);
  }
  const wishedMs = backoff.limitedBaseMs * 2 ** limitedBefore * (1 + random() / 4);
  return Math.min(backoff.limitedCapMs, wishedMs);
}

/** A wait for people: `45 s`, `20 min`, `2.5 h`. */
export function inWords(ms: number): string {
  if (ms < 120_000) return `${Math.ceil(ms / 1000)} s`;
  if (ms < 7_200_000) return `${Math.ceil(ms / 60_000)} min`;
  return `${Math.ceil(ms / 360_000) / 10} h`;
}
