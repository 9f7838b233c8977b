import type { IncomingMessage } from 'node:http';
import { addAbortSignal } from 'node:stream';
import pRetry from 'p-retry';
import { ConfigError, type ConnectorError, TransientError } from '../cdk/errors.ts';
import { capped, gather } from './body.ts';
import {
  createTransport,
  plainHeaders,
  type TransportOptions,
  type TransportRequest,
} from './client.ts';
import { addressName, BLOCKED } from './guard.ts';
import type { PlainHeaders } from './headers.ts';
import { codeOf } from './outcome.ts';

/** Which version of a file it is, as its server says, if it does. */
export interface Version {
  /** Another one when the content is another one. */
  readonly tag?: string | undefined;
  readonly modifiedMs?: number | undefined;
}

export interface Content extends Version {
  readonly body: AsyncIterable<Buffer>;
  /** Of what was opened, where it is known. */
  readonly size?: number | undefined;
}

/** The head of an answer, and its body as it flows. */
export interface Incoming {
  readonly status: number;
  readonly headers: PlainHeaders;
  /** To be read, or left by `return`. */
  readonly body: AsyncIterable<Buffer>;
  /** All of it as text; throws TransientError beyond 64 MiB. */
  text(): Promise<string>;
}

export interface Downloader {
  /**
   * One request of a store's, with patience: made anew for each attempt, since signatures have a time. Any
   * answer is given but those that may be another one soon; a redirect is one too, and not followed.
   * Throws TransientError, ConfigError: both name `what`, and nothing of the request (I9).
   */
  ask(
    what: string,
    make: () => TransportRequest | Promise<TransportRequest>,
    signal: AbortSignal,
  ): Promise<Incoming>;
  /**
   * Opens a file at a byte; `undefined`: it is still the one with this tag or moment.
   * Throws a ConnectorError that names host and path, never the query: pre-signed addresses carry
   * their signature there (I9).
   */
  open(
    address: string,
    known: Version,
    signal: AbortSignal,
    from?: number,
  ): Promise<Content | undefined>;
  close(): void;
}

export interface DownloaderOptions extends Omit<TransportOptions, 'concurrency'> {
  readonly userAgent: string;
  readonly retries?: number;
  /** For all of an answer. */
  readonly deadlineMs?: number;
}

/** Storage behind share links redirects to where the file lies; no credentials travel along. */
const MOST_REDIRECTS = 5;
/** Of a list, an error or a token. */
const MOST_TEXT_BYTES = 64 * 1024 * 1024;

