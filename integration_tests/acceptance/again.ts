import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import t from 'tap';
import { statesOf, statusesOf } from '../contract/runs.ts';
import { configured, openFixture, type Row, recordsOf } from './helpers/fixture.ts';

/*
 * The tests of reading again that Airbyte's connector acceptance tests had, by their names: full
 * refresh twice, and incremental from each kind of state.
 */

const fixture = await openFixture();
t.teardown(() => fixture.simulator.close());
const streams = await fixture.discover();
const texts = (rows: readonly Row[]): string[] =>
  rows.map(({ stream, data }) => JSON.stringify([stream, data])).sort();

t.test('test_sequential_reads (full refresh)', async (t) => {
  const catalog = configured(streams, 'full_refresh');
  const first = recordsOf(await fixture.read(catalog));
  const second = recordsOf(await fixture.read(catalog));
  const last = Math.max(...first.map(({ emitted_at: at }) => at));
  t.ok(last < Math.min(...second.map(({ emitted_at: at }) => at)));
  t.same(texts(second), texts(first), 'the same records, in whatever order');
});

t.test('test_two_sequential_reads', async (t) => {
  const catalog = configured(streams, 'incremental');
  const first = await fixture.read(catalog);
  t.ok(recordsOf(first).length > 0);
  const second = await fixture.read(catalog, statesOf(first.lines));
  t.equal(second.code, 0);
  t.ok(recordsOf(second).length < recordsOf(first).length, 'fewer records');
});

t.test('test_read_sequential_slices', async (t) => {
  const orders = streams.filter(({ name }) => name === 'orders');
  const catalog = configured(orders, 'incremental');
  const first = await fixture.read(catalog);
  const { lines } = first;
  const places = lines.flatMap((line, index) => (line.state ? [index] : []));
  t.ok(places.length > 3);
  // From any state, a read gives at least the records that came after it.
  for (const place of [0, 0.25, 0.5, 0.75].map(
    (part) => places[Math.floor(part * places.length)] ?? 0,
  )) {
    const after = lines
      .slice(place)
      .flatMap(({ record }) => (record ? [record.data.record_key] : []));
    const again = await fixture.read(catalog, [lines[place]?.state]);
    const keys = new Set(recordsOf(again).map(({ data }) => data.record_key));
    t.same(
      after.filter((key) => !keys.has(key ?? '')),
      [],
      `${after.length} records after state ${place}`,
    );
  }
});

t.test('test_state_with_abnormally_large_values', async (t) => {
  const path = resolve(import.meta.dirname, '../abnormal_state.json');
  const result = await fixture.read(
    configured(streams, 'incremental'),
    JSON.parse(readFileSync(path, 'utf8')),
  );
  t.equal(result.code, 0);
  t.same(recordsOf(result), [], 'no records');
  const states = new Set(
    statesOf(result.lines).map(({ stream }) => stream?.stream_descriptor.name),
  );
  for (const { name } of streams) {
    t.ok(states.has(name), `a STATE of ${name}`);
    t.equal(statusesOf(result.lines).get(name)?.at(-1), 'COMPLETE');
  }
});
