import {
  type Answer,
  alone,
  india,
  instantOf,
  type Peer,
  type Sale,
  utc,
  wholeNumber,
} from './peer.ts';

/** Shopify Admin REST, orders: the next page is a link in a header, whose address bears no filter. */

const PATH = '/admin/api/2025-10/orders.json';
const TOKEN = 'shpat_5d1c0de9fa774b23a1e6';

const fail = (status: number, errors: unknown): Answer => ({ status, body: { errors } });

const FINANCIAL = { new: 'pending', paid: 'paid', done: 'refunded', failed: 'voided' } as const;

const idOf = ({ index }: Sale): number => 5_600_000_000_000 + index * 32_768;
const gatewayOf = ({ method }: Sale): string =>
  method === 'cod' ? 'Cash on Delivery (COD)' : 'Gokwik UPI';

const rowOf = (sale: Sale): object => ({
  id: idOf(sale),
  name: `#${1000 + sale.index}`,
  email: `buyer${sale.index}@example.com`,
  created_at: `${india(sale.createdMs)}+05:30`,
  updated_at: `${india(sale.updatedMs)}+05:30`,
  currency: 'INR',
  total_price: (sale.paise / 100).toFixed(2),
  subtotal_price: (sale.paise / 100).toFixed(2),
  financial_status: FINANCIAL[sale.stage],
  fulfillment_status: sale.stage === 'done' ? 'fulfilled' : null,
  payment_gateway_names: [gatewayOf(sale)],
  note_attributes: [],
  line_items: [
    {
      id: sale.index * 10,
      title: 'Cotton Kurta',
      quantity: 1,
      price: (sale.paise / 100).toFixed(2),
    },
  ],
});

interface Place {
  readonly fromMs: number;
  readonly toMs: number;
  readonly at: number;
}

export const shopifyRest: Peer = {
  name: 'shopify-rest',
  stream: 'orders',
  secrets: { shopify_token: TOKEN },
  profile: (url) => ({
    hosts: { shopify: { url, auth: { headers: { 'x-shopify-access-token': '{shopify_token}' } } } },
    streams: alone('orders', {
      host: 'shopify',
      path: PATH,
      query: {
        status: 'any',
        limit: '{limit}',
        updated_at_min: '{from}',
        updated_at_max: '{to}',
      },
      time: { query: 'iso' },
      paging: { kind: 'link', limit: 50, next: '@header.link' },
      records: ['orders'],
      key: ['platform_order_id'],
      fields: {
        platform_order_id: 'id',
        moid: 'name',
        order_status: 'financial_status',
        payment_method: 'payment_gateway_names.0',
        total: 'total_price',
        subtotal: 'subtotal_price',
      },
    }),
  }),
  open:
    (shop, strikes) =>
    ({ path, query, headers }) => {
      if (path !== PATH) return fail(404, 'Not Found');
      if (headers['x-shopify-access-token'] !== TOKEN) {
        return fail(
          401,
          '[API] Invalid API key or access token (unrecognized login or wrong password)',
        );
      }
      const limit = wholeNumber(query.limit, 50, 1, 250);
      if (limit === undefined) return fail(400, { limit: 'must be between 1 and 250' });
      const { page_info } = query;
      const strange = Object.keys(query).filter(
        (name) => !['limit', 'fields', 'page_info'].includes(name),
      );
      if (page_info !== undefined && strange.length > 0) {
        return fail(400, {
          [strange[0] ?? '']: `${strange[0]} cannot be passed when page_info is present.`,
        });
      }
      const place: Place =
        page_info === undefined
          ? {
              fromMs: query.updated_at_min ? instantOf(query.updated_at_min) : 0,
              toMs: query.updated_at_max
                ? instantOf(query.updated_at_max)
                : Number.MAX_SAFE_INTEGER,
              at: 0,
            }
          : JSON.parse(Buffer.from(page_info, 'base64url').toString());
      if (Number.isNaN(place.fromMs + place.toMs)) return fail(400, { updated_at_min: 'invalid' });
      if (page_info === undefined && query.status !== 'any')
        return fail(400, { status: 'open only' });
      if (strikes()) {
        const errors =
          'Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.';
        return { ...fail(429, errors), headers: { 'retry-after': '2.0' } };
      }
      const rows = shop
        .sales()
        .filter(({ updatedMs }) => updatedMs >= place.fromMs && updatedMs <= place.toMs)
        .reverse();
      const end = place.at + limit;
      const linkTo = (at: number, rel: string) => {
        const info = Buffer.from(JSON.stringify({ ...place, at })).toString('base64url');
        return `<http://${headers.host}${PATH}?limit=${limit}&page_info=${info}>; rel="${rel}"`;
      };
      const links = [
        ...(place.at > 0 ? [linkTo(Math.max(0, place.at - limit), 'previous')] : []),
        ...(end < rows.length ? [linkTo(end, 'next')] : []),
      ];
      return {
        ...(links.length > 0 && { headers: { link: links.join(', ') } }),
        body: { orders: rows.slice(place.at, end).map(rowOf) },
      };
    },
  truth: (shop) =>
    shop.sales().map((sale) => ({
      key: String(idOf(sale)),
      fields: {
        platform_order_id: String(idOf(sale)),
        moid: `#${1000 + sale.index}`,
        order_status: FINANCIAL[sale.stage],
        payment_method: gatewayOf(sale),
        total: sale.paise / 100,
        subtotal: sale.paise / 100,
        email: `buyer${sale.index}@example.com`,
        created_at: utc(sale.createdMs),
        updated_at: utc(sale.updatedMs),
      },
    })),
  async read(ask, fromMs, toMs) {
    const rows: unknown[] = [];
    const init = { headers: { 'x-shopify-access-token': TOKEN } };
    const query = {
      status: 'any',
      limit: 50,
      updated_at_min: utc(fromMs),
      updated_at_max: utc(toMs),
    };
    let answer = await ask(PATH, query, init);
    for (;;) {
      rows.push(...(answer.body as { orders: unknown[] }).orders);
      const next = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
      if (next === undefined) return rows;
      const { pathname, search } = new URL(next);
      answer = await ask(pathname + search, {}, init);
    }
  },
  keyOf: ({ id }: { id: number }) => String(id),
};
