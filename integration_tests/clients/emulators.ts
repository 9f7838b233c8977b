import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, createReadStream, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Printed } from '../connector.ts';
import { catalogOf, finish, STREAMS } from '../contract/runs.ts';
import { IMAGE } from '../contract/targets.ts';
import { expect, expectEqual, openShop, PAUSE_MS, wrongRows } from './shop.ts';

/*
 * Clients that no package registry has, by what they do at the border: command line, user, mounts,
 * environment, and how strict they are with each line. Sources: their published code, read.
 */

type State = NonNullable<Printed['state']>;
type Rows = Map<string, Map<string, Record<string, unknown>>>;
type Sync = (config: unknown, states: State[], first: boolean) => Promise<Printed[]>;

const PRIVATE = ['--network', 'host', '-e', 'SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL=true'];
const catalog = catalogOf(STREAMS);

/** Two syncs with the state in between kept as the client keeps it. */
async function twoSyncs(sync: Sync): Promise<string> {
  const { simulator, config } = await openShop();
  try {
    const rows: Rows = new Map(STREAMS.map((name) => [name, new Map()]));
    const counts: number[] = [];
    const states = new Map<string, State>();
    for (const first of [true, false]) {
      const lines = await sync(config, [...states.values()], first);
      let records = 0;
      for (const { record, state } of lines) {
        if (record) {
          rows.get(record.stream)?.set(String(record.data.record_key), record.data);
          records += 1;
        }
        if (state?.stream) states.set(state.stream.stream_descriptor.name, state);
      }
      counts.push(records);
      const tables = [...rows].map(([name, found]) => [name, [...found.values()]]);
      expectEqual(wrongRows(simulator, Object.fromEntries(tables)));
      simulator.advance(PAUSE_MS);
    }
    expect((counts[1] ?? 0) < (counts[0] ?? 0), `the second sync read ${counts[1]} records`);
    return `two syncs, ${counts.join(' and ')} records, equal to the truth`;
  } finally {
    await simulator.close();
  }
}

function writeFiles(files: Record<string, unknown>, mode: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'emulated-'));
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), JSON.stringify(content));
  chmodSync(folder, mode);
  return folder;
}

/**
 * `sh` evaluates AIRBYTE_ENTRYPOINT in a sub-shell, in a directory of its own, with both outputs going
 * into fifos, and leaves the exit code in a file. Rootless: uid 1000, no capabilities.
 */
async function launchByShell(
  directory: '/source' | '/config',
  folder: string,
  args: string,
): Promise<{ lines: Printed[]; errors: string; code: string }> {
  execFileSync('sh', ['-c', `mkfifo -m 666 "$0/stdout" "$0/stderr"; chmod 777 "$0"`, folder]);
  const script = `(eval "$AIRBYTE_ENTRYPOINT ${args}" 2> stderr > stdout) & CHILD=$!; wait $CHILD; echo $? > exitCode.txt`;
  const child = spawn(
    'docker',
    [
      ...['run', '--rm', '--user', '1000:1000', '--cap-drop', 'ALL'],
      ...['--security-opt', 'no-new-privileges', '-w', directory, '-v', `${folder}:${directory}`],
      ...['-e', 'USE_STREAM_CAPABLE_STATE=true', '-e', 'DEPLOYMENT_MODE=OSS'],
      ...['-e', 'LOG_LEVEL=INFO', '-e', 'WORKER_JOB_ID=1', '-e', 'WORKER_JOB_ATTEMPT=0'],
      ...[...PRIVATE, '--entrypoint', 'sh', IMAGE, '-c', script],
    ],
    { stdio: 'inherit' },
  );
  const closed = new Promise((resolve) => child.once('close', resolve));
  let errors = '';
  const stderr = createReadStream(join(folder, 'stderr'), 'utf8');
  stderr.on('data', (text) => {
    errors += text;
  });
  const lines: Printed[] = [];
  for await (const line of createInterface({ input: createReadStream(join(folder, 'stdout')) }))
    lines.push(JSON.parse(line));
  await closed;
  return { lines, errors, code: readFileSync(join(folder, 'exitCode.txt'), 'utf8').trim() };
}

