/**
 * The pace alone, on a clock that is made up: how near the limit it stays, and how often it is
 * refused, when timers and networks are late. The same on every machine, however busy.
 */
import { createLimiter, HEADROOM } from '../src/http/limiter.ts';
import { fakeClock } from '../test/http/helpers/clock.ts';

export interface Pace {
  readonly name: string;
  /** Of requests ÷ limit. */
  readonly ofIdeal: number;
  /** Share of the requests that were refused. */
  readonly refused: number;
}

interface Scene {
  readonly name: string;
  readonly limit: number;
  readonly requests: number;
  /** Means in ms: of the way to the server and back, of a timer's lateness, of the answer's making. */
  readonly wayMs: number;
  readonly timerMs: number;
  readonly workMs?: number;
  readonly change?: { readonly after: number; readonly limit: number };
  readonly configured?: number;
}

const LATENCY_MS = 150;
const SEEDS = [1, 2, 3, 4, 5];

const scene = (name: string, limit: number, wayMs: number, more: Partial<Scene> = {}): Scene => ({
  ...{ name, limit, wayMs, requests: limit * 20, timerMs: wayMs / 1.5 },
  ...more,
});

const SCENES: readonly Scene[] = [
  scene('2/s, 8 ms', 2, 8),
  scene('10/s, 1 ms', 10, 1),
  scene('10/s, 8 ms', 10, 8),
  scene('10/s, 20 ms', 10, 20),
  scene('10/s, 3 ms, answers of 150 to 350 ms', 10, 3, { workMs: 60 }),
  scene('50/s, 8 ms', 50, 8),
  scene('50/s, 20 ms', 50, 20),
  scene('10/s, 5/s from half-way on, 8 ms', 10, 8, {
    requests: 400,
    change: { after: 200, limit: 5 },
  }),
  scene('5/s, 10/s from half-way on, 8 ms', 5, 8, {
    requests: 300,
    change: { after: 150, limit: 10 },
    configured: 10,
  }),
];

export async function measurePace(): Promise<Pace[]> {
  const results: Pace[] = [];
  for (const one of SCENES) {
    const runs: Omit<Pace, 'name'>[] = [];
    for (const seed of SEEDS) runs.push(await play(one, seed));
    const mean = (pick: (run: Omit<Pace, 'name'>) => number): number =>
      runs.reduce((sum, run) => sum + pick(run), 0) / runs.length;
    results.push({
      name: one.name,
      ofIdeal: mean((run) => run.ofIdeal),
      refused: mean((run) => run.refused),
    });
  }
  return results;
}

async function play(one: Scene, seed: number): Promise<Omit<Pace, 'name'>> {
  const { limit, requests, wayMs, timerMs, workMs = 0, change, configured = limit } = one;
  const late = createLateness(seed);
  const clock = fakeClock(0);
  const { signal } = new AbortController();
  const width = Math.max(4, Math.ceil(configured * (LATENCY_MS / 1000) * 2) + 1);
  const limiter = createLimiter({
    concurrency: width,
    requestsPerSecond: configured * HEADROOM,
    now: clock.now,
    sleep: (ms, root) => clock.sleep(Math.ceil(ms + late(timerMs)), root),
  });
  const quota = createQuota(limit);
  let left = requests;
  let answered = 0;
  let refused = 0;
  let endedMs = 0;
  const send = async (): Promise<boolean> => {
    const permit = await limiter.acquire({ stream: 'orders', signal });
    if (permit.kind !== 'granted') throw new Error('nobody is in a hurry here');
    await clock.sleep(Math.round(1 + late(wayMs)), signal);
    const retryAfterSeconds = quota.ask(clock.now());
    if (retryAfterSeconds > 0) {
      refused += 1;
      limiter.throttled(permit.atMs);
      limiter.pauseUntil(clock.now() + retryAfterSeconds * 1000);
    } else {
      answered += 1;
      if (answered === change?.after) quota.set(change.limit);
      await clock.sleep(Math.round(LATENCY_MS + late(wayMs) + late(workMs)), signal);
      limiter.succeeded();
      endedMs = clock.now();
    }
    permit.release();
    return retryAfterSeconds === 0;
  };
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      while (!(await send()));
    }
  };
  await clock.run(undefined, Promise.all(Array.from({ length: width }, work)));
  const first = change?.after ?? requests;
  const idealMs = (first / limit + (requests - first) / (change?.limit ?? limit)) * 1000;
  return { ofIdeal: endedMs / idealMs, refused: refused / (requests + refused) };
}

/**
 * A rate limit as strict as they come: no second, wherever it begins, may see more than `perSecond`
 * requests. A refused request does not count.
 */
function createQuota(initialPerSecond: number) {
  let perSecond = initialPerSecond;
  /** When the requests of the last second came, oldest first. */
  let recent: number[] = [];
  return {
    /** The whole seconds of its `Retry-After`; 0: the request is allowed. */
    ask(nowMs: number): number {
      recent = recent.filter((atMs) => atMs > nowMs - 1000);
      if (recent.length >= perSecond) {
        const freeMs = (recent[recent.length - perSecond] ?? nowMs) + 1000 - nowMs;
        return Math.max(1, Math.ceil(freeMs / 1000));
      }
      recent.push(nowMs);
      return 0;
    },
    set(value: number): void {
      perSecond = value;
    },
  };
}

/** Mostly little, at times much: an exponential distribution, from a seed. */
function createLateness(seed: number): (meanMs: number) => number {
  let state = seed;
  return (meanMs) => {
    state = (state * 48_271) % 2_147_483_647;
    return -Math.log(1 - (state / 2_147_483_647) * 0.999) * meanMs;
  };
}
