/**
 * Follows one list from page to page, and holds what its answers say against what came (I11): a list
 * comes whole, or the stream fails and says what was odd and what would mend it. Pure.
 */
import { hash } from 'node:crypto';
import type { Anomalies } from '../cdk/anomalies.ts';
import { SystemError } from '../cdk/errors.ts';
import type { Json, JsonObject } from '../cdk/protocol.ts';
import { findRows } from './envelope.ts';
import type { Answer } from './path.ts';
import { requestOf } from './profile.ts';
import { type Facts, readFacts } from './signs.ts';
import type { Paging, StreamProfile } from './streams/stream.ts';
import { placeholdersOf, textOf, type Values } from './template.ts';

/** What asks for a page: values of `{page}`, `{offset}`, `{cursor}`, or an address that an answer gave. */
export interface Step {
  readonly values: Values;
  readonly link?: string;
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
  /** Reads a good answer. Throws SystemError `GK_SHAPE` or `GK_PAGING`. */
  read(answer: Answer): RawPage;
}

/** What the lists of an endpoint showed so far, where it says nothing of its pages. */
export interface Learned {
  /** The number of its first page. */
  firstPage?: 0 | 1;
  ignoresPage?: boolean;
  /** Where the next cursor belongs, there was one at least once. */
  givesNext?: boolean;
  /** Rows of its largest answer. */
  most?: number;
}

export interface PaginatorOptions {
  readonly stream: string;
  readonly profile: StreamProfile;
  /** Whether the merchant described the paging. What is assumed bends to what answers look like. */
  readonly isOwn: boolean;
  readonly learned: Learned;
  readonly anomalies: Anomalies;
}

/** The first page of a list whose endpoint says nothing, and what was asked to find out more. */
interface Probe {
  readonly print: string;
  readonly rows: number;
  readonly asked: 'page 1' | 'page 2' | 'less';
}

type Kind = NonNullable<Paging['kind']>;

/** Pages without a row that a server may send in a row while it says that there are more. */
const MOST_EMPTY_PAGES = 1000;
/** Times that a sequence is read from its beginning because rows were taken out of it meanwhile. */
const MOST_RESTARTS = 3;
/** Sizes at which servers cut pages: so many rows, and nothing said, may be the first of many. */
export const USUAL_SIZES = new Set([
  10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 250, 300, 500, 1000,
]);
const ADDRESS = /^(https?:\/\/|\/|\?)/;
const SAY_ALL = 'If one answer has everything, say so in api_profile:';
const ASK = 'Ask how this endpoint is paged, and say it in api_profile, for example';

/** How far a list was followed. */
interface Position {
  kind: Kind;
  /** What asks for the page at hand. */
  page: number;
  offset: number;
  cursor: Json | undefined;
  /** Rows and pages that were read. */
  read: number;
  pages: number;
  /** What the answer before this one said. */
  last: Facts | undefined;
}

