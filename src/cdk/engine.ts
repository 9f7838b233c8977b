import type { ConfiguredStream } from './catalog.ts';
import { SAFETY_MS } from './cursor.ts';
import { SystemError } from './errors.ts';
import { type Member, type PlannedWindow, planTasks, type Task } from './plan.ts';
import type { StatusReason, StreamDescriptor, StreamStatus } from './protocol.ts';
import type { FileReader, Logger, OpenSource, Reader, Row } from './source.ts';
import {
  COMPLETE_SENTINEL,
  type SavedStates,
  type StreamState,
  writeStreamState,
} from './state.ts';
import type { Writer } from './writer.ts';

/** Hosts kill a source that prints neither RECORD nor STATE for long; a wait may be long. */
const HEARTBEAT_MS = 4 * 60_000;

interface EngineOptions {
  readonly source: OpenSource;
  readonly configured: readonly ConfiguredStream[];
  readonly saved: SavedStates;
  readonly writer: Writer;
  readonly log: Logger;
  readonly now: () => number;
  /** The root signal: aborted on SIGTERM or when the destination is gone (I10). */
  readonly signal: AbortSignal;
  /** Prints the TRACE ERROR of a failed stream. */
  readonly report: (error: unknown, descriptor: StreamDescriptor) => void;
  readonly heartbeatMs?: number;
}

/**
 * Reads the configured streams and prints their statuses, records and states.
 *
 * A fixed number of workers take windows from the readers in turn, so that no stream waits for
 * another to end. Whatever order windows finish in, a stream's STATE says only what `Progress`
 * allows (I2), and it is appended to the same buffer after its records (I1).
 *
 * @returns the names of the streams that failed.
 */
