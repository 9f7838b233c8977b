import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { between, chance, draws, pick } from '../../simulator/src/world/random.ts';
import {
  DAY_MS,
  HOUR_MS,
  INDIA_MS,
  indiaDay,
  wholeSeconds,
} from '../../simulator/src/world/time.ts';

/** A list API of this field as a small server, and what a connector must make of it. */
export interface Peer {
  readonly name: string;
  /** The stream of ours that its rows become. */
  readonly stream: string;
  /** Secrets of the config by name; each may go to this peer alone. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Other keys of the config. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** The `api_profile` as a merchant would write it, but for the server's address. */
  profile(url: string): object;
  /** Answers requests about a shop. `strikes` is true once a sync: something goes wrong then. */
  open(shop: Shop, strikes: () => boolean): Answering;
  /** The rows of ours that are right as of the shop's present. */
  truth(shop: Shop): Truth[];
  /** Rows of a time as a client reads them that follows the peer's documentation. */
  read(ask: Ask, fromMs: number, toMs: number): Promise<unknown[]>;
  /** What tells one of those rows apart: the truth's key. */
  keyOf(row: never): string;
}

export interface Truth {
  readonly key: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  /** The body as JSON; undefined: there is none. */
  readonly json: unknown;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent as HTML, all else as JSON. */
  readonly body: unknown;
}

export type Answering = (asked: Asked) => Answer;

export type Ask = (
  path: string,
  query?: Readonly<Record<string, string | number>>,
  init?: { method?: string; headers?: Record<string, string>; json?: unknown },
) => Promise<{ status: number; headers: Headers; body: never }>;

/** One sale as of the present. All instants are whole seconds. */
export interface Sale {
  readonly index: number;
  readonly createdMs: number;
  /** When its current version was made. */
  readonly updatedMs: number;
  readonly stage: 'new' | 'paid' | 'done' | 'failed';
  readonly paidMs: number | undefined;
  readonly method: 'upi' | 'card' | 'cod';
  readonly paise: number;
}

export interface Shop {
  nowMs: number;
  readonly startMs: number;
  /** In the order of their creation; what is in the future is not there yet. */
  sales(): Sale[];
}

const SALES = 640;
const DAYS = 60;

/** Sixty days of sales up to a moment; all that happens to one happens within 15 days. */
export function openShop(seed: number, endMs: number): Shop {
  const startMs = wholeSeconds(endMs - DAYS * DAY_MS);
  const step = (DAYS * DAY_MS) / SALES;
  const shop: Shop = {
    nowMs: endMs,
    startMs,
    sales() {
      const all = Array.from({ length: SALES }, (_, index) => saleAt(index, shop.nowMs));
      return all.filter((sale) => sale !== undefined);
    },
  };
  function saleAt(index: number, nowMs: number): Sale | undefined {
    const draw = draws(seed, index, 1);
    const createdMs = startMs + wholeSeconds((index + draw()) * step);
    if (createdMs > nowMs) return undefined;
    const method = pick(draw, ['upi', 'upi', 'card', 'cod'] as const);
    const paise = between(draw, 199, 4999) * 100 + between(draw, 0, 99);
    const firstMs = createdMs + wholeSeconds(between(draw, 60, 2 * 86_400) * 1000);
    const failed = chance(draw, 0.1);
    const doneMs = firstMs + wholeSeconds(between(draw, DAY_MS, 13 * DAY_MS));
    const whole = { index, createdMs, method, paise };
    if (firstMs > nowMs) {
      return { ...whole, updatedMs: createdMs, stage: 'new', paidMs: undefined };
    }
    if (failed) return { ...whole, updatedMs: firstMs, stage: 'failed', paidMs: undefined };
    const done = doneMs <= nowMs;
    const [updatedMs, stage] = done ? ([doneMs, 'done'] as const) : ([firstMs, 'paid'] as const);
    return { ...whole, updatedMs, stage, paidMs: firstMs };
  }
  return shop;
}

