/**
 * Paths into answers and rows: `a.b.0.c`. A name that holds dots itself is found as well. Pure, and
 * never into a prototype.
 */
import { isJsonObject } from '../cdk/json.ts';
import type { Json, JsonObject } from '../cdk/protocol.ts';
import type { HttpResponse } from '../http/http.ts';
import type { FieldSource, When } from './streams/stream.ts';
import { placeholdersOf } from './template.ts';

/** The value at a path; undefined: nothing is there. `.` is the value itself. */
export function valueAt(value: unknown, path: string): Json | undefined {
  if (path === '.') return value as Json;
  let found = value;
  if (isJsonObject(found) && Object.hasOwn(found, path)) return found[path];
  for (const step of path.split('.')) {
    if (Array.isArray(found)) found = /^\d+$/.test(step) ? found[Number(step)] : undefined;
    else if (isJsonObject(found) && Object.hasOwn(found, step)) found = found[step];
    else return undefined;
  }
  return found as Json | undefined;
}

/** Where in a row a field comes from: its own name, the paths that the profile gives, or a template's. */
export function pathsOf(name: string, source: FieldSource | undefined): string[] {
  const { from = name, value } =
    typeof source === 'object' ? source : { from: source, value: undefined };
  return value === undefined ? [from].flat() : placeholdersOf(value).map((one) => one.name);
}

/** Whatever case and signs it is written with: `hasMore`, `has_more` → `hasmore`. */
export const bare = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '');

/** An answer, and the objects of these (bare) names in it, so many levels deep, each with its path. */
export function holdersOf(
  body: unknown,
  names: ReadonlySet<string>,
  levels: number,
): [path: string, holder: JsonObject][] {
  if (!isJsonObject(body)) return [];
  const holders: [string, JsonObject][] = [['', body]];
  for (const [path, holder] of holders) {
    if (path !== '' && path.split('.').length >= levels) continue;
    for (const [name, value] of Object.entries(holder)) {
      if (isJsonObject(value) && names.has(bare(name)))
        holders.push([path === '' ? name : `${path}.${name}`, value]);
    }
  }
  return holders;
}

/** What came of a request. */
export type Answer = HttpResponse;

/** As `valueAt`, and `@status`, `@header.<name>`, `@header.link` (the address that has rel=next). */
export function answerAt({ status, headers, body }: Answer, path: string): Json | undefined {
  if (path === '@status') return status;
  if (!path.startsWith('@header.')) return valueAt(body, path);
  const name = path.slice('@header.'.length).toLowerCase();
  const header = headers[name];
  return name === 'link' && header !== undefined ? nextLink(header) : header;
}

/** RFC 8288: `<https://…>; rel="next"`, one of several. */
function nextLink(header: string): string | undefined {
  for (const [, address, parameters = ''] of header.matchAll(/<([^>]*)>([^<]*)/g)) {
    if (/;\s*rel\s*=\s*"?(?:[^";]*\s)?next\b/i.test(parameters)) return address;
  }
  return undefined;
}

/** Whether all of the rule's paths hold one of their values; `~text` is any that contains the text. */
export function matches(when: When, at: (path: string) => Json | undefined): boolean {
  return Object.entries(when).every(([path, allowed]) => {
    const value = at(path);
    const values: readonly Json[] = Array.isArray(allowed) ? allowed : [allowed];
    return values.some((one) => isLike(value, one));
  });
}

const wordOf = (value: unknown): string => String(value).trim().toLowerCase();

function isLike(value: Json | undefined, allowed: Json): boolean {
  if (typeof allowed === 'string' && allowed.startsWith('~')) {
    const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
    return text.toLowerCase().includes(allowed.slice(1).toLowerCase());
  }
  if (allowed === null) return value === null || value === undefined;
  // Servers write 401 and "401", true and "true", done and DONE.
  return value !== null && typeof value !== 'object' && wordOf(value) === wordOf(allowed);
}
