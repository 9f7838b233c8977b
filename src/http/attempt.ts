import { TransientError } from '../cdk/errors.ts';
import type { Logger } from '../cdk/source.ts';
import type { Breaker } from './breaker.ts';
import type { Client, Parse, Result } from './client.ts';
import type { Sleep } from './deadline.ts';
import { type Headers, retryAfterOf } from './headers.ts';
import type { Limiter, Permit } from './limiter.ts';
import { combine, decide, type Outcome } from './outcome.ts';
import type { Tally } from './tally.ts';
import { type Backoff, failureWaitMs, inWords, limitedWaitMs } from './waits.ts';

export interface HttpRequest {
  readonly url: string;
  readonly headers: Headers;
  readonly stream: string;
  /** Label of the endpoint for messages and the breaker, for example `/v1/order/list`. */
  readonly endpoint: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined only for an `accept`ed status whose body was not JSON. */
  readonly body: unknown;
  readonly bytes: number;
}

export interface GetOptions {
  readonly signal: AbortSignal;
  /** Judges a JSON answer by its envelope; see `combine` for when it has the say. */
  readonly inspect: (response: HttpResponse) => Outcome;
  /** Told that the request waits for the server's limit until then (epoch milliseconds). */
  readonly onWait?: (untilMs: number) => void;
  readonly attempts?: number;
  /** Bytes of the body → value; throws for what is not JSON. Default: `parseJson`. */
  readonly parse?: Parse;
  /** Statuses that are good answers of this endpoint, whatever they usually mean: 404 for "none". */
  readonly accept?: readonly number[];
}

/** What all attempts of a run share, and what those at one host or endpoint do. */
export interface Wire {
  readonly client: Client;
  readonly limiter: Limiter;
  readonly breaker: Breaker;
  readonly tally: Tally;
  readonly log: Logger;
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: Sleep;
  readonly backoff: Backoff;
  readonly budgetMs: number;
}

/** The attempts at one request, one after the other. */
export interface Attempts {
  /** Makes one, when it is its turn. Throws the outcome's error unless that is `ok`. */
  make(number: number): Promise<HttpResponse>;
  /** Of the last one; undefined when it came to none. */
  outcome(): Outcome | undefined;
  /** To be called when no more will be made. */
  end(): void;
}

/** @param target the address of the request */
export function createAttempts(
  request: HttpRequest,
  target: URL,
  options: GetOptions,
  wire: Wire,
): Attempts {
  const { client, limiter, breaker, tally, log, now, random, sleep, backoff, budgetMs } = wire;
  const { stream, endpoint } = request;
  const { signal, onWait } = options;
  const { host, pathname, search } = target;
  // The names of the parameters only: their values may hold ids.
  const shown = pathname + search.replace(/=[^&]*/g, '');
  let outcome: Outcome | undefined;
  let isInside = false;
  let limitedBefore = 0;
  let waitedMs = 0;

  function leave(): void {
    if (isInside) breaker.leave();
    isInside = false;
  }

  /** The breaker's door, the endpoint's backoff, the host's pace. */
  async function takeTurn(): Promise<Permit & { kind: 'granted' }> {
    if (breaker.isCrowded()) leave();
    if (!isInside) await breaker.enter(signal);
    isInside = true;
    while (breaker.backoffMs() > 0) await sleep(breaker.backoffMs(), signal);
    const pausedBeforeMs = limiter.pausedMs();
    const turn = { stream, signal, maxPauseMs: budgetMs - waitedMs };
    const permit = await limiter.acquire(onWait ? { ...turn, onPause: onWait } : turn);
    waitedMs += limiter.pausedMs() - pausedBeforeMs;
    if (permit.kind === 'granted') return permit;
    throw tooLong(permit.untilMs - now());
  }

  function tooLong(waitMs: number): TransientError {
    // Of many waits the last one says little: they are what is too much, together.
    const what =
      waitMs > budgetMs
        ? `asks to wait ${inWords(waitMs)} before the next request, longer than the ${inWords(budgetMs)} that one request may wait`
        : `still limits the rate of requests after ${inWords(waitedMs)} of waiting, and one request may wait ${inWords(budgetMs)} in all`;
    return new TransientError(
      'GK_RATE_LIMITED',
      `The API at ${host} ${what}. Run the sync again later: it goes on where it stopped.`,
      { stream, detail: `GET ${host}${pathname}: asked to wait ${inWords(waitMs)}` },
    );
  }

  function judge(result: Result, response: HttpResponse, attempt: number): Outcome {
    const isAccepted = options.accept?.includes(response.status);
    const http: Outcome = isAccepted
      ? { kind: 'ok' }
      : decide(result, { stream, endpoint, host, attempt }, now());
    if (result.kind !== 'response') return http;
    const judged = combine(http, options.inspect(response));
    // The envelope does not know it.
    if (judged !== http && judged.kind !== 'ok') judged.error.detail += `; attempt ${attempt}`;
    return judged;
  }

  /** Passes on what the answer says about pace, patience and the endpoint. */
  function learn(judged: Outcome, headers: Headers, call: number, permittedMs: number): void {
    limiter.observe(headers);
    if (judged.kind === 'ok') {
      limiter.succeeded();
      breaker.succeeded(call);
      return;
    }
    const { kind, error } = judged;
    const askedMs = kind === 'fail' ? undefined : (judged.waitMs ?? retryAfterOf(headers, now()));
    let waitMs = askedMs ?? 0;
    if (kind === 'rate_limited') {
      tally.limited();
      limiter.throttled(permittedMs);
      waitMs = limitedWaitMs(askedMs, limitedBefore, random, backoff);
      limitedBefore += 1;
    } else {
      limitedBefore = 0;
      breaker.failed(call, error, (failures) => failureWaitMs(failures, random, backoff));
    }
    if (waitMs > 0) {
      log.info(`${stream}: ${error.detail}; no request to ${host} for ${inWords(waitMs)}`);
      limiter.pauseUntil(now() + waitMs);
    }
  }

  async function make(number: number): Promise<HttpResponse> {
    outcome = undefined;
    const permit = await takeTurn();
    try {
      // The door may have shut while this one waited for the pace.
      const shutBy = breaker.shutBy();
      if (shutBy) throw shutBy;
      const call = breaker.begin();
      tally.sent(stream);
      const sent = { url: target, headers: request.headers };
      const result = await client.send(sent, signal, options.parse);
      signal.throwIfAborted();
      tally.answered(result);
      const { kind, status = 0, headers = {}, ms } = result;
      const ended = kind === 'failure' ? `${status || 'no status'}, ${result.reason}` : status;
      log.debug(`${stream}: GET ${shown} → ${ended} in ${ms} ms, attempt ${number}`);
      const { body, bytes } = kind === 'response' ? result : { body: undefined, bytes: 0 };
      const response = { status, headers, body, bytes };
      const judged = judge(result, response, number);
      outcome = judged;
      learn(judged, headers, call, permit.atMs);
      if (judged.kind !== 'ok') throw judged.error;
      return response;
    } finally {
      // Not before the answer was learned from: the next in line must wait for what it asked.
      permit.release();
    }
  }

  return { make, outcome: () => outcome, end: leave };
}
