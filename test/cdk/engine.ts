import fc from 'fast-check';
import t from 'tap';
import { TransientError } from '../../src/cdk/errors.ts';
import { createOutput } from '../../src/cdk/output.ts';
import type { Member } from '../../src/cdk/plan.ts';
import type { JsonObject } from '../../src/cdk/protocol.ts';
import type { OpenSource, Page, ReadContext, Reader, Window } from '../../src/cdk/source.ts';
import { createWriter } from '../../src/cdk/writer.ts';
import { collectingSink } from './helpers/sink.ts';
import { NOW, sourceOf, sync as syncOnce } from './helpers/sync.ts';

const DAY = 86_400_000;

type Read = (
  window: Window,
  selected: ReadonlySet<string>,
  context: ReadContext,
) => AsyncIterable<Page>;

function reader(streams: string[], read: Read): Reader {
  const policy = { maxMs: 7 * DAY, overlapMs: 300_000, alignMs: 1, alignOffsetMs: 0 };
  return { streams, policy, read, requests: () => 0 };
}

const source = (readers: Reader[], changes: Partial<OpenSource> = {}): OpenSource =>
  sourceOf(readers, { lookbackMs: 10 * DAY, ...changes });

interface Printed {
  type: string;
  record?: { stream: string; data: JsonObject };
  state?: {
    stream: { stream_descriptor: { name: string; namespace?: string }; stream_state: JsonObject };
    sourceStats: { recordCount: number };
  };
  trace?: {
    type: string;
    error?: { message: string; failure_type: string; stream_descriptor: { name: string } };
    estimate?: { name: string; type: string; row_estimate: number };
    stream_status?: {
      stream_descriptor: { name: string };
      status: string;
      reasons?: { rate_limited: { quota_reset: number } }[];
    };
  };
}

async function sync(open: OpenSource, options: Parameters<typeof syncOnce>[1]) {
  const { failed, lines, warnings } = await syncOnce<Printed>(open, options);
  const statuses = (name: string) =>
    lines
      .filter((l) => l.trace?.stream_status?.stream_descriptor.name === name)
      .map((l) => l.trace?.stream_status?.status);
  const states = (name: string) =>
    lines.filter((l) => l.state?.stream.stream_descriptor.name === name).map((l) => l.state);
  return { failed, lines, statuses, states, warnings };
}

const oneRow = (stream: string) =>
  async function* (window: Window): AsyncGenerator<Page> {
    yield [{ stream, rows: [{ record_key: String(window.fromMs) }] }];
  };

t.test('statuses, records and states come in the order that hosts rely on', async (t) => {
  const { failed, lines, statuses, states } = await sync(source([reader(['a'], oneRow('a'))]), {
    streams: [{ name: 'a' }],
  });
  t.same(failed, []);
  t.same(statuses('a'), ['STARTED', 'RUNNING', 'COMPLETE']);
  const records = lines.filter((l) => l.type === 'RECORD').length;
  t.equal(records, 5, 'thirty days in windows of seven');
  const counted = states('a').reduce((sum, s) => sum + (s?.sourceStats.recordCount ?? 0), 0);
  t.equal(counted, records, 'every record is counted by one state');
  const last = states('a').at(-1)?.stream.stream_state;
  t.same(last, { version: 1, from: '2026-10-23T00:00:00Z', cursor: '2026-11-21T23:55:00Z' });
  t.equal(lines.at(-1)?.trace?.stream_status?.status, 'COMPLETE');
  t.equal(lines.at(-2)?.type, 'STATE', 'the last state comes before COMPLETE');
});

t.test('a failing reader fails its streams only, and its state stays true', async (t) => {
  let calls = 0;
  const broken = reader(['bad', 'child'], async function* (window) {
    calls += 1;
    if (calls === 3) throw new TransientError('GK_TEST', 'no more');
    yield [{ stream: 'bad', rows: [{ record_key: String(window.fromMs) }] }];
  });
  const { failed, statuses, states, lines } = await sync(
    source([broken, reader(['good'], oneRow('good'))], { concurrency: 1 }),
    { streams: [{ name: 'bad' }, { name: 'good' }, { name: 'child' }] },
  );
  t.same(failed, ['bad', 'child']);
  t.same(statuses('good'), ['STARTED', 'RUNNING', 'COMPLETE']);
  t.same(statuses('bad').at(-1), 'INCOMPLETE');
  t.same(statuses('child').at(-1), 'INCOMPLETE');
  const errors = lines.filter((l) => l.trace?.type === 'ERROR');
  t.same(
    errors.map((l) => l.trace?.error?.stream_descriptor.name),
    ['bad', 'child'],
  );
  t.match(states('bad').at(-1)?.stream.stream_state, {
    cursor: '2026-11-06T00:00:00Z',
    run: { done: [['2026-10-23T00:00:00Z', '2026-11-06T00:00:00Z']] },
  });
});

