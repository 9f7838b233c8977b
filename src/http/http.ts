import pRetry from 'p-retry';
import { TransientError } from '../cdk/errors.ts';
import type { Logger } from '../cdk/source.ts';
import { type Sleep, sleep as systemSleep } from './abort.ts';
import type { Client, ClientOptions, TransportRequest } from './client.ts';
import { limitWaitOf, type PlainHeaders, retryAfterOf, serverNow } from './headers.ts';
import { createLimiter, HEADROOM, type Limiter } from './limiter.ts';
import { decide, type Outcome, type Refusal, type Result } from './outcome.ts';

export interface HttpRequest extends Omit<TransportRequest, 'url'> {
  /** A whole one: who makes it has seen that it is a URL. */
  readonly url: string;
  readonly stream: string;
  /** Label of the endpoint for messages, for example `/v1/order/list`. */
  readonly endpoint: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: PlainHeaders;
  /** Undefined for what is not JSON. */
  readonly body: unknown;
}

export interface SendOptions {
  readonly signal: AbortSignal;
  /**
   * Judges an answer by its envelope, whatever its status: what it returns is the verdict, and
   * `undefined` leaves it to the status. It sees every whole answer, without a body where it is no JSON.
   */
  inspect(response: HttpResponse): Outcome | undefined;
  /** Told that the request waits for the server's limit until then (epoch milliseconds). */
  onWait?(untilMs: number): void;
  /** Bytes of the body → value; throws for what is not JSON. Default: `parseJson`. */
  parse?(bytes: Buffer): unknown;
}

export interface HttpOptions extends ClientOptions {
  /** Per host, 0.1 to 1000. */
  readonly requestsPerSecond: number;
  /** At one request; those that end in a limit don't count. Default: 6. */
  readonly attempts?: number;
  /** Most time that one request waits because the server asked for it, in all. Default: 2 hours. */
  readonly budgetMs?: number;
  readonly random: () => number;
  readonly log: Logger;
  /** The first wait before another attempt; it doubles, up to thirty times as much. Default: a second. */
  readonly baseMs?: number;
  /** For tests: another outside world. */
  readonly client?: Client;
  readonly sleep?: Sleep;
}

export type Http = ReturnType<typeof createHttp>;

const BASE_MS = 1000;
/** `Date` has a resolution of a second and the answer takes its time: less is no skew. */
const SKEW_NOISE_MS = 2000;

/** How an attempt fails: with what to do about it. */
class AttemptError extends Error {
  readonly outcome: Refusal;

  constructor(outcome: Refusal) {
    super(outcome.error.code);
    this.outcome = outcome;
  }
}