export function createPaginator(options: PaginatorOptions): Paginator {
  const { stream, profile, isOwn, learned, anomalies } = options;
  const { paging } = profile;
  const { limit } = paging;
  const sendable = new Set(placeholdersOf(requestOf(profile)).map(({ name }) => name));
  const prints = new Map<string, number>();
  const cursors = new Set<Json>();
  const at = beginningOf(paging, sendable);
  /** Pages without a row in a row. */
  let emptyPages = 0;
  let restarts = 0;
  /** The first page, while it is found out what the endpoint makes of page numbers. */
  let probed: Probe | undefined;

  const fail = (odd: string, mend: Paging = paging, advice = ASK): SystemError =>
    new SystemError(
      'GK_PAGING',
      `Stream ${stream}: ${odd}, so rows would be missing. ${advice} {"streams":{"${stream}":{"paging":${JSON.stringify(mend)}}}}.`,
      { stream },
    );

  function ask(): Step {
    const { kind, page, offset, cursor } = at;
    if (kind === 'page') return { values: { limit, page } };
    if (kind === 'offset') return { values: { limit, offset } };
    return { values: { limit, ...(cursor !== undefined && { cursor }) } };
  }

  function readPage(answer: Answer): RawPage {
    const rows = findRows(stream, profile, answer.body, { anomalies, isFirst: at.pages === 0 });
    const print = printOf(rows);
    if (probed) return readProbe(answer, rows, print, probed);
    const { last } = at;
    // The answer before this one said that it was the last, and so it was.
    if (last?.saysEnd && prints.has(print)) return { rows: [], next: undefined };
    note(rows, print);
    const facts = readFacts(answer, rows, { paging, isOwn, read: at.read });
    if (last && hasFallen(last, facts)) return { rows, next: beginAgain() };
    if (facts.next !== undefined) learned.givesNext = true;
    const next = nextOf(facts, rows, print);
    if (!next) checkEnd(facts, rows);
    at.last = facts;
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
    if (promise) throw fail(`${promise}, and the same page came again`);
    throw fail('the same page came twice', { kind: 'none' }, SAY_ALL);
  }

  /** Rows left the list, so those behind them moved up, over the edge of a page that was read. */
  function beginAgain(): Step {
    restarts += 1;
    if (restarts > MOST_RESTARTS) throw fail('rows kept leaving its list while it was read');
    anomalies.add(stream, 'rows left its list while it was read, which was read again');
    Object.assign(at, beginningOf(paging, sendable));
    prints.clear();
    cursors.clear();
    return ask();
  }

  function nextOf(facts: Facts, rows: readonly JsonObject[], print: string): Step | undefined {
    const { kind } = at;
    if (kind === 'none' || facts.more === false) return undefined;
    return kind === 'page' || kind === 'offset' ? count(facts, rows) : follow(facts, rows, print);
  }

  /** The next page of cursors and links. */
  function follow(facts: Facts, rows: readonly JsonObject[], print: string): Step | undefined {
    const step = facts.next === undefined ? undefined : stepTo(facts.next, facts.nextPath);
    if (step) return step;
    const promise = promiseOf(facts, at);
    if (promise) {
      if (isOwn || !(sendable.has('page') || sendable.has('offset'))) {
        const mend: Paging = { kind: 'page', limit: limit ?? 100 };
        throw fail(`${promise}, and no next ${at.kind} came with it`, mend);
      }
      // The answer counts, and so can the requests.
      at.kind = sendable.has('page') ? 'page' : 'offset';
      at.page = (facts.page ?? learned.firstPage ?? 1) + 1;
      at.offset = at.read;
      return ask();
    }
    const isTold = facts.isTold && !mayCountPage(facts, rows);
    if (isTold || rows.length === 0 || learned.givesNext) return undefined;
    return isOwn ? endInSilence(rows) : probe(rows, print);
  }

  function stepTo(next: Json, path: string): Step | undefined {
    const text = textOf(next);
    if (at.kind === 'link' || (!isOwn && ADDRESS.test(text))) {
      visit(text, 'a link');
      at.kind = 'link';
      return { values: { limit }, link: text };
    }
    if (!isOwn && /page$|page_?number$/i.test(path) && /^\d+$/.test(text) && sendable.has('page')) {
      at.kind = 'page';
      at.page = Number(text);
      return ask();
    }
    // The last page of some servers repeats the cursor that asked for it.
    if (at.cursor !== undefined && String(at.cursor) === text) return undefined;
    visit(text, `\`${path}\``);
    at.kind = 'cursor';
    at.cursor = next;
    return ask();
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
      return stepTo(next, nextPath);
    }
    if (more !== true && total !== undefined) {
      if (at.pages >= total) return undefined;
    } else if (more !== true) {
      const isCounted = facts.count !== undefined && at.read >= facts.count;
      if (isCounted && !mayCountPage(facts, rows)) return undefined;
      if (rows.length === 0 || (facts.saysEnd && !isFull(rows))) return undefined;
    }
    at.page += 1;
    at.offset += rows.length;
    return ask();
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
    const promise = promiseOf(facts, at);
    if (promise) throw fail(promise, isAll ? { kind: 'page', limit: limit ?? 100 } : paging);
    const { total, count: rowsTold, places } = facts;
    if (rowsTold !== undefined && at.read > rowsTold) {
      anomalies.add(stream, `more rows came than \`${places.count}\` says; all were emitted`);
    }
    if (total !== undefined && rowsTold === undefined && rows.length === 0 && at.pages > 1) {
      throw fail(`\`${places.total}\` says ${total} pages, and the last of them is empty`);
    }
    if (isAll && !facts.isTold && limit !== undefined && rows.length === limit) {
      throw fail(`just the ${limit} rows came that were asked for`);
    }
  }

  /** Nothing said whether there are more: a page that is just full may be the first of many. */
  function endInSilence(rows: readonly JsonObject[]): undefined {
    if (rows.length !== limit || paging.next?.startsWith('@header.')) return undefined;
    throw fail(
      `just the ${limit} rows came that were asked for, and nothing ${paging.next ? `at \`${paging.next}\` or elsewhere ` : ''}says whether there are more`,
    );
  }

  /** Asks for pages 1 and 2, to see what an endpoint that says nothing makes of page numbers. */
  function probe(rows: readonly JsonObject[], print: string): Step | undefined {
    const first = { print, rows: rows.length };
    if (!sendable.has('page') || learned.ignoresPage) return endOfAll(first, rows);
    at.kind = 'page';
    at.page = (learned.firstPage ?? 0) + 1;
    if (learned.firstPage === undefined) probed = { ...first, asked: 'page 1' };
    return ask();
  }

  function readProbe(
    answer: Answer,
    rows: readonly JsonObject[],
    print: string,
    { asked, ...first }: Probe,
  ): RawPage {
    probed = undefined;
    if (asked === 'less') {
      const facts = readFacts(answer, rows, { paging, isOwn, read: rows.length });
      // It says so where it has to: what came first was the whole list.
      if (!facts.isTold) throw failInSilence(first.rows);
      learned.givesNext = true;
      return { rows: [], next: undefined };
    }
    const isSame = print === first.print;
    if (isSame && asked === 'page 1') {
      probed = { ...first, asked: 'page 2' };
      at.page = 2;
      return { rows: [], next: ask() };
    }
    if (isSame) {
      learned.ignoresPage = true;
      return { rows: [], next: endOfAll(first, rows) };
    }
    learned.firstPage = asked === 'page 1' ? 0 : 1;
    note(rows, print);
    if (rows.length === 0) return { rows, next: undefined };
    at.page += 1;
    return { rows, next: ask() };
  }

  /**
   * Page numbers change nothing. A page of a usual size may still be a part of the list, unless another
   * was larger: asked for one row less, an endpoint with pages says that there are more.
   */
  function endOfAll(first: Omit<Probe, 'asked'>, rows: readonly JsonObject[]): Step | undefined {
    if (!isFull(rows) || learned.givesNext || rows.length < (learned.most ?? 0)) return undefined;
    if (!sendable.has('limit') || first.rows < 2) throw failInSilence(first.rows);
    probed = { ...first, asked: 'less' };
    return { values: { limit: first.rows - 1 } };
  }

  function failInSilence(rows: number): SystemError {
    const odd = `${rows} rows came, nothing says whether there are more, and page 2 is page 1 again`;
    return fail(odd, { kind: 'none' }, SAY_ALL);
  }

  return { first: ask(), read: readPage };
}

const beginningOf = (paging: Paging, sendable: ReadonlySet<string>): Position => ({
  kind: kindOf(paging, sendable),
  page: paging.first ?? 1,
  offset: paging.first ?? 0,
  cursor: undefined,
  read: 0,
  pages: 0,
  last: undefined,
});

/** What in an answer promises more than came, in words. */
function promiseOf(facts: Facts, { read, pages, cursor }: Position): string | undefined {
  const { more, next, total, count, places } = facts;
  if (more === true) return `\`${places.more}\` is true`;
  if (more === undefined && next !== undefined && String(next) !== String(cursor)) {
    return `\`${facts.nextPath}\` gives a next page`;
  }
  if (total !== undefined && total > Math.max(pages, facts.page ?? 0)) {
    return `\`${places.total}\` says ${total} pages, and ${pages} came`;
  }
  if (count === undefined || count <= read) return undefined;
  return `\`${places.count}\` says ${count} rows, and ${read} came`;
}

/** Where the profile does not say the kind, what its request holds tells it. */
function kindOf({ kind, next }: Paging, sendable: ReadonlySet<string>): Kind {
  if (kind) return kind;
  if (sendable.has('cursor')) return 'cursor';
  if (sendable.has('offset')) return 'offset';
  if (sendable.has('page')) return 'page';
  return next === undefined ? 'none' : 'link';
}

const hasFallen = (before: Facts, now: Facts): boolean =>
  isLess(now.total, before.total) || isLess(now.count, before.count);

const isLess = (now: number | undefined, before: number | undefined): boolean =>
  now !== undefined && before !== undefined && now > 0 && now < before;

/** The first and the last row and the number of rows are enough to know a page by. */
const printOf = (rows: readonly JsonObject[]): string =>
  hash('sha1', JSON.stringify([rows[0], rows.at(-1), rows.length]), 'base64');
