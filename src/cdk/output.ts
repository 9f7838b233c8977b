import type { StatusReason, StreamDescriptor, StreamStatus } from './protocol.ts';
import type { Row } from './source.ts';
import { COMPLETE_SENTINEL, type StreamState, writeStreamState } from './state.ts';
import type { Member } from './tasks.ts';
import type { Writer } from './writer.ts';

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
    const files = member.fileRun?.bookmark() ?? member.savedFiles;
    await writer.state(member.descriptor, writeStreamState({ ...state, ...(files && { files }) }));
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
