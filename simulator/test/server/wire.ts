import t from 'tap';
import type { StreamName, TruthRow } from '../../src/index.ts';
import {
  getBody,
  LISTS,
  type Listed,
  type Row,
  readAll,
  start,
  wireKey,
} from '../helpers/client.ts';
import { means, normal } from '../helpers/meaning.ts';

/** What is sent means what is true, in all the spellings the API is known for. */

/** Made by the connector, not sent. */
const MADE = new Set(['payment_class', 'position']);

function wrong(
  row: Row | undefined,
  { fields }: TruthRow,
  made: ReadonlySet<string> = MADE,
): string[] {
  return Object.entries(fields)
    .filter(([name, value]) => !made.has(name) && !means(row?.[name], value))
    .map(([name, value]) => `${name}: ${JSON.stringify(row?.[name])} for ${JSON.stringify(value)}`);
}

t.test('what is sent means the truth', async (t) => {
  const simulator = await start(t, { orders: 500, seed: 21 });
  const sent = new Map<StreamName, Row[]>();
  for (const stream of Object.keys(LISTS) as Listed[]) {
    const bounds = { from: '2026-10-25', to: '2026-11-20' };
    const rows = await readAll(simulator, stream, stream === 'shipments' ? bounds : {}, 500);
    sent.set(stream, rows);
    const byKey = new Map(rows.map((row) => [wireKey(stream, row), normal(row)]));
    const odd: string[] = [];
    let compared = 0;
    for (const truth of simulator.truth(stream)) {
      const row = byKey.get(truth.key);
      if (row === undefined && stream === 'shipments') continue;
      compared += 1;
      odd.push(...wrong(row, truth));
    }
    t.strictSame(odd.slice(0, 5), [], stream);
    t.ok(compared > 20, `${stream}: ${compared} rows`);
  }

  const inherited = new Set([
    ...MADE,
    'request_id',
    'gokwik_oid',
    'moid',
    'platform_order_id',
    'session_id',
    'updated_at',
  ]);
  const children = [
    ['order_items', 'orders', (row: Row) => row.line_items || row.items],
    ['checkout_events', 'checkouts', (row: Row) => row.events],
  ] as const;
  for (const [child, parent, list] of children) {
    const rows = (sent.get(parent) ?? []).flatMap((row) =>
      (list(row) as Row[]).map((inner, at) => [`${wireKey(parent, row)}:${at}`, inner] as const),
    );
    const byKey = new Map<string, Row>(rows);
    const truths = [...simulator.truth(child)];
    t.equal(truths.length, byKey.size, `${child}: as many`);
    const odd = truths.flatMap((truth) => wrong(byKey.get(truth.key), truth, inherited));
    t.strictSame(odd.slice(0, 5), [], child);
  }
  for (const truth of [...simulator.truth('refunds')].slice(0, 10)) {
    const platformOrderId = String(truth.fields.platform_order_id);
    const { data } = await getBody(simulator, '/v1/payments/refunds', { platformOrderId });
    const row = data.find((one) => wireKey('refunds', one) === truth.key);
    t.strictSame(wrong(normal(row ?? {}), truth, inherited), []);
  }

  const some = (stream: StreamName, name: string, is: (row: Row) => unknown) =>
    t.ok(sent.get(stream)?.some(is), `${stream}: ${name}`);
  some('orders', 'no gokwik_oid', (row) => row.gokwik_oid == null);
  some('orders', 'total as text', (row) => typeof row.total === 'string');
  some('orders', 'cod_charges as a number', (row) => typeof row.cod_charges === 'number');
  some('orders', 'moid as a number', (row) => typeof row.moid === 'number');
  some('orders', 'NA for a UTM', (row) => row.utm_source === 'NA');
  some('orders', 'two phones', (row) => /^\+?\d+\|\d{10}$/.test(String(row.phone)));
  for (const spelling of [/^\+91\d{10}$/, /^91\d{10}$/, /^[6-9]\d{9}$/]) {
    some('orders', `phone ${spelling}`, (row) => spelling.test(String(row.phone)));
  }
  some('orders', 'ppcod', (row) => /ppcod/i.test(String(row.payment_method)));
  some('orders', 'no payment method', (row) => !row.payment_method);
  some('orders', 'items', (row) => Array.isArray(row.items));
  some(
    'orders',
    'a full stop for a name',
    (row) => (row.shipping_address as Row).last_name === '.',
  );
  some(
    'abandoned_checkouts',
    'keys with dots',
    (row) => 'Customer.phone' in row && 'Address.city' in row,
  );
  some('abandoned_checkouts', 'drop_off_stage', (row) => 'drop_off_stage' in row);
  some('abandoned_checkouts', 'a flag as text', (row) => row.is_abandoned === 'true');
  some('abandoned_checkouts', 'a count as text', (row) => typeof row.item_count === 'string');
  const reasons = (sent.get('abandoned_checkouts') ?? []).filter((row) => row.drop_off_reasons);
  t.ok(reasons.length < (sent.get('abandoned_checkouts')?.length ?? 0) / 20, 'hardly any reasons');
  some('payments', 'camel case', (row) => 'paymentId' in row);
  some('payments', 'epoch seconds', (row) => typeof row.updated_at === 'number');
  some('checkouts', 'epoch milliseconds', (row) =>
    (row.events as Row[]).some(({ occurred_at }) => Number(occurred_at) > 1e12),
  );
  some('settlements', 'blank payment mode', (row) => row.payment_mode === '');
  const reports = (sent.get('settlements') ?? []).map((row) => String(row.settlement_date));
  const odd = reports.filter((text) => !/^\d+\/\d+\/\d{4} ([1-9]|1[0-2]):\d\d [AP]M$/.test(text));
  t.strictSame(odd, [], 'reports are in India time, unpadded');
  some('shipments', 'two spellings of time', (row) =>
    /^\d\d-[A-Z][a-z]{2}-/.test(String(row.creation_datetime)),
  );
  some('shipments', 'and the other', (row) =>
    /^\d{4}-\d\d-\d\d /.test(String(row.creation_datetime)),
  );
});

