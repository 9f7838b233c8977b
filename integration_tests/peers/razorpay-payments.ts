import { type Answer, alone, basic, type Peer, type Sale, utc, wholeNumber } from './peer.ts';

/** Razorpay, fetch all payments: skip and count, newest first; the body's `count` is of the page. */

const KEY = 'rzp_live_7kJd02mQpLsXaa';
const SECRET = 'r4zPq81LmVcXz0TtYw6bNn3k';

/** Epoch seconds that it takes. */
const [EARLIEST, LATEST] = [946_684_800, 4_765_046_400];

export function razorpayError(status: number, code: string, description: string): Answer {
  const error = { code, description, source: 'NA', step: 'NA', reason: 'NA', metadata: {} };
  return { status, body: { error } };
}

const bad = (description: string): Answer => razorpayError(400, 'BAD_REQUEST_ERROR', description);

/** What is wrong with a request, whatever list it asks for. */
export function refuse(
  headers: { authorization?: string | undefined },
  query: Readonly<Record<string, string>>,
  known: readonly string[],
): Answer | undefined {
  if (headers.authorization !== basic(KEY, SECRET)) {
    return razorpayError(401, 'BAD_REQUEST_ERROR', 'Authentication failed');
  }
  const strange = Object.keys(query).filter((name) => !known.includes(name));
  if (strange.length === 0) return undefined;
  return bad(`${strange.join(', ')} is/are not required and should not be sent`);
}

const STATUS = { new: 'authorized', paid: 'captured', done: 'refunded', failed: 'failed' } as const;

const idOf = ({ index }: Sale): string => `pay_${(index + 10 ** 9).toString(36).toUpperCase()}Qx`;

const online = ({ method }: Sale): boolean => method !== 'cod';

function rowOf(sale: Sale): object {
  const { index, paise, method, stage, createdMs } = sale;
  const failed = stage === 'failed';
  return {
    id: idOf(sale),
    entity: 'payment',
    amount: paise,
    currency: 'INR',
    status: STATUS[stage],
    order_id: `order_${index}`,
    invoice_id: null,
    international: false,
    method,
    amount_refunded: stage === 'done' ? paise : 0,
    captured: stage === 'paid' || stage === 'done',
    description: null,
    vpa: method === 'upi' ? `buyer${index}@okexample` : null,
    email: `buyer${index}@example.com`,
    contact: '+919000000000',
    // As PHP spells an empty object.
    notes: index % 4 === 0 ? [] : { shop_order: `#${1000 + index}` },
    fee: failed ? null : Math.round(paise * 0.02),
    tax: failed ? null : Math.round(paise * 0.0036),
    error_code: failed ? 'BAD_REQUEST_ERROR' : null,
    error_description: failed ? 'Payment was declined by the bank' : null,
    acquirer_data: { rrn: method === 'upi' ? String(400_000_000_000 + index) : null },
    created_at: createdMs / 1000,
  };
}

export const razorpayPayments: Peer = {
  name: 'razorpay-payments',
  stream: 'payments',
  secrets: { razorpay_key: KEY, razorpay_secret: SECRET },
  profile: (url) => ({
    hosts: { razorpay: { url, auth: { basic: ['{razorpay_key}', '{razorpay_secret}'] } } },
    streams: alone('payments', {
      host: 'razorpay',
      path: '/v1/payments',
      query: { from: '{from}', to: '{to}', count: '{limit}', skip: '{offset}' },
      time: { query: 'epoch_s' },
      paging: { kind: 'offset', limit: 100 },
      records: ['items'],
      key: ['payment_id'],
      cursor: ['created_at'],
      fields: {
        payment_id: 'id',
        merchant_reference_id: 'order_id',
        moid: 'notes.shop_order',
        transaction_id: 'acquirer_data.rrn',
        amount: { from: 'amount', divide: 100 },
        error_message: 'error_description',
      },
    }),
  }),
  open: (shop, strikes) => (asked) => {
    const { path, query, headers } = asked;
    if (path !== '/v1/payments') return razorpayError(404, 'BAD_REQUEST_ERROR', 'Not found');
    const refusal = refuse(headers, query, ['from', 'to', 'count', 'skip', 'expand[]']);
    if (refusal) return refusal;
    const count = wholeNumber(query.count, 10, 1, 100);
    const skip = wholeNumber(query.skip, 0, 0, 10 ** 6);
    const from = wholeNumber(query.from, EARLIEST, EARLIEST, LATEST);
    const to = wholeNumber(query.to, LATEST, EARLIEST, LATEST);
    if (count === undefined) return bad('The count must be between 1 and 100.');
    if (skip === undefined) return bad('The skip must be a valid integer.');
    if (from === undefined || to === undefined) {
      return bad(`from must be between ${EARLIEST} and ${LATEST}`);
    }
    if (strikes()) return razorpayError(429, 'BAD_REQUEST_ERROR', 'Too many requests');
    const items = shop
      .sales()
      .filter(online)
      .filter(({ createdMs }) => createdMs / 1000 >= from && createdMs / 1000 <= to)
      .reverse()
      .slice(skip, skip + count)
      .map(rowOf);
    return { body: { entity: 'collection', count: items.length, items } };
  },
  truth: (shop) =>
    shop
      .sales()
      .filter(online)
      .map((sale) => ({
        key: idOf(sale),
        fields: {
          payment_id: idOf(sale),
          merchant_reference_id: `order_${sale.index}`,
          moid: sale.index % 4 === 0 ? null : `#${1000 + sale.index}`,
          transaction_id: sale.method === 'upi' ? String(400_000_000_000 + sale.index) : null,
          method: sale.method,
          status: STATUS[sale.stage],
          amount: sale.paise / 100,
          currency: 'INR',
          error_code: sale.stage === 'failed' ? 'BAD_REQUEST_ERROR' : null,
          error_message: sale.stage === 'failed' ? 'Payment was declined by the bank' : null,
          created_at: utc(sale.createdMs),
        },
      })),
  async read(ask, fromMs, toMs) {
    const rows: unknown[] = [];
    const headers = { authorization: basic(KEY, SECRET) };
    for (;;) {
      const query = { from: fromMs / 1000, to: toMs / 1000, count: 100, skip: rows.length };
      const { body } = await ask('/v1/payments', query, { headers });
      const { items } = body as { items: unknown[] };
      if (items.length === 0) return rows;
      rows.push(...items);
    }
  },
  keyOf: ({ id }: { id: string }) => id,
};
