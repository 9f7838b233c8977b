import type { lookup as systemLookup } from 'node:dns';
import { Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { AxiosHeaders, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import { BLOCKED, guardedLookup, isPrivateHost } from './guard.ts';
import type { Headers } from './headers.ts';

export interface TransportOptions {
  /** Connections at once, per host. */
  readonly concurrency: number;
  readonly allowPrivate: boolean;
  /** For tests: another resolver. */
  readonly lookup?: typeof systemLookup;
}

/** The one place where axios is set up: safe agents, no redirects, no proxy, bodies as streams. */
export interface Transport {
  /**
   * Resolves with the head of an answer, whatever its status; its body is to be read or destroyed.
   * @param silenceMs longest time without a byte; 0: as long as the signal lets it.
   */
  get(
    url: string,
    headers: Headers,
    signal: AbortSignal,
    silenceMs?: number,
  ): Promise<AxiosResponse<IncomingMessage>>;
  /** The guard of literal addresses and schemes, at each request: undefined, or the code. */
  refuse(url: URL): string | undefined;
  close(): void;
}

export function createTransport({
  allowPrivate,
  concurrency,
  lookup,
}: TransportOptions): Transport {
  const agentOptions = {
    keepAlive: true,
    maxSockets: concurrency,
    lookup: guardedLookup(allowPrivate, lookup),
  };
  const httpAgent = new HttpAgent(agentOptions);
  // Stated, so that NODE_TLS_REJECT_UNAUTHORIZED=0 in someone's image cannot undo it.
  const httpsAgent = new HttpsAgent({ ...agentOptions, rejectUnauthorized: true });
  // What axios puts around its adapter (merged configs, interceptors, transforms) has nothing to do
  // here, and takes longer than the adapter itself.
  const adapter = axios.getAdapter('http');
  const config: Omit<InternalAxiosRequestConfig, 'headers'> = {
    ...axios.defaults,
    method: 'get',
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
  };
  return {
    get(url, headers, signal, silenceMs = 0) {
      const own = { url, signal, timeout: silenceMs, headers: new AxiosHeaders(headers) };
      return adapter({ ...config, ...own });
    },
    refuse(url) {
      const isAllowed = url.protocol === 'https:' || (allowPrivate && url.protocol === 'http:');
      const isRefused = !isAllowed || (!allowPrivate && isPrivateHost(url.hostname));
      return isRefused ? BLOCKED : undefined;
    },
    close() {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}

/** Set-Cookie is left out: nobody here needs it, and it may hold a session. */
export function plainHeaders(headers: IncomingMessage['headers']): Headers {
  const entries = Object.entries(headers).filter(([name]) => name !== 'set-cookie');
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}
