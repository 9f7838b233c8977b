import type { IncomingHttpHeaders } from 'node:http';
import { STREAMS, type StreamName } from '../streams/index.ts';
import type { Endpoint, Family, Route } from '../streams/stream.ts';
import type { Failure } from './reply.ts';

/** Where a request goes, who may ask, and how often. */

export type Environment = 'custom' | 'production' | 'sandbox';

export interface Credentials {
  readonly appId: string;
  readonly appSecret: string;
  readonly merchantId: string;
  readonly returnPrimeToken: string;
}

type Known = Endpoint & { readonly name: StreamName };

const ENDPOINTS = new Map<string, Known>(
  Object.values(STREAMS).flatMap((stream) =>
    stream.kind === 'child' || stream.kind === 'counted' ? [] : [[stream.route.path, stream]],
  ),
);

/** They write, score, or belong to someone else: no connector may touch them. */
const FORBIDDEN =
  /^\/(v2\/rto\/predict|v2\/order\/refund\/initiate|v1\/order\/(create|verify|update)|v1\/payment\/capture)$|\/otp\b|\/session\b/;

const PRODUCTION_HOSTS = /^(api|gkx)\.gokwik\.co$/;
const SANDBOX_HOSTS = /^(sandbox\.gokwik\.co|api-gw-v4\.dev\.gokwik\.io)$/;

export interface Target {
  readonly endpoint: Known | undefined;
  readonly environment: Exclude<Environment, 'custom'>;
  readonly violation: string | undefined;
}

/** Where a request goes. `host` is its Host header, port and all. */
export function resolveTarget(path: string, host: string): Target {
  const [, prefix, rest] = /^\/(production|sandbox)(\/.*)$/.exec(path) ?? [];
  const name = host.replace(/:\d+$/, '');
  const sandbox = prefix === undefined ? SANDBOX_HOSTS.test(name) : prefix === 'sandbox';
  const production = PRODUCTION_HOSTS.test(name);
  const inner = rest ?? path;
  const endpoint = ENDPOINTS.get(inner);
  const violation =
    endpoint !== undefined ? undefined : FORBIDDEN.test(inner) ? 'forbidden path' : 'unknown path';
  return { endpoint, environment: sandbox && !production ? 'sandbox' : 'production', violation };
}

export interface Gate {
  /** Undefined: come in. */
  refuse(
    target: Target,
    route: Route,
    headers: IncomingHttpHeaders,
    query: Readonly<Record<string, string>>,
  ): Failure | undefined;
}

/** Header names by family; the merchant family drops the dashes. */
function credentialHeaders(family: Family): [string, string] {
  return family === 'merchant' ? ['appid', 'appsecret'] : ['gk-app-id', 'gk-app-secret'];
}

export function appIdOf(headers: IncomingHttpHeaders): string | undefined {
  const id = headers.appid ?? headers['gk-app-id'];
  return typeof id === 'string' ? id : undefined;
}

export function createGate(
  credentials: Credentials,
  environment: Environment,
  wrongSecret: 'in_body' | 'http',
): Gate {
  const inBody = wrongSecret === 'in_body';
  const notRegistered = { status: 400, message: 'Merchant not registered!', inBody: true };
  return {
    refuse(target, { family }, headers, query) {
      if (family === 'returnprime') {
        const known = headers['x-rp-token'] === credentials.returnPrimeToken;
        return known ? undefined : { status: 401, message: 'Unauthorized', inBody: false };
      }
      const [idHeader, secretHeader] = credentialHeaders(family);
      for (const name of [idHeader, secretHeader]) {
        if (headers[name] === undefined || headers[name] === '') {
          return { status: 403, message: `Missing required header: ${name}`, inBody: false };
        }
      }
      if (environment !== 'custom' && environment !== target.environment) return notRegistered;
      const { appId, appSecret, merchantId } = credentials;
      if (headers[idHeader] !== appId || headers[secretHeader] !== appSecret) {
        return { status: 401, message: 'Unauthorized', inBody };
      }
      return query.mid === undefined || query.mid === merchantId ? undefined : notRegistered;
    },
  };
}

/**
 * A token bucket for each host, filled in real time: it holds one second's worth. Answers how many
 * whole seconds a client must wait, 0 when it need not.
 */
export function createLimit(
  perSecond: number | undefined,
  clockMs: () => number,
): (host: string) => number {
  if (perSecond === undefined) return () => 0;
  const most = Math.max(1, perSecond);
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  return (host) => {
    const atMs = clockMs();
    const bucket = buckets.get(host) ?? { tokens: most, atMs };
    const tokens = Math.min(most, bucket.tokens + ((atMs - bucket.atMs) * perSecond) / 1000);
    const granted = tokens >= 1;
    buckets.set(host, { tokens: granted ? tokens - 1 : tokens, atMs });
    return granted ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond));
  };
}
