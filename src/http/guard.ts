import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { ConfigError } from '../cdk/errors.ts';

/** The `code` of the error with which a connection to a private address ends. */
export const BLOCKED = 'GK_BLOCKED';

const ALLOW =
  'For a simulator or CI, set the environment variable SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL=true.';

/** Azure's own host, at an address that is public by its range. */
const AZURE = '168.63.129.16';
/** What IANA gives to hosts of IPv6; the rest is special or not assigned yet. */
const GLOBAL_V6 = ipaddr.IPv6.parseCIDR('2000::/3');
const PRIVATE_NAMES = ['localhost', 'internal', 'local'];

/** An address in the one spelling that resolvers and URL use; no number like `0177.1` is meant. */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  return ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : undefined;
}

/** The address whose range counts: of an IPv6 one that leads to an IPv4 one, the latter. */
function unwrap(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (!(address instanceof ipaddr.IPv6)) return address;
  const bytes = address.toByteArray();
  const range = address.range();
  if (range === '6to4') return new ipaddr.IPv4(bytes.slice(2, 6));
  const isWellKnownNat64 = range === 'rfc6052' && bytes.slice(4, 12).every((byte) => byte === 0);
  return address.isIPv4MappedAddress() || isWellKnownNat64
    ? new ipaddr.IPv4(bytes.slice(12))
    : address;
}

/** Whether an IP address, IPv4 or IPv6, is one that a public API can have. */
export function isPublicAddress(text: string): boolean {
  const written = parseAddress(text);
  if (!written) return false;
  const address = unwrap(written);
  if (address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv6 ? address.match(GLOBAL_V6) : address.toString() !== AZURE;
}

/** Whether a URL's host is private as it is written; what a name resolves to is `guardedLookup`'s. */
export function isPrivateHost(hostname: string): boolean {
  const name = hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.+$/, '');
  if (parseAddress(name)) return !isPublicAddress(name);
  return PRIVATE_NAMES.some((suffix) => name === suffix || name.endsWith(`.${suffix}`));
}

export interface GuardOptions {
  readonly allowPrivate: boolean;
  /** The name of the config field, for messages. */
  readonly field?: string;
  /** Pre-signed addresses of files carry their signature in the query. */
  readonly allowQuery?: boolean;
}

/**
 * The base URL guard: secrets go to public https hosts only.
 * Throws ConfigError `GK_BASE_URL_…`; its messages never quote the URL, which may hold a password.
 */
export function checkBaseUrl(
  raw: string,
  { allowPrivate, field = 'base_url', allowQuery = false }: GuardOptions,
): URL {
  const fail = (code: string, message: string): never => {
    throw new ConfigError(`GK_BASE_URL_${code}`, `\`${field}\` ${message}`);
  };
  if (!URL.canParse(raw)) {
    return fail('INVALID', 'is not a URL. Write it in full, for example https://api.example.com.');
  }
  const url = new URL(raw);
  if (url.username !== '' || url.password !== '') {
    fail('CREDENTIALS', 'holds a user name or password. Remove them: credentials have own fields.');
  }
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) {
    fail('SCHEME', `must begin with https://, so that the credentials travel encrypted. ${ALLOW}`);
  }
  // An empty query or fragment (`…/?`) leaves no trace in `search` and `hash`.
  if (!allowQuery && /[?#]/.test(url.href)) {
    fail('QUERY', 'must not hold a query or a fragment. Remove everything from `?` or `#` on.');
  }
  if (!allowPrivate && isPrivateHost(url.hostname)) {
    fail(
      'PRIVATE',
      `points to a private address (${url.hostname}). Use the API's public host. ${ALLOW}`,
    );
  }
  return url;
}

/** Host and path of an address, for messages: its query may hold a signature (I9). */
export function addressName(address: string): string {
  const { host, pathname } = new URL(address);
  return `${host}${pathname}`;
}

/**
 * A DNS lookup for agents that refuses a name with any private address, at the moment of connecting:
 * a name that was public when it was checked may not be any more (DNS rebinding). Agents don't look
 * up literal addresses; `isPrivateHost` sees those.
 */
export function guardedLookup(
  allowPrivate: boolean,
  lookup: typeof systemLookup = systemLookup,
): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      const [first] = addresses ?? [];
      if (error || !first) {
        callback(error ?? Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), [], 0);
      } else if (!allowPrivate && !addresses.every(({ address }) => isPublicAddress(address))) {
        callback(blocked(), [], 0);
      } else if (options.all) {
        callback(null, addresses);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}

export const blocked = (): Error => Object.assign(new Error('private address'), { code: BLOCKED });
