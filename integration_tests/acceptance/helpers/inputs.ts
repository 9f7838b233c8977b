/**
 * The inputs of `acceptance-test-config.yml`, from the bundle and the seeded simulator: configured
 * catalog, states, a config that is refused, and the records that a read must give. `npm run generate`
 * writes them.
 */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { startSimulator } from '../../../simulator/src/index.ts';
import type { AirbyteStream, JsonObject } from '../../../src/cdk/protocol.ts';
import { type Printed, runConnector, writeInputs } from '../../connector.ts';
import { acceptanceConfig, MERCHANT } from './merchant.ts';

/** Of each stream, enough rows to show its shape; the first ones by key. */
const RECORDS_PER_STREAM = 3;
const ROOT = resolve(import.meta.dirname, '../../..');

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function configure(streams: readonly AirbyteStream[]) {
  return {
    streams: streams.map((stream) => ({
      stream,
      sync_mode: 'incremental',
      destination_sync_mode: 'append_dedup',
      cursor_field: stream.default_cursor_field,
      primary_key: stream.source_defined_primary_key,
    })),
  };
}

function lastStates(lines: readonly Printed[]): JsonObject[] {
  const states = new Map<string, JsonObject>();
  for (const { state } of lines) {
    if (state?.stream) states.set(state.stream.stream_descriptor.name, state);
  }
  return [...states].sort(([a], [b]) => byText(a, b)).map(([, state]) => state);
}

/** States of a sync that ran in a far future: a read from them must give no record. */
function inFuture(states: readonly JsonObject[]): JsonObject[] {
  return states.map((state) => ({
    ...state,
    stream: {
      ...(state.stream as JsonObject),
      stream_state: {
        version: 1,
        from: '2999-01-01T00:00:00Z',
        cursor: '2999-12-31T00:00:00Z',
      },
    },
  }));
}

function expectedRecords(lines: readonly Printed[], emittedAtMs: number): string {
  const found = new Map<string, { key: string; data: JsonObject }[]>();
  for (const { record } of lines) {
    if (!record) continue;
    const rows = found.get(record.stream) ?? [];
    rows.push({ key: String(record.data.record_key), data: record.data });
    found.set(record.stream, rows);
  }
  return [...found]
    .sort(([a], [b]) => byText(a, b))
    .flatMap(([stream, rows]) =>
      rows
        .sort((a, b) => byText(a.key, b.key))
        .slice(0, RECORDS_PER_STREAM)
        // The moment of reading is the one thing that differs; acceptance tests do not compare it.
        .map(({ data }) => `${JSON.stringify({ stream, data, emitted_at: emittedAtMs })}\n`),
    )
    .join('');
}

/** In the form that the linter asks of every JSON file here. */
export const formatJson = (value: unknown): string =>
  execFileSync('npx', ['biome', 'format', '--stdin-file-path=inputs.json'], {
    cwd: ROOT,
    input: JSON.stringify(value, null, 2),
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  });

/** The files, by path from the repository's root. */
export async function makeInputs(): Promise<Map<string, string>> {
  const simulator = await startSimulator(MERCHANT);
  try {
    const config = acceptanceConfig(simulator.baseUrl);
    const discovered = await runConnector(['discover', '--config', writeInputs({ config }).config]);
    const streams = discovered.lines.at(-1)?.catalog?.streams as AirbyteStream[] | undefined;
    if (!streams) throw new Error(`discover printed no catalog: ${discovered.stdout}`);
    const catalog = configure(streams);
    const files = writeInputs({ config, catalog });
    const args = ['read', '--config', files.config, '--catalog', files.catalog];
    const { code, lines, stdout } = await runConnector(args);
    if (code !== 0) throw new Error(`read ended with ${code}: ${stdout.slice(-2000)}`);
    const states = lastStates(lines);
    const refused = {
      base_url: 'https://sandbox.gokwik.co',
      app_id: 'your-app-id',
      app_secret: 'your-app-secret',
      start_date: '01/09/2026',
    };
    return new Map([
      ['integration_tests/configured_catalog.json', formatJson(catalog)],
      ['integration_tests/sample_state.json', formatJson(states)],
      ['integration_tests/abnormal_state.json', formatJson(inFuture(states))],
      ['integration_tests/invalid_config.json', formatJson(refused)],
      ['integration_tests/expected_records.jsonl', expectedRecords(lines, simulator.nowMs())],
    ]);
  } finally {
    await simulator.close();
  }
}
