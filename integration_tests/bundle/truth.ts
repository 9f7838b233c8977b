import t from 'tap';
import type { AirbyteStream } from '../../src/cdk/protocol.ts';
import { configFor, incrementalCatalog, runConnector, writeInputs } from '../connector.ts';
import { openDestination } from '../destination.ts';
import { startSimulator } from '../simulator/index.ts';
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
  // Everything may change for 40 days, and endpoints that filter by creation tell only when asked.
  const config = configFor(simulator, { lookback_days: 45 });

  const discovered = await runConnector(['discover', '--config', writeInputs({ config }).config]);
  t.equal(discovered.code, 0);
  const streams = (discovered.lines.at(-1)?.catalog?.streams ?? []) as AirbyteStream[];
  t.equal(streams.length, 12);
  const catalog = incrementalCatalog(streams);

  const destination = await openDestination(':memory:', streams);
  t.teardown(() => destination.close());
  const sync = async () => {
    const files = writeInputs({ config, catalog, state: destination.states() });
    const args = [
      'read',
      '--config',
      files.config,
      '--catalog',
      files.catalog,
      '--state',
      files.state,
    ];
    const errors: unknown[] = [];
    const { code, stderr } = await runConnector(args, {
      onLine: (line) => {
        if (line.trace?.error) errors.push(line.trace.error);
        return destination.accept(line);
      },
    });
    t.same(errors, []);
    t.equal(stderr, '');
    t.equal(code, 0);
  };

  for (const name of ['first', 'second']) {
    await t.test(`${name} sync`, async (t) => {
      await sync();
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
