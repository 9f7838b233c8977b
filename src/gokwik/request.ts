/** From templates and values to requests. Pure: tokens and the time come in as values. */
import { createHash, createHmac } from 'node:crypto';
import { SAFETY_MS } from '../cdk/cursor.ts';
import { SystemError } from '../cdk/errors.ts';
import { isJsonObject } from '../cdk/json.ts';
import type { Json, JsonObject } from '../cdk/protocol.ts';
import type { Window, WindowPolicy } from '../cdk/source.ts';
import type { HttpRequest } from '../http/http.ts';
import { type Host, writesAt } from './hosts.ts';
import { methodOf, requestOf } from './profile.ts';
import { DAY_MS, OFFSETS_MS, type Zone } from './records/time.ts';
import type { RequestTemplate, StreamProfile } from './streams/stream.ts';
import {
  fillJson,
  fillText,
  fillTexts,
  isDayWise,
  type Moment,
  placeholdersOf,
  type Values,
} from './template.ts';

/**
 * Neighbouring windows overlap by this much (ms): servers disagree on whether a bound is included,
 * and rows move while pages are read.
 */
export const OVERLAP_MS = 5 * 60_000;

/** How a stream's requests speak of time. */
interface Timing {
  readonly hasFrom: boolean;
  readonly hasTo: boolean;
  /** They name days, not moments. */
  readonly isDayWise: boolean;
}

function timingOf(stream: StreamProfile): Timing {
  const template = stream.job ? stream.job.create : requestOf(stream);
  const { query = 'iso' } = stream.time;
  const bounds = placeholdersOf(template).filter(({ name }) => name === 'from' || name === 'to');
  return {
    hasFrom: bounds.some(({ name }) => name === 'from'),
    hasTo: bounds.some(({ name }) => name === 'to'),
    isDayWise: bounds.length > 0 && bounds.every(({ pattern }) => isDayWise(pattern ?? query)),
  };
}

const mostDays = ({ max_days: days = Number.POSITIVE_INFINITY }: StreamProfile): number => days;

/** A day more is asked for at either end as far as the endpoint takes so many at once; the later one first. */
const marginsOf = (stream: StreamProfile): { beforeMs: number; afterMs: number } => ({
  beforeMs: mostDays(stream) >= 3 ? DAY_MS : 0,
  afterMs: mostDays(stream) >= 2 ? DAY_MS : 0,
});

const zoneOf = ({ time }: StreamProfile): Zone =>
  time.in ?? (time.query === 'iso' ? 'Z' : '+05:30');

/**
 * How a stream's time is cut. Without `{to}` there is one open window, unless `max_days` says that a
 * request covers so many; without both bounds one list is read whole at every sync.
 */
export function windowPolicy(stream: StreamProfile, windowMs: number): WindowPolicy {
  const days = mostDays(stream);
  const { hasFrom, hasTo, isDayWise } = timingOf(stream);
  const whole = { maxMs: Number.POSITIVE_INFINITY, alignMs: 1, alignOffsetMs: 0 };
  // Nothing is asked for by time, so nothing of it is ever known to be done.
  if (!hasFrom && !hasTo) return { ...whole, overlapMs: Number.POSITIVE_INFINITY };
  if (!hasTo && days === Number.POSITIVE_INFINITY) return { ...whole, overlapMs: OVERLAP_MS };
  if (!isDayWise) {
    const most = days * DAY_MS - OVERLAP_MS - SAFETY_MS - 1000;
    return { ...whole, maxMs: Math.min(windowMs, most), overlapMs: OVERLAP_MS };
  }
  // Both ends count, and the newest window may reach into one day more than its length.
  const maxMs = Math.max(DAY_MS, Math.min(windowMs, (days - 3) * DAY_MS));
  return {
    maxMs,
    // Where there is no room for a day more, the next run asks for the last day again.
    overlapMs: days < 4 ? DAY_MS : OVERLAP_MS,
    alignMs: DAY_MS,
    alignOffsetMs: -OFFSETS_MS[zoneOf(stream)],
  };
}

/** How much more (ms) than its window a request by days asks for at the most at either end. */
export const besideMs = (stream: StreamProfile): number =>
  timingOf(stream).isDayWise ? marginsOf(stream).afterMs : 0;

/** `{from}` and `{to}` of a window. `startMs`: nothing before it is asked for, but by whole days. */
export function windowValues(window: Window, stream: StreamProfile, startMs: number): Values {
  const { isDayWise } = timingOf(stream);
  const { query: pattern = 'iso' } = stream.time;
  const zone = zoneOf(stream);
  const at = (ms: number): Moment => ({ ms, pattern, zone });
  const endMs = window.open ? window.toMs + SAFETY_MS : window.toMs;
  if (isDayWise) {
    // Servers disagree about whole days, zones and bounds.
    const { beforeMs, afterMs } = marginsOf(stream);
    const fromMs = window.fromMs - beforeMs;
    const offsetMs = OFFSETS_MS[zone];
    // Where their days begin earlier than ours, theirs may be tomorrow already.
    const aheadMs = window.open ? OFFSETS_MS['+05:30'] - offsetMs : 0;
    const dayMs = Math.floor((fromMs + offsetMs) / DAY_MS) * DAY_MS - offsetMs;
    const lastMs = Math.min(endMs + aheadMs + afterMs, dayMs + mostDays(stream) * DAY_MS);
    return { from: at(fromMs), to: at(lastMs - 1) };
  }
  const fromMs = Math.max(Math.min(startMs, window.fromMs), window.fromMs - OVERLAP_MS);
  return { from: at(Math.floor(fromMs / 1000) * 1000), to: at(Math.ceil(endMs / 1000) * 1000) };
}

