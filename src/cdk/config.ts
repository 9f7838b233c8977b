import { Ajv, type ErrorObject } from 'ajv';
import formats from 'ajv-formats';
import { ConfigError } from './errors.ts';
import { fieldSchemas, isJsonObject } from './json.ts';
import type { Json, JsonObject } from './protocol.ts';
import { secretsOf } from './redact.ts';
import { closest, cutText, orList, trimText } from './text.ts';

/** What Airbyte adds to JSON Schema. ajv's strict mode refuses keywords it was not told of. */
const AIRBYTE_KEYWORDS = [
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

/** A field whose text is a JSON document. The document itself, an object, says the same. */
const isDocument = (schema: Json | undefined): boolean =>
  isJsonObject(schema) && schema.contentMediaType === 'application/json';

/**
 * Checks a config against its spec.
 *
 * @throws ConfigError `GK_CONFIG` that names every problem, and never the value of a secret (I9)
 */
export function validateConfig(specification: JsonObject, given: unknown) {
  if (!isJsonObject(given)) {
    throw new ConfigError('GK_CONFIG', 'The config must be a JSON object, {…}, of the settings.');
  }
  const trimmed: string[] = [];
  const own = Object.fromEntries(Object.entries(given).filter(([key]) => !isInternal(key)));
  const config = prepareObject(specification, own, '', trimmed);
  const properties = fieldSchemas(specification);
  const extra = Object.keys(config).filter((key) => !Object.hasOwn(properties, key));

  const problems = findProblems(specification, config, { extra });
  if (problems.length > 0) throw new ConfigError('GK_CONFIG', sentenceOf(problems));
  return {
    /** A copy: trimmed, without nulls, empty texts and internal keys, with the spec's defaults. */
    config,
    /** Fields that had spaces or unseen characters around them, for a warning. Names only. */
    trimmed,
    /** Top-level fields that the spec does not have, each with what it may have been meant to be. */
    unknown: extra.map((key) => nameUnknown(key, properties)),
  };
}

function sentenceOf(problems: readonly string[]): string {
  if (problems.length === 1) return `The config is not right: ${problems[0]}.`;
  const listed = problems.map((problem, index) => `(${index + 1}) ${problem}.`);
  return `The config is not right in ${problems.length} places: ${listed.join(' ')}`;
}

/** Of a `oneOf` the variant that a value means: its constants are those of the value. */
function variantOf(schema: Json | undefined, value: Json): Json | undefined {
  if (!isJsonObject(schema) || !Array.isArray(schema.oneOf)) return schema;
  const given = isJsonObject(value) ? value : {};
  return schema.oneOf.find((variant) =>
    Object.entries(fieldSchemas(variant)).every(
      ([key, one]) => !isJsonObject(one) || one.const === undefined || given[key] === one.const,
    ),
  );
}

/** Only what the spec describes is touched: inside a free-form object, a space may mean something. */
function prepare(given: Json | undefined, value: Json, path: string, trimmed: string[]): Json {
  const schema = variantOf(given, value);
  if (!isJsonObject(schema) || (isDocument(schema) && isJsonObject(value))) return value;
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
  const properties = fieldSchemas(schema);
  const entries: Record<string, Json> = Object.create(null);
  for (const [key, raw] of Object.entries(value)) {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    const ready = prepare(property, raw, path ? `${path}.${key}` : key, trimmed);
    // Forms and templates write null or an empty text for a field that was not filled in.
    if (property === undefined || (ready !== null && ready !== '')) entries[key] = ready;
  }
  // Hosts show defaults but do not fill them in.
  for (const [key, property] of Object.entries(properties)) {
    if (!isJsonObject(property) || property.default === undefined) continue;
    entries[key] ??= structuredClone(property.default);
  }
  return { ...entries };
}

/** Longer values say more about the user than about the problem. */
const MAX_SHOWN_CHARS = 40;

const TYPE_NAMES: Record<string, string> = {
  integer: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  object: 'an object, {…}',
  array: 'a list, […]',
};

/** What hides other errors of the same field, as they only follow from it. */
const HIDES: Record<string, (keyword: string) => boolean> = {
  type: (keyword) => keyword !== 'type',
  pattern: (keyword) => keyword === 'format',
};

interface Naming {
  /** What the value is called, before the names of its fields. */
  readonly under?: string;
  /** Top-level fields that the schema does not have: one may be a misspelt missing one. */
  readonly extra?: readonly string[];
  /** Of fields that an earlier version had: what to write now. */
  readonly instead?: Readonly<Record<string, string>>;
}

/**
 * Holds a value against a JSON Schema. Each problem in plain words: which field, what it must be, and
 * what it is unless it is secret (I9).
 */
export function findProblems(
  schema: JsonObject,
  value: unknown,
  { under, extra = [], instead = {} }: Naming = {},
): string[] {
  // Schemas are the connector's own, and each is used once: to hold them against JSON Schema's, or to
  // better the code that is made of them, would take longer than it gives.
  const own = { meta: false, validateSchema: false, code: { optimize: false } };
  const kinds = { allowUnionTypes: true, discriminator: true };
  const ajv = new Ajv({ allErrors: true, verbose: true, ...kinds, ...own });
  formats.default(ajv);
  ajv.addVocabulary(AIRBYTE_KEYWORDS);
  const validate = ajv.compile(forAjv(schema) as JsonObject);
  if (validate(value)) return [];
  const errors = validate.errors ?? [];
  const secrets = secretsOf(schema, value).filter(Boolean);
  const isHidden = (error: ErrorObject): boolean =>
    errors.some(
      ({ keyword, instancePath }) =>
        instancePath === error.instancePath && HIDES[keyword]?.(error.keyword),
    );
  const problems = errors
    .filter((error) => !isHidden(error))
    .map((error) => {
      const segments = segmentsOf(error.instancePath);
      const path = under === undefined ? segments : [under, ...segments];
      const name = nameOf(path);
      const extraName: string[] = [error.params.additionalProperty ?? []].flat();
      const field = [...path, ...extraName];
      const now = instead[field.at(-1) ?? ''];
      if (now !== undefined && /^(type|additionalProperties)$/.test(error.keyword))
        return `\`${nameOf(field)}\` is of an earlier version. ${now}`;
      if (error.keyword === 'required') return missing(error, name, segments, extra);
      if (error.keyword === 'additionalProperties') return unknownIn(error, name);
      if (error.keyword === 'discriminator') return untagged(error, name);
      return `\`${name}\` ${mustOf(error, errors)}${gotOf(error, secrets)}`;
    });
  return [...new Set(problems)];
}

/**
 * A schema for ajv: a document may stand there as an object, which its reader judges, and a `oneOf` names
 * the constants that tell it apart, so that a value is only held against the variant that is meant.
 */
function forAjv(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(forAjv);
  if (!isJsonObject(schema)) return schema;
  const copy = Object.fromEntries(
    Object.entries(schema).map(([key, inner]) => [key, forAjv(inner)]),
  );
  if (isDocument(schema)) return { ...copy, type: ['string', 'object'] };
  const [first] = Array.isArray(schema.oneOf) ? schema.oneOf : [];
  const [propertyName] =
    Object.entries(fieldSchemas(first)).find(([, one]) => isJsonObject(one) && one.const) ?? [];
  return propertyName === undefined ? copy : { ...copy, discriminator: { propertyName } };
}

/** Of a `oneOf`: its values, as `file_stores[0].type must be …`. */
function untagged({ params, parentSchema }: ErrorObject, name: string): string {
  const variants: { properties: Record<string, { const: string }> }[] = parentSchema?.oneOf ?? [];
  const values = variants.map(({ properties }) => `\`${properties[params.tag]?.const}\``);
  const got = params.tagValue === undefined ? 'nothing' : kindOf(params.tagValue);
  return `\`${name}.${params.tag}\` must be ${orList(values)} (got ${got})`;
}

function unknownIn({ params, parentSchema }: ErrorObject, name: string): string {
  const field = String(params.additionalProperty);
  return `\`${name}\` has no setting ${nameUnknown(field, fieldSchemas(parentSchema))}`;
}

function nameUnknown(field: string, known: JsonObject): string {
  const meant = closest(field, Object.keys(known));
  return `\`${cutText(field, 60)}\`${meant === undefined ? '' : ` (did you mean \`${meant}\`?)`}`;
}

function missing(
  { params, parentSchema }: ErrorObject,
  name: string,
  segments: readonly string[],
  extra: readonly string[],
): string {
  const field = String(params.missingProperty);
  const properties = parentSchema?.properties;
  const title = isJsonObject(properties?.[field]) ? properties[field].title : undefined;
  const typo = segments.length === 0 ? closest(field, extra) : undefined;
  return [
    `\`${name ? `${name}.` : ''}${field}\` is missing`,
    typeof title === 'string' ? `: ${title}` : '',
    typo === undefined ? '' : ` (there is \`${typo}\`: a typo?)`,
  ].join('');
}

