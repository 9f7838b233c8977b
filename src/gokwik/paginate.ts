/**
 * Follows one list from page to page, and holds what its answers say against what came (I11): a list
 * comes whole, or the stream fails and says what was odd and what would mend it. Pure.
 */
import type { Anomalies } from '../cdk/anomalies.ts';
import type { SystemError } from '../cdk/errors.ts';
import type { Json, JsonObject } from '../cdk/protocol.ts';
import type { HttpResponse } from '../http/http.ts';
import { createMender, SAY_TIES, SAY_TOTAL, WHOLE_LIST } from './advice.ts';
import { findRows } from './lists.ts';
import { valueAt } from './path.ts';
import {
  beginningOf,
  compilePrint,
  hasFallen,
  type Learned,
  promiseOf,
  remember,
} from './position.ts';
import { requestOf } from './profile.ts';
import { type Facts, isPageNumber, readFacts } from './signs.ts';
import type { Paging, StreamProfile } from './streams/stream.ts';
import { placeholdersOf, textOf, type Values } from './template.ts';

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
}

/** Follows one sequence of pages. Made anew for each window: it remembers what it has seen. */
export interface Paginator {
  readonly first: Step;
  /**
   * Reads a good answer. Throws SystemError `GK_SHAPE` or `GK_PAGING`.
   *
   * @param answer none: one that means that there are no rows, or no such page.
   */
  read(answer: HttpResponse | undefined): RawPage;
}

export interface PaginatorOptions {
  readonly stream: string;
  readonly profile: StreamProfile;
  /** Whether the merchant described the paging. What is assumed bends to what answers look like. */
  readonly isOwn: boolean;
  readonly learned: Learned;
  readonly anomalies: Anomalies;
}

/** What a list showed before a page was asked for that tells how its endpoint counts. */
interface Probe {
  readonly asked: 'page 0' | 'page 1' | 'page 2' | 'less' | 'row 1';
  readonly facts: Facts;
  readonly rows: readonly JsonObject[];
}

/** Pages without a row that a server may send in a row while it says that there are more. */
const MOST_EMPTY_PAGES = 1000;
/** Times that a sequence is read from its beginning because rows were taken out of it meanwhile. */
const MOST_RESTARTS = 3;
/** Sizes at which servers cut pages: so many rows, and nothing said, may be the first of many. */
export const USUAL_SIZES = new Set([
  10, 15, 20, 25, 30, 40, 50, 60, 75, 100, 120, 125, 128, 150, 200, 250, 256, 300, 400, 500, 512,
  600, 750, 800, 1000, 1024, 1500, 2000, 2500, 5000, 10_000,
]);
const ADDRESS = /^(https?:\/\/|\/|\?)/;
/** In place of an answer that means that there are no rows: it tells nothing else. */
const NOTHING: HttpResponse = { status: 200, headers: {}, body: null };
/** Said of lists that are believed to be whole. */
const WHOLE =
  'an answer said nothing of further pages and was taken for the whole list; if it is, say so in api_profile with "paging":{"kind":"none"}';
const TIES =
  'is the same in several rows, and the next page begins after it: those that share it with the last row of a page may be missing; if there is one that no two rows share, name that in `paging.next`';

