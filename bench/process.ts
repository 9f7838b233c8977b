/** Runs one command into a reader behind a real pipe, and watches what it takes. */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Run {
  readonly exitCode: number | null;
  readonly wallMs: number;
  /** User and system time, from the last look before its end (Linux only, else 0). */
  readonly cpuMs: number;
  /** Largest resident memory, MiB (Linux only, else 0). */
  readonly peakRssMib: number;
  /** Resident memory over time. */
  readonly samples: readonly { readonly atMs: number; readonly rssMib: number }[];
  /** What the reader read. */
  readonly lines: number;
  readonly bytes: number;
}

export interface RunOptions {
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Reads the output and prints `<lines> <bytes>` at its end. Default: `wc -lc`. */
  readonly reader?: readonly string[];
  /** Ends it by SIGTERM after so many ms. */
  readonly stopAfterMs?: number;
}

/** Clock ticks a second in /proc; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const LOOK_EVERY_MS = 50;

export async function runProcess(options: RunOptions): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const pipe = join(folder, 'pipe');
  try {
    // Node's own `pipe` is a socket pair; a container's stdout is a pipe.
    execFileSync('mkfifo', [pipe]);
    const [readerCommand = 'wc', ...readerArgs] = options.reader ?? ['wc', '-lc'];
    const script = 'pipe=$1; shift; exec "$@" < "$pipe"';
    const reader = spawn('sh', ['-c', script, 'sh', pipe, readerCommand, ...readerArgs], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let counted = '';
    reader.stdout.on('data', (chunk: Buffer) => {
      counted += chunk.toString();
    });
    const readerDone = new Promise((resolve) => reader.on('close', resolve));
    const output = openSync(pipe, 'w');
    const watched = await watch(options, output);
    await readerDone;
    const [lines = 0, bytes = 0] = counted.trim().split(/\s+/).map(Number);
    return { ...watched, lines, bytes };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function watch(options: RunOptions, output: number): Promise<Omit<Run, 'lines' | 'bytes'>> {
  const [command = '', ...args] = options.command;
  const startedMs = performance.now();
  const child = spawn(command, args, {
    stdio: ['ignore', output, 'inherit'],
    env: { ...process.env, ...options.env },
    ...(options.cwd && { cwd: options.cwd }),
  });
  closeSync(output);
  const samples: { atMs: number; rssMib: number }[] = [];
  let cpuMs = 0;
  let peakRssMib = 0;
  const timer = setInterval(() => {
    const look = lookAt(child.pid ?? 0);
    if (!look) return;
    cpuMs = look.cpuMs;
    peakRssMib = Math.max(peakRssMib, look.peakRssMib);
    samples.push({ atMs: performance.now() - startedMs, rssMib: look.rssMib });
  }, LOOK_EVERY_MS);
  const stop = options.stopAfterMs
    ? setTimeout(() => child.kill('SIGTERM'), options.stopAfterMs)
    : undefined;
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (exitCode) => {
      clearInterval(timer);
      clearTimeout(stop);
      resolve({ exitCode, wallMs: performance.now() - startedMs, cpuMs, peakRssMib, samples });
    });
  });
}

function lookAt(pid: number): { cpuMs: number; rssMib: number; peakRssMib: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the name, which may hold spaces; user and system time are 14th and 15th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const mib = (name: string): number =>
      Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? Number.NaN) / 1024;
    const rssMib = mib('VmRSS');
    if (Number.isNaN(rssMib)) return undefined;
    return { cpuMs: (ticks * 1000) / TICKS_PER_SECOND, rssMib, peakRssMib: mib('VmHWM') };
  } catch {
    return undefined;
  }
}
