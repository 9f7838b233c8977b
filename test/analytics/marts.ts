import t from 'tap';
import { openShop } from '../../integration_tests/analytics/shop.ts';
import { startSimulator } from '../../integration_tests/simulator/index.ts';
import { buildModels } from '../../scripts/models.ts';
import {
  daysBetween,
  type Fields,
  given,
  groupBy,
  indiaDate,
  indiaWeek,
  journeys,
  median,
  ms,
  outcomes,
  paise,
  rowsOf,
  sum,
} from './helpers/expected.ts';

/** Every mart against figures worked out from the simulator's own rows, without SQL. */

const simulator = await startSimulator({ orders: 400, nowMs: Date.parse('2026-11-22T06:00:00Z') });
const shop = await openShop(simulator);
const { notes } = await buildModels(shop.query);
t.teardown(async () => {
  shop.close();
  await simulator.close();
});

const mart = (name: string) => shop.query(`select * from analytics.gokwik__${name}`);
const asOf = indiaDate(
  [...rowsOf(simulator, 'orders'), ...rowsOf(simulator, 'checkouts')]
    .map((row) => String(row.updated_at))
    .sort()
    .at(-1),
);
const isOld = (stamp: unknown) => daysBetween(asOf, indiaDate(stamp)) >= 30;
const near = (actual: unknown, expected: number | null) =>
  expected === null ? actual === null : Math.abs(Number(actual) - expected) < 1e-9;

t.test('a shop with every stream has nothing missing', async (t) => {
  t.same(notes, []);
});

t.test('checkout funnel', async (t) => {
  const groups = groupBy(journeys(simulator), ({ checkout }) =>
    [
      indiaDate(checkout.created_at),
      given(checkout.device_type),
      given(checkout.mkt_source),
      given(checkout.customer_type),
    ].join('|'),
  );
  const rows = await mart('checkout_funnel_daily');
  t.equal(rows.length, groups.size * 9);
  for (const row of rows) {
    const group = groups.get([row.india_date, row.device, row.source, row.shopper].join('|')) ?? [];
    const step = Number(row.step_number);
    const reached = group.filter(({ furthest }) => furthest >= step).length;
    const before = group.filter(({ furthest }) => furthest >= Math.max(1, step - 1)).length;
    const left = step === 9 ? 0 : group.filter(({ furthest }) => furthest === step).length;
    const times = group.flatMap(({ seconds }) => seconds[step - 1] ?? []);
    const timed = step < 3 ? [] : times;
    const right =
      Number(row.reached) === reached &&
      Number(row.left_here) === left &&
      Number(row.checkouts) === group.length &&
      near(row.step_conversion, before === 0 ? null : reached / before) &&
      near(row.overall_conversion, reached / group.length) &&
      near(row.median_seconds, median(timed)) &&
      Number(row.timed_checkouts) === timed.length;
    if (!right) t.same(row, { reached, before, left, timed }, 'a step differs');
  }
});

t.test('payment mix', async (t) => {
  const groups = groupBy(rowsOf(simulator, 'orders'), (order) =>
    [indiaDate(order.created_at), order.payment_class].join('|'),
  );
  const rows = await mart('payment_mix_daily');
  t.equal(rows.length, groups.size);
  for (const row of rows) {
    const group = groups.get([row.india_date, row.payment_class].join('|')) ?? [];
    const placed = group.filter(({ order_status }) => order_status !== 'Failed');
    t.same(
      [
        Number(row.orders),
        Number(row.placed_orders),
        paise(row.rupees),
        paise(row.cod_charges_rupees),
      ],
      [
        group.length,
        placed.length,
        sum(placed, (o) => paise(o.total)),
        sum(placed, (o) => paise(o.cod_charges)),
      ],
      `${row.india_date} ${row.payment_class}`,
    );
  }
});

