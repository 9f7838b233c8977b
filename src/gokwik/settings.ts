import { ConfigError } from '../cdk/errors.ts';
import type { JsonObject } from '../cdk/protocol.ts';
import type { GokwikConfig } from '../generated/config.ts';
import { checkBaseUrl } from '../http/guard.ts';
import { readLocation } from './files/location.ts';
import type { FileSource } from './files/reader.ts';
import { type Host, readSecrets } from './hosts.ts';
import type { PiiSettings } from './pii/pii.ts';
import { type Profile, readProfile, requestOf } from './profile.ts';
import { DAY_MS } from './records/time.ts';
import type { StreamProfile } from './streams/stream.ts';
import { placeholdersOf, type Values } from './template.ts';

/** The config in the form the connector works with. Instants are epoch milliseconds. */
export interface Settings {
  readonly baseUrl: string;
  readonly profile: Profile;
  /** What the secrets' placeholders stand for. */
  readonly values: Values;
  /** Secrets that requests of a stream need and the config does not have. */
  missing(host: Host, stream: StreamProfile): string[];
  readonly startMs: number;
  /** Exclusive: the midnight in India that ends `end_date`. */
  readonly endMs: number | undefined;
  readonly lookbackMs: number;
  readonly windowMs: number;
  readonly concurrency: number;
  readonly requestsPerSecond: number;
  readonly pii: PiiSettings;
  /** The brand that all rows are marked with. */
  readonly merchant: { readonly label: string; readonly isInKey: boolean } | undefined;
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
  const secrets = readSecrets({
    baseUrl,
    allowPrivate,
    appId: present(given.app_id),
    appSecret: present(given.app_secret),
    merchantId: given.merchant_id || undefined,
    returnPrimeToken: present(given.return_prime_token),
    secrets: [],
  });
  const profile = readProfile(given.api_profile, { baseUrl, allowPrivate, secrets });
  const files = readFiles(given, allowPrivate);
  const missing: Settings['missing'] = ({ auth: { query: _, ...auth } }, stream) =>
    [
      ...new Set(placeholdersOf([auth, requestOf(stream), stream.job]).map(({ name }) => name)),
    ].filter((name) => secrets[name] && secrets[name].value === undefined);
  return {
    baseUrl,
    profile: files.length > 0 ? declareForFiles(profile, files) : profile,
    values: Object.fromEntries(Object.entries(secrets).map(([name, { value }]) => [name, value])),
    missing,
    ...readRange(given, nowMs),
    lookbackMs: given.lookback_days * DAY_MS,
    windowMs: given.window_days * DAY_MS,
    concurrency: given.concurrency,
    requestsPerSecond: given.requests_per_second,
    pii: readPii(given),
    merchant: undefined,
    files,
    allowPrivate,
  };
}

/** What is entered as `none` is not there: a merchant may have files, or another system's API alone. */
const present = (text: string | undefined): string | undefined =>
  text === undefined || /^\s*(none)?\s*$/i.test(text) ? undefined : text;

const readFiles = ({ files = [] }: GokwikConfig, allowPrivate: boolean): FileSource[] =>
  files.map(({ stream, location, format }, index) => ({
    stream,
    location: readLocation(location.trim(), `files[${index}].location`, allowPrivate),
    format: format === 'auto' ? undefined : format,
  }));

/** For all rows of a stream, the API's and the files': a key must not depend on the way. */
function declareForFiles(profile: Profile, files: readonly FileSource[]): Profile {
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

const readPii = ({ pii_mode, pii_hash_key, pii_undeclared }: GokwikConfig): PiiSettings => ({
  mode: pii_mode,
  undeclared: pii_undeclared,
  ...(pii_hash_key !== undefined && { key: pii_hash_key }),
});
