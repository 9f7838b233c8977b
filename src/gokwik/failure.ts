/** How answers say that they are none: a status in the body, words of failure, a message. Pure. */
import { isJsonObject } from '../cdk/json.ts';
import type { Json, JsonObject } from '../cdk/protocol.ts';
import { valueAt } from './path.ts';

/** The status that an envelope carries, as a number of HTTP's. */
export function bodyStatus(body: unknown): number | undefined {
  const anywhere = ['statusCode', 'status_code', 'error.reference.statusCode', 'error.statusCode'];
  const code = anywhere
    .map((path) => statusOf(valueAt(body, path)))
    .find((one) => one !== undefined);
  if (code !== undefined) return code;
  // `code` and `status` say many things; from 400 on they say only this one.
  const loose = ['code', 'status', 'error.code', 'error.status'].map((path) =>
    statusOf(valueAt(body, path)),
  );
  return loose.find((one) => one !== undefined && one >= 400);
}

function statusOf(value: unknown): number | undefined {
  const code = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof code === 'number' && Number.isInteger(code) && code >= 100 && code <= 599
    ? code
    : undefined;
}

/** Of longer words the beginning is kept; what is printed of them is cut where secrets are known. */
const MOST_WORDS_CHARS = 4_000;

/** Words of servers for which a list without rows is a failure. */
const NOTHING =
  /\bno\b.{0,40}\b(?:found|records?|rows?|data|results?|orders?|items?|entries|available)\b|\b(?:records?|rows?|data|results?|orders?|items?) (?:is|are|was|were)? ?not (?:found|available)\b/i;

/** How to say in the profile that an answer means "no rows", if it seems to; else nothing. */
export function emptyHint(status: number, body: unknown): string {
  const path = ['message', 'msg', 'error', 'error.message', 'statusMessage', 'description'].find(
    (one) => NOTHING.test(String(valueAt(body, one) ?? '')),
  );
  if (path === undefined) return '';
  const [words = ''] = NOTHING.exec(String(valueAt(body, path))) ?? [];
  const rule = { when: { '@status': status, [path]: `~${words.toLowerCase()}` }, means: 'empty' };
  return ` If that is how it says that there are no rows, say so in api_profile: "answers": [${JSON.stringify(rule)}].`;
}

/** The server's own words: they help in a ticket, a whole body may hold anything. */
export function bodyMessage(body: unknown): string {
  const paths =
    'statusMessage error.message error.description error.reference.message error error_msg message errors.0.message errors.0 errors'.split(
      ' ',
    );
  for (const path of paths) {
    const value = valueAt(body, path);
    if (typeof value === 'string' && value.trim() !== '')
      return value.slice(0, MOST_WORDS_CHARS).replace(/\s+/g, ' ').replace(/[“”]/g, '"');
  }
  return '';
}

const bare = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '');
/** An answer says by these that it succeeded, or that it did not. */
const SUCCESS = /^(?:is)?(?:success|successful|succeeded|ok)$/;
const NO = /^\s*(?:false|0|no|n)\s*$/i;
/** These hold a word. A `status` of 0 is PHP's for failure; a `code` of 0 is everybody's for success. */
const STATUS =
  /^(?:(?:response|result|api|request)?(?:status|result|outcome|state)|(?:response|result|status)?code|response)$/;
const FAILED =
  /^\s*(?:false|error|errored|fail|failed|failure|unsuccessful|ko|nok|denied|forbidden|unauthori[sz]ed|rejected|invalid|exception)\s*$/i;
const ERROR =
  /^(?:(?:api)?errors?|error(?:msg|message|code|description|desc|detail|details|text)|exception|fault(?:string)?)$/;
/** What stands around an answer's rows and says how it went. */
const AROUND = [
  'meta',
  'response',
  'result',
  'header',
  'responseheader',
  'responsestatus',
  'status',
];

/** That an answer says of itself that it is no success; beside rows it counts as well. */
export function saysNo(body: JsonObject): string | undefined {
  const name = Object.keys(body).find(
    (one) => SUCCESS.test(bare(one)) && isScalar(body[one]) && NO.test(String(body[one])),
  );
  return name === undefined ? undefined : `\`${name}\` is ${String(body[name])}`;
}

/** Words of failure in an answer; undefined: it has none. */
export function wordsOfFailure(body: JsonObject, hasRows: boolean): string | undefined {
  const around = Object.entries(body).filter(([name]) => AROUND.includes(bare(name)));
  const holders: (readonly [string, Json])[] = [['', body], ...around];
  for (const [holder, value] of holders) {
    if (!isJsonObject(value)) continue;
    for (const [name, said] of Object.entries(value)) {
      const place = holder === '' ? name : `${holder}.${name}`;
      const isNo = bare(name) === 'status' && !hasRows && NO.test(String(said));
      if (STATUS.test(bare(name)) && isScalar(said) && (isNo || FAILED.test(String(said))))
        return `\`${place}\` is ${String(said).trim()}`;
      if (ERROR.test(bare(name)) && isSaid(said)) return `\`${place}\` is not empty`;
    }
  }
  return undefined;
}

const isScalar = (value: Json | undefined): boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);

const isSaid = (value: Json | undefined): boolean => {
  if (value === undefined || value === null || value === false || value === 0) return false;
  if (typeof value === 'string') return !/^\s*(|0|null|none|false|no|ok|success)\s*$/i.test(value);
  return typeof value !== 'object' || Object.keys(value).length > 0;
};
