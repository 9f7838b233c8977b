import type { Page, Row } from '../streams/stream.ts';
import { DAY_MS } from '../world/time.ts';
import type { Fault, Strike } from './faults.ts';
import { encodeCursor, isNumbered, type Query, type Reader } from './pages.ts';

/** Faults of a page: what is asked is bent before it is read, what was read before it is sent. */

/** Stands in a row for text that no JSON value has; replaced once the page is text. */
const MARK = '\u2020spoiled\u2020';

/** Faults that need a window, and so mean nothing to refunds. */
const OF_LISTS: readonly Fault['kind'][] = [
  'repeat_cursor',
  'empty_page_more',
  'growing_total',
  'outside_window',
  'ignore_upper',
  'shift_page',
];

/** Faults of a page's rows, which a refusal has none of. */
const OF_PAGES: readonly Fault['kind'][] = [
  ...OF_LISTS,
  'empty_data',
  'duplicate_rows',
  'proto_keys',
  'big_numbers',
  'deep_json',
  'invalid_utf8',
  'huge_page',
];

/**
 * Whether a fault would show on this request, `query` being what a list was asked and `refused`
 * that there will be no rows: a cursor cannot be repeated before there is one.
 */
export function canSpoil(fault: Fault, query: Query | undefined, refused: boolean): boolean {
  if (refused) return !OF_PAGES.includes(fault.kind);
  if (query === undefined) return !OF_LISTS.includes(fault.kind);
  switch (fault.kind) {
    case 'repeat_cursor':
      return query.cursor !== undefined || query.page > 1;
    case 'empty_page_more':
    case 'shift_page':
      return !isNumbered(query);
    case 'growing_total':
      return isNumbered(query);
    default:
      return true;
  }
}

export function spoilQuery(query: Query, { fault }: Strike): Query {
  if (fault.kind === 'ignore_upper') return { ...query, toMs: Number.POSITIVE_INFINITY };
  if (fault.kind === 'repeat_cursor' && isNumbered(query))
    return { ...query, page: query.page - 1 };
  return query;
}

/** Spoils how a list goes on. `asked` is the query as it came, `reader` gives other true rows. */
export function spoilList(page: Page, asked: Query, { fault, hit }: Strike, reader: Reader): Page {
  switch (fault.kind) {
    case 'repeat_cursor': {
      const next = asked.cursor ?? null;
      return { ...page, page: asked.page, next, more: true, pages: asked.page + 1 };
    }
    case 'empty_page_more': {
      const next = encodeCursor(asked.stream, asked.position ?? null, hit);
      return { ...page, rows: [], next, more: true };
    }
    case 'growing_total':
      return { ...page, pages: page.pages + hit, more: true };
    case 'outside_window':
      return { ...page, rows: [...page.rows, ...outsideRows(asked, fault.rows ?? 2, reader)] };
    case 'shift_page':
      reader.shift(asked, page);
      return page;
    default:
      return page;
  }
}

/** Spoils the rows themselves. */
export function spoilRows(page: Page, { fault }: Strike): Page {
  switch (fault.kind) {
    case 'empty_data':
      return { ...page, rows: [], next: null, more: false, empty: true };
    case 'duplicate_rows':
      return { ...page, rows: [...page.rows, ...page.rows.slice(0, fault.rows ?? 3)] };
    case 'proto_keys':
      return withFirst(page, protoKeys);
    case 'big_numbers':
      return withFirst(page, (row) => ({ ...row, [fault.field ?? 'big_number']: MARK }));
    case 'deep_json':
      return withFirst(page, (row) => ({ ...row, nested: MARK }));
    case 'invalid_utf8':
      return withFirst(page, (row) => ({ ...row, note: MARK }));
    case 'huge_page': {
      const padding = ' '.repeat((fault.megabytes * 2 ** 20) / Math.max(1, page.rows.length));
      return { ...page, rows: page.rows.map((row) => ({ ...row, padding })) };
    }
    default:
      return page;
  }
}

export function spoilText(text: string, { fault }: Strike): string {
  const mark = JSON.stringify(MARK);
  if (fault.kind === 'big_numbers') return text.replace(mark, fault.digits ?? '9007199254740993');
  if (fault.kind !== 'deep_json') return text;
  const depth = fault.depth ?? 10_000;
  return text.replace(mark, '['.repeat(depth) + ']'.repeat(depth));
}

/** Overwrites the mark by bytes that no UTF-8 text has. */
export function spoilBytes(body: Buffer): Buffer {
  const at = body.indexOf(MARK);
  return at < 0 ? body : Buffer.from(body).fill(0xff, at, at + Buffer.byteLength(MARK));
}

function withFirst(page: Page, change: (row: Row) => Row): Page {
  const [first, ...others] = page.rows;
  return first === undefined ? page : { ...page, rows: [change(first), ...others] };
}

function protoKeys(row: Row): Row {
  // A computed name makes a field of its own where a plain one would set the prototype.
  return { ...row, ['__proto__']: { polluted: true }, constructor: 'x', prototype: { y: 1 } };
}

function outsideRows(asked: Query, rows: number, reader: Reader): Row[] {
  const around = { ...asked, limit: rows, page: 1, cursor: undefined, position: undefined };
  const before = { ...around, fromMs: asked.fromMs - DAY_MS, toMs: asked.fromMs };
  const past = { ...around, fromMs: asked.toMs, toMs: asked.toMs + DAY_MS };
  return [before, past].flatMap((query) => [...reader.read(query).rows]);
}
