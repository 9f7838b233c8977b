import { type Simulator, type StreamName, startSimulator } from '../../simulator/src/index.ts';
import { configFor } from '../connector.ts';

/*
 * What every client is put to: a first sync, some days in which orders go on, and a second one that
 * must be incremental and leave the client's tables equal to the merchant's truth.
 */

const DAY = 86_400_000;
/** After this long no row of the simulator changes any more, so a lookback of it catches all. */
const LOOKBACK_DAYS = 75;
export const PAUSE_MS = 6 * DAY;
/** A fixed present, so that every run reads the same merchant. */
const NOW = Date.parse('2026-09-10T06:00:00Z');

export async function openShop(): Promise<{
  simulator: Simulator;
  config: Record<string, unknown>;
}> {
  const simulator = await startSimulator({
    seed: 23,
    orders: 90,
    startMs: NOW - 110 * DAY,
    nowMs: NOW,
    endMs: NOW + PAUSE_MS,
  });
  return { simulator, config: configFor(simulator, { lookback_days: LOOKBACK_DAYS }) };
}

/** What a client did: `ran` in words that stay the same, for the table; `saw` in figures, for the log. */
export interface Done {
  readonly ran: string;
  readonly saw: string;
}

export type Tables = Readonly<Record<string, readonly Record<string, unknown>[]>>;

/** Rows as a destination has them that keeps the last one of each key. */
export function tablesOf(
  records: Iterable<{ readonly stream: string; readonly data: Record<string, unknown> }>,
): Tables {
  const tables: Record<string, Map<unknown, Record<string, unknown>>> = {};
  for (const { stream, data } of records) {
    tables[stream] = (tables[stream] ?? new Map()).set(data.record_key, data);
  }
  const entries = Object.entries(tables).map(([name, rows]) => [name, [...rows.values()]]);
  return Object.fromEntries(entries);
}

/** Fields that change in a row's life, and are texts in whatever database. */
const CHANGING: Readonly<Record<string, readonly string[]>> = {
  orders: ['order_status', 'payment_status', 'shipment_status', 'rto_risk_flag'],
  checkouts: ['merchant_order_id'],
  payments: ['payment_status'],
  shipments: ['status', 'awb'],
};

/** What a client's tables have otherwise than the truth. */
export function wrongRows(simulator: Simulator, tables: Tables): string[] {
  return Object.entries(tables).flatMap(([stream, rows]) => {
    const found = new Map(rows.map((row) => [String(row.record_key), row]));
    const wrong: string[] = [];
    const truth = [...simulator.truth(stream as StreamName)];
    for (const { key, fields } of truth) {
      const row = found.get(key);
      if (!row) wrong.push(`${stream} ${key} is missing`);
      for (const field of row ? (CHANGING[stream] ?? []) : []) {
        if ((row?.[field] ?? null) !== (fields[field] ?? null))
          wrong.push(`${stream} ${key}: ${field} is ${row?.[field]}, not ${fields[field]}`);
      }
    }
    if (found.size !== truth.length) wrong.push(`${stream}: ${found.size}, not ${truth.length}`);
    if (rows.length !== found.size) wrong.push(`${stream}: ${rows.length - found.size} repeated`);
    return wrong;
  });
}

export function expect(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

export function expectEqual(wrong: readonly string[]): void {
  expect(wrong.length === 0, `${wrong.length} differences: ${wrong.slice(0, 5).join('; ')}`);
}
