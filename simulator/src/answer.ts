import { envelope, type Failure, failureReply, jsonReply, type Reply } from './envelope.ts';
import type { Strike } from './faults.ts';
import { isFailure, type Page, type Query, type Reader, readQuery } from './pages.ts';
import type { Route } from './routes.ts';
import { spoilList, spoilQuery, spoilRows, spoilText } from './spoil.ts';
import type { RowOrder } from './types.ts';

/** Turns an admitted request into an answer: query, page, envelope, text, each open to faults. */

/** The sentence, spelling and all, that the real endpoint was seen to answer. */
const ORDERS_DOWN: Failure = {
  status: 500,
  message: 'Unable to get order details, Please try agian!',
  inBody: true,
};

export interface Answering {
  readonly reader: Reader;
  readonly ordersDown: boolean;
  readonly orderOf: (route: Route) => RowOrder;
  readonly nowMs: () => number;
}

export type Asked =
  | { readonly query: Query }
  | { readonly failure: Failure }
  | { readonly order: string };

/** What a request asks for: a page, a platform order's refunds, or something it may not. */
export function understand(
  { ordersDown, orderOf }: Answering,
  route: Route,
  params: Readonly<Record<string, string>>,
): Asked {
  if (route.stream === 'refunds') {
    const { platformOrderId } = params;
    if (platformOrderId) return { order: platformOrderId };
    return { failure: { status: 400, message: 'platformOrderId is required', inBody: false } };
  }
  if (route.stream === 'orders' && ordersDown) return { failure: ORDERS_DOWN };
  const query = readQuery(route, params, orderOf(route));
  return isFailure(query) ? { failure: query } : { query };
}

export function answer(
  answering: Answering,
  route: Route,
  asked: Asked,
  strikes: readonly Strike[],
): Reply {
  const { reader, nowMs } = answering;
  if ('failure' in asked) return failureReply(route.family, asked.failure, nowMs());
  const page =
    'query' in asked ? readPage(reader, asked.query, strikes) : readRefunds(reader, asked.order);
  if ('inBody' in page) return failureReply(route.family, page, nowMs());
  const spoilt = strikes.reduce(spoilRows, page);
  const text = JSON.stringify(envelope(route, spoilt, nowMs()));
  return jsonReply(200, strikes.reduce(spoilText, text));
}

function readPage(reader: Reader, query: Query, strikes: readonly Strike[]): Page {
  const page = reader.read(strikes.reduce(spoilQuery, query));
  return strikes.reduce((spoilt, strike) => spoilList(spoilt, query, strike, reader), page);
}

function readRefunds(reader: Reader, platformOrderId: string): Page | Failure {
  const rows = reader.refunds(platformOrderId);
  if (rows === undefined) return { status: 404, message: 'Order not found', inBody: false };
  const size = rows.length;
  return { rows, next: null, more: false, page: 1, limit: size, total: size, pages: 1 };
}