export async function readStreams(options: EngineOptions): Promise<string[]> {
  const { source, writer, log, now, signal, report } = options;
  const heartbeatMs = options.heartbeatMs ?? HEARTBEAT_MS;
  const startedMs = now();
  // I5: neither our clock nor the server's, where it is behind, may be outrun.
  const ceilingMs = (): number => startedMs + Math.min(0, source.skewMs()) - SAFETY_MS;

  const { announce, emit, save, saveComplete } = createOutput({ writer, now, ceilingMs });
  const failed: string[] = [];
  const fail = (descriptor: StreamDescriptor, error: unknown): void => {
    failed.push(descriptor.name);
    report(error, descriptor);
    announce(descriptor, 'INCOMPLETE');
  };

  const tasks = planTasks({
    ...options,
    startedMs,
    // Ready catalogs name streams that a merchant has no token for: that is no failure of every sync,
    // and hosts take a stream without rows for one that has none (Airbyte, Meltano).
    pass(descriptor, why) {
      announce(descriptor, 'STARTED');
      log.warn(
        `${descriptor.name}: nothing is read, since ${why}. Take the stream out of the catalog, or mend the configuration.`,
      );
      announce(descriptor, 'COMPLETE');
    },
    refuse(descriptor, error) {
      // Hosts follow a stream's story from its start, also of one that could not be read.
      announce(descriptor, 'STARTED');
      fail(descriptor, error);
    },
  });

  const start = (task: Task): void => {
    if (task.started) return;
    task.started = true;
    task.startedMs = now();
    for (const member of task.members.values()) {
      member.lastOutputMs = now();
      announce(member.descriptor, 'STARTED');
      // Also of a stream that will have no rows: hosts expect the three statuses in this order.
      announce(member.descriptor, 'RUNNING');
    }
  };

  /** Ends a task once none of its windows is in flight and none will be. */
  const settle = async (task: Task): Promise<void> => {
    if (task.settled || task.inFlight > 0) return;
    if (!task.failure && (task.files || !task.queue.empty())) return;
    task.settled = true;
    const [holder] = task.reader.streams;
    for (const [stream, member] of task.members) {
      const failure = task.failure ?? (stream === holder ? task.fileFailure : undefined);
      // What a broken file did not give is no part of a complete refresh; of time all was read.
      const isIncomplete = task.failure !== undefined || (failure && member.fullRefresh);
      await (isIncomplete ? save(member) : saveComplete(member));
      if (failure) fail(member.descriptor, failure);
      else announce(member.descriptor, 'COMPLETE');
      const seconds = ((now() - task.startedMs) / 1000).toFixed(1);
      log.info(
        `${member.descriptor.name}: ${member.records} records, ${task.windows} windows, ${task.reader.requests()} requests, ${seconds} s`,
      );
    }
  };

  const announceWait = (task: Task, untilMs: number): void => {
    // Every waiting request says so; the host is told again only when the wait grew by a second.
    if (untilMs < task.waitUntilMs + 1000) return;
    task.waitUntilMs = untilMs;
    const rate_limited = { quota_reset: Math.ceil(untilMs) };
    for (const member of task.members.values()) {
      announce(member.descriptor, 'RUNNING', { type: 'RATE_LIMITED', rate_limited });
    }
  };

  const readWindow = async (task: Task, { window, streams }: PlannedWindow): Promise<void> => {
    let rows = 0;
    const onWait = (untilMs: number): void => announceWait(task, untilMs);
    const context = { signal: task.stop.signal, onWait };
    for await (const page of task.reader.read(window, streams, context)) {
      for (const part of page) {
        const member = task.members.get(part.stream);
        if (!member || part.rows.length === 0) continue;
        await emit(member, part.rows);
        rows += part.rows.length;
      }
      task.stop.signal.throwIfAborted();
    }
    task.queue.learn(window, rows);
    task.windows += 1;
    // I1: only here, after the last row of the window was appended, may a STATE speak of it.
    for (const stream of streams) {
      const member = task.members.get(stream);
      if (!member) continue;
      member.progress.finish(window);
      await save(member);
    }
  };

  /** Settled when all files are read; never rejects. */
  let filesRead: Promise<void> | undefined;

  /** All files in one go: one of them may have rows of several streams. */
  const readFiles = async (files: FileReader): Promise<void> => {
    const waiting = new Map<string, { task: Task; member: Member }>();
    for (const task of tasks) {
      if (task.files) waiting.set(task.files.descriptor.name, { task, member: task.files });
    }
    const saved = [...waiting].map(([name, { member }]) => [name, member.savedFiles] as const);
    const run = files.open(new Map(saved));
    for (const { task, member } of waiting.values()) {
      start(task);
      member.fileRun = run;
    }
    let broken: unknown;
    try {
      for await (const page of run.pages(signal)) {
        for (const { stream, rows } of page) {
          const member = waiting.get(stream)?.member;
          if (member) await emit(member, rows);
        }
        signal.throwIfAborted();
      }
    } catch (error) {
      signal.throwIfAborted();
      broken = error;
    }
    for (const [stream, { task, member }] of waiting) {
      task.fileFailure = broken ?? run.failure(stream);
      task.files = undefined;
      await save(member);
      await settle(task);
    }
  };

  /** Files come alone and first: where both have a row, the API's is newer and must come last. */
  const takeFrom = (task: Task): (() => Promise<void>) | undefined => {
    if (task.failure) return undefined;
    const { files } = source;
    if (task.files && files) {
      if (filesRead) return undefined;
      return () => {
        const done = readFiles(files);
        filesRead = done
          .catch(() => {})
          .finally(() => {
            filesRead = undefined;
          });
        return done;
      };
    }
    const planned = task.queue.next();
    return planned && (() => readWindow(task, planned));
  };

  let turn = 0;
  const nextWork = (): { task: Task; read: () => Promise<void> } | undefined => {
    for (let step = 0; step < tasks.length; step += 1) {
      const index = (turn + step) % tasks.length;
      const task = tasks[index];
      const read = task && takeFrom(task);
      if (!task || !read) continue;
      turn = index + 1;
      return { task, read };
    }
    return undefined;
  };

  const work = async (): Promise<void> => {
    for (;;) {
      const next = nextWork();
      if (!next) {
        if (!filesRead) return;
        // Windows come free when the files before them are read.
        await filesRead;
        signal.throwIfAborted();
        continue;
      }
      const { task, read } = next;
      start(task);
      task.inFlight += 1;
      try {
        await read();
      } catch (error) {
        signal.throwIfAborted();
        // I6: the reader's other windows stop; other streams do not notice.
        task.failure ??= nameFailure(error, task.reader);
        task.stop.abort(error);
      } finally {
        task.inFlight -= 1;
      }
      signal.throwIfAborted();
      await settle(task);
    }
  };

  const beat = async (): Promise<void> => {
    for (const task of tasks) {
      if (!task.started || task.settled) continue;
      for (const member of task.members.values()) {
        if (now() - member.lastOutputMs >= heartbeatMs) await save(member);
      }
    }
  };
  // A broken destination reaches the workers by their own writes; the beat need not say it again.
  const heartbeat = setInterval(() => beat().catch(() => {}), heartbeatMs / 4);
  const stopAll = (): void => {
    for (const task of tasks) task.stop.abort(signal.reason);
  };
  signal.addEventListener('abort', stopAll, { once: true });
  try {
    signal.throwIfAborted();
    for (const task of tasks.filter((t) => t.queue.empty() && !t.files)) {
      start(task);
      await settle(task);
    }
    const workers = Array.from({ length: Math.max(1, source.concurrency) }, work);
    const broken = (await Promise.allSettled(workers)).find((r) => r.status === 'rejected');
    signal.throwIfAborted();
    if (broken) throw broken.reason;
    return failed;
  } catch (error) {
    for (const task of tasks.filter((t) => t.started && !t.settled)) {
      for (const member of task.members.values()) announce(member.descriptor, 'INCOMPLETE');
    }
    throw error;
  } finally {
    clearInterval(heartbeat);
    signal.removeEventListener('abort', stopAll);
  }
}

