/**
 * A request as someone gave it, with its dates and numbers, made into the template that asks for any
 * time and any page: `?from=2026-11-01&page=1` → `{from}`, `{page}`. Pure.
 */
import { isJsonObject } from '../../cdk/json.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { DAY_MS, parseInstant } from '../records/time.ts';
import { STREAMS } from '../streams/index.ts';
import type { StreamProfile } from '../streams/stream.ts';
import { isDayWise, type Moment, placeholdersOf, type Values } from '../template.ts';
import { isCredential, partOf } from './names.ts';
import { snakeOf, spellingOf } from './traits.ts';

export interface Template {
  /** What changes in the profile of the stream; empty: it is a template already. */
  readonly changes: JsonObject;
  /** The time that the given request asked for, so that it can be asked for again. */
  readonly values: Values;
  readonly questions: readonly string[];
}

interface Spot {
  readonly name: string;
  readonly value: Json;
  readonly part: ReturnType<typeof partOf>;
  /** Where the value is an instant. */
  readonly ms: number | undefined;
}

/** How a stamp that is no pattern of ours may still be asked for: not at all. */
const ASKABLE = /^(iso|date|epoch_s|epoch_ms|[^#]*YYYY[^#]*)$/;

export function templateOf(stream: string, profile: StreamProfile, nowMs: number): Template {
  const [path = '', search] = (profile.path ?? '').split(/\?(.*)/s);
  // What was only assumed has no place beside what was given.
  const isAssumed = search !== undefined && profile.query === STREAMS[stream]?.profile.query;
  const query: JsonObject = {
    ...(isAssumed ? {} : (profile.query as JsonObject)),
    ...Object.fromEntries(new URLSearchParams(search ?? '')),
  };
  const given: JsonObject = {
    query,
    json: (profile.json ?? null) as Json,
    form: (profile.form ?? null) as Json,
  };
  const spots: Spot[] = [];
  visit(given, '', (name, value) => {
    spots.push({ name, value, part: partOf(name), ms: instantOf(name, value, nowMs) });
    return value;
  });
  const bounds = boundsOf(spots);
  const questions: string[] = [];
  const { limit } = profile.paging;
  const paging: JsonObject = { kind: 'none', ...(limit !== undefined && { limit }) };
  const isTriple = ['year', 'month', 'day'].every((part) =>
    spots.some((one) => one.part === part && isNumber(one.value)),
  );
  const filled = visit(given, '', (name, value) => {
    if (typeof value === 'string' && placeholdersOf(value).length > 0) return value;
    const part = partOf(name);
    if (name === bounds?.from.name) return '{from}';
    if (name === bounds?.to?.name) return '{to}';
    if (isTriple && (part === 'year' || part === 'month' || part === 'day')) {
      return { year: '{from:YYYY}', month: '{from:MM}', day: '{from:DD}' }[part];
    }
    if (part === 'cursor' && (value === null || typeof value === 'string')) return '{cursor}';
    if (!isNumber(value)) return value;
    if (part === 'limit') paging.limit = Number(value);
    if (part === 'page' && Number(value) === 0) paging.first = 0;
    if (part === 'page' || part === 'offset') paging.kind = part;
    return part === 'limit' || part === 'page' || part === 'offset' ? `{${part}}` : value;
  }) as JsonObject;
  const isSame = JSON.stringify(filled) === JSON.stringify(given);
  if (isSame && search === undefined) return { changes: {}, values: {}, questions };
  const time = isTriple ? tripleOf(spots, profile) : timeOf(bounds, profile, spots, questions);
  return {
    changes: {
      ...(search !== undefined && { path }),
      ...((search !== undefined || profile.query) && { query: filled.query as Json }),
      ...(filled.json !== null && { json: filled.json as Json }),
      ...(filled.form !== null && { form: filled.form as Json }),
      paging,
      ...time.changes,
    },
    values: time.values,
    questions,
  };
}

const isNumber = (value: Json | undefined): boolean =>
  typeof value === 'number' || (typeof value === 'string' && /^\d{1,6}$/.test(value));

/** Gives each scalar inside to `change`, under its path. */
function visit(value: Json, path: string, change: (path: string, value: Json) => Json): Json {
  if (Array.isArray(value)) return value.map((one, at) => visit(one, `${path}.${at}`, change));
  if (!isJsonObject(value))
    return path.includes('.') ? change(path.replace(/^\w+\./, ''), value) : value;
  const inner = (name: string) => (path === '' ? name : `${path}.${name}`);
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([name, one]) => [name, visit(one, inner(name), change)]));
}

