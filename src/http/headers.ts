/** Response headers: lower-case names, one string each. */
export type PlainHeaders = Readonly<Record<string, string>>;

/** IMF-fixdate, RFC 9110 §5.6.7. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:GMT|UTC)$/;
const WEEKDAY = 'Sun, '.length;
const DECIMAL = /^-?\d+(?:\.\d+)?$/;
const REQUEST_ID_HEADERS = ['x-request-id', 'x-amzn-requestid', 'cf-ray'];

/** An HTTP date → epoch milliseconds; anything else → undefined. */
function parseHttpDate(value: string): number | undefined {
  if (!HTTP_DATE.test(value)) return undefined;
  const text = value.replace('UTC', 'GMT');
  const ms = Date.parse(text);
  // 31 February would be read as 3 March. The day of the week says nothing, so it may be wrong.
  const isDate = !Number.isNaN(ms) && new Date(ms).toUTCString().endsWith(text.slice(WEEKDAY));
  return isDate ? ms : undefined;
}

/**
 * `Retry-After` → milliseconds to wait from `nowMs`, which is the server's clock where known: its
 * dates are in that. Seconds (decimals too), an epoch in seconds or milliseconds, or an HTTP date; of
 * several numbers, as of several servers on the way, the largest. In the past → 0; garbage → undefined.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? '';
  const untilMs = parseHttpDate(text);
  if (untilMs !== undefined) return Math.max(0, untilMs - nowMs);
  const numbers = text
    .split(',')
    .flatMap((part) => (DECIMAL.test(part.trim()) ? Number(part) : []));
  if (numbers.length === 0) return undefined;
  return Math.max(0, ...numbers.map((number) => Math.ceil(untilReset(number, nowMs))));
}

/** The wait that an answer asks for, in milliseconds. */
export function retryAfterOf(headers: PlainHeaders, nowMs: number): number | undefined {
  return parseRetryAfter(headers['retry-after'], serverNow(headers) ?? nowMs);
}

/** The same of a refusal for the rate, which may say it in words of quotas instead. */
export function limitWaitOf(headers: PlainHeaders, nowMs: number): number | undefined {
  const serverMs = serverNow(headers) ?? nowMs;
  const askedMs =
    retryAfterOf(headers, nowMs) ?? parseRetryAfter(headers['x-ratelimit-retry'], serverMs);
  if (askedMs !== undefined) return askedMs;
  // With some left of it, it was not this quota that refused.
  if ((numberOf(quotaHeader(headers, 'remaining')) ?? 0) > 0) return undefined;
  return parseRetryAfter(quotaHeader(headers, 'reset'), serverMs) || undefined;
}

const quotaHeader = (headers: PlainHeaders, name: string): string | undefined =>
  headers[`x-ratelimit-${name}`] ?? headers[`ratelimit-${name}`];

/** The server's clock as the answer shows it; `Age` is how long a cache kept the answer. */
export function serverNow(headers: PlainHeaders): number | undefined {
  const dateMs = parseHttpDate(headers.date ?? '');
  const ageSeconds = numberOf(headers.age) ?? 0;
  return dateMs === undefined ? undefined : dateMs + ageSeconds * 1000;
}

/**
 * What is left of the server's limit, in how many milliseconds it starts anew, and from what; undefined
 * unless both make sense. `X-RateLimit-Remaining`, `-Reset` and `-Limit`, `RateLimit-…` alike.
 */
export function parseQuota(headers: PlainHeaders, nowMs: number) {
  const remaining = numberOf(quotaHeader(headers, 'remaining'));
  const reset = numberOf(quotaHeader(headers, 'reset'));
  if (remaining === undefined || reset === undefined) return undefined;
  const resetMs = Math.max(0, untilReset(reset, serverNow(headers) ?? nowMs));
  const limit = numberOf(quotaHeader(headers, 'limit'));
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
export function requestIdOf(headers: PlainHeaders): string | undefined {
  const name = REQUEST_ID_HEADERS.find((candidate) => headers[candidate] !== undefined);
  const id = name && headers[name];
  return id && /^[\w.:=/+-]{1,128}$/.test(id) ? id : undefined;
}
