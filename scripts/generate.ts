/**
 * Makes `src/generated/*.ts` from `schemas/*.json`.
 *
 *   npx tsx scripts/generate.ts           writes the files
 *   npx tsx scripts/generate.ts --check   writes nothing; exit 1 and the names of files that drifted
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compile, type JSONSchema } from 'json-schema-to-typescript';

const ROOT = join(import.meta.dirname, '..');
const SCHEMAS = join(ROOT, 'schemas');
const TARGET = 'src/generated';
const BANNER = '// Generated from schemas/ by scripts/generate.ts; do not edit.\n';

/** Schemas that describe no stream. */
const NOT_STREAMS = ['spec', 'api_profile'];

/** Generated source by path from the repository's root, `/` between its parts. */
export async function generate(): Promise<Map<string, string>> {
  const spec = await readSchema('spec');
  const streams: string[] = [];
  for (const name of await listStreams()) {
    streams.push(await compileOne(await readSchema(name), name));
  }
  return new Map([
    [
      `${TARGET}/config.ts`,
      BANNER + (await compileOne(requireDefaults(spec.connectionSpecification), 'GokwikConfig')),
    ],
    [
      `${TARGET}/profile.ts`,
      BANNER + (await compileOne(await readSchema('api_profile'), 'ApiProfileOverride')),
    ],
    [`${TARGET}/streams.ts`, BANNER + streams.join('\n')],
  ]);
}

/** Paths of generated files that are missing, differ from their schema, or have none. */
export async function findDrift(): Promise<string[]> {
  const expected = await generate();
  const found = await readGenerated();
  return [...new Set([...expected.keys(), ...found.keys()])]
    .filter((path) => expected.get(path) !== found.get(path))
    .sort();
}

/** Names of the streams that have a schema, sorted so that the output does not depend on the disk. */
export async function listStreams(): Promise<string[]> {
  const files = await readdir(SCHEMAS);
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .filter((name) => !NOT_STREAMS.includes(name))
    .sort();
}

async function readSchema(name: string): Promise<JSONSchema> {
  return JSON.parse(await readFile(join(SCHEMAS, `${name}.json`), 'utf8')) as JSONSchema;
}

async function readGenerated(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const file of await readdir(join(ROOT, TARGET)).catch(() => [])) {
    found.set(`${TARGET}/${file}`, await readFile(join(ROOT, TARGET, file), 'utf8'));
  }
  return found;
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

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--check')) {
    const drifted = await findDrift();
    for (const path of drifted) {
      console.error(`${path} does not follow from schemas/: run npm run generate`);
    }
    if (drifted.length > 0) process.exitCode = 1;
    return;
  }
  await mkdir(join(ROOT, TARGET), { recursive: true });
  for (const [path, source] of await generate()) await writeFile(join(ROOT, path), source);
}

if (process.argv[1] === import.meta.filename) await main(process.argv.slice(2));
