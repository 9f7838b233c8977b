import t from 'tap';
import { startSimulator } from '../../simulator/src/index.ts';
import { configFor, discover } from '../connector.ts';
import { openDestination } from '../destination.ts';
import { CLEAN, sync } from '../sync.ts';
import { differences } from '../truth.ts';

/*
 * The main job, as a host does it: a first sync, some days in which things change, and a second
 * sync from the state of the first. The destination must equal the simulator's own truth.
 */

const DAY = 86_400_000;
const NOW = Date.now();

t.test('first and second sync equal the merchant’s truth, for every stream', async (t) => {
  const simulator = await startSimulator({
    seed: 7,
    orders: 400,
    startMs: NOW - 70 * DAY,
    nowMs: NOW - 6 * DAY,
    endMs: NOW,
  });
  t.teardown(() => simulator.close());
  // What comes back last does so after sixty days, and endpoints that filter by creation tell only when asked.
  const config = configFor(simulator, { lookback_days: 75 });

  const streams = await discover(config);
  t.equal(streams.length, 12);

  const destination = await openDestination(':memory:', streams);
  t.teardown(() => destination.close());
  for (const name of ['first', 'second']) {
    await t.test(`${name} sync`, async (t) => {
      t.same(await sync(config, streams, destination), CLEAN);
      for (const { name } of streams) {
        const wrong = await differences(destination, simulator, name);
        t.same(wrong.slice(0, 3), [], `${name}: no row is missing, too many or wrong`);
      }
      const [{ rows }] = (await destination.query('SELECT count(*)::INT AS rows FROM orders')) as [
        { rows: number },
      ];
      t.ok(rows > 100, `${rows} orders`);
    });
    simulator.advance(6 * DAY);
  }
  t.ok(destination.counts('shipments').corrected > 0, 'the second sync corrected old rows');
  t.same(simulator.stats().violations, 0);
});
