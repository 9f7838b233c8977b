import type { ErrorObject } from 'ajv';
import { isJsonObject } from './json.ts';
import type { JsonObject } from './protocol.ts';
import { closest, orList } from './text.ts';

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

/**
 * Each problem in plain words: which field, what it must be, and what it is unless it is secret.
 *
 * @param errors ajv's, made with `allErrors` and `verbose`
 * @param extra top-level fields that the spec does not have: one may be a misspelt missing one
 */
export function describeProblems(
  specification: JsonObject,
  errors: readonly ErrorObject[],
  extra: readonly string[],
): string[] {
  const shown = errors.filter(
    (error) =>
      !errors.some(
        (other) =>
          other !== error &&
          other.instancePath === error.instancePath &&
          HIDES[other.keyword]?.(error.keyword),
      ),
  );
  const problems = shown.map((error) => {
    const segments = segmentsOf(error.instancePath);
    if (error.keyword === 'required') return missing(error, segments, extra);
    const must = mustOf(error);
    return `\`${nameOf(segments)}\` ${must}${gotOf(error, isSecret(specification, segments))}`;
  });
  return [...new Set(problems)];
}

function missing(error: ErrorObject, segments: readonly string[], extra: readonly string[]) {
  const field = String(error.params.missingProperty);
  const properties = error.parentSchema?.properties;
  const title = isJsonObject(properties?.[field]) ? properties[field].title : undefined;
  const typo = segments.length === 0 ? closest(field, extra) : undefined;
  return [
    `\`${nameOf([...segments, field])}\` is missing`,
    typeof title === 'string' ? `: ${title}` : '',
    typo === undefined ? '' : ` (there is \`${typo}\`: a typo?)`,
  ].join('');
}

function mustOf({ keyword, params, parentSchema, schema, message }: ErrorObject): string {
  const example = parentSchema?.pattern_descriptor ?? parentSchema?.examples?.[0];
  switch (keyword) {
    case 'type': {
      const types = [params.type].flat().filter((type) => type !== 'null');
      return `must be ${orList(types.map((type) => TYPE_NAMES[String(type)] ?? String(type)))}`;
    }
    case 'enum':
      return `must be ${orList([schema].flat().map((value) => `\`${value}\``))}`;
    case 'const':
      return `must be \`${params.allowedValue}\``;
    case 'pattern':
      return example ? `must look like ${example}` : `must match the pattern ${params.pattern}`;
    case 'format':
      return `must be a valid ${params.format}${example ? `, like ${example}` : ''}`;
    case 'minimum':
      return `must be at least ${params.limit}`;
    case 'maximum':
      return `must be at most ${params.limit}`;
    case 'exclusiveMinimum':
      return `must be more than ${params.limit}`;
    case 'exclusiveMaximum':
      return `must be less than ${params.limit}`;
    case 'minLength':
      return `must have at least ${counted(params.limit, 'character', 'characters')}`;
    case 'maxLength':
      return `must have at most ${counted(params.limit, 'character', 'characters')}`;
    case 'minItems':
      return `must have at least ${counted(params.limit, 'entry', 'entries')}`;
    case 'maxItems':
      return `must have at most ${counted(params.limit, 'entry', 'entries')}`;
    default:
      // ajv's messages speak of the schema, never of the value.
      return message ?? 'is not valid';
  }
}

const counted = (count: number, one: string, more: string): string =>
  `${count} ${count === 1 ? one : more}`;

function gotOf({ data, keyword, schema }: ErrorObject, secret: boolean): string {
  const simple = typeof data === 'string' || typeof data === 'number' || typeof data === 'boolean';
  if (!simple || secret || String(data).length > MAX_SHOWN_CHARS) return ` (got ${kindOf(data)})`;
  // A URL pasted with its user and password.
  const shown = JSON.stringify(data).replace(/\/\/[^/"]*@/, '//****@');
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

/** Whether a field, or what it is part of, is marked secret in any variant of the spec. */
function isSecret(schema: unknown, segments: readonly string[]): boolean {
  if (!isJsonObject(schema)) return false;
  if (schema.airbyte_secret === true) return true;
  const variants = Array.isArray(schema.oneOf) ? schema.oneOf : [];
  const [segment, ...rest] = segments;
  if (segment === undefined) return false;
  const property = isJsonObject(schema.properties) ? schema.properties[segment] : undefined;
  return (
    isSecret(property ?? schema.items, rest) ||
    variants.some((variant) => isSecret(variant, segments))
  );
}
