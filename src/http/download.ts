import type { IncomingMessage } from 'node:http';
import pRetry from 'p-retry';
import { ConfigError, type ConnectorError, TransientError } from '../cdk/errors.ts';
import { createTransport, plainHeaders, type TransportOptions } from './client.ts';
import { addressName, BLOCKED } from './guard.ts';
import { codeOf } from './outcome.ts';

/** A file behind an address. `tag` and `modifiedMs` are the server's, if it gives any. */
interface Download {
  readonly body: AsyncIterable<Buffer>;
  readonly size: number | undefined;
  readonly tag: string | undefined;
  readonly modifiedMs: number | undefined;
}

export interface Downloader {
  /**
   * Opens a file; `undefined`: it is still the one with this tag or moment.
   * Throws a ConnectorError that names host and path, never the query: pre-signed addresses carry
   * their signature there (I9).
   */
  open(
    address: string,
    known: { tag?: string | undefined; modifiedMs?: number | undefined },
    signal: AbortSignal,
  ): Promise<Download | undefined>;
  close(): void;
}

export interface DownloaderOptions extends Omit<TransportOptions, 'concurrency'> {
  readonly userAgent: string;
  /** The longest silence of a server before and within a body. Default: a minute. */
  readonly silenceMs?: number;
  readonly retries?: number;
}

/** Storage behind share links redirects to where the file lies; no credentials travel along. */
const MOST_REDIRECTS = 5;

/** GETs of whole files, as streams. No GoKwik credentials are ever sent. */
export function createDownloader(options: DownloaderOptions): Downloader {
  const { silenceMs = 60_000, retries = 4 } = options;
  const transport = createTransport({ ...options, concurrency: 4 });

  async function ask(
    address: string,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const common = { 'User-Agent': options.userAgent, 'Accept-Encoding': 'identity' };
    let url = new URL(address);
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const request = { method: 'GET', url, headers: { ...headers, ...common } } as const;
      const answer = await transport.send(request, signal, silenceMs);
      const { statusCode = 0, headers: answered } = answer;
      const { location } = answered;
      if (statusCode < 301 || statusCode > 308 || statusCode === 304 || !location) return answer;
      answer.destroy();
      if (!URL.canParse(location, url.href)) break;
      url = new URL(location, url.href);
    }
    throw failure(address, 'redirects too often, or to no address');
  }

  async function attempt(
    address: string,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    try {
      const answer = await ask(address, headers, signal);
      const { statusCode = 0 } = answer;
      if (statusCode === 200 || statusCode === 304) return answer;
      answer.destroy();
      if (statusCode === 408 || statusCode === 429 || statusCode >= 500) {
        throw interrupted(address, `HTTP ${statusCode}`);
      }
      const why =
        statusCode === 403 || statusCode === 401 ? 'refuses to give it' : 'has no such file';
      throw failure(address, `${why} (HTTP ${statusCode})`);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ConfigError || error instanceof TransientError) throw error;
      if (codeOf(error) === BLOCKED) {
        throw failure(address, 'leads to an address that is private or not encrypted');
      }
      // The original holds the whole address.
      throw interrupted(address, codeOf(error));
    }
  }

  return {
    async open(address, known, signal) {
      const conditions = {
        ...(known.tag !== undefined && { 'If-None-Match': known.tag }),
        ...(known.tag === undefined &&
          known.modifiedMs !== undefined && {
            'If-Modified-Since': new Date(known.modifiedMs).toUTCString(),
          }),
      };
      const answer = await pRetry(() => attempt(address, conditions, signal), {
        retries,
        signal,
        shouldRetry: ({ error }) => error instanceof TransientError,
      });
      if (answer.statusCode === 304) {
        answer.resume();
        return undefined;
      }
      const {
        etag,
        'last-modified': modified,
        'content-length': length,
      } = plainHeaders(answer.headers);
      const modifiedMs = Date.parse(modified ?? '');
      return {
        body: bodyOf(answer, address, silenceMs, signal),
        size: length === undefined ? undefined : Number(length),
        tag: etag,
        modifiedMs: Number.isNaN(modifiedMs) ? undefined : modifiedMs,
      };
    },
    close: transport.close,
  };
}

async function* bodyOf(
  answer: IncomingMessage,
  address: string,
  silenceMs: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  answer.setTimeout(silenceMs, () => answer.destroy(new Error('silent')));
  const stop = (): void => void answer.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    yield* answer;
    if (!answer.complete) throw new Error('cut off');
  } catch (error) {
    signal.throwIfAborted();
    throw interrupted(address, codeOf(error));
  } finally {
    signal.removeEventListener('abort', stop);
    answer.destroy();
  }
}

const failure = (address: string, why: string): ConnectorError =>
  new ConfigError(
    'GK_FILE_ADDRESS',
    `The server of ${addressName(address)} ${why}. Pre-signed addresses expire: make a new one and set it in \`files\`.`,
  );

const interrupted = (address: string, detail: string): ConnectorError =>
  new TransientError(
    'GK_FILE_INTERRUPTED',
    `The file ${addressName(address)} did not come to its end. The next sync goes on where it stopped.`,
    { detail },
  );
