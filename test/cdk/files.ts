import fc from 'fast-check';
import t from 'tap';
import { readStreams } from '../../src/cdk/engine.ts';
import { ConfigError } from '../../src/cdk/errors.ts';
import type { JsonObject } from '../../src/cdk/protocol.ts';
import type { FileReader, OpenSource, Page, Reader } from '../../src/cdk/source.ts';
import { parseStates } from '../../src/cdk/state.ts';
import { createWriter } from '../../src/cdk/writer.ts';
import { collectingSink } from './helpers/sink.ts';

/* Files in the engine: before the windows of their stream, beside all others, and no STATE that
 * speaks of a row which is not printed. */

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 22);

interface Line {
  type: string;
  record?: { stream: string; data: { record_key: string } };
  trace?: {
    error?: { message: string };
    stream_status?: { stream_descriptor: { name: string }; status: string };
  };
  state?: {
    stream: {
      stream_descriptor: { name: string };
      stream_state: {
        cursor?: string;
        files?: { read?: number };
        __ab_full_refresh_sync_complete?: boolean;
      };
    };
  };
}

/** `total` rows in pages of `size`; breaks at the end when `problem` says so. */
function filesOf(total: number, size: number, problem?: string): FileReader {
  return {
    open(bookmark) {
      let read = Number(bookmark?.read ?? 0);
      return {
        async *pages() {
          while (read < total) {
            const rows = Array.from({ length: Math.min(size, total - read) }, (_, index) => ({
              record_key: `file ${read + index}`,
            }));
            yield rows;
            read += rows.length;
            await new Promise((resolve) => setImmediate(resolve));
          }
          if (problem) throw new ConfigError('GK_FILE', problem, { stream: 'orders' });
        },
        bookmark: () => ({ read }),
      };
    },
  };
}

const policy = { maxMs: 3 * DAY, overlapMs: 0, alignMs: 1, alignOffsetMs: 0 };
async function* readNothing(): AsyncGenerator<Page> {}

function readerOf(stream: string, parts: Partial<Reader>): Reader {
  async function* read(window: { fromMs: number }): AsyncGenerator<Page> {
    yield [{ stream, rows: [{ record_key: `${stream} ${window.fromMs}` }] }];
  }
  return { streams: [stream], policy, read, requests: () => 0, ...parts };
}

async function play(
  readers: Reader[],
  {
    saved,
    syncMode = 'incremental',
  }: { saved?: unknown; syncMode?: 'incremental' | 'full_refresh' } = {},
) {
  const source: OpenSource = {
    streams: [],
    unreadable: new Map(),
    readers,
    startMs: NOW - 9 * DAY,
    endMs: undefined,
    lookbackMs: 0,
    lookbackEveryMs: 0,
    concurrency: 3,
    skewMs: () => 0,
    check: async () => ({ ok: true, message: '' }),
    anomalies: () => [],
    close() {},
  };
  const { sink, text } = collectingSink();
  const writer = createWriter(sink, { onGone() {} });
  const failed = await readStreams({
    source,
    configured: readers.flatMap(({ streams }) =>
      streams.map((name) => ({ name, syncMode })),
    ) as never,
    saved: parseStates(saved),
    writer,
    log: { info() {}, warn() {}, debug() {} },
    now: () => NOW,
    signal: new AbortController().signal,
    report: (error) =>
      writer.message({
        type: 'TRACE',
        trace: {
          type: 'ERROR',
          emitted_at: 0,
          error: { message: String((error as Error).message) },
        },
      } as never),
  });
  await writer.flush();
  const lines = text()
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text) as Line);
  return { failed, lines };
}

const keysOf = (lines: readonly Line[], stream: string): string[] =>
  lines.flatMap(({ record }) => (record?.stream === stream ? [record.data.record_key] : []));
const lastState = (lines: readonly Line[], stream: string) =>
  lines
    .flatMap(({ state }) =>
      state?.stream.stream_descriptor.name === stream ? [state.stream.stream_state] : [],
    )
    .at(-1);