/** The scalar fields of a row as values; null where it has none. */
export function rowValues(rows: readonly JsonObject[], fields: readonly string[]): Values {
  return Object.fromEntries(
    fields.map((field) => {
      const values = rows.map((row) => row[field]).filter(isAskable);
      return [field, values.length === 1 ? values[0] : values.join(',') || undefined];
    }),
  );
}

/** Whether a field can be asked by. */
export const isAskable = (value: Json | undefined): value is string | number =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');

export interface Target {
  readonly stream: string;
  readonly host: Host;
  readonly request: RequestTemplate;
}

/** A request with its credentials. `link`: an address that an answer gave, in place of path and query. */
export function buildRequest(
  { stream, host, request }: Target,
  values: Values,
  nowMs: number,
  link?: string,
): HttpRequest {
  const method = methodOf(request);
  const known: Values = { ...values, http_date: new Date(nowMs).toUTCString() };
  const asked = addressOf({ stream, host, request }, known);
  const url = link === undefined ? asked : linkTo(stream, host, link, asked);
  if (method === 'POST' && writesAt(url.pathname)) {
    throw new SystemError(
      'GK_WRITES',
      `Stream ${stream}: a POST to ${request.path ?? url.pathname} would change something there. This source only reads.`,
      { stream },
    );
  }
  const { auth } = host;
  const body = bodyOf(request, auth.json, known);
  const signed = { ...known, ...signatureOf(host, method, url, body?.text ?? '', known) };
  for (const [name, value] of fillTexts(auth.query, signed)) url.searchParams.set(name, value);
  const basic = auth.basic?.map((part) => String(fillText(part, signed) ?? ''));
  return {
    method,
    url: url.href,
    headers: lowerCase([
      ...fillTexts(request.headers, signed),
      ...fillTexts(auth.headers, signed),
      ...(basic
        ? [['authorization', `Basic ${Buffer.from(basic.join(':')).toString('base64')}`] as const]
        : []),
    ]),
    ...(body && { body }),
    stream,
    endpoint: request.path ?? url.pathname,
  };
}

function addressOf({ stream, host, request }: Target, values: Values): URL {
  const [path = '', search = ''] = fillPath(request.path ?? '', values).split(/\?(.*)/s);
  const address = `${host.url}${path.startsWith('/') || path === '' ? '' : '/'}${path}`;
  if (!URL.canParse(address)) {
    // Said here, since the engine's TypeError would carry the whole URL.
    const message = `Stream ${stream}: the address for ${request.path} is not a URL. Check hosts and paths in \`api_profile\`.`;
    throw new SystemError('GK_URL', message, { stream });
  }
  const url = new URL(address);
  for (const [name, value] of new URLSearchParams(search)) url.searchParams.append(name, value);
  for (const [name, value] of fillTexts(request.query, values)) url.searchParams.set(name, value);
  return url;
}

/** In a path a value is one step of it, whatever it holds. */
const fillPath = (template: string, values: Values): string =>
  template.replace(/\{[^{}]+\}/g, (one) => encodeURIComponent(String(fillText(one, values) ?? '')));

const PAGE_NUMBER = /^(?:p|page|page_?(?:no|num|number|index)|page\[number\]|offset|skip|start)$/i;

/** An address of the host's own origin: credentials go nowhere else. */
function linkTo(stream: string, { url }: Host, link: string, asked: URL): URL {
  const base = new URL(url);
  // `?page=2` is of the address that was asked.
  const target = URL.canParse(link, asked.href) ? new URL(link, asked.href) : undefined;
  if (target && target.host === base.host) target.protocol = base.protocol;
  // A number is one of the list that was asked for: many frameworks leave the rest to the client.
  const isNumbered = [...(target?.searchParams ?? [])].some(
    ([name, value]) => PAGE_NUMBER.test(name) && /^\d+$/.test(value),
  );
  for (const [name, value] of isNumbered ? asked.searchParams : [])
    if (!target?.searchParams.has(name)) target?.searchParams.append(name, value);
  if (target?.origin === base.origin && target.username === '') return target;
  throw new SystemError(
    'GK_PAGING',
    `Stream ${stream}: the answer's next page lies at ${target?.host ?? 'an unreadable address'}, and the credentials belong to ${base.host}. Ask the API's support, or read the pages by number: set \`paging\` of this stream in api_profile.`,
    { stream },
  );
}

function bodyOf(
  request: RequestTemplate,
  authJson: unknown,
  values: Values,
): HttpRequest['body'] | undefined {
  if (request.form) {
    const text = new URLSearchParams(fillTexts(request.form, values)).toString();
    return { type: 'application/x-www-form-urlencoded', text };
  }
  if (!request.json) return undefined;
  const json = merge(fillJson(request.json, values), fillJson(authJson ?? {}, values));
  return { type: 'application/json', text: JSON.stringify(json) };
}

function merge(base: Json | undefined, more: Json | undefined): Json {
  if (!isJsonObject(base) || !isJsonObject(more)) return more ?? base ?? null;
  const merged: JsonObject = { ...base };
  for (const [name, value] of Object.entries(more)) merged[name] = merge(merged[name], value);
  return merged;
}

function signatureOf(
  { auth: { sign, login } }: Host,
  method: string,
  url: URL,
  body: string,
  values: Values,
): Values {
  if (!sign) return {};
  const parts = { method, path: url.pathname, query: url.search.slice(1), body };
  const text = String(fillText(sign.text, { ...values, ...parts }) ?? '');
  const key = sign.key === undefined ? undefined : String(fillText(sign.key, values) ?? '');
  const hash = key === undefined ? createHash(sign.hash) : createHmac(sign.hash, key);
  const signature = hash.update(text).digest(sign.as ?? 'hex');
  return { sign: signature, ...(!login && { token: signature }) };
}

function lowerCase(headers: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
}
