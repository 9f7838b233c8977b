import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { JsonObject } from './protocol.ts';

/**
 * For a schema of our own that one value is held against: the time goes to compiling it, not to
 * running it. Checking it against its meta-schema is the tests' business.
 */
export const ONE_USE = {
  allErrors: true,
  verbose: true,
  allowUnionTypes: true,
  validateSchema: false,
  meta: false,
  inlineRefs: false,
  code: { optimize: false },
};

/**
 * Compiles a JSON Schema, its formats included. In the bundle what ajv would make of our schemas is
 * made beforehand (`scripts/build.ts`): loading and running ajv took a third of `discover`. Imported
 * when a value is there to validate, since `spec` must start fast.
 *
 * @param vocabulary keywords besides JSON Schema's that it may hold; all others are refused.
 */
export function compileSchema(schema: JsonObject, vocabulary: readonly string[]): ValidateFunction {
  const ajv = new Ajv(ONE_USE);
  formats.default(ajv);
  ajv.addVocabulary([...vocabulary]);
  return ajv.compile(schema);
}
