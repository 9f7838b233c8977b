import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { ExportOptions } from '../../simulator/src/index.ts';
import { S3_KEYS, startS3 } from '../stores/helpers/servers.ts';
import { startWire } from '../stores/helpers/wire.ts';
import { wrongRows } from '../truth.ts';
import { breakOff, finish } from './breaking.ts';
import { figures } from './figures.ts';
import type { Chance } from './random.ts';
import { DAY, openStage, PRESENT, type Stage } from './stage.ts';

/*
 * Files alone, in a folder or a bucket, large enough for STATEs in the middle of them: a killed sync goes on there, nothing is
 * lost, and a sync after the last reads nothing again.
 */

const STREAMS = ['orders', 'settlements', 'abandoned_checkouts', 'payments', 'refunds'] as const;
/** More than the 10,000 records after which a STATE comes, in each of the large files. */
const ORDERS = 14_000;
/** About what all the files have: most cuts are in the middle of one. */
const MOST_CUT_BYTES = 6_000_000;

/** Where the files lie, what the config says of it, and what happens before each attempt. */
interface Place {
  readonly nowMs: number;
  readonly secrets: readonly string[];
  give(stage: Stage, options: ExportOptions): Promise<void>;
  disturb(): void;
  close(): Promise<void>;
}

const FOLDER: Place = {
  nowMs: PRESENT,
  secrets: [],
  give: async (stage, options) => void (await stage.giveFiles(options)),
  disturb() {},
  close: async () => {},
};

/** Between the connector and the bucket, connections end in the middle of objects. */
async function openBucket(chance: Chance): Promise<Place> {
  const bucket = await startS3('exports');
  const wire = await startWire(bucket.port);
  return {
    // A signature is good for minutes, and the server's clock is the real one.
    nowMs: Date.now(),
    secrets: Object.values(S3_KEYS),
    async give(stage, options) {
      const files = await stage.giveFiles(options);
      for (const { path } of files)
        await bucket.put(`gokwik/${basename(path)}`, readFileSync(path));
      stage.configure({
        files: files.map(({ stream, path }) => ({
          stream,
          location: `s3://exports/gokwik/${basename(path)}`,
        })),
        file_stores: [
          { type: 's3', name: 'aws', ...S3_KEYS, endpoint: `http://127.0.0.1:${wire.port}` },
        ],
      });
    },
    disturb: () => wire.cutAfter(chance.whole(1, MOST_CUT_BYTES)),
    async close() {
      await wire.close();
      await bucket.close();
    },
  };
}

export const bucketChain = async (chance: Chance): Promise<void> =>
  chain(chance, await openBucket(chance));

export const fileChain = (chance: Chance): Promise<void> => chain(chance, FOLDER);

async function chain(chance: Chance, place: Place): Promise<void> {
  const { nowMs, secrets } = place;
  const stage = await openStage({
    seed: chance.whole(1, 1_000_000),
    orders: ORDERS,
    nowMs,
    startMs: nowMs - 60 * DAY,
    endMs: nowMs,
    streams: STREAMS,
    secrets,
    // Without an API account there is nothing but files.
    config: { app_id: 'none', app_secret: 'none', return_prime_token: undefined },
    // Webhooks come out of order, and a killed sync cannot know what the one before it printed.
    newestCursorWins: true,
  });
  const { simulator } = stage;
  try {
    const pack = place === FOLDER ? (['gzip', 'zip'] as const) : (['none', 'gzip', 'zip'] as const);
    await place.give(stage, { pack: chance.pick(pack) });
    const play = { stage, chance, lookbackMs: 0, outputBytes: 8_000_000 };
    place.disturb();
    await breakOff(play, 10, place.disturb);
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
    await place.close();
  }
}
