import { isJsonObject } from '../../../src/cdk/json.ts';
import type { AirbyteStream, JsonObject } from '../../../src/cdk/protocol.ts';

/*
 * What a new version may not take from its users: configs that were valid, streams and fields that
 * their tables have. Pure, by the rules of Airbyte's own acceptance tests.
 */

const objectOf = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});
const textsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String);

/** What makes a config that `before` took invalid under `after`. */
export function breakingSpecChanges(before: JsonObject, after: JsonObject, path = ''): string[] {
  const broken: string[] = [];
  const [old, now] = [objectOf(before.properties), objectOf(after.properties)];
  const required = textsOf(after.required).filter((key) => !textsOf(before.required).includes(key));
  for (const key of required) broken.push(`${path}${key} is required now`);
  for (const [key, property] of Object.entries(old)) {
    const [was, is] = [objectOf(property), objectOf(now[key])];
    const at = `${path}${key}`;
    if (!(key in now)) {
      broken.push(`${at} is gone`);
      continue;
    }
    for (const type of textsOf(was.type).filter((name) => !textsOf(is.type).includes(name)))
      broken.push(`${at} is no ${type} any more`);
    const [choices, left] = [textsOf(was.enum), textsOf(is.enum)];
    if (choices.length === 0 && left.length > 0) broken.push(`${at} has an enum now`);
    for (const choice of choices.filter((text) => left.length > 0 && !left.includes(text)))
      broken.push(`${at} does not take ${choice} any more`);
    if (is.pattern !== undefined && is.pattern !== was.pattern)
      broken.push(`${at} has another pattern`);
    for (const [bound, sign] of BOUNDS) {
      const [limit, limitNow] = [was[bound], is[bound]];
      if (typeof limitNow !== 'number') continue;
      if (typeof limit !== 'number' || (limitNow - limit) * sign > 0)
        broken.push(`${at} has a narrower ${bound}`);
    }
    broken.push(...breakingSpecChanges(was, is, `${at}.`));
  }
  return broken;
}

/** Bounds and the direction in which they narrow. */
const BOUNDS = [
  ['minimum', 1],
  ['minLength', 1],
  ['minItems', 1],
  ['maximum', -1],
  ['maxLength', -1],
  ['maxItems', -1],
] as const;

/** What takes something from the tables of those who read `before`. */
export function breakingCatalogChanges(
  before: readonly AirbyteStream[],
  after: readonly AirbyteStream[],
): string[] {
  return before.flatMap((was) => {
    const is = after.find(({ name }) => name === was.name);
    if (!is) return [`stream ${was.name} is gone`];
    const modes = was.supported_sync_modes.filter((m) => !is.supported_sync_modes.includes(m));
    const differs = (key: 'default_cursor_field' | 'source_defined_primary_key'): string[] =>
      JSON.stringify(was[key]) === JSON.stringify(is[key]) ? [] : [`${was.name}: another ${key}`];
    return [
      ...modes.map((mode) => `${was.name} has no ${mode} any more`),
      ...differs('default_cursor_field'),
      ...differs('source_defined_primary_key'),
      ...breakingFields(was.json_schema, is.json_schema, was.name),
    ];
  });
}

function breakingFields(before: JsonObject, after: JsonObject, path: string): string[] {
  const now = objectOf(after.properties);
  return Object.entries(objectOf(before.properties)).flatMap(([key, property]) => {
    if (!(key in now)) return [`${path}.${key} is gone`];
    const [was, is] = [objectOf(property), objectOf(now[key])];
    const same = (name: string): boolean =>
      JSON.stringify(textsOf(was[name]).sort()) === JSON.stringify(textsOf(is[name]).sort());
    return [
      ...['type', 'format', 'airbyte_type']
        .filter((name) => !same(name))
        .map((name) => `${path}.${key} has another ${name}`),
      ...breakingFields(was, is, `${path}.${key}`),
    ];
  });
}
