import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { configFor } from '../connector.ts';
import { catalogOf, finish, readArgs, smallMerchant } from './runs.ts';
import { makeInputs, targets } from './targets.ts';

/* C17: a reader that stops reading costs no memory: what it has not taken is not fetched either. */

const MOST_BYTES = 200 * 1024 * 1024;
const MOST_GROWTH_BYTES = 20 * 1024 * 1024;
const PAUSE_MS = 4000;

/** The connector's process, by its arguments, wherever it runs on this machine. */
function findProcess(argument: string): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const [program = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      if (program.endsWith('node') && args.includes(argument) && args.includes('read'))
        return Number(pid);
    } catch {
      // It ended while the list was read.
    }
  }
  throw new Error('the connector is not running');
}

const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

for (const target of targets) {
  t.test(`${target.name}: the reader stops for a while`, async (t) => {
    const simulator = await smallMerchant({ orders: 60_000 });
    t.teardown(() => simulator.close());
    const { folder, paths } = makeInputs({
      config: configFor(simulator),
      catalog: catalogOf(['orders', 'checkouts', 'checkout_events', 'payments']),
    });
    const started = target.start(readArgs(paths), { folders: [folder] });
    await once(started.stdout, 'data');
    started.stdout.pause();
    const pid = findProcess(paths.config);
    await sleep(PAUSE_MS);
    const asked = simulator.stats().requests;
    const before = residentBytes(pid);
    await sleep(PAUSE_MS);
    const after = residentBytes(pid);
    t.equal(simulator.stats().requests, asked, 'it asks for nothing that nobody takes');
    t.ok(after < MOST_BYTES, `${Math.round(after / 1e6)} MB`);
    t.ok(after - before < MOST_GROWTH_BYTES, `${Math.round((after - before) / 1e6)} MB more`);

    const result = finish(started);
    started.stdout.resume();
    await sleep(PAUSE_MS);
    t.ok(simulator.stats().requests > asked, 'it goes on when the reader does');
    started.kill('SIGTERM');
    await result;
  });
}
