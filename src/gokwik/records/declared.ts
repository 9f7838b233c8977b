/** Reading what a stream's JSON Schema declares. */

import { isJsonObject } from '../../cdk/json.ts';
import type { JsonObject } from '../../cdk/protocol.ts';

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
