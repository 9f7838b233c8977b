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

export const joinPath = (...steps: readonly string[]): string =>
  steps.filter((step) => step !== '').join('.');

interface Around {
  /** The paths to the rows: what stands on the way speaks of them, however deep. */
  readonly records?: readonly string[];
  /** The (bare) names of objects that do as well, so many levels below the answer or one on the way. */
  readonly names: RegExp;
  readonly levels: number;
}

/** An answer, and the objects around its rows, each with its path. */
export function holdersOf(
  body: unknown,
  { records = [], names, levels }: Around,
): [path: string, holder: JsonObject][] {
  const roots = new Set(['', ...records.flatMap(stepsTo)]);
  return [...roots].flatMap((root) => {
    const holder = root === '' ? body : valueAt(body, root);
    if (!isJsonObject(holder)) return [];
    const holders: [string, JsonObject, number][] = [[root, holder, 0]];
    for (const [path, one, level] of holders) {
      for (const [name, value] of level < levels ? Object.entries(one) : []) {
        if (isJsonObject(value) && names.test(bare(name)))
          holders.push([joinPath(path, name), value, level + 1]);
      }
    }
    return holders.map(([path, one]) => [path, one] as [string, JsonObject]);
  });
}

/** `data.orders.edges.*.node` → `data`, `data.orders`, `data.orders.edges`. */
export function stepsTo(path: string): string[] {
  const [plain = '', star] = path.split(/\.?\*(.*)/s);
  const steps = plain.split('.');
  const length = star === undefined ? steps.length - 1 : steps.length;
  return steps.slice(0, length).map((_, at) => steps.slice(0, at + 1).join('.'));
}

/** As `valueAt`, and `@status`, `@header.<name>`, `@header.link` (the address that has rel=next). */
export function answerAt({ status, headers, body }: HttpResponse, path: string): Json | undefined {
  if (path === '@status') return status;
  if (!path.startsWith('@header.')) return valueAt(body, path);
  const name = path.slice('@header.'.length).toLowerCase();
  const header = headers[name];
  return name === 'link' && header !== undefined ? nextLink(header) : header;
}

/** RFC 8288: `<https://…>; rel="next"`, one of several. */
function nextLink(header: string): string | undefined {
  for (const [, address, parameters = ''] of header.matchAll(/<([^<>]*)>([^<]*)/g)) {
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
