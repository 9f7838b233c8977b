/**
 * What tap-airbyte-wrapper does, which is in no package registry: a Singer tap that runs an Airbyte
 * image. Its command lines, its mount of a folder of mode 0700 over /tmp, its strictness (every line
 * needs a `type`, every STATE a type of its own, a TRACE ERROR ends the sync, stderr is never read
 * while records come), and its shape of state. Not its queues: a record goes out when it comes.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

interface AirbyteStream {
  readonly name: string;
  readonly json_schema: object;
  readonly supported_sync_modes: string[];
  readonly default_cursor_field: string[];
  readonly source_defined_primary_key: string[][];
}
interface StreamState {
  readonly stream_descriptor: { name: string };
  readonly stream_state: unknown;
}
interface SingerEntry {
  readonly stream: string;
  readonly metadata: { breadcrumb: string[]; metadata: { selected?: boolean } }[];
}

const { values } = parseArgs({
  options: {
    config: { type: 'string', default: '' },
    catalog: { type: 'string' },
    state: { type: 'string' },
    discover: { type: 'boolean' },
    test: { type: 'boolean' },
  },
  strict: false,
});
const readJson = (path: unknown) => JSON.parse(readFileSync(String(path), 'utf8'));
const { airbyte_spec: image, airbyte_config: airbyteConfig } = readJson(values.config);
const MOUNT = process.env.AIRBYTE_MOUNT_DIR ?? '/tmp';

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const write = (message: unknown): boolean => process.stdout.write(`${JSON.stringify(message)}\n`);

/** mkdtemp makes it 0700, as Python's TemporaryDirectory does. */
function commandOf(files: Record<string, unknown>, args: string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'tap-airbyte-'));
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(content));
  const flags = Object.keys(files).flatMap((name) => [`--${name}`, `${MOUNT}/${name}.json`]);
  const mount = ['--rm', '-i', '-v', `${folder}:${MOUNT}`];
  return ['run', ...mount, `${image.image}:${image.tag ?? 'latest'}`, ...args, ...flags];
}

function fail(message: string): never {
  say(`CRITICAL ${message}`);
  process.exit(1);
}

function onLog(message: {
  type: string;
  log?: unknown;
  trace?: { type: string; error: { message: string } };
}): void {
  if (message.trace?.type === 'ERROR') fail(message.trace.error.message);
  if (message.log) say(JSON.stringify(message.log));
}

function ask(command: string, type: string) {
  const { stdout } = spawnSync('docker', commandOf({ config: airbyteConfig }, [command]), {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  for (const line of stdout.split('\n').filter((text) => text !== '')) {
    const message = JSON.parse(line);
    if (message.type === undefined) fail(`KeyError: 'type' in ${line}`);
    if (message.type === type) return message;
    onLog(message);
  }
  return fail(`no ${type} message`);
}

const streams = (): AirbyteStream[] => ask('discover', 'CATALOG').catalog.streams;

function discover(): void {
  const entries = streams().map((stream) => ({
    tap_stream_id: stream.name,
    stream: stream.name,
    schema: stream.json_schema,
    replication_method: 'INCREMENTAL',
    replication_key: stream.default_cursor_field[0],
    key_properties: stream.source_defined_primary_key[0],
    metadata: [{ breadcrumb: [], metadata: { inclusion: 'available', selected: true } }],
  }));
  write({ streams: entries });
}

async function read(): Promise<void> {
  const selected: SingerEntry[] = readJson(values.catalog).streams.filter((entry: SingerEntry) =>
    entry.metadata.some(({ breadcrumb, metadata }) => breadcrumb.length === 0 && metadata.selected),
  );
  const known = streams().filter(({ name }) => selected.some((entry) => entry.stream === name));
  for (const stream of known) {
    const [key_properties] = stream.source_defined_primary_key;
    write({ type: 'SCHEMA', stream: stream.name, schema: stream.json_schema, key_properties });
  }
  const catalog = {
    streams: known.map((stream) => ({
      stream,
      sync_mode: 'incremental',
      destination_sync_mode: 'append',
    })),
  };
  const saved = values.state && existsSync(String(values.state)) ? readJson(values.state) : {};
  let states: { type: string; stream: StreamState }[] = saved.airbyte_state ?? [];
  const state = Object.keys(saved).length > 0 && { state: saved.airbyte_state ?? saved };
  const files = { config: airbyteConfig, catalog, ...state };
  // Its stderr is a pipe that nobody reads: more than a pipe holds, and the sync hangs.
  const child = spawn('docker', commandOf(files, ['read']), { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line);
    if (message.type === 'RECORD') {
      write({ type: 'RECORD', stream: message.record.stream, record: message.record.data });
    } else if (message.type === 'STATE') {
      if (message.state.type !== 'STREAM') fail(`KeyError: 'legacy'`);
      const { name } = message.state.stream.stream_descriptor;
      states = states.filter(({ stream }) => stream.stream_descriptor.name !== name);
      states.push({ type: 'STREAM', stream: message.state.stream });
      write({ type: 'STATE', value: { ...message.state.stream, airbyte_state: states } });
    } else onLog(message);
  }
  child.stderr.resume();
  const code = await ended;
  if (code !== 0) fail(`Airbyte process failed with return code ${code}`);
}

if (values.discover) discover();
else if (values.test) {
  const { status, message } = ask('check', 'CONNECTION_STATUS').connectionStatus;
  if (status !== 'SUCCEEDED') fail(message);
} else await read();