/** GETs of whole files, as streams, and the requests of stores. No GoKwik credentials are ever sent. */
export function createDownloader(options: DownloaderOptions): Downloader {
  const { silenceMs = 60_000, retries = 4, deadlineMs = 6 * 3_600_000 } = options;
  const transport = createTransport({ ...options, silenceMs, concurrency: 8 });
  const common = { 'User-Agent': options.userAgent, 'Accept-Encoding': 'identity' };

  async function follow(
    address: string,
    headers: Record<string, string>,
    refuse: Refuse,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    let url = new URL(address);
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const request = { method: 'GET', url, headers: { ...headers, ...common } } as const;
      const answer = await transport.send(request, signal);
      const { statusCode = 0, headers: answered } = answer;
      const { location } = answered;
      if (statusCode < 301 || statusCode > 308 || statusCode === 304 || !location) return answer;
      answer.destroy();
      if (!URL.canParse(location, url.href)) break;
      url = new URL(location, url.href);
    }
    throw refuse('redirects too often, or to no address');
  }

  async function* bodyOf(
    answer: IncomingMessage,
    what: string,
    signal: AbortSignal,
  ): AsyncGenerator<Buffer> {
    answer.setTimeout(silenceMs, () => answer.destroy(new Error('silent')));
    addAbortSignal(AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]), answer);
    try {
      yield* answer;
      if (!answer.complete) throw new Error('cut off');
    } catch (error) {
      signal.throwIfAborted();
      throw interrupted(what, codeOf(error));
    } finally {
      answer.destroy();
    }
  }

  /** What may be another answer soon is asked for again. */
  function patiently(
    what: string,
    refuse: Refuse,
    send: () => Promise<IncomingMessage>,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const attempt = async (): Promise<IncomingMessage> => {
      try {
        const answer = await send();
        const { statusCode = 0 } = answer;
        if (statusCode !== 408 && statusCode !== 429 && statusCode < 500) return answer;
        answer.destroy();
        throw unanswered(what, `HTTP ${statusCode}`);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof ConfigError || error instanceof TransientError) throw error;
        if (codeOf(error) === BLOCKED)
          throw refuse('leads to an address that is private or not encrypted');
        // The original holds the whole address.
        throw unanswered(what, codeOf(error));
      }
    };
    const shouldRetry = ({ error }: { error: Error }) => error instanceof TransientError;
    return pRetry(attempt, { retries, signal, shouldRetry });
  }

  return {
    async ask(what, make, signal) {
      const refuse: Refuse = (why) => refused(`${what}: its server ${why}.`);
      const send = async (): Promise<IncomingMessage> => {
        const { headers, ...request } = await make();
        return transport.send({ ...request, headers: { ...headers, ...common } }, signal);
      };
      const answer = await patiently(what, refuse, send, signal);
      const body = bodyOf(answer, what, signal);
      return {
        status: answer.statusCode ?? 0,
        headers: plainHeaders(answer.headers),
        body,
        async text() {
          const tooLarge = () => interrupted(what, 'an answer that is too large');
          return (await gather(capped(body, MOST_TEXT_BYTES, tooLarge))).toString();
        },
      };
    },
    async open(address, known, signal, from = 0) {
      const what = addressName(address);
      const refuse: Refuse = (why) => refused(`The server of ${what} ${why}.`);
      const conditions = {
        ...(known.tag !== undefined && { 'If-None-Match': known.tag }),
        ...(known.tag === undefined &&
          known.modifiedMs !== undefined && {
            'If-Modified-Since': new Date(known.modifiedMs).toUTCString(),
          }),
        ...(from > 0 && { Range: `bytes=${from}-` }),
      };
      const send = () => follow(address, conditions, refuse, signal);
      const answer = await patiently(what, refuse, send, signal);
      const { statusCode } = answer;
      if (statusCode === 304) {
        answer.resume();
        return undefined;
      }
      if (statusCode !== 200 && statusCode !== 206) {
        answer.destroy();
        const isRefused = statusCode === 403 || statusCode === 401;
        const why = isRefused ? 'refuses to give it' : 'has no such file';
        throw refuse(`${why} (HTTP ${statusCode})`);
      }
      const headers = plainHeaders(answer.headers);
      const { etag, 'last-modified': modified, 'content-length': length } = headers;
      const modifiedMs = Date.parse(modified ?? '');
      const body = bodyOf(answer, what, signal);
      return {
        body: await fromByte({ status: statusCode, headers, body }, from, what),
        size: length === undefined || from > 0 ? undefined : Number(length),
        tag: etag,
        modifiedMs: Number.isNaN(modifiedMs) ? undefined : modifiedMs,
      };
    },
    close: transport.close,
  };
}

/**
 * A body from a byte on. Of a server that has no ranges, what comes before is left out; other bytes than
 * were asked for are none (I11).
 *
 * @throws TransientError
 */
export async function fromByte(
  { status, headers, body }: Omit<Incoming, 'text'>,
  from: number,
  what: string,
): Promise<AsyncIterable<Buffer>> {
  if (status !== 206) return skip(body, from);
  const [, begins = from] = /^bytes (\d+)-/.exec(headers['content-range'] ?? '') ?? [];
  if (Number(begins) === from) return body;
  // What is begun and left is closed.
  for await (const _ of body) break;
  throw interrupted(what, `its byte ${begins} came for byte ${from}`);
}

/** Of a server that has no ranges. */
export async function* skip(body: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of body) {
    if (left < chunk.length) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

/** The error that says of what was asked what its server does. */
type Refuse = (why: string) => ConfigError;

const refused = (sentence: string): ConfigError => new ConfigError('GK_FILE_ADDRESS', sentence);

const unanswered = (what: string, detail: string): ConnectorError =>
  new TransientError(
    'GK_FILE_INTERRUPTED',
    `The server of ${what} was not reached, or did not answer well (${detail}). Mend the address or the \`endpoint\` if it is wrong; otherwise sync again later.`,
    { detail },
  );

export const interrupted = (what: string, detail: string): ConnectorError =>
  new TransientError(
    'GK_FILE_INTERRUPTED',
    `The file ${what} did not come to its end. The next sync goes on where it stopped.`,
    { detail },
  );

/** @param why what is wrong with the list, in words. */
export const unlisted = (place: string, why: string): ConnectorError =>
  new TransientError(
    'GK_FILE_LIST',
    `The list of what lies at ${place} is not whole: ${why}. If its store has an \`endpoint\`, check that it is the one of its API; otherwise sync again later.`,
  );
