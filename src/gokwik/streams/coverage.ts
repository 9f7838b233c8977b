/** Whether a window's list came whole, where no answer tells: less time does. */
import { createAnomalies } from '../../cdk/anomalies.ts';
import { SystemError } from '../../cdk/errors.ts';
import type { Interval, ReadContext, Window } from '../../cdk/source.ts';
import type { RawPage } from '../lists/position.ts';
import type { Mapped, Mapper } from '../records/mapper.ts';
import { DAY_MS, parseInstant } from '../records/time.ts';
import { besideMs, windowValues } from '../request.ts';
import { type Fetch, learnedOf, type StreamTools } from './pages.ts';
import { CHANGED, type StreamProfile } from './stream.ts';

/** A part of a window that is shorter may be a night. */
const LEAST_HOLE_MS = 0.75 * DAY_MS;
/** Of fewer rows, long times without one are nothing odd; nor are times of so many usual distances. */
const LEAST_ROWS = 10;
const MOST_GAPS = 10;
/** Requests reach minutes beyond their window. */
const SLACK_MS = 10 * 60_000;

/** Of more rows it is not known whether they came twice (I8). */
const MOST_KEYS = 100_000;

const MOVED =
  'rows changed while their list was read, and others that it counts slipped over the edge of a page: the next sync reads them, if `lookback_days` reaches as far';
const ANY_TIME =
  'two times were answered with the same rows, which are not of both: it may not heed the time that it is asked for, and older rows may be missing; ask by which parameters it does, or, if one list has everything, leave {from} and {to} out of its request in api_profile';

/** Of each of several lists, or of rows that are not all wanted, what an answer counts is no number of ours. */
export const isCounted = ({ each, only }: StreamProfile): boolean => !each && !only;

interface CoverageOptions {
  readonly stream: string;
  readonly profile: StreamProfile;
  readonly mapper: Mapper;
  readonly window: Window;
  readonly fetch: Fetch;
}

/**
 * Servers answer for less time than they are asked for, and do not say so: for its first days, or its last.
 * Where rows are many and a large part of a window has none, that part is asked for by itself, once.
 */
