/**
 * What a user would pick instead, on the same server with the same records into the same reader. Who is
 * not installed is left out:
 *
 *   npm install --no-package-lock --prefix bench/peers/faros
 *   python3 -m venv .venv/bench && .venv/bench/bin/pip install -r bench/peers/requirements.txt
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeInputs } from '../integration_tests/connector.ts';
import { type Candidate, type Measured, measure } from './measure.ts';
import { ENV, helper, ROOT, readCommand, startServer } from './setup.ts';

/** `startMs`: what it takes for one page, nearly all of it start-up; wall and processor time. */
export type Peer = Measured & {
  readonly version: string;
  readonly startMs: { readonly wall: number; readonly cpu: number };
};

export interface Peers {
  readonly ours: Peer;
  /** First the raw loop, the ceiling; it is nobody's choice. */
  readonly others: readonly Peer[];
  /** What could not be measured, and why. */
  readonly missing: readonly string[];
}

const PEERS = join(ROOT, 'bench/peers');
const PYTHON = join(ROOT, '.venv/bench/bin');
const FAROS = join(PEERS, 'faros/node_modules/faros-airbyte-cdk/package.json');

type PeerCandidate = Candidate & { readonly version: string | undefined };

/** So few records that start-up is all there is. */
const ONE_PAGE = 100;

export async function measurePeers(records: number, rounds: number): Promise<Peers> {
  const server = await startServer({ orders: records });
  try {
    const all = listPeers(`${server.url}/w/${records}`, records);
    const found = all.filter(({ version }) => version !== undefined);
    const small = listPeers(`${server.url}/w/${ONE_PAGE}`, ONE_PAGE);
    const starts = await measure(
      small.filter(({ version }) => version !== undefined),
      rounds + 1,
    );
    const measured = await measure(found, rounds);
    const [ours, ...others] = measured.map((one, index) => ({
      ...one,
      version: found[index]?.version ?? '',
      startMs: { wall: starts[index]?.wallMs ?? 0, cpu: starts[index]?.cpuMs ?? 0 },
    }));
    if (!ours) throw new Error('nothing was measured');
    const missing = all.filter(({ version }) => version === undefined).map(({ name }) => name);
    return { ours, others, missing };
  } finally {
    server.stop();
  }
}

/** Ours, the raw loop, and who is installed; the others have no version. */
function listPeers(base: string, records: number): PeerCandidate[] {
  const stream = { name: 'orders', json_schema: {}, supported_sync_modes: ['full_refresh'] };
  const configured = { stream, sync_mode: 'full_refresh', destination_sync_mode: 'append' };
  const { config, catalog } = writeInputs({
    config: { base_url: base, page_size: 100 },
    catalog: { streams: [configured] },
  });
  const read = ['read', '--config', config, '--catalog', catalog];
  const url = base.replace(/\/w\/.*/, '');
  const plan = { url, windows: 1, rowsPerWindow: records, pageSize: 100 };
  const entry = (
    name: string,
    version: string | undefined,
    command: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): PeerCandidate => ({ name, version, records, options: { command, env } });
  return [
    entry('source-gokwik', '', readCommand(plan), ENV),
    entry('the raw loop', '', [process.execPath, helper('raw'), base, '1', '100', '1']),
    entry('faros-airbyte-cdk (Node)', npmVersion(), [
      process.execPath,
      join(PEERS, 'faros/source.js'),
      ...read,
    ]),
    entry('declarative source on airbyte-cdk (Python)', pinned('airbyte-cdk'), [
      join(PYTHON, 'source-declarative-manifest'),
      ...read,
      '--manifest-path',
      join(PEERS, 'manifest.json'),
    ]),
    entry('dlt rest_api, no destination (Python)', pinned('dlt'), [
      join(PYTHON, 'python'),
      join(PEERS, 'rest_api.py'),
      base,
      '100',
    ]),
  ];
}

/** Undefined: not installed. */
function npmVersion(): string | undefined {
  if (!existsSync(FAROS)) return undefined;
  return String((JSON.parse(readFileSync(FAROS, 'utf8')) as { version?: string }).version);
}

function pinned(name: string): string | undefined {
  if (!existsSync(PYTHON)) return undefined;
  const requirements = readFileSync(join(PEERS, 'requirements.txt'), 'utf8');
  return new RegExp(`^${name}==(.*)$`, 'm').exec(requirements)?.[1];
}
