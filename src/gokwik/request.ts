import { SAFETY_MS } from '../cdk/cursor.ts';
import type { JsonObject } from '../cdk/protocol.ts';
import type { Window } from '../cdk/source.ts';
import type { HttpRequest } from '../http/retry.ts';
import { headersFor } from './hosts.ts';
import { indiaDate } from './records/time.ts';
import type { Settings } from './settings.ts';
import type { StreamProfile, TimeProfile } from './streams/stream.ts';

/**
 * Neighbouring windows overlap by this much (ms): servers disagree on whether a bound is included,
 * and rows move while pages are read. The destination removes duplicates by key.
 */
export const OVERLAP_MS = 5 * 60_000;

/** Values for the placeholders of a profile's query. */
export type Placeholders = Readonly<Record<string, string>>;

/** `{from}` and `{to}` of a window, written as the endpoint takes them. */
export function windowBounds(window: Window, time: TimeProfile, startMs: number): Placeholders {
  if (time.query === 'date') {
    // Days are asked for whole, both ends included, so neighbours share no edge to lose a row at.
    const lastMs = window.open ? window.toMs + SAFETY_MS : window.toMs - 1;
    return { from: indiaDate(window.fromMs), to: indiaDate(lastMs) };
  }
  const fromMs = Math.max(Math.min(startMs, window.fromMs), window.fromMs - OVERLAP_MS);
  const toMs = window.open ? window.toMs + SAFETY_MS : window.toMs;
  return { from: write(Math.floor(fromMs / 1000), time), to: write(Math.ceil(toMs / 1000), time) };
}

function write(seconds: number, time: TimeProfile): string {
  if (time.query === 'epoch_s') return String(seconds);
  if (time.query === 'epoch_ms') return String(seconds * 1000);
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** The fields of a row as placeholders. */
export function rowPlaceholders(row: JsonObject): Placeholders {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === 'string' || typeof value === 'number') values[name] = String(value);
  }
  return values;
}

/** The requests of one sequence: what they share is written once, the parameters of paging differ. */
export function prepareRequests(
  stream: string,
  profile: StreamProfile,
  settings: Settings,
  placeholders: Placeholders,
): (paging: Placeholders) => HttpRequest {
  const path = profile.path ?? '';
  const base = new URL(
    `${settings.hosts[profile.family]}${path.startsWith('/') ? '' : '/'}${path}`,
  );
  const query = new URLSearchParams(base.search);
  for (const [name, template] of Object.entries(profile.query)) {
    query.set(name, fill(template, placeholders));
  }
  if (profile.family === 'merchant' && settings.merchantId) query.set('mid', settings.merchantId);
  base.search = '';
  base.hash = '';
  const headers = headersFor(profile.family, settings.credentials);
  const shared = query.toString();
  return (paging) => {
    const taken = Object.keys(paging).filter((name) => query.has(name));
    const parts = [taken.length > 0 ? without(query, taken) : shared, new URLSearchParams(paging)];
    const search = parts.map(String).filter(Boolean).join('&');
    return { url: `${base.href}${search && '?'}${search}`, headers, stream, endpoint: path };
  };
}

function without(query: URLSearchParams, names: readonly string[]): URLSearchParams {
  const rest = new URLSearchParams(query);
  for (const name of names) rest.delete(name);
  return rest;
}

/** The names of the placeholders in a query: what must be known before it can be asked. */
export const placeholdersOf = (query: Readonly<Record<string, string>>): string[] =>
  Object.values(query).flatMap((template) =>
    [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''),
  );

const fill = (template: string, values: Placeholders): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
