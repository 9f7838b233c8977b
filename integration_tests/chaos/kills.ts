import assert from 'node:assert/strict';
import type { Attempt, Stop } from './attempt.ts';
import type { Chance } from './random.ts';
import { ALL, BY_CHANGE, DAY, figures, HOUR, openStage, PRESENT, type Stage } from './stage.ts';
import { regressions, repeats, said } from './watch.ts';

/*
 * Chains of attempts that are broken off, each from the state that the last one committed. Nothing
 * may be lost, nothing that is finished read again, and no attempt may undo what one before it did.
 */

/** The longest that a process may take to die of SIGTERM (I10). */
const DYING_MS = 1000;

interface Play {
  readonly stage: Stage;
  readonly chance: Chance;
  readonly lookbackMs: number;
  /** What a whole sync prints, about: kills are spread over it. */
  outputBytes: number;
}

export async function killChain(chance: Chance): Promise<void> {
  const lookbackDays = chance.pick([0, 2, 45]);
  const syncMode = chance.next() < 0.15 ? 'full_refresh' : 'incremental';
  const stage = await openStage({
    seed: chance.whole(1, 1_000_000),
    orders: chance.whole(10, 30),
    startMs: PRESENT - 20 * DAY,
    endMs: PRESENT + 10 * DAY,
    order: chance.pick(['asc', 'desc', 'random'] as const),
    gzip: chance.next() < 0.3,
    syncMode,
    config: {
      lookback_days: lookbackDays,
      window_days: chance.pick([1, 3, 7]),
      concurrency: chance.whole(1, 6),
    },
  });
  const play = { stage, chance, lookbackMs: lookbackDays * DAY, outputBytes: 300_000 };
  // Some answers are late, so that windows finish in another order than they began.
  for (let slow = 0; slow < 15; slow += 1) {
    const after = chance.whole(0, 300);
    stage.simulator.inject({ kind: 'stall_headers', ms: chance.whole(20, 200), after, times: 3 });
  }
  try {
    await breakOff(play, chance.whole(3, 8));
    await finish(play);
    await mustEqual(stage, ALL, 'the first sync');
    if (syncMode === 'full_refresh') return;
    // The second sync reads the lookback again, and must keep what it finished of that, too.
    stage.simulator.advance(chance.whole(4, 72) * HOUR);
    await breakOff(play, chance.whole(2, 7));
    await finish(play);
    const which = lookbackDays === 45 ? ALL : BY_CHANGE;
    await mustEqual(stage, which, 'a sync killed inside its lookback');
    // Time goes on between the attempts. Windows that an early one finished are as old as it is,
    // until the sync after.
    const pass = (): void => stage.simulator.advance(chance.whole(1, 20) * HOUR);
    await breakOff(play, chance.whole(2, 7), pass);
    await finish(play);
    await finish(play);
    await mustEqual(stage, which, 'a sync whose attempts lay hours apart');
  } finally {
    await stage.close();
  }
}

async function breakOff(play: Play, times: number, between?: () => void): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    await once(play, chooseStop(play));
    between?.();
  }
}

async function finish(play: Play): Promise<void> {
  const { code, bytes } = await once(play, { kind: 'none' });
  assert.equal(code, 0, 'a sync that nobody disturbs ends well');
  play.outputBytes = Math.max(1000, bytes);
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
  if (share < 0.97) return { kind: 'stall', count: Math.ceil(bytes / 4), signal };
  return { kind: 'full' };
}

/** One attempt, what must be true of any, and what the destination keeps of it. */
async function once(play: Play, stop: Stop): Promise<Attempt> {
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
  if (stop.kind === 'full') assert.match(stderr, /^source-gokwik: .*ENOSPC.*\n$/);
  else assert.equal(stderr, '', 'stderr stays empty');
  if (!stopped) {
    assert.deepEqual([code, signal], [0, null], 'it ended before its kill');
    return;
  }
  // What it printed may all be with the reader, or in the pipe, when the kill comes.
  const endedFirst = code === 0 && stop.kind !== 'full';
  if (stop.kind === 'close' || stop.kind === 'full') {
    assert.ok(code === 1 || endedFirst, `nobody reads: exit code 1, not ${code} ${signal}`);
  } else if ('signal' in stop) {
    assert.ok(
      signal === stop.signal || endedFirst,
      `dies of ${stop.signal}, not ${code} ${signal}`,
    );
    assert.ok(!(dyingMs > DYING_MS) || endedFirst, `took ${dyingMs} ms to die of ${stop.signal}`);
  }
}

async function mustEqual(stage: Stage, streams: readonly string[], when: string): Promise<void> {
  const wrong = await stage.compare(streams);
  assert.deepEqual(wrong.slice(0, 5), [], `after ${when}: ${wrong.length} rows`);
}

/**
 * Attempts that are killed as soon as they have finished one window, again and again, while time goes
 * on. Each must leave less to do, whatever stream the next begins with, so that all get read.
 */
export async function stubbornChain(chance: Chance): Promise<void> {
  const stage = await openStage({
    seed: chance.whole(1, 1_000_000),
    orders: 10,
    startMs: PRESENT - 20 * DAY,
    config: { window_days: 7, lookback_days: 30, concurrency: 1 },
  });
  const play = { stage, chance, lookbackMs: 30 * DAY, outputBytes: 0 };
  const isRead = (name: string): boolean => {
    const state = stage.states.get(name) as { stream?: { stream_state?: { cursor: string } } };
    return Date.parse(state?.stream?.stream_state?.cursor ?? '') > PRESENT - HOUR;
  };
  try {
    // Nine readers of three or four windows each; at times a crash undoes what one has done.
    const most = 80;
    for (let count = 0; !ALL.every(isRead); count += 1) {
      assert.ok(count < most, `after ${most} attempts: ${ALL.filter((name) => !isRead(name))}`);
      // Of a parent and its child, two STATEs.
      await once(play, { kind: 'states', count: 2, signal: 'SIGKILL' });
      stage.simulator.advance(60_000);
    }
    await finish(play);
    await mustEqual(stage, ALL, 'attempts killed after one window');
  } finally {
    await stage.close();
  }
}
