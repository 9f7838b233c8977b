import type { ExportFile, Simulator } from '../simulator/src/index.ts';
import type { AirbyteStream } from '../src/cdk/protocol.ts';
import {
  configFor,
  incrementalCatalog,
  type Printed,
  runConnector,
  writeInputs,
} from './connector.ts';
import type { Destination } from './destination.ts';

export interface Synced {
  readonly code: number | null;
  readonly errors: string[];
  readonly stderr: string;
}

/** One sync as a host does it: from the destination's states, every stream incremental. */
export async function sync(
  config: object,
  streams: readonly AirbyteStream[],
  destination: Destination,
  onLine: (line: Printed) => void = () => {},
): Promise<Synced> {
  const catalog = incrementalCatalog(streams);
  const files = writeInputs({ config, catalog, state: destination.states() });
  const args = ['--config', files.config, '--catalog', files.catalog, '--state', files.state];
  const errors: string[] = [];
  const { code, stderr } = await runConnector(['read', ...args], {
    onLine(line) {
      if (line.trace?.error) errors.push(line.trace.error.message);
      onLine(line);
      return destination.accept(line);
    },
  });
  return { code, errors, stderr };
}

/** What `sync` gives when all went well. */
export const CLEAN: Synced = { code: 0, errors: [], stderr: '' };

/** Of a merchant without API access. */
export const NO_API = { app_id: 'none', app_secret: 'none', return_prime_token: undefined };

/** As entries of `files`. */
export const entriesOf = (files: readonly Pick<ExportFile, 'stream' | 'path'>[]) =>
  files.map(({ stream, path }) => ({ stream, location: path }));

export const configWithoutApi = (
  simulator: Simulator,
  files: readonly Pick<ExportFile, 'stream' | 'path'>[],
) => configFor(simulator, { ...NO_API, files: entriesOf(files) });