/** Keywords that set a bound: what a value must be, and of what in one and in many. */
const BOUNDS: Readonly<Record<string, readonly string[]>> = {
  minimum: ['be at least'],
  maximum: ['be at most'],
  exclusiveMinimum: ['be more than'],
  exclusiveMaximum: ['be less than'],
  minLength: ['have at least', 'character', 'characters'],
  maxLength: ['have at most', 'character', 'characters'],
  minItems: ['have at least', 'entry', 'entries'],
  maxItems: ['have at most', 'entry', 'entries'],
};

function mustOf(error: ErrorObject, errors: readonly ErrorObject[]): string {
  const { keyword, params, parentSchema, schema, message } = error;
  const example = parentSchema?.pattern_descriptor ?? parentSchema?.examples?.[0];
  const [bound, one, more] = BOUNDS[keyword] ?? [];
  if (bound !== undefined) {
    const unit = params.limit === 1 ? one : more;
    return `must ${bound} ${params.limit}${unit ? ` ${unit}` : ''}`;
  }
  switch (keyword) {
    case 'type': {
      // Of `oneOf` each variant asks for its own.
      const types = errors
        .filter((other) => other.keyword === 'type' && other.instancePath === error.instancePath)
        .flatMap((other) => other.params.type)
        .filter((type) => type !== 'null')
        .map((type) => TYPE_NAMES[String(type)] ?? String(type));
      return `must be ${orList([...new Set(types)])}`;
    }
    case 'enum':
      return `must be ${orList([schema].flat().map((value) => `\`${value}\``))}`;
    case 'const':
      return `must be \`${params.allowedValue}\``;
    case 'pattern':
      return example ? `must look like ${example}` : `must match the pattern ${params.pattern}`;
    case 'format':
      return `must be a valid ${params.format}${example ? `, like ${example}` : ''}`;
    default:
      // ajv's messages speak of the schema, never of the value.
      return message ?? 'is not valid';
  }
}

function gotOf({ data, keyword, schema }: ErrorObject, secrets: readonly string[]): string {
  const simple = typeof data === 'string' || typeof data === 'number' || typeof data === 'boolean';
  const isSecret = secrets.some((secret) => String(data).includes(secret));
  if (!simple || isSecret || String(data).length > MAX_SHOWN_CHARS) return ` (got ${kindOf(data)})`;
  // A URL pasted with its user and password, or with its signature.
  const shown = JSON.stringify(data)
    .replace(/\/\/[^/"]*@/, '//****@')
    .replace(/\?[^"]*=[^"]*/, '?****');
  const meant = keyword === 'enum' ? closest(String(data), [schema].flat().map(String)) : undefined;
  return ` (got ${shown}${meant === undefined ? '' : `; did you mean \`${meant}\`?`})`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return 'a text that does not fit';
  return typeof value === 'number' ? 'a number' : 'true or false';
}

/** `files[0].location` of `/files/0/location`. */
const nameOf = (segments: readonly string[]): string =>
  segments.reduce((name, segment) => {
    if (/^\d+$/.test(segment)) return `${name}[${segment}]`;
    return name ? `${name}.${segment}` : segment;
  }, '');

const segmentsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
