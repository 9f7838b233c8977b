import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from '../streams/stream.ts';
import { type Answering, answer, understand } from './answer.ts';
import { damageReply, deliver } from './damage.ts';
import type { Fault, Faults, Strike } from './faults.ts';
import { appIdOf, type Gate, resolveTarget, type Target } from './gate.ts';
import type { Entry, Journal } from './journal.ts';
import { compress, failureReply, jsonReply, type Reply } from './reply.ts';
import { canSpoil } from './spoil.ts';

export interface Parts {
  readonly answering: Answering;
  readonly gate: Gate;
  /** Whole seconds to wait, by host; 0: go ahead. */
  readonly limit: (host: string) => number;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly nowMs: () => number;
  readonly latencyMs: number;
  readonly gzip: boolean;
}

/** Longer than a client keeps a connection: the simulator is never the one who hangs up on it. */
const KEEP_ALIVE_MS = 120_000;

export function serve(parts: Parts): Server {
  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    // Sent by hand: clients correct their watermark by this clock, and it is the simulated one.
    response.sendDate = false;
    handle(parts, request, response, gone.signal).catch((error: unknown) => {
      if (gone.signal.aborted) return;
      console.error(error);
      response.destroy();
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

async function handle(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const { method = 'GET', url = '/', headers } = request;
  const host = headers.host ?? '';
  const { pathname, searchParams } = new URL(url, 'http://simulator');
  const query = Object.fromEntries(searchParams);
  const target = resolveTarget(pathname, host);
  const { endpoint } = target;
  const appId = appIdOf(headers);
  const violation = method === 'GET' ? target.violation : `method ${method}`;
  const entry: Entry = {
    atMs: Date.now(),
    method,
    path: pathname,
    query,
    status: 0,
    stream: endpoint?.name,
    unknownParams: endpoint ? unknownOf(endpoint, query) : [],
    ...(appId === undefined ? {} : { appId }),
    ...(violation === undefined ? {} : { violation }),
  };
  parts.journal.add(entry);
  if (parts.latencyMs > 0) await sleep(parts.latencyMs, undefined, { signal });

  const { reply, strikes } = respond(parts, target, request, query, host);
  const zip = parts.gzip && /\bgzip\b/.test(String(headers['accept-encoding'] ?? ''));
  const packed = zip && reply.headers['Content-Encoding'] === undefined ? compress(reply) : reply;
  const date = new Date(parts.nowMs()).toUTCString();
  const stamped = { ...packed, headers: { Date: date, ...packed.headers } };
  await deliver(response, stamped, strikes, signal, () => {
    entry.status = packed.status;
  });
}

function unknownOf({ route }: Endpoint, query: object): string[] {
  return Object.keys(query).filter((name) => !route.params.includes(name));
}

function respond(
  parts: Parts,
  target: Target,
  request: IncomingMessage,
  params: Readonly<Record<string, string>>,
  host: string,
): { reply: Reply; strikes: readonly Strike[] } {
  const { endpoint } = target;
  if (request.method !== 'GET') {
    const text = JSON.stringify({ statusCode: 405, statusMessage: 'Method Not Allowed' });
    return { reply: jsonReply(405, text, { Allow: 'GET' }), strikes: [] };
  }
  if (endpoint === undefined) {
    const text = JSON.stringify({ statusCode: 404, statusMessage: 'Not Found' });
    return { reply: jsonReply(404, text), strikes: [] };
  }
  const nowMs = parts.nowMs();
  const waitSeconds = parts.limit(host);
  if (waitSeconds > 0) {
    const headers = { 'Retry-After': String(waitSeconds) };
    const failure = { status: 429, message: 'Too Many Requests', inBody: false, headers };
    return { reply: failureReply(endpoint.route.family, failure, nowMs), strikes: [] };
  }
  const refusal = parts.gate.refuse(target, endpoint.route, request.headers, params);
  const asked = refusal ? { failure: refusal } : understand(parts.answering, endpoint, params);
  const query = 'query' in asked ? asked.query : undefined;
  const visible = (fault: Fault) => canSpoil(fault, query, 'failure' in asked);
  const strikes = parts.faults.strike(endpoint, visible);
  const whole = answer(parts.answering, endpoint, asked, strikes);
  const reply = strikes.reduce(
    (damaged, strike) => damageReply(damaged, strike, endpoint.route.family, nowMs),
    whole,
  );
  return { reply, strikes };
}

/** The address it listens on. */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(port, host, done);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Hangs up on everyone; whatever still waits to answer sees its connection close. */
export async function shut(server: Server): Promise<void> {
  const closed = new Promise((done) => server.close(done));
  server.closeAllConnections();
  await closed;
}