function instantOf(name: string, value: Json, nowMs: number): number | undefined {
  const isPaging = ['limit', 'page', 'offset', 'cursor'].includes(partOf(name) ?? '');
  if (isPaging && isNumber(value)) return undefined;
  if (!ASKABLE.test(spellingOf(value)) || typeof value === 'object') return undefined;
  const ms = parseInstant(value, '+05:30');
  return ms !== undefined && ms > 946_684_800_000 && ms < nowMs + 3650 * DAY_MS ? ms : undefined;
}

/** By their names; where those do not tell, the earlier one is the beginning. */
function boundsOf(spots: readonly Spot[]): { from: Spot; to: Spot | undefined } | undefined {
  const dated = spots
    .filter(({ ms }) => ms !== undefined)
    .sort((a, b) => Number(a.ms) - Number(b.ms));
  const [first] = dated;
  if (!first) return undefined;
  const last = dated.length > 1 ? dated.at(-1) : undefined;
  const from = dated.find(({ part }) => part === 'from');
  const to = dated.findLast(({ part }) => part === 'to');
  if (from && to) return { from, to };
  return { from: from ?? first, to: to ?? (last === from ? undefined : last) };
}

interface Timing {
  readonly changes: JsonObject;
  readonly values: Values;
}

function timeOf(
  bounds: ReturnType<typeof boundsOf>,
  profile: StreamProfile,
  spots: readonly Spot[],
  questions: string[],
): Timing {
  if (!bounds) return { changes: {}, values: {} };
  const { zone } = profile.time;
  // `dates_are_gmt=true`
  const isUtc = spots.some(({ name }) => /(^|_)(gmt|utc)(_|$)/.test(snakeOf(name)));
  const { from, to } = bounds;
  const query = spellingOf(from.value);
  const isZoned = query === 'iso' || query.startsWith('epoch') || query.endsWith('Z');
  const pattern = query.replace(/\.SSS/, '');
  const inZone =
    pattern === 'iso' || query.startsWith('epoch')
      ? undefined
      : (profile.time.in ?? (isUtc ? 'Z' : '+05:30'));
  if (!isZoned && !isUtc && profile.time.in === undefined) {
    questions.push(
      `Is the time of \`${from.name}\` India's? The profile says so; if it is UTC, write "in": "Z".`,
    );
  }
  const time = { query: pattern, ...(inZone && { in: inZone }), ...(zone && { zone }) };
  const at = (ms = 0): Moment => ({ ms, pattern, zone: inZone ?? 'Z' });
  const spanMs = to ? Number(to.ms) - Number(from.ms) : 0;
  const days = Math.ceil(spanMs / DAY_MS) + (isDayWise(pattern) ? 1 : 0);
  const isSpan = to !== undefined && days >= 1 && days <= 31;
  if (isSpan) {
    questions.push(
      `How many days may one request ask for? The given one asked for ${days}, so the profile says "max_days": ${days}.`,
    );
  }
  return {
    changes: { time, ...(isSpan && { max_days: days }) },
    values: { from: at(from.ms), ...(to && { to: at(to.ms) }) },
  };
}

function tripleOf(spots: readonly Spot[], { time: { zone } }: StreamProfile): Timing {
  const at = (part: string): string =>
    String(spots.find((one) => one.part === part)?.value ?? '').padStart(2, '0');
  const ms = parseInstant(`${at('year')}-${at('month')}-${at('day')}`, '+05:30') ?? 0;
  return {
    changes: { time: { query: 'date', in: '+05:30', ...(zone && { zone }) }, max_days: 1 },
    values: { from: { ms, pattern: 'date', zone: '+05:30' } },
  };
}

/** A profile as it may be shown: a credential in it becomes a placeholder, for `secrets` of the config. */
export function hideCredentials(value: Json, hidden: Set<string>, holder = '', name = ''): Json {
  const isHolder = ['headers', 'query', 'json', 'form', 'basic'].includes(name);
  const within = isHolder ? name : holder;
  if (Array.isArray(value)) {
    return value.map((one, at) => hideCredentials(one, hidden, within, `${name}_${at}`));
  }
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, hideCredentials(one, hidden, within, key)]),
    );
  }
  const isSecret = holder === 'basic' || (holder !== '' && isCredential(name));
  if (!isSecret || typeof value !== 'string' || value === '' || value.includes('{')) return value;
  const secret = snakeOf(name);
  hidden.add(secret);
  const [, scheme = ''] = /^((?:Bearer|Basic|Token) )/i.exec(value) ?? [];
  return `${scheme}{${secret}}`;
}
