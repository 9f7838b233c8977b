import type { Writable } from 'node:stream';
import { createAnomalies } from './anomalies.ts';
import { SystemError } from './errors.ts';
import { printJson } from './mend.ts';
import type { JsonObject, Message, StreamDescriptor } from './protocol.ts';
import { stateKey } from './state.ts';

/** Gathered before they are handed to the sink: a pipe of 64 KiB takes them without a wait. */
const BATCH_CHARS = 32_000;

/** The output cannot be written any more: its reader left (EPIPE), the disk is full (ENOSPC). */
export class DestinationGone extends Error {
  override readonly name = 'DestinationGone';
}

/** The one owner of stdout. Lines leave in the order in which they were appended. */
export interface Writer {
  /** Appends any message but RECORD and STATE. After the destination is gone it does nothing. */
  message(message: Message): void;
  /**
   * Appends the rows as RECORD messages and resolves when the reader keeps up. While it does not,
   * rows stay with their callers, of which several may wait at once. Rows of one stream are in
   * order as long as their caller awaits this.
   * @param isWanted asked of each row at the moment in which it would be appended
   * @returns how many were appended
   * @throws DestinationGone, at once and for good
   */
  records(
    stream: StreamDescriptor,
    rows: readonly JsonObject[],
    emittedAtMs: number,
    isWanted?: (row: JsonObject, text: string) => boolean,
  ): Promise<number>;
  /**
   * Appends a STATE, at the moment of the call, and resolves when the reader keeps up. It counts
   * the records of its stream since the stream's previous STATE.
   * @throws DestinationGone
   */
  state(stream: StreamDescriptor, state: JsonObject): Promise<void>;
  /**
   * Resolves when all that was appended is with the operating system.
   * @throws DestinationGone
   */
  flush(): Promise<void>;
  /** What was mended for strict readers, one sentence a kind and stream (I7). */
  mended(): string[];
}

interface Account {
  readonly recordPrefix: string;
  readonly statePrefix: string;
  sinceState: number;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: DestinationGone) => void;
}

/**
 * @param sink process.stdout: a pipe, a file or a terminal; nobody else may write to it.
 * @param onGone called once. After it nothing is written, and whoever waits or writes gets the same error.
 */
export function createWriter(sink: Writable, onGone: (error: DestinationGone) => void): Writer {
  const accounts = new Map<string, Account>();
  const mended = createAnomalies();
  /** Whole lines that the sink does not have yet: about a batch at most, besides messages (I8). */
  let pending = '';
  /** The sink asked to wait for its `drain`. Until then it gets nothing, so it holds one batch. */
  let saturated = false;
  /** Writes that the operating system has not taken yet. */
  let inFlight = 0;
  let gone: DestinationGone | undefined;
  const waitingForRoom: Waiter[] = [];
  let waitingForFlush: Waiter[] = [];

  const print = (value: unknown, stream?: string): string =>
    printJson(value, (what) => mended.add(stream, what));

  function handOver(): void {
    if (pending === '' || saturated || gone) return;
    // Most lines are ASCII, which needs neither an escape nor another encoding.
    const isAscii = Buffer.byteLength(pending) === pending.length;
    const lines = isAscii ? pending : escapeLineBreaks(pending);
    pending = '';
    inFlight += 1;
    saturated = !sink.write(lines, isAscii ? 'latin1' : 'utf8', onWritten);
  }

  function onWritten(error?: Error | null): void {
    inFlight -= 1;
    if (error) fail(error);
    else if (inFlight === 0) {
      for (const waiter of waitingForFlush) waiter.resolve();
      waitingForFlush = [];
    }
  }

  function onDrain(): void {
    saturated = false;
    // Lines appended meanwhile come before those of the callers that wait (I1).
    handOver();
    admitNext();
  }

  function fail(error?: Error | null): void {
    if (gone) return;
    gone = new DestinationGone(
      `The output cannot be written any more (${error && 'code' in error ? error.code : 'closed'}).`,
      { cause: error },
    );
    pending = '';
    for (const waiter of [...waitingForRoom, ...waitingForFlush]) waiter.reject(gone);
    onGone(gone);
  }

  const wait = (line: Waiter[]): Promise<void> =>
    new Promise((resolve, reject) => {
      if (gone) reject(gone);
      else line.push({ resolve, reject });
    });

  /**
   * Settles when it is the caller's turn. Someone may have filled the sink since, so the caller looks
   * again, and awaits this very promise: by the end of one more `async` function it may be full.
   */
  const room = (): Promise<void> => wait(waitingForRoom);

  /** One at a time and in line, so that none passes the others and a long page holds nobody up. */
  function admitNext(): void {
    if (!saturated) waitingForRoom.shift()?.resolve();
  }

  function accountOf(stream: StreamDescriptor): Account {
    const key = stateKey(stream);
    const account = accounts.get(key) ?? openAccount(stream, print);
    accounts.set(key, account);
    return account;
  }

  // Never removed: an 'error' without a listener would end the process with a stack on stderr.
  sink.on('error', fail);
  sink.on('close', () => fail());
  sink.on('drain', onDrain);

  return {
    message(message) {
      if (gone) return;
      pending += `${print(message)}\n`;
      handOver();
    },
    async records(stream, rows, emittedAtMs, isWanted) {
      if (gone) throw gone;
      while (saturated) await room();
      const account = accountOf(stream);
      const suffix = `,"emitted_at":${emittedAtMs}}}\n`;
      let appended = 0;
      try {
        for (const row of rows) {
          const data = print(row, stream.name);
          // Hosts drop such a record without a word, and then miss it in their count.
          if (data === '{}') throw emptyRecord(stream.name);
          if (isWanted && !isWanted(row, data)) continue;
          appended += 1;
          pending += account.recordPrefix + data + suffix;
          account.sinceState += 1;
          if (pending.length < BATCH_CHARS) continue;
          handOver();
          while (saturated) await room();
        }
      } finally {
        admitNext();
      }
      return appended;
    },
    async state(stream, state) {
      if (gone) throw gone;
      const account = accountOf(stream);
      // The protocol asks for a whole number written with a decimal point, which JSON.stringify
      // cannot print.
      const counted = `"sourceStats":{"recordCount":${account.sinceState}.0}`;
      pending += `${account.statePrefix}${print(state, stream.name)}},${counted}}}\n`;
      account.sinceState = 0;
      handOver();
      while (saturated) await room();
      admitNext();
    },
    async flush() {
      handOver();
      while (!gone && (pending !== '' || inFlight > 0)) {
        await wait(waitingForFlush);
        handOver();
      }
      if (gone) throw gone;
    },
    mended: mended.lines,
  };
}

function openAccount(
  { name, namespace }: StreamDescriptor,
  print: (value: unknown) => string,
): Account {
  // JSON leaves an undefined namespace out, as the protocol wants it.
  const opening = print({ stream: name, namespace }).slice(0, -1);
  const descriptor = print({ name, namespace });
  return {
    recordPrefix: `{"type":"RECORD","record":${opening},"data":`,
    statePrefix: `{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":${descriptor},"stream_state":`,
    sinceState: 0,
  };
}

/**
 * JSON allows these three raw, but a reader that cuts lines as Unicode does (Python's `splitlines`)
 * would cut inside a message.
 */
const escapeLineBreaks = (lines: string): string =>
  lines.replace(
    /[\u0085\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const emptyRecord = (stream: string): SystemError =>
  new SystemError('GK_EMPTY_RECORD', `A record of ${stream} has no fields. Please report this.`, {
    stream,
  });
