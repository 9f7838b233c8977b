import type { IncomingHttpHeaders } from 'node:http';
import type { Failure } from './envelope.ts';
import type { Route, Target } from './routes.ts';
import type { Credentials, Environment } from './types.ts';

/** Who may ask, and how often. */

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
function credentialHeaders(route: Route): [string, string] {
  return route.family === 'merchant' ? ['appid', 'appsecret'] : ['gk-app-id', 'gk-app-secret'];
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
    refuse(target, route, headers, query) {
      if (route.family === 'returnprime') {
        const known = headers['x-rp-token'] === credentials.returnPrimeToken;
        return known ? undefined : { status: 401, message: 'Unauthorized', inBody: false };
      }
      const [idHeader, secretHeader] = credentialHeaders(route);
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
