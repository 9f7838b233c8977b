/**
 * Follows one list from page to page, and holds what its answers say against what came (I11): a list
 * comes whole, or the stream fails and says what was odd and what would mend it. Pure.
 */
import type { Anomalies } from '../../cdk/anomalies.ts';
import type { SystemError } from '../../cdk/errors.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import type { HttpResponse } from '../../http/http.ts';
import { valueAt } from '../path.ts';
import { requestOf } from '../profile.ts';
import type { Paging, StreamProfile } from '../streams/stream.ts';
import { placeholdersOf, textOf } from '../template.ts';
import { createMender, SAY_ROUND, SAY_TIES, SAY_TOTAL } from './advice.ts';
import { findRows } from './lists.ts';
import { createNumbering } from './numbering.ts';
import {
  beginningOf,
  compilePrint,
  hasFallen,
  type Learned,
  promiseOf,
  type RawPage,
  ROUND,
  remember,
  type Step,
} from './position.ts';
import { type Facts, isPageNumber, readFacts } from './signs.ts';

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

/** Pages without a row that a server may send in a row while it says that there are more. */
const MOST_EMPTY_PAGES = 1000;
/** Times that a sequence is read from its beginning because rows were taken out of it meanwhile. */
const MOST_RESTARTS = 3;
const ADDRESS = /^(https?:\/\/|\/|\?)/;
/** In place of an answer that means that there are no rows: it tells nothing else. */
const NOTHING: HttpResponse = { status: 200, headers: {}, body: null };
const TIES =
  'is the same in several rows, and the next page begins after it: those that share it with the last row of a page may be missing; if there is one that no two rows share, name that in `paging.next`';

export function createPaginator(options: PaginatorOptions): Paginator {
  const { stream, profile, isOwn, learned, anomalies } = options;
  const { paging } = profile;
  const { limit } = paging;
  const mender = createMender(options);
  const { fail, failOf, failInSilence, otherPages } = mender;
  const sendable = new Set(placeholdersOf(requestOf(profile)).map(({ name }) => name));
  const printOf = compilePrint(profile);
  const prints = new Map<string, number>();
  const cursors = new Set<Json>();
  const at = beginningOf(paging, sendable, learned);
  const sequence = { ...options, at, sendable, mender, printOf, note, proceed, turn, checkEnd };
  const numbering = createNumbering(sequence);
  /** Pages without a row in a row. */
  let emptyPages = 0;
  let restarts = 0;
  let hasTies = false;

  function ask(): Step {
    const { kind, page, offset, cursor } = at;
    if (kind === 'page') return { values: { limit, page } };
    if (kind === 'offset') return { values: { limit, offset } };
    return { values: { limit, ...(cursor !== undefined && { cursor }) } };
  }

  function read(answer: HttpResponse | undefined): RawPage {
    const options = { anomalies, isFirst: at.pages === 0 };
    const rows = answer ? findRows(stream, profile, answer.body, options) : [];
    const page = numbering.read(rows, answer) ?? readPage(rows, answer);
    if (page.next) return page;
    const isRound = at.read >= ROUND && at.read % (ROUND / 2) === 0;
    const doubt = at.doubt ?? (isRound && { told: SAY_ROUND });
    return doubt ? { ...page, doubt } : page;
  }

  function readPage(rows: readonly JsonObject[], answer: HttpResponse | undefined): RawPage {
    const { last } = at;
    const print = printOf(rows);
    // The answer before this one said that it was the last, and so it was.
    if ((last?.saysEnd || at.isBeyond) && prints.has(print)) {
      if (at.isBeyond) numbering.endWhereTold();
      return { rows: [], next: undefined };
    }
    // Numbers were assumed, and change nothing.
    const isSame = isRepeated(rows, print) && prints.size === 1;
    if (isSame && last && !isOwn && at.kind === 'page')
      return { rows: [], next: numbering.ignored(last, rows) };
    note(rows, print);
    const facts = readFacts(answer ?? NOTHING, rows, { profile, isOwn, read: at.read });
    if (last && !at.isBeyond && hasFallen(last, facts)) return { rows, next: beginAgain() };
    if (facts.next !== undefined) learned.givesNext = true;
    if (at.fromPage1 && at.pages === 1) at.page1 = rows;
    return proceed(facts, rows);
  }

  function proceed(facts: Facts, rows: readonly JsonObject[]): RawPage {
    const next = nextOf(facts, rows) ?? numbering.page0(facts, rows);
    if (!next) checkEnd(facts, rows);
    at.last = remember(facts, at.last);
    return { rows, next, ...(facts.count !== undefined && { expected: facts.count }) };
  }

  function isRepeated(rows: readonly JsonObject[], print: string): boolean {
    // One row alone may have slipped on to the next page while it was read.
    const most = rows.length > 1 ? 1 : 3;
    return rows.length > 0 && (prints.get(print) ?? 0) >= most;
  }

  function note(rows: readonly JsonObject[], print: string): void {
    at.read += rows.length;
    at.pages += 1;
    learned.most = Math.max(learned.most ?? 0, rows.length);
    emptyPages = rows.length === 0 ? emptyPages + 1 : 0;
    if (emptyPages > MOST_EMPTY_PAGES) throw fail('empty pages kept coming');
    if (isRepeated(rows, print)) throw failRepeated(rows.length);
    if (rows.length > 0) prints.set(print, (prints.get(print) ?? 0) + 1);
  }

  function failRepeated(rows: number): SystemError {
    const promise = at.last && promiseOf(at.last, at);
    if (promise) return failOf(promise, ', and the same page came again', otherPages());
    const odd = 'the same page came twice';
    if (at.pages <= 2 || at.kind === 'none') return fail(odd, mender.wholeList(rows));
    return fail(odd, { mend: { ...paging, total: 'meta.total_pages' }, advice: SAY_TOTAL });
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
      if (at.kind === 'page' && page === undefined) return numbering.secondPage(facts, rows);
      at.page = (page ?? 1) + 1;
      at.offset = at.read;
      return ask();
    }
    const isTold = facts.isTold && !numbering.mayCountPage(facts, rows);
    if (isTold || rows.length === 0 || learned.givesNext) return undefined;
    if (isOwn) return numbering.askForLess(rows, () => endInSilence(rows));
    if (!sendable.has('page') || rows.length <= (learned.whole ?? 0))
      return numbering.endOfAll(facts, rows);
    at.kind = 'page';
    if (learned.firstPage === undefined) return numbering.secondPage(facts, rows);
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
    if (more !== true && at.isBeyond && rows.length === 0) return numbering.endWhereTold();
    if (more !== true && total !== undefined) {
      if (at.pages >= total) return numbering.beyond(rows);
    } else if (more !== true) {
      const isCounted = facts.count !== undefined && at.read >= facts.count;
      if (isCounted && !numbering.mayCountPage(facts, rows)) return numbering.beyond(rows);
      if (rows.length === 0 || (facts.saysEnd && !numbering.isFull(rows))) return undefined;
    }
    const isSilent = more === undefined && total === undefined && facts.count === undefined;
    const isFirst = at.kind === 'offset' && at.offset === 0 && rows.length > 1;
    if (isSilent && isFirst && !learned.countsRows) return numbering.row1(rows);
    return turn(rows);
  }

  function turn(rows: readonly JsonObject[]): Step {
    at.page += 1;
    at.offset += rows.length;
    return ask();
  }

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
    if (isAll && !facts.isTold && limit !== undefined && rows.length === limit)
      at.doubt = { error: failInSilence(limit) };
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

  return { first: ask(), read };
}
