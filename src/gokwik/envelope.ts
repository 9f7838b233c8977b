import {
  ConfigError,
  ConnectorError,
  type ErrorDetails,
  SystemError,
  TransientError,
} from '../cdk/errors.ts';
import { type Headers, requestIdOf } from '../http/headers.ts';
import type { Outcome } from '../http/outcome.ts';
import { environmentOf, otherEnvironment } from './hosts.ts';
import { type Paginator, type RawPage, valueAt } from './paginate.ts';
import type { Settings } from './settings.ts';
import type { StreamProfile } from './streams/stream.ts';

/** What the HTTP layer hands over of an answer that was JSON. */
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** What was asked and what came of it, for a ticket. */
function describeExchange(
  { family, path }: StreamProfile,
  { hosts }: Settings,
  { status, headers, body }: Answer,
): string {
  const asked = `GET ${hosts[family]}${path}`.replace(/https?:\/\//, '');
  const inBody = bodyStatus(body);
  const requestId = requestIdOf(headers);
  return [
    `${asked}: HTTP ${status}${inBody === undefined ? '' : `, in-body ${inBody}`}`,
    ...(requestId ? [`request id ${requestId}`] : []),
  ].join('; ');
}

/** Reads a page of an answer; what is wrong with it is told with the request that it came of. */
export function readPage(
  paginator: Paginator,
  profile: StreamProfile,
  settings: Settings,
  answer: Answer,
): RawPage {
  try {
    return paginator.read(answer.body);
  } catch (error) {
    if (error instanceof ConnectorError) {
      const exchange = describeExchange(profile, settings, answer);
      error.detail = error.detail ? `${exchange}; ${error.detail}` : exchange;
    }
    throw error;
  }
}

export type Inspect = (answer: Answer) => Outcome;

/**
 * An in-body 500 has been seen to be permanent on `/v1/order/list` (LIVE): it is tried again, but
 * not for long.
 */
const IN_BODY_ATTEMPTS = 3;

/**
 * Judges an answer by its envelope. The merchant family answers HTTP 200 with the real status in
 * the body (LIVE); the others say `success: false` (OFFICIAL, DOC). `ok` leaves the judgement to
 * the HTTP status.
 */
export function inspectEnvelope(
  stream: string,
  profile: StreamProfile,
  settings: Settings,
): Inspect {
  return (answer) => {
    const { status, body } = answer;
    const code = bodyStatus(body) ?? status;
    if (profile.empty_status?.includes(code)) return { kind: 'ok' };
    const message = bodyMessage(body);
    const details = (): ErrorDetails => ({
      stream,
      detail: describeExchange(profile, settings, answer),
    });
    // Known by its words, whatever its code.
    if (/merchant not registered/i.test(message)) {
      return { kind: 'fail', error: notRegistered(settings, details()) };
    }
    if (code === 401 || code === 403) {
      return { kind: 'fail', error: refused(profile, settings, code, message, details()) };
    }
    if (status < 200 || status > 299) return { kind: 'ok' };
    if (code >= 200 && code <= 299 && !saysFailure(body)) return { kind: 'ok' };
    return judge(stream, code, message, details());
  };
}

function judge(stream: string, code: number, message: string, details: ErrorDetails): Outcome {
  const said = message ? ` (“${message}”)` : '';
  if (code === 429) {
    const error = new TransientError(
      'GK_RATE_LIMITED',
      `Stream ${stream}: GoKwik allows no more requests for now${said}. Lower \`requests_per_second\`.`,
      details,
    );
    return { kind: 'rate_limited', waitMs: undefined, error };
  }
  if (code === 408 || code >= 500) {
    const error = new TransientError(
      'GK_IN_BODY_5XX',
      `Stream ${stream}: GoKwik answered with error ${code} in the body${said}. If it stays, this endpoint does not serve your merchant: ask GoKwik for the right path and set it in api_profile, or switch the stream off with enabled: false.`,
      details,
    );
    return { kind: 'retry', error, maxAttempts: IN_BODY_ATTEMPTS };
  }
  const error = new SystemError(
    `GK_IN_BODY_${code >= 400 ? code : 'FAILURE'}`,
    `Stream ${stream}: GoKwik did not accept the request: error ${code >= 400 ? code : 'without a code'}${said}. Ask GoKwik for the path and parameters of this endpoint and set them in api_profile.`,
    details,
  );
  return { kind: 'fail', error };
}

/** The status that an envelope carries: `statusCode`, `status_code` or `error.reference.statusCode`. */
export function bodyStatus(body: unknown): number | undefined {
  const paths = ['statusCode', 'status_code', 'error.reference.statusCode'];
  for (const path of paths) {
    const value = valueAt(body, path);
    const code = typeof value === 'string' ? Number(value) : value;
    if (typeof code === 'number' && Number.isInteger(code) && code >= 100 && code <= 599)
      return code;
  }
  return undefined;
}

const saysFailure = (body: unknown): boolean => {
  const success = valueAt(body, 'success');
  return success === false || success === 'false';
};

/** The server's own words, shortened: they help in a ticket, a whole body may hold anything. */
function bodyMessage(body: unknown): string {
  const paths = ['statusMessage', 'error.message', 'error.reference.message', 'error', 'message'];
  for (const path of paths) {
    const value = valueAt(body, path);
    if (typeof value === 'string' && value !== '') return value.replace(/\s+/g, ' ').slice(0, 200);
  }
  return '';
}

function notRegistered(settings: Settings, details: ErrorDetails): ConnectorError {
  const other = otherEnvironment(environmentOf(settings.baseUrl));
  return new ConfigError(
    'GK_MERCHANT_NOT_REGISTERED',
    `GoKwik does not know this merchant at ${settings.baseUrl} (“Merchant not registered!”). A merchant exists in one environment only: this App ID and App Secret probably belong to ${other}. Set \`base_url\` to it, or copy the pair of ${settings.baseUrl} from the GoKwik dashboard. If \`merchant_id\` is set, check it too.`,
    details,
  );
}

function refused(
  profile: StreamProfile,
  settings: Settings,
  code: number,
  message: string,
  details: ErrorDetails,
): ConnectorError {
  const said = message ? ` (${code}, “${message}”)` : ` (${code})`;
  if (profile.family === 'returnprime') {
    return new ConfigError(
      'GK_RETURN_PRIME_TOKEN',
      `Return Prime refused the token${said}. Copy \`return_prime_token\` again, or leave it out to sync without the returns stream.`,
      details,
    );
  }
  const host = settings.hosts[profile.family];
  return new ConfigError(
    'GK_CREDENTIALS',
    `GoKwik refused the App ID and App Secret at ${host}${said}. Copy both again from the GoKwik dashboard (Settings → API Credentials, or Integrations → App Settings), without spaces around them. If the secret was rotated, the old one no longer works. The pair must belong to the environment of ${settings.baseUrl}.`,
    details,
  );
}
