/** Whether memory stays flat: with the number of records, and with a slow reader. */
import { runProcess } from './process.ts';
import { ENV, helper, ROWS_PER_WINDOW, readCommand, startServer } from './setup.ts';

export interface MemoryRun {
  readonly records: number;
  readonly reader: string;
  readonly peakRssMib: number;
  /** Medians of resident memory over the second and the last quarter of the run. */
  readonly secondQuarterMib: number;
  readonly lastQuarterMib: number;
}

const SLOW_BYTES_PER_SECOND = 1_000_000;

export async function measureMemory(
  records: number,
  slow?: { readonly seconds: number },
): Promise<MemoryRun> {
  const server = await startServer();
  const windows = Math.round(records / ROWS_PER_WINDOW);
  const command = readCommand({
    url: server.url,
    windows,
    rowsPerWindow: ROWS_PER_WINDOW,
    pageSize: 100,
  });
  try {
    const run = await runProcess({
      command,
      env: ENV,
      ...(slow && {
        reader: [process.execPath, helper('slow'), String(SLOW_BYTES_PER_SECOND)],
        stopAfterMs: slow.seconds * 1000,
      }),
    });
    if (!slow && (run.exitCode !== 0 || run.lines < windows * ROWS_PER_WINDOW)) {
      throw new Error(`memory: exit code ${run.exitCode}, ${run.lines} lines`);
    }
    const quarter = (index: number): number => {
      const { length } = run.samples;
      const part = run.samples.slice((length * index) / 4, (length * (index + 1)) / 4);
      const sorted = part.map((sample) => sample.rssMib).sort((a, b) => a - b);
      return sorted[sorted.length >> 1] ?? Number.NaN;
    };
    return {
      records,
      reader: slow ? `1 MB/s, stopped after ${slow.seconds} s` : 'as fast as it comes',
      peakRssMib: run.peakRssMib,
      secondQuarterMib: quarter(1),
      lastQuarterMib: quarter(3),
    };
  } finally {
    server.stop();
  }
}
