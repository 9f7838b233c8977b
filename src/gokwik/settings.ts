import { ConfigError, SystemError } from '../cdk/errors.ts';
import type { JsonObject } from '../cdk/protocol.ts';
import { closest } from '../cdk/text.ts';
import type { GokwikConfig } from '../generated/config.ts';
import { checkBaseUrl } from '../http/guard.ts';
import { FILE_STREAMS, type FileSource, streamsOf } from './files/listing.ts';
import { readLocation } from './files/location.ts';
import { type OwnShape, ownShape, readShape, type Shape } from './files/shapes.ts';
import { readAccounts } from './files/stores/accounts.ts';
import { CREDENTIALS, type Host, readSecrets } from './hosts.ts';
import type { PiiSettings } from './pii/pii.ts';
import { OWN, type Profile, readProfile, requestOf, SIGNED } from './profile.ts';
import { DAY_MS } from './records/time.ts';
import type { StreamProfile } from './streams/stream.ts';
import { placeholdersOf, type Values } from './template.ts';

const HOUR_MS = 60 * 60_000;

/** The config in the form the connector works with. Instants are epoch milliseconds. */
export type Settings = Readonly<ReturnType<typeof readSettings>>;

export function profileOf(name: string, { profile }: Settings): StreamProfile {
  const found = profile.streams[name];
  if (!found) throw new SystemError('GK_INTERNAL', `Stream ${name} has no profile.`);
  return found;
}

/**
 * Reads a config that is valid by the spec, and checks what the spec cannot say. Throws
 * ConfigError with one sentence on what to change.
 */
export function readSettings(
  config: JsonObject,
  { allowPrivate, nowMs }: { allowPrivate: boolean; nowMs: number },
) {
  // The cast is the spec's promise: `validateConfig` has held the config against it.
  const given = config as unknown as GokwikConfig;
  const baseUrl = checkBaseUrl(given.base_url, { allowPrivate }).href.replace(/\/+$/, '');
  checkSecrets(given);
  const secrets = readSecrets(given, { baseUrl, allowPrivate });
  const profile = readProfile(given.api_profile, { baseUrl, allowPrivate, secrets });
  const files = readFiles(given, allowPrivate, profile);
  const values = Object.entries(secrets).map(([name, { value }]) => [name, value] as const);
  return {
    baseUrl,
    profile: files.length > 0 ? declareForFiles(profile, files) : profile,
    /** What the secrets' placeholders stand for. */
    values: Object.fromEntries(values) as Values,
    /** Secrets that requests of a stream need and the config does not have. */
    missing({ auth: { query: _, ...auth } }: Host, stream: StreamProfile): string[] {
      const used = placeholdersOf([auth, requestOf(stream), stream.job]).map(({ name }) => name);
      return [...new Set(used)].filter(
        (name) => secrets[name] && secrets[name].value === undefined,
      );
    },
    /** `endMs` is exclusive: the midnight in India that ends `end_date`. */
    ...readRange(given, nowMs),
    lookbackMs: given.lookback_days * DAY_MS,
    /** 0: every sync reads the whole lookback. */
    lookbackEveryMs: given.lookback_every_hours * HOUR_MS,
    windowMs: given.window_days * DAY_MS,
    concurrency: given.concurrency,
    requestsPerSecond: given.requests_per_second,
    pii: {
      mode: given.pii_mode,
      undeclared: given.pii_undeclared,
      ...(given.pii_hash_key !== undefined && { key: given.pii_hash_key }),
    } satisfies PiiSettings,
    /** The brand that all rows are marked with. */
    merchant: readMerchant(given),
    files,
    /** That the entries of `files` can feed. */
    fileStreams: new Set(files.flatMap(streamsOf)),
    allowPrivate,
  };
}

/** A name stands for one thing, and a value can be sent. */
function checkSecrets({ secrets: own = [], ...config }: GokwikConfig): void {
  for (const name of ['app_id', 'app_secret', 'return_prime_token'] as const) {
    checkSendable(name, config[name]);
  }
  const taken = new Set<string>([...SIGNED, ...CREDENTIALS]);
  for (const [index, { name, value }] of own.entries()) {
    if (taken.has(name)) {
      throw new ConfigError(
        'GK_SECRETS',
        `\`secrets[${index}].name\` is ${name}, and {${name}} stands for something else in \`api_profile\`. Give each secret a name of its own.`,
      );
    }
    taken.add(name);
    checkSendable(`secrets[${index}].value`, value);
  }
}

