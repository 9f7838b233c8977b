import { captureTruth, type ExportTruth, reportTruth } from './exports/expected.ts';
import type { Report } from './exports/reports.ts';
import { type ExportFile, type ExportOptions, writeExports } from './exports/write.ts';
import type { Answering } from './server/answer.ts';
import { createFaults, type Fault } from './server/faults.ts';
import { type Credentials, createGate, createLimit, type Environment } from './server/gate.ts';
import { createJournal, type RequestEntry, type Stats } from './server/journal.ts';
import { createReader } from './server/pages.ts';
import { listen, serve, shut } from './server/server.ts';
import { createTimeline, type RowOrder } from './server/timeline.ts';
import type { StreamName } from './streams/index.ts';
import type { Keys } from './streams/stream.ts';
import { type TruthRow, truthOf } from './truth.ts';
import { token } from './world/random.ts';
import { DAY_MS } from './world/time.ts';
import { createWorld } from './world/world.ts';

export type { ExportTruth } from './exports/expected.ts';
export type { ExportFile, ExportOptions } from './exports/write.ts';
export type { Fault } from './server/faults.ts';
export type { Environment } from './server/gate.ts';
export type { RequestEntry } from './server/journal.ts';
export type { StreamName } from './streams/index.ts';
export type { Keys } from './streams/stream.ts';
export type { TruthRow } from './truth.ts';

/** What a user of the simulator sees. Instants are epoch milliseconds. */

export interface SimulatorOptions {
  /** Default 1. The same seed, sizes and period give the same merchant, to the byte. */
  seed?: number;
  /** About how many orders begin over the whole history. Default 300. */
  orders?: number;
  /** Sessions begin in `[startMs, endMs)`. Default: the 90 days before `nowMs`. */
  startMs?: number;
  endMs?: number;
  /** The simulated present. Without it, the real clock is followed until `setNow` or `advance`. */
  nowMs?: number;
  /**
   * Where the merchant exists. Paths under `/production` and `/sandbox`, and requests whose Host is
   * one of GoKwik's own, belong to that environment; everything else counts as production.
   * `custom` (default): registered everywhere.
   */
  environment?: Environment;
  credentials?: {
    appId: string;
    appSecret: string;
    merchantId?: string;
    returnPrimeToken?: string;
  };
  /** Whether a wrong secret is told in the body of an HTTP 200 (default) or by HTTP 401. */
  wrongSecret?: 'in_body' | 'http';
  /** Requests a second and host; beyond it 429 with `Retry-After` in seconds. Default: no limit. */
  ratePerSecond?: number;
  /** Added to every answer. Default 0. */
  latencyMs?: number;
  /** Default `asc`. One for all streams, or by stream. */
  order?: RowOrder | Readonly<Partial<Record<string, RowOrder>>>;
  /** `in_body_500`: what the real `/v1/order/list` was seen to answer, for ever. Default `works`. */
  ordersEndpoint?: 'works' | 'in_body_500';
  /** Compress answers for clients that accept gzip. Default false: it costs the benches CPU. */
  gzip?: boolean;
  port?: number;
  host?: string;
}

export interface Simulator {
  readonly baseUrl: string;
  readonly port: number;
  readonly credentials: Credentials;
  /** Sessions, the base entity; and the period they begin in. */
  readonly sessions: number;
  readonly startMs: number;
  readonly endMs: number;
  nowMs(): number;
  setNow(ms: number): void;
  advance(ms: number): void;
  /** Returns what removes it again. */
  inject(fault: Fault): () => void;
  clearFaults(): void;
  requests(): readonly RequestEntry[];
  resetRequests(): void;
  /** What a perfect connector ends up with, as of now: rows whose cursor is in `[fromMs, toMs)`. */
  truth(
    stream: StreamName,
    range?: { fromMs?: number; toMs?: number },
    keys?: Keys,
  ): Iterable<TruthRow>;
  /** Writes the dashboard's exports and captured webhooks, as of now unless `atMs` says otherwise. */
  exports(folder: string, options?: ExportOptions): Promise<ExportFile[]>;
  /** What a connector makes of a report, or of captures, alone. */
  reportTruth(report: Report, options?: ExportOptions): Iterable<ExportTruth>;
  captureTruth(
    stream: 'abandoned_checkouts' | 'payments' | 'refunds',
    options?: ExportOptions,
  ): Iterable<ExportTruth>;
  stats(): Stats;
  close(): Promise<void>;
}

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
    orderOf: ({ name }) => (typeof order === 'string' ? order : (order[name] ?? 'asc')),
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
      reportTruth(world, report, { atMs: clock.nowMs(), ...given }, given),
    captureTruth: (stream, given) =>
      captureTruth(world, stream, { atMs: clock.nowMs(), ...given }, given?.carts),
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

/** Simulated time: the real clock's, until someone takes it in hand. Epoch milliseconds. */
interface Clock {
  nowMs(): number;
  setNow(ms: number): void;
  advance(ms: number): void;
}

function createClock(fixedMs: number | undefined): Clock {
  let heldMs = fixedMs;
  const nowMs = () => heldMs ?? Date.now();
  return {
    nowMs,
    setNow(ms) {
      heldMs = ms;
    },
    advance(ms) {
      heldMs = nowMs() + ms;
    },
  };
}