t.test('unknown streams and broken states are refused one by one', async (t) => {
  const { failed, statuses, lines } = await sync(source([reader(['a', 'b'], oneRow('a'))]), {
    streams: [{ name: 'nope' }, { name: 'a' }, { name: 'b' }],
    saved: { b: { version: 9 } },
  });
  t.same(failed, ['nope', 'b']);
  t.same(statuses('nope'), ['STARTED', 'INCOMPLETE']);
  t.same(statuses('a'), ['STARTED', 'RUNNING', 'COMPLETE']);
  const messages = lines.flatMap((l) => l.trace?.error?.message ?? []);
  t.match(messages[0], /nope is in the configured catalog/);
  t.match(messages[1], /newer version/);
});

t.test('a cursor from the future: a warning, no record, the state as it was', async (t) => {
  const saved = { version: 1, from: '2026-01-01T00:00:00Z', cursor: '2099-01-01T00:00:00Z' };
  const { failed, lines, states, statuses, warnings } = await sync(
    source([reader(['a'], oneRow('a'))]),
    { streams: [{ name: 'a' }], saved: { a: saved } },
  );
  t.same(failed, []);
  t.notOk(lines.some((l) => l.type === 'RECORD'));
  t.same(
    states('a').map((s) => s?.stream.stream_state),
    [saved],
  );
  t.same(statuses('a'), ['STARTED', 'RUNNING', 'COMPLETE']);
  t.match(warnings, [/future/]);
});

t.test('a child with an older state than its parent gets its history alone', async (t) => {
  const asked: { days: number; streams: string[] }[] = [];
  const family = reader(['a', 'b'], async function* (window, selected) {
    const days = Math.round((window.fromMs - (NOW - 30 * DAY)) / DAY);
    asked.push({ days, streams: [...selected].sort() });
    yield [];
  });
  const state = (cursor: string) => ({ version: 1, from: '2026-10-23T00:00:00Z', cursor });
  await sync(source([family], { lookbackMs: 0, concurrency: 1 }), {
    streams: [{ name: 'a' }, { name: 'b' }],
    saved: { a: state('2026-11-20T00:00:00Z'), b: state('2026-10-30T00:00:00Z') },
  });
  t.same(asked[0], { days: 7, streams: ['b'] });
  t.same(asked.at(-1)?.streams, ['a', 'b']);
  t.equal(asked.filter((w) => w.streams.includes('a')).length, 1);
});

/* A full refresh over jobs and attempts: `sync_id` tells them apart, where there is one. */

const refreshing = (saved: unknown, syncId?: number) =>
  sync(source([reader(['a'], oneRow('a'))]), {
    streams: [{ name: 'a', syncMode: 'full_refresh', ...(syncId && { syncId }) }],
    saved: saved === undefined ? [] : { a: saved },
  }).then(({ lines, states }) => ({
    rows: lines.filter((l) => l.type === 'RECORD').length,
    states: states('a').map((s) => s?.stream.stream_state),
  }));

t.test('full refresh: begins anew for the next job, and not for a retry of this one', async (t) => {
  const from = '2026-10-23T00:00:00Z';
  const whole = await refreshing({ version: 1, from, cursor: '2026-11-21T00:00:00Z' });
  t.equal(whole.rows, 5, 'all, in spite of a cursor');
  t.match(whole.states[0], { full_refresh: {} });
  const end = whole.states.at(-1);
  t.same(end, { __ab_full_refresh_sync_complete: true });
  t.equal((await refreshing(end)).rows, 5, 'who keeps the last state gets all again');
  t.equal((await refreshing(end, 7)).rows, 5);

  const job7 = await refreshing(undefined, 7);
  t.same(job7.states.at(-1), { __ab_full_refresh_sync_complete: true, sync_id: 7 });
  t.match(job7.states[0], { full_refresh: { sync_id: 7 } });
  const retry = await refreshing(job7.states.at(-1), 7);
  t.same(retry, { rows: 0, states: [job7.states.at(-1)] });
  t.equal((await refreshing(job7.states.at(-1), 8)).rows, 5, 'the next job');
  t.equal((await refreshing(job7.states.at(-1))).rows, 5, 'a host that does not say');
});

