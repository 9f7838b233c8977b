/** What scenarios share: built helpers, the page server, and the files that `read` takes. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { ALLOW_PRIVATE, BUNDLE, writeInputs } from '../integration_tests/connector.ts';
import type { ServerOptions, ServerStats } from './server.ts';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** The built connector; another build may be named, to compare the two. */
export const CONNECTOR = process.env.BENCH_CONNECTOR ?? BUNDLE;
const BUILT = join(ROOT, '.cache/bench');
/** Where Node keeps what it compiled, from version 22 on. */
export const COMPILED = join(BUILT, 'compiled');
const DOCKERFILE = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
/** As the image starts it: the flags between `node` and the script. */
export const FLAGS =
  /ENTRYPOINT \["[^"]*node"((?:, "--[^"]*")*)/.exec(DOCKERFILE)?.[1]?.match(/--[^"]*/g) ?? [];

/** Helpers that run as processes are built first: a TypeScript loader would be measured with them. */
export async function buildHelpers(): Promise<void> {
  mkdirSync(BUILT, { recursive: true });
  await build({
    entryPoints: ['server', 'raw', 'slow'].map((name) => join(ROOT, `bench/${name}.ts`)),
    outdir: BUILT,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
}

export const helper = (name: 'server' | 'raw' | 'slow'): string => join(BUILT, `${name}.mjs`);

export interface Server {
  readonly url: string;
  stats(): Promise<ServerStats>;
  stop(): void;
}

/** India midnight on which the benches' history begins; all orders are stamped then. */
export const START_DATE = '2025-01-01';
const START_MS = Date.parse(`${START_DATE}T00:00:00+05:30`);
const DAY_MS = 86_400_000;

export async function startServer(options: Partial<ServerOptions> = {}): Promise<Server> {
  const given: ServerOptions = { orders: 30_000, stampMs: START_MS, ...options };
  const child = spawn(process.execPath, [helper('server'), JSON.stringify(given)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once('exit', () => reject(new Error('the page server did not start')));
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    stats: async () => (await fetch(`${url}/stats`)).json() as Promise<ServerStats>,
    stop: () => child.kill(),
  };
}

export interface ReadPlan {
  /** Of the server, without the number of rows. */
  readonly url: string;
  /** One window a day. */
  readonly windows: number;
  readonly rowsPerWindow: number;
  /** Of Node; by default the image's. */
  readonly flags?: readonly string[];
  readonly pageSize: number;
  /** Instead: so many rows for each day that is asked for. */
  readonly rowsPerDay?: number;
  /** What an earlier sync left, as a list of STATE messages. */
  readonly state?: readonly unknown[];
  readonly config?: Readonly<Record<string, unknown>>;
}

/** As in the image, where the simulator's address is not public. */
export const ENV = {
  ...ALLOW_PRIVATE,
  MALLOC_ARENA_MAX: /MALLOC_ARENA_MAX=(\d+)/.exec(DOCKERFILE)?.[1] ?? '',
};

/** The command that reads with these inputs (config, catalog, state), which are written for it. */
export function commandOf(
  inputs: Readonly<Record<string, unknown>>,
  flags: readonly string[] = FLAGS,
): string[] {
  const files = Object.entries(writeInputs(inputs)).flatMap(([name, path]) => [`--${name}`, path]);
  return [process.execPath, ...flags, CONNECTOR, 'read', ...files];
}

/** No round number: a list that ends at one may have been cut, and is asked for again in less time. */
export const ROWS_PER_WINDOW = 9_999;

/** The command that reads `windows` days of orders. */
export function readCommand(plan: ReadPlan): string[] {
  const lastDay = new Date(START_MS + (plan.windows - 1) * DAY_MS + DAY_MS / 2);
  const limit = { paging: { limit: plan.pageSize } };
  const config = {
    base_url: plan.rowsPerDay
      ? `${plan.url}/d/${plan.rowsPerDay}`
      : `${plan.url}/w/${plan.rowsPerWindow}`,
    app_id: 'bench',
    app_secret: 'bench-secret',
    start_date: START_DATE,
    end_date: lastDay.toISOString().slice(0, 10),
    window_days: 1,
    lookback_days: 0,
    requests_per_second: 1000,
    api_profile: { streams: { orders: limit } },
    ...plan.config,
  };
  const orders = {
    stream: {
      name: 'orders',
      json_schema: {},
      supported_sync_modes: ['full_refresh', 'incremental'],
    },
    sync_mode: 'incremental',
    destination_sync_mode: 'append_dedup',
  };
  const inputs = {
    config,
    catalog: { streams: [orders] },
    ...(plan.state && { state: plan.state }),
  };
  return commandOf(inputs, plan.flags);
}
