import t from 'tap';
import { configFor } from '../connector.ts';
import { catalogOf, read, STREAMS, smallMerchant, statusesOf } from './runs.ts';
import { targets } from './targets.ts';

/* C11: each configured stream's story, also of an empty one, in the order that hosts rely on. */

for (const target of targets) {
  t.test(`${target.name}: STARTED, RUNNING, a last STATE, COMPLETE`, async (t) => {
    const simulator = await smallMerchant();
    t.teardown(() => simulator.close());
    // Nothing happened in the first days of this year: every stream is empty.
    const empty = configFor(simulator, { start_date: '2015-01-01', end_date: '2015-01-03' });
    for (const [name, config] of Object.entries({ full: configFor(simulator), empty })) {
      const { code, lines } = await read(target, { config, catalog: catalogOf(STREAMS) });
      t.equal(code, 0);
      const statuses = statusesOf(lines);
      const records = lines.filter(({ record }) => record).length;
      t.equal(records > 0, name === 'full');
      for (const stream of STREAMS) {
        t.same(statuses.get(stream), ['STARTED', 'RUNNING', 'COMPLETE'], `${name} ${stream}`);
        const story = lines.flatMap((line) => {
          if (line.trace?.stream_status?.stream_descriptor.name === stream)
            return [line.trace.stream_status.status];
          if (line.state?.stream?.stream_descriptor.name === stream) return ['STATE'];
          return line.record?.stream === stream ? ['RECORD'] : [];
        });
        t.same([story[0], story[1]], ['STARTED', 'RUNNING'], 'before any record or state');
        t.same(story.slice(-2), ['STATE', 'COMPLETE'], 'the last state comes before COMPLETE');
      }
    }
  });

  t.test(`${target.name}: a rate limit is told with its reason`, async (t) => {
    const simulator = await smallMerchant();
    t.teardown(() => simulator.close());
    simulator.inject({ kind: 'status', code: 429, retryAfter: 1, stream: 'orders' });
    const { code, lines } = await read(target, {
      config: configFor(simulator),
      catalog: catalogOf(['orders']),
    });
    t.equal(code, 0);
    t.same(statusesOf(lines).get('orders'), ['STARTED', 'RUNNING', 'RUNNING', 'COMPLETE']);
  });
}
