import type { ConfiguredStream } from './catalog.ts';
import { clip, type Progress, planFilesOnly, planRun, unite } from './cursor.ts';
import { ConfigError } from './errors.ts';
import type { JsonObject, StreamDescriptor } from './protocol.ts';
import type {
  FileReader,
  FileRun,
  Interval,
  Logger,
  OpenSource,
  Reader,
  Window,
  WindowPolicy,
} from './source.ts';
import {
  type Job,
  parseStreamState,
  type SavedStates,
  type StreamState,
  stateKey,
} from './state.ts';

/** One configured stream while it is being read. */
export interface Member {
  readonly descriptor: StreamDescriptor;
  /** There for a full refresh: the job that it belongs to. */
  readonly refresh: Job | undefined;
  /** An earlier attempt of the same full refresh read it to its end: nothing is left to read. */
  readonly finished: boolean;
  /** It was never read to its end, or its last run was broken off. */
  readonly unfinished: boolean;
  readonly progress: Progress;
  /** Its rows have the keys that a reader with files gives them, a child's too. */
  readonly keys: StreamState['keys'];
  /** Digest of how its rows' keys are made. */
  readonly key: string | undefined;
  /** What the saved state says of its files. */
  readonly savedFiles: JsonObject | undefined;
  /** There once its files are being read: it knows what the next STATE says of them. */
  fileRun?: FileRun | undefined;
  records: number;
  /** The rows that hosts were told to expect in all. */
  estimate?: number | undefined;
  /** Rows that were not printed again (I12). */
  repeats: number;
  /** Records since its last STATE. */
  unsaved: number;
  /** Epoch ms of its last RECORD or STATE, which are what hosts take for a sign of life. */
  lastOutputMs: number;
}

/** A reader, the configured streams it serves, and what is left to read of them. */
export interface Task {
  readonly reader: Reader;
  readonly members: ReadonlyMap<string, Member>;
  readonly queue: ReturnType<typeof createWindowQueue>;
  /** Ends this reader's windows and no others. */
  readonly stop: AbortController;
  /** The member whose files are still to be read; windows wait for them. */
  files: Member | undefined;
  inFlight: number;
  windows: number;
  /** Epoch ms; there once it is being read. */
  startedMs?: number;
  settled: boolean;
  failure?: unknown;
  /** Of its files alone: the windows are read all the same. */
  fileFailure?: unknown;
  waitUntilMs: number;
}

/** A known stream that this configuration cannot read, which is no failure, and what was saved of it. */
export interface Passed {
  readonly descriptor: StreamDescriptor;
  readonly why: string;
  readonly saved: JsonObject | undefined;
}

/** A configured stream that cannot be read at all; the others are (I6). */
interface Refused {
  readonly descriptor: StreamDescriptor;
  readonly error: unknown;
}

interface PlanOptions {
  readonly source: OpenSource;
  readonly configured: readonly ConfiguredStream[];
  readonly saved: SavedStates;
  readonly log: Logger;
  readonly startedMs: number;
}

/**
 * One task per reader that has a configured stream, in the order of the configured catalog; before
 * them those with something unfinished, what lags most first. Attempts that are broken off early
 * would else read again and again what is up to date, or nearly so, and never come to the others.
 */
export function planTasks(options: PlanOptions) {
  const passed: Passed[] = [];
  const refused: Refused[] = [];
  const byReader = new Map<Reader, Map<string, Member>>();
  for (const stream of options.configured) {
    const { name, namespace } = stream;
    const descriptor = { name, ...(namespace && { namespace }) };
    const why = options.source.unreadable.get(name);
    if (why !== undefined) {
      passed.push({ descriptor, why, saved: options.saved.get(stateKey(descriptor)) });
      continue;
    }
    try {
      const reader = options.source.readers.find(({ streams }) => streams.includes(name));
      if (!reader) throw unknownStream(name, options.source);
      const member = planMember(stream, descriptor, reader, options);
      byReader.set(reader, (byReader.get(reader) ?? new Map()).set(name, member));
    } catch (error) {
      refused.push({ descriptor, error });
    }
  }
  const { files } = options.source;
  const all = [...byReader].map(([reader, members]) => planTask(reader, members, files));
  const isUnfinished = ({ members }: Task): boolean =>
    [...members.values()].some((member) => member.unfinished);
  const tasks = [
    ...all.filter(isUnfinished).sort((a, b) => remainingMs(b) - remainingMs(a)),
    ...all.filter((task) => !isUnfinished(task)),
  ];
  return { tasks, passed, refused };
}

/** How much time the stream that lags most still has to be read for. */
function remainingMs({ members }: Task): number {
  const lengths = [...members.values()].map(({ progress }) =>
    progress.pending.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0),
  );
  return Math.max(...lengths);
}

