import pRetry from 'p-retry';
import { SystemError } from '../cdk/errors.ts';
import type { Logger } from '../cdk/source.ts';
import { createAttempts, type GetOptions, type HttpRequest, type HttpResponse } from './attempt.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import type { Client } from './client.ts';
import { type Sleep, sleep as systemSleep } from './deadline.ts';
import { createLimiter, HEADROOM, type Limiter } from './limiter.ts';
import type { Outcome } from './outcome.ts';
import { createTally, type Stats } from './tally.ts';
import { BACKOFF, type Backoff, inWords } from './waits.ts';

export type { GetOptions, HttpRequest };

export interface HttpOptions {
  /** Requests under way at once, per host. */
  readonly concurrency: number;
  /** Per host, 0.1 to 1000. */
  readonly requestsPerSecond: number;
  /** For one attempt, from connecting to the last byte. Default: a minute. */
  readonly timeoutMs?: number;
  /** Largest body, as sent and decompressed. Default: 64 MiB. */
  readonly maxBytes?: number;
  /** At one request; those that end in 429 don't count. Default: 6. */
  readonly attempts?: number;
  /** Most time that one request waits because the server asked for it, in all. Default: 2 hours. */
  readonly budgetMs?: number;
  readonly allowPrivate: boolean;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Logger;
  readonly userAgent: string;
  /** For tests: other waits, and another outside world. */
  readonly backoff?: Backoff;
  readonly client?: Client;
  readonly sleep?: Sleep;
}

export interface Http {
  /**
   * One GET with all the patience there is. Throws a ConnectorError, or the signal's reason as soon
   * as it is aborted. An error of `inspect` itself goes through as it is.
   */
  get(request: HttpRequest, options: GetOptions): Promise<HttpResponse>;
  /** How far the server's clock was seen behind ours, in milliseconds, ≤ 0 (I5). */
  skewMs(): number;
  /** Requests sent, retries included. */
  requests(stream?: string): number;
  stats(): Stats;
  /** Closes the connections. For when nothing is under way any more. */
  close(): void;
}

const ATTEMPTS = 6;
const BUDGET_MS = 2 * 3_600_000;

export function createHttp(options: HttpOptions): Http {
  const { now, random, log, sleep = systemSleep, budgetMs = BUDGET_MS } = options;
  const { backoff = BACKOFF } = options;
  let opening: Promise<Client> | undefined;
  const tally = createTally(now);
  const limiters = new Map<string, Limiter>();
  const breakers = new Map<string, Breaker>();

  /** Loaded with the first request: `discover` makes none, and axios takes a quarter of its time. */
  function open(): Promise<Client> {
    if (options.client) return Promise.resolve(options.client);
    opening ??= import('./client.ts').then(({ createClient }) => createClient(options));
    return opening;
  }

  async function get(request: HttpRequest, getOptions: GetOptions): Promise<HttpResponse> {
    const { signal } = getOptions;
    const { stream, endpoint, url } = request;
    signal.throwIfAborted();
    let target: URL;
    try {
      target = new URL(url);
    } catch {
      // Said here, since the engine's TypeError would carry the whole URL.
      const message = `The address for ${endpoint} is not a URL. Check hosts and paths in \`api_profile\`.`;
      throw new SystemError('GK_URL', message, { stream });
    }
    const { host } = target;
    const client = await open();
    const requestsPerSecond = options.requestsPerSecond * HEADROOM;
    const limiter = ensure(limiters, host, () =>
      createLimiter({ ...options, requestsPerSecond, sleep }),
    );
    const breaker = ensure(breakers, `${host} ${endpoint}`, () => createBreaker(options));
    const shared = { client, tally, log, now, random, sleep, backoff, budgetMs };
    const attempts = createAttempts(request, target, getOptions, { ...shared, limiter, breaker });
    const mostAttempts = getOptions.attempts ?? options.attempts ?? ATTEMPTS;

    function shouldRetry(counted: number): boolean {
      const outcome = attempts.outcome();
      if (breaker.shutBy() || !isWorthAnother(outcome, counted, mostAttempts)) return false;
      if (outcome?.kind === 'retry') {
        tally.retried();
        const wait = inWords(breaker.backoffMs());
        const most = Math.min(mostAttempts, outcome.maxAttempts ?? mostAttempts);
        const what = outcome.error.detail?.replace(/; attempt \d+$/, '');
        log.info(`${stream}: ${what}; attempt ${counted} of ${most}; trying again in ${wait}`);
      }
      return true;
    }

    try {
      return await pRetry(attempts.make, {
        // Counted in `shouldRetry`: p-retry would give up at its last one even over a 429.
        retries: Number.POSITIVE_INFINITY,
        // The waits are at the start of the next attempt, where they are shared and abortable.
        minTimeout: 0,
        signal,
        shouldConsumeRetry: () => attempts.outcome()?.kind !== 'rate_limited',
        shouldRetry: ({ retriesConsumed }) => shouldRetry(retriesConsumed + 1),
      });
    } catch (error) {
      signal.throwIfAborted(); // p-retry wraps a reason that is not an Error
      throw error;
    } finally {
      attempts.end();
    }
  }

  return {
    get,
    skewMs: tally.skewMs,
    requests: tally.requests,
    stats: tally.stats,
    close() {
      options.client?.close();
      opening?.then((client) => client.close()).catch(() => {});
    },
  };
}

/** `counted` attempts were made, this one included, 429s left out. */
function isWorthAnother(outcome: Outcome | undefined, counted: number, most: number): boolean {
  if (outcome?.kind === 'rate_limited') return true;
  if (outcome?.kind !== 'retry') return false;
  return counted < Math.min(most, outcome.maxAttempts ?? most);
}

function ensure<T>(map: Map<string, T>, key: string, create: () => T): T {
  const value = map.get(key) ?? create();
  map.set(key, value);
  return value;
}
