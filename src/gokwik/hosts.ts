/**
 * Hosts and credentials: the defaults of GoKwik's two environments (OFFICIAL and LIVE), and which
 * secret may go where. Paths are appended to a host, never resolved against its root.
 */
import { decodeText } from '../cdk/text.ts';
import { isPrivateHost } from '../http/guard.ts';
import type { Auth } from './streams/stream.ts';

/** Where requests go, and how they say who asks. */
export interface Host {
  /** Without a trailing slash. */
  readonly url: string;
  readonly auth: Auth;
}

const BY_GOKWIK_HEADERS = {
  headers: { 'gk-app-id': '{app_id}', 'gk-app-secret': '{app_secret}' },
};
const AUTH: Readonly<Record<string, Auth>> = {
  merchant: {
    headers: { appid: '{app_id}', appsecret: '{app_secret}' },
    query: { mid: '{merchant_id}' },
  },
  gkx: BY_GOKWIK_HEADERS,
  kwikship: BY_GOKWIK_HEADERS,
  returnprime: { headers: { 'x-rp-token': '{return_prime_token}' } },
};

const RETURN_PRIME = 'https://admin.returnprime.com';
const PRODUCTION = {
  merchant: 'https://api.gokwik.co',
  gkx: 'https://gkx.gokwik.co',
  kwikship: 'https://api.gokwik.co/kwikship',
  returnprime: RETURN_PRIME,
};
const SANDBOX = {
  merchant: 'https://sandbox.gokwik.co',
  gkx: 'https://api-gw-v4.dev.gokwik.io/sandbox',
  kwikship: 'https://api-gw-v4.dev.gokwik.io/kwikship',
  returnprime: RETURN_PRIME,
};

export type Environment = 'production' | 'sandbox' | 'custom';

/** `baseUrl` without trailing slashes. */
export function environmentOf(baseUrl: string): Environment {
  if (baseUrl === PRODUCTION.merchant) return 'production';
  return baseUrl === SANDBOX.merchant ? 'sandbox' : 'custom';
}

/** The base URL a merchant of the other environment would need. */
export const otherEnvironment = (environment: Environment): string =>
  environment === 'production' ? SANDBOX.merchant : PRODUCTION.merchant;

/**
 * The default hosts by name: of the environment, or all below a proxy's or a simulator's base. A base
 * on the public internet that is not GoKwik's has no Return Prime: its token goes to Return Prime alone.
 */
export function defaultHosts(baseUrl: string, allowPrivate: boolean): Record<string, Host> {
  const custom = {
    merchant: baseUrl,
    gkx: baseUrl,
    kwikship: `${baseUrl}/kwikship`,
    ...(isOwnServer(new URL(baseUrl), allowPrivate) && { returnprime: baseUrl }),
  };
  const urls = { production: PRODUCTION, sandbox: SANDBOX, custom }[environmentOf(baseUrl)];
  return Object.fromEntries(
    Object.entries(urls).map(([name, url]) => [name, { url, auth: authOf(name) }]),
  );
}

/** How a host of this name is asked where the profile does not say. */
export const authOf = (name: string): Auth => AUTH[name] ?? {};

/** A simulator or a server in CI, for which the private switch was set. */
const isOwnServer = ({ hostname }: URL, allowPrivate: boolean): boolean =>
  allowPrivate && (isPrivateHost(hostname) || !hostname.includes('.'));

/** A value that leaves this machine for the hosts it belongs to and no other. */
export interface Secret {
  readonly value: string | undefined;
  mayGoTo(url: URL): boolean;
}

const isWithin = ({ hostname }: URL, domains: readonly string[]): boolean =>
  domains.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`));

export interface SecretOptions {
  readonly baseUrl: string;
  readonly allowPrivate: boolean;
  readonly appId: string | undefined;
  readonly appSecret: string | undefined;
  readonly merchantId: string | undefined;
  readonly returnPrimeToken: string | undefined;
  /** The config's own, each with the host it belongs to: a name, or one with a port. */
  readonly secrets: readonly {
    readonly name: string;
    readonly value: string;
    readonly host: string;
  }[];
}

/** The secrets of the config by the names of their placeholders. */
export function readSecrets(options: SecretOptions): Record<string, Secret> {
  const { baseUrl, allowPrivate } = options;
  const base = new URL(baseUrl);
  const toOwnServer = (url: URL): boolean => isOwnServer(url, allowPrivate);
  const gokwik = (value: string | undefined): Secret => ({
    value,
    mayGoTo: (url) =>
      url.host === base.host ||
      isWithin(url, ['gokwik.co', 'gokwik.io', 'gokwik.in']) ||
      toOwnServer(url),
  });
  const known = {
    app_id: gokwik(options.appId),
    app_secret: gokwik(options.appSecret),
    merchant_id: gokwik(options.merchantId),
    return_prime_token: {
      value: options.returnPrimeToken,
      mayGoTo: (url: URL) =>
        isWithin(url, ['returnprime.com', 'returnprime.co']) || toOwnServer(url),
    },
  };
  const own = options.secrets.map(({ name, value, host }) => {
    const mayGoTo = (url: URL): boolean => [url.host, url.hostname].includes(host.toLowerCase());
    return [name, { value, mayGoTo }] as const;
  });
  return { ...known, ...Object.fromEntries(own) };
}

/**
 * Paths of GoKwik and its kind that write, score or send a message: this source only reads. Compared
 * without case, slashes at the ends and a version before them.
 */
const WRITES = [
  /(^|\/)orders?\/(create|verify|update|cancel|confirm)(\/|$)/,
  /(^|\/)payments?\/(capture|links?|refund|initiate|create|charge)(\/|$)/,
  /(^|\/)refunds?\/(initiate|create)(\/|$)/,
  /(^|\/)rto\/(predict|score)(\/|$)/,
  /(^|\/)[\w-]*(cancel|capture)[\w-]*(\/|$)/,
  /(^|[/_-])otp([/_-]|$)/,
];

/** Whether a POST to this path could change something there. */
export function writesAt(path: string): boolean {
  const [bare = ''] = path.toLowerCase().split(/[?#]/);
  const plain = decodeText(bare).replace(/\/+/g, '/').replace(/\/$/, '');
  return WRITES.some((pattern) => pattern.test(plain));
}
