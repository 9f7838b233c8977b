import { ConfigError } from './errors.ts';
import { isJsonObject } from './json.ts';
import type { SyncMode } from './protocol.ts';
import { stateKey } from './state.ts';

export interface ConfiguredStream {
  readonly name: string;
  readonly namespace?: string;
  /**
   * Undefined when the catalog says something else than the two modes (or nothing): that one stream
   * fails then, and the others are read (I6).
   */
  readonly syncMode: SyncMode | undefined;
  /** Which job asks: the same in every attempt of it. Undefined where the host does not say. */
  readonly syncId?: number;
}

const HOW_TO_GET_ONE =
  'A configured catalog looks like {"streams": [{"stream": {"name": "orders"}, "sync_mode": "incremental", "destination_sync_mode": "append_dedup"}]}. Ready ones are in the folder catalog/ of the repository; the command discover prints the streams to choose from.';

/**
 * Reads what `--catalog` held. Hosts write nulls for what is absent (PyAirbyte, acceptance tests), and
 * keys of their own; neither matters.
 *
 * @throws ConfigError `GK_CATALOG_FILE` when it is no configured catalog
 */
export function parseCatalog(value: unknown): ConfiguredStream[] {
  if (isJsonObject(value) && value.type === 'CATALOG') throw notConfigured();
  const entries = isJsonObject(value) ? value.streams : undefined;
  if (!Array.isArray(entries)) throw wrong('it has no list "streams"');
  if (entries.length === 0)
    throw wrong('its list of streams is empty, so there is nothing to read');
  const streams = entries.map(parseEntry);
  const keys = streams.map(stateKey);
  const again = streams.find((stream, index) => keys.indexOf(stateKey(stream)) < index);
  if (again) throw wrong(`it lists the stream ${again.name} twice. Keep one of its entries`);
  return streams;
}

function parseEntry(entry: unknown, index: number): ConfiguredStream {
  const position = `entry ${index + 1} of its list of streams`;
  if (!isJsonObject(entry)) throw wrong(`${position} is not an object`);
  const { stream, sync_mode: syncMode, sync_id: syncId } = entry;
  if (!isJsonObject(stream)) {
    if (typeof entry.name === 'string') throw notConfigured();
    throw wrong(`${position} has no "stream"`);
  }
  const { name, namespace } = stream;
  if (typeof name !== 'string' || name === '') throw wrong(`${position} has no stream name`);
  return {
    name,
    ...(typeof namespace === 'string' && namespace !== '' && { namespace }),
    syncMode: syncMode === 'full_refresh' || syncMode === 'incremental' ? syncMode : undefined,
    // Hosts that count no jobs write 0 or, as PyAirbyte, always 1.
    ...(typeof syncId === 'number' && syncId > 1 && { syncId }),
  };
}

const wrong = (why: string): ConfigError =>
  new ConfigError('GK_CATALOG_FILE', `The catalog file cannot be used: ${why}. ${HOW_TO_GET_ONE}`);

const notConfigured = (): ConfigError =>
  new ConfigError(
    'GK_CATALOG_FILE',
    `The catalog file holds what the command discover prints: the streams that exist. The command read needs a configured catalog, which says how to read each of them: put every stream under the key "stream", with a "sync_mode" beside it. ${HOW_TO_GET_ONE}`,
  );
