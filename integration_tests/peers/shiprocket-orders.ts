import { DAY_MS, indiaDate, MINUTE_MS, parseIndiaDate } from '../../simulator/src/world/time.ts';
import { type Answer, alone, india, type Peer, type Sale, utc, wholeNumber } from './peer.ts';

/** Shiprocket, orders: a login, India days, stamps in words without seconds, newest first. */

const PATH = '/v1/external/orders';
const LOGIN = '/v1/external/auth/login';
const EMAIL = 'api-user@shop.example.com';
const PASSWORD = 'Sr#2026!kiteString';

const fail = (status: number, message: string): Answer => ({
  status,
  body: { message, status_code: status },
});

const STATUS = { new: 'NEW', paid: 'SHIPPED', done: 'DELIVERED', failed: 'CANCELED' } as const;

/** `9 Aug 2021, 11:50 AM` */
function inWords(ms: number): string {
  const [year = '', month = '', day = '', hour = '', minute = ''] = india(ms).split(/[-T:]/);
  const name = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')[Number(month) - 1];
  const clock = `${Number(hour) % 12 || 12}:${minute} ${Number(hour) < 12 ? 'AM' : 'PM'}`;
  return `${Number(day)} ${name} ${year}, ${clock}`;
}

const awbOf = ({ index, stage }: Sale): string | null =>
  stage === 'paid' || stage === 'done' ? String(19_041_000_000_000 + index) : null;

function rowOf(sale: Sale): object {
  const { index, paise, method, stage, createdMs } = sale;
  return {
    id: 16_000_000 + index,
    channel_order_id: `#${1000 + index}`,
    customer_email: `buyer${index}@example.com`,
    customer_phone: '9000000000',
    payment_method: method === 'cod' ? 'cod' : 'prepaid',
    total: (paise / 100).toFixed(2),
    status: STATUS[stage],
    created_at: inWords(createdMs),
    shipments: [{ id: index, awb: awbOf(sale) ?? '', courier: '' }],
    products: [{ name: 'Cotton Kurta', quantity: 1 }],
  };
}

export const shiprocketOrders: Peer = {
  name: 'shiprocket-orders',
  stream: 'orders',
  secrets: { shiprocket_email: EMAIL, shiprocket_password: PASSWORD },
  profile: (url) => ({
    hosts: {
      shiprocket: {
        url,
        auth: {
          headers: { authorization: 'Bearer {token}' },
          login: {
            path: LOGIN,
            json: { email: '{shiprocket_email}', password: '{shiprocket_password}' },
            token: 'token',
          },
        },
      },
    },
    streams: alone('orders', {
      host: 'shiprocket',
      path: PATH,
      query: { from: '{from}', to: '{to}', page: '{page}', per_page: '{limit}' },
      time: { query: 'date', in: '+05:30' },
      paging: { kind: 'page', limit: 50, total: 'meta.pagination.total_pages' },
      records: ['data'],
      key: ['platform_order_id'],
      cursor: ['created_at'],
      fields: {
        platform_order_id: 'id',
        moid: 'channel_order_id',
        order_status: 'status',
        awb_number: 'shipments.0.awb',
        email: 'customer_email',
        phone: 'customer_phone',
      },
    }),
  }),
  open: (shop, strikes) => {
    let turn = 1;
    return ({ method, path, query, headers, json }) => {
      if (path === LOGIN && method === 'POST') {
        const { email, password } = (json ?? {}) as Record<string, unknown>;
        if (email === EMAIL && password === PASSWORD) {
          return { body: { id: 1, email: EMAIL, token: `eyJ.${turn}.shiprocket` } };
        }
        return fail(403, 'Invalid email and password combination');
      }
      if (path !== PATH) return fail(404, 'Page not found');
      if (headers.authorization !== `Bearer eyJ.${turn}.shiprocket`) {
        return fail(401, 'Token has expired');
      }
      const page = wholeNumber(query.page, 1, 1, 10 ** 6);
      const size = wholeNumber(query.per_page, 15, 1, 500);
      const fromMs = parseIndiaDate(query.from ?? '');
      const toMs = parseIndiaDate(query.to ?? '');
      if (!page || !size || fromMs === undefined || toMs === undefined)
        return fail(422, 'Oops! Invalid Data.');
      if (strikes()) {
        // Its ten days are over: the next one is another.
        turn += 1;
        return fail(401, 'Token has expired');
      }
      const rows = shop
        .sales()
        .filter(({ createdMs }) => createdMs >= fromMs && createdMs < toMs + DAY_MS)
        .reverse();
      const data = rows.slice((page - 1) * size, page * size).map(rowOf);
      const pages = Math.max(1, Math.ceil(rows.length / size));
      const pagination = {
        total: rows.length,
        count: data.length,
        per_page: size,
        current_page: page,
        total_pages: pages,
        links: page < pages ? { next: `https://apiv2.shiprocket.in${PATH}?page=${page + 1}` } : {},
      };
      return { body: { data, meta: { pagination } } };
    };
  },
  truth: (shop) =>
    shop.sales().map((sale) => ({
      key: String(16_000_000 + sale.index),
      fields: {
        platform_order_id: String(16_000_000 + sale.index),
        moid: `#${1000 + sale.index}`,
        order_status: STATUS[sale.stage],
        payment_method: sale.method === 'cod' ? 'cod' : 'prepaid',
        payment_class: sale.method === 'cod' ? 'cod' : 'prepaid',
        total: sale.paise / 100,
        awb_number: awbOf(sale),
        email: `buyer${sale.index}@example.com`,
        phone: '9000000000',
        created_at: utc(Math.floor(sale.createdMs / MINUTE_MS) * MINUTE_MS),
      },
    })),
  async read(ask, fromMs, toMs) {
    const json = { email: EMAIL, password: PASSWORD };
    const { body: login } = await ask(LOGIN, {}, { method: 'POST', json });
    const headers = { authorization: `Bearer ${(login as { token: string }).token}` };
    const rows: unknown[] = [];
    for (let page = 1; ; page += 1) {
      const query = { from: indiaDate(fromMs), to: indiaDate(toMs), page, per_page: 50 };
      const { body } = await ask(PATH, query, { headers });
      const { data, meta } = body as {
        data: unknown[];
        meta: { pagination: { total_pages: number } };
      };
      rows.push(...data);
      if (page >= meta.pagination.total_pages) return rows;
    }
  },
  keyOf: ({ id }: { id: number }) => String(id),
};
