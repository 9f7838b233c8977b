import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Query } from '../analytics/report/database.ts';
import { buildModels } from '../analytics/report/models.ts';
import { writeReport } from '../analytics/report/report.ts';
import { writePart } from '../scripts/page.ts';

/**
 * The models and the report over a large shop in DuckDB: `npx tsx bench/marts.ts [checkouts]`, default 5 million, with
 * 2 threads and DuckDB kept to 2.3 GB, so that the process stays within 4 with what it does not count. `shop.ts` makes the shop.
 * Of 5 million, the result goes into analytics/README.md.
 */

const SIZE = 5_000_000;
const README = join(import.meta.dirname, '../analytics/README.md');
const checkouts = Number(process.argv[2] ?? SIZE);

const folder = await mkdtemp(join(tmpdir(), 'gokwik-marts-'));
const file = join(folder, 'shop.duckdb');
const maker = fork(join(import.meta.dirname, 'shop.ts'), [file, String(checkouts)]);
if ((await once(maker, 'exit'))[0] !== 0) throw new Error('the shop could not be made');
const instance = await DuckDBInstance.create(file, {
  threads: '2',
  memory_limit: '2300MB',
  temp_directory: join(folder, 'spill'),
  preserve_insertion_order: 'false',
});
const connection = await instance.connect();
const slow: [string, number][] = [];
const query: Query = async (sql) => {
  const before = process.cpuUsage();
  const reader = await connection.runAndReadAll(sql);
  const { user, system } = process.cpuUsage(before);
  slow.push([/"([a-z_]+)" as /.exec(sql)?.[1] ?? sql.slice(0, 40), (user + system) / 1000]);
  return reader.getRowObjectsJson() as Record<string, unknown>[];
};

try {
  const [events] = await query('select count(*) as n from checkout_events');
  const version = String((await query('select version() as version'))[0]?.version);
  slow.length = 0;
  const cpu = process.cpuUsage();
  const started = performance.now();
  await buildModels(query);
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const asked = performance.now();
  await writeReport({ query, outPath: join(folder, 'report.html') });
  const reportSeconds = (performance.now() - asked) / 1000;
  const millions = (count: number) => `${(count / 1e6).toFixed(1).replace('.0', '')} million`;
  const said =
    `All models over ${millions(checkouts)} checkouts with ${millions(Number(events?.n))} events, ` +
    `${millions(checkouts * 0.6)} orders and what belongs to them, in DuckDB with 2 threads: ` +
    `${seconds.toFixed(1)} s (${((user + system) / 1e6).toFixed(0)} s of CPU), at most ` +
    `${((process.resourceUsage().maxRSS * 1024) / 1e9).toFixed(2)} GB of memory for the whole process, ` +
    `with the report of them, which takes ${reportSeconds.toFixed(1)} s more. ` +
    `Measured by \`npx tsx bench/marts.ts\`, Node ${process.version} and DuckDB ${version}.`;
  console.log(said);
  if (checkouts === SIZE) writePart(README, 'scale', said);
  for (const [name, ms] of slow.sort((a, b) => b[1] - a[1]).slice(0, 10)) {
    console.log(`  ${(ms / 1000).toFixed(1).padStart(6)} s of CPU  ${name}`);
  }
} finally {
  connection.closeSync();
  instance.closeSync();
  await rm(folder, { recursive: true, force: true });
}
