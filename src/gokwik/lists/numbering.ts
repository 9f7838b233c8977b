/**
 * What page numbers, offsets and limits mean to an endpoint that does not say it. It is found out beside
 * its lists, by asking for pages that may not be there: whether they begin at 0 or at 1, whether a number
 * changes anything, whether offsets count rows, and whether what was told to be the last page is it.
 */
import type { Anomalies } from '../../cdk/anomalies.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import type { HttpResponse } from '../../http/http.ts';
import type { StreamProfile } from '../streams/stream.ts';
import type { Values } from '../template.ts';
import { type createMender, WHOLE } from './advice.ts';
import {
  type compilePrint,
  type Learned,
  type Position,
  promiseOf,
  type RawPage,
  type Step,
} from './position.ts';
import { type Facts, readFacts } from './signs.ts';

/** Sizes at which servers cut pages: so many rows, and nothing said, may be the first of many. */
export const USUAL_SIZES = new Set([
  10, 15, 20, 25, 30, 40, 50, 60, 75, 100, 120, 125, 128, 150, 200, 250, 256, 300, 400, 500, 512,
  600, 750, 800, 1000, 1024, 1500, 2000, 2500, 5000, 10_000,
]);
/** No server cuts lists to fewer rows than this. */
export const LEAST_SIZE = 10;

type Rows = readonly JsonObject[];

/** The list at hand, and how it is followed from page to page. */
export interface Sequence {
  readonly stream: string;
  readonly profile: StreamProfile;
  readonly isOwn: boolean;
  readonly learned: Learned;
  readonly anomalies: Anomalies;
  readonly at: Position;
  readonly sendable: ReadonlySet<string>;
  readonly mender: ReturnType<typeof createMender>;
  readonly printOf: ReturnType<typeof compilePrint>;
  /** Counts a page that is a part of the list. */
  note(rows: Rows, print: string): void;
  /** Goes on behind a page that is a part of the list. */
  proceed(facts: Facts, rows: Rows): RawPage;
  /** Goes on without heeding what stands there. */
  turn(rows: Rows): Step;
  checkEnd(facts: Facts, rows: Rows): void;
}

/** @param answer none: the page was refused. */
type Question = (rows: Rows, answer: HttpResponse | undefined) => RawPage;

