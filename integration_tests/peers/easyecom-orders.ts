import { DAY_MS } from '../../simulator/src/world/time.ts';
import { type Answer, alone, india, type Peer, type Sale, utc, wholeNumber } from './peer.ts';

/** EasyEcom, getAllOrders V2: the next page is a path to be taken as it stands. */

const PATH = '/orders/V2/getAllOrders';
const EMAIL = 'ops@shop.example.com';
const PASSWORD = 'Ee!copperkettle7';
const API_KEY = 'ee-3f2a9d0b77c1';

/** HTTP calls it a success. */
const refuse = (code: number, message: string): Answer => ({ body: { code, message, data: [] } });

const STATUS = { new: 'Open', paid: 'Shipped', done: 'Delivered', failed: 'Cancelled' } as const;

/** `2026-09-09 12:53:34`, India time. */
const stamp = (ms: number): string => india(ms).replace('T', ' ');

const rowOf = (sale: Sale): object => ({
  invoice_id: 300_000 + sale.index,
  // An order that was split has two invoices.
  order_id: 900_000 + Math.floor(sale.index / 2),
  reference_code: `#${1000 + sale.index}`,
  marketplace: 'Shopify',
  order_status: STATUS[sale.stage],
  payment_mode: sale.method === 'cod' ? 'COD' : 'PrePaid',
  total_amount: sale.index % 2 === 0 ? sale.paise / 100 : (sale.paise / 100).toFixed(2),
  awb_number: sale.stage === 'done' ? String(5_000_000 + sale.index) : sale.index % 2 ? 'NA' : '',
  email: sale.index % 5 === 0 ? 'NA' : `buyer${sale.index}@example.com`,
  order_date: stamp(sale.createdMs),
  last_update_date: stamp(sale.updatedMs),
});

interface Place {
  readonly from: string;
  readonly to: string;
  readonly limit: number;
  readonly at: number;
}

