import {
  type Fault,
  type Simulator,
  type SimulatorOptions,
  type StreamName,
  startSimulator,
} from '../../src/index.ts';

/** A reader of the simulator that knows nothing of its insides: the reference, in a page of code. */

export const DAY_MS = 86_400_000;
export const NOW_MS = Date.parse('2026-11-20T10:00:00Z');

export type Row = Record<string, unknown>;

interface List {
  readonly path: string;
  readonly from: string;
  readonly to: string;
  readonly dates?: boolean;
  readonly limit: string;
  readonly rows: (body: Body) => readonly Row[];
  /** Parameters of the next page; undefined: it was the last. */
  readonly next: (body: Body, page: number, size: number) => Record<string, string> | undefined;
}

/** Answers are looked at as loosely as a test may. */
export interface Body {
  readonly [field: string]: unknown;
  readonly data: Readonly<Record<string, unknown>> & readonly Row[];
  readonly meta: { readonly total: number; readonly total_pages: number };
}

function byCursor(path: string, list?: string): List {
  return {
    path,
    from: 'updated_after',
    to: 'updated_before',
    limit: 'limit',
    rows: ({ data }) => (list === undefined ? data : (data[list] as Row[])),
    next: (body) => {
      const cursor = body.next_cursor ?? body.data.next_cursor;
      const more = body.has_more ?? body.data.has_more ?? true;
      return more && cursor ? { cursor: String(cursor) } : undefined;
    },
  };
}

export const LISTS = {
  orders: byCursor('/v1/order/list'),
  checkouts: byCursor('/v1/checkout/list', 'checkouts'),
  abandoned_checkouts: byCursor('/v1/abandoned-cart/list', 'carts'),
  payments: byCursor('/v1/payment/list'),
  rto_predictions: byCursor('/v1/rto/list', 'predictions'),
  address_prefills: byCursor('/v1/address-prefill/list', 'prefills'),
  settlements: {
    path: '/v1/settlement/list',
    from: 'from',
    to: 'to',
    dates: true,
    limit: 'limit',
    rows: ({ data }) => data.settlements as Row[],
    next: ({ data }, page, size) =>
      (data.settlements as Row[]).length < size ? undefined : { page: String(page + 1) },
  },
  shipments: {
    path: '/kwikship/api/v1/shipments',
    from: 'from',
    to: 'to',
    dates: true,
    limit: 'per_page',
    rows: ({ data }) => data,
    next: ({ meta }, page) => (page < meta.total_pages ? { page: String(page + 1) } : undefined),
  },
  returns: {
    path: '/return-exchange/v2',
    from: 'created_at_min',
    to: 'created_at_max',
    limit: 'limit',
    rows: ({ data }) => data.list as Row[],
    next: ({ data }, page) => (data.hasNextPage ? { page: String(page + 1) } : undefined),
  },
} as const satisfies Partial<Record<StreamName, List>>;

export type Listed = keyof typeof LISTS;

export const STREAMS: readonly StreamName[] = [
  ...(Object.keys(LISTS) as Listed[]),
  'order_items',
  'checkout_events',
  'refunds',
];

/** A merchant as of a fixed moment, closed when the test ends. */
export async function start(
  t: { teardown(close: () => unknown): void },
  options: SimulatorOptions = {},
): Promise<Simulator> {
  const simulator = await startSimulator({ nowMs: NOW_MS, ...options });
  t.teardown(() => simulator.close());
  return simulator;
}

export function headersOf(simulator: Simulator): Record<string, string> {
  const { appId, appSecret, returnPrimeToken } = simulator.credentials;
  return {
    appid: appId,
    appsecret: appSecret,
    'gk-app-id': appId,
    'gk-app-secret': appSecret,
    'x-rp-token': returnPrimeToken,
  };
}

export async function get(
  simulator: Simulator,
  path: string,
  query: Readonly<Record<string, string>> = {},
  init: RequestInit = {},
): Promise<Response> {
  const url = new URL(simulator.baseUrl + path);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return fetch(url, { headers: headersOf(simulator), redirect: 'manual', ...init });
}

export async function getBody(
  simulator: Simulator,
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<Body> {
  return (await (await get(simulator, path, query)).json()) as Body;
}

export function iso(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

export function indiaDate(ms: number): string {
  return new Date(ms + 19_800_000).toISOString().slice(0, 10);
}

/** The answer to an orders request that a fault strikes. */
export async function struck(
  simulator: Simulator,
  fault: Fault,
  query: Record<string, string> = {},
) {
  const remove = simulator.inject(fault);
  try {
    return await get(simulator, LISTS.orders.path, query);
  } finally {
    remove();
  }
}

/** The parameters of a window; for dates, of the India days its ends are on. */
export function windowOf(stream: Listed, fromMs: number, toMs: number): Record<string, string> {
  const list: List = LISTS[stream];
  const write = list.dates ? indiaDate : iso;
  return { [list.from]: write(fromMs), [list.to]: write(toMs) };
}

/** Every row of a window, page after page; `between` runs after each page. */
export async function readAll(
  simulator: Simulator,
  stream: Listed,
  window: Readonly<Record<string, string>>,
  size = 100,
  between: () => void = () => {},
): Promise<Row[]> {
  const list: List = LISTS[stream];
  const rows: Row[] = [];
  let next: Record<string, string> | undefined = {};
  for (let page = 1; next !== undefined; page += 1) {
    const query: Record<string, string> = { ...window, [list.limit]: String(size), ...next };
    const body = await getBody(simulator, list.path, query);
    rows.push(...list.rows(body));
    between();
    next = list.next(body, page, size);
    if (page > 2000) throw new Error('pages do not end');
  }
  return rows;
}

/** The key of a row as it is sent. */
export function wireKey(stream: StreamName, row: Row): string {
  switch (stream) {
    case 'orders':
      return String(row.gokwik_oid ?? row.request_id);
    case 'payments':
      return String(row.payment_id ?? row.paymentId);
    case 'refunds':
      return String(row.refund_id ?? row.refundId);
    case 'shipments':
      return String(row.awb);
    case 'returns':
      return String(row.id);
    case 'settlements':
      return [row.settlement_utr, row.payment_id, row.transaction_type, row.serial_no].join(':');
    default:
      return String(row.request_id);
  }
}

export function truthKeys(
  simulator: Simulator,
  stream: StreamName,
  range: { fromMs?: number; toMs?: number } = {},
): string[] {
  return [...simulator.truth(stream, range)].map(({ key }) => key).sort();
}
