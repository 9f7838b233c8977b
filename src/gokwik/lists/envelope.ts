/** What an answer means: whether it is one at all, and what failed. Pure. */
import {
  ConfigError,
  type ConnectorError,
  type ErrorDetails,
  SystemError,
  TransientError,
} from '../../cdk/errors.ts';
import { isJsonObject } from '../../cdk/json.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import { parseRetryAfter, requestIdOf } from '../../http/headers.ts';
import type { HttpResponse } from '../../http/http.ts';
import type { Outcome } from '../../http/outcome.ts';
import { type Host, otherBaseUrl } from '../hosts.ts';
import { answerAt, matches } from '../path.ts';
import { methodOf } from '../profile.ts';
import type { AnswerRule, StreamProfile } from '../streams/stream.ts';
import {
  bodyMessage,
  bodyStatus,
  emptyHint,
  errorsHint,
  errorsIn,
  saysLater,
  saysNo,
  UNKNOWN_CALLER,
  wordsOfFailure,
} from './failure.ts';
import { findLists, hasRows } from './lists.ts';

/** What is asked, for judging its answers. */
export interface Asked {
  readonly stream: string;
  readonly profile: StreamProfile;
  readonly host: Host;
  readonly baseUrl: string;
  /** Whether the server's own words may be shown: not where personal data is hidden. */
  readonly quotes: boolean;
}

/**
 * An in-body 500 has been seen to be permanent on `/v1/order/list` (LIVE): it is tried again, but
 * not for long.
 */
const IN_BODY_ATTEMPTS = 3;
const LIMITED =
  /too many (requests|attempts)|(rate|request|call).?limit|throttl|quota exceeded|slow down/i;
/** Of shops and gateways that had a number of their own before there was 429. */
const LIMITS = [420, 429, 430];

/** The profile's rule that an answer falls under. */
const ruleOf = ({ answers = [] }: StreamProfile, answer: HttpResponse): AnswerRule | undefined =>
  answers.find(({ when }) => matches(when, (path) => answerAt(answer, path)));

/** Whether the profile says that this answer means "no rows". */
export const meansEmpty = (profile: StreamProfile, answer: HttpResponse): boolean =>
  ruleOf(profile, answer)?.means === 'empty';

/**
 * Judges an answer: by the rules of the profile, then by its envelope, since servers answer HTTP 200
 * with the real status in the body (LIVE). Undefined leaves the judgement to the HTTP status.
 */
export function judgeAnswer(
  asked: Asked,
  answer: HttpResponse,
  nowMs: number,
): Outcome | undefined {
  const rule = ruleOf(asked.profile, answer);
  if (rule) return outcomeOf(rule, asked, answer, nowMs);
  const { status, body } = answer;
  const code = bodyStatus(body) ?? status;
  const message = bodyMessage(body);
  const details = detailsOf(asked, answer);
  // Known by its words, whatever its code.
  if (/merchant not registered/i.test(message)) {
    return { kind: 'fail', error: notRegistered(asked, details) };
  }
  if (status === 429) return undefined;
  if (LIMITS.includes(code) || (status >= 400 && status < 500 && LIMITED.test(message))) {
    return { kind: 'rate_limited', error: limited(asked, answer) };
  }
  if (code === 401 || code === 403) {
    return { kind: 'fail', error: refused(asked, answer, code) };
  }
  const hint = (isWords = false): string => (asked.quotes ? emptyHint(status, body, isWords) : '');
  if (status === 404 && hint() !== '') {
    return { kind: 'fail', error: notThere(asked, answer, hint()) };
  }
  if (status < 200 || status > 299) return undefined;
  if (isUnready(asked.profile, answer)) {
    return outcomeOf({ when: {}, means: 'retry' }, asked, answer, nowMs);
  }
  const failure = failureOf(asked.profile, body, code);
  if (!failure) return partOf(asked, answer);
  if (LIMITED.test(message)) return { kind: 'rate_limited', error: limited(asked, answer) };
  if (UNKNOWN_CALLER.test(message)) return { kind: 'fail', error: refused(asked, answer, code) };
  return failed(asked, answer, code, failure, hint(failure.endsWith('words of failure')));
}