t.test('RTO cohorts', async (t) => {
  const known = outcomes(simulator);
  const predicted = new Map(
    rowsOf(simulator, 'rto_predictions').map((row) => [row.request_id, row.risk_flag]),
  );
  const of = (order: Fields) => known.get(String(order.key));
  const placed = rowsOf(simulator, 'orders').filter((order) => of(order)?.outcome !== 'failed');
  const groups = groupBy(placed, (order) =>
    [indiaWeek(order.created_at), order.payment_class, given(predicted.get(order.request_id))].join(
      '|',
    ),
  );
  const rows = await mart('rto_cohorts');
  t.equal(rows.length, groups.size * 12);
  for (const row of rows) {
    const group =
      groups.get([row.order_week, row.payment_class, row.predicted_risk].join('|')) ?? [];
    const age = Number(row.age_days);
    const shipped = group.filter((o) =>
      ['rto', 'delivered', 'in_transit'].includes(of(o)?.outcome ?? ''),
    );
    const rto = shipped.filter((order) => {
      const rtoMs = of(order)?.rtoMs;
      if (rtoMs === undefined) return false;
      return (
        daysBetween(indiaDate(new Date(rtoMs).toISOString()), indiaDate(order.created_at)) <= age
      );
    });
    const cohortAge = daysBetween(asOf, String(row.order_week)) - 6;
    const judged = cohortAge >= 30 && cohortAge >= age && shipped.length > 0;
    const right =
      Number(row.orders) === group.length &&
      Number(row.shipped_orders) === shipped.length &&
      Number(row.rto_orders) === rto.length &&
      row.is_mature === cohortAge >= 30 &&
      near(row.rto_rate, judged ? rto.length / shipped.length : null);
    if (!right)
      t.same(
        row,
        { orders: group.length, shipped: shipped.length, rto: rto.length },
        'a cohort differs',
      );
  }
  const flags = await mart('rto_prediction_quality');
  const done = placed.filter(
    (o) => isOld(o.created_at) && ['rto', 'delivered'].includes(of(o)?.outcome ?? ''),
  );
  const back = done.filter((order) => of(order)?.outcome === 'rto');
  for (const row of flags) {
    const flagged = done.filter((o) => given(predicted.get(o.request_id)) === row.predicted_risk);
    const right = flagged.filter((order) => back.includes(order)).length;
    t.ok(near(row.precision_rate, right / flagged.length), `precision of ${row.predicted_risk}`);
    t.ok(near(row.recall_rate, right / back.length), `recall of ${row.predicted_risk}`);
  }
});

t.test('address prefill', async (t) => {
  const converted = new Set(
    journeys(simulator)
      .filter(({ furthest }) => furthest === 9)
      .map(({ checkout }) => checkout.request_id),
  );
  const cases = rowsOf(simulator, 'address_prefills');
  const groups = groupBy(cases, (row) => [given(row.prefill_source), given(row.pincode)].join('|'));
  const rows = await mart('prefill_outcomes');
  t.equal(rows.length, groups.size);
  const count = (group: Fields[], outcome: string) =>
    group.filter((row) => row.outcome === outcome).length;
  for (const row of rows) {
    const group = groups.get([row.prefill_source, row.pincode].join('|')) ?? [];
    t.same(
      [row.cases, row.shown, row.accepted, row.edited, row.replaced, row.converted].map(Number),
      [
        group.length,
        group.filter(({ prefill_shown }) => prefill_shown === true).length,
        count(group, 'accepted'),
        count(group, 'edited'),
        count(group, 'replaced'),
        group.filter(({ request_id }) => converted.has(request_id)).length,
      ],
      `${row.prefill_source} ${row.pincode}`,
    );
  }
  const [shown] = (await mart('prefill_effect')).filter((row) => row.slice_value === 'shown');
  const rate = (rows: Fields[]) =>
    rows.filter((row) => converted.has(row.request_id)).length / rows.length;
  const offered = cases.filter((row) => row.prefill_shown === true);
  const without = cases.filter((row) => row.prefill_shown !== true);
  t.ok(near(shown?.conversion_difference, rate(offered) - rate(without)));
  t.ok(
    near(shown?.median_seconds, median(offered.map((row) => Number(row.seconds_on_address_page)))),
  );
});

