/**
 * Writes what follows from data: types from `schemas/`, the catalogs, the tables of the README, the
 * documents of the dbt package and the ten questions.
 *
 *   npm run generate              writes the files that differ
 *   npm run generate -- --check   writes nothing; exit 1 and the names of files that differ
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { documentation } from '../analytics/report/document.ts';
import { questions } from '../analytics/report/questions.ts';
import spec from '../schemas/spec.json' with { type: 'json' };
import type { AirbyteStream, JsonObject, SyncMode } from '../src/cdk/protocol.ts';
import { createAnomalies } from '../src/gokwik/anomalies.ts';
import { DEFAULT_PROFILE } from '../src/gokwik/profile.ts';
import { readSettings } from '../src/gokwik/settings.ts';
import { openStreams } from '../src/gokwik/streams/readers.ts';
import type { StreamProfile } from '../src/gokwik/streams/stream.ts';
import { createHttp } from '../src/http/retry.ts';

/** Texts of files by path from the repository's root, `/` between its parts. */
type Texts = Map<string, string>;

const ROOT = join(import.meta.dirname, '..');
const TYPES = 'src/generated';
const BANNER = '// Generated from schemas/ by scripts/generate.ts; do not edit.\n';

/** `src/generated/`: the config, the profile and a record of each stream. */
async function types(): Promise<Texts> {
  const found = readdirSync(join(ROOT, 'schemas')).map((file) => file.replace(/\.json$/, ''));
  const names = found.filter((name) => name !== 'spec' && name !== 'api_profile').sort();
  const records: string[] = [];
  for (const name of names) records.push(await compileOne(readSchema(name), name));
  const config = readSchema('spec').connectionSpecification;
  const profile = readSchema('api_profile');
  return new Map([
    [`${TYPES}/config.ts`, BANNER + (await compileOne(requireDefaults(config), 'GokwikConfig'))],
    [`${TYPES}/profile.ts`, BANNER + (await compileOne(profile, 'ApiProfileOverride'))],
    [`${TYPES}/streams.ts`, BANNER + records.join('\n')],
  ]);
}

function readSchema(name: string): JSONSchema {
  return JSON.parse(readFileSync(join(ROOT, `schemas/${name}.json`), 'utf8')) as JSONSchema;
}

function compileOne(schema: JSONSchema, name: string): Promise<string> {
  return compile(dropTitles(schema) as JSONSchema, name, {
    bannerComment: '',
    unknownAny: true,
    // A list with `minItems` would become a tuple type, which plain arrays do not fit.
    ignoreMinAndMaxItems: true,
    $refOptions: { resolve: { external: false } },
    style: { singleQuote: true, printWidth: 100 },
  });
}

/** The types are those of a config after the spec's defaults were filled in: there are no second ones. */
function requireDefaults(schema: JSONSchema): JSONSchema {
  const properties = Object.entries(schema.properties ?? {});
  const filled = properties.filter(([, { default: value }]) => value !== undefined);
  const items = schema.items && requireDefaults(schema.items as JSONSchema);
  return {
    ...schema,
    ...(items && { items }),
    ...(schema.properties && {
      properties: Object.fromEntries(properties.map(([key, one]) => [key, requireDefaults(one)])),
      required: [
        ...(Array.isArray(schema.required) ? schema.required : []),
        ...filled.map(([key]) => key),
      ],
    }),
  };
}

/**
 * A titled schema becomes a type alias of its own, named after the form label. Only string titles
 * are labels: a property called `title` is an object and stays.
 */
function dropTitles(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropTitles);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, child]) => !(key === 'title' && typeof child === 'string'))
      .map(([key, child]) => [key, dropTitles(child)]),
  );
}

/** The streams of the checkout-funnel analysis. */
const FUNNEL = ['checkouts', 'checkout_events', 'abandoned_checkouts', 'orders'];

/** Which of them exports and captures can fill. */
const FILLED = ['orders', 'settlements', 'abandoned_checkouts', 'payments', 'refunds'];

const WITH_API = { app_id: 'app', app_secret: 'secret', return_prime_token: 'none' };
const WITH_FILES = {
  app_id: 'none',
  app_secret: 'none',
  files: FILLED.map((stream) => ({ stream, location: '/local/gokwik/*' })),
};

