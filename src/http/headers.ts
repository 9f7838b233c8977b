/** Response headers: lower-case names, one string each. */
export type Headers = Readonly<Record<string, string>>;

/** What the server says is left of its limit, and in how many milliseconds it starts anew. */
export interface Quota {
  readonly remaining: number;
  readonly resetMs: number;
  /** What `remaining` starts from. */
  readonly limit?: number;
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
/** The three forms of RFC 9110 §5.6.7. `Date.parse` would read the last one as local time. */
const DATE_FORMS = [
  /^[A-Z][a-z]{2}, (?<day>\d{1,2}) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>[\d:]{8}) (?:GMT|UTC)$/,
  /^[A-Z][a-z]{5,8}, (?<day>\d{2})-(?<month>[A-Z][a-z]{2})-(?<year>\d{2}) (?<time>[\d:]{8}) GMT$/,
  /^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) {1,2}(?<day>\d{1,2}) (?<time>[\d:]{8}) (?<year>\d{4})$/,
];
const CLOCK = /^([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)$/;
const DECIMAL = /^-?\d+(?:\.\d+)?$/;
const REQUEST_ID_HEADERS = ['x-request-id', 'x-amzn-requestid', 'cf-ray'];

/** An HTTP date → epoch milliseconds; anything else → undefined. */
export function parseHttpDate(value: string, nowMs: number): number | undefined {
  const fields = DATE_FORMS.find((form) => form.test(value))?.exec(value)?.groups;
  const clock = CLOCK.exec(fields?.time ?? '');
  if (!fields || !clock) return undefined;
  const month = MONTHS.indexOf(fields.month ?? '');
  const day = Number(fields.day);
  const year = fullYear(fields.year ?? '', nowMs);
  const midnight = new Date(Date.UTC(year, month, day));
  if (month === -1 || midnight.getUTCDate() !== day || midnight.getUTCMonth() !== month) {
    return undefined; // 31 February and the like
  }
  const [, hours, minutes, seconds] = clock.map(Number) as [number, number, number, number];
  return midnight.getTime() + ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

/** A year of two digits lies at most 50 years ahead (RFC 9110 §5.6.7). */
function fullYear(year: string, nowMs: number): number {
  if (year.length === 4) return Number(year);
  const thisYear = new Date(nowMs).getUTCFullYear();
  const full = thisYear - (thisYear % 100) + Number(year);
  return full > thisYear + 50 ? full - 100 : full;
}

/**
 * `Retry-After` → milliseconds to wait from `nowMs`, which is the server's clock where known: its
 * dates are in that. Seconds (decimals too) or an HTTP date; in the past → 0; garbage → undefined.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? '';
  if (DECIMAL.test(text)) return Math.max(0, Math.ceil(Number(text) * 1000));
  const untilMs = parseHttpDate(text, nowMs);
  return untilMs === undefined ? undefined : Math.max(0, untilMs - nowMs);
}

/** The wait that an answer asks for, in milliseconds. */
export function retryAfterOf(headers: Headers, nowMs: number): number | undefined {
  return parseRetryAfter(headers['retry-after'], serverNow(headers, nowMs) ?? nowMs);
}

/** The server's clock as the answer shows it; `Age` is how long a cache kept the answer. */
export function serverNow(headers: Headers, nowMs: number): number | undefined {
  const dateMs = parseHttpDate(headers.date ?? '', nowMs);
  const ageSeconds = numberOf(headers.age) ?? 0;
  return dateMs === undefined ? undefined : dateMs + ageSeconds * 1000;
}

/** `X-RateLimit-Remaining` and `-Reset`, `RateLimit-…` alike; undefined unless both make sense. */
export function parseQuota(headers: Headers, nowMs: number): Quota | undefined {
  const remaining = numberOf(headers['x-ratelimit-remaining'] ?? headers['ratelimit-remaining']);
  const reset = numberOf(headers['x-ratelimit-reset'] ?? headers['ratelimit-reset']);
  if (remaining === undefined || reset === undefined) return undefined;
  const limit = numberOf(headers['x-ratelimit-limit'] ?? headers['ratelimit-limit']);
  const resetMs = Math.max(0, untilReset(reset, serverNow(headers, nowMs) ?? nowMs));
  return { remaining, resetMs, ...(limit !== undefined && { limit }) };
}

/** Vendors write it as seconds to go, epoch seconds or epoch milliseconds: told by magnitude. */
function untilReset(reset: number, nowMs: number): number {
  if (reset >= 1e11) return reset - nowMs;
  if (reset >= 1e9) return reset * 1000 - nowMs;
  return reset * 1000;
}

function numberOf(value: string | undefined): number | undefined {
  const text = value?.trim() ?? '';
  return DECIMAL.test(text) ? Math.max(0, Number(text)) : undefined;
}

/** What support needs to find the request; cut to plain characters, since a server may echo anything. */
export function requestIdOf(headers: Headers): string | undefined {
  const name = REQUEST_ID_HEADERS.find((candidate) => headers[candidate] !== undefined);
  const id = name && headers[name];
  return id && /^[\w.:=/+-]{1,128}$/.test(id) ? id : undefined;
}
