/**
 * The default API profile: what the connector believes GoKwik's list endpoints look like, as data.
 * GoKwik documents no list API. Each stream carries its evidence, and a merchant overrides any part
 * with `api_profile` in the config, without a rebuild.
 *
 * Evidence: LIVE, its author ran it against real GoKwik traffic; OFFICIAL, GoKwik's own SDKs,
 * plugins and docs; DOC, a third party working from a GoKwik document; 3P, third-party code,
 * unproven; ASSUMED, ours, no public source.
 */

export type Family = 'merchant' | 'gkx' | 'kwikship' | 'returnprime';

/**
 * How rows follow each other.
 * - `cursor`: ask for `limit_param`, pass `next` (looked for at the top of the envelope and inside
 *   `data`) as `cursor_param`, until `more` is false or there is no next.
 * - `page`: numbered from 1, until a page is `short`, or `total` pages were read, or `more` is false.
 * - `none`: one request has everything.
 */
export type Paging =
  | {
      kind: 'cursor';
      limit_param: string;
      limit: number;
      cursor_param: string;
      next: string;
      more: string;
    }
  | {
      kind: 'page';
      page_param: string;
      limit_param?: string;
      limit?: number;
      until: 'short' | 'total' | 'more';
      total?: string;
      /** Where an answer says how many rows all pages have: when it falls, some left the list. */
      count?: string;
      more?: string;
    }
  | { kind: 'none' };

export interface TimeProfile {
  /** How window bounds are written in the query. `date` is an India date, both ends inclusive. */
  query: 'iso' | 'date' | 'epoch_s' | 'epoch_ms';
  /** The offset of stamps that carry none, in records of this stream. */
  zone: '+05:30' | 'Z';
}

export interface StreamProfile {
  family: Family;
  /** One line for the stream table: what is known and how. */
  evidence: string;
  enabled: boolean;
  /** Appended to the family's host. Absent for children. */
  path?: string;
  /**
   * Query parameters. Values may hold `{from}` and `{to}` (the window, written as `time.query` says)
   * and, where `per` names a parent stream, `{<field of the parent's row>}`.
   */
  query: Record<string, string>;
  /** Where the rows are: the first of these paths that holds a list. */
  records: string[];
  paging: Paging;
  time: TimeProfile;
  /** Alternatives for the key, the first complete one wins; an inner list is a composite key. */
  key: (string | string[])[];
  /**
   * The key and cursor of a stream that has `files`, where those lack the API's: what both can
   * compute, so that a row from a file and the API's row are one row in the destination, and the
   * newer of them stays.
   */
  with_files?: { key?: (string | string[])[]; cursor?: string[] };
  /** The moment of a row: the first of these fields that has a value. It is emitted in the first. */
  cursor: string[];
  /** Longest window the endpoint takes, in days, both ends counted. */
  max_days?: number;
  /** Rows are lists inside the rows of this stream (at `records`), and leave with its pages. */
  child_of?: string;
  /** One request for each row of this stream that `where` lets through. */
  per?: string;
  /** The parent's row qualifies when the field's value is not one of these. */
  where?: { field: string; not: string[] };
  /** Statuses, HTTP or in-body, that mean "no rows" here rather than a failure. */
  empty_status?: number[];
  /** Fields copied from the parent's row. */
  inherit?: string[];
  /** Other spellings upstream: emitted field → names it was seen under. */
  aliases?: Record<string, string[]>;
}

export interface ApiProfile {
  hosts: Partial<Record<Family, string>>;
  streams: Record<string, StreamProfile>;
}

const CURSOR_PAGING: Paging = {
  kind: 'cursor',
  limit_param: 'limit',
  limit: 100,
  cursor_param: 'cursor',
  next: 'next_cursor',
  more: 'has_more',
};

const UTC_ISO: TimeProfile = { query: 'iso', zone: '+05:30' };
const INDIA_DATES: TimeProfile = { query: 'date', zone: '+05:30' };
const UPDATED = { updated_after: '{from}', updated_before: '{to}' };
const CHANGED = ['updated_at', 'created_at'];

/** What the six list endpoints of the merchant family have in common. */
const MERCHANT_LIST = {
  family: 'merchant' as const,
  enabled: true,
  query: UPDATED,
  paging: CURSOR_PAGING,
  time: UTC_ISO,
  cursor: CHANGED,
};

