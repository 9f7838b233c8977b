import schema from '../../schemas/api_profile.json' with { type: 'json' };
import { findProblems } from '../cdk/config.ts';
import { ConfigError } from '../cdk/errors.ts';
import { isJsonObject, parseDocument } from '../cdk/json.ts';
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
export function mergeProfile(override: unknown): ApiProfile {
  const given = typeof override === 'string' ? parse(override) : (override ?? {});
  validate(given);
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

const parse = (text: string): unknown =>
  text.trim() === '' ? {} : parseDocument(text, '`api_profile`', 'GK_API_PROFILE');

function validate(given: unknown): void {
  if (isJsonObject(given) && Object.keys(given).length === 0) return;
  const problems = findProblems(schema as unknown as JsonObject, given, { under: 'api_profile' });
  if (problems.length > 0) throw invalid(`${problems.join('; ')}.`);
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
