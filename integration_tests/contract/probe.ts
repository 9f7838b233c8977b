import { finish } from './runs.ts';
import type { StartOptions, Target } from './targets.ts';

/** What a reader that stands right beside the connector sees. */
export interface Seen {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stderr: string;
  /** From the last output to the end of the process. */
  readonly lastMs: number;
  /** From the moment that `how` is about (the signal, the closed pipe) to the end. */
  readonly afterMs: number;
  readonly bytes: number;
}

/**
 * `read`: reads all. `close`: closes the pipe after the first output. `block`: reads nothing, and sends
 * SIGTERM once the pipe is full. `mute`: as `read`, but leaves stderr's pipe undrained.
 */
export type How = 'read' | 'close' | 'block' | 'mute';

/*
 * It runs with the target's own node, inside the container for the image: through `docker run`, the
 * engine's own pipes would stand between, which hold more and close later.
 */
const SCRIPT = `
import { spawn } from 'node:child_process';
const [how, command, ...args] = process.argv.slice(1);
const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
let stderr = '', last = 0, from = performance.now(), bytes = 0;
if (how !== 'mute') child.stderr.setEncoding('utf8').on('data', (text) => { stderr += text; });
if (how === 'block') {
  // The pipe is full when the process sleeps on it: its output has had time to come and nobody took it.
  setTimeout(() => { from = performance.now(); child.kill('SIGTERM'); }, 2500);
} else {
  child.stdout.on('data', (chunk) => {
    bytes += chunk.length;
    last = performance.now();
    if (how === 'close') { from = performance.now(); child.stdout.destroy(); }
  });
}
child.on('exit', (code, signal) => {
  const now = performance.now();
  const seen = { code, signal, stderr, lastMs: now - last, afterMs: now - from, bytes };
  process.stdout.write(JSON.stringify(seen) + '\\n', () => process.exit(0));
});
`;

export async function probe(
  target: Target,
  how: How,
  args: readonly string[],
  options?: StartOptions,
): Promise<Seen> {
  const started = target.startScript(SCRIPT, [how, ...target.command, ...args], options);
  const { stdout, stderr, code } = await finish(started);
  if (code !== 0) throw new Error(`the probe ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}
