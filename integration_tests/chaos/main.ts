/**
 * Proves that no row is lost: kills, faults, hostile servers, late data, secrets and a soak, all
 * against the simulator's truth. One seed replays one run.
 *
 *   npm run test:chaos -- [--seed N] [--kills N] [--minutes N] [--only kills,faults] [--long]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { goProgram } from '../stores/helpers/install.ts';
import { INSIDE } from './bodycases.ts';
import { asFirstProcess, canUnshare } from './container.ts';
import { faultCase, type Sight } from './faults.ts';
import { figures } from './figures.ts';
import { bucketChain, fileChain } from './filekills.ts';
import { hostileCases } from './hostile.ts';
import { killChain, stubbornChain } from './kills.ts';
import { lateData } from './late.ts';
import { guardCases, personalCase, redirectCase } from './privacy.ts';
import { createChance } from './random.ts';
import { soak } from './soak.ts';

import { missingIn, renderTable } from './table.ts';
import { ON_THE_WAY } from './wirecases.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    kills: { type: 'string', default: '500' },
    /** Kills go on until there are enough, or until so many minutes have passed. */
    minutes: { type: 'string', default: '20' },
    /** Of the soak. */
    records: { type: 'string', default: '1000000' },
    only: { type: 'string', default: 'kills,faults,hostile,late,privacy,soak' },
    /** Twenty times the kills and the records of the soak. */
    long: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const scale = values.long ? 20 : 1;
const wantedKills = Number(values.kills) * scale;
const untilMs = Date.now() + Number(values.minutes) * scale * 60_000;
const parts = values.only.split(',');
const failures: string[] = [];
const sights: Sight[] = [];
const beganMs = Date.now();

console.log(`chaos: seed ${seed}`);

const CASES = [...ON_THE_WAY, ...INSIDE];
const NAMES = [...CASES, ...hostileCases(seed).map(([name]) => ({ name }))];

type Job = readonly [name: string, run: () => Promise<unknown>];

async function runJobs(jobs: Iterable<Job>, width: number): Promise<void> {
  const queue = jobs[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      const [name, run] = next.value;
      try {
        await run();
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        failures.push(name);
        console.error(`FAILED ${name} (seed ${seed})\n  ${text.replaceAll('\n', '\n  ')}`);
      }
    }
  };
  await Promise.all(Array.from({ length: width }, work));
}

async function section(name: string, run: () => Promise<unknown>): Promise<void> {
  if (!parts.includes(name)) return;
  const startedMs = Date.now();
  await run();
  console.log(`${name}: done in ${Math.round((Date.now() - startedMs) / 1000)} s`);
}

function* killJobs(): Generator<Job> {
  const chance = createChance(seed);
  if (canUnshare()) yield ['kills: SIGTERM as PID 1', asFirstProcess];
  else console.log('kills: SIGTERM as PID 1 was not tried: no new PID namespace is allowed here');
  yield ['kills: stubborn', () => stubbornChain(chance.fork('stubborn'))];
  yield ['kills: files', () => fileChain(chance.fork('files'))];
  yield ['kills: a bucket', () => bucketChain(chance.fork('bucket'))];
  for (let turn = 0; figures.kills < wantedKills && Date.now() < untilMs; turn += 1) {
    yield [`kills: chain ${turn}`, () => killChain(chance.fork(turn))];
  }
}

await section('faults', () =>
  runJobs(
    CASES.map(
      (given): Job => [
        `faults: ${given.name}`,
        async () => void sights.push(await faultCase(given)),
      ],
    ),
    2,
  ),
);
await section('hostile', () =>
  runJobs(
    hostileCases(seed).map(
      ([name, run]): Job => [`hostile: ${name}`, async () => void sights.push(await run())],
    ),
    2,
  ),
);
await section('privacy', () =>
  runJobs(
    [
      ...guardCases(),
      ['privacy: a redirect to another server', redirectCase],
      ['privacy: PII modes', () => personalCase(false)],
      ['privacy: PII modes with files', () => personalCase(true)],
    ],
    2,
  ),
);
await section('kills', async () => {
  // Compiled the first time, while nothing else is watched.
  goProgram('versitygw');
  await runJobs(killJobs(), 2);
  if (figures.kills < wantedKills) failures.push(`kills: ${figures.kills} of ${wantedKills}`);
});
await section('late', () => runJobs([['late: 90 days', lateData]], 1));
await section('soak', () => runJobs([['soak', () => soak(Number(values.records) * scale)]], 1));

if (sights.length > 0 && failures.length === 0) {
  const path = resolve(import.meta.dirname, '../../docs/FAULTS.md');
  if (values.write) writeFileSync(path, renderTable(NAMES, sights, readFileSync(path, 'utf8')));
  const missing = missingIn(readFileSync(path, 'utf8'), sights);
  if (missing.length > 0) {
    failures.push('docs/FAULTS.md');
    console.error(
      `docs/FAULTS.md does not say what this run saw of: ${missing.join('; ')}. Run again with --only faults,hostile --write.`,
    );
  }
}
const { syncs, kills, faults, rows, lost, bytes } = figures;
const minutes = ((Date.now() - beganMs) / 60_000).toFixed(1);
console.log(
  `chaos: ${kills} kills survived, ${faults} faults survived, ${rows} rows compared, ${lost} rows lost; ${syncs} syncs, ${(bytes / 2 ** 20).toFixed(0)} MiB searched for secrets, ${minutes} min, seed ${seed}`,
);
if (failures.length > 0) {
  console.error(`chaos: FAILED ${failures.join('; ')}`);
  process.exitCode = 1;
}
