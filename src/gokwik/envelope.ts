/** What an answer means: whether it is one at all, and where its rows are. Pure. */

import type { Anomalies } from '../cdk/anomalies.ts';
import {
  ConfigError,
  type ConnectorError,
  type ErrorDetails,
  SystemError,
  TransientError,
} from '../cdk/errors.ts';
import { isJsonObject } from '../cdk/json.ts';
import type { Json, JsonObject } from '../cdk/protocol.ts';
import { parseRetryAfter, requestIdOf } from '../http/headers.ts';
import type { Outcome } from '../http/outcome.ts';
import { bodyMessage, bodyStatus, emptyHint, saysNo, wordsOfFailure } from './failure.ts';
import { type Host, otherBaseUrl } from './hosts.ts';
import { findLists, isName, wrapperOf } from './lists.ts';
import { type Answer, answerAt, matches, pathsOf, valueAt } from './path.ts';
import { methodOf } from './profile.ts';
import { ENDLESS, isDeeper, MOST_LEVELS } from './records/values.ts';
import { STREAMS } from './streams/index.ts';
import type { AnswerRule, StreamProfile } from './streams/stream.ts';

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
/** What servers say of credentials, whatever status they give. */
const UNKNOWN =
  /\bunauthori[sz]ed|not (?:authori[sz]ed|authenticated|logged in)|authentication failed|\b(?:token|session|api ?key) (?:has |is |was )?(?:expired|invalid|revoked)|\b(?:invalid|expired|wrong) (?:access )?(?:token|session|credentials?|api ?key|app ?(?:id|secret))/i;
/** Of shops and gateways that had a number of their own before there was 429. */
const LIMITS = [420, 429, 430];

/** The profile's rule that an answer falls under. */
const ruleOf = ({ answers = [] }: StreamProfile, answer: Answer): AnswerRule | undefined =>
  answers.find(({ when }) => matches(when, (path) => answerAt(answer, path)));

/** Whether the profile says that this answer means "no rows". */
export const meansEmpty = (profile: StreamProfile, answer: Answer): boolean =>
  ruleOf(profile, answer)?.means === 'empty';

/**
 * Judges an answer: by the rules of the profile, then by its envelope, since servers answer HTTP 200
 * with the real status in the body (LIVE). Undefined leaves the judgement to the HTTP status.
 */
export function judgeAnswer(asked: Asked, answer: Answer, nowMs: number): Outcome | undefined {
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
  const hint = (): string => (asked.quotes ? emptyHint(status, body) : '');
  if (status === 404 && hint() !== '') {
    return { kind: 'fail', error: notThere(asked, answer, hint()) };
  }
  if (status < 200 || status > 299) return undefined;
  const failure = failureOf(asked.profile, body, code);
  if (!failure) return undefined;
  if (LIMITED.test(message)) return { kind: 'rate_limited', error: limited(asked, answer) };
  if (UNKNOWN.test(message)) return { kind: 'fail', error: refused(asked, answer, code) };
  return failed(asked, answer, code, failure, hint());
}