function outcomeOf(
  { means, after }: AnswerRule,
  asked: Asked,
  answer: HttpResponse,
  nowMs: number,
): Outcome {
  const said = saidBy(asked, answer.body);
  const details = detailsOf(asked, answer);
  switch (means) {
    case 'ok':
    case 'empty':
      return { kind: 'ok' };
    case 'wait': {
      const wait = after === undefined ? undefined : answerAt(answer, after);
      const waitMs = wait === undefined ? undefined : parseRetryAfter(String(wait), nowMs);
      return { kind: 'rate_limited', waitMs, error: limited(asked, answer) };
    }
    case 'refused':
      return { kind: 'fail', error: refused(asked, answer, answer.status) };
    case 'retry':
      return {
        kind: 'retry',
        error: new TransientError(
          'GK_ANSWER_RETRY',
          `Stream ${asked.stream}: ${hostOf(asked)} could not answer now${said}. Run the sync again later; if it goes on, report it to the API's support.`,
          details,
        ),
      };
    case 'fail':
      return {
        kind: 'fail',
        error: new SystemError(
          'GK_ANSWER_FAILED',
          `Stream ${asked.stream}: ${hostOf(asked)} did not accept the request${said}. Compare its path and parameters in api_profile with what the API's documentation says.`,
          details,
        ),
      };
  }
}

/** Whether a list is still to come: of a report, and of one order, it says so in the same way of other things. */
const isUnready = (profile: StreamProfile, { status, body }: HttpResponse): boolean =>
  !profile.job &&
  !profile.per &&
  (isJsonObject(body)
    ? status === 202 || saysLater(body)
    : status === 202 && Array.isArray(body)) &&
  !hasRows(profile, body);

/** Words of failure beside an answer without rows; undefined: it is a good one. */
function failureOf(profile: StreamProfile, body: unknown, code: number): string | undefined {
  if (code < 200 || code > 299) return `error ${code}`;
  if (!isJsonObject(body)) return undefined;
  const no = saysNo(body, profile.records);
  if (no !== undefined) return no;
  const words = wordsOfFailure(body, false, profile.records);
  // Rows beside them: the words are of something else.
  return words === undefined || hasRows(profile, body) ? undefined : words;
}

/** Errors beside rows: those that are missing because of them may come when asked for again. */
function partOf(asked: Asked, answer: HttpResponse): Outcome | undefined {
  const { stream, profile, quotes } = asked;
  const { status, body } = answer;
  if (!isJsonObject(body)) return undefined;
  const place =
    errorsIn(body, profile.records) ??
    (status === 207 ? failedPart(body, profile.records) : undefined);
  if (place === undefined || !hasRows(profile, body)) return undefined;
  const hint = quotes ? errorsHint(place, body) : '';
  const error = new TransientError(
    'GK_IN_BODY_PARTIAL',
    `Stream ${stream}: ${hostOf(asked)} gave rows, and \`${place}\` beside them is not empty${saidBy(asked, body)}, so rows may be missing. Run the sync again later; if it stays, ask the API's support what it means.${hint}`,
    detailsOf(asked, answer),
  );
  return { kind: 'retry', error, maxAttempts: IN_BODY_ATTEMPTS };
}

/** Of an answer of several parts, the list beside the rows that says of one that it failed. */
const failedPart = (body: JsonObject, records: readonly string[]): string | undefined =>
  findLists(body)
    .filter(({ path }) => !records.some((rows) => `${path}.`.startsWith(`${rows}.`)))
    .find(({ rows }) => rows.some((row) => Number(bodyStatus(row)) >= 400))?.path;

