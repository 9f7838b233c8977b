import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Simulator } from '../simulator/src/index.ts';
import type { AirbyteStream } from '../src/cdk/protocol.ts';
import type { Line } from './destination.ts';

/** The bundle as users run it; `npm run build` makes it. */
export const BUNDLE = resolve(import.meta.dirname, '../dist/main.js');

/** What simulators need, since they listen on plain http at a private address. */
export const ALLOW_PRIVATE = { SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL: 'true' };

/** A line of stdout, with the parts that tests look at. */
export interface Printed extends Line {
  readonly log?: { level: string; message: string };
  readonly spec?: { connectionSpecification: Record<string, unknown> };
  readonly catalog?: { streams: { name: string }[] };
  readonly connectionStatus?: { status: string; message: string };
  readonly trace?: {
    type: string;
    error?: {
      message: string;
      failure_type: string;
      internal_message?: string;
      stream_descriptor?: { name: string };
    };
    stream_status?: { stream_descriptor: { name: string }; status: string };
  };
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lines: Printed[];
  readonly stdout: string;
  readonly stderr: string;
}

export type Connector = ChildProcessByStdio<null, Readable, Readable>;

export function startConnector(args: readonly string[], env: NodeJS.ProcessEnv = {}): Connector {
  return spawn(process.execPath, [BUNDLE, ...args], {
    env: { ...process.env, ...ALLOW_PRIVATE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs the bundle to its end. `onLine` sees each line as it comes and may take its time. */
export async function runConnector(
  args: readonly string[],
  {
    env,
    onLine,
  }: { env?: NodeJS.ProcessEnv; onLine?: (line: Printed) => Promise<void> | void } = {},
): Promise<Ended> {
  const child = startConnector(args, env);
  const ended = new Promise<Pick<Ended, 'code' | 'signal'>>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  );
  const lines: Printed[] = [];
  const texts: string[] = [];
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  for await (const text of createInterface({
    input: child.stdout,
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    const line = parseLine(text);
    if (onLine) await onLine(line);
    else {
      lines.push(line);
      texts.push(text);
    }
  }
  return { ...(await ended), lines, stdout: texts.map((text) => `${text}\n`).join(''), stderr };
}

export function parseLine(text: string): Printed {
  try {
    return JSON.parse(text);
  } catch {
    return { type: 'NOT_JSON' };
  }
}

/** Writes inputs as files in a folder of their own; returns their paths. */
export function writeInputs<T extends string>(inputs: Record<T, unknown>): Record<T, string> {
  const folder = mkdtempSync(join(tmpdir(), 'source-gokwik-'));
  const paths = Object.entries(inputs).map(([name, content]) => {
    const path = join(folder, `${name}.json`);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return [name, path];
  });
  return Object.fromEntries(paths);
}

/** A config for a simulator; dates are India dates. */
export function configFor(simulator: Simulator, changes: Record<string, unknown> = {}) {
  const { appId, appSecret, merchantId, returnPrimeToken } = simulator.credentials;
  return {
    base_url: simulator.baseUrl,
    app_id: appId,
    app_secret: appSecret,
    merchant_id: merchantId,
    return_prime_token: returnPrimeToken,
    start_date: new Date(simulator.startMs + 5.5 * 3_600_000).toISOString().slice(0, 10),
    requests_per_second: 1000,
    ...changes,
  };
}

/** The streams that `discover` prints with a config. */
export async function discover(config: object): Promise<AirbyteStream[]> {
  const { lines } = await runConnector(['discover', '--config', writeInputs({ config }).config]);
  return (lines.at(-1)?.catalog?.streams ?? []) as AirbyteStream[];
}

/** A configured catalog in which every discovered stream is incremental, as most hosts choose. */
export const incrementalCatalog = (streams: readonly AirbyteStream[]) => ({
  streams: streams.map((stream) => ({
    stream,
    sync_mode: 'incremental',
    destination_sync_mode: 'append_dedup',
  })),
});