function outcomeOf(
  { means, after }: AnswerRule,
  asked: Asked,
  answer: Answer,
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

/** Words of failure beside an answer without rows; undefined: it is a good one. */
function failureOf(profile: StreamProfile, body: unknown, code: number): string | undefined {
  if (code < 200 || code > 299) return `error ${code}`;
  if (!isJsonObject(body)) return undefined;
  const no = saysNo(body);
  if (no !== undefined) return no;
  const words = wordsOfFailure(body, false);
  // Rows beside them: the words are of something else.
  return words === undefined || hasRows(profile, body) ? undefined : words;
}

function failed(
  asked: Asked,
  answer: Answer,
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
  { status, headers, body }: Answer,
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

const limited = (asked: Asked, answer: Answer): TransientError =>
  new TransientError(
    'GK_RATE_LIMITED',
    `Stream ${asked.stream}: ${hostOf(asked)} allows no more requests for now${saidBy(asked, answer.body)}. Lower \`requests_per_second\`, or run the sync again later.`,
    detailsOf(asked, answer),
  );

const notThere = (asked: Asked, answer: Answer, hint: string): SystemError =>
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

function refused(asked: Asked, answer: Answer, code: number): ConnectorError {
  const { host, baseUrl } = asked;
  const words = asked.quotes ? bodyMessage(answer.body) : '';
  const status = code >= 400 ? [String(code)] : [];
  const quoted = words ? [`“${words}”`] : [];
  const said = ` (${[...status, ...quoted].join(', ')})`.replace(' ()', '');
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

interface FindOptions {
  readonly anomalies: Anomalies;
  /** Whether this is the first page of its list. */
  readonly isFirst: boolean;
}

/**
 * The rows of a good answer. Throws SystemError `GK_SHAPE` where there is no list of them, and
 * `GK_TOO_DEEP` before anything walks over a row that nests for ever.
 */
export function findRows(
  stream: string,
  profile: StreamProfile,
  body: unknown,
  { anomalies, isFirst }: FindOptions,
): JsonObject[] {
  const list = listIn(profile, body);
  if (!list) {
    if (isHollow(body) && isFirst) {
      anomalies.add(
        stream,
        'a successful answer held no list (`data` was empty), taken for no rows',
      );
      return [];
    }
    const odd = `the answer holds no list of rows at ${profile.records.join(', ')}.`;
    throw shapeless(stream, odd, body);
  }
  const rows = list.filter(isJsonObject);
  if (rows.length === 0 && list.some((entry) => entry !== null))
    throw rowless(stream, profile, list);
  if (rows.length === 0 && isAssumed(profile)) tellOthers(stream, body, anomalies);
  const wrapper = isAssumed(profile) ? wrapperOf(rows) : undefined;
  if (wrapper !== undefined) {
    const odd = `each entry of the list holds its row under \`${wrapper}\`.`;
    throw shapeless(stream, odd, body);
  }
  const endless = (): void => anomalies.add(stream, ENDLESS);
  if (rows.some((row) => isDeeper(row, MOST_LEVELS, endless))) throw tooDeep(stream);
  const words = isJsonObject(body) ? wordsOfFailure(body, true) : undefined;
  // Of something else, perhaps; of a part of the list that did not come, perhaps.
  if (words !== undefined && rows.length > 0) {
    anomalies.add(
      stream,
      `an answer with rows tells of a failure as well: ${words}; its rows were emitted`,
    );
  }
  for (let dropped = list.length - rows.length; dropped > 0; dropped -= 1) {
    anomalies.add(stream, 'an entry of the list was not an object and was dropped');
  }
  return rows;
}

/** What an answer without rows holds beside its empty list, where nobody said which list is meant. */
function tellOthers(stream: string, body: unknown, anomalies: Anomalies): void {
  const other = findLists(body).find(
    ({ path, rows }) => rows.length > 0 && !path.split('.').some((step) => BESIDE.test(step)),
  );
  if (!other) return;
  anomalies.add(
    stream,
    `an answer without rows holds another list, at \`${other.path}\`, which was not read; if it is the one, say so in api_profile with "records":["${other.path}"]`,
  );
}

/** Lists of these names are about the rows. */
const BESIDE =
  /^(?:meta|links|pagination|paging|filters?|columns|headers|sort|actions|facets|aggregations|warnings|errors)$/i;

function rowless(stream: string, { records }: StreamProfile, list: readonly Json[]): SystemError {
  const what = list.every(Array.isArray) ? 'lists' : 'texts or numbers';
  return new SystemError(
    'GK_SHAPE',
    `Stream ${stream}: the entries of the list at ${records.join(', ')} are ${what}, and rows are objects. Ask for the parameter that makes this endpoint answer with objects, or for the path of one that does, and set it in api_profile.`,
    { stream },
  );
}

const tooDeep = (stream: string): SystemError =>
  new SystemError(
    'GK_TOO_DEEP',
    `Stream ${stream}: a row is nested deeper than ${MOST_LEVELS} levels, which no destination takes. Report it to the API's support, or switch the stream off in api_profile with enabled: false.`,
    { stream },
  );

/** Whether nobody said where this stream's rows are. */
const isAssumed = ({ records }: StreamProfile): boolean => ASSUMED.has(records);
const ASSUMED = new Set(Object.values(STREAMS).map(({ profile }) => profile.records));

const hasRows = (profile: StreamProfile, body: unknown): boolean =>
  (listIn(profile, body)?.length ?? 0) > 0;

/** The entries at the first path that leads to a list; null there is an empty one. */
function listIn(profile: StreamProfile, body: unknown): Json[] | undefined {
  const outer = Object.entries(profile.fields ?? {})
    .flatMap(([name, source]) => pathsOf(name, source))
    .filter((path) => path.startsWith('..'));
  const lists = profile.records.flatMap((path) => {
    const isFlat = !path.includes('*');
    const value = isFlat ? valueAt(body, path) : flatten(body, path.split('.'), [], outer);
    return Array.isArray(value) ? [value] : value === null ? [[]] : [];
  });
  // Several of ours are guesses at one place; those that a merchant names are an order.
  const withRows = isAssumed(profile) ? lists.find((list) => list.length > 0) : undefined;
  return withRows ?? lists[0];
}

/**
 * The entries that a path with `*` leads to: each entry of a list, each value of a map. What fields take
 * from further out (`..x`) is put beside each row under that name. Undefined: the path leads nowhere.
 */
function flatten(
  value: unknown,
  steps: readonly string[],
  above: readonly unknown[],
  outer: readonly string[],
): Json[] | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) {
    if (Array.isArray(value)) return value.flatMap((one) => flatten(one, [], above, outer) ?? []);
    return [withOuter(value as Json, above, outer)];
  }
  if (step !== '*') {
    const inner = valueAt(value, step);
    if (inner === undefined) return undefined;
    return inner === null ? [] : flatten(inner, rest, [value, ...above], outer);
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.values(value);
  const found = entries.map((one) =>
    flatten(one, rest, rest.length === 0 ? [value, ...above] : above, outer),
  );
  return entries.length > 0 && found.every((one) => one === undefined)
    ? undefined
    : found.flatMap((one) => one ?? []);
}

function withOuter(row: Json, above: readonly unknown[], outer: readonly string[]): Json {
  if (outer.length === 0 || !isJsonObject(row)) return row;
  const holders = above.filter(isJsonObject);
  const taken = outer.map((path) => {
    const name = path.slice(2);
    const holder = holders.find((one) => valueAt(one, name) !== undefined);
    return [path, valueAt(holder, name) ?? null] as const;
  });
  return { ...row, ...Object.fromEntries(taken) };
}

/** Whether a successful answer holds nothing: `data` is `{}` or null. */
export function isHollow(body: unknown): boolean {
  const data = isJsonObject(body) ? body.data : undefined;
  return data === null || (isJsonObject(data) && Object.keys(data).length === 0);
}

function shapeless(stream: string, odd: string, body: unknown): SystemError {
  // Those inside rows are a part of them.
  const lists = findLists(body).flatMap(({ path }, at) =>
    at === 0 || !path.includes('*') ? [path] : [],
  );
  const mend = { streams: { [stream]: { records: lists.length > 0 ? lists : ['data.items'] } } };
  const found =
    lists.length > 0
      ? `There are rows at ${lists.join(', ')}.`
      : "GoKwik's answer has another shape than expected.";
  return new SystemError(
    'GK_SHAPE',
    `Stream ${stream}: ${odd} ${found} Set \`records\` of this stream in api_profile, for example ${JSON.stringify(mend)}.`,
    {
      stream,
      detail: ['', 'data'].flatMap((at) => keysAt(body, at)).join('; '),
    },
  );
}

/** The names of an object that may be shown, the first twenty. */
export const namesOf = (value: unknown): string[] =>
  isJsonObject(value) ? Object.keys(value).filter(isName).slice(0, 20) : [];

function keysAt(body: unknown, place: string): string[] {
  const value = place === '' ? body : valueAt(body, place);
  if (value === undefined) return [];
  const names = isJsonObject(value) ? namesOf(value).join(', ') : typeof value;
  return [`keys${place && ` of ${place}`}: ${names}`];
}
