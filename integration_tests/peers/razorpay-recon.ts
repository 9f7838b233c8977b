import { DAY_MS, INDIA_MS, indiaDay } from '../../simulator/src/world/time.ts';
import {
  alone,
  basic,
  type Peer,
  type Sale,
  type Shop,
  settledMs,
  settledSales,
  utc,
  utrOf,
  wholeNumber,
} from './peer.ts';
import { razorpayError, razorpayPayments, refuse } from './razorpay-payments.ts';

/** Razorpay, settlement recon: a day of India as three numbers, no range. */

const PATH = '/v1/settlements/recon/combined';

const feeOf = ({ paise }: Sale): number => Math.round(paise * 0.02);
const taxOf = (sale: Sale): number => Math.round(feeOf(sale) * 0.18);
const idOf = ({ index }: Sale): string => `pay_${(index + 10 ** 9).toString(36).toUpperCase()}Rc`;

function rowOf(shop: Shop, sale: Sale): object {
  return {
    entity_id: idOf(sale),
    type: 'payment',
    debit: 0,
    credit: sale.paise - feeOf(sale) - taxOf(sale),
    amount: sale.paise,
    currency: 'INR',
    fee: feeOf(sale),
    tax: taxOf(sale),
    on_hold: false,
    settled: true,
    created_at: sale.createdMs / 1000,
    settled_at: settledMs(sale) / 1000,
    settlement_id: `setl_${Math.floor(settledMs(sale) / DAY_MS)}`,
    settlement_utr: utrOf(shop, sale),
    order_id: `order_${sale.index}`,
    method: sale.method,
    card_network: sale.method === 'card' ? 'Visa' : null,
  };
}

/** The numbers of an India day. */
const partsOf = (ms: number): [number, number, number] =>
  new Date(ms + INDIA_MS).toISOString().slice(0, 10).split('-').map(Number) as [
    number,
    number,
    number,
  ];

export const razorpayRecon: Peer = {
  name: 'razorpay-recon',
  stream: 'settlements',
  secrets: razorpayPayments.secrets,
  profile: (url) => ({
    hosts: { razorpay: { url, auth: { basic: ['{razorpay_key}', '{razorpay_secret}'] } } },
    streams: alone('settlements', {
      host: 'razorpay',
      path: PATH,
      query: {
        year: '{from:YYYY}',
        month: '{from:MM}',
        day: '{from:DD}',
        count: '{limit}',
        skip: '{offset}',
      },
      time: { query: 'date', in: '+05:30' },
      max_days: 1,
      paging: { kind: 'offset', limit: 5 },
      records: ['items'],
      key: [['payment_id', 'transaction_type']],
      cursor: ['settlement_date'],
      fields: {
        payment_id: 'entity_id',
        transaction_type: 'type',
        amount: { from: 'amount', divide: 100 },
        fee: { from: 'fee', divide: 100 },
        tax: { from: 'tax', divide: 100 },
        debit: { from: 'debit', divide: 100 },
        credit: { from: 'credit', divide: 100 },
        payment_method: 'method',
        transaction_date: 'created_at',
        settlement_date: 'settled_at',
      },
    }),
  }),
  open:
    (shop, strikes) =>
    ({ path, query, headers }) => {
      if (path !== PATH) return razorpayError(404, 'BAD_REQUEST_ERROR', 'Not found');
      const refusal = refuse(headers, query, ['year', 'month', 'day', 'count', 'skip']);
      if (refusal) return refusal;
      const count = wholeNumber(query.count, 10, 1, 1000);
      const skip = wholeNumber(query.skip, 0, 0, 10 ** 6);
      const year = wholeNumber(query.year, Number.NaN, 2000, 2100);
      const month = wholeNumber(query.month, Number.NaN, 1, 12);
      const day = wholeNumber(query.day, 0, 1, 31);
      if (!year || !month || day === undefined || !count || skip === undefined) {
        return razorpayError(400, 'BAD_REQUEST_ERROR', 'The year, month or day is invalid.');
      }
      if (strikes()) return razorpayError(500, 'SERVER_ERROR', 'Please try again later.');
      const items = settledSales(shop)
        .filter((sale) => {
          const [y, m, d] = partsOf(settledMs(sale));
          return y === year && m === month && (day === 0 || d === day);
        })
        .slice(skip, skip + count)
        .map((sale) => rowOf(shop, sale));
      return { body: { entity: 'collection', count: items.length, items } };
    },
  truth: (shop) =>
    settledSales(shop).map((sale) => ({
      key: `${idOf(sale)}:payment`,
      fields: {
        payment_id: idOf(sale),
        transaction_type: 'payment',
        order_id: `order_${sale.index}`,
        amount: sale.paise / 100,
        currency: 'INR',
        fee: feeOf(sale) / 100,
        tax: taxOf(sale) / 100,
        debit: 0,
        credit: (sale.paise - feeOf(sale) - taxOf(sale)) / 100,
        payment_method: sale.method,
        card_network: sale.method === 'card' ? 'Visa' : null,
        settlement_utr: utrOf(shop, sale),
        transaction_date: utc(sale.createdMs),
        settlement_date: utc(settledMs(sale)),
      },
    })),
  async read(ask, fromMs, toMs) {
    const rows: unknown[] = [];
    const { razorpay_key = '', razorpay_secret = '' } = razorpayPayments.secrets;
    const headers = { authorization: basic(razorpay_key, razorpay_secret) };
    for (let ms = indiaDay(fromMs); ms <= toMs; ms += DAY_MS) {
      const [year, month, day] = partsOf(ms);
      for (let skip = 0; ; skip += 5) {
        const { body } = await ask(PATH, { year, month, day, count: 5, skip }, { headers });
        const { items } = body as { items: unknown[] };
        rows.push(...items);
        if (items.length < 5) break;
      }
    }
    return rows;
  },
  keyOf: ({ entity_id, type }: { entity_id: string; type: string }) => `${entity_id}:${type}`,
};
