import assert from 'node:assert/strict';
import { wrongRows } from '../truth.ts';
import { breakOff, finish } from './breaking.ts';
import { figures } from './figures.ts';
import type { Chance } from './random.ts';
import { DAY, openStage, PRESENT } from './stage.ts';

/*
 * Files alone, large enough for STATEs in the middle of them: a killed sync goes on there, nothing is
 * lost, and a sync after the last reads nothing again.
 */

const STREAMS = ['orders', 'settlements', 'abandoned_checkouts', 'payments', 'refunds'] as const;
/** More than the 10,000 records after which a STATE comes, in each of the large files. */
const ORDERS = 14_000;

export async function fileChain(chance: Chance): Promise<void> {
  const stage = await openStage({
    seed: chance.whole(1, 1_000_000),
    orders: ORDERS,
    startMs: PRESENT - 60 * DAY,
    endMs: PRESENT,
    streams: STREAMS,
    // Without an API account there is nothing but files.
    config: { app_id: 'none', app_secret: 'none', return_prime_token: undefined },
    // Webhooks come out of order, and a killed sync cannot know what the one before it printed.
    newestCursorWins: true,
  });
  const { simulator } = stage;
  try {
    await stage.giveFiles({ pack: chance.pick(['gzip', 'zip'] as const) });
    const play = { stage, chance, lookbackMs: 0, outputBytes: 40_000_000, keys: 'files' } as const;
    await breakOff(play, 10);
    await finish(play);
    const wrong: string[] = [];
    for (const report of ['orders', 'settlements'] as const)
      wrong.push(...(await wrongRows(stage.destination, report, simulator.reportTruth(report))));
    for (const stream of ['abandoned_checkouts', 'payments', 'refunds'] as const)
      wrong.push(...(await wrongRows(stage.destination, stream, simulator.captureTruth(stream))));
    for (const name of STREAMS) {
      const [count] = await stage.destination.query(`SELECT count(*)::INT AS n FROM "${name}"`);
      figures.rows += Number(count?.n ?? 0);
    }
    figures.lost += wrong.length;
    assert.deepEqual(wrong.slice(0, 5), [], `after kills in the middle of files: ${wrong.length}`);
    const { lines } = await finish(play);
    assert.equal(lines.filter(({ record }) => record).length, 0, 'what was read is not read again');
  } finally {
    await stage.close();
  }
}
