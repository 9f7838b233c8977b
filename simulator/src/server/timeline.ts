import { type Listed, touchKey, versionMs } from '../streams/stream.ts';
import { type Plan, planSession } from '../world/lifecycle.ts';
import { hash, SALT } from '../world/random.ts';
import { SECOND_MS, wholeSeconds } from '../world/time.ts';
import { HORIZON_MS, SUBS, sessionsIn, type World } from '../world/world.ts';

/**
 * Which versions of which entities fall into a window, without a table of all entities.
 *
 * A version is a moment and an entity, packed into one number that sorts by moment, then entity.
 * The list of a window does not depend on the simulated present, so it is made once and kept; whether
 * a version is still the current one is asked when a page is read, of the few rows that page needs.
 */

/** A row found: the current version of an entity. */
export interface Found {
  readonly plan: Plan;
  readonly sub: number;
  readonly updatedMs: number;
  /** Its place in the order of rows. */
  readonly position: number;
}

/** How rows of a list follow each other, by their cursor. */
export type RowOrder = 'asc' | 'desc' | 'random';

interface Span {
  readonly stream: Listed;
  /** `[fromMs, toMs)` */
  readonly fromMs: number;
  readonly toMs: number;
  readonly order: RowOrder;
}

export interface Timeline {
  /** Up to `limit` rows that follow a position, from the first when there is none. */
  after(span: Span, position: number | undefined, limit: number, nowMs: number): Found[];
  /** The rows of a numbered page, for streams whose rows have one moment for ever. */
  slice(span: Span, skip: number, limit: number, nowMs: number): { found: Found[]; total: number };
  /** Updates a row that no lifecycle foresaw, at `nowMs`. */
  touch(stream: Listed, row: Found, nowMs: number): void;
}

/** Sessions whose versions are worked out together, and kept. */
const CHUNK = 4096;
/** Windows kept sorted. More than a connector reads at once. */
const LISTS = 24;