t.test('whatever a destination got, its state speaks of nothing else (I1)', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 25_000 }),
      fc.integer({ min: 1, max: 12_000 }),
      async (total, size) => {
        const { lines } = await play([
          readerOf('orders', { files: filesOf(total, Math.max(size, total / 50)) }),
        ]);
        let printed = 0;
        for (const { record, state } of lines) {
          if (record?.data.record_key.startsWith('file ')) printed += 1;
          const read = state?.stream.stream_state.files?.read ?? 0;
          if (read > printed) t.fail(`${read} rows claimed, ${printed} printed`);
        }
        t.equal(printed, Math.max(total, 0));
        t.equal(lastState(lines, 'orders')?.files?.read, total);
      },
    ),
    { numRuns: 30 },
  );
});

t.test('files come before the windows of their stream, others do not wait', async (t) => {
  const { lines, failed } = await play([
    readerOf('orders', { files: filesOf(50, 1) }),
    readerOf('payments', {}),
  ]);
  t.same(failed, []);
  const orders = keysOf(lines, 'orders');
  t.equal(orders.length, 50 + 3);
  t.same(
    orders.slice(0, 50),
    Array.from({ length: 50 }, (_, index) => `file ${index}`),
  );
  const all = lines.flatMap(({ record }) => (record ? [record.stream] : []));
  t.ok(all.indexOf('payments') < 50, 'payments were read meanwhile');
});

t.test('a broken file fails its stream after the windows were read, and only it', async (t) => {
  const readers = [
    readerOf('orders', { files: filesOf(5, 2, 'bad.csv: it is empty') }),
    readerOf('payments', {}),
  ];
  const { lines, failed } = await play(readers);
  t.same(failed, ['orders']);
  t.equal(keysOf(lines, 'orders').length, 5 + 3, 'rows of the file and of the windows');
  const state = lastState(lines, 'orders');
  t.match(state, { cursor: '2026-11-21T23:55:00Z', files: { read: 5 }, run: undefined });
  const statuses = lines.flatMap(({ trace }) =>
    trace?.stream_status
      ? [`${trace.stream_status.stream_descriptor.name} ${trace.stream_status.status}`]
      : [],
  );
  t.ok(statuses.includes('orders INCOMPLETE') && statuses.includes('payments COMPLETE'));
  const { lines: full } = await play(readers, { syncMode: 'full_refresh' });
  t.notOk(
    lastState(full, 'orders')?.__ab_full_refresh_sync_complete,
    'a full refresh is not complete',
  );
});

t.test(
  'a stream with files alone claims no time, so the API starts at the start date',
  async (t) => {
    const alone = readerOf('orders', {
      files: filesOf(3, 1),
      policy: undefined,
      read: readNothing,
    });
    const { lines } = await play([alone]);
    const state = lastState(lines, 'orders') as unknown as JsonObject;
    t.same(state, {
      version: 1,
      from: '2026-11-13T00:00:00Z',
      cursor: '2026-11-13T00:00:00Z',
      keys: 'files',
      files: { read: 3 },
    });
    const saved = [
      { type: 'STREAM', stream: { stream_descriptor: { name: 'orders' }, stream_state: state } },
    ];
    const { lines: later } = await play([readerOf('orders', { files: filesOf(3, 1) })], { saved });
    t.same(keysOf(later, 'orders').length, 3, 'three windows, no row of a file again');
  },
);

t.test('a child’s state says under which keys its rows are', async (t) => {
  const streams = ['orders', 'items'];
  const { lines } = await play([readerOf('orders', { files: filesOf(3, 1), streams })]);
  const { keys, files } = lastState(lines, 'items') as unknown as JsonObject;
  t.same({ keys, files }, { keys: 'files', files: undefined });
});

t.test('a state under other keys stops its stream', async (t) => {
  const admit = (_: string, hadFiles: boolean): void => {
    if (!hadFiles) throw new ConfigError('GK_FILES_KEY', 'other keys', { stream: 'orders' });
  };
  const state = { version: 1, from: '2026-11-13T00:00:00Z', cursor: '2026-11-14T00:00:00Z' };
  const saved = [
    { type: 'STREAM', stream: { stream_descriptor: { name: 'orders' }, stream_state: state } },
  ];
  const { failed, lines } = await play([readerOf('orders', { admit, files: filesOf(3, 1) })], {
    saved,
  });
  t.same(failed, ['orders']);
  t.same(keysOf(lines, 'orders'), []);
});