async function discover(given: JsonObject): Promise<readonly AirbyteStream[]> {
  const config = { base_url: 'https://api.gokwik.co', start_date: '2026-01-01', ...given };
  const settings = await readSettings(config, { allowPrivate: false, nowMs: Date.now() });
  const log = { info() {}, warn() {}, debug() {} };
  const http = createHttp({
    concurrency: 1,
    requestsPerSecond: 1,
    allowPrivate: false,
    now: Date.now,
    random: Math.random,
    log,
    userAgent: 'none',
  });
  const anomalies = createAnomalies();
  const { streams } = openStreams({ http, settings, anomalies, pii: undefined });
  http.close();
  return streams;
}

const configure = (streams: readonly AirbyteStream[], sync_mode: SyncMode) => ({
  streams: streams.map((stream) => ({
    stream,
    sync_mode,
    destination_sync_mode: sync_mode === 'incremental' ? 'append_dedup' : 'overwrite',
    cursor_field: stream.default_cursor_field,
    primary_key: stream.source_defined_primary_key,
  })),
});

/** `catalog/`: what discover prints for a merchant with every stream, and configured catalogs made of it. */
async function catalogs(): Promise<Texts> {
  const streams = await discover(WITH_API);
  const files = {
    'discovered.json': { streams },
    'full_refresh.json': configure(streams, 'full_refresh'),
    'incremental.json': configure(streams, 'incremental'),
    'funnel.json': configure(
      streams.filter((stream) => FUNNEL.includes(stream.name)),
      'incremental',
    ),
    'files.json': configure(await discover(WITH_FILES), 'incremental'),
  };
  return new Map(
    Object.entries(files).map(([name, content]) => [
      `catalog/${name}`,
      `${JSON.stringify(content, null, 2)}\n`,
    ]),
  );
}

interface Setting {
  title: string;
  description: string;
  default?: unknown;
  airbyte_secret?: boolean;
}

function settingsTable(): string {
  const { properties, required } = spec.connectionSpecification;
  const rows = Object.entries(properties as Record<string, Setting>).map(([name, setting]) => {
    const kind = required.includes(name) ? 'required' : `\`${setting.default ?? '–'}\``;
    const secret = setting.airbyte_secret ? ' (secret)' : '';
    const [first] = setting.description.split(/(?<=\.)\s/);
    return `| \`${name}\`${secret} | ${kind} | ${first} |`;
  });
  return ['| setting | default | is |', '| --- | --- | --- |', ...rows].join('\n');
}

function streamsTable(): string {
  const rows = Object.entries(DEFAULT_PROFILE.streams).map(([name, stream]) => {
    const cursor = `\`${stream.cursor[0]}\``;
    return `| \`${name}\` | ${originOf(stream)} | ${keyOf(stream)} | ${cursor} | ${stream.evidence} |`;
  });
  return [
    '| stream | from | `record_key` is made of | cursor | evidence |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function originOf({ child_of, per, path, records }: StreamProfile): string {
  if (child_of) return `the ${records.map((field) => `\`${field}\``).join(' or ')} of ${child_of}`;
  return per ? `\`${path}\`, one request for each of the ${per} that can have one` : `\`${path}\``;
}

function keyOf({ key, child_of }: StreamProfile): string {
  if (child_of) return `the key of ${child_of} and the position`;
  const alternatives = key.map((fields) =>
    [fields]
      .flat()
      .map((f) => `\`${f}\``)
      .join(' + '),
  );
  return alternatives.join(', else ');
}

/** A file with its generated parts, each between `<!-- name -->` and `<!-- /name -->`. */
function withParts(path: string, parts: Readonly<Record<string, string>>): Texts {
  let text = readFileSync(join(ROOT, path), 'utf8');
  for (const [name, part] of Object.entries(parts)) {
    const place = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`);
    if (!place.test(text)) throw new Error(`${path} has no place for ${name}`);
    text = text.replace(place, (_, begin: string, end: string) => `${begin}${part}\n${end}`);
  }
  return new Map([[path, text]]);
}

const made: Texts = new Map([
  ...(await types()),
  ...(await catalogs()),
  ...withParts('README.md', { settings: settingsTable(), streams: streamsTable() }),
  ...(await documentation()),
  ...(await questions()),
]);
// What is here and made no more would go unnoticed.
for (const folder of [TYPES, 'catalog']) {
  for (const file of readdirSync(join(ROOT, folder))) {
    if (!made.has(`${folder}/${file}`)) throw new Error(`${folder}/${file} is made by nothing`);
  }
}
const isCheck = process.argv.includes('--check');
for (const [path, text] of made) {
  const file = join(ROOT, path);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  if (isCheck) {
    console.error(`${path} is out of date: run npm run generate`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
