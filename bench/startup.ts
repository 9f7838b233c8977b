/** What a command costs before it does anything: hosts run `spec` and `discover` for every sync. */
import { execFileSync } from 'node:child_process';
import { median } from './measure.ts';
import { CONNECTOR, ENV, readCommand, startServer } from './setup.ts';

export interface Startup {
  /** Of several starts, in ms. */
  readonly nodeMs: number;
  readonly specMs: number;
  readonly discoverMs: number;
  readonly checkMs: number;
}

/** @param pick the median for the report; CI, with its neighbours, takes a faster one. */
export async function measureStartup(
  rounds: number,
  pick: (times: readonly number[]) => number = median,
): Promise<Startup> {
  const server = await startServer({ orders: 100 });
  const plan = {
    url: server.url,
    windows: 1,
    rowsPerWindow: 100,
    pageSize: 100,
    config: { api_profile: undefined },
  };
  const command = readCommand(plan);
  const config = command[command.indexOf('--config') + 1] ?? '';
  const candidates: string[][] = [
    ['-e', '0'],
    [CONNECTOR, 'spec'],
    [CONNECTOR, 'discover', '--config', config],
    [CONNECTOR, 'check', '--config', config],
  ];
  const took = candidates.map((): number[] => []);
  try {
    for (let round = -1; round < rounds; round += 1) {
      for (const [index, args] of candidates.entries()) {
        const startedMs = performance.now();
        execFileSync(process.execPath, args, { env: { ...process.env, ...ENV }, stdio: 'pipe' });
        // The first round only fills the file cache.
        if (round >= 0) took[index]?.push(performance.now() - startedMs);
      }
    }
  } finally {
    server.stop();
  }
  const [nodeMs = 0, specMs = 0, discoverMs = 0, checkMs = 0] = took.map(pick);
  return { nodeMs, specMs, discoverMs, checkMs };
}
