/** How fast a host may be asked, by what it refused so far. */
export interface Rate {
  /** Now, at most; requests. */
  perSecond(): number;
  /** A request permitted at `atMs` (epoch) was refused for its rate (429). */
  throttled(atMs: number): void;
  /** Whether the rate is another one now. */
  succeeded(): boolean;
}

/**
 * After a 429 the rate goes up again in steps half-way to the one that was refused. The first step is
 * taken after so many successes, and after so many more when it was refused, so that asking costs less
 * than one request in a hundred; one that held is followed by the next as soon as that is sure.
 */
const PROBE_AFTER = 50;
const PROBE_AGAIN_AFTER = 120;
const STEP_AFTER = 15;
/** After so many successes a single refusal costs a tenth of the rate instead of half of it. */
const MILD_AFTER = 10;
/** From here on the refused rate counts as reached; only the next probe may lift it. */
const NEAR = 0.9;
/** The rate is halved at most four times, and never below one request in ten seconds. */
const FLOOR_DIVISOR = 16;
const FLOOR_PER_SECOND = 0.1;

export function createRate(configured: number, now: () => number): Rate {
  const floor = Math.min(configured, Math.max(FLOOR_PER_SECOND, configured / FLOOR_DIVISOR));
  let perSecond = configured;
  /** The fastest rate that has held since the last refusal, and the slowest that was refused. */
  let good = 0;
  let refused = Number.POSITIVE_INFINITY;
  let probeAfter = PROBE_AFTER;
  let successes = 0;
  /** Where the rate would be if the last refusal had not been taken for chance. */
  let halfOfChance: number | undefined;
  let halvedMs = Number.NEGATIVE_INFINITY;

  return {
    perSecond: () => perSecond,
    throttled(atMs) {
      // Requests that were under way together are refused together: that is one refusal.
      if (atMs < halvedMs) return;
      halvedMs = now();
      const isProbe = good > 0 && good < perSecond && successes < probeAfter;
      // Refused twice in a row, a rate is surely too fast: it is not asked about soon.
      probeAfter = isProbe || halfOfChance !== undefined ? PROBE_AGAIN_AFTER : PROBE_AFTER;
      refused = perSecond;
      // One that comes after a good stretch is chance, until the next says otherwise.
      const isChance = !isProbe && successes >= MILD_AFTER;
      const half = halfOfChance ?? perSecond / 2;
      halfOfChance = isChance ? perSecond / 2 : undefined;
      perSecond = Math.max(floor, isProbe ? good : isChance ? perSecond * 0.9 : half);
      good = 0;
      successes = 0;
    },
    succeeded() {
      successes += 1;
      if (successes < probeAfter || perSecond >= configured) return false;
      successes = 0;
      // Held long enough to be sure of it.
      probeAfter = STEP_AFTER;
      good = perSecond;
      if (perSecond > refused * NEAR) refused = configured * 1.25;
      perSecond = Math.min(configured, (perSecond + refused) / 2);
      return true;
    },
  };
}
