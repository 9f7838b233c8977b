import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { type Simulator, startSimulator } from '../../../simulator/src/index.ts';
import { configFor, discover } from '../../connector.ts';
import { openDestination } from '../../destination.ts';
import { CLEAN, NO_API, sync } from '../../sync.ts';
import { wrongRows } from '../../truth.ts';

/** What a merchant's webhooks send, and whether what was caught of it is read as it was meant. */
export interface Merchant {
  readonly payloads: readonly string[];
  /** Syncs what lies at a location without an API, and compares. */
  expectTruth(location: string, config?: Record<string, unknown>): Promise<void>;
}

const DAY = 86_400_000;
const STREAMS = ['abandoned_checkouts', 'payments', 'refunds'] as const;

export async function openMerchant(t: Test, orders = 150): Promise<Merchant> {
  const nowMs = Date.now();
  const simulator: Simulator = await startSimulator({
    seed: 5,
    orders,
    startMs: nowMs - 30 * DAY,
    nowMs,
  });
  t.teardown(() => simulator.close());
  const sent = await simulator.exports(mkdtempSync(join(tmpdir(), 'gokwik-sent-')));
  const payloads = [...new Set(sent.map(({ path }) => path))]
    .filter((path) => path.endsWith('.jsonl'))
    .flatMap((path) => readFileSync(path, 'utf8').trim().split('\n'));
  return {
    payloads,
    async expectTruth(location, config = {}) {
      const files = STREAMS.map((stream) => ({ stream, location }));
      const settings = configFor(simulator, { ...NO_API, files, ...config });
      const found = await discover(settings);
      const destination = await openDestination(':memory:', found, { newestCursorWins: true });
      t.teardown(() => destination.close());
      t.same(await sync(settings, found, destination), CLEAN);
      for (const stream of STREAMS) {
        const truth = [...simulator.captureTruth(stream, { atMs: nowMs })];
        t.ok(truth.length, `${stream}: there is something to compare`);
        t.same(await wrongRows(destination, stream, truth), [], stream);
      }
    },
  };
}

/** Posts each payload as a sender may write it, some of them twice; all must be answered with 2xx. */
export async function postAll(
  t: Test,
  payloads: readonly string[],
  post: (body: string) => Promise<number>,
): Promise<void> {
  t.ok(payloads.length > 50, `${payloads.length} payloads`);
  for (const [index, payload] of payloads.entries()) {
    const text = index % 2 ? payload : JSON.stringify(JSON.parse(payload), null, 2);
    for (let turn = 0; turn < (index % 5 ? 1 : 2); turn += 1) {
      const status = await post(text);
      if (status < 200 || status > 299) t.fail(`payload ${index}: ${status}`);
    }
  }
}
