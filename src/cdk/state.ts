import { ConfigError } from './errors.ts';
import { isJsonObject } from './json.ts';
import type { JsonObject, StreamDescriptor } from './protocol.ts';
import type { Interval } from './source.ts';

/**
 * What was read of one stream (I3: the truth, never moved by the lookback). All instants are epoch
 * milliseconds. `[fromMs, cursorMs)` was read at least once. `run` is there while a run is
 * unfinished: `done` are the windows it has finished, `toMs` is where its cursor will end.
 */
export interface StreamState {
  readonly fromMs: number;
  readonly cursorMs: number;
  readonly run?: Run;
  /** What the last run read that read the whole lookback, where not every run does. */
  readonly deep?: Interval;
  /** `files`: its rows have the keys of a stream that is read from files too. */
  readonly keys?: 'files' | undefined;
  /** Digest of how its rows' keys are made. */
  readonly key?: string | undefined;
  /** An unfinished full refresh, and the job that it belongs to, where that is known. */
  readonly refresh?: Job | undefined;
  /** What was read of the stream's files, if it has any; only their reader knows its shape. */
  readonly files?: JsonObject;
}

export interface Job {
  readonly syncId?: number | undefined;
}

/** A full refresh that was read to its end. */
export interface Completed extends Job {
  readonly complete: true;
}

interface Run {
  readonly startedMs: number;
  readonly toMs: number;
  readonly done: readonly Interval[];
}

/** Saved states by stream, unparsed: a broken one is its own stream's failure (I6). */
export type SavedStates = ReadonlyMap<string, JsonObject>;

/** Airbyte's sentinel: a full refresh that finished. */
const COMPLETE_SENTINEL = '__ab_full_refresh_sync_complete';
/** Airbyte's sentinel for "this stream has no cursor", which is to say no state. */
const NO_CURSOR_SENTINEL = '__ab_no_cursor_state_message';
export const NO_STATE: JsonObject = { [NO_CURSOR_SENTINEL]: true };

export const stateKey = (descriptor: { name: string; namespace?: string | null }): string =>
  descriptor.namespace ? `${descriptor.namespace}.${descriptor.name}` : descriptor.name;

const unreadable = (why: string): ConfigError =>
  new ConfigError(
    'GK_STATE_FILE',
    `The state file cannot be used: ${why}. Give the list of STATE messages that the last sync printed, or leave --state out to start from the start date.`,
  );

/**
 * Reads what `--state` held, in each of the shapes that hosts write: nothing, `null`, `[]`, `{}`,
 * a list of STREAM or GLOBAL states (with nulls, unknown keys, or still wrapped in their message),
 * one such state alone, and the legacy map `{stream: {…}}`. Anything else is a ConfigError: a run
 * never starts over silently.
 */
export function parseStates(value: unknown): SavedStates {
  let entries: (readonly [key: string, state: unknown])[] = [];
  if (Array.isArray(value)) entries = value.flatMap(entriesOf);
  else if (isJsonObject(value))
    entries = isLegacy(value) ? Object.entries(value) : entriesOf(value);
  else if (value !== undefined && value !== null)
    throw unreadable('it holds neither a list nor an object');
  const states = new Map<string, JsonObject>();
  for (const [key, state] of entries) {
    if (state === null || state === undefined) continue;
    if (!isJsonObject(state)) throw unreadable(`the state of stream ${key} is not an object`);
    states.set(key, state);
  }
  return states;
}

/** Whether it is a map of states by stream, and none of those that say what they are. */
const isLegacy = (value: JsonObject): boolean =>
  !['type', 'stream', 'global', 'global_', 'data', 'state'].some(
    (key) => isJsonObject(value[key]) || typeof value[key] === 'string',
  );

function entriesOf(wrapped: unknown): (readonly [key: string, state: unknown])[] {
  if (!isJsonObject(wrapped)) throw unreadable('an entry of its list is not an object');
  // A line of stdout holds the state one level down.
  const item = wrapped.type === 'STATE' && isJsonObject(wrapped.state) ? wrapped.state : wrapped;
  const global = item.global ?? item.global_;
  if (isJsonObject(item.stream)) return [entryOf(item.stream)];
  if (!isJsonObject(global)) {
    if (isJsonObject(item.data)) return Object.entries(item.data);
    throw unreadable('an entry is neither a STREAM, a GLOBAL nor a legacy state');
  }
  const { shared_state: shared, stream_states: streams } = global;
  if (isJsonObject(shared) && Object.keys(shared).length > 0) {
    throw unreadable('it is GLOBAL with a shared_state, which this source never writes');
  }
  if (!Array.isArray(streams)) throw unreadable('its GLOBAL entry has no streams');
  return streams.map(entryOf);
}