export function createTimeline(world: World): Timeline {
  const ids = world.sessions * SUBS;
  const baseSeconds = world.startMs / SECOND_MS;
  const span = world.endMs - world.startMs + HORIZON_MS;
  if ((span / SECOND_MS) * ids > Number.MAX_SAFE_INTEGER) {
    throw new RangeError('too many orders over too long a time');
  }
  const chunks = new Map<string, Float64Array>();
  const lists = new Map<string, Float64Array>();

  const pack = (ms: number, id: number) => (ms / SECOND_MS - baseSeconds) * ids + id;

  function chunkOf(stream: Listed, chunk: number): Float64Array {
    const name = `${stream.name}:${chunk}`;
    const known = chunks.get(name);
    if (known !== undefined) return known;
    const packed: number[] = [];
    const end = Math.min(world.sessions, (chunk + 1) * CHUNK);
    for (let index = chunk * CHUNK; index < end; index += 1) {
      for (const { sub, times } of stream.entities(world, planSession(world, index))) {
        for (const ms of times) packed.push(pack(ms, index * SUBS + sub));
      }
    }
    const sorted = Float64Array.from(packed).sort();
    chunks.set(name, sorted);
    return sorted;
  }

  function collect({ stream, fromMs, toMs, order }: Span): Float64Array {
    const low = pack(Math.ceil(fromMs / SECOND_MS) * SECOND_MS, 0);
    const high = pack(Math.ceil(toMs / SECOND_MS) * SECOND_MS, 0);
    const [first, end] = sessionsIn(world, fromMs - HORIZON_MS, toMs);
    const parts: Float64Array[] = [];
    for (let chunk = Math.floor(first / CHUNK); chunk * CHUNK < end; chunk += 1) {
      const sorted = chunkOf(stream, chunk);
      parts.push(sorted.subarray(lowerBound(sorted, low), lowerBound(sorted, high)));
    }
    const touched: number[] = [];
    for (const [name, moments] of world.touched) {
      const [touchedStream, id] = name.split(':');
      if (touchedStream !== stream.name) continue;
      for (const ms of moments) if (ms >= fromMs && ms < toMs) touched.push(pack(ms, Number(id)));
    }
    parts.push(Float64Array.from(touched));
    const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
    let offset = 0;
    for (const part of parts) {
      all.set(part, offset);
      offset += part.length;
    }
    if (order === 'random') return all.sort(comparator(order));
    return order === 'desc' ? all.sort().reverse() : all.sort();
  }

  function listOf(span: Span): Float64Array {
    const { stream, fromMs, toMs, order } = span;
    const name = [stream.name, fromMs, toMs, order].join('|');
    const list = lists.get(name) ?? collect(span);
    // The one used last goes to the end; the one at the front is dropped.
    lists.delete(name);
    lists.set(name, list);
    if (lists.size > LISTS) {
      const [oldest] = lists.keys();
      if (oldest !== undefined) lists.delete(oldest);
    }
    return list;
  }

  const rank = (position: number) => hash(world.seed, position % ids, SALT.shuffle);

  function comparator(order: RowOrder): (a: number, b: number) => number {
    if (order === 'asc') return (a, b) => a - b;
    if (order === 'desc') return (a, b) => b - a;
    return (a, b) => rank(a) - rank(b) || a - b;
  }

  const momentOf = (position: number) => (Math.floor(position / ids) + baseSeconds) * SECOND_MS;

  /** A list without the future. */
  function pastOf(list: Float64Array, order: RowOrder, nowMs: number): Float64Array {
    const isFuture = (position = 0) => momentOf(position) > nowMs;
    if (order === 'random') return list.filter((position) => !isFuture(position));
    if (order === 'desc') return list.subarray(bisect(list.length, (at) => isFuture(list[at])));
    return list.subarray(
      0,
      bisect(list.length, (at) => !isFuture(list[at])),
    );
  }

  function find(stream: Listed, position: number, nowMs: number): Found | undefined {
    const updatedMs = momentOf(position);
    if (updatedMs > nowMs) return undefined;
    const id = position % ids;
    const sub = id % SUBS;
    const index = (id - sub) / SUBS;
    const plan = planSession(world, index);
    const entity = stream.entities(world, plan).find((one) => one.sub === sub);
    if (entity === undefined) return undefined;
    const current = versionMs(world, stream, index, entity, nowMs) === updatedMs;
    return current ? { plan, sub, updatedMs, position } : undefined;
  }

  return {
    after(span, position, limit, nowMs) {
      const list = listOf(span);
      const found: Found[] = [];
      let at = position === undefined ? 0 : upperBound(list, position, comparator(span.order));
      for (; at < list.length && found.length < limit; at += 1) {
        const row = find(span.stream, list[at] ?? 0, nowMs);
        if (row !== undefined) found.push(row);
      }
      return found;
    },
    slice(span, skip, limit, nowMs) {
      const list = pastOf(listOf(span), span.order, nowMs);
      const found: Found[] = [];
      for (const position of list.subarray(skip, skip + limit)) {
        const row = find(span.stream, position, nowMs);
        if (row !== undefined) found.push(row);
      }
      return { found, total: list.length };
    },
    touch(stream, { plan, sub }, nowMs) {
      const name = touchKey(stream, plan.index, sub);
      const moments = world.touched.get(name) ?? [];
      world.touched.set(name, [...moments, wholeSeconds(nowMs)]);
      lists.clear();
    },
  };
}

/** The first place whose number is at least `value`. */
function lowerBound(sorted: Float64Array, value: number): number {
  return bisect(sorted.length, (at) => (sorted[at] ?? 0) < value);
}

/** The first place that comes after `value` in this order. */
function upperBound(
  sorted: Float64Array,
  value: number,
  compare: (a: number, b: number) => number,
): number {
  return bisect(sorted.length, (at) => compare(sorted[at] ?? 0, value) <= 0);
}

/** The first place of `length` that is not before; places before come first. */
function bisect(length: number, isBefore: (at: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
