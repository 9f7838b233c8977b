import assert from 'node:assert/strict';
import { type Simulator, type StreamName, startSimulator } from '../../simulator/src/index.ts';
import type { JsonObject } from '../../src/cdk/protocol.ts';
import { configFor } from '../connector.ts';
import { openDestination } from '../destination.ts';
import { differences } from '../truth.ts';
import { figures } from './figures.ts';
import { syncInside } from './inside.ts';
import { createChance } from './random.ts';
import { BY_CHANGE, CATALOG, DAY, HOUR, PRESENT } from './stage.ts';
import { said } from './watch.ts';

/*
 * Ninety days with a sync every four hours. Parcels, settlements and returns are found by their
 * creation only, so what changes later is seen as far as the lookback reaches, and no further; a
 * larger lookback brings it in (README, `lookback_days`).
 */

const DAYS = 90;
const EVERY_MS = 4 * HOUR;
const LOOKBACK_DAYS = 7;
const BY_CREATION: readonly StreamName[] = ['settlements', 'shipments', 'returns'];

/** A destination that upserts by key, in memory: six thousand commits need no database. */
interface Shop {
  readonly simulator: Simulator;
  readonly rows: Map<string, Map<string, JsonObject>>;
  readonly states: Map<string, JsonObject>;
  /** When each row of `BY_CREATION` was last seen to change in the truth, and when it was made. */
  readonly changes: Map<string, { text: string; changedMs: number; createdMs: number }>;
}

export async function lateData(): Promise<void> {
  const begin = PRESENT - DAYS * DAY;
  const simulator = await startSimulator({
    seed: 9,
    orders: 150,
    startMs: begin - 10 * DAY,
    endMs: PRESENT,
    nowMs: begin,
  });
  const shop: Shop = { simulator, rows: new Map(), states: new Map(), changes: new Map() };
  const chance = createChance(9);
  try {
    const config = { lookback_days: LOOKBACK_DAYS, window_days: 30, concurrency: 8 };
    for (let nowMs = begin; nowMs <= PRESENT; nowMs += EVERY_MS) {
      simulator.setNow(nowMs);
      noteChanges(shop, nowMs);
      await sync(shop, config, chance.next);
    }
    const wrong = await compare(shop);
    const isLate = (key: string): boolean => {
      const { changedMs = 0, createdMs = 0 } = shop.changes.get(key) ?? {};
      // The sync that sees a change comes up to four hours after it.
      return changedMs - createdMs > LOOKBACK_DAYS * DAY;
    };
    const lost = wrong.filter((key) => !isLate(key));
    figures.lost += lost.length;
    assert.deepEqual(lost.slice(0, 5), [], 'changes within the lookback arrive, all of them');
    // Days are asked for whole, so a row may be read for a day longer than the lookback says.
    const later = [...shop.changes].filter(
      ([, { changedMs, createdMs }]) => changedMs - createdMs > (LOOKBACK_DAYS + 2) * DAY,
    );
    const stale = later.filter(([key]) => wrong.includes(key));
    assert.ok(later.length > 20, `${later.length} rows changed after the lookback`);
    assert.equal(stale.length, later.length, 'later changes are not seen');

    await sync(shop, { ...config, lookback_days: 2 * DAYS }, chance.next);
    assert.deepEqual(await compare(shop), [], 'a larger lookback brings them in at the next sync');
    console.log(
      `late: ${DAYS} days, a sync every 4 hours, lookback ${LOOKBACK_DAYS} days: ${shop.changes.size} rows found by creation, ${later.length} changed after the lookback and were out of date until it was raised, 0 others`,
    );
    await reportCost(shop, chance.next);
  } finally {
    await simulator.close();
  }
}

function noteChanges({ simulator, changes }: Shop, nowMs: number): void {
  for (const stream of BY_CREATION) {
    for (const { key, fields, createdMs } of simulator.truth(stream)) {
      const text = JSON.stringify(fields);
      const known = changes.get(`${stream} ${key}`);
      if (known?.text === text) continue;
      changes.set(`${stream} ${key}`, { text, changedMs: known ? nowMs : createdMs, createdMs });
    }
  }
}

async function sync(
  { simulator, rows, states }: Shop,
  changes: Record<string, unknown>,
  random: () => number,
): Promise<void> {
  const { code, lines } = await syncInside({
    config: configFor(simulator, changes),
    catalog: CATALOG,
    states: states.values(),
    nowMs: simulator.nowMs(),
    random,
  });
  assert.equal(code, 0, said(lines).errors[0]);
  for (const { record, state } of lines) {
    if (record) {
      const table = rows.get(record.stream) ?? new Map<string, JsonObject>();
      rows.set(record.stream, table.set(String(record.data.record_key), record.data));
    } else if (state?.stream) states.set(state.stream.stream_descriptor.name, state);
  }
}

/** Upserts what came into DuckDB, and names the rows that are not as the truth has them. */
async function compare({ simulator, rows }: Shop): Promise<string[]> {
  const destination = await openDestination(
    ':memory:',
    CATALOG.streams.map(({ stream }) => stream),
  );
  try {
    for (const [stream, table] of rows) {
      for (const data of table.values())
        await destination.accept({ type: 'RECORD', record: { stream, data, emitted_at: 0 } });
      const state = { stream: { stream_descriptor: { name: stream } } };
      await destination.accept({ type: 'STATE', state });
      figures.rows += table.size;
    }
    const wrong: string[] = [];
    for (const stream of [...BY_CHANGE, ...BY_CREATION]) {
      const found = await differences(destination, simulator, stream);
      // `<stream> <key>: …` or `<stream> <key> is …`; keys of settlements hold colons.
      wrong.push(
        ...found.map((line) => line.replace(/(:? is missing| does not exist|: \w+ is .*)$/s, '')),
      );
    }
    return [...new Set(wrong)];
  } finally {
    destination.close();
  }
}

/** What a lookback costs: requests of one sync, all streams, four hours after the last. */
async function reportCost(shop: Shop, random: () => number): Promise<void> {
  const costs: string[] = [];
  for (const days of [0, 7, 30, 90]) {
    shop.simulator.advance(EVERY_MS);
    shop.simulator.resetRequests();
    await sync(shop, { lookback_days: days }, random);
    costs.push(`${days} days: ${shop.simulator.stats().requests}`);
  }
  console.log(`late: requests per sync by lookback, 150 orders in 100 days: ${costs.join(', ')}`);
}
