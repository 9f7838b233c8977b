import { type Simulator, startSimulator } from '../../../simulator/src/index.ts';
import type { AirbyteStream, JsonObject } from '../../../src/cdk/protocol.ts';
import { type Ended, runConnector, writeInputs } from '../../connector.ts';
import { acceptanceConfig, MERCHANT } from './merchant.ts';

/** The bundle against the acceptance merchant. */
export interface Fixture {
  readonly simulator: Simulator;
  readonly config: Record<string, unknown>;
  run(args: readonly string[]): Promise<Ended>;
  /** @param changes to the config */
  discover(changes?: Record<string, unknown>): Promise<AirbyteStream[]>;
  read(catalog: unknown, state?: unknown): Promise<Ended>;
}

export async function openFixture(): Promise<Fixture> {
  const simulator = await startSimulator(MERCHANT);
  const config = acceptanceConfig(simulator.baseUrl);
  return {
    simulator,
    config,
    run: (args) => runConnector(args),
    async discover(changes = {}) {
      const files = writeInputs({ config: { ...config, ...changes } });
      const { lines } = await runConnector(['discover', '--config', files.config]);
      return (lines.at(-1)?.catalog?.streams ?? []) as AirbyteStream[];
    },
    read(catalog, state) {
      const files = writeInputs<string>({ config, catalog, ...(state !== undefined && { state }) });
      const args = Object.entries(files).flatMap(([name, path]) => [`--${name}`, String(path)]);
      return runConnector(['read', ...args]);
    },
  };
}

export const configured = (streams: readonly AirbyteStream[], sync_mode: string) => ({
  streams: streams.map((stream) => ({
    stream,
    sync_mode,
    destination_sync_mode: 'append',
    cursor_field: stream.default_cursor_field,
    primary_key: stream.source_defined_primary_key,
  })),
});

export interface Row {
  readonly stream: string;
  readonly data: JsonObject;
  readonly emitted_at: number;
}

export const recordsOf = ({ lines }: Ended): Row[] =>
  lines.flatMap(({ record }) => (record ? [record] : []));

/** Every object inside a schema, with its path. */
export function* nodesOf(schema: unknown, path = ''): Generator<[path: string, node: JsonObject]> {
  if (Array.isArray(schema)) {
    for (const [index, item] of schema.entries()) yield* nodesOf(item, `${path}/${index}`);
  } else if (typeof schema === 'object' && schema !== null) {
    yield [path, schema as JsonObject];
    for (const [key, item] of Object.entries(schema)) yield* nodesOf(item, `${path}/${key}`);
  }
}
