import type { ConfiguredStream } from './catalog.ts';
import { SAFETY_MS } from './cursor.ts';
import { createOutput, type Output } from './output.ts';
import { type Member, type Passed, type PlannedWindow, planTasks, type Task } from './plan.ts';
import type { StreamDescriptor } from './protocol.ts';
import type { FileReader, Logger, OpenSource } from './source.ts';
import { NO_STATE, type SavedStates } from './state.ts';
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

  const output = createOutput(writer, now, ceilingMs);
  const { announce, estimate, save, saveComplete } = output;
  const failed: string[] = [];
  const fail = (descriptor: StreamDescriptor, error: unknown): void => {
    failed.push(descriptor.name);
    report(error, descriptor);
    announce(descriptor, 'INCOMPLETE');
  };

  const { tasks, passed, refused } = planTasks({ ...options, startedMs });
  for (const { descriptor, error } of refused) {
    // Hosts follow a stream's story from its start, also of one that could not be read.
    announce(descriptor, 'STARTED');
    fail(descriptor, error);
  }

  const start = (task: Task): void => {
    if (task.startedMs !== undefined) return;
    task.startedMs = now();
    for (const member of task.members.values()) {
      member.lastOutputMs = now();
      announce(member.descriptor, 'STARTED');
      // Also of a stream that will have no rows: hosts expect the three statuses in this order.
      announce(member.descriptor, 'RUNNING');
    }
  };

  /**
   * Ready catalogs name streams for which a merchant has no token, and that must not fail every sync:
   * with exit code 1 a host retries the whole job, in vain. Nothing of such a stream is claimed: its state
   * stays as it was, so that it goes on there when it can be read again.
   */
  const passOver = async ({ descriptor, why, saved }: Passed): Promise<void> => {
    announce(descriptor, 'STARTED');
    announce(descriptor, 'RUNNING');
    log.warn(
      `${descriptor.name}: nothing is read, since ${why}. Take the stream out of the catalog, or mend the configuration.`,
    );
    await writer.state(descriptor, saved ?? NO_STATE);
    announce(descriptor, 'COMPLETE');
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
      const isIncomplete = task.failure !== undefined || (failure && member.refresh);
      await (isIncomplete ? save(member) : saveComplete(member));
      if (!failure && member.estimate !== undefined) estimate(member, member.records);
      if (failure) fail(member.descriptor, failure);
      else announce(member.descriptor, 'COMPLETE');
      const seconds = ((now() - Number(task.startedMs)) / 1000).toFixed(1);
      const repeats = member.repeats > 0 ? ` (${member.repeats} more came again unchanged)` : '';
      log.info(
        `${member.descriptor.name}: ${member.records} records${repeats}, ${task.windows} windows, ${task.reader.requests()} requests, ${seconds} s`,
      );
    }
  };

  let readsFiles = false;

  /** All files in one go: one of them may have rows of several streams. */
  const readFiles = async (files: FileReader): Promise<void> => {
    const waiting = tasks.flatMap((task) => (task.files ? [{ task, member: task.files }] : []));
    const members = new Map(waiting.map(({ member }) => [member.descriptor.name, member]));
    for (const { task } of waiting) start(task);
    const failureOf = await printFiles(files, members, output, signal);
    for (const { task, member } of waiting) {
      task.fileFailure = failureOf(member.descriptor.name);
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
      if (readsFiles) return undefined;
      readsFiles = true;
      return () => readFiles(files);
    }
    const planned = task.queue.next();
    return planned && (() => readWindow(task, planned, output));
  };

  const perform = async (task: Task, read: () => Promise<void>): Promise<void> => {
    start(task);
    task.inFlight += 1;
    try {
      await read();
    } catch (error) {
      signal.throwIfAborted();
      // I6: the reader's other windows stop; other streams do not notice.
      task.failure ??= error;
      task.stop.abort(error);
    } finally {
      task.inFlight -= 1;
    }
    signal.throwIfAborted();
    await settle(task);
  };

  const beat = async (): Promise<void> => {
    for (const task of tasks) {
      if (task.startedMs === undefined || task.settled) continue;
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
    for (const one of passed) await passOver(one);
    for (const task of tasks.filter((t) => t.queue.empty() && !t.files)) {
      start(task);
      await settle(task);
    }
    await workInTurn(tasks, source.concurrency, (task) => {
      const read = takeFrom(task);
      return read && (() => perform(task, read));
    });
    signal.throwIfAborted();
    return failed;
  } catch (error) {
    for (const task of tasks.filter((t) => t.startedMs !== undefined && !t.settled)) {
      for (const member of task.members.values()) announce(member.descriptor, 'INCOMPLETE');
    }
    throw error;
  } finally {
    clearInterval(heartbeat);
    signal.removeEventListener('abort', stopAll);
  }
}

