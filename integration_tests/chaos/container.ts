import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { startSimulator } from '../../simulator/src/index.ts';
import { ALLOW_PRIVATE, configFor, writeInputs } from '../connector.ts';
import { bundle } from './attempt.ts';
import { watchDying } from './dying.ts';
import { figures } from './figures.ts';
import { DAY, PRESENT } from './stage.ts';

/*
 * In a container the connector is PID 1, which the kernel spares of signals that it handles no more:
 * there the exit code has to say what happened (I10). A new PID namespace makes it so here.
 */

export const canUnshare = (): boolean =>
  spawnSync('unshare', ['--pid', '--fork', 'true'], { stdio: 'ignore' }).status === 0;

/** SIGTERM to PID 1 whose output nobody reads: the whole pipe is full, and it ends all the same. */
export async function asFirstProcess(): Promise<void> {
  const simulator = await startSimulator({
    orders: 400,
    startMs: PRESENT - 60 * DAY,
    nowMs: PRESENT,
  });
  try {
    const { stream } = JSON.parse(
      readFileSync(new URL('../../catalog/incremental.json', import.meta.url), 'utf8'),
    ).streams[2];
    const files = writeInputs({
      config: configFor(simulator),
      catalog: { streams: [{ stream, sync_mode: 'incremental' }] },
    });
    const args = ['read', '--config', files.config, '--catalog', files.catalog];
    const watch = watchDying();
    const child = spawn('unshare', ['--pid', '--fork', process.execPath, bundle, ...args], {
      env: { ...process.env, ...ALLOW_PRIVATE },
      stdio: ['ignore', 'pipe', 'inherit', watch.held],
    });
    watch.held.destroy();
    const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
    await new Promise((done) => child.stdout?.once('data', done));
    child.stdout?.pause();
    // Long enough for the pipe to fill.
    await new Promise((done) => setTimeout(done, 500));
    const [inner = ''] = readFileSync(
      `/proc/${child.pid}/task/${child.pid}/children`,
      'utf8',
    ).split(' ');
    watch.strike(() => process.kill(Number(inner), 'SIGTERM'));
    assert.equal(await ended, 143);
    const dyingMs = await watch.dyingMs();
    assert.ok(dyingMs < 1000, `took ${dyingMs} ms to die of SIGTERM as PID 1`);
    figures.kills += 1;
  } finally {
    await simulator.close();
  }
}
