import { SystemError } from '../cdk/errors.ts';
import { isJsonObject } from '../cdk/json.ts';
import type { JsonObject } from '../cdk/protocol.ts';
import type { Anomalies } from './anomalies.ts';
import type { Paging, StreamProfile } from './profile.ts';

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
  let lastPrint = '';
  return {
    first: firstParams(paging),
    read(body) {
      const rows = findRows(stream, body, profile.records, anomalies);
      const next = follow(body, rows.length);
      // A server that ignores its own paging sends one page for ever; two rows are enough to know.
      const print = rows.length > 1 ? JSON.stringify([rows[0], rows.at(-1), rows.length]) : '';
      if (print !== '' && print === lastPrint) {
        throw endless(stream, 'the same page came twice');
      }
      lastPrint = print;
      return { rows, next };
    },
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

type Follower = (body: unknown, rows: number) => Record<string, string> | undefined;

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
      return { ...base, [paging.cursor_param]: next };
    };
  }
  let page = 1;
  return (body, rows) => {
    if (!hasNextPage(paging, body, rows, page)) return undefined;
    countEmpty(rows);
    page += 1;
    return { ...base, [paging.page_param]: String(page) };
  };
}

function hasNextPage(
  paging: Extract<Paging, { kind: 'page' }>,
  body: unknown,
  rows: number,
  page: number,
): boolean {
  const full = rows > 0 && rows >= (paging.limit ?? 1);
  if (paging.until === 'total') {
    // Read anew from every page: the number grows while rows are added.
    const total = Number(valueAt(body, paging.total ?? '') ?? Number.NaN);
    return Number.isFinite(total) ? page < total : full;
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
  const data = isJsonObject(body) ? body.data : undefined;
  if (data === null || (isJsonObject(data) && Object.keys(data).length === 0)) {
    anomalies.add(stream, 'a successful answer held no list (`data` was empty), taken for no rows');
    return [];
  }
  throw new SystemError(
    'GK_SHAPE',
    `Stream ${stream}: the answer holds no list of rows at ${paths.join(', ')}. GoKwik's answer has another shape than expected: set \`records\` of this stream in api_profile.`,
    { stream, detail: `keys: ${keysOf(body)}; keys of data: ${keysOf(data)}` },
  );
}

const keysOf = (value: unknown): string =>
  isJsonObject(value) ? Object.keys(value).slice(0, 20).join(', ') : typeof value;

const endless = (stream: string, why: string): SystemError =>
  new SystemError(
    'GK_PAGING',
    `Stream ${stream}: its pages do not come to an end (${why}), so reading stopped before rows could be lost or repeated for ever. Ask GoKwik how this endpoint is paged and set \`paging\` in api_profile.`,
    { stream },
  );