export function createPaginator(options: PaginatorOptions): Paginator {
  const { stream, profile, isOwn, learned, anomalies } = options;
  const { paging } = profile;
  const { limit } = paging;
  const { fail, failOf, otherPages, inRequest } = createMender(options);
  const sendable = new Set(placeholdersOf(requestOf(profile)).map(({ name }) => name));
  const printOf = compilePrint(profile);
  const prints = new Map<string, number>();
  const cursors = new Set<Json>();
  const at = beginningOf(paging, sendable, learned);
  /** Pages without a row in a row. */
  let emptyPages = 0;
  let restarts = 0;
  /** There while it is found out what the endpoint makes of page numbers. */
  let probed: Probe | undefined;
  let hasTies = false;
  /** The answers said that the page at hand is none. */
  let isBeyond = false;
  /** The rows of page 1 of a list that nobody said begins there. */
  let page1: readonly JsonObject[] = [];

  function ask(): Step {
    const { kind, page, offset, cursor } = at;
    if (kind === 'page') return { values: { limit, page } };
    if (kind === 'offset') return { values: { limit, offset } };
    return { values: { limit, ...(cursor !== undefined && { cursor }) } };
  }

  function readPage(answer: HttpResponse | undefined): RawPage {
    const options = { anomalies, isFirst: at.pages === 0 };
    const rows = answer ? findRows(stream, profile, answer.body, options) : [];
    if (probed) return readProbe(rows, probed, answer);
    const { last } = at;
    const print = printOf(rows);
    // The answer before this one said that it was the last, and so it was.
    if ((last?.saysEnd || isBeyond) && prints.has(print)) {
      if (isBeyond) endWhereTold();
      return { rows: [], next: undefined };
    }
    note(rows, print);
    const facts = readFacts(answer ?? NOTHING, rows, { profile, isOwn, read: at.read });
    if (last && !isBeyond && hasFallen(last, facts)) return { rows, next: beginAgain() };
    if (facts.next !== undefined) learned.givesNext = true;
    if (at.fromPage1 && at.pages === 1) page1 = rows;
    const next = nextOf(facts, rows) ?? page0(facts, rows);
    if (!next) checkEnd(facts, rows);
    at.last = remember(facts, last);
    return { rows, next, ...(facts.count !== undefined && { expected: facts.count }) };
  }

  function note(rows: readonly JsonObject[], print: string): void {
    at.read += rows.length;
    at.pages += 1;
    learned.most = Math.max(learned.most ?? 0, rows.length);
    emptyPages = rows.length === 0 ? emptyPages + 1 : 0;
    if (emptyPages > MOST_EMPTY_PAGES) throw fail('empty pages kept coming');
    if (rows.length === 0) return;
    // One row alone may have slipped on to the next page while it was read.
    const most = rows.length > 1 ? 1 : 3;
    const times = prints.get(print) ?? 0;
    prints.set(print, times + 1);
    if (times < most) return;
    const promise = at.last && promiseOf(at.last, at);
    if (promise) throw failOf(promise, ', and the same page came again', otherPages());
    if (at.pages > 2 && at.kind !== 'none')
      throw fail('the same page came twice', {
        mend: { ...paging, total: 'meta.total_pages' },
        advice: SAY_TOTAL,
      });
    throw fail('the same page came twice', WHOLE_LIST);
  }

  /** Rows left the list, so those behind them moved up, over the edge of a page that was read. */
  function beginAgain(): Step {
    restarts += 1;
    if (restarts > MOST_RESTARTS) throw fail('rows kept leaving its list while it was read');
    anomalies.add(stream, 'rows left its list while it was read, which was read again');
    Object.assign(at, beginningOf(paging, sendable, learned));
    prints.clear();
    cursors.clear();
    return ask();
  }

  function nextOf(facts: Facts, rows: readonly JsonObject[]): Step | undefined {
    const { kind } = at;
    if (kind === 'none' || facts.more === false) return undefined;
    return kind === 'page' || kind === 'offset' ? count(facts, rows) : follow(facts, rows);
  }

  /** Pages were counted from 1 because that is usual, and nothing yet said whether they begin at 0. */
  const mayHavePage0 = (
    { count: rowsTold, total, isOwnCount }: Facts,
    rows: readonly JsonObject[],
  ): boolean =>
    at.fromPage1 &&
    at.kind === 'page' &&
    learned.firstPage !== 1 &&
    !(total === 0 || (total === at.page && rows.length > 0)) &&
    !(rowsTold === at.read && (isOwnCount || at.pages > 1 || rowsTold === 0));

  /** Before such a list ends, asks for the page that would be missing. */
  function page0(facts: Facts, rows: readonly JsonObject[]): Step | undefined {
    if (!mayHavePage0(facts, rows)) return undefined;
    probed = { asked: 'page 0', facts, rows };
    return { values: { limit, page: 0 }, isProbe: true };
  }

  /** The next page of cursors and links. */
  function follow(facts: Facts, rows: readonly JsonObject[]): Step | undefined {
    const step = facts.next === undefined ? undefined : stepTo(facts.next, facts.nextPath, rows);
    if (step) return step;
    const promise = promiseOf(facts, at);
    if (promise) {
      if (isOwn || !(sendable.has('page') || sendable.has('offset'))) {
        const mend: Paging = { kind: 'page', limit: limit ?? 100 };
        throw failOf(promise, `, and no next ${at.kind} came with it`, { mend });
      }
      // The answer counts, and so can the requests.
      at.kind = sendable.has('page') ? 'page' : 'offset';
      const page = facts.page ?? learned.firstPage;
      if (at.kind === 'page' && page === undefined) return probe('page 1', facts, rows);
      at.page = (page ?? 1) + 1;
      at.offset = at.read;
      return ask();
    }
    const isTold = facts.isTold && !mayCountPage(facts, rows);
    if (isTold || rows.length === 0 || learned.givesNext) return undefined;
    if (isOwn) return endInSilence(rows);
    if (!sendable.has('page') || rows.length <= (learned.whole ?? 0)) return endOfAll(facts, rows);
    at.kind = 'page';
    if (learned.firstPage === undefined) return probe('page 1', facts, rows);
    at.page = learned.firstPage + 1;
    return ask();
  }

  function stepTo(next: Json, path: string, rows: readonly JsonObject[]): Step | undefined {
    const text = textOf(next);
    if (at.kind === 'link' || (!isOwn && ADDRESS.test(text))) {
      visit(text, 'a link');
      at.kind = 'link';
      return { values: { limit }, link: text };
    }
    if (!isOwn && isPageNumber(path, text, at.page) && sendable.has('page')) {
      at.kind = 'page';
      at.page = Number(text);
      return ask();
    }
    if (path.startsWith('@last.')) checkTies(path, rows);
    // The last page of some servers repeats the cursor that asked for it.
    if (at.cursor !== undefined && String(at.cursor) === text) return undefined;
    visit(text, `\`${path}\``);
    at.kind = 'cursor';
    at.cursor = next;
    return ask();
  }

  /** Rows that share what the next page begins after may be torn apart by the edge of a page. */
  function checkTies(path: string, rows: readonly JsonObject[]): void {
    const values = rows.map((row) => textOf(valueAt(row, path.slice('@last.'.length))));
    const asked = at.cursor === undefined ? undefined : textOf(at.cursor);
    const isStuck = rows.length > 1 && values.every((value) => value === asked);
    if (isStuck && (rows.length === limit || rows.length === learned.most))
      throw fail(`\`${path}\` is the same in all ${rows.length} rows of a page`, {
        mend: { ...paging, limit: 10 * rows.length },
        advice: SAY_TIES,
      });
    hasTies ||= new Set(values).size < rows.length;
    // A page that begins with the last row of the one before shows that none is passed over.
    if (hasTies && asked !== undefined && values[0] !== asked)
      anomalies.add(stream, `\`${path}\` ${TIES}`);
  }

  function visit(text: string, what: string): void {
    if (cursors.has(text)) throw fail(`${what} was repeated, so its pages come to no end`);
    cursors.add(text);
  }

  /** The next page of numbers. */
  function count(facts: Facts, rows: readonly JsonObject[]): Step | undefined {
    const { next, nextPath, more, total } = facts;
    // Numbers were assumed, and the answer gives cursors or links.
    const isToken = next !== undefined && String(next) !== String(at.page + 1);
    const isAddress = ADDRESS.test(String(next));
    if (!isOwn && at.pages === 1 && isToken && (isAddress || sendable.has('cursor'))) {
      at.kind = isAddress ? 'link' : 'cursor';
      return stepTo(next, nextPath, rows);
    }
    if (more !== true && isBeyond && rows.length === 0) return endWhereTold();
    if (more !== true && total !== undefined) {
      if (at.pages >= total) return beyond(rows);
    } else if (more !== true) {
      const isCounted = facts.count !== undefined && at.read >= facts.count;
      if (isCounted && !mayCountPage(facts, rows)) return beyond(rows);
      if (rows.length === 0 || (facts.saysEnd && !isFull(rows))) return undefined;
    }
    const isSilent = more === undefined && total === undefined && facts.count === undefined;
    if (
      isSilent &&
      at.kind === 'offset' &&
      at.offset === 0 &&
      rows.length > 1 &&
      !learned.countsRows
    ) {
      probed = { asked: 'row 1', facts, rows };
      return { values: { limit, offset: 1 }, isProbe: true };
    }
    return turn(rows);
  }

  function turn(rows: readonly JsonObject[]): Step {
    at.page += 1;
    at.offset += rows.length;
    return ask();
  }

  /**
   * The last page, if the numbers are what they were taken for. A full one may be the first of many, of
   * which they count one: the page behind it tells, once.
   */
  function beyond(rows: readonly JsonObject[]): Step | undefined {
    const isLarge = rows.length === limit || (rows.length > 1 && rows.length === learned.most);
    if (!isLarge || learned.endsWhereTold) return undefined;
    isBeyond = true;
    return { ...turn(rows), isProbe: true };
  }

  /** Nothing lies behind the last page that was told, so it was told rightly, and pages begin at 1. */
  function endWhereTold(): undefined {
    learned.endsWhereTold = true;
    if (at.fromPage1) learned.firstPage = 1;
  }

  /** `total: 100` beside the first 100 rows may count this page alone: the next one tells. */
  function mayCountPage(
    { isOwnCount, count: rowsTold, total, more }: Facts,
    rows: readonly JsonObject[],
  ): boolean {
    const isOfPage = at.pages === 1 && rowsTold === rows.length && isFull(rows);
    return isOfPage && !isOwnCount && total === undefined && more === undefined;
  }

  const isFull = (rows: readonly JsonObject[]): boolean =>
    rows.length === limit || USUAL_SIZES.has(rows.length);

  /** What the last answer says must agree with what came. */
  function checkEnd(facts: Facts, rows: readonly JsonObject[]): void {
    const isAll = at.kind === 'none';
    const promise = promiseOf(remember(facts, at.last), at);
    if (promise)
      throw failOf(promise, '', isAll ? { mend: { kind: 'page', limit: limit ?? 100 } } : {});
    const { total, count: rowsTold, places } = facts;
    if (rowsTold !== undefined && at.read > rowsTold) {
      anomalies.add(stream, `more rows came than \`${places.count}\` says; all were emitted`);
    }
    const pages = rows.length === 0 ? at.pages - 1 : at.pages;
    if (total !== undefined && pages > total) {
      anomalies.add(stream, `more pages came than \`${places.total}\` says; all were read`);
    }
    if (
      total !== undefined &&
      rowsTold === undefined &&
      rows.length === 0 &&
      at.pages > 1 &&
      pages < total
    ) {
      throw fail(`\`${places.total}\` says ${total} pages, and the last of them is empty`);
    }
    if (isAll && !facts.isTold && limit !== undefined && rows.length === limit) {
      throw fail(`just the ${limit} rows came that were asked for`);
    }
  }

  /** Nothing said whether there are more: a page that is just full may be the first of many. */
  function endInSilence(rows: readonly JsonObject[]): undefined {
    const place = paging.next === undefined ? '' : `at \`${paging.next}\` or elsewhere `;
    const isHeader = paging.next?.startsWith('@header.') === true;
    if (rows.length === limit && !isHeader)
      throw fail(
        `just the ${limit} rows came that were asked for, and nothing ${place}says whether there are more`,
      );
    // Without a next page there is no such header; with a wrong name there is none either.
    if (rows.length > 1 && (!isHeader || rows.length === limit))
      anomalies.add(stream, `nothing ${place}told of further pages; it was taken for the end`);
    return undefined;
  }

  /** Asks for pages 1 and 2, to see what an endpoint makes of page numbers. */
  function probe(asked: 'page 1' | 'page 2', facts: Facts, rows: readonly JsonObject[]): Step {
    probed = { asked, facts, rows };
    at.page = asked === 'page 1' ? 1 : 2;
    return { ...ask(), isProbe: true };
  }

  function readProbe(rows: readonly JsonObject[], before: Probe, answer?: HttpResponse): RawPage {
    const { asked, facts, rows: first } = before;
    probed = undefined;
    if (asked === 'page 0') return readPage0(rows, before);
    if (asked === 'row 1') return readRow1(rows, first, answer);
    if (asked === 'less') {
      // It says so where it has to: what came first was the whole list.
      const facts = answer && readFacts(answer, rows, { profile, isOwn, read: rows.length });
      if (!facts?.isTold && !facts?.hint) throw failInSilence(first.length);
      learned.givesNext = true;
      return { rows: [], next: undefined };
    }
    if (!answer && asked === 'page 1' && !promiseOf(facts, at))
      return { rows, next: endOfAll(facts, first) };
    const print = printOf(rows);
    const isSame = print === printOf(first);
    if (isSame && asked === 'page 1') return { rows: [], next: probe('page 2', facts, first) };
    if (isSame) {
      const promise = promiseOf(facts, at);
      if (promise) throw failOf(promise, ', and the same page came again', otherPages());
      learned.whole = first.length;
      return { rows: [], next: endOfAll(facts, first) };
    }
    if (rows.length > 0 || asked === 'page 2') learned.firstPage = asked === 'page 1' ? 0 : 1;
    note(rows, print);
    const hasRows = answer && rows.length > 0;
    const said = hasRows ? readFacts(answer, rows, { profile, isOwn, read: at.read }) : facts;
    const next = hasRows ? nextOf(said, rows) : undefined;
    if (!next) checkEnd(said, rows);
    at.last = said;
    return { rows, next };
  }

  /** How many rows stand among those of another page. */
  function countSeen(rows: readonly JsonObject[], page: readonly JsonObject[]): number {
    const seen = new Set(page.map((row) => printOf([row])));
    return rows.filter((row) => seen.has(printOf([row]))).length;
  }

  /** What an offset of 1 gives: rows of the first page, unless offsets count something else. */
  function readRow1(
    rows: readonly JsonObject[],
    first: readonly JsonObject[],
    answer: HttpResponse | undefined,
  ): RawPage {
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
  }

  /** Whatever page 0 holds belongs to the list; what was printed already is not printed again (I12). */
  function readPage0(rows: readonly JsonObject[], { facts, rows: last }: Probe): RawPage {
    const isOther = countSeen(rows, page1) * 2 < rows.length;
    if (isOther) learned.firstPage = 0;
    else if (page1.length > 0) learned.firstPage = 1;
    if (isOther) note(rows, printOf(rows));
    checkEnd(facts, isOther ? rows : last);
    return { rows, next: undefined };
  }

  /**
   * Page numbers change nothing. A page of a usual size may still be a part of the list, unless another
   * was larger: asked for one row less, an endpoint with pages says that there are more.
   */
  function endOfAll(facts: Facts, first: readonly JsonObject[]): Step | undefined {
    if (learned.givesNext || first.length < (learned.most ?? 0)) return undefined;
    if (!isFull(first)) {
      if (first.length > 1) anomalies.add(stream, WHOLE);
      return undefined;
    }
    if (!sendable.has('limit') || first.length < 2) throw failInSilence(first.length);
    probed = { asked: 'less', facts, rows: first };
    return { values: { limit: first.length - 1 } };
  }

  function failInSilence(rows: number): SystemError {
    const odd = `${rows} rows came, nothing says whether there are more, and page 2 is page 1 again`;
    return fail(odd, WHOLE_LIST);
  }

  return { first: ask(), read: readPage };
}
