import { readStreams } from '../../../src/cdk/engine.ts';
import type { OpenSource, Reader } from '../../../src/cdk/source.ts';
import { parseStates } from '../../../src/cdk/state.ts';
import { createWriter } from '../../../src/cdk/writer.ts';
import { collectingSink } from './sink.ts';

const DAY = 86_400_000;
export const NOW = Date.UTC(2026, 10, 22);

/** An opened source with these readers, and nothing besides that is not given. */
export const sourceOf = (readers: Reader[], changes: Partial<OpenSource> = {}): OpenSource => ({
  streams: [],
  unreadable: new Map(),
  readers,
  startMs: NOW - 30 * DAY,
  endMs: undefined,
  lookbackMs: 0,
  lookbackEveryMs: 0,
  concurrency: 3,
  skewMs: () => 0,
  check: async () => '',
  anomalies: () => [],
  close() {},
  ...changes,
});

type Engine = Parameters<typeof readStreams>[0];

interface Sync extends Partial<Pick<Engine, 'now' | 'signal' | 'heartbeatMs'>> {
  readonly streams: readonly Partial<Engine['configured'][number]>[];
  readonly saved?: unknown;
}

/** Reads what is configured, by default incrementally: the lines of the output, parsed, and what was told. */
export async function sync<Line>(source: OpenSource, { streams, saved, ...options }: Sync) {
  const { sink, text } = collectingSink();
  const writer = createWriter(sink, () => {});
  const warnings: string[] = [];
  const failed = await readStreams({
    source,
    configured: streams.map((one) => ({ name: '', syncMode: 'incremental', ...one })),
    saved: parseStates(saved),
    writer,
    log: { info() {}, debug() {}, warn: (line) => void warnings.push(line) },
    now: () => NOW,
    signal: new AbortController().signal,
    report: (error, stream_descriptor) =>
      writer.message({
        type: 'TRACE',
        trace: {
          type: 'ERROR',
          emitted_at: NOW,
          error: {
            message: error instanceof Error ? error.message : String(error),
            failure_type: 'system_error',
            stream_descriptor,
          },
        },
      }),
    ...options,
  }).catch((error: unknown) => String(error));
  await writer.flush();
  const lines = text().split('\n').filter(Boolean);
  return { failed, lines: lines.map((line): Line => JSON.parse(line)), warnings };
}
