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
import { parseStreamState, type SavedStates, type StreamState, stateKey } from './state.ts';

/** One configured stream while it is being read. */
export interface Member {
  readonly descriptor: StreamDescriptor;
  readonly fullRefresh: boolean;
  /** An earlier attempt of the same full refresh read it to its end: nothing is left to read. */
  readonly finished: boolean;
  /** It was never read to its end, or its last run was broken off. */
  readonly unfinished: boolean;
  readonly progress: Progress;
  /** Its rows have the keys that a reader with files gives them, a child's too. */
  readonly keys: StreamState['keys'];
  /** What the saved state says of its files. */
  readonly savedFiles: JsonObject | undefined;
  /** There once its files are being read: it knows what the next STATE says of them. */
  fileRun: FileRun | undefined;
  records: number;
  /** Records since its last STATE. */
  unsaved: number;
  /** Epoch ms of its last RECORD or STATE, which are what hosts take for a sign of life. */
  lastOutputMs: number;
}

/** A reader, the configured streams it serves, and what is left to read of them. */
export interface Task {
  readonly reader: Reader;
  readonly members: ReadonlyMap<string, Member>;
  readonly queue: WindowQueue;
  /** Ends this reader's windows and no others. */
  readonly stop: AbortController;
  /** The member whose files are still to be read; windows wait for them. */
  files: Member | undefined;
  inFlight: number;
  started: boolean;
  settled: boolean;
  windows: number;
  startedMs: number;
  failure: unknown;
  /** Of its files alone: the windows are read all the same. */
  fileFailure: unknown;
  waitUntilMs: number;
}

export interface PlanOptions {
  readonly source: OpenSource;
  readonly configured: readonly ConfiguredStream[];
  readonly saved: SavedStates;
  readonly log: Logger;
  readonly startedMs: number;
  /** Told of each configured stream that cannot be read at all; the others are (I6). */
  readonly refuse: (descriptor: StreamDescriptor, error: unknown) => void;
  /** Told of each that this configuration does not have, for a reason that is no failure. */
  readonly pass: (descriptor: StreamDescriptor, why: string) => void;
}

/**
 * One task per reader that has a configured stream, in the order of the configured catalog; before
 * them those with something unfinished, what lags most first. Attempts that are broken off early
 * would else read again and again what is up to date, or nearly so, and never come to the others.
 */
