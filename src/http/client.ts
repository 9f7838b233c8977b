import type { lookup as systemLookup } from 'node:dns';
import { Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios from 'axios';
import { readBody } from './body.ts';
import { withDeadline } from './deadline.ts';
import { BLOCKED, guardedLookup, isPrivateHost } from './guard.ts';
import type { Headers } from './headers.ts';
import { parseJson } from './json.ts';
import { bodyReasonOf, codeOf, type FailureReason, reasonOf } from './reason.ts';

interface ClientRequest {
  readonly url: string;
  readonly headers: Headers;
}

/** A whole answer. `bytes` are those of the body, decompressed. */
export interface Response {
  readonly kind: 'response';
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  readonly bytes: number;
  readonly ms: number;
}

/** No answer, or none to rely on. `status` and `headers` are there when the answer had begun. */
export interface Failure {
  readonly kind: 'failure';
  readonly reason: FailureReason;
  readonly status?: number;
  readonly headers?: Headers;
  /** Where a redirect points. */
  readonly redirectHost?: string;
  /** Method, host, path and code: never a header, a query value or a body (I9). */
  readonly detail: string;
  readonly ms: number;
}

export type Result = Response | Failure;

export interface Client {
  /** One GET of an absolute URL. Resolves whatever happens, an abort included. */
  send(request: ClientRequest, signal: AbortSignal): Promise<Result>;
  close(): void;
}

export interface ClientOptions {
  readonly concurrency: number;
  readonly allowPrivate: boolean;
  readonly userAgent: string;
  readonly now: () => number;
  /** From the first byte sent to the last one read. */
  readonly timeoutMs?: number;
  /** Largest body, as sent and decompressed. */
  readonly maxBytes?: number;
  /** For tests: another resolver. */
  readonly lookup?: typeof systemLookup;
}

/** The only file that knows axios: its errors hold the headers, secrets included, and stay here. */
export function createClient(options: ClientOptions): Client {
  const { allowPrivate, now, timeoutMs = 60_000, maxBytes = 64 * 1024 * 1024 } = options;
  const agentOptions = {
    keepAlive: true,
    maxSockets: options.concurrency,
    lookup: guardedLookup(allowPrivate, options.lookup),
  };
  const httpAgent = new HttpAgent(agentOptions);
  // Stated, so that NODE_TLS_REJECT_UNAUTHORIZED=0 in someone's image cannot undo it.
  const httpsAgent = new HttpsAgent({ ...agentOptions, rejectUnauthorized: true });
  const instance = axios.create({
    adapter: 'http',
    httpAgent,
    httpsAgent,
    proxy: false,
    // A redirect would carry the app secret to another host: axios drops `authorization` only.
    maxRedirects: 0,
    // Axios accepts a gzip body that was cut and buffers without a limit on what came in: `readBody`.
    decompress: false,
    responseType: 'stream',
    transformResponse: [],
    validateStatus: () => true,
  });

  async function send(request: ClientRequest, signal: AbortSignal): Promise<Result> {
    const startedMs = now();
    const url = new URL(request.url);
    const head: { status?: number; headers?: Headers } = {};
    let deadline: AbortSignal | undefined;

    function fail(reason: FailureReason, why: string, redirectHost?: string): Failure {
      const detail = `GET ${url.host}${url.pathname}: ${why}`;
      const redirect = redirectHost === undefined ? {} : { redirectHost };
      return { kind: 'failure', reason, ...head, ...redirect, detail, ms: now() - startedMs };
    }

    // The guard of literal addresses and schemes, again: a profile may name other hosts.
    const isAllowed = url.protocol === 'https:' || (allowPrivate && url.protocol === 'http:');
    if (!isAllowed || (!allowPrivate && isPrivateHost(url.hostname)))
      return fail('blocked', BLOCKED);

    try {
      return await withDeadline(signal, timeoutMs, async (linked) => {
        deadline = linked;
        const answer = await instance.get<IncomingMessage>(request.url, {
          signal: linked,
          headers: {
            ...request.headers,
            Accept: 'application/json',
            'Accept-Encoding': 'gzip',
            'User-Agent': options.userAgent,
          },
        });
        const { status, data } = answer;
        const headers = plain(data.headers);
        Object.assign(head, { status, headers });
        const redirectHost = redirectOf(status, headers, url);
        if (redirectHost !== undefined) {
          data.destroy();
          return fail('redirect', `HTTP ${status} to ${redirectHost}`, redirectHost);
        }
        const bytes = await readBody(data, headers, maxBytes);
        try {
          const body = parseJson(bytes);
          return {
            kind: 'response',
            status,
            headers,
            body,
            bytes: bytes.length,
            ms: now() - startedMs,
          };
        } catch {
          return fail('not_json', `HTTP ${status}, ${typeOf(headers)}, ${bytes.length} bytes`);
        }
      });
    } catch (error) {
      const { status } = head;
      const where = status === undefined ? '' : `HTTP ${status}, `;
      if (signal.aborted) return fail('aborted', `${where}aborted`);
      if (deadline?.aborted) return fail('timeout', `${where}not done after ${timeoutMs} ms`);
      const code = codeOf(error);
      return fail(status === undefined ? reasonOf(code) : bodyReasonOf(code), `${where}${code}`);
    }
  }

  return {
    send,
    close() {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}

/** Set-Cookie is left out: nobody here needs it, and it may hold a session. */
function plain(headers: IncomingMessage['headers']): Headers {
  const entries = Object.entries(headers).filter(([name]) => name !== 'set-cookie');
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

function redirectOf(status: number, headers: Headers, url: URL): string | undefined {
  const { location } = headers;
  if (status < 300 || status > 399 || location === undefined) return undefined;
  return URL.canParse(location, url.href) ? new URL(location, url).host : 'an unreadable address';
}

function typeOf(headers: Headers): string {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  return /^[\w.+/-]{1,60}$/.test(type) ? type : 'no content type';
}
