import type { Simulator } from '../../../simulator/src/index.ts';
import type { AirbyteStream } from '../../../src/cdk/protocol.ts';
import { configFor, incrementalCatalog, runConnector, writeInputs } from '../../connector.ts';
import { type Destination, openDestination } from '../../destination.ts';

/** A shop whose tables the connector itself fills, sync by sync, from state to state. */
export interface SyncedShop {
  readonly path: string;
  readonly destination: Destination;
  /** Reads what `config` lets it read, from the state of the last sync, and loads it. */
  sync(changes?: Record<string, unknown>): Promise<void>;
  /** For dbt, which needs the file to itself: closes it, runs, and opens it again. */
  without<T>(run: () => Promise<T>): Promise<T>;
  close(): void;
}

async function discover(config: object): Promise<AirbyteStream[]> {
  const { lines } = await runConnector(['discover', '--config', writeInputs({ config }).config]);
  return (lines.at(-1)?.catalog?.streams ?? []) as AirbyteStream[];
}

/** @param config what the shop's config has beside the simulator's address and credentials. */
export async function openSyncedShop(
  simulator: Simulator,
  path: string,
  config: Record<string, unknown> = {},
): Promise<SyncedShop> {
  const streams = await discover(configFor(simulator, config));
  const open = () => openDestination(path, streams, { newestCursorWins: true });
  let destination = await open();
  let states = destination.states();
  return {
    path,
    get destination() {
      return destination;
    },
    async sync(changes = {}) {
      const used = configFor(simulator, { ...config, ...changes });
      const catalog = incrementalCatalog(await discover(used));
      const files = writeInputs({ config: used, catalog, state: states });
      const args = ['--config', files.config, '--catalog', files.catalog, '--state', files.state];
      const errors: string[] = [];
      const { code } = await runConnector(['read', ...args], {
        onLine(line) {
          if (line.trace?.error) errors.push(line.trace.error.message);
          return destination.accept(line);
        },
      });
      if (code !== 0) throw new Error(`the sync ended with ${code}: ${errors.join('; ')}`);
      const known = new Map(states.map((state) => [nameOf(state), state]));
      for (const state of destination.states()) known.set(nameOf(state), state);
      states = [...known.values()];
    },
    async without(run) {
      destination.close();
      try {
        return await run();
      } finally {
        destination = await open();
      }
    },
    close: () => destination.close(),
  };
}

const nameOf = (state: object) =>
  (state as { stream: { stream_descriptor: { name: string } } }).stream.stream_descriptor.name;
