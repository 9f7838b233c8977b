import { hash, SALT } from './random.ts';
import { DAY_MS, HOUR_MS, INDIA_MS, indiaDay, MINUTE_MS } from './time.ts';
import type { World } from './world.ts';

/**
 * When money that moved at `ms` is settled: with the batch of the day after the next midnight in
 * India, not on Sundays. One batch a day, at a minute of its own. Whole minutes, as reports have it.
 */
export function settledMs(world: World, ms: number): number {
  let day = indiaDay(ms) + 2 * DAY_MS;
  const weekday = new Date(day + INDIA_MS).getUTCDay();
  if (weekday === 0) day += DAY_MS;
  return (
    day + 10 * HOUR_MS + (hash(world.seed, Math.floor(day / DAY_MS), SALT.batch) % 180) * MINUTE_MS
  );
}

/** The bank's reference of a batch: all its rows share it. */
export function batchReference(world: World, settled: number): string {
  const bits = hash(world.seed, Math.floor(settled / MINUTE_MS), SALT.batch);
  return `GKUTR${String(bits).padStart(10, '0')}`;
}
