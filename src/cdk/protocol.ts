/**
 * The Airbyte protocol messages a source prints and reads, as plain objects.
 * Source: airbyte-protocol v0.18.0, `airbyte_protocol.yaml`.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export type SyncMode = 'full_refresh' | 'incremental';
export type LogLevel = 'FATAL' | 'WARN' | 'INFO' | 'DEBUG';
export type StreamStatus = 'STARTED' | 'RUNNING' | 'COMPLETE' | 'INCOMPLETE';
export type FailureType = 'config_error' | 'transient_error' | 'system_error';

/** A stream's identity. `namespace` is absent unless the configured catalog gave one. */
export interface StreamDescriptor {
  name: string;
  namespace?: string;
}

export interface ConnectorSpecification {
  documentationUrl?: string;
  changelogUrl?: string;
  connectionSpecification: JsonObject;
  [key: string]: unknown;
}

export interface AirbyteStream {
  name: string;
  json_schema: JsonObject;
  supported_sync_modes: SyncMode[];
  source_defined_cursor: boolean;
  default_cursor_field: string[];
  source_defined_primary_key: string[][];
  is_resumable: boolean;
}

/** `quota_reset` is epoch milliseconds. */
export interface StatusReason {
  type: 'RATE_LIMITED';
  rate_limited: { quota_reset: number };
}

export interface TraceError {
  message: string;
  internal_message?: string;
  stack_trace?: string;
  failure_type: FailureType;
  stream_descriptor?: StreamDescriptor;
}

/** `emitted_at` is epoch milliseconds. */
type Trace =
  | {
      type: 'ESTIMATE';
      emitted_at: number;
      estimate: { type: 'STREAM'; name: string; namespace?: string; row_estimate: number };
    }
  | { type: 'ERROR'; emitted_at: number; error: TraceError }
  | {
      type: 'STREAM_STATUS';
      emitted_at: number;
      stream_status: {
        stream_descriptor: StreamDescriptor;
        status: StreamStatus;
        reasons?: StatusReason[];
      };
    };

/**
 * Every message this source prints, except RECORD and STATE: those two are printed by the writer,
 * which builds their JSON from prefixes and keeps the record counts (see `writer.ts`).
 */
export type Message =
  | { type: 'SPEC'; spec: ConnectorSpecification }
  | {
      type: 'CONNECTION_STATUS';
      connectionStatus: { status: 'SUCCEEDED' | 'FAILED'; message: string };
    }
  | { type: 'CATALOG'; catalog: { streams: AirbyteStream[] } }
  | { type: 'LOG'; log: { level: LogLevel; message: string } }
  | { type: 'TRACE'; trace: Trace };
