import t, { type Test } from 'tap';
import { openEngines, openMerchant } from './tools/engines.ts';
import type { SyncedShop } from './tools/sync.ts';
import { filesSource } from './truth/files.ts';
import { differences, expectedMarts } from './truth/marts.ts';
import { type Source, sourceOf } from './truth/rows.ts';

/**
 * A merchant who begins with exports and captures, and has the API later. An order that the API tells
 * of before it has the platform's id is there under GoKwik's id, and under the platform's once it is
 * confirmed: two rows in the destination, one order in every mart.
 */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.parse('2026-11-01T06:00:00Z');
const END_MS = START_MS + 8 * DAY_MS;
const REPORTS = ['orders', 'settlements', 'abandoned_checkouts', 'checkout_funnel_daily'] as const;
const NO_API = { app_id: 'none', app_secret: 'none', return_prime_token: undefined };

t.test('files first, then the API', async (t) => {
  const engines = await openEngines(t);
  // The shop goes on selling, so that some orders are not confirmed yet whenever it is read.
  const merchant = { orders: 500, nowMs: START_MS, startMs: END_MS - 45 * DAY_MS, endMs: END_MS };
  const { simulator, open, folder } = await openMerchant(t, merchant);
  // As our own receiver keeps payloads: without the moment of receipt they may win over older rows of the API.
  const written = await simulator.exports(folder, { received: true, reports: REPORTS });
  const files = written.map(({ stream, path }) => ({ stream, location: path }));

  const check = async (t: Test, shop: SyncedShop, truth: Source, fresh = false) => {
    const now = new Date(truth.asOfMs).toISOString().slice(0, 19).replace('T', ' ');
    const variables = { gokwik_as_of: now };
    const printed = await engines.dbt(shop, { variables, fresh });
    const expected = expectedMarts(truth);
    for (const [name, marts] of Object.entries(await engines.marts(shop, { variables }))) {
      t.same(differences(marts, expected), [], name);
    }
    return printed;
  };

  await t.test('files alone: most streams are not there', async (t) => {
    const shop = await open({ ...NO_API, files });
    await shop.sync();
    const truth = filesSource(simulator, START_MS);
    t.ok(truth.rows('orders').length > 100, 'the export has orders');
    for (const text of await check(t, shop, truth, true)) {
      t.match(text, /no table for the stream checkouts; its columns stay empty/);
    }
  });

  const shop = await open({ files });
  await shop.sync(NO_API);
  // Tables are there for every stream now, and most of them are empty: rows that come later must be
  // found by models that held nothing.
  const begun = filesSource(simulator, START_MS);
  await t.test('the same with empty tables', (t) => check(t, shop, begun, true));
  let most = 0;
  for (const hours of [10, 30]) {
    simulator.advance(hours * HOUR_MS);
    await t.test(`${hours} hours later, with the API`, async (t) => {
      await shop.sync();
      const now = sourceOf(simulator, simulator.nowMs(), 'files');
      // The report stays as it was mailed.
      const rows: Source['rows'] = (stream) =>
        (stream === 'checkout_funnel_daily' ? begun : now).rows(stream);
      await check(t, shop, { ...now, rows });
      most = Math.max(most, await known(shop));
    });
  }
  t.ok(most > 0, `${most} orders are in the destination under two keys`);
});

/** Orders that the destination has twice. */
async function known({ destination }: SyncedShop): Promise<number> {
  const [row] = await destination.query(
    `select count(*) - count(distinct coalesce(gokwik_oid, request_id)) as twice from orders
     where coalesce(gokwik_oid, request_id) is not null`,
  );
  return Number(row?.twice);
}