t.test('abandonment', async (t) => {
  const carts = rowsOf(simulator, 'abandoned_checkouts');
  const totals = new Map(rowsOf(simulator, 'orders').map((order) => [order.moid, order]));
  const devices = new Map(
    rowsOf(simulator, 'checkouts').map((row) => [row.request_id, row.device_type]),
  );
  const groups = groupBy(carts, (cart) => {
    const reasons = (cart.drop_off_reasons ?? []) as string[];
    return [
      indiaDate(cart.created_at),
      given(cart.drop_stage),
      given(reasons[0]),
      given(devices.get(cart.request_id)),
      given(cart.mkt_source),
    ].join('|');
  });
  const rows = await mart('abandonment');
  t.equal(rows.length, groups.size);
  for (const row of rows) {
    const group =
      groups.get([row.india_date, row.stage, row.reason, row.device, row.source].join('|')) ?? [];
    const recovered = group.filter(({ recovered_at }) => recovered_at !== null);
    const hours = recovered.map(
      (cart) => (ms(cart.recovered_at) - ms(cart.created_at)) / 3_600_000,
    );
    const right =
      Number(row.carts) === group.length &&
      paise(row.value_rupees) === sum(group, (cart) => paise(cart.total_price)) &&
      Number(row.recovered_carts) === recovered.length &&
      paise(row.recovered_rupees) ===
        sum(recovered, (cart) => paise(totals.get(cart.recovered_moid)?.total)) &&
      near(row.median_hours_to_recovery, median(hours));
    if (!right)
      t.same(row, { carts: group.length, recovered: recovered.length, hours }, 'a row differs');
  }
});

t.test('pincodes', async (t) => {
  const known = outcomes(simulator);
  const placed = rowsOf(simulator, 'orders').filter(
    (o) => known.get(String(o.key))?.outcome !== 'failed',
  );
  const groups = groupBy(placed, (o) => given((o.shipping_address as Fields | null)?.postcode));
  const rows = await mart('pincode_risk');
  t.equal(rows.length, groups.size);
  for (const row of rows) {
    const old = (groups.get(String(row.pincode)) ?? []).filter((o) => isOld(o.created_at));
    const outcome = (o: Fields) => known.get(String(o.key))?.outcome ?? '';
    t.same(
      [row.orders, row.mature_shipped_orders, row.mature_rto_orders].map(Number),
      [
        groups.get(String(row.pincode))?.length,
        old.filter((o) => ['rto', 'delivered', 'in_transit'].includes(outcome(o))).length,
        old.filter((o) => outcome(o) === 'rto').length,
      ],
      `${row.pincode}`,
    );
  }
});

t.test('settlements', async (t) => {
  const lines = groupBy(rowsOf(simulator, 'settlements'), (row) => String(row.settlement_utr));
  const batches = await mart('settlement_batches');
  t.equal(batches.length, lines.size);
  for (const row of batches) {
    const group = lines.get(String(row.settlement_utr)) ?? [];
    t.equal(
      paise(row.net_rupees),
      sum(group, (line) => paise(line.credit) - paise(line.debit)),
      `${row.settlement_utr}`,
    );
  }
  const paid = rowsOf(simulator, 'payments').filter(
    (row) => !['failed', 'pending'].includes(String(row.status)),
  );
  const settled = new Set(rowsOf(simulator, 'settlements').map((row) => row.payment_id));
  const found = await mart('settlement_reconciliation');
  const matched = found.filter((row) => row.is_captured === true && row.is_settled === true);
  t.equal(matched.length, paid.filter((row) => settled.has(row.payment_id)).length);
  const waiting = found.filter((row) => row.is_captured === true && row.is_settled === false);
  t.equal(waiting.length, paid.filter((row) => !settled.has(row.payment_id)).length);
});