t.test('truth: keys and values as a connector emits them', async (t) => {
  const simulator = await start(t, { orders: 600 });
  const [settlement] = simulator.truth('settlements');
  const { settlement_utr, payment_id, transaction_type, serial_no } = settlement?.fields ?? {};
  t.equal(settlement?.key, `${settlement_utr}:${payment_id}:${transaction_type}:${serial_no}`);
  t.match(settlement?.fields.settlement_date, /^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/);
  t.type(settlement?.fields.amount, 'number');
  for (const { key, fields } of [...simulator.truth('order_items')].slice(0, 20)) {
    t.equal(key, `${fields.gokwik_oid ?? fields.request_id}:${fields.position}`);
  }
  const classes = new Map<unknown, Set<unknown>>();
  for (const { fields } of simulator.truth('orders')) {
    const spelling = `${fields.payment_method ?? ''}/${fields.payment_method ? '' : fields.order_type}`;
    classes.set(spelling, (classes.get(spelling) ?? new Set()).add(fields.payment_class));
  }
  const expected: Record<string, string> = {
    'cod/': 'cod',
    'COD/': 'cod',
    '/COD': 'cod',
    'ppcod/': 'partial_cod',
    'Gokwik PPCOD/': 'partial_cod',
    'upi/': 'prepaid',
    'Gokwik UPI/': 'prepaid',
    'card | credit/': 'prepaid',
    'consumer_finance-snapmint/': 'prepaid',
    '/PREPAID': 'prepaid',
    '/non-gk': 'unknown',
  };
  for (const [spelling, name] of Object.entries(expected)) {
    t.strictSame([...(classes.get(spelling) ?? [])], [name], spelling);
  }
});
