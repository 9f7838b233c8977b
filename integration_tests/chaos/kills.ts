import assert from 'node:assert/strict';
import { breakOff, finish, once } from './breaking.ts';
import type { Chance } from './random.ts';
import { ALL, BY_CHANGE, DAY, HOUR, openStage, PRESENT } from './stage.ts';

/*
 * Chains of attempts that are broken off, each from the state that the last one committed. Nothing
 * may be lost, nothing that is finished read again, and no attempt may undo what one before it did.
 */

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
  // Some merchants began with exports and captures, which come before the API's windows.
  const hasFiles = chance.next() < 0.3;
  if (hasFiles)
    await stage.giveFiles({
      pack: chance.pick(['none', 'gzip', 'zip'] as const),
      form: chance.pick(['lines', 'list'] as const),
      older: chance.next() < 0.3,
    });
  const keys = hasFiles ? 'files' : 'api';
  const play = {
    stage,
    chance,
    lookbackMs: lookbackDays * DAY,
    outputBytes: 300_000,
  };
  // Some answers are late, so that windows finish in another order than they began.
  for (let slow = 0; slow < 15; slow += 1) {
    const after = chance.whole(0, 300);
    stage.simulator.inject({ kind: 'stall_headers', ms: chance.whole(20, 200), after, times: 3 });
  }
  try {
    await breakOff(play, chance.whole(3, 8));
    await finish(play);
    await stage.mustEqual(ALL, { keys, when: 'the first sync' });
    if (syncMode === 'full_refresh') return;
    // The second sync reads the lookback again, and must keep what it finished of that, too.
    stage.simulator.advance(chance.whole(4, 72) * HOUR);
    await breakOff(play, chance.whole(2, 7));
    await finish(play);
    const which = lookbackDays === 45 ? ALL : BY_CHANGE;
    await stage.mustEqual(which, { keys, when: 'a sync killed inside its lookback' });
    // Time goes on between the attempts. Windows that an early one finished are as old as it is,
    // until the sync after.
    const pass = (): void => stage.simulator.advance(chance.whole(1, 20) * HOUR);
    await breakOff(play, chance.whole(2, 7), pass);
    await finish(play);
    await finish(play);
    await stage.mustEqual(which, { keys, when: 'a sync whose attempts lay hours apart' });
  } finally {
    await stage.close();
  }
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
    await stage.mustEqual(ALL, { when: 'attempts killed after one window' });
  } finally {
    await stage.close();
  }
}
