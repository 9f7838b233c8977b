/**
 * What an answer says of its paging at the usual places and in the usual spellings, whatever the profile
 * says: lists of this field agree on little, but on these words. Pure.
 */
import { isJsonObject } from '../cdk/json.ts';
import type { Json, JsonObject } from '../cdk/protocol.ts';
import { type Answer, answerAt, bare, holdersOf, valueAt } from './path.ts';
import type { Paging } from './streams/stream.ts';

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
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));
const HOLDERS = words(
  'data meta pagination paging pageinfo paginginfo paginationinfo pagedetails page links metadata cursors cursor info result results response responsemetadata pager',
);
const MORE = words(
  'hasmore hasnext hasnextpage hasmorepages hasmoreresults hasmoredata hasmoreitems more moreavailable moreresults morerecords ismore ismoreavailable nextpageavailable hasadditionalpages truncated istruncated incompleteresults partial ispartial timedout',
);
const LAST = words(
  'islast islastpage lastpage last isfinal finished iscomplete endofresults nomore nomoredata',
);
const NEXT = words(
  'nextcursor nexttoken nextpagetoken nextpagecursor next nextpage nextpageurl nexturl nextlink nexthref nextoffset nextpageid nextkey nextid nextstartkey continuationtoken continuation startafter pagetoken endcursor',
);
const TOTAL = words(
  'totalpages totalpage totalpagecount pagestotal lastpage pagecount pages numpages numberofpages noofpages maxpage',
);
const COUNT = words(
  'total totalcount totalrecord totalrecords totalnumber totalnum numresults numrecords countall totalitems totalresults totalrows totalelements totalentries totalorders totalsize recordstotal recordcount resultcount numfound totalhits',
);
const PAGE = words('page currentpage pageno pagenumber pageindex pagenum');

const HEADERS: Readonly<Record<string, string>> = {
  'x-wp-totalpages': 'totalpages',
  'x-total-pages': 'totalpages',
  'x-wp-total': 'total',
  'x-total-count': 'total',
  'x-total': 'total',
  'x-next-page': 'nextpage',
  'x-next-cursor': 'nextcursor',
};

/** The many ways to say that there is no next. */
function isEnd(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true;
  if (typeof value === 'number') return value === 0 || value === -1;
  return (
    typeof value === 'string' && /^\s*(|0|-1|null|none|nil|undefined|false|end)\s*$/i.test(value)
  );
}

export function readSigns({ status, headers, body }: Answer): Signs {
  const found: Signs = {};
  for (const [path, holder] of holdersOf(body, HOLDERS, 2)) {
    for (const [name, value] of Object.entries(holder)) {
      const place = path === '' ? name : `${path}.${name}`;
      readSign(bare(name), value, place, found);
    }
  }
  for (const [name, to] of Object.entries(HEADERS)) {
    const value = headers[name];
    if (value !== undefined) readSign(to, value, `@header.${name}`, found);
  }
  const [, whole] = /\/(\d+)\s*$/.exec(headers['content-range'] ?? '') ?? [];
  if (whole !== undefined) readSign('total', whole, '@header.content-range', found);
  const link = answerAt({ status, headers, body }, '@header.link');
  if (typeof link === 'string') found.next ??= { path: '@header.link', value: link };
  return found;
}

function readSign(name: string, value: Json, path: string, found: Signs): void {
  const flag = flagOf(value);
  const number = numberOf(value);
  if (MORE.has(name) && flag !== undefined) found.more ??= { path, value: flag };
  if (LAST.has(name) && typeof value === 'boolean') found.more ??= { path, value: !value };
  if (NEXT.has(name)) {
    const next = isJsonObject(value) ? (value.url ?? value.href ?? value.link ?? null) : value;
    const isNext = typeof next === 'string' || typeof next === 'number';
    if (isEnd(next)) found.next ??= { path, value: undefined };
    else if (isNext && found.next?.value === undefined) found.next = { path, value: next };
  }
  if (number === undefined || !Number.isInteger(number) || number < 0) return;
  if (TOTAL.has(name)) found.total ??= { path, value: number };
  if (COUNT.has(name)) found.count ??= { path, value: number };
  if (PAGE.has(name)) found.page ??= { path, value: number };
  if (name === 'count') found.loose ??= { path, value: number };
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
  readonly paging: Paging;
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
  answer: Answer,
  rows: readonly JsonObject[],
  { paging, isOwn, read }: FactOptions,
) {
  const signs = readSigns(answer);
  const at = (path: string | undefined): Json | undefined => {
    if (path === undefined || path === NOWHERE) return undefined;
    if (path.startsWith('@last.')) return valueAt(rows.at(-1), path.slice('@last.'.length));
    const found = answerAt(answer, path);
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
  const more = told(paging.more, signs.more, flagOf);
  const total = told(paging.total, signs.total, numberOf);
  // Beside no rows, it counts those of the list, unless it is the limit that was asked for.
  const isCount = rows.length === 0 && signs.loose?.value !== paging.limit;
  const counted = told(paging.count, signs.count ?? (isCount ? signs.loose : undefined), numberOf);
  // `total` is at times a sum of rupees or counts one page: less than came is no count.
  const count = counted.isOwn || Number(counted.value) >= read ? counted.value : undefined;
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
    /** The count stands where the profile says. */
    isOwnCount: counted.isOwn,
    /** Where the next page would stand, the answer says that there is none. */
    saysEnd: given === undefined ? signs.next !== undefined && value === undefined : isNone,
    /** Whether the answer says anything of where its list ends. */
    isTold: [given, signs.next, more.value, total.value, count].some((one) => one !== undefined),
    /** Where it says so, for messages. */
    places: { more: more.path, total: total.path, count: counted.path },
  };
}
