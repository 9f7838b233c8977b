import fc from 'fast-check';
import t from 'tap';
import { ConfigError } from '../../src/cdk/errors.ts';
import type { JsonObject } from '../../src/cdk/protocol.ts';
import type { FileReader, Page, Reader } from '../../src/cdk/source.ts';
import { NOW, sourceOf, sync } from './helpers/sync.ts';

/* Files in the engine: before the windows of their stream, beside all others, and no STATE that
 * speaks of a row which is not printed. */

const DAY = 86_400_000;

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

/** `total` rows of each stream in pages of `size`; breaks for the first at the end when `problem` says so. */
function filesOf(total: number, size: number, problem?: string, streams = ['orders']): FileReader {
  return {
    streams,
    open(bookmarks) {
      const read = new Map([...bookmarks].map(([name, mark]) => [name, Number(mark?.read ?? 0)]));
      return {
        async *pages() {
          while ([...read.values()].some((count) => count < total)) {
            yield [...read].map(([stream, from]) => ({
              stream,
              rows: Array.from({ length: Math.min(size, total - from) }, (_, index) => ({
                record_key: `file ${from + index}`,
              })),
            }));
            for (const [stream, from] of read) read.set(stream, Math.min(total, from + size));
            await new Promise((resolve) => setImmediate(resolve));
          }
        },
        bookmark: (stream) => ({ read: read.get(stream) ?? 0 }),
        failure: (stream) =>
          problem && stream === streams[0]
            ? new ConfigError('GK_FILE', problem, { stream })
            : undefined,
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
    files,
    syncMode = 'incremental',
  }: { saved?: unknown; files?: FileReader; syncMode?: 'incremental' | 'full_refresh' } = {},
) {
  const source = sourceOf(readers, { ...(files && { files }), startMs: NOW - 9 * DAY });
  const streams = readers.flatMap((reader) => reader.streams.map((name) => ({ name, syncMode })));
  return sync<Line>(source, { streams, saved });
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
        const streams = ['orders', 'payments'];
        const files = filesOf(total, Math.ceil(Math.max(size, total / 50)), undefined, streams);
        const { lines } = await play(
          streams.map((name) => readerOf(name, { hasFiles: true })),
          { files },
        );
        const printed = new Map(streams.map((name) => [name, 0]));
        for (const { record, state } of lines) {
          if (record?.data.record_key.startsWith('file ')) {
            printed.set(record.stream, (printed.get(record.stream) ?? 0) + 1);
          }
          const { stream } = state ?? {};
          const read = stream?.stream_state.files?.read ?? 0;
          const there = printed.get(stream?.stream_descriptor.name ?? '') ?? 0;
          if (read > there) t.fail(`${read} rows claimed, ${there} printed`);
        }
        for (const stream of streams) {
          t.equal(printed.get(stream), total);
          t.equal(lastState(lines, stream)?.files?.read, total);
        }
      },
    ),
    { numRuns: 30 },
  );
});

t.test('files come before the windows of their stream, others do not wait', async (t) => {
  const { lines, failed } = await play(
    [readerOf('orders', { hasFiles: true }), readerOf('payments', {})],
    { files: filesOf(50, 1) },
  );
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
  const readers = ['orders', 'payments', 'refunds'].map((name) =>
    readerOf(name, { hasFiles: true }),
  );
  const files = filesOf(5, 2, 'bad.csv: it is empty', ['orders', 'payments']);
  const { lines, failed } = await play(readers, { files });
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
  const { lines: full } = await play(readers, { files, syncMode: 'full_refresh' });
  t.notOk(
    lastState(full, 'orders')?.__ab_full_refresh_sync_complete,
    'a full refresh is not complete',
  );
});

t.test(
  'a stream with files alone claims no time, so the API starts at the start date',
  async (t) => {
    const files = filesOf(3, 1);
    const alone = readerOf('orders', {
      hasFiles: true,
      policy: undefined,
      read: readNothing,
    });
    const { lines } = await play([alone], { files });
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
    const { lines: later } = await play([readerOf('orders', { hasFiles: true })], { files, saved });
    t.same(keysOf(later, 'orders').length, 3, 'three windows, no row of a file again');
  },
);

t.test('a child’s state says under which keys its rows are', async (t) => {
  const streams = ['orders', 'items'];
  const { lines } = await play([readerOf('orders', { hasFiles: true, streams })], {
    files: filesOf(3, 1),
  });
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
  const { failed, lines } = await play([readerOf('orders', { admit, hasFiles: true })], {
    files: filesOf(3, 1),
    saved,
  });
  t.same(failed, ['orders']);
  t.same(keysOf(lines, 'orders'), []);
});
