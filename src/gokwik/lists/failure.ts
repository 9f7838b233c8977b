/** How answers say that they are none: a status in the body, words of failure, a message. Pure. */
import { isJsonObject } from '../../cdk/json.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { bare, holdersOf, joinPath, stepsTo, valueAt } from '../path.ts';

/** The status that an envelope carries, as a number of HTTP's. */
export function bodyStatus(body: unknown): number | undefined {
  if (!isJsonObject(body)) return undefined;
  const holders: Json[] = holdersOf(body, { names: CODED, levels: 1 }).map(([, holder]) => holder);
  const codes = [...holders, valueAt(body, 'error.reference') ?? null].flatMap((holder) =>
    isJsonObject(holder)
      ? Object.entries(holder).map(([name, value]) => [bare(name), statusOf(value)] as const)
      : [],
  );
  const exact = codes.find(([name, code]) => EXACT.test(name) && code !== undefined);
  // `code` and `status` say many things; from 400 on they say only this one.
  const isLoose = (name: string): boolean => name === 'code' || name === 'status';
  return (exact ?? codes.find(([name, code]) => isLoose(name) && Number(code) >= 400))?.[1];
}

function statusOf(value: unknown): number | undefined {
  const code = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof code === 'number' && Number.isInteger(code) && code >= 100 && code <= 599
    ? code
    : undefined;
}

/** Words of servers for which a list without rows is a failure. */
const NOTHING =
  /\bno\b.{0,40}\b(?:found|records?|rows?|data|results?|orders?|items?|entries|available)\b|\b(?:records?|rows?|data|results?|orders?|items?) (?:is|are|was|were)? ?not (?:found|available)\b/i;

/** Between and beside them may stand a secret, or a buyer's name: a rule of the profile repeats these alone. */
const PLAIN =
  'no|not|such|more|matching|new|any|the|in|for|with|of|on|this|these|that|given|selected|dates?|range|period|is|are|was|were|' +
  'found|available|records?|rows?|data|results?|items?|entries|orders?|payments?|transactions?|settlements?|refunds?|' +
  'shipments?|returns?|checkouts?|carts?|events?';
const PLAIN_WORDS = new RegExp(`^(?:${PLAIN})(?: (?:${PLAIN}))+(?![^\\s.,!])`);

/** Those words of a text, in lower case, as far as everybody's words go; undefined: it has none. */
export const wordsOfNothing = (text: string): string | undefined =>
  PLAIN_WORDS.exec(NOTHING.exec(text)?.[0].toLowerCase() ?? '')?.[0];

