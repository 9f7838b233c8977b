import schema from '../../schemas/api_profile.json' with { type: 'json' };
import { ConfigError } from '../cdk/errors.ts';
import { isJsonObject } from '../cdk/json.ts';
import type { JsonObject } from '../cdk/protocol.ts';
import { type ApiProfile, DEFAULT_PROFILE } from './profile.ts';
import type { Paging } from './streams/stream.ts';

const invalid = (why: string): ConfigError =>
  new ConfigError('GK_API_PROFILE', `\`api_profile\` cannot be used: ${why}`);

/**
 * The default profile with the merchant's changes. Objects are merged key by key, anything else
 * replaces; null takes a query parameter out; `paging` of another kind replaces the default whole.
 *
 * @param override an object, or a text that holds one; absent or empty: the default.
 */
export async function mergeProfile(override: unknown): Promise<ApiProfile> {
  const given = typeof override === 'string' ? parse(override) : (override ?? {});
  await validate(given);
  const merged = merge(
    DEFAULT_PROFILE as unknown as JsonObject,
    given as JsonObject,
  ) as unknown as ApiProfile;
  for (const [name, { paging }] of Object.entries(merged.streams)) checkPaging(name, paging);
  return merged;
}

/** What each kind of paging cannot do without. A change of kind replaces the default whole. */
const PAGING_PARTS = {
  cursor: ['limit_param', 'limit', 'cursor_param', 'next', 'more'],
  page: ['page_param', 'until'],
  none: [],
};

function checkPaging(stream: string, paging: Paging): void {
  const needed: readonly string[] = PAGING_PARTS[paging.kind];
  const missing = needed.filter((part) => !Object.hasOwn(paging, part));
  const { until } = { until: undefined, ...paging };
  if (paging.kind === 'page' && (until === 'total' || until === 'more') && !paging[until]) {
    missing.push(until);
  }
  if (missing.length === 0) return;
  throw invalid(
    `api_profile.streams.${stream}.paging is of kind ${paging.kind} and lacks ${missing.join(', ')}.`,
  );
}

function parse(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof SyntaxError ? error.message : 'it is not JSON';
    throw invalid(
      `it is not JSON (${why}). Give an object such as {"streams":{"orders":{"path":"/v1/order/list"}}}.`,
    );
  }
}

/** ajv is loaded only when there is something to validate against: `spec` must start fast. */
async function validate(given: unknown): Promise<void> {
  if (isJsonObject(given) && Object.keys(given).length === 0) return;
  const { compileSchema } = await import('../cdk/schema.ts');
  const check = compileSchema(schema as unknown as JsonObject, []);
  if (check(given)) return;
  const problems = (check.errors ?? []).map((error) => {
    const path = ['api_profile', ...error.instancePath.split('/').slice(1)].join('.');
    if (error.keyword === 'additionalProperties') {
      return `${path} has no setting \`${error.params.additionalProperty}\``;
    }
    return `${path} ${error.message}`;
  });
  throw invalid(`${[...new Set(problems)].join('; ')}.`);
}

function merge(base: JsonObject, changes: JsonObject): JsonObject {
  const merged: JsonObject = { ...base };
  for (const [key, change] of Object.entries(changes)) {
    const old = Object.hasOwn(base, key) ? base[key] : undefined;
    if (change === null) delete merged[key];
    else if (
      key === 'paging' &&
      isJsonObject(change) &&
      isJsonObject(old) &&
      change.kind !== old.kind &&
      change.kind
    ) {
      merged[key] = change;
    } else merged[key] = isJsonObject(old) && isJsonObject(change) ? merge(old, change) : change;
  }
  return merged;
}
