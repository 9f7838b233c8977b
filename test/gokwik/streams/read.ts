import t from 'tap';
import { createAnomalies } from '../../../src/cdk/anomalies.ts';
import type { JsonObject } from '../../../src/cdk/protocol.ts';
import type { Mapper } from '../../../src/gokwik/records/mapper.ts';
import { STREAMS } from '../../../src/gokwik/streams/index.ts';
import type { StreamTools } from '../../../src/gokwik/streams/pages.ts';
import { readList } from '../../../src/gokwik/streams/read.ts';
import type { StreamProfile } from '../../../src/gokwik/streams/stream.ts';

const india = (text: string): number => Date.parse(`${text}+05:30`);
const STARTED = india('2026-09-10T00:00:00');
const ENDED = india('2026-09-20T00:00:00');

/** The keys that come out of a window that is the whole range, and what is told. */
async function keysOf(rows: readonly JsonObject[], name: string) {
  const profile = STREAMS[name]?.profile as StreamProfile;
  const map = (row: JsonObject) => ({
    row,
    key: String(row.key),
    cursorMs: row.at === undefined ? undefined : india(String(row.at)),
  });
  const parent = { stream: name, profile, mapper: { map } as unknown as Mapper };
  const anomalies = createAnomalies();
  const settings = { startMs: STARTED, endMs: ENDED };
  const pages = readList(
    parent,
    [],
    { fromMs: STARTED, toMs: ENDED, open: false },
    new Set([name]),
    async function* () {
      yield { rows, next: undefined };
    },
    { settings, anomalies } as unknown as StreamTools,
    { signal: new AbortController().signal, onWait() {}, cut: () => false },
  );
  const keys: string[] = [];
  for await (const [page] of pages) keys.push(...(page?.rows ?? []).map(({ key }) => String(key)));
  return { keys, said: anomalies.lines() };
}

t.test('the days beside the range belong to the ranges beside it', async (t) => {
  const rows = [
    { key: 'before', at: '2026-09-09T23:59:59' },
    { key: 'first', at: '2026-09-10T00:00:00' },
    { key: 'last', at: '2026-09-19T23:59:59' },
    { key: 'after', at: '2026-09-20T00:00:00' },
    // Whatever the server went by, the extra day is not why these came.
    { key: 'older', at: '2026-08-01T00:00:00' },
    { key: 'newer', at: '2026-10-01T00:00:00' },
    { key: 'changed after', at: '2026-09-20T05:00:00', created_at: '2026-09-15T00:00:00Z' },
    { key: 'unreadable' },
  ];
  const kept = ['first', 'last', 'older', 'newer', 'changed after', 'unreadable'];
  const { keys, said } = await keysOf(rows, 'shipments');
  t.same(keys, kept);
  t.match(said, [/day before `start_date` or after `end_date`.*2 times/]);
  const moments = await keysOf(rows, 'orders');
  t.equal(moments.keys.length, rows.length, 'by moments nothing more is asked for');
  t.same(moments.said, []);
});

t.test('two things of one key in one answer are told', async (t) => {
  const at = '2026-09-15T00:00:00';
  const twice = [
    { key: 'a', at, line: 1 },
    { key: 'b', at },
    { key: 'a', at, line: 2 },
  ];
  const { keys, said } = await keysOf(twice, 'orders');
  t.same(keys, ['a', 'b', 'a']);
  t.match(said, [/^orders: two rows of one page have one key and differ, .*\(1 time\)/]);
  const same = await keysOf(
    [
      { key: 'a', at },
      { key: 'a', at },
    ],
    'orders',
  );
  t.same(same.said, [], 'one thing twice is one thing');
});