export async function runPlatform(): Promise<string> {
  const said = await twoSyncs(async (config, states, first) => {
    const check = writeFiles({ 'connectionConfiguration.json': config }, 0o755);
    const status = await launchByShell(
      '/config',
      check,
      'check --config /config/connectionConfiguration.json',
    );
    const answer = status.lines.find(({ connectionStatus }) => connectionStatus);
    expect(answer?.connectionStatus?.status === 'SUCCEEDED', 'check failed');
    const folder = writeFiles(
      {
        'connectionConfiguration.json': config,
        'catalog.json': catalog,
        'inputState.json': states.map((state, index) => ({ ...state, id: index })),
      },
      0o755,
    );
    const state = first ? '' : ' --state /source/inputState.json';
    const { lines, errors, code } = await launchByShell(
      '/source',
      folder,
      `read --config /source/connectionConfiguration.json --catalog /source/catalog.json${state}`,
    );
    expect(code === '0', `exit code ${code}`);
    // Each line of stderr becomes an ERROR in the user's log.
    expect(errors === '', `on stderr: ${errors.slice(0, 500)}`);
    return lines;
  });
  return `fifos, AIRBYTE_ENTRYPOINT, capabilities dropped, uid 1000: ${said}`;
}

/** Any line of stdout that is not JSON ends its sync; results are found by their name in a line. */
export async function runFaros(): Promise<string> {
  const { uid, gid } = { uid: 4242, gid: 4242 };
  const said = await twoSyncs(async (config, states, first) => {
    const names = {
      config: 'faros_airbyte_cli_src_config.json',
      catalog: 'faros_airbyte_cli_src_catalog.json',
      state: 'state.json',
    };
    const folder = writeFiles(
      { [names.config]: config, [names.catalog]: catalog, [names.state]: first ? {} : states },
      0o700,
    );
    execFileSync('chown', ['-R', `${uid}:${gid}`, folder]);
    const docker = async (...args: string[]): Promise<string[]> => {
      const flags = ['run', '--rm', '--init', '--user', `${uid}:${gid}`];
      const settings = ['-v', `${folder}:/configs:z`, '-e', 'LOG_LEVEL=info', ...PRIVATE];
      const started = spawn('docker', [...flags, ...settings, IMAGE, ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const { code, stdout } = await finish(started);
      expect(code === 0, `exit code ${code}`);
      // The last line counts only with its line feed.
      return stdout.split('\n').slice(0, -1);
    };
    const discovered = await docker('discover', '--config', `/configs/${names.config}`);
    const found = discovered.filter((line) => line.includes('CATALOG')).at(-1);
    expect(found !== undefined && JSON.parse(found).catalog.streams.length > 0, 'no catalog found');
    const lines = await docker(
      ...['read', '--config', `/configs/${names.config}`],
      ...['--catalog', `/configs/${names.catalog}`, '--state', `/configs/${names.state}`],
    );
    return lines.map((line) => JSON.parse(line));
  });
  return `--init, uid 4242 in a folder of mode 0700, always --state, \`{}\` at first: ${said}`;
}

const JITSU_TYPES = ['RECORD', 'STATE', 'LOG', 'TRACE', 'SPEC', 'CONNECTION_STATUS', 'CATALOG'];

/** As the platform, from /config; a STATE before its stream's STARTED or first record is dropped. */
export async function runJitsu(): Promise<string> {
  const said = await twoSyncs(async (config, states, first) => {
    const files = { 'config.json': config, 'catalog.json': catalog, 'state.json': states };
    const folder = writeFiles(files, 0o755);
    const state = first ? '' : ' --state /config/state.json';
    const { lines, code } = await launchByShell(
      '/config',
      folder,
      `read --config /config/config.json --catalog /config/catalog.json${state}`,
    );
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
  });
  return `AIRBYTE_ENTRYPOINT from /config, STARTED before every STATE, no unknown type: ${said}`;
}
