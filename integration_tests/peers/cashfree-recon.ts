import { DAY_MS } from '../../simulator/src/world/time.ts';
import {
  type Answer,
  alone,
  india,
  instantOf,
  type Peer,
  type Sale,
  type Shop,
  settledMs,
  settledSales,
  utc,
  utrOf,
  wholeNumber,
} from './peer.ts';

/** Cashfree, settlement reconciliation: a POST whose body holds window and cursor. */

const PATH = '/pg/settlement/recon';
const ID = 'CF10293847AB';
const SECRET = 'cfsk_ma_prod_9f3b1c77de54a0';
const VERSION = '2023-08-01';

const fail = (status: number, code: string, message: string): Answer => ({
  status,
  body: { message, code, type: status === 429 ? 'rate_limit_error' : 'invalid_request_error' },
});

const idOf = ({ index }: Sale): string => String(70_000_000 + index);
const feeOf = ({ paise }: Sale): number => Math.round(paise * 0.019) / 100;
const netOf = (sale: Sale): number => Math.round(sale.paise - feeOf(sale) * 100) / 100;

const rowOf = (shop: Shop, sale: Sale): object => ({
  event_id: idOf(sale),
  event_type: 'PAYMENT',
  event_amount: sale.paise / 100,
  event_settlement_amount: netOf(sale),
  event_currency: 'INR',
  event_status: 'SUCCESS',
  event_time: `${india(sale.paidMs ?? 0)}+05:30`,
  order_id: `order_${sale.index}`,
  cf_payment_id: String(9_000_000 + sale.index),
  payment_service_charge: feeOf(sale),
  payment_service_tax: 0,
  payment_group: sale.method,
  settlement_utr: utrOf(shop, sale),
  settlement_date: `${india(settledMs(sale))}+05:30`,
});

interface Body {
  readonly pagination?: { readonly limit?: number; readonly cursor?: string | null };
  readonly filters?: { readonly start_date?: string; readonly end_date?: string };
}

export const cashfreeRecon: Peer = {
  name: 'cashfree-recon',
  stream: 'settlements',
  secrets: { cashfree_id: ID, cashfree_secret: SECRET },
  profile: (url) => ({
    hosts: {
      cashfree: {
        url,
        auth: {
          headers: {
            'x-client-id': '{cashfree_id}',
            'x-client-secret': '{cashfree_secret}',
            'x-api-version': VERSION,
          },
        },
      },
    },
    streams: alone('settlements', {
      host: 'cashfree',
      path: PATH,
      json: {
        pagination: { limit: '{limit}', cursor: '{cursor}' },
        filters: { start_date: '{from}', end_date: '{to}' },
      },
      time: { query: 'iso' },
      max_days: 30,
      paging: { kind: 'cursor', limit: 50, next: 'cursor' },
      records: ['data'],
      key: ['serial_no'],
      cursor: ['settlement_date'],
      fields: {
        serial_no: 'event_id',
        transaction_type: 'event_type',
        payment_id: 'cf_payment_id',
        amount: 'event_amount',
        credit: 'event_settlement_amount',
        fee: 'payment_service_charge',
        currency: 'event_currency',
        payment_method: 'payment_group',
        transaction_date: 'event_time',
      },
      answers: [{ when: { '@status': 429 }, means: 'wait', after: '@header.x-ratelimit-retry' }],
    }),
  }),
  open: (shop, strikes) => (asked) => {
    const { method, path, headers } = asked;
    if (path !== PATH || method !== 'POST') return fail(404, 'not_found', 'Not found');
    if (headers['x-client-id'] !== ID || headers['x-client-secret'] !== SECRET) {
      return fail(401, 'request_failed', 'authentication Failed');
    }
    if (headers['x-api-version'] !== VERSION) return fail(400, 'version_invalid', 'version');
    const { pagination, filters } = (asked.json ?? {}) as Body;
    const limit = wholeNumber(pagination?.limit, 10, 10, 1000);
    if (limit === undefined) return fail(400, 'pagination.limit_invalid', 'limit: 10 to 1000');
    const stamps = [filters?.start_date ?? '', filters?.end_date ?? ''];
    if (!stamps.every((stamp) => /T\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/.test(stamp))) {
      return fail(400, 'filters.start_date_invalid', 'dates: ISO 8601 with an offset');
    }
    const [fromMs = 0, toMs = 0] = stamps.map(instantOf);
    if (toMs - fromMs > 30 * DAY_MS || toMs < fromMs) {
      return fail(400, 'filters.end_date_invalid', 'at most 30 days');
    }
    const { cursor = null } = pagination ?? {};
    const at = cursor === null ? 0 : Number(Buffer.from(cursor, 'base64url').toString());
    if (!Number.isInteger(at)) return fail(400, 'pagination.cursor_invalid', 'cursor');
    if (strikes()) {
      return {
        ...fail(429, 'too_many_requests', 'slow down'),
        headers: { 'x-ratelimit-retry': '1' },
      };
    }
    const rows = settledSales(shop).filter((sale) => {
      const ms = settledMs(sale);
      return ms >= fromMs && ms <= toMs;
    });
    const end = at + limit;
    const next = end < rows.length ? Buffer.from(String(end)).toString('base64url') : null;
    const data = rows.slice(at, end).map((sale) => rowOf(shop, sale));
    return { body: { cursor: next, data, limit } };
  },
  truth: (shop) =>
    settledSales(shop).map((sale) => ({
      key: idOf(sale),
      fields: {
        serial_no: idOf(sale),
        transaction_type: 'PAYMENT',
        payment_id: String(9_000_000 + sale.index),
        order_id: `order_${sale.index}`,
        amount: sale.paise / 100,
        credit: netOf(sale),
        fee: feeOf(sale),
        currency: 'INR',
        payment_method: sale.method,
        settlement_utr: utrOf(shop, sale),
        transaction_date: utc(sale.paidMs ?? 0),
        settlement_date: utc(settledMs(sale)),
      },
    })),
  async read(ask, fromMs, toMs) {
    const rows: unknown[] = [];
    const headers = { 'x-client-id': ID, 'x-client-secret': SECRET, 'x-api-version': VERSION };
    for (let ms = fromMs; ms < toMs; ms += 30 * DAY_MS) {
      let cursor: string | null = null;
      const until = Math.min(ms + 30 * DAY_MS - 1000, toMs);
      do {
        const filters = { start_date: utc(ms), end_date: utc(until) };
        const json = { pagination: { limit: 50, cursor }, filters };
        const { body } = await ask(PATH, {}, { method: 'POST', headers, json });
        const answer = body as { cursor: string | null; data: unknown[] };
        rows.push(...answer.data);
        cursor = answer.cursor;
      } while (cursor !== null);
    }
    return rows;
  },
  keyOf: ({ event_id }: { event_id: string }) => event_id,
};
