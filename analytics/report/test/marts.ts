import t from 'tap';
import { openShop } from '../../../integration_tests/analytics/tools/shop.ts';
import {
  differences,
  expectedMarts,
  MARTS,
  readMarts,
} from '../../../integration_tests/analytics/truth/marts.ts';
import { ms, rowsOf, sourceOf } from '../../../integration_tests/analytics/truth/rows.ts';
import { startSimulator } from '../../../simulator/src/index.ts';
import { buildModels } from '../models.ts';

/** Every mart, every row and every value against figures worked out without SQL. */

const simulator = await startSimulator({ orders: 400, nowMs: Date.parse('2026-11-22T06:00:00Z') });
const shop = await openShop(simulator);
t.teardown(async () => {
  shop.close();
  await simulator.close();
});

t.test('marts equal what the simulator’s rows say', async (t) => {
  const { notes } = await buildModels(shop.query);
  t.same(notes, [], 'a shop with every stream has nothing missing');
  // "Now" is the newest update in the data.
  const stamps = [...rowsOf(simulator, 'orders'), ...rowsOf(simulator, 'checkouts')];
  const asOfMs = Math.max(...stamps.map((row) => ms(row.updated_at)));
  const expected = expectedMarts(sourceOf(simulator, asOfMs));
  const actual = await readMarts(shop.query, 'analytics');
  for (const mart of MARTS) t.ok((actual[mart]?.length ?? 0) > 0, `${mart} has rows`);
  t.same(differences(actual, expected), []);
});