t.test('full refresh: what was broken off goes on, of its own job alone', async (t) => {
  const from = '2026-10-23T00:00:00Z';
  const unfinished = (job: object) => ({
    version: 1,
    from,
    cursor: '2026-11-13T00:00:00Z',
    run: {
      started: '2026-11-22T00:00:00Z',
      to: '2026-11-21T23:55:00Z',
      done: [[from, '2026-11-13T00:00:00Z']],
    },
    ...job,
  });
  const rows = async (job: object, syncId?: number) =>
    (await refreshing(unfinished(job), syncId)).rows;
  t.equal(await rows({ full_refresh: {} }), 2, 'only what the first attempt left');
  t.equal(await rows({ full_refresh: { sync_id: 7 } }, 7), 2);
  t.equal(await rows({ full_refresh: { sync_id: 7 } }), 2);
  t.equal(await rows({ full_refresh: { sync_id: 7 } }, 8), 5, 'another job began another table');
  t.equal(await rows({}), 5, 'an incremental run is no part of it');
});

t.test(
  'a state under another key is refused; an older one, without a digest, is not',
  async (t) => {
    const keyed = (key: string): Reader => ({
      ...reader(['a'], oneRow('a')),
      keyDigest: () => key,
    });
    const streams = [{ name: 'a' }];
    const first = await sync(source([keyed('k1')]), { streams });
    const state = first.states('a').at(-1)?.stream.stream_state;
    t.match(state, { key: 'k1' });
    const changed = await sync(source([keyed('k2')]), { streams, saved: { a: state } });
    t.same(changed.failed, ['a']);
    const [error] = changed.lines.flatMap((l) => l.trace?.error ?? []);
    t.match(error?.message, /Stream a: its rows were told apart in another way.*reset this stream/);
    t.same(changed.states('a'), [], 'the state stays');
    const same = await sync(source([keyed('k1')]), { streams, saved: { a: state } });
    t.same(same.failed, []);
    const { key: _, ...older } = state ?? {};
    const upgraded = await sync(source([keyed('k2')]), { streams, saved: { a: older } });
    t.same(upgraded.failed, []);
    t.match(upgraded.states('a').at(-1)?.stream.stream_state, { key: 'k2' });
    const refresh = await sync(source([keyed('k2')]), {
      streams: [{ name: 'a', syncMode: 'full_refresh' }],
      saved: { a: state },
    });
    t.same(refresh.failed, [], 'a full refresh begins anew');
  },
);

t.test('waiting: RATE_LIMITED is told, and an unchanged STATE is a sign of life', async (t) => {
  const slow = reader(['a'], async function* (_window, _selected, { onWait }) {
    onWait(NOW + 60_000.4);
    onWait(NOW + 60_000.9);
    await new Promise((resolve) => setTimeout(resolve, 120));
    yield [];
  });
  let nowMs = NOW;
  const { lines, states } = await sync(source([slow], { startMs: NOW - DAY }), {
    streams: [{ name: 'a' }],
    heartbeatMs: 4,
    now: () => (nowMs += 5),
  });
  const limited = lines.filter((l) => l.trace?.stream_status?.reasons);
  t.equal(limited.length, 1, 'told once, not by every request');
  t.equal(limited[0]?.trace?.stream_status?.reasons?.[0]?.rate_limited.quota_reset, NOW + 60_001);
  t.ok(states('a').length > 2);
});

