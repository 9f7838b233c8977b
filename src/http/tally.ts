import type { Result } from './client.ts';
import { serverNow } from './headers.ts';

export interface Stats {
  /** Requests sent, retries included. */
  readonly requests: number;
  /** Answers 429. */
  readonly rateLimited: number;
  /** Failed attempts that were followed by another; those that were limited don't count. */
  readonly retries: number;
  /** Of bodies, decompressed. */
  readonly bytes: number;
}

/** What a run did and saw on the wire. */
export interface Tally {
  sent(stream: string): void;
  answered(result: Result): void;
  limited(): void;
  retried(): void;
  requests(stream?: string): number;
  stats(): Stats;
  skewMs(): number;
}

/** `Date` has a resolution of a second and the answer takes its time: less is no skew. */
const SKEW_NOISE_MS = 2000;

export function createTally(now: () => number): Tally {
  const byStream = new Map<string, number>();
  const stats = { requests: 0, rateLimited: 0, retries: 0, bytes: 0 };
  let skewMs = 0;
  return {
    sent(stream) {
      stats.requests += 1;
      byStream.set(stream, (byStream.get(stream) ?? 0) + 1);
    },
    answered(result) {
      if (result.kind === 'failure') return;
      stats.bytes += result.bytes;
      const nowMs = now();
      const differenceMs = (serverNow(result.headers, nowMs) ?? nowMs) - nowMs;
      // Ahead is no danger to the watermark (I5); behind, the worst that was seen counts.
      if (differenceMs <= -SKEW_NOISE_MS) skewMs = Math.min(skewMs, differenceMs);
    },
    limited() {
      stats.rateLimited += 1;
    },
    retried() {
      stats.retries += 1;
    },
    requests: (stream) => (stream === undefined ? stats.requests : (byStream.get(stream) ?? 0)),
    stats: () => ({ ...stats }),
    skewMs: () => skewMs,
  };
}
