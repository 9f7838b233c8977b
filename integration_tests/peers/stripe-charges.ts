import { type Answer, alone, type Peer, type Sale, utc, wholeNumber } from './peer.ts';

/** Stripe, charges: the next page begins after the last row's id, newest first. */

const PATH = '/v1/charges';
const KEY = 'rk_live_51PeErSaMpLeKeY00';
const KNOWN = [
  'created[gte]',
  'created[lt]',
  'created[gt]',
  'created[lte]',
  'limit',
  'starting_after',
];

function fail(status: number, code: string, message: string): Answer {
  const type = status === 401 ? 'authentication_error' : 'invalid_request_error';
  return { status, body: { error: { type, code, message } } };
}

const idOf = ({ index }: Sale): string => `ch_3P${(index + 10 ** 9).toString(36)}`;
const online = ({ method }: Sale): boolean => method !== 'cod';
const STATUS = { new: 'pending', paid: 'succeeded', done: 'succeeded', failed: 'failed' } as const;

function rowOf(sale: Sale): object {
  const { index, paise, stage, method, createdMs } = sale;
  return {
    id: idOf(sale),
    object: 'charge',
    amount: paise,
    amount_refunded: stage === 'done' ? paise : 0,
    currency: 'inr',
    created: createdMs / 1000,
    status: STATUS[stage],
    paid: stage === 'paid' || stage === 'done',
    refunded: stage === 'done',
    failure_code: stage === 'failed' ? 'card_declined' : null,
    failure_message: stage === 'failed' ? 'Your card was declined.' : null,
    metadata: index % 3 === 0 ? {} : { order_id: `#${1000 + index}` },
    payment_intent: `pi_${index}`,
    payment_method_details: { type: method, [method]: {} },
  };
}

export const stripeCharges: Peer = {
  name: 'stripe-charges',
  stream: 'payments',
  secrets: { stripe_key: KEY },
  profile: (url) => ({
    hosts: { stripe: { url, auth: { headers: { authorization: 'Bearer {stripe_key}' } } } },
    streams: alone('payments', {
      host: 'stripe',
      path: PATH,
      query: {
        'created[gte]': '{from}',
        'created[lt]': '{to}',
        limit: '{limit}',
        starting_after: '{cursor}',
      },
      time: { query: 'epoch_s' },
      paging: { kind: 'cursor', limit: 40, next: '@last.id', more: 'has_more' },
      records: ['data'],
      key: ['payment_id'],
      cursor: ['created_at'],
      fields: {
        payment_id: 'id',
        moid: 'metadata.order_id',
        transaction_id: 'payment_intent',
        method: 'payment_method_details.type',
        amount: { from: 'amount', divide: 100 },
        error_code: 'failure_code',
        error_message: 'failure_message',
        created_at: 'created',
      },
      columns: { refunded: 'boolean' },
    }),
  }),
  open:
    (shop, strikes) =>
    ({ path, query, headers }) => {
      if (path !== PATH) return fail(404, 'url_invalid', 'Unrecognized request URL');
      if (headers.authorization !== `Bearer ${KEY}`) return fail(401, 'invalid', 'Invalid API Key');
      const strange = Object.keys(query).find((name) => !KNOWN.includes(name));
      if (strange) return fail(400, 'parameter_unknown', `Received unknown parameter: ${strange}`);
      const limit = wholeNumber(query.limit, 10, 1, 100);
      const gte = wholeNumber(query['created[gte]'], 0, 0, 10 ** 11);
      const lt = wholeNumber(query['created[lt]'], 10 ** 11, 0, 10 ** 11);
      if (limit === undefined || gte === undefined || lt === undefined) {
        return fail(400, 'parameter_invalid_integer', 'Invalid integer');
      }
      const rows = shop.sales().filter(online).reverse();
      const { starting_after } = query;
      const after = rows.findIndex((sale) => idOf(sale) === starting_after);
      if (starting_after !== undefined && after < 0) {
        return fail(400, 'resource_missing', `No such charge: '${starting_after}'`);
      }
      if (strikes()) return fail(429, 'rate_limit', 'Too many requests hit the API too quickly.');
      const left = rows
        .slice(after + 1)
        .filter(({ createdMs }) => createdMs / 1000 >= gte && createdMs / 1000 < lt);
      const data = left.slice(0, limit).map(rowOf);
      return { body: { object: 'list', url: PATH, has_more: left.length > limit, data } };
    },
  truth: (shop) =>
    shop
      .sales()
      .filter(online)
      .map((sale) => ({
        key: idOf(sale),
        fields: {
          payment_id: idOf(sale),
          moid: sale.index % 3 === 0 ? null : `#${1000 + sale.index}`,
          transaction_id: `pi_${sale.index}`,
          method: sale.method,
          status: STATUS[sale.stage],
          amount: sale.paise / 100,
          currency: 'inr',
          error_code: sale.stage === 'failed' ? 'card_declined' : null,
          error_message: sale.stage === 'failed' ? 'Your card was declined.' : null,
          refunded: sale.stage === 'done',
          created_at: utc(sale.createdMs),
        },
      })),
  async read(ask, fromMs, toMs) {
    const rows: { id: string }[] = [];
    for (;;) {
      const last = rows.at(-1);
      const query = {
        'created[gte]': fromMs / 1000,
        'created[lt]': toMs / 1000 + 1,
        limit: 40,
        ...(last && { starting_after: last.id }),
      };
      const { body } = await ask(PATH, query, { headers: { authorization: `Bearer ${KEY}` } });
      const { data, has_more } = body as { data: { id: string }[]; has_more: boolean };
      rows.push(...data);
      if (!has_more) return rows;
    }
  },
  keyOf: ({ id }: { id: string }) => id,
};
