/**
 * What an answer says of its paging at the usual places and in the usual spellings, whatever the profile
 * says: lists of this field agree on little, but on these words. Pure.
 */
import { isJsonObject } from '../cdk/json.ts';
import type { Json, JsonObject } from '../cdk/protocol.ts';
import { type Answer, answerAt, valueAt } from './path.ts';
import type { Paging } from './streams/stream.ts';

/** A value, and where it stands, for messages and for the profile that would name it. */
interface Sign<T> {
  readonly path: string;
  readonly value: T;
}

export interface Signs {
  readonly more?: Sign<boolean>;
  /** A cursor, a link or the number of the next page; none where the answer says that there is no next. */
  readonly next?: Sign<string | number | undefined>;
  /** How many pages there are. */
  readonly total?: Sign<number>;
  /** How many rows there are. */
  readonly count?: Sign<number>;
  /** The number of this page. */
  readonly page?: Sign<number>;
  /** `count`: rows of the list, rows of this page, or the limit that was asked for. */
  readonly loose?: Sign<number>;
}

const HOLDERS =
  'data meta pagination paging pageinfo paginginfo paginationinfo pagedetails page links metadata cursors cursor info result results response responsemetadata pager'.split(
    ' ',
  );

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));
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
  const found: { -readonly [Name in keyof Signs]: Signs[Name] } = {};
  for (const [path, holder] of holdersOf(body)) {
    for (const [name, value] of Object.entries(holder)) {
      const place = path === '' ? name : `${path}.${name}`;
      readSign(name.toLowerCase().replace(/[^a-z]/g, ''), value, place, found);
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

function readSign(
  name: string,
  value: Json,
  path: string,
  found: { -readonly [Name in keyof Signs]: Signs[Name] },
): void {
  const flag = flagOf(value);
  const number = numberOf(value);
  if (MORE.has(name) && flag !== undefined) found.more ??= { path, value: flag };
  if (LAST.has(name) && typeof value === 'boolean') found.more ??= { path, value: !value };
  if (NEXT.has(name)) {
    const next = isJsonObject(value) ? (value.url ?? value.href ?? value.link ?? null) : value;
    if (isEnd(next)) {
      if (found.next === undefined) found.next = { path, value: undefined };
    } else if (
      (typeof next === 'string' || typeof next === 'number') &&
      found.next?.value === undefined
    ) {
      found.next = { path, value: next };
    }
  }
  if (number === undefined || !Number.isInteger(number) || number < 0) return;
  if (TOTAL.has(name)) found.total ??= { path, value: number };
  if (COUNT.has(name)) found.count ??= { path, value: number };
  if (PAGE.has(name)) found.page ??= { path, value: number };
  if (name === 'count') found.loose ??= { path, value: number };
}

/** The answer itself, and two levels of what usually holds such words. */
function holdersOf(body: unknown): [path: string, holder: JsonObject][] {
  if (!isJsonObject(body)) return [];
  const holders: [string, JsonObject][] = [['', body]];
  for (const [path, holder] of holders) {
    if (path.split('.').length > 1) continue;
    for (const [name, value] of Object.entries(holder)) {
      if (isJsonObject(value) && HOLDERS.includes(name.toLowerCase().replace(/[^a-z]/g, ''))) {
        holders.push([path === '' ? name : `${path}.${name}`, value]);
      }
    }
  }
  return holders;
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

/** What an answer says of its list: where the profile says to look, else at the usual places. */
export interface Facts {
  readonly next: Json | undefined;
  readonly nextPath: string;
  readonly more: boolean | undefined;
  /** Pages, rows, and the number of this page. */
  readonly total: number | undefined;
  readonly count: number | undefined;
  readonly page: number | undefined;
  /** The count stands where the profile says. */
  readonly isOwnCount: boolean;
  /** Where the next page would stand, the answer says that there is none. */
  readonly saysEnd: boolean;
  /** Whether the answer says anything of where its list ends. */
  readonly isTold: boolean;
  /** Where it says so, for messages. */
  readonly places: { readonly more: string; readonly total: string; readonly count: string };
}

export interface FactOptions {
  readonly paging: Paging;
  /** Whether the merchant described the paging. */
  readonly isOwn: boolean;
  /** Rows of the list that were read, this page's too. */
  readonly read: number;
}

/** A path that says that there is no such thing, whatever the answer looks like. */
const NOWHERE = '-';

export function readFacts(
  answer: Answer,
  rows: readonly JsonObject[],
  { paging, isOwn, read }: FactOptions,
): Facts {
  const signs = readSigns(answer);
  const at = (path: string | undefined): Json | undefined => {
    if (path === undefined || path === NOWHERE) return undefined;
    if (path.startsWith('@last.')) return valueAt(rows.at(-1), path.slice('@last.'.length));
    const found = answerAt(answer, path);
    // Envelopes differ in whether such words stand at the top or inside `data`.
    return found === undefined && !isOwn ? answerAt(answer, `data.${path}`) : found;
  };
  const seen = <T>(path: string | undefined, sign: Sign<T> | undefined): T | undefined =>
    path === NOWHERE ? undefined : sign?.value;
  const given = at(paging.next);
  // An id may be 0; as a cursor that an answer gives, 0 says that there is none.
  const isLast = paging.next?.startsWith('@last.') ?? false;
  const isNext = (value: Json): boolean =>
    isLast ? value !== null && value !== '' : !isEnd(value);
  const count = numberOf(at(paging.count));
  // Beside no rows, it counts those of the list, unless it is the limit that was asked for.
  const isCount = rows.length === 0 && signs.loose?.value !== paging.limit;
  const counted = signs.count ?? (isCount ? signs.loose : undefined);
  const seenCount = seen(paging.count, counted);
  const facts = {
    next: given === undefined ? seen(paging.next, signs.next) : isNext(given) ? given : undefined,
    nextPath: given === undefined ? (signs.next?.path ?? '') : (paging.next ?? ''),
    more: flagOf(at(paging.more)) ?? seen(paging.more, signs.more),
    total: numberOf(at(paging.total)) ?? seen(paging.total, signs.total),
    // `total` is at times a sum of rupees or counts one page: less than came is no count.
    count: count ?? (seenCount !== undefined && seenCount >= read ? seenCount : undefined),
    page: signs.page?.value,
    isOwnCount: count !== undefined,
    saysEnd:
      given === undefined
        ? signs.next !== undefined && signs.next.value === undefined
        : !isNext(given),
  };
  return {
    ...facts,
    isTold:
      given !== undefined ||
      signs.next !== undefined ||
      facts.more !== undefined ||
      facts.total !== undefined ||
      facts.count !== undefined,
    places: {
      more: placeOf(paging.more, at, signs.more),
      total: placeOf(paging.total, at, signs.total),
      count: placeOf(paging.count, at, counted),
    },
  };
}

const placeOf = (
  own: string | undefined,
  at: (path: string | undefined) => Json | undefined,
  sign: Sign<unknown> | undefined,
): string => (at(own) === undefined ? sign?.path : own) ?? '';
