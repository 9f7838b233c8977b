import { createInterface } from 'node:readline';
import t from 'tap';
import { configFor } from '../connector.ts';
import { catalogOf, ended, parseLines, read, readArgs, smallMerchant } from './runs.ts';
import { makeInputs, targets } from './targets.ts';

/*
 * C10: a STATE after every window, after at most so many records, and every few minutes of a wait on
 * a rate limit: hosts kill a source that is silent, and repeat what no STATE covers.
 */

const MOST_RECORDS = 10_000;
const MINUTE = 60_000;
const LONGEST_SILENCE = 5 * MINUTE;
/** How much faster than the real one the connector's clock runs in the test of the wait. */
const SPEED = 60;

/* Its clock and timers, and nothing else of it: a quarter of an hour passes in fifteen seconds. */
const FASTER = `
const [now, later, often] = [Date.now, setTimeout, setInterval];
const start = now();
Date.now = () => Math.round(start + (now() - start) * ${SPEED});
globalThis.setTimeout = (act, ms, ...rest) => later(act, ms / ${SPEED}, ...rest);
globalThis.setInterval = (act, ms, ...rest) => often(act, ms / ${SPEED}, ...rest);
`;
const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(FASTER)}` };

for (const target of targets) {
  t.test(`${target.name}: waiting for the API, it gives signs of life`, async (t) => {
    const simulator = await smallMerchant();
    t.teardown(() => simulator.close());
    simulator.inject({ kind: 'status', code: 429, retryAfter: 900, stream: 'orders' });
    const { folder, paths } = makeInputs({
      config: configFor(simulator),
      catalog: catalogOf(['orders']),
    });
    const started = target.start(readArgs(paths), { folders: [folder], env });
    const end = ended(started);
    const at: number[] = [];
    const reasons: unknown[] = [];
    for await (const text of createInterface({ input: started.stdout })) {
      const [line] = parseLines(text);
      const status = line?.trace?.stream_status;
      const isBegun = status?.status === 'STARTED';
      if (isBegun || line?.record || line?.state) at.push(performance.now() * SPEED);
      if (status && 'reasons' in status) reasons.push(status.reasons);
    }
    t.equal((await end).code, 0);
    const gaps = at.slice(1).map((ms, index) => ms - (at[index] ?? 0));
    const longest = Math.max(...gaps);
    t.ok(longest > MINUTE, 'there was a wait');
    t.ok(longest < LONGEST_SILENCE, `${(longest / MINUTE).toFixed(1)} minutes of silence`);
    t.match(reasons[0], [{ type: 'RATE_LIMITED', rate_limited: { quota_reset: Number } }]);
  });

  t.test(`${target.name}: a STATE after every window`, async (t) => {
    const simulator = await smallMerchant();
    t.teardown(() => simulator.close());
    const config = configFor(simulator, { window_days: 3 });
    const { lines } = await read(target, { config, catalog: catalogOf(['orders']) });
    const states = lines.filter(({ state }) => state).length;
    t.ok(states >= 30 / 3, `${states} states for thirty days in windows of three`);
  });

  t.test(`${target.name}: a STATE after at most ${MOST_RECORDS} records`, async (t) => {
    const simulator = await smallMerchant({ orders: 12_000 });
    t.teardown(() => simulator.close());
    const config = configFor(simulator, { window_days: 365 });
    const catalog = catalogOf(['checkouts', 'checkout_events']);
    const { code, lines } = await read(target, { config, catalog });
    t.equal(code, 0);
    const since: Record<string, number> = {};
    let most = 0;
    for (const { record, state } of lines) {
      if (record) since[record.stream] = (since[record.stream] ?? 0) + 1;
      if (state?.stream) since[state.stream.stream_descriptor.name] = 0;
      most = Math.max(most, ...Object.values(since));
    }
    t.ok(most <= MOST_RECORDS, `${most} records without a STATE`);
  });
}
