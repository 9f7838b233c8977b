import t from 'tap';
import {
  odditiesOf,
  withOddities,
  writeOddities,
} from '../../../integration_tests/analytics/tools/oddities.ts';
import { differences, expectedMarts } from '../../../integration_tests/analytics/truth/marts.ts';
import { sourceOf } from '../../../integration_tests/analytics/truth/rows.ts';
import { openForks } from './helpers/forks.ts';

/** What upstream may make up, and the simulator does not. */

const { query, simulator, fork, marts } = await openForks(t);

t.test('odd rows are in the marts as they are in the streams', async (t) => {
  const whole = sourceOf(simulator, simulator.nowMs());
  const oddities = odditiesOf(whole);
  const { schema, build } = await fork('odd');
  await writeOddities(query, 'odd', oddities);
  await build();
  const odd = withOddities(whole, oddities);
  const expected = expectedMarts(odd);
  t.same(differences(await marts(schema), expected), []);

  const batches = (expected.settlement_batches ?? []).map((row) => JSON.parse(row));
  const netted = batches.filter((batch) => batch.payments < batch.settlement_lines);
  t.ok(netted.length > 0, 'a batch has two lines of one payment');
  const touched = [...(oddities.get('orders')?.values() ?? [])].filter((row) => row.updated_at);
  t.ok(touched.length > 3, `${touched.length} orders came back and were touched again`);
});
