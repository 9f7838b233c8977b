import type { Asked, Listed, ListRoute, Page, Row } from '../streams/stream.ts';
import { planSession } from '../world/lifecycle.ts';
import { DAY_MS, parseIndiaDate, parseUtc } from '../world/time.ts';
import { entityId, sessionOfPlatformOrder, type World } from '../world/world.ts';
import type { Failure } from './reply.ts';
import type { Found, RowOrder, Timeline } from './timeline.ts';
import { wireRow } from './wire.ts';

/** Reads what a request asks for, and makes the page that answers it. */

/** What a list endpoint was asked. Faults bend it before it is answered. */
export interface Query {
  readonly stream: Listed;
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

type Params = Readonly<Record<string, string>>;

const DEFAULT_LIMIT = 100;
const MOST_LIMIT = 500;

function bad(message: string): Failure {
  return { status: 400, message, inBody: true };
}

export function isFailure(value: object): value is Failure {
  return 'inBody' in value;
}

/** The last row's place in the order: stable however rows change. `turn` makes it look new. */
export function encodeCursor({ name }: Listed, position: number | null, turn = 0): string {
  return Buffer.from(JSON.stringify([name, position, turn])).toString('base64url');
}

/** Null: from the first row. Undefined: no cursor of this stream. */
function decodeCursor({ name }: Listed, text: string): number | null | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (!Array.isArray(value) || value[0] !== name) return undefined;
    return typeof value[1] === 'number' || value[1] === null ? value[1] : undefined;
  } catch {
    return undefined;
  }
}

function readWindow(route: ListRoute, params: Params): { fromMs: number; toMs: number } | Failure {
  const [fromName, toName] = route.window;
  const parse = route.dates ? parseIndiaDate : parseUtc;
  const [from, to] = [params[fromName], params[toName]];
  const fromMs = from === undefined ? Number.NEGATIVE_INFINITY : parse(from);
  const endMs = to === undefined ? Number.POSITIVE_INFINITY : parse(to);
  if (fromMs === undefined) return bad(`Invalid value for ${fromName}`);
  if (endMs === undefined) return bad(`Invalid value for ${toName}`);
  const toMs = route.dates ? endMs + DAY_MS : endMs;
  const { mostDays } = route;
  if (mostDays !== undefined && !(toMs - fromMs <= mostDays * DAY_MS)) {
    const message = `Date range must not exceed ${mostDays} days`;
    return { status: 400, message, inBody: false };
  }
  return { fromMs, toMs };
}

function readCount(text: string | undefined, fallback: number): number | undefined {
  if (text === undefined) return fallback;
  return /^[1-9]\d{0,6}$/.test(text) ? Number(text) : undefined;
}

export function readQuery(stream: Listed, params: Params, order: RowOrder): Query | Failure {
  const { route } = stream;
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
    ...window,
    order,
    limit: Math.min(limit, MOST_LIMIT),
    page,
    cursor,
    position: position ?? undefined,
  };
}

export const isNumbered = ({ stream }: Query): boolean => stream.route.paging === 'number';

/** Makes pages of one merchant, as of the present. */
export interface Reader {
  read(query: Query): Page;
  /** Rows of a platform order; undefined when there is no such order. */
  ask(stream: Asked, platformOrderId: string): Row[] | undefined;
  /** Moves the row that would come next to now. */
  shift(query: Query, page: Page): void;
}

export function createReader(world: World, timeline: Timeline, now: () => number): Reader {
  const rowOf = (stream: Listed, found: Found, nowMs: number): Row => {
    const { plan, sub, updatedMs } = found;
    const facts = stream.facts(world, plan, sub, { nowMs, updatedMs });
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
      if (isNumbered(query)) return readNumbered(query, nowMs);
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
    ask(stream, platformOrderId) {
      const nowMs = now();
      const index = sessionOfPlatformOrder(world, platformOrderId);
      if (index === undefined) return undefined;
      const plan = planSession(world, index);
      const known = plan.order?.confirmedMs;
      if (known === undefined || known > nowMs) return undefined;
      const at = { nowMs, updatedMs: nowMs };
      return stream.turns(plan, nowMs).map((turn) => {
        const facts = stream.facts(world, plan, turn, at);
        return wireRow(world.seed, stream, entityId(index, turn), facts);
      });
    },
    shift(query, page) {
      if (isNumbered(query) || page.next === null) return;
      const position = decodeCursor(query.stream, page.next) ?? undefined;
      const [row] = timeline.after(query, position, 1, now());
      if (row !== undefined) timeline.touch(query.stream, row, now());
    },
  };
}