/** The first whole words of a text, before anything that may be an id or a secret. */
const firstWords = (text: string): string =>
  /^(?:[\p{L}'’,.!-]{1,24}(?:\s+|$)){1,8}/u.exec(text)?.[0].trim().toLowerCase() ?? '';

/**
 * How to say in the profile that an answer means "no rows", if it seems to; else nothing.
 *
 * @param isWords whether the words of its message alone say that it failed.
 */
export function emptyHint(status: number, body: unknown, isWords = false): string {
  const paths = 'message msg error error.message statusMessage description meta.message'.split(' ');
  const textAt = (path: string): string => String(valueAt(body, path) ?? '');
  const path =
    paths.find((one) => wordsOfNothing(textAt(one)) !== undefined) ??
    (isWords ? paths.find((one) => firstWords(textAt(one)) !== '') : undefined);
  if (path === undefined) return '';
  const text = textAt(path);
  const words = wordsOfNothing(text) ?? firstWords(text);
  const rule = { when: { '@status': status, [path]: `~${words}` }, means: 'empty' };
  return ` If that is how it says that there are no rows, say so in api_profile: "answers": [${JSON.stringify(rule)}].`;
}

/** The server's own words: they help in a ticket, a whole body may hold anything. */
export function bodyMessage(body: unknown): string {
  const paths =
    'statusMessage error.message error.description error.reference.message error error_msg message errors.0.message errors.0 errors msg detail meta.message';
  const texts = paths.split(' ').map((path) => valueAt(body, path));
  const text = texts.find((one) => typeof one === 'string' && one.trim() !== '') ?? '';
  // It is cut where it is printed, and secrets are known.
  return String(text).replace(/\s+/g, ' ').replace(/[“”]/g, '"');
}

const MESSAGE =
  /^(?:(?:status|response|result|return|api)?(?:message|msg|description|desc)|detail|reason|remarks?|rmk)$/;
/** An answer says by these that it succeeded, or that it did not. */
const SUCCESS = /^(?:is)?(?:success|successful|succeeded|ok)$/;
const NO = /^\s*(?:false|0|no|n)\s*$/i;
/** These hold a word. A `status` of 0 is PHP's for failure; a `code` of 0 is everybody's for success. */
const STATUS =
  /^(?:(?:response|result|return|api|request)?(?:status|result|outcome|state)|(?:response|result|return|status)?code|response)$/;
const FAILED =
  /^\s*(?:false|error|errored|f|fail|failed|failure|unsuccessful|ko|nok|denied|forbidden|unauthori[sz]ed|rejected|invalid|exception)\s*$/i;
const LATER =
  /^\s*(?:accepted|queued|running|preparing|generating|(?:in[\s_-]?)?(?:process|progress)(?:ing)?)\s*$/i;
const ERROR =
  /^(?:(?:api|is|has)?(?:errors?|err)|err(?:or)?(?:no|msg|message|code|description|desc|detail|details|text)|exception|fault(?:string)?)$/;
const WARNING = /^(?:warnings?|failures?|partialfailures?)$/;
const EXACT = /^(?:status|http|httpstatus)code$|^httpstatus$/;
/** What servers say of credentials, whatever status they give. */
export const UNKNOWN_CALLER =
  /\bunauthori[sz]ed|not (?:authori[sz]ed|authenticated|logged in)|authentication failed|\b(?:token|session|api ?key) (?:has |is |was )?(?:expired|invalid|revoked)|\b(?:invalid|expired|wrong) (?:access )?(?:token|session|credentials?|api ?key|app ?(?:id|secret))/i;
/** What else they say in place of rows when they could not look for them. */
const UNABLE =
  /\b(?:forbidden|access denied|permission denied|(?:signature|key|licen[cs]e) (?:has |is )?(?:expired|invalid)|invalid (?:signature|merchant|request|date|range|param\w*|filter|format|value|input)|internal (?:server )?error|server error|maintenance|unavailable|try again|time[d ]? ?out|bad request|exceed(?:s|ed)?\b|mandatory|must (?:be|not)|should (?:be|not)|can(?:not|'t| not) be|(?:is|are) (?:required|missing|invalid|disabled|inactive|suspended|blocked|not (?:valid|allowed|permitted|supported))|something went wrong|(?:request|query) failed|failed to|(?:unable to|could not) (?!find|locate)|exception)/i;
const isRefusal = (said: Json): boolean =>
  typeof said === 'string' && (UNKNOWN_CALLER.test(said) || UNABLE.test(said));
/** What stands around an answer's rows and says how it went. */
const AROUND =
  '(?:meta|head|body|response|result|api)?(?:header|status|info|result|response|meta)?';
const CODED = new RegExp(`^(?=.)(?:${AROUND}|error)$`);
const SAID = new RegExp(`^(?=.)(?:${AROUND}|data)$`);

const saidAround = (body: JsonObject, records: readonly string[] = []) =>
  holdersOf(body, { records, names: SAID, levels: 1 });

/** That an answer says of itself that it is no success; beside rows it counts as well. */
export function saysNo(body: JsonObject, records?: readonly string[]): string | undefined {
  for (const [holder, value] of saidAround(body, records)) {
    for (const [name, said] of Object.entries(value)) {
      // Further in, a number counts what succeeded.
      const isFlag = isScalar(said) && (holder === '' || typeof said !== 'number');
      if (SUCCESS.test(bare(name)) && isFlag && NO.test(String(said)))
        return `\`${joinPath(holder, name)}\` is ${said}`;
    }
  }
  return undefined;
}

/** That an answer says of itself that it is being made. `pending` is at times what was filtered by. */
export const saysLater = (body: JsonObject): boolean =>
  Object.entries(body).some(
    ([name, said]) => STATUS.test(bare(name)) && typeof said === 'string' && LATER.test(said),
  );

/**
 * Where an answer lists errors: beside rows they tell of a part that did not come, as GraphQL and
 * searches over several stores have it. A word alone may be of something else.
 */
export function errorsIn(body: JsonObject, records: readonly string[]): string | undefined {
  for (const [holder, value] of saidAround(body, records)) {
    for (const [name, said] of Object.entries(value)) {
      if (ERROR.test(bare(name)) && typeof said === 'object' && isSaid(said))
        return joinPath(holder, name);
    }
  }
  return undefined;
}

/** How to say in the profile that errors beside rows are of something else. */
export function errorsHint(place: string, body: JsonObject): string {
  const path = [`${place}.0.message`, `${place}.message`, `${place}.0`].find(
    (one) => firstWords(String(valueAt(body, one) ?? '')) !== '',
  );
  if (path === undefined) return '';
  const text = firstWords(String(valueAt(body, path)));
  return ` If no row is missing because of it, say so in api_profile: "answers": [${JSON.stringify({ when: { [path]: `~${text}` }, means: 'ok' })}].`;
}

/** Words of failure in an answer; undefined: it has none. */
export function wordsOfFailure(
  body: JsonObject,
  hasRows: boolean,
  records: readonly string[] = [],
): string | undefined {
  const onTheWay = new Set(['data', ...records.flatMap(stepsTo)]);
  for (const [holder, value] of saidAround(body, records)) {
    // Beside rows in `data`, a word of state may tell what was filtered by.
    const isData = onTheWay.has(holder.toLowerCase()) || onTheWay.has(holder);
    for (const [name, said] of Object.entries(value)) {
      const place = joinPath(holder, name);
      const isNo = bare(name) === 'status' && !hasRows && NO.test(String(said));
      const isState = !isData && STATUS.test(bare(name)) && isScalar(said);
      if (isState && (isNo || FAILED.test(String(said))))
        return `\`${place}\` is ${String(said).trim()}`;
      if (hasRows && WARNING.test(bare(name)) && typeof said === 'object' && isSaid(said))
        return `\`${place}\` is not empty`;
      if (ERROR.test(bare(name)) && isSaid(said))
        return `\`${place}\` is ${said === true ? 'true' : 'not empty'}`;
      if (!hasRows && MESSAGE.test(bare(name)) && isRefusal(said))
        return `\`${place}\` holds words of failure`;
    }
  }
  return undefined;
}

const isScalar = (value: Json | undefined): boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);

/** What programs write where there is no error: `0`, `200`, `{"code": 0, "message": ""}`, `[]`. */
const NO_ERROR =
  /^\s*(?:|0+|200|null|none|nil|false|no|n\/?a|-+|ok|success(?:ful)?|no errors?)\s*$/i;
const isSaid = (value: Json | undefined): boolean =>
  typeof value === 'object' && value !== null
    ? Object.values(value).some(isSaid)
    : !NO_ERROR.test(String(value ?? ''));
