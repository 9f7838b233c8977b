import t from 'tap';
import { configFor } from '../connector.ts';
import { catalogOf, read, STREAMS, smallMerchant, statesOf } from './runs.ts';
import { targets } from './targets.ts';

/* C12: `recordCount` is the number of the stream's records since its last STATE, to the record. */

for (const target of targets) {
  t.test(`${target.name}: counts are exact`, async (t) => {
    const simulator = await smallMerchant({ orders: 200 });
    t.teardown(() => simulator.close());
    const config = configFor(simulator, { window_days: 2, concurrency: 8 });
    const first = await read(target, { config, catalog: catalogOf(STREAMS) });
    const again = await read(target, {
      config,
      catalog: catalogOf(STREAMS),
      state: statesOf(first.lines),
    });
    for (const { code, stdout } of [first, again]) {
      t.equal(code, 0);
      const since = new Map<string, number>();
      const wrong: string[] = [];
      let states = 0;
      for (const line of stdout.trimEnd().split('\n')) {
        const { record, state } = JSON.parse(line);
        if (record) since.set(record.stream, (since.get(record.stream) ?? 0) + 1);
        if (!state) continue;
        states += 1;
        const { name } = state.stream.stream_descriptor;
        const expected = since.get(name) ?? 0;
        if (state.sourceStats.recordCount !== expected)
          wrong.push(`${name}: ${state.sourceStats.recordCount}, not ${expected}`);
        since.set(name, 0);
        // The protocol stores it as a double and asks for a decimal point.
        if (!/"recordCount":\d+\.0\b/.test(line)) wrong.push(line.slice(-80));
      }
      t.same(wrong, []);
      t.ok(states >= STREAMS.length, `${states} states`);
      t.same(
        [...since].filter(([, count]) => count > 0),
        [],
        'no record after its last state',
      );
    }
  });
}
