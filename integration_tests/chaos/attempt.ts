import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  constants,
  copyFileSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { transformSync } from 'esbuild';
import { ALLOW_PRIVATE, BUNDLE, type Printed, parseLine } from '../connector.ts';
import { watchDying } from './dying.ts';

/** One run of the bundle, and how it is broken off. */
export type Stop =
  | { readonly kind: 'none' }
  /** The signal comes after so many lines, STATEs or bytes of stdout; what follows is not read. */
  | {
      readonly kind: 'lines' | 'states' | 'bytes';
      readonly count: number;
      readonly signal: NodeJS.Signals;
    }
  /** The reader goes away after so many bytes: EPIPE. */
  | { readonly kind: 'close'; readonly count: number }
  /** The reader stops reading after so many bytes; the signal comes when the output has backed up. */
  | { readonly kind: 'stall'; readonly count: number; readonly signal: NodeJS.Signals }
  /** The disk that stdout goes to is full; or so after that many bytes, which are kept. */
  | { readonly kind: 'full' }
  | { readonly kind: 'fills'; readonly count: number };

export interface Attempt {
  readonly lines: readonly Printed[];
  /** Bytes of stdout that the reader got. */
  readonly bytes: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether it was broken off before its end. */
  readonly stopped: boolean;
  /** From the signal to the end of the process, ms; NaN where none was sent. */
  readonly dyingMs: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface AttemptOptions {
  readonly args: readonly string[];
  readonly stop?: Stop;
  /** The simulated present in which the process starts; default: the real one. */
  readonly nowMs?: number;
  /** Capacity in bytes of the pipe that takes stdout; default: what Node's `spawn` makes. */
  readonly pipeBytes?: number | undefined;
  readonly env?: NodeJS.ProcessEnv;
  /** Longest real time it may take (ms); then it is killed, and the run is a failure. */
  readonly timeoutMs?: number;
}

export const workFolder = mkdtempSync(join(tmpdir(), 'chaos-'));
/** A copy, so that a build meanwhile does not change what is run. */
export const bundle = join(workFolder, 'main.mjs');
copyFileSync(BUNDLE, bundle);
/** Modules that Node loads before the bundle: the clock of `hasten.ts`, the eyes of `inspect.ts`. */
const preloads = ['hasten', 'inspect'].flatMap((name) => {
  const path = join(workFolder, `${name}.mjs`);
  const source = readFileSync(resolve(import.meta.dirname, `${name}.ts`), 'utf8');
  writeFileSync(path, transformSync(source, { loader: 'ts' }).code);
  return ['--import', path];
});
// Of `queryObjects`, which `inspect.ts` calls.
preloads.push('--disable-warning=ExperimentalWarning');

const STATE = '{"type":"STATE"';

let pipes = 0;

/** A named pipe of the given capacity; both ends are open, so that neither waits for the other. */
function openPipe(bytes: number): { read: number; write: number } {
  pipes += 1;
  const path = join(workFolder, `pipe-${pipes}`);
  execFileSync('mkfifo', [path]);
  const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const write = openSync(path, constants.O_WRONLY);
  // F_SETPIPE_SZ, which Node has no way to ask for.
  execFileSync('perl', [
    '-e',
    'open F, "+<", $ARGV[0]; fcntl(F, 1031, $ARGV[1] + 0) or die $!',
    path,
    String(bytes),
  ]);
  return { read, write };
}

/** Starts the bundle with the clock of `hasten.ts`. */
export function startHastened(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  stdout: number | 'pipe',
  options: { readonly mostBytes?: number | undefined; readonly held?: Writable | undefined } = {},
): ChildProcess {
  const { mostBytes, held } = options;
  // `inspect.ts` is not to see V8's young generation grow: let it be large from the beginning.
  const flags = env.CHAOS_HOLDINGS === undefined ? [] : ['--min-semi-space-size=16'];
  const node = [process.execPath, ...flags, ...preloads, bundle, ...args];
  // A limit of the process's own stands for a disk that fills up; the shell counts it in blocks.
  const limited = ['sh', '-c', `ulimit -f ${Math.ceil((mostBytes ?? 0) / 512)}; exec "$@"`, 'sh'];
  const [command = '', ...rest] = mostBytes === undefined ? node : [...limited, ...node];
  return spawn(command, rest, {
    env: { ...process.env, ...ALLOW_PRIVATE, ...env },
    stdio: ['ignore', stdout, 'pipe', ...(held ? [held] : [])],
  });
}

export async function runAttempt(options: AttemptOptions): Promise<Attempt> {
  const { stop = { kind: 'none' }, pipeBytes } = options;
  const pipe = pipeBytes === undefined ? undefined : openPipe(pipeBytes);
  const disk = join(workFolder, `disk-${process.hrtime.bigint()}`);
  const file =
    stop.kind === 'full' || stop.kind === 'fills'
      ? openSync(stop.kind === 'full' ? '/dev/full' : disk, 'w')
      : undefined;
  const watch = watchDying();
  const child = startHastened(
    options.args,
    {
      ...(options.nowMs !== undefined && { CHAOS_NOW: String(options.nowMs) }),
      ...options.env,
    },
    file ?? pipe?.write ?? 'pipe',
    { mostBytes: stop.kind === 'fills' ? stop.count : undefined, held: watch.held },
  );
  watch.held.destroy();
  if (file !== undefined) closeSync(file);
  if (pipe) closeSync(pipe.write);
  const stdout: Readable | null = pipe
    ? new Socket({ fd: pipe.read, readable: true, writable: false })
    : child.stdout;

  const chunks: Buffer[] = [];
  let bytes = 0;
  let lines = 0;
  /** How the line that is not whole yet begins. */
  let head = '';
  let stopped = stop.kind === 'full' || stop.kind === 'fills';
  const strike = (signal: NodeJS.Signals): void => {
    watch.strike(() => child.kill(signal));
  };
  /** How much of a chunk is read before the moment to stop; undefined: all of it. */
  const cut = (chunk: Buffer): number | undefined => {
    if (stop.kind === 'none' || stop.kind === 'full' || stop.kind === 'fills') return undefined;
    if (stop.kind !== 'lines' && stop.kind !== 'states')
      return bytes + chunk.length >= stop.count ? stop.count - bytes : undefined;
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      head = (head + chunk.toString('latin1', from, at)).slice(0, STATE.length);
      if (stop.kind === 'lines' || head === STATE) lines += 1;
      head = '';
      from = at + 1;
      if (lines >= stop.count) return from;
    }
    head = (head + chunk.toString('latin1', from)).slice(0, STATE.length);
    return undefined;
  };
  stdout?.on('data', (chunk: Buffer) => {
    if (stopped) return;
    const end = cut(chunk);
    const taken = end === undefined ? chunk : chunk.subarray(0, end);
    chunks.push(taken);
    bytes += taken.length;
    if (end === undefined) return;
    stopped = true;
    if (stop.kind === 'close') stdout.destroy();
    else if (stop.kind === 'stall') {
      stdout.pause();
      setTimeout(() => strike(stop.signal), 150);
    } else if ('signal' in stop) strike(stop.signal);
  });
  stdout?.on('error', () => {});
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const timeout = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 60_000);
  const isRead = new Promise<void>((done) => stdout?.once('close', done) ?? done());
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((done) =>
    child.once('exit', (...ended) => done(ended)),
  );
  clearTimeout(timeout);
  const dyingMs = await watch.dyingMs();
  if (stop.kind === 'stall') stdout?.destroy();
  await isRead;
  const text = stop.kind === 'fills' ? readFileSync(disk) : Buffer.concat(chunks);
  if (stop.kind === 'fills') rmSync(disk);
  return {
    lines: parse(text),
    bytes: text.length,
    code,
    signal,
    stopped,
    dyingMs,
    stdout: text,
    stderr,
  };
}

/** Whole lines only: a reader cannot use the beginning of one. */
function parse(text: Buffer): Printed[] {
  const whole = text.subarray(0, text.lastIndexOf(10) + 1).toString();
  return whole.split('\n').filter(Boolean).map(parseLine);
}
