import type { Answering } from './answer.ts';
import { createClock } from './clock.ts';
import { captureTruth, reportTruth } from './exports/truth.ts';
import { writeExports } from './exports/write.ts';
import { createFaults } from './faults.ts';
import { createGate, createLimit } from './gate.ts';
import { createJournal } from './journal.ts';
import { createReader } from './pages.ts';
import { token } from './random.ts';
import { listen, serve, shut } from './server.ts';
import { DAY_MS } from './time.ts';
import { createTimeline } from './timeline.ts';
import { truthOf } from './truth.ts';
import type { Credentials, Simulator, SimulatorOptions } from './types.ts';
import { createWorld } from './world.ts';

export type { Fault } from './faults.ts';
export type {
  Credentials,
  Environment,
  RequestEntry,
  RowOrder,
  Simulator,
  SimulatorOptions,
  Stats,
  StreamName,
  TruthRow,
} from './types.ts';

const HISTORY_MS = 90 * DAY_MS;

/** A GoKwik that behaves: one merchant's history behind a real HTTP server, and its misfortunes. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { seed = 1, orders = 300, host = '127.0.0.1', order = 'asc' } = options;
  const clock = createClock(options.nowMs);
  const endMs = options.endMs ?? clock.nowMs();
  const startMs = options.startMs ?? endMs - HISTORY_MS;
  const credentials = createCredentials(seed, options.credentials);
  const world = createWorld({ seed, orders, startMs, endMs, mid: credentials.merchantId });
  const reader = createReader(world, createTimeline(world), clock.nowMs);
  const faults = createFaults();
  const journal = createJournal();
  const answering: Answering = {
    reader,
    ordersDown: options.ordersEndpoint === 'in_body_500',
    orderOf: ({ stream }) => (typeof order === 'string' ? order : (order[stream] ?? 'asc')),
    nowMs: clock.nowMs,
  };
  const server = serve({
    answering,
    gate: createGate(
      credentials,
      options.environment ?? 'custom',
      options.wrongSecret ?? 'in_body',
    ),
    limit: createLimit(options.ratePerSecond, () => performance.now()),
    faults,
    journal,
    nowMs: clock.nowMs,
    latencyMs: options.latencyMs ?? 0,
    gzip: options.gzip ?? false,
  });
  const port = await listen(server, options.port ?? 0, host);
  return {
    baseUrl: `http://${host}:${port}`,
    port,
    credentials,
    sessions: world.sessions,
    startMs: world.startMs,
    endMs: world.endMs,
    ...clock,
    inject: faults.inject,
    clearFaults: faults.clear,
    requests: journal.entries,
    resetRequests: journal.reset,
    truth: (stream, range, keys) => truthOf(world, stream, clock.nowMs(), range, keys),
    exports: (folder, given) => writeExports(world, folder, clock.nowMs(), given),
    reportTruth: (report, given) =>
      reportTruth(world, report, { atMs: clock.nowMs(), ...given }, given?.older),
    captureTruth: (stream, given) => captureTruth(world, stream, { atMs: clock.nowMs(), ...given }),
    stats: journal.stats,
    close: () => shut(server),
  };
}

/** Made up from the seed, and unlike any word, so that a leak is easy to find in a log. */
function createCredentials(seed: number, given: SimulatorOptions['credentials']): Credentials {
  return {
    appId: given?.appId ?? token(seed, 1, 32),
    appSecret: given?.appSecret ?? token(seed, 2, 40),
    merchantId: given?.merchantId ?? token(seed, 3, 12),
    returnPrimeToken: given?.returnPrimeToken ?? token(seed, 4, 36),
  };
}
