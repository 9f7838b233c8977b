/** How far a list was followed, and what its answers promise beyond. Pure. */
import { hash } from 'node:crypto';
import type { SystemError } from '../../cdk/errors.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import type { Interval } from '../../cdk/source.ts';
import { compileRawKey } from '../records/keys.ts';
import type { Paging, StreamProfile } from '../streams/stream.ts';
import type { Values } from '../template.ts';
import { type Facts, tellsEnd } from './signs.ts';

/** What asks for a page: values of `{page}`, `{offset}`, `{cursor}`, or an address that an answer gave. */
export interface Step {
  readonly values: Values;
  readonly link?: string;
  /** A page that may not be there, asked for to find out how an endpoint counts: it may be refused. */
  readonly isProbe?: true;
}

export interface RawPage {
  readonly rows: readonly JsonObject[];
  /** None: this was the last page. */
  readonly next: Step | undefined;
  /** How many rows the whole list has, where the answer says so. */
  readonly expected?: number;
  /** At the last page. */
  readonly doubt?: Doubt;
}

/**
 * Why a list may be a part: no answer and no other page tells. Lists of less time do: if they have fewer
 * rows, nothing was cut off. Where none can be asked for, it is a failure, or told.
 */
interface Doubt {
  readonly error?: SystemError;
  /** Beside a failure: enough where the time is short, since so many rows are no usual page. */
  readonly told?: string;
}

/** Servers end a list at so many rows, or at a multiple of half of it: 10,000 behind an offset, 100 pages. */
export const ROUND = 1000;

type Kind = NonNullable<Paging['kind']>;

/** What the lists of an endpoint showed so far, where it says nothing of its pages. */
export interface Learned {
  /** The number of its first page. */
  firstPage?: 0 | 1;
  /** Rows of the largest list of which page 2 was page 1 again. */
  whole?: number;
  /** Where the next cursor belongs, there was one at least once. */
  givesNext?: boolean;
  /** Rows of the largest last page behind which there was nothing. */
  endsWhereTold?: number;
  /** An offset of 1 begins with the second row: it counts rows, and not pages. */
  countsRows?: true;
  /** A row of it had its key. */
  hasKeys?: true;
  /** Its last list: for which time, whether a row was of that, and what it is known by. */
  last?: Interval & { readonly hasOwn: boolean; readonly list: string };
  /** The same list came for another time. */
  ignoresTime?: true;
  /** The longest time (ms) that an answer was seen to cover. */
  coversMs?: number;
  /** Rows of its largest answer. */
  most?: number;
}

/** How far a list was followed. */
export interface Position {
  kind: Kind;
  /** It began with page 1, which nobody said is the first. */
  readonly fromPage1: boolean;
  /** What asks for the page at hand. */
  page: number;
  offset: number;
  cursor: Json | undefined;
  /** Rows and pages that were read. */
  read: number;
  pages: number;
  /** What the answer before this one said. */
  last: Facts | undefined;
  /** The rows of page 1 of a list that nobody said begins there. */
  page1: readonly JsonObject[];
  /** The answers said that the page at hand is none; the one before it had so many rows. */
  isBeyond: boolean;
  lastRows: number;
  doubt: Doubt | undefined;
}

export const beginningOf = (
  paging: Paging,
  sendable: ReadonlySet<string>,
  { firstPage }: Learned,
): Position => ({
  kind: kindOf(paging, sendable),
  fromPage1:
    kindOf(paging, sendable) === 'page' && paging.first === undefined && firstPage === undefined,
  page: paging.first ?? firstPage ?? 1,
  offset: paging.first ?? 0,
  cursor: undefined,
  read: 0,
  pages: 0,
  last: undefined,
  page1: [],
  isBeyond: false,
  lastRows: 0,
  doubt: undefined,
});

/** What an answer tells, and how many rows and pages one before it told, if this one does not. */
export const remember = (facts: Facts, before: Facts | undefined): Facts => ({
  ...facts,
  count: facts.count ?? before?.count,
  hint: facts.hint ?? before?.hint,
  pagesHint: facts.pagesHint ?? before?.pagesHint,
  total: facts.total ?? before?.total,
  places: {
    ...facts.places,
    count: facts.places.count || (before?.places.count ?? ''),
    total: facts.places.total || (before?.places.total ?? ''),
  },
});

/** What in an answer promises more than came. */
export interface Promised {
  readonly odd: string;
  readonly path: string;
  /** The word of `paging` that says that it is none of that. */
  readonly word: 'more' | 'next' | 'total' | 'count';
}

export function promiseOf(facts: Facts, at: Position): Promised | undefined {
  const { more, next, total, count, hint, pagesHint, places } = facts;
  const { read, pages, cursor } = at;
  const most = Math.max(pages, facts.page ?? 0);
  const rowsOf = (path: string, value: number): Promised => ({
    odd: `\`${path}\` says ${value} rows, and ${read} came`,
    path,
    word: 'count',
  });
  const pagesOf = (path: string, value: number): Promised => ({
    odd: `\`${path}\` says ${value} pages, and ${pages} came`,
    path,
    word: 'total',
  });
  if (more === true) {
    const { more: path } = places;
    return { odd: `\`${path}\` is ${!tellsEnd(path)}`, path, word: 'more' };
  }
  if (more === undefined && next !== undefined && String(next) !== String(cursor)) {
    const { nextPath: path } = facts;
    return { odd: `\`${path}\` gives a next page`, path, word: 'next' };
  }
  if (total !== undefined && total > most) return pagesOf(places.total, total);
  if (count !== undefined) return count > read ? rowsOf(places.count, count) : undefined;
  if (hint && hint.value > read) return rowsOf(hint.path, hint.value);
  return total === undefined && pagesHint && pagesHint.value > most
    ? pagesOf(pagesHint.path, pagesHint.value)
    : undefined;
}

/** Where the profile does not say the kind, what its request holds tells it. */
function kindOf({ kind, next }: Paging, sendable: ReadonlySet<string>): Kind {
  if (kind) return kind;
  if (sendable.has('cursor')) return 'cursor';
  if (sendable.has('offset')) return 'offset';
  if (sendable.has('page')) return 'page';
  return next === undefined ? 'none' : 'link';
}

export const hasFallen = (before: Facts, now: Facts): boolean =>
  isLess(now.total, before.total) || isLess(now.count, before.count);

const isLess = (now: number | undefined, before: number | undefined): boolean =>
  now !== undefined && before !== undefined && now > 0 && now < before;

/**
 * What a page is known by when it comes again: the first and the last row, and the number of rows. A
 * row is known by its key, since a server may stamp its rows anew in each answer; by all of it where it
 * has none, or where rows have one and the same.
 */
export function compilePrint(profile: StreamProfile) {
  const readKey = compileRawKey(profile);
  return (rows: readonly JsonObject[]): string => {
    const ends = rows.length > 1 ? [rows[0], rows.at(-1)] : rows;
    const keys = new Set(ends.map((row) => row && readKey(row)));
    const isKnown = keys.size === ends.length && !keys.has(undefined);
    return hash('sha1', JSON.stringify([isKnown ? [...keys] : ends, rows.length]), 'base64');
  };
}
