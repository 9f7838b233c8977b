import { execFileSync, spawn } from 'node:child_process';
import type { Printed } from '../connector.ts';
import { catalogOf, errorsOf, finish, STREAMS } from '../contract/runs.ts';
import { IMAGE } from '../contract/targets.ts';
import { launchByShell, PRIVATE, writeFiles } from './launch.ts';
import { type Done, expect, expectEqual, openShop, PAUSE_MS, tablesOf, wrongRows } from './shop.ts';

/*
 * Clients that no package registry has, by what they do at the border: command line, user, mounts,
 * environment, and how strict they are with each line. Sources: their published code, read.
 */

type State = NonNullable<Printed['state']>;
type Sync = (config: unknown, states: State[], first: boolean) => Promise<Printed[]>;

const catalog = catalogOf(STREAMS);

/** What its users get wrong most, and what the connector must say. */
interface Mistake {
  readonly make: (config: unknown) => Promise<readonly Printed[]>;
  readonly says: RegExp;
}

/** Two syncs with the state in between kept as the client keeps it, and a mistake. */
async function twoSyncs(sync: Sync, { make, says }: Mistake): Promise<string> {
  const { simulator, config } = await openShop();
  try {
    // A stream of which nothing comes is missed, too.
    const none = Object.fromEntries(STREAMS.map((name) => [name, []]));
    const records: NonNullable<Printed['record']>[] = [];
    const counts: number[] = [];
    const states = new Map<string, State>();
    for (const first of [true, false]) {
      const lines = await sync(config, [...states.values()], first);
      const before = records.length;
      for (const { record, state } of lines) {
        if (record) records.push(record);
        if (state?.stream) states.set(state.stream.stream_descriptor.name, state);
      }
      counts.push(records.length - before);
      expectEqual(wrongRows(simulator, { ...none, ...tablesOf(records) }));
      simulator.advance(PAUSE_MS);
    }
    expect((counts[1] ?? 0) < (counts[0] ?? 0), `the second sync read ${counts[1]} records`);
    const said = errorsOf(await make(config)).map(({ message }) => message);
    expect(
      said.some((message) => says.test(message)),
      `not our message: ${said}`,
    );
    return `${counts.join(' and ')} records`;
  } finally {
    await simulator.close();
  }
}

export async function runPlatform(): Promise<Done> {
  const read = (config: unknown, streams: typeof catalog, states: readonly State[]) => {
    const inputState = states.map((state, index) => ({ ...state, id: index }));
    const folder = writeFiles(
      {
        'connectionConfiguration.json': config,
        'catalog.json': streams,
        'inputState.json': inputState,
      },
      0o755,
    );
    const state = states.length === 0 ? '' : ' --state /source/inputState.json';
    const files = '--config /source/connectionConfiguration.json --catalog /source/catalog.json';
    return launchByShell('/source', folder, `read ${files}${state}`);
  };
  const renamed: Mistake = {
    make: async (config) => (await read(config, catalogOf(['order_lines']), [])).lines,
    says: /^Stream order_lines is in the configured catalog, but .*Refresh the schema/,
  };
  const saw = await twoSyncs(async (config, states) => {
    const check = writeFiles({ 'connectionConfiguration.json': config }, 0o755);
    const status = await launchByShell(
      '/config',
      check,
      'check --config /config/connectionConfiguration.json',
    );
    const answer = status.lines.find(({ connectionStatus }) => connectionStatus);
    expect(answer?.connectionStatus?.status === 'SUCCEEDED', 'check failed');
    const { lines, errors, code } = await read(config, catalog, states);
    expect(code === '0', `exit code ${code}`);
    // Each line of stderr becomes an ERROR in the user's log.
    expect(errors === '', `on stderr: ${errors.slice(0, 500)}`);
    return lines;
  }, renamed);
  const ran =
    'fifos, AIRBYTE_ENTRYPOINT, capabilities dropped, uid 1000: two syncs, equal to the truth; a renamed stream gives our sentence';
  return { ran, saw };
}

