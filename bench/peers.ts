/** What a user would pick instead, on the same server with the same records into the same reader. */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Candidate, type Measured, measure } from './measure.ts';
import { ENV, ROOT, readCommand, startServer } from './setup.ts';

export interface Peers {
  readonly ours: Measured;
  readonly others: readonly (Measured & { readonly version: string })[];
  /** What could not be measured, and why. */
  readonly missing: readonly string[];
}

const PEERS = join(ROOT, 'bench/peers');
const PYTHON = join(ROOT, '.venv/bench/bin');
const FAROS = join(PEERS, 'faros/node_modules/faros-airbyte-cdk/package.json');

export async function measurePeers(records: number, rounds: number): Promise<Peers> {
  const server = await startServer();
  const folder = mkdtempSync(join(tmpdir(), 'bench-peers-'));
  const file = (name: string, content: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(content));
    return path;
  };
  const base = `${server.url}/w/${records}`;
  const config = file('config.json', { base_url: base, page_size: 100 });
  const catalog = file('catalog.json', {
    streams: [
      {
        stream: { name: 'orders', json_schema: {}, supported_sync_modes: ['full_refresh'] },
        sync_mode: 'full_refresh',
        destination_sync_mode: 'append',
      },
    ],
  });
  const read = ['read', '--config', config, '--catalog', catalog];
  const manifest = ['--manifest-path', join(PEERS, 'manifest.json')];
  const command = readCommand({
    url: server.url,
    windows: 1,
    rowsPerWindow: records,
    pageSize: 100,
  });
  const ours: Candidate = { name: 'source-gokwik', records, options: { command, env: ENV } };
  const all = [
    peer('faros-airbyte-cdk (Node)', FAROS, npmVersion, [
      process.execPath,
      join(PEERS, 'faros/source.js'),
      ...read,
    ]),
    peer('declarative source on airbyte-cdk (Python)', PYTHON, pinned('airbyte-cdk'), [
      join(PYTHON, 'source-declarative-manifest'),
      ...read,
      ...manifest,
    ]),
    peer('dlt rest_api, no destination (Python)', PYTHON, pinned('dlt'), [
      join(PYTHON, 'python'),
      join(PEERS, 'rest_api.py'),
      base,
      '100',
    ]),
  ];
  const found = all.filter((item) => item.version !== undefined);
  const candidates = found.map(({ name, command: args }): Candidate => {
    return { name, records, options: { command: args } };
  });
  try {
    const [first, ...others] = await measure([ours, ...candidates], rounds);
    if (!first) throw new Error('nothing was measured');
    return {
      ours: first,
      others: others.map((other, i) => ({ ...other, version: found[i]?.version ?? '' })),
      missing: all.filter(({ version }) => version === undefined).map(({ name }) => name),
    };
  } finally {
    server.stop();
  }
}

function peer(name: string, needs: string, version: () => string, command: string[]) {
  return { name, command, version: existsSync(needs) ? version() : undefined };
}

const npmVersion = (): string =>
  String((JSON.parse(readFileSync(FAROS, 'utf8')) as { version?: string }).version);

const pinned = (name: string) => (): string =>
  new RegExp(`^${name}==(.*)$`, 'm').exec(
    readFileSync(join(PEERS, 'requirements.txt'), 'utf8'),
  )?.[1] ?? 'unknown';