function planMember(
  stream: ConfiguredStream,
  descriptor: StreamDescriptor,
  reader: Reader,
  { source, saved, log, startedMs }: PlanOptions,
): Member {
  if (!stream.syncMode) throw unknownMode(stream.name);
  const state = parseStreamState(saved.get(stateKey(descriptor)), descriptor);
  const refresh = stream.syncMode === 'full_refresh' ? { syncId: stream.syncId } : undefined;
  const usable = refresh ? findUnfinished(state, refresh) : findCursor(state);
  const finished = refresh !== undefined && isFinished(state, refresh);
  const key = reader.keyDigest?.(stream.name);
  if (usable) {
    reader.admit?.(stream.name, usable.keys === 'files');
    if (key !== undefined && usable.key !== undefined && key !== usable.key)
      throw keyChanged(stream.name);
  }
  const plan = reader.policy ? planRun : planFilesOnly;
  const progress = plan(usable, {
    startMs: source.startMs,
    endMs: source.endMs,
    lookbackMs: source.lookbackMs,
    lookbackEveryMs: source.lookbackEveryMs,
    overlapMs: reader.policy?.overlapMs ?? 0,
    nowMs: startedMs,
  });
  if (finished) {
    log.info(`${stream.name}: complete since an earlier attempt of this job, nothing is read`);
  }
  if (progress.future) {
    log.warn(
      `${stream.name}: its saved cursor lies in the future of this machine's clock, so nothing is read. Check the clock, or restore the state of the last good sync.`,
    );
  }
  return {
    descriptor,
    refresh,
    unfinished: !finished && (usable === undefined || usable.run !== undefined),
    finished,
    progress: finished ? { ...progress, pending: [] } : progress,
    keys: usable?.keys ?? (reader.hasFiles ? 'files' : undefined),
    key: key ?? usable?.key,
    savedFiles: usable?.files,
    records: 0,
    repeats: 0,
    unsaved: 0,
    lastOutputMs: startedMs,
  };
}

type Parsed = ReturnType<typeof parseStreamState>;

const findCursor = (state: Parsed): StreamState | undefined =>
  state && 'complete' in state ? undefined : state;

/**
 * What an earlier attempt left of a full refresh, which never begins at a cursor. Another job's is no
 * part of this one: its destination may have begun a new table since.
 */
function findUnfinished(state: Parsed, { syncId }: Job): StreamState | undefined {
  if (!state || 'complete' in state || !state.refresh) return undefined;
  const saved = state.refresh.syncId;
  return saved === undefined || syncId === undefined || saved === syncId ? state : undefined;
}

/**
 * Whether an earlier attempt of this very job read it to its end. Where the host counts no jobs, the next
 * one comes with the same state, so all is read again: twice is better than not at all.
 */
const isFinished = (state: Parsed, { syncId }: Job): boolean =>
  state !== undefined && 'complete' in state && syncId !== undefined && state.syncId === syncId;

function planTask(
  reader: Reader,
  members: ReadonlyMap<string, Member>,
  files: FileReader | undefined,
): Task {
  const needs = new Map([...members].map(([name, { progress }]) => [name, progress.pending]));
  // The present is the same for all members: they are planned at the same moment.
  const [horizonMs] = [...members.values()].flatMap(({ progress }) => progress.horizonMs ?? []);
  const [parent = ''] = reader.streams;
  const holder = files?.streams.includes(parent) ? members.get(parent) : undefined;
  return {
    reader,
    members,
    queue: createWindowQueue(planSegments(needs), reader.policy ?? NO_WINDOWS, horizonMs),
    stop: new AbortController(),
    files: holder?.finished || holder?.progress.future ? undefined : holder,
    inFlight: 0,
    windows: 0,
    settled: false,
    waitUntilMs: 0,
  };
}

/** Never used: what has no endpoint has no windows to cut. */
const NO_WINDOWS: WindowPolicy = { maxMs: 1, overlapMs: 0, alignMs: 1, alignOffsetMs: 0 };

const unknownStream = (name: string, source: OpenSource): ConfigError =>
  new ConfigError(
    'GK_UNKNOWN_STREAM',
    `Stream ${name} is in the configured catalog, but this source does not have it with this configuration. It has: ${source.streams.map((s) => s.name).join(', ')}. Refresh the schema of the connection, or take the stream out.`,
    { stream: name },
  );

const unknownMode = (name: string): ConfigError =>
  new ConfigError(
    'GK_SYNC_MODE',
    `Stream ${name} is configured with a sync mode this source does not know. Use full_refresh or incremental.`,
    { stream: name },
  );

const keyChanged = (name: string): ConfigError =>
  new ConfigError(
    'GK_KEY_CHANGED',
    `Stream ${name}: its rows were told apart in another way when its state was saved (\`key\` or the \`fields\` of it in \`api_profile\`, or \`merchant_label\`), so they would come a second time under other keys, or stand under two labels. Put back what was changed, or reset this stream (state and table) to read it anew.`,
    { stream: name },
  );

