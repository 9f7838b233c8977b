import {
  DAY_MS,
  indiaDate,
  indiaReport,
  MINUTE_MS,
  parseIndiaDate,
} from '../../simulator/src/world/time.ts';
import { type Answer, alone, type Peer, type Sale, utc, wholeNumber } from './peer.ts';

/** The orders of GoKwik's dashboard: a session's cookie, India days, refusals in the body. */

const PATH = '/v3/api/dashboard/orders/all';
const SESSION = 's%3A7f0d1ab2c9e84';
const MID = '9q2m4k7hx1ab';

/** HTTP calls it a success. */
const fail = (statusCode: number, statusMessage: string): Answer => ({
  body: { statusCode, statusMessage, data: {} },
});

const STATUS = {
  new: 'Pending',
  paid: 'Confirmed',
  done: 'Delivered',
  failed: 'Cancelled',
} as const;
const METHOD = { cod: 'COD', upi: 'Gokwik UPI', card: 'card | credit' } as const;
const idOf = ({ index }: Sale): string => `KWIK5DASH${String(index).padStart(7, '0')}`;
const KNOWN = 'start_dt end_dt sortKey sortOrder mode page pageSize'.split(' ');

const toMinute = (ms: number): number => Math.floor(ms / MINUTE_MS) * MINUTE_MS;

const rowOf = (sale: Sale): object => ({
  gokwik_order_id: idOf(sale),
  merchant_order_id: String(5_600_000_000_000 + sale.index),
  order_number: `#${1000 + sale.index}`,
  status: STATUS[sale.stage],
  payment_mode: METHOD[sale.method],
  grand_total: (sale.paise / 100).toLocaleString('en-IN', { minimumFractionDigits: 2 }),
  utm_source: sale.index % 3 === 0 ? 'NA' : 'google',
  created_at: indiaReport(sale.createdMs),
});

export const dashboardOrders: Peer = {
  name: 'gokwik-dashboard-orders',
  stream: 'orders',
  secrets: { dashboard_session: SESSION },
  config: { merchant_id: MID },
  profile: (url) => ({
    hosts: {
      dashboard: {
        url,
        auth: {
          headers: {
            cookie: 'session={dashboard_session}',
            'merchant-mid': '{merchant_id}',
            'merchant-int-id': '4711',
            'user-type': 'merchant',
          },
        },
      },
    },
    streams: alone('orders', {
      host: 'dashboard',
      path: PATH,
      query: {
        start_dt: '{from}',
        end_dt: '{to}',
        sortKey: 'created_at',
        sortOrder: 'asc',
        mode: 'all',
        page: '{page}',
        pageSize: '{limit}',
      },
      time: { query: 'date', in: '+05:30', zone: '+05:30' },
      paging: { kind: 'page', limit: 40 },
      records: ['data.orders'],
      key: ['gokwik_oid'],
      cursor: ['created_at'],
      fields: {
        gokwik_oid: 'gokwik_order_id',
        platform_order_id: 'merchant_order_id',
        moid: 'order_number',
        order_status: 'status',
        payment_method: 'payment_mode',
        total: 'grand_total',
      },
    }),
  }),
  open:
    (shop, strikes) =>
    ({ path, query, headers }) => {
      if (path !== PATH)
        return { status: 404, body: { statusCode: 404, statusMessage: 'Not found' } };
      const isIn = headers.cookie === `session=${SESSION}` && headers['merchant-mid'] === MID;
      if (!isIn || !headers['merchant-int-id'] || !headers['user-type']) {
        return fail(401, 'Session expired, please login again');
      }
      const page = wholeNumber(query.page, 1, 1, 10 ** 6);
      const size = wholeNumber(query.pageSize, 10, 1, 100);
      const [fromMs, toMs] = [
        parseIndiaDate(query.start_dt ?? ''),
        parseIndiaDate(query.end_dt ?? ''),
      ];
      const isKnown = Object.keys(query).every((name) => KNOWN.includes(name));
      if (!page || !size || fromMs === undefined || toMs === undefined || !isKnown) {
        return fail(400, 'Invalid request');
      }
      if (strikes()) return fail(500, 'Something went wrong');
      const rows = shop
        .sales()
        .filter(({ createdMs }) => createdMs >= fromMs && createdMs < toMs + DAY_MS);
      if (query.sortOrder === 'desc') rows.reverse();
      const orders = rows.slice((page - 1) * size, page * size).map(rowOf);
      return { body: { statusCode: 200, statusMessage: 'Success', data: { orders } } };
    },
  truth: (shop) =>
    shop.sales().map((sale) => ({
      key: idOf(sale),
      fields: {
        gokwik_oid: idOf(sale),
        platform_order_id: String(5_600_000_000_000 + sale.index),
        moid: `#${1000 + sale.index}`,
        order_status: STATUS[sale.stage],
        payment_method: METHOD[sale.method],
        payment_class: sale.method === 'cod' ? 'cod' : 'prepaid',
        total: sale.paise / 100,
        utm_source: sale.index % 3 === 0 ? null : 'google',
        created_at: utc(toMinute(sale.createdMs)),
      },
    })),
  async read(ask, fromMs, toMs) {
    const rows: unknown[] = [];
    const headers = {
      cookie: `session=${SESSION}`,
      'merchant-mid': MID,
      'merchant-int-id': '4711',
      'user-type': 'merchant',
    };
    for (let page = 1; ; page += 1) {
      const days = { start_dt: indiaDate(fromMs), end_dt: indiaDate(toMs) };
      const query = {
        ...days,
        sortKey: 'created_at',
        sortOrder: 'asc',
        mode: 'all',
        page,
        pageSize: 40,
      };
      const { body } = await ask(PATH, query, { headers });
      const { data } = body as { data: { orders: unknown[] } };
      if (data.orders.length === 0) return rows;
      rows.push(...data.orders);
    }
  },
  keyOf: ({ gokwik_order_id }: { gokwik_order_id: string }) => gokwik_order_id,
};
