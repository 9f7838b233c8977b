/**
 * One converter per declared field, chosen from its JSON Schema before the first row: what a value
 * should be is decided once, what it is costs a `typeof`. A converter never throws and never sees
 * null; it returns the value itself when there is nothing to do.
 */

import { fieldSchemas, isJsonObject } from '../../cdk/json.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { indiaDate, parseInstant, toInstantText, type Zone } from './time.ts';
import {
  isBlank,
  isText,
  parseAmount,
  parseBoolean,
  parseEmbedded,
  parseInteger,
  setOwn,
  toText,
} from './values.ts';

export type Convert = (value: Exclude<Json, null>) => Json;

export interface FieldOptions {
  /** The offset of stamps that carry none. */
  readonly zone: Zone;
  /** Counts a value that could not be read (I7). Takes a phrase without any value in it. */
  readonly count: (what: string) => void;
}

/** The names of a schema's types, null left out. */
export function typesOf(schema: JsonObject): string[] {
  const { type } = schema;
  const types = Array.isArray(type) ? type : [type];
  return types.filter((name): name is string => typeof name === 'string' && name !== 'null');
}

/** The schemas of an object's declared fields, in their order. */
export function propertiesOf(schema: JsonObject): [name: string, schema: JsonObject][] {
  return Object.entries(fieldSchemas(schema)) as [string, JsonObject][];
}

/** The converters of a stream's fields. What the connector makes itself has none. */
export function compileFields(schema: JsonObject, options: FieldOptions): Map<string, Convert> {
  const own = propertiesOf(schema).filter(
    ([name, inner]) => name !== 'record_key' && inner['x-derived'] === undefined,
  );
  return new Map(own.map(([name, inner]) => [name, compileConvert(inner, name, options)]));
}

/** `path` names the field in phrases: `line_items.price`. */
function compileConvert(schema: JsonObject, path: string, options: FieldOptions): Convert {
  const convert = chooseConverter(schema, path, options);
  const words = schema['x-null'];
  if (!Array.isArray(words)) return convert;
  const nulls = words.map((word) => String(word).toLowerCase());
  return (value) =>
    typeof value === 'string' && nulls.includes(value.trim().toLowerCase()) ? null : convert(value);
}

function chooseConverter(schema: JsonObject, path: string, options: FieldOptions): Convert {
  const types = typesOf(schema);
  if (types.length > 1) return convertUnion(types, schema, path, options);
  const { zone, count } = options;
  const read = (what: string, parse: (value: Json) => Json | undefined): Convert =>
    readScalar(parse, `\`${path}\` is not ${what}; null was emitted`, count);
  switch (types[0]) {
    case 'string':
      if (schema.format === 'date-time') {
        return read('an instant', (value) => toInstantText(value, zone));
      }
      // A day stands for itself, whatever the zone of the stream's stamps.
      if (schema.format === 'date') return read('a date', toIndiaDate);
      return convertText(path, count);
    case 'number':
      return read('an amount', parseAmount);
    case 'integer':
      return read('an integer', parseInteger);
    case 'boolean':
      return read('a boolean', parseBoolean);
    case 'object':
      return convertObject(schema, path, options);
    case 'array':
      return convertArray(schema, path, options);
    default:
      return (value) => value;
  }
}

/** A value of one of the types is taken for that type, any other for the first. */
function convertUnion(
  types: readonly string[],
  schema: JsonObject,
  path: string,
  options: FieldOptions,
): Convert {
  const converters = new Map(
    types.map((type) => [type, compileConvert({ ...schema, type }, path, options)]),
  );
  const [first = ''] = types;
  return (value) => {
    const type = Array.isArray(value) ? 'array' : typeof value;
    const own = converters.get(type) ?? (type === 'number' ? converters.get('integer') : undefined);
    return (own ?? converters.get(first))?.(value) ?? null;
  };
}

function toIndiaDate(value: Json): string | undefined {
  const ms = parseInstant(value, '+05:30');
  return ms === undefined ? undefined : indiaDate(ms);
}

function readScalar(
  parse: (value: Json) => Json | undefined,
  phrase: string,
  count: FieldOptions['count'],
): Convert {
  return (value) => {
    const parsed = parse(value);
    if (parsed !== undefined) return parsed;
    // Nothing where nothing is known is how upstream says null, not an anomaly.
    if (!isBlank(value)) count(phrase);
    return null;
  };
}

function convertText(path: string, count: FieldOptions['count']): Convert {
  const phrase = `\`${path}\` is not a string; its JSON text was emitted`;
  return (value) => {
    if (typeof value === 'string') return isText(value) ? value : null;
    // Counted where rows come in.
    if (typeof value === 'number' && !Number.isFinite(value)) return null;
    if (typeof value === 'object') count(phrase);
    return toText(value);
  };
}

function convertObject(schema: JsonObject, path: string, options: FieldOptions): Convert {
  const members = new Map(
    propertiesOf(schema).map(([name, inner]) => [
      name,
      compileConvert(inner, `${path}.${name}`, options),
    ]),
  );
  const phrase = `\`${path}\` is not an object; null was emitted`;
  const convert = (from: JsonObject): JsonObject => {
    let to = from;
    for (const name in from) {
      const value = from[name];
      const member = members.get(name);
      if (!member || value === null || value === undefined) continue;
      const converted = member(value);
      if (converted === value) continue;
      if (to === from) to = { ...from };
      setOwn(to, name, converted);
    }
    return to;
  };
  return (given) => {
    const value = unpack(given);
    if (isJsonObject(value)) return convert(value);
    // PHP writes an empty object as `[]`.
    if (!isBlank(given) && !(Array.isArray(given) && given.length === 0)) options.count(phrase);
    return null;
  };
}

function convertArray(schema: JsonObject, path: string, options: FieldOptions): Convert {
  const items = isJsonObject(schema.items) ? schema.items : {};
  const convertItem = compileConvert(items, path, options);
  const holdsText = typesOf(items).includes('string');
  const phrase = `\`${path}\` is not a list; null was emitted`;
  const convert = (list: Json[]): Json[] =>
    list.map((item) => (item === null ? null : convertItem(item)));
  return (given) => {
    const value = unpack(given);
    if (Array.isArray(value)) return convert(value);
    if (isBlank(given)) return null;
    // `drop_off_reasons` comes as one string or as a list of them.
    if (holdsText && typeof given === 'string') return convert([given]);
    options.count(phrase);
    return null;
  };
}

/** An object or a list, also where it is spelled in a text. */
const unpack = (value: Json): Json =>
  typeof value === 'string' ? (parseEmbedded(value) ?? value) : value;