export function createHttp(options: HttpOptions) {
  const {
    now,
    random,
    log,
    sleep = systemSleep,
    budgetMs = 2 * 3_600_000,
    baseMs = BASE_MS,
    attempts: mostAttempts = 6,
  } = options;
  const limiters = new Map<string, Limiter>();
  const sent = new Map<string, number>();
  let skewMs = 0;
  let opening: Promise<Client> | undefined;

  /** Loaded with the first request: `discover` makes none, and axios takes a quarter of its time. */
  async function open(): Promise<Client> {
    if (options.client) return options.client;
    opening ??= import('./client.ts').then(({ createClient }) => createClient(options));
    return opening;
  }

  function limiterOf(host: string): Limiter {
    const requestsPerSecond = options.requestsPerSecond * HEADROOM;
    const onTooSlow = () =>
      log.info(
        `${host} states a rate below one request in ten seconds. It is not kept to: requests go on at their own pace, and wait when one is refused.`,
      );
    const limiter =
      limiters.get(host) ?? createLimiter({ ...options, requestsPerSecond, sleep, onTooSlow });
    limiters.set(host, limiter);
    return limiter;
  }

  function observeClock(headers: PlainHeaders): void {
    const nowMs = now();
    const differenceMs = (serverNow(headers) ?? nowMs) - nowMs;
    // Ahead is no danger to the watermark (I5); behind, the worst that was seen counts.
    if (differenceMs <= -SKEW_NOISE_MS) skewMs = Math.min(skewMs, differenceMs);
  }

  /**
   * One request with all the patience there is. Throws a ConnectorError, or the signal's reason as
   * soon as it is aborted. An error of `inspect` itself goes through as it is.
   */
  async function send(request: HttpRequest, sending: SendOptions): Promise<HttpResponse> {
    const { signal, onWait } = sending;
    const { method, stream, endpoint } = request;
    signal.throwIfAborted();
    const url = new URL(request.url);
    const { host, search } = url;
    // The names of parameters and steps only: their values may hold ids.
    const shown = `${method} ${endpoint}${search.replace(/=[^&]*/g, '')}`;
    const client = await open();
    const limiter = limiterOf(host);
    let limitedBefore = 0;
    let waitedMs = 0;

    async function takeTurn() {
      const pausedBeforeMs = limiter.pausedMs();
      const maxPauseMs = budgetMs - waitedMs;
      const permit = await limiter.acquire({ stream, signal, maxPauseMs, onPause: onWait });
      waitedMs += limiter.pausedMs() - pausedBeforeMs;
      if (permit.kind === 'granted') return permit;
      const waitMs = permit.untilMs - now();
      throw new TransientError(
        'GK_RATE_LIMITED',
        `The API at ${host} ${whyTooLong(waitMs, waitedMs, budgetMs)}. Run the sync again later: it goes on where it stopped.`,
        { stream, detail: `${method} ${host}${endpoint}: asked to wait ${inWords(waitMs)}` },
      );
    }

    function judge(result: Result, response: HttpResponse, attempt: number): Outcome {
      const isWhole =
        result.kind === 'response' || result.reason === 'empty' || result.reason === 'not_json';
      const judged = isWhole ? sending.inspect(response) : undefined;
      if (!judged) return decide(result, { method, stream, endpoint, host, attempt }, now());
      // The envelope does not know it.
      if (judged.kind !== 'ok') judged.error.detail += `; attempt ${attempt}`;
      return judged;
    }

    /** Passes on what the answer says about pace and patience. */
    function learn(outcome: Outcome, { status, headers }: HttpResponse, permittedMs: number): void {
      limiter.observe(headers);
      if (outcome.kind === 'ok') limiter.succeeded();
      if (outcome.kind === 'ok' || outcome.kind === 'fail') return;
      const isLimit = outcome.kind === 'rate_limited';
      const askedMs = outcome.waitMs ?? (isLimit ? limitWaitOf : retryAfterOf)(headers, now());
      // Who is locked or in maintenance does not mind the pace.
      if (isLimit && status !== 423 && status !== 503) limiter.throttled(permittedMs);
      const waitMs = isLimit
        ? limitedWaitMs(askedMs, limitedBefore, random, baseMs)
        : (askedMs ?? 0);
      limitedBefore = isLimit ? limitedBefore + 1 : 0;
      if (waitMs === 0) return;
      log.info(`${stream}: ${outcome.error.detail}; no request to ${host} for ${inWords(waitMs)}`);
      limiter.pauseUntil(now() + waitMs);
    }

    async function attempt(number: number): Promise<HttpResponse> {
      const permit = await takeTurn();
      try {
        sent.set(stream, (sent.get(stream) ?? 0) + 1);
        const result = await client.send({ ...request, url }, signal, sending.parse);
        signal.throwIfAborted();
        const { kind, status = 0, headers = {}, ms } = result;
        // A page of a gateway has no say about the API's clock.
        if (kind === 'response') observeClock(headers);
        const ended = kind === 'failure' ? `${status || 'no status'}, ${result.reason}` : status;
        log.debug(`${stream}: ${shown} → ${ended} in ${ms} ms, attempt ${number}`);
        const response = { status, headers, body: kind === 'response' ? result.body : undefined };
        const outcome = judge(result, response, number);
        learn(outcome, response, permit.atMs);
        if (outcome.kind !== 'ok') throw new AttemptError(outcome);
        return response;
      } finally {
        // Not before the answer was learned from: the next in line must wait for what it asked.
        permit.release();
      }
    }

    /** `counted` attempts were made, this one included, limits left out. */
    function shouldRetry(error: Error, counted: number): boolean {
      if (!(error instanceof AttemptError) || error.outcome.kind === 'fail') return false;
      if (error.outcome.kind === 'rate_limited') return true;
      const most = Math.min(mostAttempts, error.outcome.maxAttempts ?? mostAttempts);
      if (counted >= most) return false;
      const what = error.outcome.error.detail?.replace(/; attempt \d+$/, '');
      log.info(`${stream}: ${what}; attempt ${counted} of ${most}; trying again`);
      return true;
    }

    try {
      return await pRetry(attempt, {
        // One more than there are: p-retry would give up at its last one even over a limit.
        retries: mostAttempts,
        minTimeout: baseMs,
        maxTimeout: 30 * baseMs,
        randomize: true,
        signal,
        // The limiter waits, for all of the host.
        shouldConsumeRetry: ({ error }) =>
          !(error instanceof AttemptError && error.outcome.kind === 'rate_limited'),
        shouldRetry: ({ error, retriesConsumed }) => shouldRetry(error, retriesConsumed + 1),
      });
    } catch (error) {
      signal.throwIfAborted(); // p-retry wraps a reason that is not an Error
      throw error instanceof AttemptError ? error.outcome.error : error;
    }
  }

  return {
    send,
    /** How far the server's clock was seen behind ours, in milliseconds, ≤ 0 (I5). */
    skewMs: (): number => skewMs,
    /** Requests sent for a stream, retries included. */
    requests: (stream: string): number => sent.get(stream) ?? 0,
    /** Closes the connections. For when nothing is under way any more. */
    close(): void {
      options.client?.close();
      opening?.then((client) => client.close()).catch(() => {});
    },
  };
}

/**
 * After a limit: what the server asked for, to the letter. Only a wish shorter than the base is
 * stretched to it from the second time on: limits don't count as attempts, so `Retry-After: 0` for
 * ever would spin. Without a wish the wait grows with the limits in a row before this one.
 */
export function limitedWaitMs(
  askedMs: number | undefined,
  limitedBefore: number,
  random: () => number,
  baseMs = BASE_MS,
): number {
  if (askedMs !== undefined) return limitedBefore === 0 ? askedMs : Math.max(askedMs, baseMs);
  return Math.min(60 * baseMs, 2 * baseMs * 2 ** limitedBefore * (1 + random() / 4));
}

/** Of many waits the last one says little: they are what is too much, together. */
const whyTooLong = (waitMs: number, waitedMs: number, budgetMs: number): string =>
  waitMs > budgetMs
    ? `asks to wait ${inWords(waitMs)} before the next request, longer than the ${inWords(budgetMs)} that one request may wait`
    : `still limits the rate of requests after ${inWords(waitedMs)} of waiting, and one request may wait ${inWords(budgetMs)} in all`;

/** A wait for people: `45 s`, `20 min`, `2.5 h`. */
export function inWords(ms: number): string {
  if (ms < 120_000) return `${Math.ceil(ms / 1000)} s`;
  if (ms < 7_200_000) return `${Math.ceil(ms / 60_000)} min`;
  return `${Math.ceil(ms / 360_000) / 10} h`;
}
