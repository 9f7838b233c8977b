import { type SimulatorOptions, startSimulator } from '../../../simulator/src/index.ts';
import { STREAMS } from '../../../src/gokwik/streams/index.ts';
import type { Destination } from '../../destination.ts';
import { openShop } from './shop.ts';

/** Shops that a report must suit, by name: screenshots show them, a browser checks them. */

interface Shop extends SimulatorOptions {
  readonly orders: number;
  /** The streams it has. Default: all. */
  readonly streams?: readonly string[];
  /** SQL that makes it another shop. */
  readonly change?: readonly string[];
}

const DAY_MS = 86_400_000;
const SUNDAY_MS = Date.parse('2026-11-22T06:00:00Z');
const since = (days: number) => ({ startMs: SUNDAY_MS - days * DAY_MS });
const CLOSED = `created_at >= timestamptz '2026-08-03 00:00:00+05:30' and created_at < timestamptz '2026-08-24 00:00:00+05:30'`;

export const SHOPS: Readonly<Record<string, Shop>> = {
  usual: { orders: 3000 },
  // A week that has only begun, with COD orders alone.
  monday: {
    orders: 3000,
    nowMs: SUNDAY_MS + DAY_MS,
    change: [
      `delete from orders where created_at > timestamptz '2026-11-23 00:00:00+05:30'
         and coalesce(payment_method, '') <> 'cod'`,
    ],
  },
  // Three weeks of it without an order.
  'six-months': {
    ...since(183),
    orders: 3000,
    change: ['orders', 'checkouts', 'abandoned_checkouts'].map(
      (stream) => `delete from ${stream} where ${CLOSED}`,
    ),
  },
  'three-years': { ...since(1096), orders: 6000 },
  'no-cod': {
    orders: 1000,
    // Of methods that are not told, some are COD.
    change: [
      `delete from orders where payment_method is null or regexp_matches(lower(payment_method), 'cod|cash')`,
    ],
  },
  'one-day': { startMs: Date.parse('2026-11-21T18:30:00Z'), orders: 60 },
  'two-merchants': {
    orders: 1000,
    change: Object.keys(STREAMS).flatMap((stream) => [
      `alter table if exists ${stream} add column merchant varchar default 'Second'`,
      ...(['orders', 'checkouts', 'abandoned_checkouts'].includes(stream)
        ? [`update ${stream} set merchant = 'First & Co' where hash(request_id) % 2 = 0`]
        : []),
    ]),
  },
  empty: { orders: 1, streams: [] },
};

/** @param size what part of its orders it has, down to fifty. */
export async function openNamed(name: string, size = 1): Promise<Destination> {
  const { streams, change = [], ...options } = SHOPS[name] ?? { orders: 0 };
  const orders = Math.max(50, options.orders * size);
  const simulator = await startSimulator({ seed: 1, nowMs: SUNDAY_MS, ...options, orders });
  try {
    const shop = await openShop(simulator, { ...(streams !== undefined && { names: streams }) });
    for (const sql of change) await shop.query(sql);
    return shop;
  } finally {
    await simulator.close();
  }
}
