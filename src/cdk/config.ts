import { ConfigError } from './errors.ts';
import { isJsonObject } from './json.ts';
import { describeProblems } from './problems.ts';
import type { Json, JsonObject } from './protocol.ts';
import { closest, cutText, trimText } from './text.ts';

/** What Airbyte adds to JSON Schema. ajv's strict mode refuses keywords it was not told of. */
export const AIRBYTE_KEYWORDS = [
  'airbyte_hidden',
  'airbyte_secret',
  'airbyte_type',
  'always_show',
  'display_type',
  'group',
  'groups',
  'multiline',
  'order',
  'pattern_descriptor',
];

/** Keys that hosts and builders put into a config for themselves. */
const isInternal = (key: string): boolean =>
  key === '_limit' || key === '_page_size' || key.startsWith('__injected');

export interface ValidatedConfig {
  /** A copy: trimmed, without nulls, empty texts and internal keys, with the spec's defaults. */
  readonly config: JsonObject;
  /** Fields that had spaces or unseen characters around them, for a warning. Names only. */
  readonly trimmed: string[];
  /** Top-level fields that the spec does not have, each with what it may have been meant to be. */
  readonly unknown: string[];
}

/**
 * Checks a config against its spec.
 *
 * @throws ConfigError `GK_CONFIG` that names every problem, and never the value of a secret (I9)
 */
export async function validateConfig(
  specification: JsonObject,
  config: unknown,
): Promise<ValidatedConfig> {
  if (!isJsonObject(config)) {
    throw new ConfigError('GK_CONFIG', 'The config must be a JSON object, {…}, of the settings.');
  }
  const trimmed: string[] = [];
  const given = Object.fromEntries(Object.entries(config).filter(([key]) => !isInternal(key)));
  const prepared = prepareObject(specification, given, '', trimmed);
  const properties = isJsonObject(specification.properties) ? specification.properties : {};
  const extra = Object.keys(prepared).filter((key) => !Object.hasOwn(properties, key));

  const { compileSchema } = await import('./schema.ts');
  const validate = compileSchema(specification, AIRBYTE_KEYWORDS);
  if (!validate(prepared)) {
    const problems = describeProblems(specification, validate.errors ?? [], extra);
    throw new ConfigError('GK_CONFIG', sentenceOf(problems));
  }
  const unknown = extra.map((key) => {
    const meant = closest(key, Object.keys(properties));
    return `\`${cutText(key, 60)}\`${meant ? ` (did you mean \`${meant}\`?)` : ''}`;
  });
  return { config: prepared, trimmed, unknown };
}

function sentenceOf(problems: readonly string[]): string {
  if (problems.length === 1) return `The config is not right: ${problems[0]}.`;
  const listed = problems.map((problem, index) => `(${index + 1}) ${problem}.`);
  return `The config is not right in ${problems.length} places: ${listed.join(' ')}`;
}

/**
 * Only what the spec describes is touched: inside a free-form object, a space may mean something. The
 * variants of a `oneOf` count as free-form; a spec that gets one needs the choice of the variant here.
 */
function prepare(schema: Json | undefined, value: Json, path: string, trimmed: string[]): Json {
  if (!isJsonObject(schema)) return value;
  if (typeof value === 'string') {
    const text = trimText(value);
    if (text !== value) trimmed.push(path);
    return text;
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => prepare(schema.items, item, `${path}[${index}]`, trimmed));
  }
  return isJsonObject(value) ? prepareObject(schema, value, path, trimmed) : value;
}

function prepareObject(
  schema: JsonObject,
  value: JsonObject,
  path: string,
  trimmed: string[],
): JsonObject {
  const properties = new Map(
    isJsonObject(schema.properties) ? Object.entries(schema.properties) : [],
  );
  const entries = new Map<string, Json>();
  for (const [key, raw] of Object.entries(value)) {
    const ready = prepare(properties.get(key), raw, path ? `${path}.${key}` : key, trimmed);
    // Forms and templates write null or an empty text for a field that was not filled in.
    if (properties.has(key) && (ready === null || ready === '')) continue;
    entries.set(key, ready);
  }
  // Hosts show defaults but do not fill them in.
  for (const [key, property] of properties) {
    if (entries.has(key) || !isJsonObject(property) || property.default === undefined) continue;
    entries.set(key, structuredClone(property.default));
  }
  return Object.fromEntries(entries);
}