function announceWait(task: Task, untilMs: number, { announce }: Output): void {
  // Every waiting request says so; the host is told again only when the wait grew by a second.
  if (untilMs < task.waitUntilMs + 1000) return;
  task.waitUntilMs = untilMs;
  const rate_limited = { quota_reset: Math.ceil(untilMs) };
  for (const member of task.members.values()) {
    announce(member.descriptor, 'RUNNING', { type: 'RATE_LIMITED', rate_limited });
  }
}

/** Prints the rows of a window, and says that it was read to its end where that is so. */
async function readWindow(task: Task, planned: PlannedWindow, output: Output): Promise<void> {
  const { window, streams } = planned;
  let rows = 0;
  let isCut = false;
  // The lists of several windows overlap: together they promise more rows than come.
  const isOnly = task.windows === 0 && task.inFlight === 1 && task.queue.empty();
  const before = new Map([...task.members].map(([name, { records }]) => [name, records]));
  const onWait = (untilMs: number): void => announceWait(task, untilMs, output);
  const cut = (): boolean => {
    isCut ||= task.queue.cut(planned);
    return isCut;
  };
  const context = { signal: task.stop.signal, onWait, cut };
  for await (const page of task.reader.read(window, streams, context)) {
    for (const part of page) {
      const member = task.members.get(part.stream);
      if (member && isOnly && part.expected !== undefined) {
        output.estimate(member, (before.get(part.stream) ?? 0) + part.expected);
      }
      if (!member || part.rows.length === 0) continue;
      await output.emit(member, part.rows);
      rows += part.rows.length;
    }
    task.stop.signal.throwIfAborted();
  }
  // I2: what was given up is not finished, whatever came of it.
  if (isCut) return;
  task.queue.learn(window, rows);
  task.windows += 1;
  // I1: only here, after the last row of the window was appended, may a STATE speak of it.
  for (const stream of streams) {
    const member = task.members.get(stream);
    if (!member) continue;
    member.progress.finish(window);
    await output.save(member);
  }
}

/**
 * Prints the rows of the files.
 *
 * @param members by the streams that the rows are of.
 * @returns what tells why not all files of a stream were read.
 */
async function printFiles(
  files: FileReader,
  members: ReadonlyMap<string, Member>,
  { emit }: Output,
  signal: AbortSignal,
): Promise<(stream: string) => unknown> {
  const run = files.open(new Map([...members].map(([name, one]) => [name, one.savedFiles])));
  for (const member of members.values()) member.fileRun = run;
  try {
    for await (const page of run.pages(signal)) {
      for (const { stream, rows } of page) {
        const member = members.get(stream);
        if (member) await emit(member, rows);
      }
      signal.throwIfAborted();
    }
    return (stream) => run.failure(stream);
  } catch (error) {
    signal.throwIfAborted();
    return () => error;
  }
}

/**
 * A fixed number of workers take jobs from several sources in turn, until none has one and all that were
 * taken are done. One that fails ends its worker; the others go on, and then it is thrown.
 */
async function workInTurn<T>(
  sources: readonly T[],
  workers: number,
  take: (source: T) => (() => Promise<void>) | undefined,
): Promise<void> {
  let turn = 0;
  const next = (): (() => Promise<void>) | undefined => {
    for (const _ of sources) {
      const source = sources[turn % sources.length] as T;
      turn += 1;
      const job = take(source);
      if (job) return job;
    }
    return undefined;
  };
  const running = new Set<Promise<void>>();
  const work = async (): Promise<void> => {
    for (;;) {
      const job = next();
      if (!job && running.size === 0) return;
      if (!job) {
        // Windows come free when the files before them are read, and where one is cut.
        await Promise.race(running);
        continue;
      }
      const done = job();
      running.add(done);
      await done.finally(() => running.delete(done));
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.max(1, workers) }, work));
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}
