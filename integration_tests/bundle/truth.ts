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

t.test('a label that changes under a state is refused, in the key or beside it', async (t) => {
  const simulator = await startSimulator({ orders: 20, nowMs: NOW });
  t.teardown(() => simulator.close());
  for (const isInKey of [true, false]) {
    const labelled = (label?: string) =>
      configFor(simulator, {
        merchant_label: label,
        merchant_label_in_key: isInKey && label !== undefined,
      });
    const streams = (await discover(labelled('one'))).filter(({ name }) => name === 'orders');
    const destination = await openDestination(':memory:', streams);
    t.teardown(() => destination.close());
    t.same(await sync(labelled('one'), streams, destination), CLEAN);
    for (const other of ['two', undefined]) {
      const { code, errors } = await sync(labelled(other), streams, destination);
      t.equal(code, 1);
      t.match(errors, [/Stream orders: .*merchant_label.* reset this stream/]);
    }
    t.same(await sync(labelled('one'), streams, destination), CLEAN, 'put back');
  }
});
