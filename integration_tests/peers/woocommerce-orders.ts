import {
  type Answer,
  alone,
  basic,
  india,
  type Peer,
  type Sale,
  utc,
  wholeNumber,
} from './peer.ts';

/** WooCommerce REST v3, orders: the answer is a list, its pages are counted in a header, in two zones. */

const PATH = '/wp-json/wc/v3/orders';
const KEY = 'ck_0a9f3c5b7d11e2';
const SECRET = 'cs_77aa10b2c3d4e5f6';

const fail = (status: number, code: string, message: string): Answer => ({
  status,
  body: { code, message, data: { status } },
});

const STATUS = { new: 'pending', paid: 'processing', done: 'completed', failed: 'failed' } as const;
const KNOWN =
  'modified_after modified_before dates_are_gmt page per_page orderby order status'.split(' ');

const rowOf = (sale: Sale): object => ({
  id: 20_000 + sale.index,
  number: String(20_000 + sale.index),
  status: STATUS[sale.stage],
  currency: 'INR',
  date_created: india(sale.createdMs),
  date_created_gmt: utc(sale.createdMs).slice(0, 19),
  date_modified: india(sale.updatedMs),
  date_modified_gmt: utc(sale.updatedMs).slice(0, 19),
  total: (sale.paise / 100).toFixed(2),
  payment_method: sale.method === 'cod' ? 'cod' : sale.method,
  transaction_id: '',
  billing: { first_name: 'Meera', city: 'Pune', email: `buyer${sale.index}@example.com` },
  line_items: [{ id: sale.index, name: 'Cotton Kurta', quantity: 1, total: '0.00' }],
});

/** Excluded, as the plugin does it; UTC where the request says so. */
const stampOf = (text: string | undefined, fallback: number): number =>
  text === undefined ? fallback : Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);

export const woocommerceOrders: Peer = {
  name: 'woocommerce-orders',
  stream: 'orders',
  secrets: { woo_key: KEY, woo_secret: SECRET },
  profile: (url) => ({
    hosts: { woo: { url, auth: { basic: ['{woo_key}', '{woo_secret}'] } } },
    streams: alone('orders', {
      host: 'woo',
      path: PATH,
      query: {
        modified_after: '{from}',
        modified_before: '{to}',
        dates_are_gmt: 'true',
        page: '{page}',
        per_page: '{limit}',
      },
      time: { query: 'YYYY-MM-DDTHH:mm:ss', in: 'Z', zone: 'Z' },
      paging: { kind: 'page', limit: 40, total: '@header.x-wp-totalpages' },
      records: ['.'],
      key: ['platform_order_id'],
      fields: {
        platform_order_id: 'id',
        moid: 'number',
        order_status: 'status',
        email: 'billing.email',
        created_at: 'date_created_gmt',
        updated_at: 'date_modified_gmt',
      },
    }),
  }),
  open:
    (shop, strikes) =>
    ({ path, query, headers }) => {
      if (path !== PATH) return fail(404, 'rest_no_route', 'No route was found');
      if (headers.authorization !== basic(KEY, SECRET)) {
        return fail(401, 'woocommerce_rest_cannot_view', 'Sorry, you cannot list resources.');
      }
      const page = wholeNumber(query.page, 1, 1, 10 ** 6);
      const size = wholeNumber(query.per_page, 10, 1, 100);
      const [afterMs, beforeMs] = [
        stampOf(query.modified_after, 0),
        stampOf(query.modified_before, Number.MAX_SAFE_INTEGER),
      ];
      if (!page || !size || Number.isNaN(afterMs + beforeMs) || query.dates_are_gmt !== 'true') {
        return fail(400, 'rest_invalid_param', 'Invalid parameter(s)');
      }
      const strange = Object.keys(query).filter((name) => !KNOWN.includes(name));
      if (strange.length > 0) return fail(400, 'rest_invalid_param', strange.join());
      if (strikes()) {
        // A plugin fell over: the site's page of errors stands where a list should.
        return { status: 500, body: '<p>There has been a critical error on this website.</p>' };
      }
      const rows = shop
        .sales()
        .filter(({ updatedMs }) => updatedMs > afterMs && updatedMs < beforeMs)
        .reverse();
      const pages = Math.ceil(rows.length / size);
      return {
        headers: { 'x-wp-total': String(rows.length), 'x-wp-totalpages': String(pages) },
        body: rows.slice((page - 1) * size, page * size).map(rowOf),
      };
    },
  truth: (shop) =>
    shop.sales().map((sale) => ({
      key: String(20_000 + sale.index),
      fields: {
        platform_order_id: String(20_000 + sale.index),
        moid: String(20_000 + sale.index),
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
    for (let page = 1; ; page += 1) {
      const query = {
        modified_after: utc(fromMs - 1000).slice(0, 19),
        modified_before: utc(toMs + 1000).slice(0, 19),
        dates_are_gmt: 'true',
        page,
        per_page: 40,
      };
      const { body, headers } = await ask(PATH, query, {
        headers: { authorization: basic(KEY, SECRET) },
      });
      rows.push(...(body as unknown[]));
      if (page >= Number(headers.get('x-wp-totalpages'))) return rows;
    }
  },
  keyOf: ({ id }: { id: number }) => String(id),
};
