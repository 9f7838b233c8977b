/**
 * What a 4-hourly sync costs: orders of a merchant with 5,000 a day, read again over the lookback.
 * Without a limit, so that the seconds are the connector's own; what a limit adds is requests ÷ limit.
 */
import { runProcess } from './process.ts';
import { ENV, readCommand, startServer } from './setup.ts';

export interface Incremental {
  readonly lookbackDays: number;
  readonly ordersPerDay: number;
  readonly requests: number;
  readonly records: number;
  readonly receivedMb: number;
  readonly seconds: number;
}

const HOUR_MS = 3_600_000;
export const PLANS: readonly (readonly [lookbackDays: number, ordersPerDay: number])[] = [
  [0, 5000],
  [15, 5000],
  [30, 5000],
  [30, 1000],
];

export async function measureIncremental(
  lookbackDays: number,
  ordersPerDay: number,
): Promise<Incremental> {
  // More than a window holds: an order that came twice in it would count as an endless list.
  const server = await startServer({ orders: 60_000 });
  const cursor = new Date(Date.now() - 4 * HOUR_MS).toISOString();
  const state = {
    type: 'STREAM',
    stream: {
      stream_descriptor: { name: 'orders' },
      stream_state: { version: 1, from: '2024-12-31T18:30:00Z', cursor },
    },
  };
  const command = readCommand({
    url: server.url,
    rowsPerDay: ordersPerDay,
    windows: 1,
    rowsPerWindow: 0,
    pageSize: 100,
    state: [state],
    config: { lookback_days: lookbackDays, window_days: 7, end_date: undefined },
  });
  try {
    const run = await runProcess({ command, env: ENV });
    if (run.exitCode !== 0) throw new Error(`incremental: exit code ${run.exitCode}`);
    const { answered, bytes } = await server.stats();
    return {
      lookbackDays,
      ordersPerDay,
      requests: answered,
      records: Math.max(0, run.lines),
      receivedMb: bytes / 1e6,
      seconds: run.wallMs / 1000,
    };
  } finally {
    server.stop();
  }
}
