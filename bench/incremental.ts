/**
 * What a 4-hourly sync costs: orders of a merchant with 5,000 a day, read again over the lookback.
 * Without a limit, so that the seconds are the connector's own; what a limit adds is requests ÷ limit.
 */
import { runProcess } from './process.ts';
import { ENV, readCommand, startServer } from './setup.ts';

interface Plan {
  readonly lookbackDays: number;
  readonly ordersPerDay: number;
  /** That it lies between two that read the whole lookback. */
  readonly isBetween?: true;
}

export interface Incremental extends Plan {
  readonly requests: number;
  readonly records: number;
  readonly receivedMb: number;
  readonly seconds: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const PLANS: readonly Plan[] = [
  { lookbackDays: 0, ordersPerDay: 5000 },
  { lookbackDays: 15, ordersPerDay: 5000 },
  { lookbackDays: 30, ordersPerDay: 5000 },
  { lookbackDays: 30, ordersPerDay: 5000, isBetween: true },
  { lookbackDays: 30, ordersPerDay: 1000 },
];

export async function measureIncremental(plan: Plan): Promise<Incremental> {
  const { lookbackDays, ordersPerDay, isBetween } = plan;
  // More than a window holds: an order that came twice in it would count as an endless list.
  const server = await startServer({ orders: 60_000 });
  const cursorMs = Date.now() - 4 * HOUR_MS;
  const iso = (ms: number): string => new Date(ms).toISOString();
  const state = {
    type: 'STREAM',
    stream: {
      stream_descriptor: { name: 'orders' },
      stream_state: {
        version: 1,
        from: '2024-12-31T18:30:00Z',
        cursor: iso(cursorMs),
        ...(isBetween && { deep: [iso(cursorMs - lookbackDays * DAY_MS), iso(cursorMs)] }),
      },
    },
  };
  const command = readCommand({
    url: server.url,
    rowsPerDay: ordersPerDay,
    windows: 1,
    rowsPerWindow: 0,
    pageSize: 100,
    state: [state],
    config: {
      lookback_days: lookbackDays,
      ...(isBetween && { lookback_every_hours: 24 }),
      window_days: 7,
      end_date: undefined,
    },
  });
  try {
    const run = await runProcess({ command, env: ENV });
    if (run.exitCode !== 0) throw new Error(`incremental: exit code ${run.exitCode}`);
    const { answered, bytes } = await server.stats();
    return {
      ...plan,
      requests: answered,
      records: Math.max(0, run.lines),
      receivedMb: bytes / 1e6,
      seconds: run.wallMs / 1000,
    };
  } finally {
    server.stop();
  }
}