export function createCoverage(options: CoverageOptions, tools: StreamTools, context: ReadContext) {
  const { stream, profile, window, fetch } = options;
  const learned = learnedOf(stream, tools);
  const moreMs = Math.max(SLACK_MS, besideMs(profile));
  /** With the moment that each had first. */
  const keys = new Map<string, number | undefined>();
  /** Of the page at hand; and the rows of all pages, a join's doubles on one page once. */
  const pageKeys = new Set<string>();
  let distinct = 0;
  /** A row came on two pages that had not changed meanwhile. */
  let isUnsteady = false;
  let all = 0;
  let firstKey: string | undefined;
  let lastKey = '';
  /** How many rows the list says that it has, and whether it said so all the time. */
  let expected: number | undefined;
  let isSteady = true;
  /** A row has a moment in the time that was asked for. */
  let hasOwn = false;
  let rows = 0;
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;

  /** The longer part at either end that no row lies in, where it is odd that none does. */
  function findHole(): Interval | undefined {
    const before = { fromMs: window.fromMs, toMs: Math.min(firstMs, window.toMs) };
    const after = { fromMs: Math.max(lastMs, window.fromMs), toMs: window.toMs };
    const [lengthMs, hole] =
      lengthOf(before) > lengthOf(after) ? [lengthOf(before), before] : [lengthOf(after), after];
    const gapMs = (lastMs - firstMs) / (rows - 1);
    const isOdd = lengthMs > LEAST_HOLE_MS && lengthMs > MOST_GAPS * gapMs;
    return isOdd ? hole : undefined;
  }

  /** Whether rows lie in it after all. */
  async function hasRows(hole: Interval): Promise<boolean> {
    const bounds = windowValues({ ...hole, open: window.open }, profile, tools.settings.startMs);
    const { mapper } = options;
    try {
      for await (const page of fetch(bounds, context, createAnomalies())) {
        const isThere = page.rows.some((row) => {
          const { cursorMs = 0 } = mapper.map(row);
          return cursorMs > hole.fromMs && cursorMs < hole.toMs;
        });
        // Its first pages may be those of the day beside it.
        if (isThere) return true;
      }
    } catch (error) {
      // It may take no such range: then it tells nothing.
      if (!(error instanceof SystemError)) throw error;
    }
    return false;
  }

  /** The rows are those of a time that is as short as one that is asked for can be. */
  function isShort(): boolean {
    return isNear(firstMs) && isNear(lastMs) && lengthOf(window) <= DAY_MS;
  }

  const isNear = (ms: number | undefined): boolean =>
    ms !== undefined && ms >= window.fromMs - moreMs && ms <= window.toMs + moreMs;

  /** Whether another time was answered with the same rows; true: none of them is of one of the times. */
  function compare(): boolean {
    const { fromMs, toMs } = window;
    const { last } = learned;
    const now = { fromMs, toMs, hasOwn, list: [all, firstKey, lastKey].join() };
    learned.last = now;
    const isOther = last !== undefined && (last.toMs <= fromMs || toMs <= last.fromMs);
    if (!isOther || last.list !== now.list || all < 2) return false;
    learned.ignoresTime = true;
    return !hasOwn || !last.hasOwn;
  }

  return {
    /** Before the rows of a page. */
    begin({ expected: count }: RawPage): void {
      pageKeys.clear();
      if (count === undefined) return;
      isSteady &&= expected === undefined || expected === count;
      expected = count;
    },
    /**
     * Whether its list may be a part, and is asked for again in lists of less time, which have fewer rows,
     * unless the endpoint cuts them off. Throws the doubt where it cannot be.
     */
    mayBePart({ doubt }: RawPage): boolean {
      if (!doubt) return false;
      const { error, told } = doubt;
      if (!error) compare();
      if ((error || !learned.ignoresTime) && context.cut?.()) return true;
      if (error && (told === undefined || !isShort())) throw error;
      if (told !== undefined) tools.anomalies.add(stream, told);
      return false;
    },
    note({ cursorMs, key, row }: Mapped): void {
      all += 1;
      firstKey ??= key;
      lastKey = key;
      if (expected !== undefined && isCounted(profile)) {
        if (!pageKeys.has(key)) distinct += 1;
        isUnsteady ||= !pageKeys.has(key) && keys.has(key) && keys.get(key) === cursorMs;
        pageKeys.add(key);
        if (keys.size < MOST_KEYS) keys.set(key, cursorMs);
      }
      hasOwn ||= isNear(cursorMs) || CHANGED.some((field) => isNear(parseInstant(row[field], 'Z')));
      if (cursorMs === undefined) return;
      rows += 1;
      firstMs = Math.min(firstMs, cursorMs);
      lastMs = Math.max(lastMs, cursorMs);
    },
    /**
     * Throws SystemError: `GK_RANGE` where the window was answered for a part of its time, `GK_PAGING` where rows
     * came twice in place of others.
     */
    async check(): Promise<void> {
      const most = Math.min(expected ?? 0, MOST_KEYS);
      if (keys.size < most && distinct >= most && isSteady) {
        if (isUnsteady) throw unsteady(stream);
        tools.anomalies.add(stream, MOVED);
      }
      if (compare()) tools.anomalies.add(stream, ANY_TIME);
      const { coversMs = LEAST_HOLE_MS } = learned;
      // A report is made anew for each time that it is asked for.
      if (!hasOwn || rows < LEAST_ROWS || lengthOf(window) <= coversMs || profile.job) return;
      const hole = findHole();
      if (!hole) learned.coversMs = lengthOf(window);
      else if (await hasRows(hole)) throw clamped(stream, lastMs - firstMs);
    },
  };
}

const lengthOf = ({ fromMs, toMs }: Interval): number => toMs - fromMs;

const unsteady = (stream: string): SystemError =>
  new SystemError(
    'GK_PAGING',
    `Stream ${stream}: rows of a list came on two of its pages, and others that it counts did not come: its order changes from page to page, or its \`key\` is not what tells rows apart. Ask how to sort it by what no two rows share, and add that to \`query\` in api_profile, or put what tells rows apart into \`key\`.`,
    { stream },
  );

const clamped = (stream: string, spanMs: number): SystemError => {
  const mend = { streams: { [stream]: { max_days: Math.max(1, Math.floor(spanMs / DAY_MS)) } } };
  return new SystemError(
    'GK_RANGE',
    `Stream ${stream}: it answers for less time than it was asked for, so rows would be missing. Ask how many days one request may cover, and say it in api_profile, for example ${JSON.stringify(mend)}. Then reset the stream (state and table): what was read of it may lack rows as well.`,
    { stream },
  );
};
