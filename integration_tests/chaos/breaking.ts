import assert from 'node:assert/strict';
import type { Attempt, Stop } from './attempt.ts';
import { figures } from './figures.ts';
import type { Chance } from './random.ts';
import type { Stage } from './stage.ts';
import { regressions, repeats, said } from './watch.ts';

/* One attempt that is broken off somehow, and what must be true of any. */

/** The longest that a process may take to die of SIGTERM (I10). */
const DYING_MS = 1000;

export interface Play {
  readonly stage: Stage;
  readonly chance: Chance;
  readonly lookbackMs: number;
  /** What a whole sync prints, about: kills are spread over it. */
  outputBytes: number;
}

export async function breakOff(play: Play, times: number, between?: () => void): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    await once(play, chooseStop(play));
    between?.();
  }
}

export async function finish(play: Play): Promise<Attempt> {
  const attempt = await once(play, { kind: 'none' });
  assert.equal(attempt.code, 0, 'a sync that nobody disturbs ends well');
  play.outputBytes = Math.max(1000, attempt.bytes);
  return attempt;
}

function chooseStop({ chance, outputBytes }: Play): Stop {
  // More of them early: what a resumed sync still has to print is less than a whole one's.
  const bytes = Math.ceil(outputBytes * chance.next() ** 2);
  const signal = chance.next() < 0.25 ? 'SIGTERM' : 'SIGKILL';
  const share = chance.next();
  if (share < 0.5) return { kind: 'bytes', count: bytes, signal };
  if (share < 0.7) return { kind: 'lines', count: Math.ceil(bytes / 500), signal };
  if (share < 0.8) return { kind: 'states', count: chance.whole(1, 20), signal };
  if (share < 0.88) return { kind: 'close', count: bytes };
  if (share < 0.94) return { kind: 'stall', count: Math.ceil(bytes / 4), signal };
  return share < 0.98 ? { kind: 'fills', count: bytes } : { kind: 'full' };
}

/** One attempt, what must be true of any, and what the destination keeps of it. */
export async function once(play: Play, stop: Stop): Promise<Attempt> {
  const { stage, chance, lookbackMs } = play;
  stage.simulator.resetRequests();
  const pipeBytes = chance.pick([undefined, undefined, 4096, 65_536]);
  const attempt = await stage.attempt({ stop, pipeBytes, env: { CHAOS_JUMPS: 'no' } });
  const { errors } = said(attempt.lines);
  assert.deepEqual(errors, [], 'nothing is an error of the source');
  mustEndAs(stop, attempt);
  assert.equal(
    attempt.lines.find(({ type }) => type === 'NOT_JSON'),
    undefined,
    'whole lines are JSON',
  );
  assert.deepEqual(repeats(stage.states, stage.simulator.requests(), lookbackMs).slice(0, 3), []);
  assert.deepEqual(regressions(stage.states, attempt.lines).slice(0, 3), []);
  assert.equal(stage.simulator.stats().violations, 0, 'nothing is called that must not be');
  // A destination that crashes has not always come as far as its source.
  const isBehind = attempt.stopped && chance.next() < 0.3;
  await stage.commit(attempt.lines, isBehind ? (count) => chance.whole(0, count) : undefined);
  if (attempt.stopped) figures.kills += 1;
  return attempt;
}

function mustEndAs(stop: Stop, { stopped, code, signal, dyingMs, stderr }: Attempt): void {
  const isDisk = stop.kind === 'full' || stop.kind === 'fills';
  // What a disk can take is all that a short run has to say.
  if (stop.kind === 'full' || (isDisk && code !== 0))
    assert.match(stderr, /^source-gokwik: .*\b(ENOSPC|EFBIG)\b.*\n$/);
  else assert.equal(stderr, '', 'stderr stays empty');
  if (!stopped) {
    assert.deepEqual([code, signal], [0, null], 'it ended before its kill');
    return;
  }
  // What it printed may all be with the reader, or in the pipe, when the kill comes.
  const endedFirst = code === 0 && stop.kind !== 'full';
  if (stop.kind === 'close' || isDisk) {
    assert.ok(code === 1 || endedFirst, `nobody reads: exit code 1, not ${code} ${signal}`);
  } else if ('signal' in stop) {
    assert.ok(
      signal === stop.signal || endedFirst,
      `dies of ${stop.signal}, not ${code} ${signal}`,
    );
    assert.ok(dyingMs < DYING_MS || endedFirst, `took ${dyingMs} ms to die of ${stop.signal}`);
  }
}
