import { type Answer, alone, type Peer, type Sale, utc, wholeNumber } from './peer.ts';

/**
 * An orders list behind the other pair of headers, with other names. Only the headers and the envelope
 * of this host are evidenced: path and rows are made up.
 */

const PATH = '/v3/orders/list';
const ID = 'gkx-app-2b9f61';
const SECRET = 'gkx-secret-a11ce7d0';
const MERCHANT = '4hbqk2m9x1zt';

function fail(status: number, message: string, http = status): Answer {
  const error = { message, reference: { statusCode: status, message } };
  return { status: http, body: { success: false, status_code: status, error } };
}

const STATUS = { new: 'Pending', paid: 'Confirmed', done: 'Delivered', failed: 'Failed' } as const;
const idOf = ({ index }: Sale): string => `KWIKGX${String(index).padStart(8, '0')}`;

const rowOf = (sale: Sale): object => ({
  order_id: idOf(sale),
  merchant_reference_id: String(100_000 + sale.index),
  status: STATUS[sale.stage],
  amount: sale.paise,
  payment_mode: sale.method,
  customer: { email: `buyer${sale.index}@example.com` },
  createdAt: sale.createdMs,
  updatedAt: sale.updatedMs,
});

export const gkxOrders: Peer = {
  name: 'gokwik-gkx-orders',
  stream: 'orders',
  secrets: {},
  config: { app_id: ID, app_secret: SECRET, merchant_id: MERCHANT },
  profile: (url) => ({
    hosts: {
      gkx: {
        url,
        auth: {
          headers: {
            'gk-app-id': '{app_id}',
            'gk-app-secret': '{app_secret}',
            'gk-merchant-id': '{merchant_id}',
          },
        },
      },
    },
    streams: alone('orders', {
      host: 'gkx',
      path: PATH,
      query: { from: '{from}', to: '{to}', page: '{page}', limit: '{limit}' },
      time: { query: 'epoch_ms' },
      paging: { kind: 'page', limit: 50, total: 'data.total_pages' },
      records: ['data.orders'],
      key: ['gokwik_oid'],
      fields: {
        gokwik_oid: 'order_id',
        moid: 'merchant_reference_id',
        order_status: 'status',
        total: { from: 'amount', divide: 100 },
        payment_method: 'payment_mode',
        email: 'customer.email',
        created_at: 'createdAt',
        updated_at: 'updatedAt',
      },
    }),
  }),
  open:
    (shop, strikes) =>
    ({ path, query, headers }) => {
      if (path !== PATH) return fail(404, 'Not found');
      for (const name of ['gk-app-id', 'gk-app-secret', 'gk-merchant-id']) {
        if (!headers[name]) return fail(403, `Missing required header: ${name}`);
      }
      const isKnown = headers['gk-app-id'] === ID && headers['gk-app-secret'] === SECRET;
      if (!isKnown || headers['gk-merchant-id'] !== MERCHANT) return fail(401, 'Unauthorized');
      const page = wholeNumber(query.page, 1, 1, 10 ** 6);
      const limit = wholeNumber(query.limit, 20, 1, 100);
      const fromMs = wholeNumber(query.from, 0, 0, 10 ** 14);
      const toMs = wholeNumber(query.to, 10 ** 14, 0, 10 ** 14);
      if (!page || !limit || fromMs === undefined || toMs === undefined)
        return fail(400, 'Bad request');
      if (strikes()) return fail(503, 'Upstream did not answer', 200);
      const rows = shop.sales().filter(({ updatedMs }) => updatedMs >= fromMs && updatedMs < toMs);
      const orders = rows.slice((page - 1) * limit, page * limit).map(rowOf);
      const data = { orders, page, limit, total_pages: Math.ceil(rows.length / limit) };
      return { body: { success: true, status_code: 200, timestamp: utc(shop.nowMs), data } };
    },
  truth: (shop) =>
    shop.sales().map((sale) => ({
      key: idOf(sale),
      fields: {
        gokwik_oid: idOf(sale),
        moid: String(100_000 + sale.index),
        order_status: STATUS[sale.stage],
        payment_method: sale.method,
        payment_class: sale.method === 'cod' ? 'cod' : 'prepaid',
        total: sale.paise / 100,
        email: `buyer${sale.index}@example.com`,
        created_at: utc(sale.createdMs),
        updated_at: utc(sale.updatedMs),
      },
    })),
  async read(ask, fromMs, toMs) {
    const rows: unknown[] = [];
    const headers = { 'gk-app-id': ID, 'gk-app-secret': SECRET, 'gk-merchant-id': MERCHANT };
    for (let page = 1; ; page += 1) {
      const query = { from: fromMs, to: toMs + 1, page, limit: 50 };
      const { body } = await ask(PATH, query, { headers });
      const { data } = body as { data: { orders: unknown[]; total_pages: number } };
      rows.push(...data.orders);
      if (page >= data.total_pages) return rows;
    }
  },
  keyOf: ({ order_id }: { order_id: string }) => order_id,
};