/** A stretch of time in which the same streams of a reader have something to read. */
export interface Segment extends Interval {
  readonly streams: ReadonlySet<string>;
}

/**
 * Splits what each stream of a reader needs into stretches, oldest first, each with the set of
 * streams that need it: a child with an older state than its parent's gets its history without the
 * parent being printed again.
 */
export function planSegments(needs: ReadonlyMap<string, readonly Interval[]>): Segment[] {
  const edges = [...needs.values()].flatMap(unite).flatMap(({ fromMs, toMs }) => [fromMs, toMs]);
  const sorted = [...new Set(edges)].sort((a, b) => a - b);
  const stretches = sorted.slice(1).map((toMs, index) => {
    const fromMs = sorted[index] ?? toMs;
    const reading = [...needs].filter(([, all]) => clip(all, fromMs, toMs).length > 0);
    return { fromMs, toMs, streams: new Set(reading.map(([stream]) => stream)) };
  });
  return stretches.filter(({ streams }) => streams.size > 0);
}

export interface PlannedWindow {
  readonly window: Window;
  readonly streams: ReadonlySet<string>;
}

/** Rows after which a checkpoint is wanted; windows shrink and grow to come near it. */
const ROWS_PER_WINDOW = 20_000;

/** Into so many parts a window is cut that is too much. */
const PARTS = 4;
/** No shorter than this (ms): a request reaches minutes beyond its window, and asks for those twice. */
const LEAST_CUT_MS = 15 * 60_000;

/**
 * Hands out the windows of some segments one by one. They are cut late, because their best length
 * is learnt on the way: never longer than the policy says, shorter where rows are dense, so that
 * a STATE comes every so many rows even for a large merchant.
 */
export function createWindowQueue(
  segments: readonly Segment[],
  policy: WindowPolicy,
  horizonMs: number | undefined,
) {
  const left = [...segments];
  let lengthMs = policy.maxMs;
  const leastMs = Math.min(policy.maxMs, Math.max(policy.alignMs, 60 * 60_000));

  /** The first part of a segment, and what of it is left. */
  function split({ fromMs, toMs, streams }: Segment): [first: Segment, rest: Segment | undefined] {
    const endMs = Math.min(toMs, endOfWindow(fromMs, lengthMs, policy));
    const rest = endMs < toMs ? { fromMs: endMs, toMs, streams } : undefined;
    return [{ fromMs, toMs: endMs, streams }, rest];
  }

  function partsOf(segment: Segment): Segment[] {
    const [first, rest] = split(segment);
    return rest ? [first, ...partsOf(rest)] : [first];
  }

  return {
    empty: (): boolean => left.length === 0,
    /** The next window to read, or nothing when all were handed out. */
    next(): PlannedWindow | undefined {
      const segment = left.shift();
      if (!segment) return undefined;
      const [{ fromMs, toMs, streams }, rest] = split(segment);
      if (rest) left.unshift(rest);
      return { window: { fromMs, toMs, open: toMs === horizonMs }, streams };
    },
    /** Tells how many rows a window held, so that those to come fit `ROWS_PER_WINDOW`. */
    learn(window: Window, rows: number): void {
      const spanMs = window.toMs - window.fromMs;
      const fittingMs = (spanMs * ROWS_PER_WINDOW) / Math.max(rows, 1);
      if (rows > ROWS_PER_WINDOW) lengthMs = Math.max(leastMs, Math.min(lengthMs, fittingMs));
      else lengthMs = Math.min(policy.maxMs, Math.max(lengthMs, Math.min(fittingMs, spanMs * 2)));
    },
    /** Takes back a window that is too much to read at once, in parts; false: it is too short for that. */
    cut({ window: { fromMs, toMs }, streams }: PlannedWindow): boolean {
      const spanMs = toMs - fromMs;
      // One without an end asks for all that came since, whatever window it is for.
      const isEndless = policy.maxMs === Number.POSITIVE_INFINITY;
      if (isEndless || spanMs <= Math.max(policy.alignMs, LEAST_CUT_MS)) return false;
      lengthMs = Math.max(LEAST_CUT_MS, Math.floor(spanMs / PARTS));
      left.unshift(...partsOf({ fromMs, toMs, streams }));
      return true;
    },
  };
}

/** Windows of day-wise endpoints end at midnight, so that no day is asked for twice. */
function endOfWindow(fromMs: number, lengthMs: number, policy: WindowPolicy): number {
  const { alignMs, alignOffsetMs } = policy;
  const alignedMs = Math.floor((fromMs - alignOffsetMs) / alignMs) * alignMs + alignOffsetMs;
  const wholeMs = Math.max(alignMs, Math.floor(lengthMs / alignMs) * alignMs);
  return alignedMs + wholeMs;
}