export function planTasks(options: PlanOptions): Task[] {
  const byReader = new Map<Reader, Map<string, Member>>();
  for (const stream of options.configured) {
    const descriptor = {
      name: stream.name,
      ...(stream.namespace && { namespace: stream.namespace }),
    };
    const why = options.source.unreadable.get(stream.name);
    if (why !== undefined) {
      options.pass(descriptor, why);
      continue;
    }
    try {
      const reader = options.source.readers.find((r) => r.streams.includes(stream.name));
      if (!reader) throw unknownStream(stream.name, options.source);
      const members = byReader.get(reader) ?? new Map<string, Member>();
      byReader.set(
        reader,
        members.set(stream.name, planMember(stream, descriptor, reader, options)),
      );
    } catch (error) {
      options.refuse(descriptor, error);
    }
  }
  const { files } = options.source;
  const tasks = [...byReader].map(([reader, members]) => planTask(reader, members, files));
  const isUnfinished = ({ members }: Task): boolean =>
    [...members.values()].some((member) => member.unfinished);
  return [
    ...tasks.filter(isUnfinished).sort((a, b) => remainingMs(b) - remainingMs(a)),
    ...tasks.filter((task) => !isUnfinished(task)),
  ];
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
  const fullRefresh = stream.syncMode === 'full_refresh';
  const finished = fullRefresh && state === 'complete';
  // A full refresh goes on where an earlier attempt of the same job stopped, and never from a cursor.
  const usable = state === 'complete' || (fullRefresh && !state?.run) ? undefined : state;
  if (usable) reader.admit?.(stream.name, usable.keys === 'files');
  const plan = reader.policy ? planRun : planFilesOnly;
  const progress = plan(usable, {
    startMs: source.startMs,
    endMs: source.endMs,
    lookbackMs: source.lookbackMs,
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
    fullRefresh,
    unfinished: !finished && (usable === undefined || usable.run !== undefined),
    finished,
    progress: finished ? { ...progress, pending: [] } : progress,
    keys: usable?.keys ?? (reader.hasFiles ? 'files' : undefined),
    savedFiles: usable?.files,
    fileRun: undefined,
    records: 0,
    unsaved: 0,
    lastOutputMs: startedMs,
  };
}

function planTask(
  reader: Reader,
  members: ReadonlyMap<string, Member>,
  files: FileReader | undefined,
): Task {
  const plans = [...members].map(([name, member]) => [name, member.progress] as const);
  const needs = new Map(plans.map(([name, progress]) => [name, progress.pending]));
  // The present is the same for all members: they are planned at the same moment.
  const horizonMs = plans.find(([, progress]) => progress.horizonMs !== undefined)?.[1].horizonMs;
  const [parent = ''] = reader.streams;
  const holder = files?.streams.includes(parent) ? members.get(parent) : undefined;
  return {
    reader,
    members,
    queue: createWindowQueue(planSegments(needs), reader.policy ?? NO_WINDOWS, horizonMs),
    stop: new AbortController(),
    files: holder?.finished || holder?.progress.future ? undefined : holder,
    inFlight: 0,
    started: false,
    settled: false,
    windows: 0,
    startedMs: 0,
    failure: undefined,
    fileFailure: undefined,
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
  const edges = new Set<number>();
  for (const intervals of needs.values()) {
    for (const interval of unite(intervals)) edges.add(interval.fromMs).add(interval.toMs);
  }
  const sorted = [...edges].sort((a, b) => a - b);
  const segments: Segment[] = [];
  for (const [index, fromMs] of sorted.entries()) {
    const toMs = sorted[index + 1];
    if (toMs === undefined) break;
    const streams = new Set<string>();
    for (const [stream, intervals] of needs) {
      if (clip(intervals, fromMs, toMs).length > 0) streams.add(stream);
    }
    if (streams.size > 0) segments.push({ fromMs, toMs, streams });
  }
  return segments;
}

export interface PlannedWindow {
  readonly window: Window;
  readonly streams: ReadonlySet<string>;
}

/** Rows after which a checkpoint is wanted; windows shrink and grow to come near it. */
const ROWS_PER_WINDOW = 20_000;

export interface WindowQueue {
  /** The next window to read, or nothing when all were handed out. */
  next(): PlannedWindow | undefined;
  empty(): boolean;
  /** Tells how many rows a window held, so that those to come fit `ROWS_PER_WINDOW`. */
  learn(window: Window, rows: number): void;
}

/**
 * Hands out the windows of some segments one by one. They are cut late, because their best length
 * is learnt on the way: never longer than the policy says, shorter where rows are dense, so that
 * a STATE comes every so many rows even for a large merchant.
 */
export function createWindowQueue(
  segments: readonly Segment[],
  policy: WindowPolicy,
  horizonMs: number | undefined,
): WindowQueue {
  let index = 0;
  let positionMs = segments[0]?.fromMs ?? 0;
  let lengthMs = policy.maxMs;
  const leastMs = Math.min(policy.maxMs, Math.max(policy.alignMs, 60 * 60_000));

  return {
    empty: () => index >= segments.length,
    next() {
      const segment = segments[index];
      if (!segment) return undefined;
      const fromMs = positionMs;
      const toMs = Math.min(segment.toMs, endOfWindow(fromMs, lengthMs, policy));
      positionMs = toMs;
      if (toMs >= segment.toMs) {
        index += 1;
        positionMs = segments[index]?.fromMs ?? 0;
      }
      return { window: { fromMs, toMs, open: toMs === horizonMs }, streams: segment.streams };
    },
    learn(window, rows) {
      const spanMs = window.toMs - window.fromMs;
      const fittingMs = (spanMs * ROWS_PER_WINDOW) / Math.max(rows, 1);
      if (rows > ROWS_PER_WINDOW) lengthMs = Math.max(leastMs, Math.min(lengthMs, fittingMs));
      else lengthMs = Math.min(policy.maxMs, Math.max(lengthMs, Math.min(fittingMs, spanMs * 2)));
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
