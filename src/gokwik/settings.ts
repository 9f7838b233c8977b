import { ConfigError } from '../cdk/errors.ts';
import type { JsonObject } from '../cdk/protocol.ts';
import type { GokwikConfig } from '../generated/config.ts';
import { checkBaseUrl } from '../http/guard.ts';
import { readLocation } from './files/location.ts';
import type { FileSource } from './files/reader.ts';
import { type Credentials, hostsFor } from './hosts.ts';
import { mergeProfile } from './override.ts';
import type { ApiProfile } from './profile.ts';
import type { Family } from './streams/stream.ts';

export const DAY_MS = 24 * 60 * 60_000;

/** The config in the form the connector works with. Instants are epoch milliseconds. */
export interface Settings {
  readonly baseUrl: string;
  readonly hosts: Readonly<Record<Family, string>>;
  readonly credentials: Credentials;
  readonly merchantId: string | undefined;
  readonly startMs: number;
  /** Exclusive: the midnight in India that ends `end_date`. */
  readonly endMs: number | undefined;
  readonly lookbackMs: number;
  readonly windowMs: number;
  readonly concurrency: number;
  readonly requestsPerSecond: number;
  readonly pii: { readonly mode: 'plain' | 'hash' | 'drop'; readonly key?: string };
  readonly profile: ApiProfile;
  /** False: the merchant has no API access, only files. */
  readonly hasApi: boolean;
  readonly files: readonly FileSource[];
  readonly allowPrivate: boolean;
}

/**
 * Reads a config that is valid by the spec, and checks what the spec cannot say. Throws
 * ConfigError with one sentence on what to change.
 */
export function readSettings(
  config: JsonObject,
  { allowPrivate, nowMs }: { allowPrivate: boolean; nowMs: number },
): Settings {
  // The cast is the spec's promise: `validateConfig` has held the config against it.
  const given = config as unknown as GokwikConfig;
  const baseUrl = clean(checkBaseUrl(given.base_url, { allowPrivate }));
  const profile = mergeProfile(given.api_profile);
  const overrides: Partial<Record<Family, string>> = {};
  for (const [family, url] of Object.entries(profile.hosts)) {
    const field = `api_profile.hosts.${family}`;
    overrides[family as Family] = clean(checkBaseUrl(url, { allowPrivate, field }));
  }
  const pii = readPii(given);
  const files = readFiles(given, allowPrivate);
  const hasApi = !(isNone(given.app_id) && isNone(given.app_secret));
  if (!hasApi && files.length === 0) {
    throw new ConfigError(
      'GK_NOTHING_TO_READ',
      '`app_id` and `app_secret` are none, and there are no `files`, so there is nothing to read. Name exports or webhook captures in `files`, or enter the credentials.',
    );
  }
  return {
    baseUrl,
    hosts: hostsFor(baseUrl, overrides),
    credentials: {
      appId: given.app_id,
      appSecret: given.app_secret,
      returnPrimeToken: given.return_prime_token || undefined,
    },
    merchantId: given.merchant_id || undefined,
    ...readRange(given, nowMs),
    lookbackMs: given.lookback_days * DAY_MS,
    windowMs: given.window_days * DAY_MS,
    concurrency: given.concurrency,
    requestsPerSecond: given.requests_per_second,
    pii,
    profile: files.length > 0 ? declareForFiles(profile, files) : profile,
    hasApi,
    files,
    allowPrivate,
  };
}

const isNone = (text: string): boolean => text.trim().toLowerCase() === 'none';

const readFiles = ({ files = [] }: GokwikConfig, allowPrivate: boolean): FileSource[] =>
  files.map(({ stream, location, format }, index) => ({
    stream,
    location: readLocation(location.trim(), `files[${index}].location`, allowPrivate),
    format: format === 'auto' ? undefined : format,
  }));

/** For all rows of a stream, the API's and the files': a key must not depend on the way. */
function declareForFiles(profile: ApiProfile, files: readonly FileSource[]): ApiProfile {
  const streams = { ...profile.streams };
  for (const { stream } of files) {
    const declared = streams[stream];
    if (declared) streams[stream] = { ...declared, ...declared.with_files };
  }
  return { ...profile, streams };
}

const clean = (url: URL): string => url.href.replace(/\/+$/, '');

function readRange(
  config: GokwikConfig,
  nowMs: number,
): { startMs: number; endMs: number | undefined } {
  const startMs = readDay(config.start_date);
  if (startMs > nowMs) {
    throw new ConfigError(
      'GK_START_DATE',
      `\`start_date\` ${config.start_date} lies in the future. Give the first day to read, in India time, as YYYY-MM-DD.`,
    );
  }
  if (!config.end_date) return { startMs, endMs: undefined };
  const endMs = readDay(config.end_date) + DAY_MS;
  if (endMs <= startMs) {
    throw new ConfigError(
      'GK_END_DATE',
      `\`end_date\` ${config.end_date} lies before \`start_date\` ${config.start_date}. Give a day on or after it, or leave it out to read up to now.`,
    );
  }
  return { startMs, endMs };
}

/** The spec has seen that it is a day of the calendar. */
const readDay = (day: string): number => Date.parse(`${day}T00:00:00+05:30`);

function readPii(config: GokwikConfig): Settings['pii'] {
  const { pii_mode: mode } = config;
  if (mode !== 'hash') return { mode };
  if (!config.pii_hash_key) {
    throw new ConfigError(
      'GK_PII_KEY',
      '`pii_mode` is hash, and `pii_hash_key` is missing. Without a key of your own, the hash of a ten-digit phone number is found in seconds. Set `pii_hash_key` to a long random text and keep it: another key gives other hashes.',
    );
  }
  return { mode, key: config.pii_hash_key };
}
