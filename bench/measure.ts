/** Medians of alternating runs: the machine's moods hit all candidates alike. */
import { type Run, type RunOptions, runProcess } from './process.ts';

export interface Candidate {
  readonly name: string;
  readonly options: RunOptions;
  /** RECORD lines that it must bring; other lines (STATE, TRACE, LOG) may be between. */
  readonly records: number;
}

export interface Measured {
  readonly name: string;
  readonly records: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakRssMib: number;
  /** (slowest − fastest) ÷ median of the wall times. */
  readonly spread: number;
  readonly recordsPerSecond: number;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
};

export async function measure(
  candidates: readonly Candidate[],
  rounds: number,
): Promise<Measured[]> {
  const runs = candidates.map((): Run[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, candidate] of candidates.entries()) {
      const run = await runProcess(candidate.options);
      check(candidate, run);
      runs[index]?.push(run);
    }
  }
  return candidates.map((candidate, index) => summarise(candidate, runs[index] ?? []));
}

/** A fast run that lost records is not fast. */
function check({ name, records }: Candidate, run: Run): void {
  const extra = run.lines - records;
  // States, statuses and logs: a few for each stream and window.
  if (run.exitCode !== 0 || extra < 0 || extra > records / 2 + 500) {
    throw new Error(`${name}: exit code ${run.exitCode}, ${run.lines} lines of ${records} records`);
  }
}

function summarise({ name, records }: Candidate, runs: readonly Run[]): Measured {
  const walls = runs.map((run) => run.wallMs);
  const wallMs = median(walls);
  return {
    name,
    records,
    wallMs,
    cpuMs: median(runs.map((run) => run.cpuMs)),
    peakRssMib: median(runs.map((run) => run.peakRssMib)),
    spread: (Math.max(...walls) - Math.min(...walls)) / wallMs,
    recordsPerSecond: (records / wallMs) * 1000,
  };
}