/** When a payment is settled: the second India day after it, in the morning. */
export const settledMs = ({ paidMs = 0 }: Sale): number =>
  indiaDay(paidMs) + 2 * DAY_MS + 10 * HOUR_MS;

/** Sales whose money is settled as of the present. */
export const settledSales = (shop: Shop): Sale[] =>
  shop
    .sales()
    .filter((sale) => sale.paidMs !== undefined && sale.method !== 'cod')
    .filter((sale) => settledMs(sale) <= shop.nowMs);

/** The bank's reference becomes known three days after the settlement. */
export const utrOf = (shop: Shop, sale: Sale): string | null =>
  settledMs(sale) + 3 * DAY_MS <= shop.nowMs ? `UTR${Math.floor(settledMs(sale) / DAY_MS)}` : null;

/** `2026-09-09T07:23:34Z` */
export const utc = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
/** `2026-09-09T12:53:34`, India time. */
export const india = (ms: number): string => utc(ms + INDIA_MS).slice(0, 19);
/** An instant of either. Not a number where it is none. */
export const instantOf = (text: string): number => Date.parse(text);

/** `{orders: …}` alone is asked for: the other streams have no endpoint here. */
export function alone(stream: string, profile: object): Record<string, object> {
  const others = [
    'orders',
    'checkouts',
    'abandoned_checkouts',
    'payments',
    'rto_predictions',
    'address_prefills',
    'settlements',
    'refunds',
    'shipments',
    'returns',
  ].filter((name) => name !== stream);
  const off = Object.fromEntries(others.map((name) => [name, { enabled: false }]));
  return { ...off, [stream]: profile };
}

export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** Undefined where a text is no whole number within bounds; the fallback where there is none. */
export function wholeNumber(
  given: unknown,
  fallback: number,
  least: number,
  most: number,
): number | undefined {
  if (given === undefined) return fallback;
  const number = /^\d+$/.test(String(given)) ? Number(given) : Number.NaN;
  return number >= least && number <= most ? number : undefined;
}

export interface Served {
  readonly url: string;
  readonly strikes: () => number;
  /** Answers that refused something: a client that asks rightly causes none but the strikes'. */
  readonly refusals: () => readonly string[];
  close(): Promise<void>;
}

/** Serves a peer on loopback. Its clock is the shop's. */
export async function serve(peer: Peer, shop: Shop, troubled: boolean): Promise<Served> {
  let seen = { nowMs: shop.nowMs, times: 0 };
  let hits = 0;
  const refusals: string[] = [];
  // The third request for a list, once for each moment at which the shop is read.
  const strikes = (): boolean => {
    if (seen.nowMs !== shop.nowMs) seen = { nowMs: shop.nowMs, times: 0 };
    seen.times += 1;
    if (!troubled || seen.times !== 3) return false;
    hits += 1;
    return true;
  };
  const answering = peer.open(shop, strikes);
  const server = createServer(async (request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    const { pathname, searchParams } = new URL(url, 'http://peer');
    const body = await text(request);
    const query = Object.fromEntries(searchParams);
    const asked = { method, path: pathname, query, headers, json: body ? parse(body) : undefined };
    const before = hits;
    const answer = answering(asked);
    const { status = 200 } = answer;
    // Requests that were under way when a token ended are refused with it.
    const isLate = status === 401 && hits > 0;
    if (status >= 400 && hits === before && !isLate) refusals.push(`${status} ${method} ${url}`);
    const isText = typeof answer.body === 'string';
    response.writeHead(status, {
      'content-type': isText ? 'text/html' : 'application/json',
      date: new Date(shop.nowMs).toUTCString(),
      ...answer.headers,
    });
    response.end(isText ? answer.body : JSON.stringify(answer.body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    strikes: () => hits,
    refusals: () => refusals,
    async close() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
