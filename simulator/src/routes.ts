import type { ListStream } from './entities.ts';
import type { Environment } from './types.ts';

/** The endpoints: which are there, what they take, and which must never be called. */

export type Family = 'merchant' | 'gkx' | 'kwikship' | 'returnprime';

export interface Route {
  readonly stream: ListStream | 'refunds';
  readonly family: Family;
  /** Query parameters it knows. `mid` counts for the whole merchant family. */
  readonly params: readonly string[];
  /** `cursor`; or by number, until a page is short, `total_pages` is read, `hasNextPage` is false. */
  readonly paging: 'cursor' | 'short' | 'total' | 'more' | 'none';
  /** The window's parameters, and whether they are instants or India dates, both inclusive. */
  readonly window: readonly [from: string, to: string] | undefined;
  readonly dates: boolean;
  readonly limit: string;
}

function merchantList(stream: ListStream): Route {
  return {
    stream,
    family: 'merchant',
    params: ['mid', 'updated_after', 'updated_before', 'limit', 'cursor'],
    paging: 'cursor',
    window: ['updated_after', 'updated_before'],
    dates: false,
    limit: 'limit',
  };
}

const ROUTES: Readonly<Record<string, Route>> = {
  '/v1/order/list': merchantList('orders'),
  '/v1/checkout/list': merchantList('checkouts'),
  '/v1/abandoned-cart/list': merchantList('abandoned_checkouts'),
  '/v1/payment/list': merchantList('payments'),
  '/v1/rto/list': merchantList('rto_predictions'),
  '/v1/address-prefill/list': merchantList('address_prefills'),
  '/v1/settlement/list': {
    stream: 'settlements',
    family: 'merchant',
    params: ['mid', 'from', 'to', 'page', 'limit'],
    paging: 'short',
    window: ['from', 'to'],
    dates: true,
    limit: 'limit',
  },
  '/v1/payments/refunds': {
    stream: 'refunds',
    family: 'gkx',
    params: ['platformOrderId'],
    paging: 'none',
    window: undefined,
    dates: false,
    limit: 'limit',
  },
  '/kwikship/api/v1/shipments': {
    stream: 'shipments',
    family: 'kwikship',
    params: ['from', 'to', 'page', 'per_page'],
    paging: 'total',
    window: ['from', 'to'],
    dates: true,
    limit: 'per_page',
  },
  '/return-exchange/v2': {
    stream: 'returns',
    family: 'returnprime',
    params: ['created_at_min', 'created_at_max', 'page', 'limit'],
    paging: 'more',
    window: ['created_at_min', 'created_at_max'],
    dates: false,
    limit: 'limit',
  },
};

/** They write, score, or belong to someone else: no connector may touch them. */
const FORBIDDEN =
  /^\/(v2\/rto\/predict|v2\/order\/refund\/initiate|v1\/order\/(create|verify|update)|v1\/payment\/capture)$|\/otp\b|\/session\b/;

const PRODUCTION_HOSTS = /^(api|gkx)\.gokwik\.co$/;
const SANDBOX_HOSTS = /^(sandbox\.gokwik\.co|api-gw-v4\.dev\.gokwik\.io)$/;

export interface Target {
  readonly route: Route | undefined;
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
  const route = Object.hasOwn(ROUTES, inner) ? ROUTES[inner] : undefined;
  const violation =
    route !== undefined ? undefined : FORBIDDEN.test(inner) ? 'forbidden path' : 'unknown path';
  return { route, environment: sandbox && !production ? 'sandbox' : 'production', violation };
}
