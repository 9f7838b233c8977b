/**
 * Writes `catalog/`: what discover prints for a merchant with every stream, and configured catalogs
 * made of it, ready to use. With `--check` it writes nothing and fails when a file is out of date.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AirbyteStream, JsonObject, SyncMode } from '../src/cdk/protocol.ts';
import { createAnomalies } from '../src/gokwik/anomalies.ts';
import { readSettings } from '../src/gokwik/settings.ts';
import { openStreams } from '../src/gokwik/streams/readers.ts';
import { createHttp } from '../src/http/retry.ts';

/** The streams of the checkout-funnel analysis. */
const FUNNEL = ['checkouts', 'checkout_events', 'abandoned_checkouts', 'orders'];

/** Which of them exports and captures can fill. */
const FILLED = ['orders', 'settlements', 'abandoned_checkouts', 'payments', 'refunds'];

const WITH_API = { app_id: 'app', app_secret: 'secret', return_prime_token: 'none' };
const WITH_FILES = {
  app_id: 'none',
  app_secret: 'none',
  files: FILLED.map((stream) => ({ stream, location: '/local/gokwik/*' })),
};

async function discover(given: JsonObject): Promise<readonly AirbyteStream[]> {
  const config = { base_url: 'https://api.gokwik.co', start_date: '2026-01-01', ...given };
  const settings = await readSettings(config, { allowPrivate: false, nowMs: Date.now() });
  const log = { info() {}, warn() {}, debug() {} };
  const http = createHttp({
    concurrency: 1,
    requestsPerSecond: 1,
    allowPrivate: false,
    now: Date.now,
    random: Math.random,
    log,
    userAgent: 'none',
  });
  const anomalies = createAnomalies();
  const { streams } = openStreams({ http, settings, anomalies, pii: undefined });
  http.close();
  return streams;
}

const configure = (streams: readonly AirbyteStream[], sync_mode: SyncMode) => ({
  streams: streams.map((stream) => ({
    stream,
    sync_mode,
    destination_sync_mode: sync_mode === 'incremental' ? 'append_dedup' : 'overwrite',
    cursor_field: stream.default_cursor_field,
    primary_key: stream.source_defined_primary_key,
  })),
});

/** The files below `catalog/`, by name. */
export async function makeCatalogs(): Promise<Record<string, unknown>> {
  const streams = await discover(WITH_API);
  return {
    'discovered.json': { streams },
    'full_refresh.json': configure(streams, 'full_refresh'),
    'incremental.json': configure(streams, 'incremental'),
    'funnel.json': configure(
      streams.filter((stream) => FUNNEL.includes(stream.name)),
      'incremental',
    ),
    'files.json': configure(await discover(WITH_FILES), 'incremental'),
  };
}

if (import.meta.filename === process.argv[1]) {
  mkdirSync('catalog', { recursive: true });
  for (const [name, content] of Object.entries(await makeCatalogs())) {
    const path = `catalog/${name}`;
    const text = `${JSON.stringify(content, null, 2)}\n`;
    if (!process.argv.includes('--check')) writeFileSync(path, text);
    else if (readFileSync(path, 'utf8') !== text) {
      console.error(`${path} is out of date: run npm run generate`);
      process.exitCode = 1;
    }
  }
}
