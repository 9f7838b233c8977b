/** All measurements of the full run, in the order of the report. */
import { cpus, totalmem, type } from 'node:os';
import { type Incremental, measureIncremental, PLANS } from './incremental.ts';
import { type MemoryRun, measureMemory } from './memory.ts';
import { measurePace, type Pace } from './pace.ts';
import { measurePeers, type Peers } from './peers.ts';
import { measureThroughput, type Throughput } from './throughput.ts';

export interface Results {
  readonly date: string;
  readonly machine: string;
  readonly node: string;
  readonly throughput: readonly Throughput[];
  readonly peers: Peers;
  readonly pace: readonly Pace[];
  readonly incremental: readonly Incremental[];
  readonly memory: readonly MemoryRun[];
}

const MEMORY_RECORDS = [10_000, 100_000, 300_000];
/** Take some ten minutes more. */
const MEMORY_RECORDS_LONG = [1_000_000, 5_000_000];
const SLOW_SECONDS = 20;

export type Section = Exclude<keyof Results, 'date' | 'machine' | 'node'>;

/** Each section alone, so that one can be measured again without the others. */
export const SECTIONS: Readonly<Record<Section, (long: boolean) => Promise<unknown>>> = {
  throughput: () => inTurn([100, 500], (pageSize) => measureThroughput(pageSize, 20, 3)),
  peers: () => measurePeers(59_999, 2),
  memory: async (long) => {
    const counts = long ? [...MEMORY_RECORDS, ...MEMORY_RECORDS_LONG] : MEMORY_RECORDS;
    const runs = await inTurn(counts, (records) => measureMemory(records));
    return [...runs, await measureMemory(300_000, { seconds: SLOW_SECONDS })];
  },
  incremental: () => inTurn(PLANS, measureIncremental),
  pace: measurePace,
};

export function describeMachine(): Pick<Results, 'date' | 'machine' | 'node'> {
  const [first] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores (${first?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()}`,
    node: process.version,
  };
}

/** One after the other: measurements must not disturb each other. */
async function inTurn<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await run(item));
  return results;
}