export const DEFAULT_PROFILE: ApiProfile = {
  hosts: {},
  streams: {
    orders: {
      ...MERCHANT_LIST,
      evidence: 'path LIVE (reached, never seen to return rows), paging 3P, fields OFFICIAL',
      path: '/v1/order/list',
      records: ['data', 'data.orders', 'orders'],
      key: ['gokwik_oid', 'request_id', 'moid'],
      with_files: { key: ['platform_order_id', 'gokwik_oid', 'request_id', 'moid'] },
      aliases: { line_items: ['items'] },
    },
    order_items: {
      ...MERCHANT_LIST,
      evidence: 'fields OFFICIAL',
      child_of: 'orders',
      records: ['line_items', 'items'],
      key: [],
      inherit: ['request_id', 'gokwik_oid', 'moid', 'platform_order_id'],
    },
    checkouts: {
      ...MERCHANT_LIST,
      evidence: 'ASSUMED',
      path: '/v1/checkout/list',
      records: ['data', 'data.checkouts'],
      key: ['request_id', 'id'],
    },
    checkout_events: {
      ...MERCHANT_LIST,
      evidence: 'event names OFFICIAL, place ASSUMED',
      child_of: 'checkouts',
      records: ['events'],
      key: [],
      inherit: ['request_id', 'session_id'],
    },
    abandoned_checkouts: {
      ...MERCHANT_LIST,
      evidence: 'record LIVE (webhook captures), endpoint ASSUMED',
      path: '/v1/abandoned-cart/list',
      records: ['data.carts', 'carts', 'data'],
      key: ['request_id', 'id'],
      aliases: { drop_stage: ['drop_off_stage'] },
    },
    payments: {
      ...MERCHANT_LIST,
      evidence: 'field names DOC, endpoint ASSUMED',
      path: '/v1/payment/list',
      records: ['data', 'data.payments'],
      key: ['payment_id', 'id'],
      aliases: {
        payment_id: ['paymentId'],
        merchant_reference_id: ['merchantReferenceId'],
        transaction_id: ['transactionId'],
      },
    },
    rto_predictions: {
      ...MERCHANT_LIST,
      evidence: 'flags OFFICIAL, endpoint ASSUMED',
      path: '/v1/rto/list',
      records: ['data', 'data.predictions'],
      key: ['request_id'],
    },
    address_prefills: {
      ...MERCHANT_LIST,
      evidence: 'ASSUMED',
      path: '/v1/address-prefill/list',
      records: ['data', 'data.prefills'],
      key: ['request_id'],
    },
    settlements: {
      family: 'merchant',
      evidence: 'columns LIVE (CSV report), endpoint ASSUMED',
      enabled: true,
      path: '/v1/settlement/list',
      query: { from: '{from}', to: '{to}' },
      records: ['data', 'data.settlements'],
      paging: {
        kind: 'page',
        page_param: 'page',
        limit_param: 'limit',
        limit: 100,
        until: 'short',
      },
      time: INDIA_DATES,
      key: [['settlement_utr', 'payment_id', 'transaction_type', 'serial_no']],
      cursor: ['settlement_date'],
      with_files: {
        // `serial_no` counts the rows of one report.
        key: [
          [
            'settlement_utr',
            'payment_id',
            'transaction_type',
            'transaction_rrn',
            'debit',
            'credit',
          ],
        ],
        // Two reports date the same settlement alike; a version has to tell which is younger.
        cursor: ['updated_at', 'settlement_date'],
      },
    },
    refunds: {
      family: 'gkx',
      evidence: 'endpoint LIVE, fields mostly unknown',
      enabled: true,
      path: '/v1/payments/refunds',
      query: { platformOrderId: '{platform_order_id}' },
      records: ['data'],
      paging: { kind: 'none' },
      time: UTC_ISO,
      key: ['refund_id', 'id'],
      cursor: CHANGED,
      per: 'orders',
      where: { field: 'payment_class', not: ['cod'] },
      inherit: ['platform_order_id', 'gokwik_oid', 'moid'],
      aliases: { refund_id: ['refundId'], payment_id: ['paymentId'] },
    },
    shipments: {
      family: 'kwikship',
      evidence: 'list DOC, detail call LIVE',
      enabled: true,
      path: '/api/v1/shipments',
      query: { from: '{from}', to: '{to}' },
      records: ['data'],
      paging: {
        kind: 'page',
        page_param: 'page',
        limit_param: 'per_page',
        limit: 100,
        until: 'total',
        total: 'meta.total_pages',
        count: 'meta.total',
      },
      time: INDIA_DATES,
      max_days: 30,
      key: ['awb'],
      cursor: ['creation_datetime'],
    },
    returns: {
      family: 'returnprime',
      evidence: 'LIVE; needs its own token',
      enabled: true,
      path: '/return-exchange/v2',
      query: { created_at_min: '{from}', created_at_max: '{to}' },
      records: ['data.list'],
      paging: { kind: 'page', page_param: 'page', until: 'more', more: 'data.hasNextPage' },
      time: UTC_ISO,
      key: ['id'],
      cursor: ['created_at'],
    },
  },
};
