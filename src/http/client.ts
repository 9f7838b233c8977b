import { lookup as systemLookup } from 'node:dns';
import { Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import axios, { type AxiosRequestConfig } from 'axios';
import { withDeadline } from './abort.ts';
import { capped, gather } from './body.ts';
import { blocked, guardedLookup, isPrivateHost, isPublicAddress } from './guard.ts';
import type { PlainHeaders } from './headers.ts';
import { parseJson } from './json.ts';
import {
  bodyReasonOf,
  codeOf,
  type Failure,
  type FailureReason,
  type Result,
  reasonOf,
  TOO_LARGE,
} from './outcome.ts';
import { createTunnel, type Env, proxyFor } from './proxy.ts';

export interface TransportRequest {
  /** Both only read: a POST is tried again like a GET. */
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: PlainHeaders;
  /** Sent as it is given, with its content type. */
  readonly body?: { readonly type: string; readonly text: string };
}

export interface TransportOptions {
  /** Requests under way at once, per host. */
  readonly concurrency: number;
  readonly allowPrivate: boolean;
  /** Where proxies are named: HTTPS_PROXY, HTTP_PROXY, NO_PROXY, in small letters too. Default: none. */
  readonly env?: Env;
  /** The longest silence of a server (ms). Default: as long as the signal lets it. */
  readonly silenceMs?: number;
  /** For tests: another resolver, and certificates that are trusted besides those of the system. */
  readonly lookup?: typeof systemLookup;
  readonly ca?: string;
}

/** The one place where axios is set up: safe agents, no redirects, bodies as streams. */
export function createTransport(options: TransportOptions) {
  const { allowPrivate, concurrency, env = {}, silenceMs = 0 } = options;
  const { lookup = systemLookup, ca } = options;
  const pool = { keepAlive: true, maxSockets: concurrency };
  // Stated, so that NODE_TLS_REJECT_UNAUTHORIZED=0 in someone's image cannot undo it.
  const safe = { ...pool, rejectUnauthorized: true, ...(ca !== undefined && { ca }) };
  const guarded = guardedLookup(allowPrivate, lookup);
  const httpAgent = new HttpAgent({ ...pool, lookup: guarded });
  const httpsAgent = new HttpsAgent({ ...safe, lookup: guarded });
  /** To proxies, which may be private. */
  const proxyAgent = new HttpAgent(pool);
  const tunnels = new Map<string, HttpsAgent>();
  const checked = new Map<string, Promise<void>>();
  const instance = axios.create({
    adapter: 'http',
    // Axios would read the environment by itself.
    proxy: false,
    // A redirect would carry the app secret to another host: axios drops `authorization` only.
    maxRedirects: 0,
    // Axios accepts a gzip body that was cut, and puts no limit on what came in: `readBody` does.
    decompress: false,
    responseType: 'stream',
    timeout: silenceMs,
    transformRequest: (text: unknown) => text,
    validateStatus: () => true,
  });

  /** How to get there. The guard holds for the target, through a proxy too. */
  async function route(url: URL): Promise<AxiosRequestConfig> {
    const isAllowed = url.protocol === 'https:' || (allowPrivate && url.protocol === 'http:');
    if (!isAllowed || (!allowPrivate && isPrivateHost(url.hostname))) throw blocked();
    const proxy = proxyFor(url, env);
    if (!proxy) return { httpAgent, httpsAgent };
    if (!allowPrivate) await ensure(checked, url.hostname, () => checkName(url.hostname));
    if (url.protocol === 'https:') {
      return { httpsAgent: ensure(tunnels, proxy.href, () => createTunnel(proxy, safe)) };
    }
    return { httpAgent: proxyAgent, proxy: proxyOf(proxy) };
  }

  /** A name that is not known here is the proxy's to resolve. Asked once: the proxy connects, not we. */
  function checkName(hostname: string): Promise<void> {
    return new Promise((resolve, reject) => {
      lookup(hostname, { all: true }, (error, addresses) => {
        const isPublic = error || addresses.every(({ address }) => isPublicAddress(address));
        if (isPublic) resolve();
        else reject(blocked());
      });
    });
  }

  return {
    /**
     * Resolves with the head of an answer, whatever its status; its body is to be read or destroyed.
     * Rejects with an error whose `code` is to be read by `codeOf`, and nothing else of it (I9).
     */
    async send(request: TransportRequest, signal: AbortSignal): Promise<IncomingMessage> {
      const { method, url, headers, body } = request;
      const answer = await instance.request<IncomingMessage>({
        ...(await route(url)),
        method,
        url: url.href,
        headers: { ...headers, ...(body && { 'Content-Type': body.type }) },
        ...(body && { data: body.text }),
        signal,
      });
      return answer.data;
    },
    close(): void {
      for (const agent of [httpAgent, httpsAgent, proxyAgent, ...tunnels.values()]) agent.destroy();
    },
  };
}

function proxyOf({ protocol, hostname, port, username, password }: URL) {
  const auth = { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  return { protocol, host: hostname, port: Number(port) || 80, ...(username && { auth }) };
}

function ensure<T>(map: Map<string, T>, key: string, create: () => T): T {
  const value = map.get(key) ?? create();
  map.set(key, value);
  return value;
}

/** Set-Cookie is left out: nobody here needs it, and it may hold a session. */
export function plainHeaders(headers: IncomingMessage['headers']): PlainHeaders {
  const entries = Object.entries(headers).filter(([name]) => name !== 'set-cookie');
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

type Parse = (bytes: Buffer) => unknown;

export interface Client {
  /** One request. Resolves whatever happens, an abort included. */
  send(request: TransportRequest, signal: AbortSignal, parse?: Parse): Promise<Result>;
  close(): void;
}

export interface ClientOptions extends TransportOptions {
  readonly userAgent: string;
  readonly now: () => number;
  /** For one attempt, from connecting to the last byte. Default: a minute. */
  readonly timeoutMs?: number;
  /** Largest body, as sent and decompressed. Default: 64 MiB. */
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
    request: TransportRequest,
    signal: AbortSignal,
    parse: Parse = parseJson,
  ): Promise<Result> {
    const startedMs = now();
    const { method, url } = request;
    const head: { status?: number; headers?: PlainHeaders } = {};
    let deadline: AbortSignal | undefined;

    function fail(reason: FailureReason, why: string, redirectHost?: string): Failure {
      const detail = `${method} ${url.host}${url.pathname}: ${why}`;
      const redirect = redirectHost === undefined ? {} : { redirectHost };
      return { kind: 'failure', reason, ...head, ...redirect, detail, ms: now() - startedMs };
    }

    async function exchange(linked: AbortSignal): Promise<Result> {
      deadline = linked;
      const headers = { ...request.headers, ...common };
      const incoming = await transport.send({ ...request, headers }, linked);
      const status = incoming.statusCode ?? 0;
      const received = plainHeaders(incoming.headers);
      Object.assign(head, { status, headers: received });
      const redirectHost = redirectOf(status, received, url);
      if (redirectHost !== undefined) {
        incoming.destroy();
        return fail('redirect', `HTTP ${status} to ${redirectHost}`, redirectHost);
      }
      const bytes = await readBody(incoming, received, maxBytes);
      try {
        const body = parse(bytes);
        return { kind: 'response', status, headers: received, body, ms: now() - startedMs };
      } catch {
        const reason = bytes.length === 0 ? 'empty' : 'not_json';
        return fail(reason, `HTTP ${status}, ${typeOf(received)}, ${bytes.length} bytes`);
      }
    }

    try {
      return await withDeadline(signal, timeoutMs, exchange);
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

function redirectOf(status: number, headers: PlainHeaders, url: URL): string | undefined {
  const { location } = headers;
  if (status < 300 || status > 399 || location === undefined) return undefined;
  return URL.canParse(location, url.href) ? new URL(location, url).host : 'an unreadable address';
}

function typeOf(headers: PlainHeaders): string {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  return /^[\w.+/-]{1,60}$/.test(type) ? type : 'no content type';
}

/** Only gzip is asked for; the others are for gateways that compress as they like. */
const DECODERS = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/**
 * The body, decompressed. At most `maxBytes` before and after decompression: both sides are counted
 * as they flow, so that a gzip bomb is stopped at the cap and never held whole (I8).
 * Errors carry a `code`: `GK_TOO_LARGE`, `Z_…` of zlib, or the connection's.
 */
async function readBody(
  source: IncomingMessage,
  headers: PlainHeaders,
  maxBytes: number,
): Promise<Buffer> {
  if (Number(headers['content-length']) > maxBytes) {
    source.destroy();
    throw tooLarge();
  }
  const decoder = DECODERS.get((headers['content-encoding'] ?? '').toLowerCase());
  const cap = (stream: AsyncIterable<Buffer>) => capped(stream, maxBytes, tooLarge);
  if (!decoder) return gather(cap(source));
  return pipeline(source, cap, decoder(), cap, gather);
}

const tooLarge = (): Error => Object.assign(new Error('body too large'), { code: TOO_LARGE });
