/**
 * A backfill bound by the server: 150 ms a page and a strict limit. Nothing can be faster than
 * requests ÷ limit; what is above that is idle time or refusals.
 */
import { runProcess } from './process.ts';
import type { ServerOptions } from './server.ts';
import { ENV, readCommand, startServer } from './setup.ts';

export interface Latency {
  readonly name: string;
  /** Requests answered well, and refused with 429. */
  readonly answered: number;
  readonly refused: number;
  readonly idealMs: number;
  /** From start to exit, start-up included. */
  readonly wallMs: number;
}

interface Scenario {
  readonly name: string;
  /** The server's, per second. */
  readonly limit: number;
  readonly change?: { readonly afterAnswers: number; readonly perSecond: number };
  /** `requests_per_second` of the config; the limit where not given. */
  readonly configured?: number;
  readonly requests: number;
  readonly tells?: boolean;
}

const LATENCY_MS = 150;
const PAGES_PER_WINDOW = 5;

export const SCENARIOS: readonly Scenario[] = [
  { name: '2/s', limit: 2, requests: 40 },
  { name: '10/s', limit: 10, requests: 200 },
  { name: '50/s', limit: 50, requests: 1000 },
  {
    name: '10/s, 5/s from half-way on',
    limit: 10,
    change: { afterAnswers: 200, perSecond: 5 },
    requests: 400,
  },
  {
    name: '10/s, 5/s from half-way on, told by X-RateLimit headers',
    limit: 10,
    change: { afterAnswers: 200, perSecond: 5 },
    requests: 400,
    tells: true,
  },
  {
    name: '5/s, 10/s from half-way on',
    limit: 5,
    change: { afterAnswers: 150, perSecond: 10 },
    configured: 10,
    requests: 300,
  },
];

export async function measureLatency(scenario: Scenario): Promise<Latency> {
  const { name, limit, change, requests } = scenario;
  const options: Partial<ServerOptions> = {
    orders: 5000,
    latencyMs: LATENCY_MS,
    perSecond: limit,
    ...(change && { change }),
    ...(scenario.tells && { tells: true }),
  };
  const server = await startServer(options);
  const perSecond = scenario.configured ?? limit;
  try {
    const command = readCommand({
      url: server.url,
      windows: requests / PAGES_PER_WINDOW,
      rowsPerWindow: 100 * PAGES_PER_WINDOW,
      pageSize: 100,
      config: {
        requests_per_second: perSecond,
        // Enough at once to fill the limit, twice over: limit × latency.
        concurrency: Math.max(4, Math.ceil(perSecond * (LATENCY_MS / 1000) * 2) + 1),
      },
    });
    const run = await runProcess({ command, env: ENV });
    if (run.exitCode !== 0) throw new Error(`latency ${name}: exit code ${run.exitCode}`);
    const { answered, refused } = await server.stats();
    const first = change ? Math.min(change.afterAnswers, answered) : answered;
    const rest = change ? (answered - first) / change.perSecond : 0;
    return {
      name,
      answered,
      refused,
      idealMs: (first / limit + rest) * 1000,
      wallMs: run.wallMs,
    };
  } finally {
    server.stop();
  }
}
