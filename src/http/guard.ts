import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { ConfigError } from '../cdk/errors.ts';

/** The `code` of the error with which a connection to a private address ends. */
export const BLOCKED = 'GK_BLOCKED';

const ALLOW =
  'For a simulator or CI, set the environment variable SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL=true.';

/** IANA special-purpose registry: nothing here is a public API. 168.63.129.16 is Azure's host. */
const privateV4 = subnets('ipv4', [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]);
/** Outside of it: loopback, link-local, unique local, multicast and what is not assigned. */
const globalV6 = subnets('ipv6', ['2000::/3']);
/** Inside of it, but not hosts: protocol assignments (Teredo, benchmarks), documentation. */
const specialV6 = subnets('ipv6', ['2001::/23', '2001:db8::/32', '3fff::/20']);

const PRIVATE_NAMES = ['localhost', 'internal', 'local'];

/** Made with the first address: `discover` meets none, and `node:net` takes its time to load. */
function subnets(family: 'ipv4' | 'ipv6', ranges: readonly string[]): () => BlockList {
  let list: BlockList | undefined;
  return () => {
    if (list) return list;
    list = new BlockList();
    for (const range of ranges) {
      const [network = '', bits] = range.split('/');
      list.addSubnet(network, Number(bits), family);
    }
    return list;
  };
}

/** Whether an IP address, IPv4 or IPv6, is one that a public API can have. */
export function isPublicAddress(address: string): boolean {
  const [plain = ''] = address.split('%');
  if (isIP(plain) === 4) return !privateV4().check(plain, 'ipv4');
  if (isIP(plain) !== 6) return false;
  const embedded = embeddedV4(plain);
  if (embedded !== undefined) return isPublicAddress(embedded);
  return globalV6().check(plain, 'ipv6') && !specialV6().check(plain, 'ipv6');
}

/** The IPv4 address that an IPv6 one leads to: mapped, NAT64 (RFC 6052) or 6to4. */
function embeddedV4(address: string): string | undefined {
  const words = wordsOf(address);
  const prefix = words
    .slice(0, 6)
    .map((word) => word.toString(16))
    .join(':');
  const [, second = 0, third = 0, , , , seventh = 0, eighth = 0] = words;
  if (prefix === '0:0:0:0:0:ffff' || prefix === '64:ff9b:0:0:0:0') return dotted(seventh, eighth);
  return words[0] === 0x2002 ? dotted(second, third) : undefined;
}

function wordsOf(address: string): number[] {
  // URL writes every spelling one way: hexadecimal, the longest run of zeros as `::`.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const left = head.split(':').filter(Boolean);
  const right = (tail ?? '').split(':').filter(Boolean);
  const zeros = new Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...zeros, ...right].map((word) => Number.parseInt(word, 16));
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** Whether a URL's host is private as it is written; what a name resolves to is `guardedLookup`'s. */
export function isPrivateHost(hostname: string): boolean {
  const name = hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.+$/, '');
  // URL writes every IPv4 address in four decimal parts, and no other name without a letter.
  const mayBeAddress = name.includes(':') || !/[a-z]/.test(name);
  if (mayBeAddress && isIP(name) !== 0) return !isPublicAddress(name);
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
        callback(Object.assign(new Error('private address'), { code: BLOCKED }), [], 0);
      } else if (options.all) {
        callback(null, addresses);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}
