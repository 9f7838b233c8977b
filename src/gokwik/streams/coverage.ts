/** Whether a window's list came whole, where no answer tells: less time does. */
import { SystemError } from '../../cdk/errors.ts';
import type { Interval, ReadContext, Window } from '../../cdk/source.ts';
import type { RawPage } from '../position.ts';
import type { Mapped, Mapper } from '../records/mapper.ts';
import { DAY_MS } from '../records/time.ts';
import { besideMs, windowValues } from '../request.ts';
import { type Fetch, learnedOf, type StreamTools } from './pages.ts';
import type { StreamProfile } from './stream.ts';

/** A part of a window that is shorter may be a night. */
const LEAST_HOLE_MS = 0.75 * DAY_MS;
/** Of fewer rows, long times without one are nothing odd; nor are times of so many usual distances. */
const LEAST_ROWS = 10;
const MOST_GAPS = 10;
/** Requests reach minutes beyond their window. */
const SLACK_MS = 10 * 60_000;

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
  const { stream, profile, mapper, window, fetch } = options;
  const learned = learnedOf(stream, tools);
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
    try {
      for await (const page of fetch(bounds, context)) {
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
    const moreMs = Math.max(SLACK_MS, besideMs(profile));
    const isIn = firstMs >= window.fromMs - moreMs && lastMs <= window.toMs + moreMs;
    return isIn && lengthOf(window) <= DAY_MS;
  }

  return {
    /**
     * Whether its list may be a part, and is asked for again in lists of less time, which have fewer rows,
     * unless the endpoint cuts them off. Throws the doubt where it cannot be.
     */
    mayBePart({ doubt }: RawPage): boolean {
      if (!doubt) return false;
      const { error, told, list } = doubt;
      const { fromMs } = window;
      if (list !== undefined) {
        const { round } = learned;
        if (list === round?.list && fromMs !== round.fromMs) learned.ignoresTime = true;
        learned.round = { fromMs, list };
      }
      if ((error || !learned.ignoresTime) && context.cut?.()) return true;
      if (error && (told === undefined || !isShort())) throw error;
      if (told !== undefined) tools.anomalies.add(stream, told);
      return false;
    },
    note({ cursorMs }: Mapped): void {
      if (cursorMs === undefined) return;
      rows += 1;
      firstMs = Math.min(firstMs, cursorMs);
      lastMs = Math.max(lastMs, cursorMs);
    },
    /** Throws SystemError `GK_RANGE` where the window was answered for a part of its time. */
    async check(): Promise<void> {
      const { coversMs = LEAST_HOLE_MS } = learned;
      // A report is made anew for each time that it is asked for.
      if (rows < LEAST_ROWS || lengthOf(window) <= coversMs || profile.job) return;
      const hole = findHole();
      if (!hole) learned.coversMs = lengthOf(window);
      else if (await hasRows(hole)) throw clamped(stream, lastMs - firstMs);
    },
  };
}

const lengthOf = ({ fromMs, toMs }: Interval): number => toMs - fromMs;

const clamped = (stream: string, spanMs: number): SystemError => {
  const mend = { streams: { [stream]: { max_days: Math.max(1, Math.floor(spanMs / DAY_MS)) } } };
  return new SystemError(
    'GK_RANGE',
    `Stream ${stream}: it answers for less time than it was asked for, so rows would be missing. Ask how many days one request may cover, and say it in api_profile, for example ${JSON.stringify(mend)}. Then reset the stream (state and table): what was read of it may lack rows as well.`,
    { stream },
  );
};
