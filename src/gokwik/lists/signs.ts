/**
 * What an answer says of its paging at the usual places and in the usual spellings, whatever the profile
 * says: lists of this field agree on little, but on these words. Pure.
 */
import { isJsonObject } from '../../cdk/json.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import type { HttpResponse } from '../../http/http.ts';
import { tryJson } from '../../http/json.ts';
import { answerAt, bare, holdersOf, joinPath, valueAt } from '../path.ts';
import type { StreamProfile } from '../streams/stream.ts';
import { textOf } from '../template.ts';

/** A value, and where it stands, for messages and for the profile that would name it. */
interface Sign<T> {
  readonly path: string;
  readonly value: T;
}

export interface Signs {
  more?: Sign<boolean>;
  /** A cursor, a link or the number of the next page; none where the answer says that there is no next. */
  next?: Sign<string | number | undefined>;
  /** How many pages there are. */
  total?: Sign<number>;
  /** How many rows there are. */
  count?: Sign<number>;
  /** The number of this page. */
  page?: Sign<number>;
  /** `count`: rows of the list, rows of this page, or the limit that was asked for. */
  loose?: Sign<number>;
  /** What a text for people says: so many rows, or pages. */
  saidRows?: Sign<number> & { readonly isSure: boolean };
  saidPages?: Sign<number>;
}

/** Of objects around the rows that speak of them. */
const HOLDERS =
  /^(?:data|payload|links|cursors?|info|(?:meta|list|page|pages|paging|pager|pagination|paginator|results?|response|search)(?:info|meta|metadata|data|details?|context)?)$/;
const THING =
  '(?:records?|rows?|items?|results?|elements?|entry|entries|orders?|docs?|documents?|objects?|hits?|data)';
const MORE = new RegExp(
  `^(?:(?:is|has|have|any)(?:more|additional|next)\\w*|more(?:pages?|${THING})?(?:available|exist|left)?|next(?:page)?(?:available|exists)|(?:is)?truncated)$`,
);
/** Of these, true says that rows are missing, and false says nothing of the end. */
const PART = /^(?:incompleteresults|(?:is)?partial|timedout)$/;
/** Of these, true says that there are no more. */
const LAST =
  /^(?:(?:is|at)?(?:last|final|end)(?:page|batch)?|(?:is)?(?:finished|completed?|done|eof)|endof\w+|nomore\w*)$/;
const NEXT =
  /^(?:(?:odata)?next(?:page|records?|results?|batch|start|search)?(?:cursor|token|url|uri|link|href|offset|id|key|after|marker|number|no|num)?|continuation(?:token)?|startafter|searchafter|pagetoken|(?:end|after)cursor|scrollid|lastevaluatedkey|more\w*(?:url|link))$/;
const TOTAL =
  /^(?:(?:total|num|nb|no|number|max|last|all)(?:no|num|number)?(?:of)?pages?(?:count|num|number)?|pages(?:count|total)?|pages?count|pagetotal)$/;
const COUNT = new RegExp(
  `^(?:total(?:no|num|number)?(?:of)?${THING}?(?:count|found|number|size)?|count(?:all|total)|${THING}total|numfound|nbhits|odatacount)$`,
);
/** Of a table whose filter counts: the whole has another name. */
const FILTERED = /^(?:recordsfiltered|itotaldisplayrecords)$/;
const LOOSE = new RegExp(`^(?:${THING}?count|(?:num|nb|no|number)(?:of)?${THING}|found)$`);
const PAGE = /^(?:current)?page(?:no|num|number|index)?$/;

/** Of headers, that stands before the same words: `x-total-count`, `x-wp-totalpages`. */
const PREFIX = /^(?:x-)?(?:(?:wp|ms|pagination|paging)-)?/;

/** What texts tell people: `Page 1 of 3`, `Showing 30 of 90 orders`, `1-30/90`, `Total orders: 90`. */
const SAID_PAGES = /\bpage\s*:?\s*\d+\s*(?:of|out of|\/)\s*(\d+)/i;
const SAID_OF =
  /\d\s*(?:[a-z]+\s+){0,2}(?:of|out of)\s+(?:an? )?(?:total )?(?:of )?(?:about )?(\d[\d,]*)|^[a-z\s]*\d+\s*[-–]\s*\d+\s*\/\s*(\d[\d,]*)$/i;
const SAID_TOTAL = new RegExp(
  `\\btotal(?: (?:number|no|count))?(?: of)?(?: ${THING})?\\s*(?:is|are|:|=)?\\s*(\\d[\\d,]*)(?![\\d.])|(?<![\\d.])\\b(\\d[\\d,]*)\\s+(?:matching )?${THING} (?:were |are )?(?:found|matched|available|in total)`,
  'i',
);
const SAID_OTHER = /\b(?:calls?|requests?|credits?|quota|attempts?|rs|inr|amount)\b|₹/i;
const MOST_SAID_CHARS = 300;

