import { type Answer, alone, type Peer, type Sale, utc, wholeNumber } from './peer.ts';

/** Magento 2 REST, orders: search criteria in the query; past the end, the last page comes again. */

const PATH = '/rest/V1/orders';
const TOKEN = 'mg2abc0integrationtoken9';

const fail = (status: number, message: string): Answer => ({
  status,
  body: { message, parameters: [] },
});

const STATUS = {
  new: 'pending',
  paid: 'processing',
  done: 'complete',
  failed: 'canceled',
} as const;
const METHOD = { cod: 'cashondelivery', upi: 'gokwik_upi', card: 'gokwik_card' } as const;

/** `2026-09-09 07:23:34`, UTC. */
const stamp = (ms: number): string => utc(ms).slice(0, 19).replace('T', ' ');

const rowOf = (sale: Sale): object => ({
  entity_id: 70_000 + sale.index,
  increment_id: String(sale.index).padStart(9, '0'),
  state: STATUS[sale.stage],
  status: STATUS[sale.stage],
  grand_total: sale.paise / 100,
  subtotal: sale.paise / 100,
  order_currency_code: 'INR',
  created_at: stamp(sale.createdMs),
  updated_at: stamp(sale.updatedMs),
  customer_email: `buyer${sale.index}@example.com`,
  billing_address: { city: 'Kochi', telephone: '9000000000' },
  payment: { method: METHOD[sale.method] },
  items: [],
});

const criterion = (group: number, name: string): string =>
  `searchCriteria[filterGroups][${group}][filters][0][${name}]`;
const SIZE = 'searchCriteria[pageSize]';
const PAGE = 'searchCriteria[currentPage]';

/** Both bounds of `updated_at`. */
const criteria = (from: string, to: string): Record<string, string> => ({
  [criterion(0, 'field')]: 'updated_at',
  [criterion(0, 'value')]: from,
  [criterion(0, 'conditionType')]: 'gteq',
  [criterion(1, 'field')]: 'updated_at',
  [criterion(1, 'value')]: to,
  [criterion(1, 'conditionType')]: 'lteq',
});

export const magentoOrders: Peer = {
  name: 'magento-orders',
  stream: 'orders',
  secrets: { magento_token: TOKEN },
  profile: (url) => ({
    hosts: { magento: { url, auth: { headers: { authorization: 'Bearer {magento_token}' } } } },
    streams: alone('orders', {
      host: 'magento',
      path: PATH,
      query: { ...criteria('{from}', '{to}'), [SIZE]: '{limit}', [PAGE]: '{page}' },
      time: { query: 'YYYY-MM-DD HH:mm:ss', in: 'Z', zone: 'Z' },
      paging: { kind: 'page', limit: 20, count: 'total_count' },
      records: ['items'],
      key: ['platform_order_id'],
      fields: {
        platform_order_id: 'entity_id',
        moid: 'increment_id',
        order_status: 'status',
        total: 'grand_total',
        email: 'customer_email',
        phone: 'billing_address.telephone',
        payment_method: 'payment.method',
      },
    }),
  }),
  open:
    (shop, strikes) =>
    ({ path, query, headers }) => {
      if (path !== PATH) return fail(404, 'Request does not match any route.');
      if (headers.authorization !== `Bearer ${TOKEN}`) {
        return fail(401, "The consumer isn't authorized to access %resources.");
      }
      const size = wholeNumber(query[SIZE], 20, 1, 300);
      const page = wholeNumber(query[PAGE], 1, 1, 10 ** 6);
      const [from = '', to = ''] = [0, 1].map((group) => query[criterion(group, 'value')]);
      const known: Record<string, string> = {
        ...criteria(from, to),
        [SIZE]: query[SIZE] ?? '',
        [PAGE]: query[PAGE] ?? '',
      };
      const isKnown = Object.entries(query).every(([name, value]) => known[name] === value);
      if (!size || !page || !isKnown) return fail(400, 'Invalid search criteria');
      if (strikes()) return fail(503, 'Service Temporarily Unavailable');
      const rows = shop
        .sales()
        .map((sale) => ({ sale, at: stamp(sale.updatedMs) }))
        .filter(({ at }) => at >= from && at <= to)
        .map(({ sale }) => rowOf(sale));
      // A page past the end is the last one.
      const last = Math.max(1, Math.ceil(rows.length / size));
      const at = (Math.min(page, last) - 1) * size;
      const search_criteria = { page_size: size, current_page: page };
      return {
        body: { items: rows.slice(at, at + size), search_criteria, total_count: rows.length },
      };
    },
  truth: (shop) =>
    shop.sales().map((sale) => ({
      key: String(70_000 + sale.index),
      fields: {
        platform_order_id: String(70_000 + sale.index),
        moid: String(sale.index).padStart(9, '0'),
        order_status: STATUS[sale.stage],
        payment_method: METHOD[sale.method],
        total: sale.paise / 100,
        subtotal: sale.paise / 100,
        email: `buyer${sale.index}@example.com`,
        phone: '9000000000',
        created_at: utc(sale.createdMs),
        updated_at: utc(sale.updatedMs),
      },
    })),
  async read(ask, fromMs, toMs) {
    const rows: unknown[] = [];
    for (let page = 1; ; page += 1) {
      const query = { ...criteria(stamp(fromMs), stamp(toMs)), [SIZE]: 20, [PAGE]: page };
      const { body } = await ask(PATH, query, { headers: { authorization: `Bearer ${TOKEN}` } });
      const { items, total_count } = body as { items: unknown[]; total_count: number };
      rows.push(...items);
      if (rows.length >= total_count) return rows;
    }
  },
  keyOf: ({ entity_id }: { entity_id: number }) => String(entity_id),
};
