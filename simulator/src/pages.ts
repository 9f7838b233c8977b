import { describe, refundTurns } from './describe.ts';
import type { ListStream } from './entities.ts';
import type { Failure } from './envelope.ts';
import { sessionOfPlatformOrder } from './ids.ts';
import { planSession } from './lifecycle.ts';
import type { Route } from './routes.ts';
import { DAY_MS, parseIndiaDate, parseUtc } from './time.ts';
import type { Found, Timeline } from './timeline.ts';
import type { RowOrder } from './types.ts';
import { type Row, wireRow } from './wire.ts';
import { entityId, type World } from './world.ts';

/** Reads what a request asks for, and makes the page that answers it. */

/** What a list endpoint was asked. Faults bend it before it is answered. */
export interface Query {
  readonly stream: ListStream;
  readonly numbered: boolean;
  /** `[fromMs, toMs)` */
  readonly fromMs: number;
  readonly toMs: number;
  readonly order: RowOrder;
  readonly limit: number;
  /** From 1. */
  readonly page: number;
  readonly cursor: string | undefined;
  readonly position: number | undefined;
}

export interface Page {
  readonly rows: readonly Row[];
  readonly next: string | null;
  readonly more: boolean;
  readonly page: number;
  readonly limit: number;
  readonly total: number;
  readonly pages: number;
  /** Answer `data: {}`. */
  readonly empty?: boolean;
}

type Params = Readonly<Record<string, string>>;

const DEFAULT_LIMIT = 100;
const MOST_LIMIT = 500;
/** KwikShip takes thirty days at most, both ends counted. */
const KWIKSHIP_DAYS = 30;

function bad(message: string): Failure {
  return { status: 400, message, inBody: true };
}

export function isFailure(value: object): value is Failure {
  return 'inBody' in value;
}

/** The last row's place in the order: stable however rows change. `turn` makes it look new. */
export function encodeCursor(stream: ListStream, position: number | null, turn = 0): string {
  return Buffer.from(JSON.stringify([stream, position, turn])).toString('base64url');
}

/** Null: from the first row. Undefined: no cursor of this stream. */
function decodeCursor(stream: ListStream, text: string): number | null | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (!Array.isArray(value) || value[0] !== stream) return undefined;
    return typeof value[1] === 'number' || value[1] === null ? value[1] : undefined;
  } catch {
    return undefined;
  }
}

function readWindow(route: Route, params: Params): { fromMs: number; toMs: number } | Failure {
  const [fromName, toName] = route.window ?? ['', ''];
  const parse = route.dates ? parseIndiaDate : parseUtc;
  const [from, to] = [params[fromName], params[toName]];
  const fromMs = from === undefined ? Number.NEGATIVE_INFINITY : parse(from);
  const endMs = to === undefined ? Number.POSITIVE_INFINITY : parse(to);
  if (fromMs === undefined) return bad(`Invalid value for ${fromName}`);
  if (endMs === undefined) return bad(`Invalid value for ${toName}`);
  const toMs = route.dates ? endMs + DAY_MS : endMs;
  if (route.family === 'kwikship' && !(toMs - fromMs <= KWIKSHIP_DAYS * DAY_MS)) {
    return { status: 400, message: 'Date range must not exceed 30 days', inBody: false };
  }
  return { fromMs, toMs };
}

function readCount(text: string | undefined, fallback: number): number | undefined {
  if (text === undefined) return fallback;
  return /^[1-9]\d{0,6}$/.test(text) ? Number(text) : undefined;
}

export function readQuery(route: Route, params: Params, order: RowOrder): Query | Failure {
  const stream = route.stream as ListStream;
  const window = readWindow(route, params);
  if (isFailure(window)) return window;
  const limit = readCount(params[route.limit], DEFAULT_LIMIT);
  if (limit === undefined) return bad(`Invalid value for ${route.limit}`);
  const page = readCount(params.page, 1);
  if (page === undefined) return bad('Invalid value for page');
  const { cursor } = params;
  const position = cursor === undefined ? null : decodeCursor(stream, cursor);
  if (position === undefined) return bad('Invalid cursor');
  return {
    stream,
    numbered: route.paging !== 'cursor',
    ...window,
    order,
    limit: Math.min(limit, MOST_LIMIT),
    page,
    cursor,
    position: position ?? undefined,
  };
}

/** Makes pages of one merchant, as of the present. */
export interface Reader {
  read(query: Query): Page;
  /** Rows of a platform order's refunds; undefined when there is no such order. */
  refunds(platformOrderId: string): Row[] | undefined;
  /** Moves the row that would come next to now. */
  shift(query: Query, page: Page): void;
}

export function createReader(world: World, timeline: Timeline, now: () => number): Reader {
  const rowOf = (stream: ListStream, found: Found, nowMs: number): Row => {
    const { plan, sub, updatedMs } = found;
    const facts = describe(world, stream, plan, sub, { nowMs, updatedMs });
    return wireRow(world.seed, stream, entityId(plan.index, sub), facts);
  };
  const readNumbered = (query: Query, nowMs: number): Page => {
    const { stream, limit, page } = query;
    const { found, total } = timeline.slice(query, (page - 1) * limit, limit, nowMs);
    const rows = found.map((row) => rowOf(stream, row, nowMs));
    const pages = Math.ceil(total / limit);
    return { rows, next: null, more: page < pages, page, limit, total, pages };
  };
  return {
    read(query) {
      const nowMs = now();
      if (query.numbered) return readNumbered(query, nowMs);
      const { stream, limit, page } = query;
      // One more than asked for tells whether there is more.
      const found = timeline.after(query, query.position, limit + 1, nowMs);
      const shown = found.slice(0, limit);
      const more = found.length > limit;
      const last = shown.at(-1);
      const next = more && last !== undefined ? encodeCursor(stream, last.position) : null;
      const rows = shown.map((row) => rowOf(stream, row, nowMs));
      return { rows, next, more, page, limit, total: rows.length, pages: 1 };
    },
    refunds(platformOrderId) {
      const nowMs = now();
      const index = sessionOfPlatformOrder(world, platformOrderId);
      if (index === undefined) return undefined;
      const plan = planSession(world, index);
      const known = plan.order?.confirmedMs;
      if (known === undefined || known > nowMs) return undefined;
      const at = { nowMs, updatedMs: nowMs };
      return refundTurns(plan, nowMs).map((turn) =>
        wireRow(
          world.seed,
          'refunds',
          entityId(index, turn),
          describe(world, 'refunds', plan, turn, at),
        ),
      );
    },
    shift(query, page) {
      if (query.numbered || page.next === null) return;
      const position = decodeCursor(query.stream, page.next) ?? undefined;
      const [row] = timeline.after(query, position, 1, now());
      if (row !== undefined) timeline.touch(query.stream, row, now());
    },
  };
}
