/**
 * Writes what follows from data: types, tables and pages from `schemas/`
 * and the list of streams; the dbt package's documents and the ten questions; and from the bundle,
 * which it builds, the catalogs and the inputs of the acceptance tests.
 *
 *   npm run generate              writes the files that differ
 *   npm run generate -- --check   writes nothing; exit 1 and the names of files that differ
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { documentation } from '../analytics/report/document.ts';
import { questions } from '../analytics/report/questions.ts';
import { makeInputs } from '../integration_tests/acceptance/helpers/inputs.ts';
import { discover } from '../integration_tests/connector.ts';
import spec from '../schemas/spec.json' with { type: 'json' };
import type { AirbyteStream, SyncMode } from '../src/cdk/protocol.ts';
import { STREAMS } from '../src/gokwik/streams/index.ts';
import type { Declaration } from '../src/gokwik/streams/stream.ts';
import { bundle } from './build.ts';
import { table, withPart } from './page.ts';

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

const MERCHANT = { base_url: 'https://api.gokwik.co', start_date: '2026-01-01' };
const WITH_API = { ...MERCHANT, app_id: 'app', app_secret: 'secret', return_prime_token: 'token' };
const WITH_FILES = {
  ...MERCHANT,
  app_id: 'none',
  app_secret: 'none',
  files: [{ location: '/local/gokwik' }],
};

const configure = (streams: readonly AirbyteStream[], sync_mode: SyncMode) => ({
  streams: streams.map((stream) => ({
    stream,
    sync_mode,
    destination_sync_mode: sync_mode === 'incremental' ? 'append_dedup' : 'overwrite',
    cursor_field: stream.default_cursor_field,
    primary_key: stream.source_defined_primary_key,
  })),
});

/** `catalog/`: what the bundle discovers for a merchant with every stream, and catalogs made of it. */
async function catalogs(): Promise<Texts> {
  const streams = await discover(WITH_API);
  const funnel = streams.filter(({ name }) => FUNNEL.includes(name));
  const files = {
    discovered: { streams },
    full_refresh: configure(streams, 'full_refresh'),
    incremental: configure(streams, 'incremental'),
    funnel: configure(funnel, 'incremental'),
    files: configure(await discover(WITH_FILES), 'incremental'),
  };
  const texts = Object.entries(files).map(([name, content]): [string, string] => [
    `catalog/${name}.json`,
    `${JSON.stringify(content, null, 2)}\n`,
  ]);
  return new Map(texts);
}

interface Setting {
  title: string;
  description: string;
  default?: unknown;
  airbyte_secret?: boolean;
}

const { properties, required } = spec.connectionSpecification;
const SETTINGS = Object.entries<Setting>(properties);
const firstSentence = (text: string): string => text.split(/(?<=\.)\s/)[0] ?? '';

/** Tables and lists, by the file and the mark where they stand. */
function tables(): Texts {
  const inReadme = {
    settings: [
      table(
        ['setting', 'default', 'is'],
        SETTINGS.map(([name, setting]) => {
          const kind = required.includes(name) ? 'required' : `\`${setting.default ?? '–'}\``;
          const secret = setting.airbyte_secret ? ' (secret)' : '';
          return [`\`${name}\`${secret}`, kind, firstSentence(setting.description)];
        }),
      ),
    ],
    streams: [
      table(
        ['stream', 'from', '`record_key` is made of', 'cursor', 'evidence'],
        Object.entries(STREAMS).map(([name, declaration]) => {
          const { cursor, evidence } = declaration.profile;
          const [from, key] = [originOf(declaration), keyOf(declaration)];
          return [`\`${name}\``, from, key, `\`${cursor[0]}\``, evidence];
        }),
      ),
    ],
  };
  const settings = (isRequired: boolean, indent: string): string[] =>
    SETTINGS.filter(([name]) => required.includes(name) === isRequired).map(
      ([, { title, description }]) => `${indent}- **${title}**: ${firstSentence(description)}`,
    );
  const inPage = {
    required: settings(true, ''),
    optional: settings(false, '   '),
    streams: Object.entries(STREAMS).map(
      ([name, { schema, profile }]) =>
        `- \`${name}\`: ${schema.description} Cursor \`${profile.cursor[0]}\`.`,
    ),
  };
  // Not the ones that cost a request for each row of another, need a token of their own, or files.
  const suggested = Object.entries(STREAMS).filter(
    ([, { childOf, profile }]) =>
      profile.per === undefined &&
      profile.host !== 'returnprime' &&
      (childOf !== undefined || profile.path !== undefined),
  );
  const inMetadata = { suggested: suggested.map(([name]) => `      - ${name}`) };
  return new Map([
    withParts('README.md', inReadme),
    withParts('docs/CONNECTOR.md', inPage),
    withParts('metadata.yaml', inMetadata),
  ]);
}

function originOf({ childOf, profile: { per, path, records } }: Declaration): string {
  if (childOf) return `the ${records.map((field) => `\`${field}\``).join(' or ')} of ${childOf}`;
  if (path === undefined) return 'files alone';
  return per
    ? `\`${path}\`, one request for each of the ${per.stream} that can have one`
    : `\`${path}\``;
}

function keyOf({ childOf, profile: { key } }: Declaration): string {
  if (childOf) return `the key of ${childOf} and the position`;
  const alternatives = key.map((fields) =>
    [fields]
      .flat()
      .map((f) => `\`${f}\``)
      .join(' + '),
  );
  return alternatives.join(', else ');
}

function withParts(
  path: string,
  parts: Readonly<Record<string, readonly string[]>>,
): [string, string] {
  const page = readFileSync(join(ROOT, path), 'utf8');
  const text = Object.entries(parts).reduce(
    (before, [name, lines]) => withPart(before, name, lines.join('\n')),
    page,
  );
  return [path, text];
}

const isCheck = process.argv.includes('--check');
const made = new Set<string>();

function put(texts: Texts): void {
  for (const [path, text] of texts) {
    made.add(path);
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
}

// What is made later reads what was made before it, the bundle most of all.
put(await types());
put(tables());
put(await documentation());
put(await questions());
await bundle(ROOT, join(ROOT, 'dist'));
put(await catalogs());
put(await makeInputs());
// What is there and made no more would go unnoticed.
for (const folder of [TYPES, 'catalog']) {
  for (const file of readdirSync(join(ROOT, folder))) {
    if (!made.has(`${folder}/${file}`)) throw new Error(`${folder}/${file} is made by nothing`);
  }
}
