import { readBody } from './body.ts';
import { withDeadline } from './deadline.ts';
import type { Headers } from './headers.ts';
import { parseJson } from './json.ts';
import { bodyReasonOf, codeOf, type FailureReason, reasonOf } from './reason.ts';
import { createTransport, plainHeaders, type TransportOptions } from './transport.ts';

interface ClientRequest {
  readonly url: URL;
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

export type Parse = (bytes: Buffer) => unknown;

export interface Client {
  /** One GET. Resolves whatever happens, an abort included. */
  send(request: ClientRequest, signal: AbortSignal, parse?: Parse): Promise<Result>;
  close(): void;
}

export interface ClientOptions extends TransportOptions {
  readonly userAgent: string;
  readonly now: () => number;
  /** From the first byte sent to the last one read. */
  readonly timeoutMs?: number;
  /** Largest body, as sent and decompressed. */
  readonly maxBytes?: number;
}

/** Axios' errors hold the headers, secrets included: they stay here. */
export function createClient(options: ClientOptions): Client {
  const { now, timeoutMs = 60_000, maxBytes = 64 * 1024 * 1024 } = options;
  const transport = createTransport(options);
  const common = {
    Accept: 'application/json',
    'Accept-Encoding': 'gzip',
    'User-Agent': options.userAgent,
  };

  async function send(
    { url, headers: own }: ClientRequest,
    signal: AbortSignal,
    parse: Parse = parseJson,
  ): Promise<Result> {
    const startedMs = now();
    const head: { status?: number; headers?: Headers } = {};
    let deadline: AbortSignal | undefined;

    function fail(reason: FailureReason, why: string, redirectHost?: string): Failure {
      const detail = `GET ${url.host}${url.pathname}: ${why}`;
      const redirect = redirectHost === undefined ? {} : { redirectHost };
      return { kind: 'failure', reason, ...head, ...redirect, detail, ms: now() - startedMs };
    }

    // The guard again: a profile may name other hosts.
    const refusal = transport.refuse(url);
    if (refusal !== undefined) return fail('blocked', refusal);

    try {
      return await withDeadline(signal, timeoutMs, async (linked) => {
        deadline = linked;
        const answer = await transport.get(url.href, { ...own, ...common }, linked);
        const { status, data } = answer;
        const headers = plainHeaders(data.headers);
        Object.assign(head, { status, headers });
        const redirectHost = redirectOf(status, headers, url);
        if (redirectHost !== undefined) {
          data.destroy();
          return fail('redirect', `HTTP ${status} to ${redirectHost}`, redirectHost);
        }
        const bytes = await readBody(data, headers, maxBytes);
        try {
          const body = parse(bytes);
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

  return { send, close: transport.close };
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
