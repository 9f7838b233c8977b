/**
 * Hosts and credentials: the defaults of GoKwik's two environments (OFFICIAL and LIVE), and which
 * secret may go where. Paths are appended to a host, never resolved against its root.
 */
import { decodeText } from '../cdk/text.ts';
import type { GokwikConfig } from '../generated/config.ts';
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

/** The base URL that a merchant of the other environment than this one's would need. */
export const otherBaseUrl = (baseUrl: string): string =>
  baseUrl === PRODUCTION.merchant ? SANDBOX.merchant : PRODUCTION.merchant;

/**
 * The default hosts by name: of an environment, or all below a proxy's or a simulator's base. A base
 * on the public internet that is not GoKwik's has no Return Prime: its token goes to Return Prime alone.
 *
 * @param baseUrl without a slash at its end
 */
export function defaultHosts(baseUrl: string, allowPrivate: boolean): Record<string, Host> {
  const custom = {
    merchant: baseUrl,
    gkx: baseUrl,
    kwikship: `${baseUrl}/kwikship`,
    ...(isOwnServer(new URL(baseUrl), allowPrivate) && { returnprime: baseUrl }),
  };
  const urls = [PRODUCTION, SANDBOX].find(({ merchant }) => merchant === baseUrl) ?? custom;
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

/** What is entered as `none` is not there: a merchant may have files, or another system's API alone. */
const present = (text: string | undefined): string | undefined =>
  text === undefined || /^\s*(none)?\s*$/i.test(text) ? undefined : text;

type Credentials = Pick<GokwikConfig, (typeof CREDENTIALS)[number] | 'secrets'>;

/** Credentials of GoKwik and of Return Prime, as the config and placeholders call them. */
export const CREDENTIALS = ['app_id', 'app_secret', 'merchant_id', 'return_prime_token'] as const;

/** The secrets of the config by the names of their placeholders. */
export function readSecrets(
  { secrets = [], ...config }: Credentials,
  { baseUrl, allowPrivate }: { readonly baseUrl: string; readonly allowPrivate: boolean },
): Record<string, Secret> {
  const base = new URL(baseUrl);
  const gokwik = ['gokwik.co', 'gokwik.io', 'gokwik.in'];
  const returnPrime = ['returnprime.com', 'returnprime.co'];
  const known = CREDENTIALS.map((name): [string, Secret] => {
    const isOfGokwik = name !== 'return_prime_token';
    const mayGoTo = (url: URL): boolean =>
      isOwnServer(url, allowPrivate) ||
      isWithin(url, isOfGokwik ? gokwik : returnPrime) ||
      (isOfGokwik && url.host === base.host);
    return [name, { value: present(config[name]), mayGoTo }];
  });
  // Each with the host that it belongs to: a name, or one with a port.
  const own = secrets.map(({ name, value, host }): [string, Secret] => {
    const mayGoTo = (url: URL): boolean => [url.host, url.hostname].includes(host.toLowerCase());
    return [name, { value, mayGoTo }];
  });
  return Object.fromEntries([...known, ...own]);
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