/** Whether what an answer gives for the next page is its number. */
export const isPageNumber = (path: string, value: unknown, page: number): boolean =>
  /^\d+$/.test(String(value)) &&
  (/page$|page_?(?:number|num|no)$/i.test(path) ||
    (/(?:^|\.)next$/i.test(path) && Number(value) === page + 1));

/** The many ways to say that there is no next. */
function isEnd(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true;
  if (typeof value === 'number') return value === 0 || value === -1;
  return (
    typeof value === 'string' && /^\s*(|0|-1|null|none|nil|undefined|false|end)\s*$/i.test(value)
  );
}

/** @param records the paths to the rows: what stands around those speaks of them, however deep. */
export function readSigns(
  { status, headers, body }: HttpResponse,
  records: readonly string[] = [],
): Signs {
  const found: Signs & { cursor?: Sign<string | number | undefined> } = {};
  for (const [path, holder] of holdersOf(body, { records, names: HOLDERS, levels: 2 }))
    readHolder(holder, path, found);
  for (const [header, text] of Object.entries(headers)) {
    const name = header.replace(PREFIX, '');
    // `x-pagination: {"TotalCount": 9}`
    const inner = /^\s*\{/.test(text) ? tryJson(Buffer.from(text)) : undefined;
    if (isJsonObject(inner)) readHolder(inner, `@header.${header}`, found);
    else readSign(bare(name), text, `@header.${header}`, found);
  }
  const [, whole] = /\/(\d+)\s*$/.exec(headers['content-range'] ?? '') ?? [];
  if (whole !== undefined) readSign('total', whole, '@header.content-range', found);
  const link = answerAt({ status, headers, body }, '@header.link');
  if (typeof link === 'string') found.next ??= { path: '@header.link', value: link };
  // It may as well be the one that asked for this page.
  const { cursor, ...signs } = found;
  return cursor && !signs.next ? { ...signs, next: cursor } : signs;
}

function readHolder(holder: JsonObject, at: string, found: Signs): void {
  for (const [name, value] of Object.entries(holder)) {
    const path = joinPath(at, name);
    readSign(bare(name), linkIn(value) ?? value, path, found);
    if (typeof value === 'string' && value.length <= MOST_SAID_CHARS)
      readText(bare(name), value, path, found);
  }
}

function readText(name: string, text: string, path: string, found: Signs): void {
  if (SAID_OTHER.test(text)) return;
  const [, pages] = SAID_PAGES.exec(PAGE.test(name) ? `page ${text}` : text) ?? [];
  if (pages !== undefined) {
    found.saidPages ??= { path, value: Number(pages) };
    return;
  }
  const of = SAID_OF.exec(text);
  const [, one, other = one] = of ?? SAID_TOTAL.exec(text) ?? [];
  if (other !== undefined)
    found.saidRows ??= { path, value: Number(other.replaceAll(',', '')), isSure: of !== null };
}

function readSign(
  name: string,
  value: Json,
  path: string,
  found: Signs & { cursor?: Signs['next'] },
): void {
  // `total: {"value": 90, "relation": "eq"}`
  const number = numberOf(isJsonObject(value) ? value.value : value);
  const more = LAST.test(name) || MORE.test(name) ? moreOf(name, value) : undefined;
  if (more !== undefined) found.more ??= { path, value: more };
  if (PART.test(name) && flagOf(value) === true) found.more = { path, value: true };
  if (NEXT.test(name) || isNextLink(value)) {
    const next = isJsonObject(value) ? nextIn(value) : value;
    const isNext = typeof next === 'string' || typeof next === 'number';
    if (next === true) found.more ??= { path, value: true };
    else if (isEnd(next)) found.next ??= { path, value: undefined };
    else if (isNext && found.next?.value === undefined) found.next = { path, value: next };
  }
  const isCursor = name === 'cursor' || (name === 'offset' && number === undefined);
  if (isCursor && typeof value === 'string' && !isEnd(value)) found.cursor ??= { path, value };
  if (number === undefined || !Number.isInteger(number) || number < 0) return;
  if (TOTAL.test(name)) found.total ??= { path, value: number };
  if (FILTERED.test(name)) found.count = { path, value: number };
  else if (COUNT.test(name)) found.count ??= { path, value: number };
  else if (LOOSE.test(name)) found.loose ??= { path, value: number };
  if (PAGE.test(name)) found.page ??= { path, value: number };
}

/** `{"rel": "next", "href": "…"}`, one of several. */
const isNextLink = (value: Json | undefined): boolean =>
  isJsonObject(value) && value.rel === 'next' && typeof value.href === 'string';
const linkIn = (value: Json | undefined): Json | undefined =>
  Array.isArray(value) ? value.find(isNextLink) : undefined;

/** `next: {href}`, `{page: 2}`, a key of several parts. */
function nextIn(value: JsonObject): Json {
  const scalars = Object.values(value).filter((one) => typeof one !== 'object');
  const isEmpty = Object.values(value).every(isEnd);
  return value.url ?? value.href ?? value.link ?? scalars[0] ?? (isEmpty ? null : textOf(value));
}

/** Whether what stands at a path is true of the last page, and not of those before it. */
export const tellsEnd = (path: string): boolean => LAST.test(bare(path.split('.').at(-1) ?? ''));

/** Whether there are more. `last_page: 1` is a number of pages. */
function moreOf(path: string, value: unknown): boolean | undefined {
  const flag = flagOf(value);
  if (flag === undefined || !tellsEnd(path)) return flag;
  return numberOf(value) !== undefined && !/(?:^|\.)is[^.]*$/i.test(path) ? undefined : !flag;
}

/** Servers write true, "true", 1, "yes". */
function flagOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 1 || (typeof value === 'string' && /^\s*(true|1|yes|y)\s*$/i.test(value)))
    return true;
  if (value === 0 || (typeof value === 'string' && /^\s*(false|0|no|n)\s*$/i.test(value)))
    return false;
  return undefined;
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : undefined;
}

