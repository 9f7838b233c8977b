import { on } from 'node:events';
import t from 'tap';
import { configFor } from '../connector.ts';
import { probe } from './probe.ts';
import {
  catalogOf,
  finish,
  read,
  readArgs,
  recordsOf,
  smallMerchant,
  statesOf,
  statusesOf,
} from './runs.ts';
import { makeInputs, targets } from './targets.ts';

/* C8: SIGTERM: the last state is out, and the process gone within a second, also when nobody reads. */

const GONE_MS = 1000;
const STATES = 10;

for (const target of targets) {
  t.test(`${target.name}: stopped in the middle, it goes on from its last state`, async (t) => {
    const simulator = await smallMerchant({ latencyMs: 150 });
    t.teardown(() => simulator.close());
    const config = configFor(simulator, { window_days: 1, concurrency: 2, lookback_days: 0 });
    const catalog = catalogOf(['orders']);
    const { folder, paths } = makeInputs({ config, catalog });
    const started = target.start(readArgs(paths), { folders: [folder] });
    const result = finish(started);
    // After some STATEs, and long before the last of some thirty windows.
    let states = 0;
    for await (const [text] of on(started.stdout, 'data')) {
      states += String(text).split('"type":"STATE"').length - 1;
      if (states >= STATES) break;
    }
    const fromMs = performance.now();
    started.kill('SIGTERM');
    const { code, signal, stderr, lines } = await result;
    const tookMs = performance.now() - fromMs;
    t.ok(signal === 'SIGTERM' || code === 143, `ended by ${signal ?? code}`);
    // Of the container's end, the engine takes a good part.
    t.ok(tookMs < GONE_MS * (target.name === 'image' ? 3 : 1), `after ${Math.round(tookMs)} ms`);
    t.equal(stderr, '');
    t.equal(statusesOf(lines).get('orders')?.at(-1), 'INCOMPLETE');
    const saved = statesOf(lines);
    t.equal(saved.length, 1);

    const before = new Set(recordsOf(lines).map(({ data }) => data.record_key));
    const rest = await read(target, { config, catalog, state: saved });
    t.equal(rest.code, 0);
    const after = recordsOf(rest.lines).map(({ data }) => data.record_key);
    const keys = [...simulator.truth('orders')].map(({ key }) => key);
    t.ok(after.length < keys.length, `it does not start over: ${after.length} of ${keys.length}`);
    t.same(
      keys.filter((key) => !before.has(key) && !after.includes(key)),
      [],
      'nothing is lost',
    );
  });

  t.test(`${target.name}: stopped while nobody reads its output`, async (t) => {
    const simulator = await smallMerchant({ orders: 4000 });
    t.teardown(() => simulator.close());
    const { folder, paths } = makeInputs({
      config: configFor(simulator),
      catalog: catalogOf(['orders', 'order_items', 'checkouts']),
    });
    const seen = await probe(target, 'block', readArgs(paths), { folders: [folder] });
    t.equal(seen.signal ?? seen.code, 'SIGTERM', 'it was still there, and died of the signal');
    t.ok(seen.afterMs < GONE_MS, `after ${Math.round(seen.afterMs)} ms`);
    t.equal(seen.stderr, '');
  });
}