/** Any line of stdout that is not JSON ends its sync; results are found by their name in a line. */
export async function runFaros(): Promise<Done> {
  const { uid, gid } = { uid: 4242, gid: 4242 };
  const names = {
    config: 'faros_airbyte_cli_src_config.json',
    catalog: 'faros_airbyte_cli_src_catalog.json',
    state: 'state.json',
  };
  const open = (config: unknown, state: unknown) => {
    const contents = { [names.config]: config, [names.catalog]: catalog, [names.state]: state };
    const folder = writeFiles(contents, 0o700);
    execFileSync('chown', ['-R', `${uid}:${gid}`, folder]);
    return (...args: string[]) => {
      const flags = ['run', '--rm', '--init', '--user', `${uid}:${gid}`];
      const settings = ['-v', `${folder}:/configs:z`, '-e', 'LOG_LEVEL=info', ...PRIVATE];
      const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
      return finish(spawn('docker', [...flags, ...settings, IMAGE, ...args], { stdio }));
    };
  };
  const READ = [
    ...['read', '--config', `/configs/${names.config}`],
    ...['--catalog', `/configs/${names.catalog}`, '--state', `/configs/${names.state}`],
  ];
  const foreign: Mistake = {
    // What another connector of the same folder left.
    make: async (config) => (await open(config, { orders: { cutoff: 1767225600 } })(...READ)).lines,
    says: /^The saved state of stream orders cannot be used/,
  };
  const saw = await twoSyncs(async (config, states, first) => {
    const docker = async (...args: string[]): Promise<string[]> => {
      const { code, stdout } = await open(config, first ? {} : states)(...args);
      expect(code === 0, `exit code ${code}`);
      // The last line counts only with its line feed.
      return stdout.split('\n').slice(0, -1);
    };
    const discovered = await docker('discover', '--config', `/configs/${names.config}`);
    const found = discovered.filter((line) => line.includes('CATALOG')).at(-1);
    expect(found !== undefined && JSON.parse(found).catalog.streams.length > 0, 'no catalog found');
    return (await docker(...READ)).map((line) => JSON.parse(line));
  }, foreign);
  const ran =
    '--init, uid 4242 in a folder of mode 0700, always --state, `{}` at first: two syncs, equal to the truth; a state of another connector gives our sentence';
  return { ran, saw };
}

const JITSU_TYPES = ['RECORD', 'STATE', 'LOG', 'TRACE', 'SPEC', 'CONNECTION_STATUS', 'CATALOG'];

/** As the platform, from /config; a STATE before its stream's STARTED or first record is dropped. */
export async function runJitsu(): Promise<Done> {
  const read = (config: unknown, states: readonly unknown[]) => {
    const files = { 'config.json': config, 'catalog.json': catalog, 'state.json': states };
    const folder = writeFiles(files, 0o755);
    const state = states.length === 0 ? '' : ' --state /config/state.json';
    return launchByShell(
      '/config',
      folder,
      `read --config /config/config.json --catalog /config/catalog.json${state}`,
    );
  };
  const newer = {
    type: 'STREAM',
    stream: { stream_descriptor: { name: 'orders' }, stream_state: { version: 99 } },
  };
  const stale: Mistake = {
    // Going back to an older image leaves the state of the newer one.
    make: async (config) => (await read(config, [newer])).lines,
    says: /^The saved state of stream orders cannot be used/,
  };
  const saw = await twoSyncs(async (config, states) => {
    const { lines, code } = await read(config, states);
    expect(code === '0', `exit code ${code}`);
    const started = new Set<string>();
    for (const { type, trace, state: sent } of lines) {
      expect(JITSU_TYPES.includes(type), `a message of type ${type}`);
      const status = trace?.stream_status;
      if (status?.status === 'STARTED') started.add(status.stream_descriptor.name);
      const name = sent?.stream?.stream_descriptor.name;
      expect(name === undefined || started.has(name), `a STATE of ${name} before STARTED`);
    }
    return lines;
  }, stale);
  const ran =
    'AIRBYTE_ENTRYPOINT from /config, STARTED before every STATE, no unknown type: two syncs, equal to the truth; a state of a newer version gives our sentence';
  return { ran, saw };
}
