/** The short form for CI: ratios within one run, with slack for a noisy machine, never absolute times. */
import { measureMemory } from './memory.ts';
import { measureStartup } from './startup.ts';
import { measureThroughput } from './throughput.ts';

const LEAST_THROUGHPUT = 0.5;
const MOST_SPEC = 2.5;
const MOST_DISCOVER = 4.2;
const MOST_RSS_MIB = 200;

/** Neighbours only ever add time; a single fastest start may be a lucky one. */
const firstQuartile = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[times.length >> 2] ?? Number.NaN;

/** @returns what is out of bounds, one sentence each */
export async function guard(): Promise<string[]> {
  const startup = await measureStartup(13, firstQuartile);
  // What Node compiles in the first 100,000 records is start-up as well.
  const few = await measureThroughput(500, 10, 5, true);
  const many = await measureThroughput(500, 30, 5, true);
  const memory = await measureMemory(100_000);
  // Processor time, since a neighbour on the other core takes wall time from the two unevenly; and of
  // the records between the two lengths, since start-up is held to a bound of its own.
  const throughput = (many.raw.cpuMs - few.raw.cpuMs) / (many.plain.cpuMs - few.plain.cpuMs);
  const spec = startup.specMs / startup.nodeMs;
  const discover = startup.discoverMs / startup.nodeMs;
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
