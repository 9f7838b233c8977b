import { DAY_MS } from '../../simulator/src/world/time.ts';
import { type Answer, alone, instantOf, type Peer, type Sale, utc, wholeNumber } from './peer.ts';

/** Unicommerce, sale order search: a POST with an offset in its body; refusals under HTTP 200. */

const PATH = '/services/rest/v1/oms/saleOrder/search';
const USER = 'reports@shop.example.com';
const PASSWORD = 'Uc-92-lanternfish';

/** HTTP calls it a success. */
const refuse = (code: number, description: string): Answer => ({
  body: {
    successful: false,
    message: null,
    errors: [{ code, fieldName: null, description, message: description }],
    warnings: null,
    totalRecords: null,
    elements: null,
  },
});

const STATUS = {
  new: 'CREATED',
  paid: 'PROCESSING',
  done: 'COMPLETE',
  failed: 'CANCELLED',
} as const;

const rowOf = (sale: Sale): object => ({
  code: `SO${String(sale.index).padStart(7, '0')}`,
  displayOrderCode: `#${1000 + sale.index}`,
  channel: 'SHOPIFY',
  status: STATUS[sale.stage],
  cod: sale.method === 'cod',
  notificationEmail: `buyer${sale.index}@example.com`,
  created: sale.createdMs,
  updated: sale.updatedMs,
});

interface Body {
  readonly fromDate?: string;
  readonly toDate?: string;
  readonly dateType?: string;
  readonly searchOptions?: { readonly displayStart?: unknown; readonly displayLength?: unknown };
}

export const unicommerceSearch: Peer = {
  name: 'unicommerce-search',
  stream: 'orders',
  secrets: { uniware_user: USER, uniware_password: PASSWORD },
  profile: (url) => ({
    hosts: {
      uniware: {
        url,
        auth: {
          headers: { authorization: 'bearer {token}' },
          login: {
            path: '/oauth/token',
            query: {
              grant_type: 'password',
              client_id: 'my-trusted-client',
              username: '{uniware_user}',
              password: '{uniware_password}',
            },
            token: 'access_token',
          },
        },
      },
    },
    streams: alone('orders', {
      host: 'uniware',
      path: PATH,
      json: {
        fromDate: '{from}',
        toDate: '{to}',
        dateType: 'UPDATED',
        searchOptions: { displayStart: '{offset}', displayLength: '{limit}' },
      },
      time: { query: 'iso' },
      max_days: 31,
      paging: { kind: 'offset', limit: 50, count: 'totalRecords' },
      records: ['elements'],
      key: ['platform_order_id'],
      fields: {
        platform_order_id: 'code',
        moid: 'displayOrderCode',
        order_status: 'status',
        email: 'notificationEmail',
        created_at: 'created',
        updated_at: 'updated',
      },
      columns: { cod: 'boolean', channel: 'string' },
      answers: [
        { when: { '@status': 403 }, means: 'wait' },
        { when: { successful: false }, means: 'fail' },
      ],
    }),
  }),
  open: (shop, strikes) => {
    const token = '0f9a7c2e-uniware';
    return ({ method, path, query, headers, json }) => {
      if (path === '/oauth/token' && method === 'GET') {
        const isKnown = query.username === USER && query.password === PASSWORD;
        if (isKnown && query.grant_type === 'password') {
          return { body: { access_token: token, token_type: 'bearer', expires_in: 41_621 } };
        }
        return {
          status: 400,
          body: { error: 'invalid_grant', error_description: 'Bad credentials' },
        };
      }
      if (path !== PATH || method !== 'POST') return { status: 404, body: '<h1>404</h1>' };
      if (headers.authorization !== `bearer ${token}`) {
        return { status: 401, body: { error: 'invalid_token' } };
      }
      const { fromDate = '', toDate = '', dateType, searchOptions } = (json ?? {}) as Body;
      const [fromMs, toMs] = [instantOf(fromDate), instantOf(toDate)];
      const start = wholeNumber(searchOptions?.displayStart, 0, 0, 10 ** 6);
      const length = wholeNumber(searchOptions?.displayLength, 10, 1, 200);
      if (Number.isNaN(fromMs + toMs) || start === undefined || !length) {
        return refuse(10_000, 'INVALID_REQUEST');
      }
      if (toMs - fromMs > 31 * DAY_MS) return refuse(10_106, 'Date range must be within 31 days');
      // Throttled: no word of it, and it looks like a refusal.
      if (strikes()) return { status: 403, body: '<html><body>Forbidden</body></html>' };
      const rows = shop.sales().filter((sale) => {
        const ms = dateType === 'UPDATED' ? sale.updatedMs : sale.createdMs;
        return ms >= fromMs && ms <= toMs;
      });
      return {
        body: {
          successful: true,
          message: null,
          errors: [],
          warnings: null,
          totalRecords: rows.length,
          elements: rows.slice(start, start + length).map(rowOf),
        },
      };
    };
  },
  truth: (shop) =>
    shop.sales().map((sale) => ({
      key: `SO${String(sale.index).padStart(7, '0')}`,
      fields: {
        platform_order_id: `SO${String(sale.index).padStart(7, '0')}`,
        moid: `#${1000 + sale.index}`,
        order_status: STATUS[sale.stage],
        email: `buyer${sale.index}@example.com`,
        cod: sale.method === 'cod',
        channel: 'SHOPIFY',
        created_at: utc(sale.createdMs),
        updated_at: utc(sale.updatedMs),
      },
    })),
  async read(ask, fromMs, toMs) {
    const rows: unknown[] = [];
    const login = {
      grant_type: 'password',
      client_id: 'my-trusted-client',
      username: USER,
      password: PASSWORD,
    };
    const { body } = await ask('/oauth/token', login);
    const headers = { authorization: `bearer ${(body as { access_token: string }).access_token}` };
    for (let ms = fromMs; ms <= toMs; ms += 31 * DAY_MS) {
      const until = utc(Math.min(ms + 31 * DAY_MS - 1000, toMs));
      for (let displayStart = 0; ; displayStart += 50) {
        const searchOptions = { displayStart, displayLength: 50 };
        const json = { fromDate: utc(ms), toDate: until, dateType: 'UPDATED', searchOptions };
        const { body } = await ask(PATH, {}, { method: 'POST', headers, json });
        const { totalRecords, elements } = body as { totalRecords: number; elements: unknown[] };
        rows.push(...elements);
        if (displayStart + 50 >= totalRecords) break;
      }
    }
    return rows;
  },
  keyOf: ({ code }: { code: string }) => code,
};
