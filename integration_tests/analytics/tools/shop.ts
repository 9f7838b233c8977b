import type { Simulator, StreamName } from '../../../simulator/src/index.ts';
import type { AirbyteStream, JsonObject } from '../../../src/cdk/protocol.ts';
import { STREAMS } from '../../../src/gokwik/streams/index.ts';
import { type Destination, openDestination } from '../../destination.ts';

/** The streams of a shop, as the catalog has them; all, or the ones that are named. */
export function streamsOf(names: readonly string[] = Object.keys(STREAMS)): AirbyteStream[] {
  return names.map((name) => ({
    name,
    json_schema: STREAMS[name]?.schema ?? {},
    supported_sync_modes: ['full_refresh', 'incremental'],
    source_defined_cursor: true,
    default_cursor_field: ['updated_at'],
    source_defined_primary_key: [['record_key']],
    is_resumable: true,
  }));
}

/** What a perfect connector loads: every row of `truth` from `fromMs` on, through the demo's loader. */
export async function load(
  destination: Destination,
  simulator: Simulator,
  names: readonly string[] = Object.keys(STREAMS),
  fromMs?: number,
): Promise<void> {
  const range = fromMs === undefined ? {} : { fromMs };
  for (const stream of names) {
    for (const { key, fields } of simulator.truth(stream as StreamName, range)) {
      const data = { record_key: key, ...fields } as JsonObject;
      await destination.accept({
        type: 'RECORD',
        record: { stream, data, emitted_at: simulator.nowMs() },
      });
    }
    const state = { stream: { stream_descriptor: { name: stream } } };
    await destination.accept({ type: 'STATE', state });
  }
}

export async function openShop(
  simulator: Simulator,
  options: { path?: string; names?: readonly string[] } = {},
): Promise<Destination> {
  const destination = await openDestination(options.path ?? ':memory:', streamsOf(options.names));
  await load(destination, simulator, options.names);
  return destination;
}
