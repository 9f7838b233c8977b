import {
  type Simulator,
  type SimulatorOptions,
  type StreamName,
  startSimulator,
} from '../../simulator/src/index.ts';
import { STREAMS as DECLARED } from '../../src/gokwik/streams/index.ts';
import type { Printed } from '../connector.ts';
import { makeInputs, type Started, type StartOptions, type Target } from './targets.ts';

/** A finished run. `stdout` is as printed, to the byte. */
export interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Lines that are JSON objects; the purity test looks at the others. */
  readonly lines: readonly Printed[];
}

export async function finish(started: Started): Promise<Run> {
  let stdout = '';
  let stderr = '';
  started.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  started.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const { code, signal } = await ended(started);
  return { code, signal, stdout, stderr, lines: parseLines(stdout) };
}

export const ended = (
  started: Started,
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> =>
  new Promise((resolve, reject) => {
    started.once('error', reject);
    started.once('close', (code, signal) => resolve({ code, signal }));
  });

export const run = (
  target: Target,
  args: readonly string[],
  options?: StartOptions,
): Promise<Run> => finish(target.start(args, options));

export function parseLines(text: string): Printed[] {
  return text.split('\n').flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === 'object' && value !== null ? [value as Printed] : [];
    } catch {
      return [];
    }
  });
}

const DAY = 86_400_000;

/** A merchant of a few weeks, small enough to be read in a second. */
export const smallMerchant = (options: SimulatorOptions = {}): Promise<Simulator> => {
  const nowMs = options.nowMs ?? Date.now();
  return startSimulator({
    seed: 11,
    orders: 40,
    startMs: nowMs - 30 * DAY,
    endMs: nowMs,
    ...options,
  });
};

/** A configured catalog that names streams and says nothing a host need not say. */
export const catalogOf = (names: readonly string[], sync_mode = 'incremental') => ({
  streams: names.map((name) => ({
    stream: { name, json_schema: {}, supported_sync_modes: ['full_refresh', 'incremental'] },
    sync_mode,
    destination_sync_mode: 'append',
  })),
});

export const STREAMS = Object.keys(DECLARED) as StreamName[];

/** Runs `read` on inputs of its own. */
export async function read(
  target: Target,
  inputs: { config: unknown; catalog: unknown; state?: unknown },
  options: StartOptions = {},
): Promise<Run> {
  const { folder, paths } = makeInputs<string>(inputs);
  return run(target, readArgs(paths), {
    ...options,
    folders: [folder, ...(options.folders ?? [])],
  });
}

export function readArgs(paths: Readonly<Record<string, string>>): string[] {
  const flags = ['config', 'catalog', 'state'].flatMap((name) => {
    const path = paths[name];
    return path === undefined ? [] : [`--${name}`, path];
  });
  return ['read', ...flags];
}

export const errorsOf = (lines: readonly Printed[]) =>
  lines.flatMap((line) => (line.trace?.error ? [line.trace.error] : []));

/** The statuses of each stream, in order. */
export function statusesOf(lines: readonly Printed[]): Map<string, string[]> {
  const statuses = new Map<string, string[]>();
  for (const { trace } of lines) {
    if (!trace?.stream_status) continue;
    const { name } = trace.stream_status.stream_descriptor;
    statuses.set(name, [...(statuses.get(name) ?? []), trace.stream_status.status]);
  }
  return statuses;
}

/** The last STATE of each stream, as a host hands them to the next run. */
export function statesOf(lines: readonly Printed[]) {
  const states = new Map<string, NonNullable<Printed['state']>>();
  for (const { state } of lines) {
    if (state?.stream) states.set(state.stream.stream_descriptor.name, state);
  }
  return [...states.values()];
}

export const recordsOf = (lines: readonly Printed[], stream?: string) =>
  lines.flatMap(({ record }) =>
    record && (stream === undefined || record.stream === stream) ? [record] : [],
  );
