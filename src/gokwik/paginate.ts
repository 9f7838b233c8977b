import { hash } from 'node:crypto';
import { SystemError } from '../cdk/errors.ts';
import { isJsonObject } from '../cdk/json.ts';
import type { JsonObject } from '../cdk/protocol.ts';
import type { Anomalies } from './anomalies.ts';
import type { Paging, StreamProfile } from './streams/stream.ts';

/** A page's rows and the parameters that ask for the next page; none: this was the last. */
export interface RawPage {
  readonly rows: readonly JsonObject[];
  readonly next: Readonly<Record<string, string>> | undefined;
}

/** Follows one sequence of pages. Made anew for each window: it remembers what it has seen. */
export interface Paginator {
  readonly first: Readonly<Record<string, string>>;
  /** Reads a successful envelope. Throws SystemError on a shape or sequence it cannot follow. */
  read(body: unknown): RawPage;
}

/** Pages without a row that a server may send in a row while it says that there are more. */
const MOST_EMPTY_PAGES = 1000;

/** Times that a sequence is read from its beginning because rows were taken out of it meanwhile. */
const MOST_RESTARTS = 3;

/** The value at a dotted path, or undefined. */
export function valueAt(body: unknown, path: string): unknown {
  let value = body;
  for (const step of path.split('.')) {
    if (!isJsonObject(value) || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return value;
}

export function createPaginator(
  stream: string,
  profile: Pick<StreamProfile, 'paging' | 'records'>,
  anomalies: Anomalies,
): Paginator {
  const { paging } = profile;
  const follow = createFollower(stream, paging, anomalies);
  const hasComeBefore = createMemory();
  let isFirst = true;
  return {
    first: firstParams(paging),
    read(body) {
      // After a page that promised more, nothing at all is no page: rows would be lost silently.
      if (!isFirst && isHollow(body)) throw shapeless(stream, body, profile.records);
      isFirst = false;
      const rows = findRows(stream, body, profile.records, anomalies);
      const next = follow(body, rows.length);
      if (next?.restart) hasComeBefore.forget();
      else if (hasComeBefore.page(rows)) throw endless(stream, 'the same page came twice');
      return { rows, next: next?.params };
    },
  };
}

/**
 * A server that ignores its own paging sends one page for ever, or some in turn. The first and the
 * last row and the number of rows are enough to know a page by. One row alone may have slipped on to
 * the next page while it was read, so a page of one has to come more often.
 */
function createMemory(): { page(rows: readonly JsonObject[]): boolean; forget(): void } {
  const times = new Map<string, number>();
  return {
    page(rows) {
      const [first, last] = [rows[0], rows.at(-1)];
      if (first === undefined || last === undefined) return false;
      const print = hash(
        'sha1',
        `${JSON.stringify(first)} ${JSON.stringify(last)} ${rows.length}`,
        'base64',
      );
      const before = times.get(print) ?? 0;
      times.set(print, before + 1);
      return before >= (rows.length > 1 ? 1 : 3);
    },
    forget: () => times.clear(),
  };
}

function firstParams(paging: Paging): Record<string, string> {
  const params: Record<string, string> = {};
  if (paging.kind === 'page') params[paging.page_param] = '1';
  if (paging.kind !== 'none' && paging.limit_param && paging.limit) {
    params[paging.limit_param] = String(paging.limit);
  }
  return params;
}

/** `restart`: the sequence is read again from its beginning. */
interface Step {
  readonly params: Record<string, string>;
  readonly restart?: boolean;
}

type Follower = (body: unknown, rows: number) => Step | undefined;

function createFollower(stream: string, paging: Paging, anomalies: Anomalies): Follower {
  const base = firstParams(paging);
  let empty = 0;
  const countEmpty = (rows: number): void => {
    empty = rows === 0 ? empty + 1 : 0;
    if (empty > MOST_EMPTY_PAGES) throw endless(stream, 'empty pages kept coming');
  };
  if (paging.kind === 'none') return () => undefined;
  if (paging.kind === 'cursor') {
    const seen = new Set<string>();
    return (body, rows) => {
      const next = tokenAt(body, paging.next);
      const more = flagAt(body, paging.more);
      if (more === false) return undefined;
      if (next === undefined) {
        if (more) anomalies.add(stream, `\`${paging.more}\` was true without \`${paging.next}\``);
        return undefined;
      }
      countEmpty(rows);
      if (seen.has(next)) throw endless(stream, `\`${paging.next}\` was repeated`);
      seen.add(next);
      return { params: { ...base, [paging.cursor_param]: next } };
    };
  }
  let page = 1;
  let restarts = 0;
  const pages = createFalling(paging.until === 'total' ? paging.total : undefined);
  const count = createFalling(paging.count);
  return (body, rows) => {
    // Both are looked at, whatever the first says.
    const hasFallen = [pages.falls(body), count.falls(body)].includes(true);
    // Rows left the list, so those behind them moved up, over the edge of a page that was read.
    if (hasFallen && page > 1) {
      restarts += 1;
      if (restarts > MOST_RESTARTS) throw endless(stream, 'rows kept leaving them');
      anomalies.add(stream, 'rows left its list while it was read, which was read again');
      page = 1;
      pages.forget();
      count.forget();
      return { params: base, restart: true };
    }
    if (!hasNextPage(paging, body, rows, page)) return undefined;
    countEmpty(rows);
    page += 1;
    return { params: { ...base, [paging.page_param]: String(page) } };
  };
}

/** Watches a number that every page tells anew: it grows while rows are added. */
function createFalling(path: string | undefined): {
  falls(body: unknown): boolean;
  forget(): void;
} {
  let last = 0;
  return {
    falls(body) {
      const before = last;
      last = numberAt(body, path) ?? 0;
      return last > 0 && last < before;
    },
    forget() {
      last = 0;
    },
  };
}

function numberAt(body: unknown, path: string | undefined): number | undefined {
  const value = Number(valueAt(body, path ?? '') ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}

function hasNextPage(
  paging: Extract<Paging, { kind: 'page' }>,
  body: unknown,
  rows: number,
  page: number,
): boolean {
  const full = rows > 0 && rows >= (paging.limit ?? 1);
  if (paging.until === 'total') {
    const total = numberAt(body, paging.total);
    return total === undefined ? full : page < total;
  }
  if (paging.until === 'more') return flagAt(body, paging.more ?? '') ?? rows > 0;
  return full;
}

/** Looked for where the profile says, and inside `data`. */
function lookUp(body: unknown, path: string): unknown {
  return valueAt(body, path) ?? valueAt(body, `data.${path}`);
}

function tokenAt(body: unknown, path: string): string | undefined {
  const value = lookUp(body, path);
  return (typeof value === 'string' && value !== '') || typeof value === 'number'
    ? String(value)
    : undefined;
}

function flagAt(body: unknown, path: string): boolean | undefined {
  const value = lookUp(body, path);
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : undefined;
}

function findRows(
  stream: string,
  body: unknown,
  paths: readonly string[],
  anomalies: Anomalies,
): JsonObject[] {
  for (const path of paths) {
    const list = valueAt(body, path);
    if (!Array.isArray(list)) continue;
    const rows = list.filter(isJsonObject);
    for (let dropped = list.length - rows.length; dropped > 0; dropped -= 1) {
      anomalies.add(stream, 'an entry of the list was not an object and was dropped');
    }
    return rows;
  }
  if (isHollow(body)) {
    anomalies.add(stream, 'a successful answer held no list (`data` was empty), taken for no rows');
    return [];
  }
  throw shapeless(stream, body, paths);
}

/** Whether a successful answer holds nothing: `data` is `{}` or null. */
export function isHollow(body: unknown): boolean {
  const data = isJsonObject(body) ? body.data : undefined;
  return data === null || (isJsonObject(data) && Object.keys(data).length === 0);
}

const shapeless = (stream: string, body: unknown, paths: readonly string[]): SystemError =>
  new SystemError(
    'GK_SHAPE',
    `Stream ${stream}: the answer holds no list of rows at ${paths.join(', ')}. GoKwik's answer has another shape than expected: set \`records\` of this stream in api_profile.`,
    {
      stream,
      detail: `keys: ${keysOf(body)}; keys of data: ${keysOf(valueAt(body, 'data'))}`,
    },
  );

const keysOf = (value: unknown): string =>
  isJsonObject(value) ? Object.keys(value).slice(0, 20).join(', ') : typeof value;

const endless = (stream: string, why: string): SystemError =>
  new SystemError(
    'GK_PAGING',
    `Stream ${stream}: its pages do not come to an end (${why}), so reading stopped before rows could be lost or repeated for ever. Ask GoKwik how this endpoint is paged and set \`paging\` in api_profile.`,
    { stream },
  );
