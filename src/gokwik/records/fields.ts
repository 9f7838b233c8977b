/**
 * One converter per declared field, chosen from its JSON Schema before the first row: what a value
 * should be is decided once, what it is costs a `typeof`. A converter never throws and never sees
 * null; it returns the value itself when there is nothing to do, so that clean rows are not copied.
 */

import { isJsonObject } from '../../cdk/json.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { propertiesOf, typesOf } from './declared.ts';
import { parseEmbedded } from './embedded.ts';
import { rememberShapes } from './shapes.ts';
import { indiaDate, parseInstant, toInstantText, type Zone } from './time.ts';
import { isBlank, isText, parseAmount, parseBoolean, parseInteger, toText } from './values.ts';

type Convert = (value: Exclude<Json, null>) => Json;

export interface Field {
  readonly name: string;
  readonly convert: Convert;
  /** A string is what the field should be, and stays as it is: no call needed. */
  readonly takesText: boolean;
  /** The same of a number, and of one without a fraction. */
  readonly takesNumber: boolean;
  readonly takesInteger: boolean;
  /** Of a text: the words that stand for null, in lower case. */
  readonly nullWords: readonly string[] | undefined;
  /** Of an object: its declared members. */
  readonly members: ReadonlyMap<string, Field> | undefined;
  /** Of a list: what its entries are. */
  readonly item: Field | undefined;
}

export interface FieldOptions {
  /** The offset of stamps that carry none. */
  zone: Zone;
  /** Counts a value that could not be read (I7). Takes a phrase without any value in it. */
  count: (what: string) => void;
}

/** The fields of a stream by name. What the connector makes itself is none of them. */
export function compileFields(schema: JsonObject, options: FieldOptions): Map<string, Field> {
  const fields = new Map<string, Field>();
  for (const [name, inner] of propertiesOf(schema)) {
    if (name === 'record_key' || inner['x-derived'] !== undefined) continue;
    fields.set(name, compileField(name, inner, name, options));
  }
  return fields;
}

/** `path` names the field in phrases: `line_items.price`. */
function compileField(
  name: string,
  schema: JsonObject,
  path: string,
  options: FieldOptions,
): Field {
  const type = typesOf(schema).join();
  const nullWords = nullWordsOf(schema);
  const isPlain = schema.format === undefined && nullWords.length === 0;
  const members =
    type === 'object'
      ? new Map(
          propertiesOf(schema).map(([member, inner]) => [
            member,
            compileField(member, inner, `${path}.${member}`, options),
          ]),
        )
      : undefined;
  const items = isJsonObject(schema.items) ? schema.items : {};
  const item = type === 'array' ? compileField(name, items, path, options) : undefined;
  const inside = { members, item };
  const convert = compileConvert(schema, path, options, inside);
  return {
    name,
    convert,
    takesText: type === 'string' && isPlain,
    takesNumber: type === 'number' && isPlain,
    takesInteger: type === 'integer' && isPlain,
    nullWords: type === 'string' && schema.format === undefined ? nullWords : undefined,
    ...inside,
  };
}

function nullWordsOf(schema: JsonObject): string[] {
  const words = schema['x-null'];
  return Array.isArray(words) ? words.map((word) => String(word).toLowerCase()) : [];
}

type Inside = Pick<Field, 'members' | 'item'>;

function compileConvert(
  schema: JsonObject,
  path: string,
  options: FieldOptions,
  inside: Inside,
): Convert {
  const convert = chooseConverter(schema, path, options, inside);
  const nulls = nullWordsOf(schema);
  if (nulls.length === 0) return convert;
  // Room for a little white space; text that is longer is not worth a copy in lower case.
  const longest = Math.max(...nulls.map((word) => word.length)) + 2;
  return (value) =>
    typeof value === 'string' &&
    value.length <= longest &&
    nulls.includes(value.trim().toLowerCase())
      ? null
      : convert(value);
}

function chooseConverter(
  schema: JsonObject,
  path: string,
  options: FieldOptions,
  { members, item }: Inside,
): Convert {
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
    case 'number': {
      const convert = read('an amount', parseAmount);
      return (value) => (typeof value === 'number' ? value : convert(value));
    }
    case 'integer':
      return read('an integer', parseInteger);
    case 'boolean': {
      const convert = read('a boolean', parseBoolean);
      return (value) => (typeof value === 'boolean' ? value : convert(value));
    }
    case 'object':
      return convertObject(members ?? new Map(), path, options);
    case 'array':
      return item === undefined ? (value) => value : convertArray(item, schema, path, options);
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
    types.map((type) => [type, compileField('', { ...schema, type }, path, options).convert]),
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
    if (typeof value === 'object') count(phrase);
    return toText(value);
  };
}

function convertObject(
  fields: ReadonlyMap<string, Field>,
  path: string,
  options: FieldOptions,
): Convert {
  const membersOf = rememberShapes((keys) => keys.map((name) => fields.get(name)));
  const phrase = `\`${path}\` is not an object; null was emitted`;
  const convert = (from: JsonObject): JsonObject => {
    const members = membersOf(Object.keys(from));
    const values = Object.values(from);
    let to = from;
    for (let at = 0; at < values.length; at++) {
      const field = members[at];
      const value = values[at];
      if (field === undefined || value === null || value === undefined) continue;
      if (field.takesText && isText(value)) continue;
      const converted = field.convert(value);
      if (converted === value) continue;
      if (to === from) to = { ...from };
      to[field.name] = converted;
    }
    return to;
  };
  return (value) => {
    if (isJsonObject(value)) return convert(value);
    const parsed = typeof value === 'string' ? parseEmbedded(value) : undefined;
    if (isJsonObject(parsed)) return convert(parsed);
    // PHP writes an empty object as `[]`.
    if (!isBlank(value) && !isEmptyList(value)) options.count(phrase);
    return null;
  };
}

function convertArray(
  { convert: convertItem }: Field,
  schema: JsonObject,
  path: string,
  options: FieldOptions,
): Convert {
  const holdsText = isJsonObject(schema.items) && typesOf(schema.items).includes('string');
  const phrase = `\`${path}\` is not a list; null was emitted`;
  const convert = (from: Json[]): Json[] => {
    let to = from;
    for (let index = 0; index < from.length; index++) {
      const item = from[index];
      if (item === undefined || item === null) continue;
      const converted = convertItem(item);
      if (converted === item) continue;
      if (to === from) to = [...from];
      to[index] = converted;
    }
    return to;
  };
  return (value) => {
    if (Array.isArray(value)) return convert(value);
    const parsed = typeof value === 'string' ? parseEmbedded(value) : undefined;
    if (Array.isArray(parsed)) return convert(parsed);
    if (isBlank(value)) return null;
    // `drop_off_reasons` comes as one string or as a list of them.
    if (holdsText && typeof value === 'string') return convert([value]);
    options.count(phrase);
    return null;
  };
}

function isEmptyList(value: Json): boolean {
  return Array.isArray(value) && value.length === 0;
}