export const easyecomOrders: Peer = {
  name: 'easyecom-orders',
  stream: 'orders',
  secrets: { easyecom_email: EMAIL, easyecom_password: PASSWORD, easyecom_key: API_KEY },
  profile: (url) => ({
    hosts: {
      easyecom: {
        url,
        auth: {
          headers: { 'x-api-key': '{easyecom_key}', authorization: 'Bearer {token}' },
          login: {
            path: '/access/token',
            headers: { 'x-api-key': '{easyecom_key}' },
            json: {
              email: '{easyecom_email}',
              password: '{easyecom_password}',
              location_key: 'en12345',
            },
            token: 'data.token.jwt_token',
          },
        },
      },
    },
    streams: alone('orders', {
      host: 'easyecom',
      path: PATH,
      query: { limit: '{limit}', start_date: '{from}', end_date: '{to}' },
      time: { query: 'YYYY-MM-DD HH:mm:ss', in: '+05:30', zone: '+05:30' },
      max_days: 6,
      paging: { kind: 'link', limit: 25, next: 'data.nextUrl' },
      records: ['data.orders'],
      key: ['platform_order_id'],
      fields: {
        platform_order_id: 'invoice_id',
        moid: 'reference_code',
        payment_method: 'payment_mode',
        total: 'total_amount',
        awb_number: { from: 'awb_number', nulls: ['NA'] },
        email: { from: 'email', nulls: ['NA'] },
        created_at: 'order_date',
        updated_at: 'last_update_date',
      },
      columns: { marketplace: 'string' },
    }),
  }),
  open: (shop, strikes) => {
    let turn = 1;
    return ({ method, path, query, headers, json }) => {
      if (headers['x-api-key'] !== API_KEY)
        return { status: 401, body: { message: 'Unauthorized' } };
      if (path === '/access/token' && method === 'POST') {
        const { email, password, location_key } = (json ?? {}) as Record<string, unknown>;
        if (email === EMAIL && password === PASSWORD && location_key) {
          return {
            body: { data: { token: { jwt_token: `jwt.${turn}.easyecom` } }, message: null },
          };
        }
        return refuse(401, 'Invalid credentials');
      }
      if (path !== PATH) return { status: 404, body: { message: 'Not found' } };
      if (headers.authorization !== `Bearer jwt.${turn}.easyecom`) {
        return { status: 401, body: { message: 'Token expired' } };
      }
      const place = placeOf(query);
      if (place === undefined) return refuse(400, 'Invalid start_date, end_date or limit');
      const days = (Date.parse(`${place.to}Z`) - Date.parse(`${place.from}Z`)) / DAY_MS;
      if (!(days >= 0 && days <= 7)) return refuse(400, 'Date range can not be more than 7 days');
      if (strikes()) {
        turn += 1;
        return { status: 401, body: { message: 'Token expired' } };
      }
      const rows = shop
        .sales()
        .map((sale) => ({ sale, at: stamp(sale.updatedMs) }))
        .filter(({ at }) => at >= place.from && at <= place.to);
      const end = place.at + place.limit;
      const cursor = Buffer.from(JSON.stringify({ ...place, at: end })).toString('base64');
      const nextUrl = end < rows.length ? `${PATH}?cursor=${encodeURIComponent(cursor)}` : null;
      const orders = rows.slice(place.at, end).map(({ sale }) => rowOf(sale));
      return { body: { code: 200, message: 'Successful', data: { orders, nextUrl } } };
    };
  },
  truth: (shop) =>
    shop.sales().map((sale) => ({
      key: String(300_000 + sale.index),
      fields: {
        platform_order_id: String(300_000 + sale.index),
        moid: `#${1000 + sale.index}`,
        order_status: STATUS[sale.stage],
        payment_method: sale.method === 'cod' ? 'COD' : 'PrePaid',
        total: sale.paise / 100,
        awb_number: sale.stage === 'done' ? String(5_000_000 + sale.index) : null,
        email: sale.index % 5 === 0 ? null : `buyer${sale.index}@example.com`,
        marketplace: 'Shopify',
        created_at: utc(sale.createdMs),
        updated_at: utc(sale.updatedMs),
      },
    })),
  async read(ask, fromMs, toMs) {
    const rows: unknown[] = [];
    const key = { 'x-api-key': API_KEY };
    const json = { email: EMAIL, password: PASSWORD, location_key: 'en12345' };
    const { body } = await ask('/access/token', {}, { method: 'POST', headers: key, json });
    const { data } = body as { data: { token: { jwt_token: string } } };
    const headers = { ...key, authorization: `Bearer ${data.token.jwt_token}` };
    for (let ms = fromMs; ms <= toMs; ms += 6 * DAY_MS) {
      const end_date = stamp(Math.min(ms + 6 * DAY_MS - 1000, toMs));
      const query = new URLSearchParams({ limit: '25', start_date: stamp(ms), end_date });
      let next: string | null = `${PATH}?${query}`;
      while (next !== null) {
        const answer = await ask(next, {}, { headers });
        const page = answer.body as { data: { orders: unknown[]; nextUrl: string | null } };
        rows.push(...page.data.orders);
        next = page.data.nextUrl;
      }
    }
    return rows;
  },
  keyOf: ({ invoice_id }: { invoice_id: number }) => String(invoice_id),
};

/** A cursor holds all that was asked; nothing may stand beside it. */
function placeOf(query: Readonly<Record<string, string>>): Place | undefined {
  const { cursor, start_date: from = '', end_date: to = '' } = query;
  if (cursor !== undefined) {
    if (Object.keys(query).length > 1) return undefined;
    try {
      return JSON.parse(Buffer.from(cursor, 'base64').toString());
    } catch {
      return undefined;
    }
  }
  const limit = wholeNumber(query.limit, 10, 1, 250);
  const isStamp = [from, to].every((text) => /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text));
  const isKnown = Object.keys(query).every((name) =>
    ['limit', 'start_date', 'end_date'].includes(name),
  );
  return limit && isStamp && isKnown ? { from, to, limit, at: 0 } : undefined;
}
