/** The short form for CI: ratios within one run, with slack for a noisy machine, never absolute times. */
import { execFileSync } from 'node:child_process';
import { median } from './measure.ts';
import { measureMemory } from './memory.ts';
import { COMPILED, CONNECTOR, ENV, readCommand } from './setup.ts';
import { measureThroughput } from './throughput.ts';

/** One and the same code was measured between 0.46 and 0.54 on one machine; a median of three varies less. */
const LEAST_THROUGHPUT = 0.45;
const TURNS = 3;
const MOST_SPEC = 2.5;
const MOST_DISCOVER = 4.2;
const MOST_RSS_MIB = 200;

/** What a command costs before it does anything, in ms: hosts run `spec` and `discover` for every sync. */
function measureStartup(rounds: number): number[] {
  // No request is made: the address is of nobody.
  const plan = { url: 'http://127.0.0.1:9', windows: 1, rowsPerWindow: 1, pageSize: 1 };
  const command = readCommand(plan);
  const config = command[command.indexOf('--config') + 1] ?? '';
  const commands = [
    ['-e', '0'],
    [CONNECTOR, 'spec'],
    [CONNECTOR, 'discover', '--config', config],
  ];
  const took = commands.map((): number[] => []);
  // What Node compiled is kept, as in the image; the first round only fills that.
  const env = { ...process.env, ...ENV, NODE_COMPILE_CACHE: COMPILED };
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, args] of commands.entries()) {
      const startedMs = performance.now();
      execFileSync(process.execPath, args, { env, stdio: 'pipe' });
      if (round >= 0) took[index]?.push(performance.now() - startedMs);
    }
  }
  return took.map(firstQuartile);
}

/** Neighbours only ever add time; a single fastest start may be a lucky one. */
const firstQuartile = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[times.length >> 2] ?? Number.NaN;

/** @returns what is out of bounds, one sentence each */
export async function guard(): Promise<string[]> {
  const [nodeMs = 0, specMs = 0, discoverMs = 0] = measureStartup(13);
  // Processor time, since a neighbour on the other core takes wall time from the two unevenly; and of
  // the records between the two lengths, since start-up is held to a bound of its own: what Node
  // compiles in the first 100,000 records is start-up as well.
  const ratios: number[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const few = await measureThroughput(500, 10, 3, true);
    const many = await measureThroughput(500, 30, 3, true);
    ratios.push((many.raw.cpuMs - few.raw.cpuMs) / (many.plain.cpuMs - few.plain.cpuMs));
  }
  const throughput = median(ratios);
  const memory = await measureMemory(100_000);
  const spec = specMs / nodeMs;
  const discover = discoverMs / nodeMs;
  console.log(`throughput ${throughput.toFixed(2)} of the raw loop (at least ${LEAST_THROUGHPUT})`);
  console.log(`spec ${spec.toFixed(2)} × node -e 0 (at most ${MOST_SPEC})`);
  console.log(`discover ${discover.toFixed(2)} × node -e 0 (at most ${MOST_DISCOVER})`);
  console.log(`memory ${memory.peakRssMib.toFixed(0)} MiB (at most ${MOST_RSS_MIB})`);
  const problems: string[] = [];
  if (throughput < LEAST_THROUGHPUT) problems.push('the throughput fell');
  if (spec > MOST_SPEC) problems.push('spec starts slowly');
  if (discover > MOST_DISCOVER) problems.push('discover starts slowly');
  if (memory.peakRssMib > MOST_RSS_MIB) problems.push('memory grew');
  return problems;
}
