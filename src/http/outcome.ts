import {
  ConfigError,
  type ConnectorError,
  type ErrorDetails,
  SystemError,
  TransientError,
} from '../cdk/errors.ts';
import { BLOCKED } from './guard.ts';
import { type PlainHeaders, requestIdOf, retryAfterOf } from './headers.ts';

/** Begins the `code` of an error that is the proxy's. Here, since what connects is loaded with the first request. */
export const PROXY = 'GK_PROXY_';

/** The `code` of the error with which a body over the cap ends. */
export const TOO_LARGE = 'GK_TOO_LARGE';

/** A whole answer. */
export interface Reply {
  readonly kind: 'response';
  readonly status: number;
  readonly headers: PlainHeaders;
  readonly body: unknown;
  readonly ms: number;
}

/** No answer, or none to rely on. `status` and `headers` are there when the answer had begun. */
export interface Failure {
  readonly kind: 'failure';
  readonly reason: FailureReason;
  readonly status?: number;
  readonly headers?: PlainHeaders;
  /** Where a redirect points. */
  readonly redirectHost?: string;
  /** Method, host, path and code: never a header, a query value or a body (I9). */
  readonly detail: string;
  readonly ms: number;
}

export type Result = Reply | Failure;

/** What to do about an attempt. */
export type Outcome = { readonly kind: 'ok' } | Refusal;

export interface Refusal {
  readonly kind: 'retry' | 'rate_limited' | 'fail';
  readonly error: ConnectorError;
  /** Attempts in all that this kind of failure is worth; fewer than usual when given. */
  readonly maxAttempts?: number | undefined;
  /** What a body asked for; else the headers say. */
  readonly waitMs?: number | undefined;
}

/** Of the request, for messages. */
export interface Attempt {
  readonly method: string;
  readonly stream: string;
  /** Label of the endpoint, for example `/v1/order/list`. */
  readonly endpoint: string;
  readonly host: string;
  /** From 1. */
  readonly attempt: number;
}

interface Row {
  readonly kind: Refusal['kind'];
  readonly errorClass: new (code: string, message: string, details: ErrorDetails) => ConnectorError;
  /** In both, `{endpoint}`, `{host}`, `{status}` and `{redirectHost}` stand for those of the attempt. */
  readonly code: string;
  readonly sentence: string;
  readonly maxAttempts: number | undefined;
}

const rows =
  (kind: Row['kind'], errorClass: Row['errorClass']) =>
  (code: string, sentence: string, maxAttempts?: number): Row => ({
    kind,
    errorClass,
    code,
    sentence,
    maxAttempts,
  });
const retry = rows('retry', TransientError);
const config = rows('fail', ConfigError);
const system = rows('fail', SystemError);
/** The config's fault, most likely, but it may be of the moment. */
const retryConfig = rows('retry', ConfigError);

const refused = config(
  'GK_HTTP_{status}',
  'The API refused the credentials at {endpoint} (HTTP {status}). Check the id and the secret in the config, for stray spaces too, and that `base_url` is of the same environment (production or sandbox) as they are.',
);
const notFound = system(
  'GK_HTTP_{status}',
  'The API has nothing at {endpoint} (HTTP {status}): the path is probably not the one of this account. Ask the account manager for it and set it in `api_profile`.',
);
const notAccepted = system(
  'GK_HTTP_{status}',
  'The API did not accept the request to {endpoint} (HTTP {status}). Compare its path and query parameters in `api_profile` with what the account manager gave.',
);
const unknown = system(
  'GK_HTTP_{status}',
  'The API answered {endpoint} with HTTP {status}, which the connector does not know. Report it with the details in the log.',
);
const serverError = retry(
  'GK_HTTP_{status}',
  "The API failed to answer {endpoint} (HTTP {status}). Run the sync again later; if it goes on, report it to the API's support.",
);
const limited = rows('rate_limited', TransientError)(
  'GK_HTTP_{status}',
  'The API still limits the rate of requests to {endpoint} (HTTP {status}). Lower `requests_per_second` or `concurrency`, or run the sync again later.',
);
const lost = (code: string, what: string): Row =>
  retry(
    code,
    `${what} while reading {endpoint} from {host}. Run the sync again later; if it goes on, check the network between here and the API.`,
  );

const BY_REASON = {
  timeout: lost('GK_TIMEOUT', 'The API did not answer in time'),
  reset: lost('GK_RESET', 'The connection was lost'),
  refused: lost('GK_REFUSED', 'The connection was refused'),
  truncated: lost('GK_TRUNCATED', 'The answer was cut short'),
  other: lost('GK_NETWORK', 'The connection failed'),
  // Only when nobody asked for it: an abort by the caller never gets here.
  aborted: lost('GK_ABORTED', 'The request was broken off'),
  empty: retry(
    'GK_EMPTY',
    '{host} answered {endpoint} with nothing (HTTP {status}). Run the sync again later; if that is how it says that there are no rows, say so in api_profile: "answers": [{"when": {"@status": {status}}, "means": "empty"}].',
    2,
  ),
  not_json: retry(
    'GK_NOT_JSON',
    "{host} answered {endpoint} with something that is not JSON. Run the sync again later; if it goes on, check that `base_url` is the API's and not a website's or a proxy's.",
  ),
  // A resolver has bad moments, so a little patience; a wrong name stays wrong.
  dns: retryConfig(
    'GK_DNS',
    'The host {host} is not known. Check `base_url` for typing errors, and the name server (DNS) of this machine.',
    3,
  ),
  tls: config(
    'GK_TLS',
    'No safe (TLS) connection to {host}: its certificate is not valid, or it does not speak https there. Check the host and port in `base_url`, and a proxy that breaks open TLS.',
  ),
  // An address that is no proxy's stays so, but most of what a proxy answers is of the moment.
  proxy: retryConfig(
    'GK_PROXY',
    'The proxy that the environment names gave no connection to {host}. Check HTTPS_PROXY or HTTP_PROXY and the credentials in it, or name the host in NO_PROXY.',
  ),
  redirect: config(
    'GK_REDIRECT',
    'The API sends requests for {endpoint} on to {redirectHost}; the connector does not follow, to keep the credentials where they belong. `base_url` is probably wrong: check it with the account manager.',
  ),
  blocked: config(
    'GK_BLOCKED',
    "{host} leads to a private address, or is not https; credentials are not sent there. Use the API's public host, or for a simulator or CI set the environment variable SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL=true.",
  ),
  too_large: system(
    'GK_TOO_LARGE',
    'An answer of {endpoint} is larger than the connector takes. Set a smaller page or window for the stream in `api_profile`.',
  ),
} satisfies Readonly<Record<string, Row>>;