/** Most secrets go into a header, which takes no control characters and nothing beyond Latin-1. */
function checkSendable(field: string, value: string | undefined): void {
  const characters = [...(value ?? '')];
  const at = characters.findIndex((character) => !/[\x20-\x7e\xa0-\xff]/.test(character));
  if (at < 0) return;
  const what = /\p{Cc}/u.test(characters[at] ?? '')
    ? 'a line break or another sign that is not seen'
    : 'no sign of Latin script';
  throw new ConfigError(
    'GK_SECRET_SIGN',
    `\`${field}\` has at position ${at + 1} a character that no HTTP header can carry (${what}). Copy the value again from where it is shown, and paste nothing else with it.`,
  );
}

function readMerchant({ merchant_label: label, merchant_label_in_key: isInKey }: GokwikConfig) {
  if (label) return { label, isInKey };
  if (!isInKey) return undefined;
  throw new ConfigError(
    'GK_MERCHANT_LABEL',
    '`merchant_label_in_key` is true, and `merchant_label` is missing. Give the label, or leave the keys without it.',
  );
}

function readFiles(
  { files = [], file_stores = [] }: GokwikConfig,
  allowPrivate: boolean,
  profile: Profile,
): FileSource[] {
  const accounts = readAccounts(file_stores, allowPrivate);
  return files.map(({ stream, location, shape: given, unreadable, store }, index) => {
    const field = `files[${index}]`;
    const reading = { field: `${field}.location`, allowPrivate, accounts, store };
    const shape = readShape(given, `${field}.shape`);
    checkFileStream(stream, shape, field, profile);
    return {
      stream,
      location: readLocation(location.trim(), reading),
      shape,
      skipsBroken: unreadable === 'skip',
    };
  });
}

function checkFileStream(
  stream: string | undefined,
  shape: OwnShape | undefined,
  field: string,
  { streams }: Profile,
): void {
  const refuse = (why: string): ConfigError => new ConfigError('GK_FILES', `\`${field}\` ${why}`);
  const own = shape && ownShape(shape);
  if (own && stream !== undefined && own.stream !== stream)
    throw refuse(`is for stream ${stream}, and its \`shape\` for ${own.stream}. Name one of them.`);
  if (own && !streams[own.stream] && !shape?.needs?.length)
    throw refuse(
      `has a \`shape\` for ${own.stream}, a stream of your own. Name in \`needs\` the columns that tell its rows apart: they make its key.`,
    );
  if (own || stream === undefined || FILE_STREAMS.has(stream)) return;
  const names = [...FILE_STREAMS];
  const meant = closest(stream, names);
  throw refuse(
    `is for stream ${stream}, of which no file is known${meant ? `; did you mean ${meant}?` : `. Known are ${names.join(', ')}.`} A file of another kind needs a \`shape\`.`,
  );
}

/** For all rows of a stream, the API's and the files': a key must not depend on the way. */
function declareForFiles(profile: Profile, files: readonly FileSource[]): Profile {
  const streams = { ...profile.streams };
  for (const { shape } of files) {
    const own = shape && ownShape(shape);
    if (own) streams[own.stream] ??= ownStream(own);
  }
  for (const stream of files.flatMap(streamsOf)) {
    const declared = streams[stream];
    if (declared) streams[stream] = { ...declared, ...declared.with_files };
  }
  return { ...profile, streams };
}

/** A stream that comes from files alone, as an entry's `shape` says it. */
function ownStream({ columns, dates, needs }: Shape): StreamProfile {
  const fields = [...new Set(Object.values(columns))].filter((field) => !field.includes('.'));
  return {
    ...OWN,
    key: [needs],
    cursor: ['updated_at'],
    columns: {
      ...Object.fromEntries(
        fields.map((field) => [field, dates.includes(field) ? 'date-time' : 'string'] as const),
      ),
      updated_at: 'date-time',
      _source: 'string',
    },
  };
}

function readRange({ start_date, end_date }: GokwikConfig, nowMs: number) {
  const startMs = readDay(start_date);
  const endMs = end_date ? readDay(end_date) + DAY_MS : undefined;
  if (startMs > nowMs) {
    throw new ConfigError(
      'GK_START_DATE',
      `\`start_date\` ${start_date} lies in the future. Give the first day to read, in India time, as YYYY-MM-DD.`,
    );
  }
  if (endMs !== undefined && endMs <= startMs) {
    throw new ConfigError(
      'GK_END_DATE',
      `\`end_date\` ${end_date} lies before \`start_date\` ${start_date}. Give a day on or after it, or leave it out to read up to now.`,
    );
  }
  return { startMs, endMs };
}

/** The spec has seen that it is a day of the calendar. */
const readDay = (day: string): number => Date.parse(`${day}T00:00:00+05:30`);