interface FactOptions {
  readonly profile: Pick<StreamProfile, 'paging' | 'records'>;
  /** Whether the merchant described the paging. */
  readonly isOwn: boolean;
  /** Rows of the list that were read, this page's too. */
  readonly read: number;
}

/** A path that says that there is no such thing, whatever the answer looks like. */
const NOWHERE = '-';

export type Facts = Readonly<ReturnType<typeof readFacts>>;

/** What an answer says of its list: where the profile says to look, else at the usual places. */
export function readFacts(
  answer: HttpResponse,
  rows: readonly JsonObject[],
  { profile: { paging, records }, isOwn, read }: FactOptions,
) {
  const signs = readSigns(answer, records);
  const at = (path: string | undefined): Json | undefined => {
    if (path === undefined || path === NOWHERE) return undefined;
    if (path.startsWith('@last.')) return valueAt(rows.at(-1), path.slice('@last.'.length));
    const there = answerAt(answer, path);
    const link = Array.isArray(there) ? (linkIn(there) ?? null) : there;
    const found = isJsonObject(link) ? (link.href ?? link) : link;
    // Envelopes differ in whether such words stand at the top or inside `data`.
    return found === undefined && !isOwn ? answerAt(answer, `data.${path}`) : found;
  };
  /** What stands where the profile says, else at a usual place. */
  const told = <T>(
    path: string | undefined,
    sign: Sign<T> | undefined,
    parse: (value: unknown) => T | undefined,
  ) => {
    const value = parse(at(path));
    if (value !== undefined) return { value, path: path ?? '', isOwn: true };
    return {
      value: path === NOWHERE ? undefined : sign?.value,
      path: sign?.path ?? '',
      isOwn: false,
    };
  };
  const { more: moreAt = '' } = paging;
  const more = told(moreAt || undefined, signs.more, (value) => moreOf(moreAt, value));
  const total = told(paging.total, signs.total, numberOf);
  // Beside no rows, it counts those of the list, unless it is the limit that was asked for.
  const isCount = rows.length === 0 && signs.loose?.value !== paging.limit;
  const counted = told(paging.count, signs.count ?? (isCount ? signs.loose : undefined), numberOf);
  // `total` is at times a sum of rupees or counts one page: less than came is no count.
  const count = counted.isOwn || Number(counted.value) >= read ? counted.value : undefined;
  // Where it may be a number of something else, it promises more, and is no end.
  const isHeard = paging.count !== NOWHERE && count === undefined;
  const hint = [signs.loose, signs.saidRows].find((one) => Number(one?.value) > read);
  const isPromise = isHeard && hint !== undefined && hint.value !== paging.limit;
  const isAllSaid = isHeard && signs.saidRows?.isSure === true && signs.saidRows.value === read;
  const given = at(paging.next);
  // An id may be 0; as a cursor that an answer gives, 0 says that there is none.
  const isNone = paging.next?.startsWith('@last.') ? given === null || given === '' : isEnd(given);
  const { path = '', value } = signs.next ?? {};
  const next =
    given === undefined
      ? { next: paging.next === NOWHERE ? undefined : value, nextPath: path }
      : { next: isNone ? undefined : given, nextPath: paging.next ?? '' };
  return {
    ...next,
    more: more.value,
    /** Pages, rows, and the number of this page. */
    total: total.value,
    count,
    page: signs.page?.value,
    /** What may be a number of rows, or of pages, and is more than came. */
    hint: isPromise ? hint : undefined,
    pagesHint: paging.total === NOWHERE || total.isOwn ? undefined : signs.saidPages,
    /** The count stands where the profile says. */
    isOwnCount: counted.isOwn,
    /** Where the next page would stand, the answer says that there is none. */
    saysEnd: given === undefined ? signs.next !== undefined && value === undefined : isNone,
    /** Whether the answer says anything of where its list ends. */
    isTold:
      isAllSaid ||
      [given, signs.next, more.value, total.value, count].some((one) => one !== undefined),
    /** Where it says so, for messages. */
    places: { more: more.path, total: total.path, count: counted.path },
  };
}