/** Why there is no answer to rely on. */
export type FailureReason = keyof typeof BY_REASON;

/** By HTTP status; the first row whose range holds it. A status decides before the body does. */
const BY_STATUS: readonly (readonly [from: number, to: number, row: Row])[] = [
  [401, 401, refused],
  [403, 403, refused],
  [404, 405, notFound],
  [410, 410, notFound],
  [408, 408, serverError],
  [425, 425, serverError],
  // A proxy's answer to a plain http request: it has no tunnel to refuse.
  [407, 407, BY_REASON.proxy],
  [429, 429, limited],
  [400, 400, notAccepted],
  [422, 422, notAccepted],
  [500, 599, serverError],
  [100, 199, unknown],
  [300, 999, unknown],
];

/** The one table: an attempt's result → what to do. Pure; `nowMs` is for dates in `Retry-After`. */
export function decide(result: Result, attempt: Attempt, nowMs: number): Outcome {
  const { status = 0, headers = {} } = result;
  // Locked or in maintenance, and it says for how long: that costs no attempts.
  const isTold = (status === 423 || status === 503) && retryAfterOf(headers, nowMs) !== undefined;
  const row = isTold ? limited : rowOf(result);
  if (!row) return { kind: 'ok' };
  const { kind, errorClass, code, sentence, maxAttempts } = row;
  const redirectHost = (result.kind === 'failure' && result.redirectHost) || '';
  const values: Readonly<Record<string, unknown>> = { ...attempt, status, redirectHost };
  const fill = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
  const details = { stream: attempt.stream, detail: detailOf(result, attempt) };
  const error = new errorClass(fill(code), fill(sentence), details);
  return { kind, error, maxAttempts };
}

function rowOf(result: Result): Row | undefined {
  const { status = 0 } = result;
  const isRedirect = result.kind === 'failure' && result.reason === 'redirect';
  // 200 is not trusted when the body was cut (trap: status 200 and a broken stream).
  const byStatus = BY_STATUS.find(([from, to]) => !isRedirect && from <= status && status <= to);
  return byStatus?.[2] ?? (result.kind === 'failure' ? BY_REASON[result.reason] : undefined);
}

function detailOf(result: Result, { method, host, endpoint, attempt }: Attempt): string {
  const what =
    result.kind === 'failure'
      ? result.detail
      : `${method} ${host}${endpoint}: HTTP ${result.status}`;
  const requestId = requestIdOf(result.headers ?? {});
  return [what, ...(requestId ? [`request id ${requestId}`] : []), `attempt ${attempt}`].join('; ');
}

/** First match wins. TLS: Node's own codes and the verification codes of OpenSSL. */
const REASONS: readonly (readonly [RegExp, FailureReason])[] = [
  [new RegExp(`^${BLOCKED}$`), 'blocked'],
  [new RegExp(`^${PROXY}`), 'proxy'],
  [/^(ENOTFOUND|ENODATA|ESERVFAIL|EAI_\w+)$/, 'dns'],
  [/^ECONNREFUSED$/, 'refused'],
  [/^(ECONNRESET|ECONNABORTED|EPIPE)$/, 'reset'],
  [/^(ETIMEDOUT|ERR_TLS_HANDSHAKE_TIMEOUT)$/, 'timeout'],
  [/^(EPROTO|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$/, 'tls'],
  [/^ERR_(TLS|SSL)_|CERT|CRL_|SIGNATURE|ISSUER/, 'tls'],
];

/** An error's code, and nothing else of it. A failed connection to several addresses has a list. */
export function codeOf(error: unknown): string {
  const { code, cause, errors } = (error ?? {}) as {
    code?: unknown;
    cause?: unknown;
    errors?: unknown;
  };
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code)) return code;
  const inner = Array.isArray(errors) ? errors[0] : cause;
  return inner === undefined || inner === error ? 'unknown' : codeOf(inner);
}

/** Why no answer began. */
export function reasonOf(code: string): FailureReason {
  return REASONS.find(([pattern]) => pattern.test(code))?.[1] ?? 'other';
}

/** After the headers a lost connection is a body that was cut, whatever the code says. */
export function bodyReasonOf(code: string): FailureReason {
  if (code === TOO_LARGE) return 'too_large';
  return code.startsWith('Z_') && code !== 'Z_BUF_ERROR' ? 'not_json' : 'truncated';
}
