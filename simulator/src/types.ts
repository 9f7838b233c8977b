/** What a user of the simulator sees. Instants are epoch milliseconds. */

import type { Report } from './exports/columns.ts';
import type { ExportTruth } from './exports/truth.ts';
import type { ExportFile, ExportOptions } from './exports/write.ts';
import type { Fault } from './faults.ts';
import type { Keys } from './truth.ts';

export type StreamName =
  | 'orders'
  | 'order_items'
  | 'checkouts'
  | 'checkout_events'
  | 'abandoned_checkouts'
  | 'payments'
  | 'rto_predictions'
  | 'address_prefills'
  | 'settlements'
  | 'refunds'
  | 'shipments'
  | 'returns';

export type Environment = 'custom' | 'production' | 'sandbox';

/** How rows of a list follow each other, by their cursor. */
export type RowOrder = 'asc' | 'desc' | 'random';

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
  order?: RowOrder | Partial<Record<StreamName, RowOrder>>;
  /** `in_body_500`: what the real `/v1/order/list` was seen to answer, for ever. Default `works`. */
  ordersEndpoint?: 'works' | 'in_body_500';
  /** Compress answers for clients that accept gzip. Default false: it costs the benches CPU. */
  gzip?: boolean;
  port?: number;
  host?: string;
}

export interface Credentials {
  readonly appId: string;
  readonly appSecret: string;
  readonly merchantId: string;
  readonly returnPrimeToken: string;
}

export interface RequestEntry {
  /** Real time, not simulated: rates are measured with it. */
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** HTTP status sent; 0 when the connection was cut before one. */
  readonly status: number;
  /** The stream whose endpoint it is; undefined for paths that are none. */
  readonly stream: StreamName | undefined;
  readonly appId?: string;
  /** Query parameters the endpoint does not know. */
  readonly unknownParams: readonly string[];
  /** A connector must never cause one: a method other than GET, a forbidden or unknown path. */
  readonly violation?: string;
}

export interface TruthRow {
  /** What the connector emits as `record_key`. */
  readonly key: string;
  /**
   * The values it must emit, by the names and types of the schemas, lists and objects inside rows
   * included; null stands for what is missing. `record_key` is not among them.
   */
  readonly fields: Record<string, unknown>;
  readonly createdMs: number;
  readonly cursorMs: number;
}

export interface Stats {
  readonly requests: number;
  readonly byStream: Readonly<Partial<Record<StreamName, number>>>;
  readonly tooMany: number;
  readonly violations: number;
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
