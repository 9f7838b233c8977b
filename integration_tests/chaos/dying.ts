import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** A clock that both processes read, and that nobody sets. */
const UPTIME = '/proc/uptime';
const uptimeMs = (content: string): number => Number.parseFloat(content) * 1000;

export interface DyingWatch {
  /** For the watched process alone to hold, as a file of its own: `destroy` it here once that has begun. */
  readonly held: Writable;
  /** Kills, and begins to count. */
  strike(kill: () => void): void;
  /** From the signal to the end of the process in ms; NaN where none was sent. */
  dyingMs(): Promise<number>;
}

/**
 * Measures how long a process takes to die. Another process sees its end: this one simulates servers and fills databases meanwhile,
 * and may hear of it late.
 */
export function watchDying(): DyingWatch {
  const watcher = spawn('sh', ['-c', `cat; cat ${UPTIME}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // Read from the beginning: Node throws away what a process leaves unread.
  const told = text(watcher.stdout);
  let struckMs = Number.NaN;
  return {
    held: watcher.stdin,
    strike(kill) {
      struckMs = uptimeMs(readFileSync(UPTIME, 'utf8'));
      kill();
    },
    async dyingMs() {
      return uptimeMs(await told) - struckMs;
    },
  };
}