function entryOf(stream: unknown): readonly [key: string, state: unknown] {
  const descriptor = isJsonObject(stream) ? stream.stream_descriptor : undefined;
  if (!isJsonObject(stream) || !isJsonObject(descriptor) || typeof descriptor.name !== 'string') {
    throw unreadable('a STREAM entry has no stream_descriptor with a name');
  }
  const { name, namespace } = descriptor;
  const key = stateKey({ name, namespace: typeof namespace === 'string' ? namespace : null });
  return [key, stream.stream_state];
}

/** Undefined: no state. */
export function parseStreamState(
  value: JsonObject | undefined,
  descriptor: StreamDescriptor,
): StreamState | Completed | undefined {
  if (!value || Object.keys(value).length === 0 || value[NO_CURSOR_SENTINEL] === true) {
    return undefined;
  }
  if (value[COMPLETE_SENTINEL] === true) return { complete: true, ...readJob(value) };
  const broken = (why: string): ConfigError =>
    new ConfigError(
      'GK_STATE',
      `The saved state of stream ${descriptor.name} cannot be used: ${why}. Restore the state of the last good sync, or reset this stream to read it again from the start date.`,
      { stream: descriptor.name },
    );
  if (Number(value.version) > 1)
    throw broken('it was written by a newer version of this connector');
  if (value.version !== 1) throw broken('it was not written by this connector');
  const instant = (field: unknown, name: string): number => {
    const ms = INSTANT.test(String(field)) ? Date.parse(String(field)) : Number.NaN;
    if (Number.isNaN(ms)) throw broken(`"${name}" is not an instant in UTC`);
    return ms;
  };
  const fromMs = instant(value.from, 'from');
  const cursorMs = instant(value.cursor, 'cursor');
  if (cursorMs < fromMs) throw broken('"cursor" lies before "from"');
  const files = value.files ?? undefined;
  if (files !== undefined && !isJsonObject(files)) throw broken('"files" is not an object');
  // Version 0.2.0 said it by `files` alone, which a child had too.
  const keys = (files || value.keys === 'files') && ('files' as const);
  const pair = (field: unknown, name: string): Interval => {
    if (!Array.isArray(field) || field.length !== 2) throw broken(`"${name}" is no pair`);
    return { fromMs: instant(field[0], name), toMs: instant(field[1], name) };
  };
  const { deep = null, key = null, full_refresh: refresh = null, run = null } = value;
  if (key !== null && typeof key !== 'string') throw broken('"key" is not a text');
  if (refresh !== null && !isJsonObject(refresh)) throw broken('"full_refresh" is no object');
  const done = isJsonObject(run) ? run.done : [];
  if ((run !== null && !isJsonObject(run)) || !Array.isArray(done))
    throw broken('"run" is not complete');
  return {
    fromMs,
    cursorMs,
    ...(deep !== null && { deep: pair(deep, 'deep') }),
    ...(keys && { keys }),
    ...(key !== null && { key }),
    ...(refresh && { refresh: readJob(refresh) }),
    ...(files && { files }),
    ...(run && {
      run: {
        startedMs: instant(run.started, 'started'),
        toMs: instant(run.to, 'to'),
        done: done.map((interval) => pair(interval, 'done')),
      },
    }),
  };
}

const readJob = ({ sync_id: syncId }: JsonObject): Job =>
  typeof syncId === 'number' ? { syncId } : {};

const writeJob = ({ syncId }: Job): JsonObject => (syncId === undefined ? {} : { sync_id: syncId });

/** What a full refresh leaves at its end. */
export const writeCompleted = (job: Job): JsonObject => ({
  [COMPLETE_SENTINEL]: true,
  ...writeJob(job),
});

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)$/;

/** ISO 8601 in UTC, without a fraction when it is zero: the form kept in state. */
const writeInstant = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

/** The readable form of a state, as it is printed in a STATE message. */
export function writeStreamState(state: StreamState): JsonObject {
  const { fromMs, cursorMs, deep, run, keys, key, refresh, files } = state;
  const writePair = (one: Interval): string[] => [one.fromMs, one.toMs].map(writeInstant);
  return {
    version: 1,
    from: writeInstant(fromMs),
    cursor: writeInstant(cursorMs),
    ...(deep && { deep: writePair(deep) }),
    ...(run && {
      run: {
        started: writeInstant(run.startedMs),
        to: writeInstant(run.toMs),
        done: run.done.map(writePair),
      },
    }),
    ...(keys && { keys }),
    ...(key !== undefined && { key }),
    ...(refresh && { full_refresh: writeJob(refresh) }),
    ...(files && { files }),
  };
}
