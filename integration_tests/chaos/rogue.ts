import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../src/cdk/protocol.ts';
import { type Printed, writeInputs } from '../connector.ts';
import { runAttempt } from './attempt.ts';
import { figures } from './figures.ts';
import { createScanner } from './secrets.ts';
import { PRESENT } from './stage.ts';

/** A server of a few lines, and one sync of one stream against it. */

export interface Server {
  readonly url: string;
  close(): void;
}

type Answer = (query: URLSearchParams, path: string) => unknown;

export async function serve(answer: Answer): Promise<Server> {
  const server = createServer((request: IncomingMessage, response) => {
    const url = new URL(request.url ?? '/', 'http://hostile');
    response.sendDate = false;
    response.setHeader('Date', new Date(PRESENT).toUTCString());
    response.end(JSON.stringify(answer(url.searchParams, url.pathname)));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Reads `payments` (or shipments) once; returns the keys it printed and its last state. */
export async function sync(
  server: Server,
  stream: string,
  options: { config?: Record<string, unknown>; state?: unknown; nowMs?: number } = {},
): Promise<{
  keys: Map<string, JsonObject>;
  lines: readonly Printed[];
  state: unknown[];
  code: number | null;
}> {
  const config = {
    base_url: server.url,
    app_id: 'hostile-app-id',
    app_secret: 'hostile-app-secret',
    start_date: '2026-10-20',
    requests_per_second: 1000,
    ...options.config,
  };
  const streams = [
    {
      stream: { name: stream, json_schema: {}, supported_sync_modes: ['incremental'] },
      sync_mode: 'incremental',
      destination_sync_mode: 'append_dedup',
    },
  ];
  figures.syncs += 1;
  const inputs = writeInputs({ config, catalog: { streams }, state: options.state ?? [] });
  const { lines, code, stdout, stderr } = await runAttempt({
    nowMs: options.nowMs ?? PRESENT,
    args: [
      ...['read', '--debug', '--config', inputs.config],
      ...['--catalog', inputs.catalog, '--state', inputs.state],
    ],
  });
  assert.equal(stderr, '');
  createScanner([config.app_id, config.app_secret]).scan('a hostile server', stdout);
  const keys = new Map<string, JsonObject>();
  for (const { record } of lines) if (record) keys.set(String(record.data.record_key), record.data);
  const state = lines.flatMap((line) => (line.state ? [line.state] : [])).slice(-1);
  return { keys, lines, state, code };
}
