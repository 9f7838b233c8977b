import t from 'tap';
import { MARTS } from '../../../integration_tests/analytics/truth/marts.ts';
import { rowsOf } from '../../../integration_tests/analytics/truth/rows.ts';
import { openForks } from './helpers/forks.ts';

/** What is not there, or in another form. */

const { query, simulator, fork, marts, before, count } = await openForks(t);

t.test('streams that a merchant does not have give empty columns and a note', async (t) => {
  const { schema, build } = await fork('few', ['orders', 'checkouts', 'checkout_events']);
  await query('alter table few.orders drop column rto_remark');
  const { notes } = await build();
  t.equal(notes.length, 9);
  t.match(notes.join(' '), /no table for the stream shipments/);
  t.equal(
    await count(`select count(*) as n from ${schema}.gokwik__orders`),
    rowsOf(simulator, 'orders').length,
  );
  // What became of parcels is known from the orders alone.
  t.ok((await count(`select count(*) as n from ${schema}.gokwik__orders where is_rto`)) > 0);
  t.equal(await count(`select count(*) as n from ${schema}.gokwik__abandonment`), 0);
});

t.test(
  'moments without an offset, as PyAirbyte stores them, are UTC whatever the session',
  async (t) => {
    const { schema, build } = await fork('naive');
    await query(
      `create or replace table naive.checkouts as select * replace (
       timezone('UTC', created_at) as created_at, timezone('UTC', updated_at) as updated_at)
     from naive.checkouts`,
    );
    await query(`set timezone = 'Asia/Tokyo'`);
    t.teardown(() => query('reset timezone'));
    await build();
    t.same(await marts(schema), before);
  },
);

t.test('tables without a row are no error', async (t) => {
  const { schema, build } = await fork('empty', ['orders', 'checkouts']);
  await query('truncate empty.orders');
  await query('truncate empty.checkouts');
  await build();
  const after = await marts(schema);
  for (const name of MARTS) t.same(after[name], [], name);
});
