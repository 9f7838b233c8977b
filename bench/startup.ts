/** What a command costs before it does anything: hosts run `spec` and `discover` for every sync. */
import { execFileSync, spawnSync } from 'node:child_process';
import { IMAGE } from '../integration_tests/contract/targets.ts';
import { median } from './measure.ts';
import { COMPILED, CONNECTOR, ENV, readCommand, startServer } from './setup.ts';

export interface Startup {
  /** Of several starts, in ms. */
  readonly nodeMs: number;
  readonly specMs: number;
  readonly discoverMs: number;
  readonly checkMs: number;
  /** Of containers; undefined where there is no image. */
  readonly image?: { readonly nodeMs: number; readonly specMs: number } | undefined;
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
  try {
    const took = timeInTurn(
      candidates.map((args) => [process.execPath, ...args]),
      rounds,
    );
    const [nodeMs = 0, specMs = 0, discoverMs = 0, checkMs = 0] = took.map(pick);
    return { nodeMs, specMs, discoverMs, checkMs };
  } finally {
    server.stop();
  }
}

/** Milliseconds of each command, by rounds. */
function timeInTurn(commands: readonly (readonly string[])[], rounds: number): number[][] {
  const took = commands.map((): number[] => []);
  // What Node compiled is kept, as in the image.
  const env = { ...process.env, ...ENV, NODE_COMPILE_CACHE: COMPILED };
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, [program = '', ...args]] of commands.entries()) {
      const startedMs = performance.now();
      execFileSync(program, args, { env, stdio: 'pipe' });
      // The first round only fills caches.
      if (round >= 0) took[index]?.push(performance.now() - startedMs);
    }
  }
  return took;
}

export function measureImage(rounds: number): Startup['image'] {
  const { status } = spawnSync('docker', ['image', 'inspect', IMAGE], { stdio: 'ignore' });
  if (status !== 0) return undefined;
  const [nodeMs = 0, specMs = 0] = timeInTurn(
    [
      ['docker', 'run', '--rm', '--entrypoint', 'node', IMAGE, '-e', '0'],
      ['docker', 'run', '--rm', IMAGE, 'spec'],
    ],
    rounds,
  ).map(median);
  return { nodeMs, specMs };
}
