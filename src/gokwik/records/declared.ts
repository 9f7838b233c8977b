/** Reading what a stream's JSON Schema declares. */

import { isJsonObject } from '../../cdk/json.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import type { StreamProfile } from '../profile.ts';

/** The names of a schema's types, null left out. */
export function typesOf(schema: JsonObject): string[] {
  const { type } = schema;
  const types = Array.isArray(type) ? type : [type];
  return types.filter((name): name is string => typeof name === 'string' && name !== 'null');
}

/** The schemas of an object's declared fields, in their order. */
export function propertiesOf(schema: JsonObject): [name: string, schema: JsonObject][] {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  return Object.keys(properties).map((name) => {
    const property = properties[name];
    return [name, isJsonObject(property) ? property : {}];
  });
}

/** What a stream's rows consist of, as its schema and its profile say. */
export interface Layout {
  /** `record_key`, then the other declared fields, in the schema's order. */
  readonly declared: ReadonlySet<string>;
  /** Those that are made from the payment's method and type. */
  readonly paymentClasses: readonly string[];
  /** Those that are objects, whose members may come flattened. */
  readonly heads: ReadonlySet<string>;
  /** Fields with the other names that they may come under. */
  readonly aliases: readonly (readonly [field: string, names: readonly string[]])[];
  readonly aliasNames: ReadonlySet<string>;
}

export function readLayout(schema: JsonObject, profile: StreamProfile): Layout {
  const properties = propertiesOf(schema);
  const namesOf = (is: (inner: JsonObject) => boolean): string[] =>
    properties.filter(([, inner]) => is(inner)).map(([name]) => name);
  const aliases = Object.entries(profile.aliases ?? {});
  return {
    declared: new Set(['record_key', ...properties.map(([name]) => name)]),
    paymentClasses: namesOf((inner) => inner['x-derived'] === 'payment_class'),
    heads: new Set(namesOf((inner) => typesOf(inner).includes('object'))),
    aliases,
    aliasNames: new Set(aliases.flatMap(([, names]) => names)),
  };
}
