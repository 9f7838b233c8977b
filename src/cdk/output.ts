import { createPrinted } from './once.ts';
import type { Member } from './plan.ts';
import type { JsonObject, StatusReason, StreamDescriptor, StreamStatus } from './protocol.ts';
import { type StreamState, writeCompleted, writeStreamState } from './state.ts';
import type { Writer } from './writer.ts';

/** Hosts commit at a STATE, and what none covers is read again: so many records at most. */
const MOST_UNSAVED = 10_000;

export type Output = ReturnType<typeof createOutput>;

/**
 * What a run says of its streams: statuses, records and states.
 *
 * @param ceilingMs what no cursor may pass (I5), epoch ms.
 */
export function createOutput(writer: Writer, now: () => number, ceilingMs: () => number) {
  const printed = createPrinted();
  const saveAs = async (member: Member, state: StreamState): Promise<void> => {
    member.lastOutputMs = now();
    member.unsaved = 0;
    const { keys, key, refresh } = member;
    const files = member.fileRun?.bookmark(member.descriptor.name) ?? member.savedFiles;
    await writer.state(
      member.descriptor,
      writeStreamState({ ...state, keys, key, refresh, ...(files && { files }) }),
    );
  };
  /** Says what is finished of a stream that is being read. */
  const save = (member: Member): Promise<void> =>
    saveAs(member, member.progress.state(ceilingMs()));

  return {
    save,
    announce(descriptor: StreamDescriptor, status: StreamStatus, reason?: StatusReason): void {
      const stream_status = {
        stream_descriptor: descriptor,
        status,
        ...(reason && { reasons: [reason] }),
      };
      const trace = { type: 'STREAM_STATUS' as const, emitted_at: now(), stream_status };
      writer.message({ type: 'TRACE', trace });
    },
    /** Tells hosts how many records a stream will have in all, for their progress. */
    estimate(member: Member, rows: number): void {
      if (member.estimate === rows) return;
      member.estimate = rows;
      const estimate = { ...member.descriptor, type: 'STREAM' as const, row_estimate: rows };
      writer.message({ type: 'TRACE', trace: { type: 'ESTIMATE', emitted_at: now(), estimate } });
    },
    /** Prints rows, with a STATE between them where too many would be without. */
    async emit(member: Member, rows: readonly JsonObject[]): Promise<void> {
      const { name } = member.descriptor;
      // I12. Asked at the moment of printing: several windows of a stream print at once.
      const isNew = ({ record_key: key }: JsonObject, text: string): boolean =>
        typeof key !== 'string' || printed.isNew(name, key, text);
      for (let at = 0; at < rows.length; ) {
        if (member.unsaved >= MOST_UNSAVED) await save(member);
        const end = Math.min(rows.length, at + MOST_UNSAVED - member.unsaved);
        const some = at === 0 && end === rows.length ? rows : rows.slice(at, end);
        at = end;
        member.unsaved += some.length;
        const count = await writer.records(member.descriptor, some, now(), isNew);
        member.records += count;
        member.repeats += some.length - count;
        if (count > 0) member.lastOutputMs = now();
      }
    },
    /** Says that a stream was read to its end. */
    saveComplete(member: Member): Promise<void> {
      const { refresh, progress } = member;
      if (!refresh || progress.future) return saveAs(member, progress.complete(ceilingMs()));
      return writer.state(member.descriptor, writeCompleted(refresh));
    },
  };
}
