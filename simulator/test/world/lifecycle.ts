import fc from 'fast-check';
import t from 'tap';
import { type StreamName, startSimulator, type TruthRow } from '../../src/index.ts';
import {
  DAY_MS,
  LISTS,
  type Listed,
  NOW_MS,
  type Row,
  readAll,
  STREAMS,
  start,
  windowOf,
  wireKey,
} from '../helpers/client.ts';

t.test('time passes: nothing is lost, and what changed moved forward', async (t) => {
  const days = fc.array(fc.integer({ min: 0, max: 9 * 86_400 }), { minLength: 1, maxLength: 6 });
  const property = fc.asyncProperty(fc.integer(), days, async (seed, steps) => {
    const thenMs = NOW_MS - 15 * DAY_MS;
    const startMs = NOW_MS - 60 * DAY_MS;
    const options = { seed, orders: 60, startMs, endMs: NOW_MS, nowMs: thenMs };
    const simulator = await startSimulator(options);
    for (const stream of STREAMS) {
      simulator.setNow(thenMs);
      const tellsChanges = !('dates' in (LISTS[stream as Listed] ?? {})) && stream !== 'returns';
      let before = new Map<string, TruthRow>();
      for (const seconds of [...steps, 60 * 86_400]) {
        const thenMs = simulator.nowMs();
        simulator.advance(seconds * 1000);
        const now = new Map([...simulator.truth(stream)].map((row) => [row.key, row]));
        const lost = [...before.values()].filter(({ key, cursorMs, fields }) => {
          const row = now.get(key);
          if (row === undefined || row.cursorMs < cursorMs) return true;
          const changed = JSON.stringify(row.fields) !== JSON.stringify(fields);
          return tellsChanges && changed !== row.cursorMs > thenMs;
        });
        t.strictSame(lost, [], stream);
        before = now;
      }
    }
    await simulator.close();
  });
  await fc.assert(property, { numRuns: 4 });
});

t.test('who reads only what changed since last time ends up with everything', async (t) => {
  const simulator = await start(t, { orders: 80, endMs: NOW_MS, nowMs: NOW_MS - 20 * DAY_MS });
  const streams = (Object.keys(LISTS) as Listed[]).filter(
    (name) => LISTS[name].from === 'updated_after',
  );
  for (const stream of streams) {
    const latest = new Map<string, Row>();
    let [fromMs, toMs] = [simulator.startMs, NOW_MS - 20 * DAY_MS];
    while (toMs <= NOW_MS) {
      simulator.setNow(toMs);
      for (const row of await readAll(simulator, stream, windowOf(stream, fromMs, toMs), 500)) {
        latest.set(wireKey(stream, row), row);
      }
      [fromMs, toMs] = [toMs, toMs + 3 * DAY_MS];
    }
    const rows = [...simulator.truth(stream, { toMs: fromMs })];
    const stale = rows.filter(({ key, cursorMs }) => {
      const sent = latest.get(key)?.updated_at;
      return cursorMs !== (typeof sent === 'number' ? sent * 1000 : Date.parse(String(sent)));
    });
    t.equal(latest.size, rows.length, `${stream}: every row came`);
    t.strictSame(stale, [], `${stream}: every row is its newest version`);
  }
});

t.test('late news: most within 30 days, the last after about 35', async (t) => {
  const simulator = await start(t, {
    orders: 4000,
    seed: 11,
    endMs: NOW_MS - 60 * DAY_MS,
    startMs: NOW_MS - 120 * DAY_MS,
  });
  const late = (stream: StreamName, field: string) => {
    const ages = [...simulator.truth(stream)].flatMap(({ fields }) => {
      const at = fields[field];
      return typeof at === 'string'
        ? [(Date.parse(at) - Date.parse(String(fields.created_at))) / DAY_MS]
        : [];
    });
    return { over30: ages.filter((age) => age > 30).length / ages.length, most: Math.max(...ages) };
  };
  for (const [stream, field] of [
    ['rto_predictions', 'outcome_at'],
    ['abandoned_checkouts', 'recovered_at'],
  ] as const) {
    const { over30, most } = late(stream, field);
    t.ok(over30 > 0 && over30 < 0.1, `${stream}: ${(over30 * 100).toFixed(1)} % after 30 days`);
    t.ok(most > 30 && most < 40, `${stream}: the last after ${most.toFixed(1)} days`);
  }
});
