import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Readable } from 'node:stream';
import { ALLOW_PRIVATE, BUNDLE } from '../connector.ts';

/*
 * What the rules are tried on: the bundle, as an executable, and the image, as a container. Files keep
 * their paths in both, so that one command line serves them.
 */

export const IMAGE = process.env.SOURCE_GOKWIK_IMAGE ?? 'src-gokwik';

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly uid?: number;
  /** Folders of input files; a container gets them mounted at the same path. */
  readonly folders?: readonly string[];
  /** For `docker run` only. */
  readonly dockerFlags?: readonly string[];
}

export type Started = ChildProcessByStdio<null, Readable, Readable>;

export interface Target {
  readonly name: 'bundle' | 'image';
  start(args: readonly string[], options?: StartOptions): Started;
  /** Runs a script with the target's own node; `args` become its `process.argv`. */
  startScript(script: string, args: readonly string[], options?: StartOptions): Started;
  /** What starts the connector, as seen by a script that runs there. */
  readonly command: readonly [string, ...string[]];
}

const bundle: Target = {
  name: 'bundle',
  command: [process.execPath, BUNDLE],
  start: (args, options) => spawnHere([BUNDLE, ...args], options),
  startScript: (script, args, options) =>
    spawnHere(['--input-type=module', '-e', script, '--', ...args], options),
};

function spawnHere(args: readonly string[], { env, cwd, uid }: StartOptions = {}): Started {
  const settings = Object.entries({ ...ALLOW_PRIVATE, ...env }).map((pair) => pair.join('='));
  // By way of `env`, since the test runner puts its own instruments into every node that it starts.
  return spawn('env', ['-u', 'NODE_OPTIONS', ...settings, process.execPath, ...args], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd !== undefined && { cwd }),
    ...(uid !== undefined && { uid, gid: uid }),
  });
}

const image: Target = {
  name: 'image',
  command: ['/usr/local/bin/node', '/airbyte/integration_code/main.js'],
  start: (args, options) => spawnDocker([], args, options),
  startScript: (script, args, options) =>
    spawnDocker(
      ['--entrypoint', '/usr/local/bin/node'],
      ['--input-type=module', '-e', script, '--', ...args],
      options,
    ),
};

function spawnDocker(
  flags: readonly string[],
  args: readonly string[],
  { env = {}, cwd, uid, folders = [], dockerFlags = [] }: StartOptions = {},
): Started {
  const settings = Object.entries({ ...ALLOW_PRIVATE, ...env });
  return spawn(
    'docker',
    [
      ...['run', '--rm', '--network', 'host', ...flags],
      ...settings.flatMap(([name, value]) => ['-e', `${name}=${value}`]),
      ...folders.flatMap((folder) => ['-v', `${folder}:${folder}`]),
      ...(cwd === undefined ? [] : ['-w', cwd]),
      ...(uid === undefined ? [] : ['--user', `${uid}:${uid}`]),
      ...dockerFlags,
      IMAGE,
      ...args,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
}

/** Both, unless `CONTRACT_TARGET` names one: for work on the bundle alone. */
export const targets: readonly Target[] = [bundle, image].filter(
  ({ name }) => name === (process.env.CONTRACT_TARGET ?? name),
);

export const docker = (...args: string[]): string =>
  execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

export interface Inputs<T extends string> {
  readonly folder: string;
  readonly paths: Readonly<Record<T, string>>;
}

/** Input files that any user may read and none may write, as PyAirbyte makes them. */
export function makeInputs<T extends string>(contents: Record<T, unknown>): Inputs<T> {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  const paths = Object.entries(contents).map(([name, content]) => {
    const path = join(folder, `${name}.json`);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content), {
      mode: 0o444,
    });
    return [name, path];
  });
  chmodSync(folder, 0o755);
  return { folder, paths: Object.fromEntries(paths) };
}