function failed(
  asked: Asked,
  answer: HttpResponse,
  code: number,
  failure: string,
  hint: string,
): Outcome {
  const { stream } = asked;
  const said = saidBy(asked, answer.body);
  const details = detailsOf(asked, answer);
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
    `Stream ${stream}: ${hostOf(asked)} did not accept the request: ${failure}${said}. Ask for the path and parameters of this endpoint and set them in api_profile.${hint}`,
    details,
  );
  return { kind: 'fail', error };
}

function saidBy({ quotes }: Asked, body: unknown): string {
  const message = quotes ? bodyMessage(body) : '';
  return message ? ` (“${message}”)` : '';
}

const hostOf = ({ host }: Asked): string => new URL(host.url).host;

/** What was asked and what came of it, for a ticket. */
export function detailsOf(
  { stream, profile, host }: Asked,
  { status, headers, body }: HttpResponse,
): ErrorDetails {
  const inBody = bodyStatus(body);
  const requestId = requestIdOf(headers);
  const asked = `${methodOf(profile)} ${host.url}${profile.path ?? ''}`.replace(/https?:\/\//, '');
  const facts = [
    `${asked}: HTTP ${status}${inBody === undefined ? '' : `, in-body ${inBody}`}`,
    ...(requestId ? [`request id ${requestId}`] : []),
  ];
  return { stream, detail: facts.join('; ') };
}

const limited = (asked: Asked, answer: HttpResponse): TransientError =>
  new TransientError(
    'GK_RATE_LIMITED',
    `Stream ${asked.stream}: ${hostOf(asked)} allows no more requests for now${saidBy(asked, answer.body)}. Lower \`requests_per_second\`, or run the sync again later.`,
    detailsOf(asked, answer),
  );

const notThere = (asked: Asked, answer: HttpResponse, hint: string): SystemError =>
  new SystemError(
    'GK_HTTP_404',
    `Stream ${asked.stream}: ${hostOf(asked)} has nothing at ${asked.profile.path ?? '/'} (HTTP 404)${saidBy(asked, answer.body)}. The path may not be the one of this account: ask the account manager for it and set it in api_profile.${hint}`,
    detailsOf(asked, answer),
  );

function notRegistered({ baseUrl }: Asked, details: ErrorDetails): ConnectorError {
  const other = otherBaseUrl(baseUrl);
  return new ConfigError(
    'GK_MERCHANT_NOT_REGISTERED',
    `GoKwik does not know this merchant at ${baseUrl} (“Merchant not registered!”). A merchant exists in one environment only: this App ID and App Secret probably belong to ${other}. Set \`base_url\` to it, or copy the pair of ${baseUrl} from the GoKwik dashboard. If \`merchant_id\` is set, check it too.`,
    details,
  );
}

function refused(asked: Asked, answer: HttpResponse, code: number): ConnectorError {
  const { host, baseUrl } = asked;
  const words = asked.quotes ? bodyMessage(answer.body) : '';
  const status = code >= 400 ? [String(code)] : [];
  const quoted = words ? [`“${words}”`] : [];
  const facts = [...status, ...quoted].join(', ');
  const said = facts && ` (${facts})`;
  const details = detailsOf(asked, answer);
  const sent = JSON.stringify(host.auth);
  if (sent.includes('{return_prime_token}')) {
    return new ConfigError(
      'GK_RETURN_PRIME_TOKEN',
      `Return Prime refused the token${said}. Copy \`return_prime_token\` again, or leave it out to sync without the returns stream.`,
      details,
    );
  }
  if (!sent.includes('{app_secret}')) {
    return new ConfigError(
      'GK_CREDENTIALS',
      `Stream ${asked.stream}: ${hostOf(asked)} refused the credentials${said}. Check the \`secrets\` of the config that go to this host, and its \`auth\` in api_profile.`,
      details,
    );
  }
  return new ConfigError(
    'GK_CREDENTIALS',
    `GoKwik refused the App ID and App Secret at ${host.url}${said}. Copy both again from the GoKwik dashboard (Settings → API Credentials, or Integrations → App Settings), without spaces around them. If the secret was rotated, the old one no longer works. The pair must belong to the environment of ${baseUrl}.`,
    details,
  );
}
