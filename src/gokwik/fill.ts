/** The first half of mapping: a raw row's values, typed and named, in the schema's order. */
import type { Json, JsonObject } from '../cdk/protocol.ts';
import { mergeObjects, setAtPath, splitDotted } from './dotted.ts';
import { type Convert, compileField, propertiesOf, typesOf } from './fields.ts';
import { createPaymentClassifier } from './payment.ts';
import type { StreamProfile } from './profile.ts';
import { getOwn, isBlank, isObject, setOwn } from './values.ts';

/** Declared fields first, null where missing, then what no one declared, untouched. */
export function compileFill(
  schema: JsonObject,
  profile: StreamProfile,
  count: (what: string) => void,
): (raw: JsonObject) => JsonObject {
  const properties = propertiesOf(schema);
  const derived = properties.filter(([, inner]) => inner['x-derived'] === 'payment_class');
  const declared = new Set(['record_key', ...properties.map(([name]) => name)]);
  const fields = properties
    .filter(([name, inner]) => name !== 'record_key' && inner['x-derived'] === undefined)
    .map(([name, inner]) => ({
      name,
      convert: compileField(inner, name, { zone: profile.time.zone, count }),
    }));
  const converters = new Map<string, Convert>(fields.map(({ name, convert }) => [name, convert]));
  const heads = new Set(
    properties.filter(([, inner]) => typesOf(inner).includes('object')).map(([name]) => name),
  );
  const aliases = Object.entries(profile.aliases ?? {});
  const aliasNames = new Set(aliases.flatMap(([, names]) => names));
  const classify = createPaymentClassifier(count);
  const template = shapeRow([...declared]);

  function fillAliases(row: JsonObject, raw: JsonObject): void {
    for (const [field, names] of aliases) {
      if (!isBlank(row[field])) continue;
      for (const name of names) {
        const value = getOwn(raw, name) ?? null;
        const converted = value === null ? null : (converters.get(field)?.(value) ?? value);
        if (isBlank(converted)) continue;
        setOwn(row, field, converted);
        break;
      }
    }
  }

  function passUnknown(row: JsonObject, raw: JsonObject): void {
    let nested: JsonObject | undefined;
    for (const name of Object.keys(raw)) {
      if (declared.has(name) || aliasNames.has(name)) continue;
      const value = raw[name] as Json;
      const path = splitDotted(name, heads);
      if (path === undefined) {
        setOwn(row, name, value);
      } else {
        nested ??= {};
        setAtPath(nested, path, value);
      }
    }
    for (const head of nested === undefined ? [] : Object.keys(nested)) {
      const value = nested?.[head] ?? null;
      const expanded = value === null ? null : (converters.get(head)?.(value) ?? null);
      const there = row[head];
      if (isObject(expanded))
        row[head] = isObject(there) ? mergeObjects(there, expanded) : expanded;
    }
  }

  return (raw: JsonObject): JsonObject => {
    const row: JsonObject = { ...template };
    let seen = 0;
    for (const { name, convert } of fields) {
      const value = raw[name];
      if (value === undefined) continue;
      seen++;
      if (value !== null) row[name] = convert(value);
    }
    if (aliases.length > 0) fillAliases(row, raw);
    if (seen !== Object.keys(raw).length) passUnknown(row, raw);
    for (const [name] of derived) row[name] = classify(row.payment_method, row.order_type);
    return row;
  };
}

/**
 * A row of nulls to copy. Adding some 40 fields one by one would turn each row into a hash table
 * (V8 does so from 12 on), which is slow to fill and to print; a copy of a parsed row has its fields
 * in place. It is parsed with values of each kind first, so that V8 expects any kind in any field.
 */
function shapeRow(names: readonly string[]): JsonObject {
  const parse = (value: Json): JsonObject =>
    JSON.parse(JSON.stringify(Object.fromEntries(names.map((name) => [name, value]))));
  for (const value of [1, 1.5, 'text', true, {}]) parse(value);
  return parse(null);
}