export function createNumbering(sequence: Sequence) {
  const { stream, profile, isOwn, learned, anomalies, at, sendable, printOf } = sequence;
  const { note, proceed, turn, checkEnd } = sequence;
  const { fail, failOf, failInSilence, otherPages, inRequest } = sequence.mender;
  const { limit } = profile.paging;
  let asked: Question | undefined;

  function ask(values: Values, question: Question): Step {
    asked = question;
    return { values: { limit, ...values }, isProbe: true };
  }

  const isFull = (rows: Rows): boolean => rows.length === limit || USUAL_SIZES.has(rows.length);

  /** Pages were counted from 1 because that is usual, and nothing yet said whether they begin at 0. */
  const mayHavePage0 = ({ count, total, isOwnCount }: Facts, rows: Rows): boolean =>
    at.fromPage1 &&
    at.kind === 'page' &&
    learned.firstPage !== 1 &&
    !(total === 0 || (total === at.page && rows.length > 0)) &&
    !(count === at.read && (isOwnCount || at.pages > 1 || count === 0));

  /** Before such a list ends, asks for the page that would be missing. */
  function page0(facts: Facts, last: Rows): Step | undefined {
    if (!mayHavePage0(facts, last)) return undefined;
    return ask({ page: 0 }, (rows) => {
      // Whatever page 0 holds belongs to the list; what was printed already is not printed again (I12).
      const isOther = countSeen(rows, at.page1) * 2 < rows.length;
      if (isOther) learned.firstPage = 0;
      else if (at.page1.length > 0) learned.firstPage = 1;
      if (isOther) note(rows, printOf(rows));
      checkEnd(facts, isOther ? rows : last);
      return { rows, next: undefined };
    });
  }

  /** How many rows stand among those of another page. */
  function countSeen(rows: Rows, page: Rows): number {
    const seen = new Set(page.map((row) => printOf([row])));
    return rows.filter((row) => seen.has(printOf([row]))).length;
  }

  /** The second page of a list that was asked for without a number: it is page 1, or page 2, or none. */
  function secondPage(facts: Facts, first: Rows, page: 1 | 2 = 1): Step {
    at.page = page;
    return ask({ page }, (rows, answer) => {
      if (!answer && page === 1 && !promiseOf(facts, at))
        return { rows, next: endOfAll(facts, first) };
      const print = printOf(rows);
      const isSame = print === printOf(first);
      if (isSame && page === 1) return { rows: [], next: secondPage(facts, first, 2) };
      if (isSame) return { rows: [], next: ignored(facts, first) };
      if (rows.length > 0 || page === 2) learned.firstPage = page === 1 ? 0 : 1;
      note(rows, print);
      if (answer && rows.length > 0)
        return proceed(readFacts(answer, rows, { profile, isOwn, read: at.read }), rows);
      checkEnd(facts, rows);
      return { rows, next: undefined };
    });
  }

  /** A page came again under another number: numbers change nothing. */
  function ignored(facts: Facts, first: Rows): Step | undefined {
    const promise = promiseOf(facts, at);
    if (promise) throw failOf(promise, ', and the same page came again', otherPages());
    learned.whole = first.length;
    return endOfAll(facts, first);
  }

  /**
   * Nothing asks for another page of this list. It may still be a part of one, unless another was larger:
   * asked for one row less, an endpoint with pages says that there are more. Where it does not, less time
   * tells, which is for whoever asked for this list.
   */
  function endOfAll({ total }: Facts, first: Rows): Step | undefined {
    // It was told, and no other page came.
    if (total === 1) return undefined;
    if (learned.givesNext || first.length < (learned.most ?? 0)) return undefined;
    if (first.length < LEAST_SIZE) {
      if (first.length > 1) anomalies.add(stream, WHOLE);
      return undefined;
    }
    return askForLess(first, () => {
      const error = failInSilence(first.length);
      at.doubt = { error, ...(!isFull(first) && { told: WHOLE }) };
    });
  }

  /** @param otherwise what to do where one row less does not make the endpoint say that there are more. */
  function askForLess(first: Rows, otherwise: () => void): Step | undefined {
    if (!sendable.has('limit') || first.length < 2) {
      otherwise();
      return undefined;
    }
    return ask({ limit: first.length - 1 }, (rows, answer) => {
      const facts = answer && readFacts(answer, rows, { profile, isOwn, read: rows.length });
      // It says so where it has to: what came first was the whole list.
      const isPart = facts && promiseOf(facts, { ...at, read: rows.length, pages: 1 });
      if (isPart) learned.givesNext = true;
      else otherwise();
      return { rows: [], next: undefined };
    });
  }

  /** What an offset of 1 gives: rows of the first page, unless offsets count something else. */
  function row1(first: Rows): Step {
    return ask({ offset: 1 }, (rows, answer) => {
      // Refused, it may have to be a multiple of the limit.
      if (answer && countSeen(rows, first) === 0) {
        throw fail(
          'the rows from number 1 on are none of its first page: its offset may count pages',
          {
            mend: { kind: 'page', first: 0, ...(limit !== undefined && { limit }) },
            beside: inRequest('{offset}', '{page}'),
          },
        );
      }
      learned.countsRows = true;
      return { rows: [], next: turn(first) };
    });
  }

  /**
   * The last page, if the numbers are what they were taken for. A full one may be the first of many, of
   * which they count one: the page behind it tells, once.
   */
  function beyond(rows: Rows): Step | undefined {
    const isLarge = rows.length === limit || (rows.length > 1 && rows.length === learned.most);
    if (!isLarge || rows.length <= (learned.endsWhereTold ?? 0)) return undefined;
    at.lastRows = rows.length;
    at.isBeyond = true;
    return { ...turn(rows), isProbe: true };
  }

  /** Nothing lies behind the last page that was told, so it was told rightly, and pages begin at 1. */
  function endWhereTold(): undefined {
    learned.endsWhereTold = Math.max(learned.endsWhereTold ?? 0, at.lastRows);
    if (at.fromPage1) learned.firstPage = 1;
  }

  /**
   * `total: 100` beside the first 100 rows may count this page alone, and `pages: 1` beside the first 20
   * those of the size that was asked for: the next one tells.
   */
  function mayCountPage({ isOwnCount, count, total, more }: Facts, rows: Rows): boolean {
    const isOfPage =
      total === undefined ? count === rows.length : total === 1 && count === undefined;
    return isOfPage && at.pages === 1 && isFull(rows) && !isOwnCount && more === undefined;
  }

  return {
    page0,
    secondPage,
    ignored,
    endOfAll,
    askForLess,
    row1,
    beyond,
    endWhereTold,
    mayCountPage,
    isFull,
    /** What came of a question; undefined: none was asked. */
    read(rows: Rows, answer: HttpResponse | undefined): RawPage | undefined {
      const question = asked;
      asked = undefined;
      return question?.(rows, answer);
    },
  };
}