/** A record can be nested deeper than anything can read or print, which is no defect of ours. */
function nameFailure(error: unknown, { streams: [stream = ''] }: Reader): unknown {
  if (!(error instanceof RangeError && /call stack/i.test(error.message))) return error;
  return new SystemError(
    'GK_TOO_DEEP',
    `Stream ${stream}: a record is nested thousands of levels deep, which no destination takes. Report it to the API's support.`,
    { stream },
  );
}

/** Hosts commit at a STATE, and what none covers is read again: so many records at most. */
const MOST_UNSAVED = 10_000;

/** What a run says of its streams: statuses, records and states. */
export interface Output {
  announce(descriptor: StreamDescriptor, status: StreamStatus, reason?: StatusReason): void;
  /** Prints rows, with a STATE between them where too many would be without. */
  emit(member: Member, rows: readonly Row[]): Promise<void>;
  /** Says what is finished of a stream that is being read. */
  save(member: Member): Promise<void>;
  /** Says that a stream was read to its end. */
  saveComplete(member: Member): Promise<void>;
}

export interface OutputOptions {
  readonly writer: Writer;
  readonly now: () => number;
  /** What no cursor may pass (I5), epoch ms. */
  readonly ceilingMs: () => number;
}

export function createOutput({ writer, now, ceilingMs }: OutputOptions): Output {
  const saveAs = async (member: Member, state: StreamState): Promise<void> => {
    member.lastOutputMs = now();
    member.unsaved = 0;
    const files = member.fileRun?.bookmark(member.descriptor.name) ?? member.savedFiles;
    await writer.state(
      member.descriptor,
      writeStreamState({ ...state, keys: member.keys, ...(files && { files }) }),
    );
  };
  const save = (member: Member): Promise<void> =>
    saveAs(member, member.progress.state(ceilingMs()));

  return {
    announce(descriptor, status, reason) {
      const stream_status = {
        stream_descriptor: descriptor,
        status,
        ...(reason && { reasons: [reason] }),
      };
      const trace = { type: 'STREAM_STATUS' as const, emitted_at: now(), stream_status };
      writer.message({ type: 'TRACE', trace });
    },
    async emit(member, rows) {
      for (let at = 0; at < rows.length; ) {
        if (member.unsaved >= MOST_UNSAVED) await save(member);
        const end = Math.min(rows.length, at + MOST_UNSAVED - member.unsaved);
        const some = at === 0 && end === rows.length ? rows : rows.slice(at, end);
        at = end;
        member.unsaved += some.length;
        member.records += some.length;
        await writer.records(member.descriptor, some, now());
        member.lastOutputMs = now();
      }
    },
    save,
    saveComplete(member) {
      if (!member.fullRefresh) return saveAs(member, member.progress.complete(ceilingMs()));
      return writer.state(member.descriptor, { [COMPLETE_SENTINEL]: true });
    },
  };
}
