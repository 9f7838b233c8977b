import type { Query } from '../../../analytics/report/database.ts';
import type { StreamName } from '../../../simulator/src/index.ts';
import { type Fields, groupBy, ms, type Source, stampOf, textOf } from '../truth/rows.ts';

/** What upstream may make up, and the simulator does not: by stream and key, what rows say instead. */
export type Oddities = ReadonlyMap<StreamName, ReadonlyMap<string, Fields>>;

/** Words nobody has heard of, in the first rows of a stream. */
const WORDS: Readonly<Partial<Record<StreamName, Fields>>> = {
  orders: { payment_class: 'barter', order_status: 'On the moon' },
  checkouts: { device_type: 'television', customer_type: 'ghost' },
  abandoned_checkouts: { drop_stage: 'Moon Page', drop_off_reasons: ['No rocket'] },
  address_prefills: { outcome: 'pondered', prefill_source: 'oracle' },
  rto_predictions: { risk_flag: 'Cosmic Risk', action: 'prayed' },
  payments: { method: 'shells' },
};
const ODD_ROWS = 20;

const DAY_MS = 86_400_000;
/** More than the five days between two ages of a cohort. */
const TOUCHED_LATER_MS = 12 * DAY_MS;

export function odditiesOf(source: Source): Oddities {
  const all = new Map<StreamName, Map<string, Fields>>();
  const change = (stream: StreamName, { key }: Fields, fields: Fields) => {
    const rows = all.get(stream) ?? new Map<string, Fields>();
    all.set(stream, rows.set(String(key), { ...rows.get(String(key)), ...fields }));
  };
  for (const [stream, words] of Object.entries(WORDS) as [StreamName, Fields][]) {
    for (const row of source.rows(stream).slice(0, ODD_ROWS)) change(stream, row, words);
  }
  // A refund is taken out of the batch that pays its payment: one payment, two lines.
  for (const lines of groupBy(source.rows('settlements'), (row) =>
    textOf(row.payment_id),
  ).values()) {
    const [paid, refunded] = lines;
    if (paid === undefined || refunded === undefined) continue;
    const { settlement_utr, settlement_date } = paid;
    change('settlements', refunded, { settlement_utr, settlement_date });
  }
  // Orders that came back are touched again long after: the moment is the prediction's. Of every other
  // the prediction says that it was delivered, and only the courier knows better: it is the order's.
  const orders = new Map(source.rows('orders').map((row) => [row.request_id, row]));
  const back = source.rows('rto_predictions').filter(({ outcome }) => outcome === 'rto');
  for (const [at, said] of back.entries()) {
    const touchedMs = ms(said.outcome_at) + TOUCHED_LATER_MS;
    const order = orders.get(said.request_id);
    if (order === undefined || touchedMs > source.asOfMs) continue;
    change('orders', order, { updated_at: stampOf(touchedMs) });
    if (at % 2 === 1) change('rto_predictions', said, { outcome: 'delivered' });
  }
  return all;
}

/** The rows as they are with the oddities. */
export function withOddities(source: Source, oddities: Oddities): Source {
  const known = new Map<StreamName, Fields[]>();
  return {
    asOfMs: source.asOfMs,
    rows(stream) {
      const changes = oddities.get(stream);
      const rows =
        known.get(stream) ??
        source.rows(stream).map((row) => ({ ...row, ...changes?.get(String(row.key)) }));
      known.set(stream, rows);
      return rows;
    },
  };
}

/** Writes the oddities into the streams of a schema. */
export async function writeOddities(query: Query, schema: string, oddities: Oddities) {
  for (const [stream, rows] of oddities) {
    for (const [key, fields] of rows) {
      const set = Object.entries(fields).map(([name, value]) => `"${name}" = ${literal(value)}`);
      await query(`update ${schema}."${stream}" set ${set.join(', ')} where record_key = '${key}'`);
    }
  }
}

const literal = (value: unknown) =>
  `'${Array.isArray(value) ? JSON.stringify(value) : String(value)}'`;