t.test('a signal ends everything: INCOMPLETE for what had begun, no further STATE', async (t) => {
  const root = new AbortController();
  const hanging = reader(['a'], async function* (_window, _selected, { signal }) {
    yield [{ stream: 'a', rows: [{ record_key: '1' }] }];
    setImmediate(() => root.abort(new Error('stopped by SIGTERM')));
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  const { failed, statuses, states } = await sync(source([hanging]), {
    streams: [{ name: 'a' }],
    signal: root.signal,
  });
  t.match(failed, /SIGTERM/);
  t.same(statuses('a'), ['STARTED', 'RUNNING', 'INCOMPLETE']);
  t.same(states('a'), [], 'an unfinished window is in no state');
});

t.test('the namespace of the configured catalog is kept everywhere', async (t) => {
  const { states } = await sync(source([reader(['a'], oneRow('a'))]), {
    streams: [{ name: 'a', namespace: 'shop' }],
  });
  t.ok(states('a').every((s) => s?.stream.stream_descriptor.namespace === 'shop'));
});

t.test('the server’s clock holds the cursor back when it is behind ours', async (t) => {
  const open = source([reader(['a'], oneRow('a'))], { skewMs: () => -3_600_000 });
  const { states } = await sync(open, { streams: [{ name: 'a' }] });
  t.equal(states('a').at(-1)?.stream.stream_state.cursor, '2026-11-21T22:55:00Z');
});

t.test('a record that cannot be printed is an error of its stream, and of no other', async (t) => {
  let deep: JsonObject = {};
  for (let level = 0; level < 20_000; level += 1) deep = { deep };
  const broken = reader(['a'], async function* () {
    yield [{ stream: 'a', rows: [deep] }];
  });
  const { failed, lines } = await sync(source([broken, reader(['b'], oneRow('b'))]), {
    streams: [{ name: 'a' }, { name: 'b' }],
  });
  t.same(failed, ['a']);
  const [error] = lines.flatMap((l) => l.trace?.error ?? []);
  t.match(error?.message, /Maximum call stack/, 'as it was: what it means is for others to say');
  t.ok(lines.some(({ record }) => record?.stream === 'b'));
});

/* Whatever sizes pages have and however many windows print at once: each row once, and a STATE after
 * 10,000 rows at most. */
t.test('each row once, and never too many without a STATE', async (t) => {
  const pages = fc.array(fc.integer({ min: 0, max: 23_000 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(pages, fc.boolean(), async (sizes, atOnce) => {
      const { sink, text } = collectingSink();
      const writer = createWriter(sink, () => {});
      const { emit, save } = createOutput(
        writer,
        () => 0,
        () => 0,
      );
      const state = () => ({ fromMs: 0, cursorMs: 0 });
      const member: Member = {
        descriptor: { name: 'rows' },
        refresh: undefined,
        finished: false,
        unfinished: true,
        progress: {
          pending: [],
          horizonMs: undefined,
          future: false,
          finish() {},
          state,
          complete: state,
        },
        keys: undefined,
        key: undefined,
        savedFiles: undefined,
        fileRun: undefined,
        records: 0,
        estimate: undefined,
        repeats: 0,
        unsaved: 0,
        lastOutputMs: 0,
      };
      let next = 0;
      const jobs = sizes.map((size) => Array.from({ length: size }, () => ({ id: next++ })));
      if (atOnce) await Promise.all(jobs.map((rows) => emit(member, rows)));
      else for (const rows of jobs) await emit(member, rows);
      await save(member);
      await writer.flush();
      const ids: number[] = [];
      let since = 0;
      let most = 0;
      for (const line of text().split('\n')) {
        const id = /"data":\{"id":(\d+)\}/.exec(line)?.[1];
        if (id !== undefined) ids.push(Number(id));
        since = id === undefined ? 0 : since + 1;
        most = Math.max(most, since);
      }
      t.equal(ids.length, next, 'as many rows as there were');
      t.equal(new Set(ids).size, next, 'each once');
      t.ok(most <= 10_000, `${most} rows without a STATE`);
    }),
    { numRuns: 25 },
  );
});

t.test(
  'a known stream that the configuration cannot read fails nothing, and is named',
  async (t) => {
    const rows = async function* (): AsyncGenerator<Page> {
      yield [{ stream: 'a', rows: [{ record_key: '1' }] }];
    };
    const open = source([reader(['a'], rows)], {
      unreadable: new Map([
        ['b', 'it needs `return_prime_token`'],
        ['c', 'it is switched off'],
      ]),
    });
    const saved = { b: { version: 1, from: '2026-10-23T00:00:00Z', more: 1, cursor: 'any' } };
    const streams = [{ name: 'a' }, { name: 'b' }, { name: 'c', namespace: 'shop' }];
    const { failed, statuses, states, warnings } = await sync(open, { streams, saved });
    t.same(failed, []);
    t.same(statuses('b'), ['STARTED', 'RUNNING', 'COMPLETE']);
    t.match(
      states('b').map((s) => s?.stream.stream_state),
      [saved.b],
      'its state stays as it was',
    );
    t.same(
      states('c').map((s) => s?.stream.stream_state),
      [{ __ab_no_cursor_state_message: true }],
    );
    t.match(warnings, [
      /^b: nothing is read, since it needs `return_prime_token`\. Take the stream out/,
      /^c: /,
    ]);
  },
);

t.test('hosts are told how many rows come, where the only list of a stream says so', async (t) => {
  const listed = reader(['a'], async function* (window) {
    for (let at = 0; at < 3; at += 1) {
      const rows = [{ record_key: `${window.fromMs} ${at}` }];
      yield [{ stream: 'a', rows, expected: at === 2 ? 4 : 3 }];
    }
  });
  const streams = [{ name: 'a', namespace: 'shop' }];
  const estimates = async (startMs: number) => {
    const { lines } = await sync(source([listed], { startMs }), { streams });
    return lines.flatMap((l) => l.trace?.estimate ?? []);
  };
  const told = (row_estimate: number) => ({
    ...{ name: 'a', namespace: 'shop', type: 'STREAM', row_estimate },
  });
  t.same(await estimates(NOW - DAY), [told(3), told(4), told(3)], 'in the end what came');
  t.same(await estimates(NOW - 30 * DAY), [], 'windows overlap');
});
