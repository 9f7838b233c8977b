import { type Asked, type Endpoint, type Listed, OK, type Page } from '../streams/stream.ts';
import type { Strike } from './faults.ts';
import { isFailure, type Query, type Reader, readQuery } from './pages.ts';
import { type Failure, failureReply, jsonReply, type Reply } from './reply.ts';
import { spoilList, spoilQuery, spoilRows, spoilText } from './spoil.ts';
import type { RowOrder } from './timeline.ts';

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
  readonly orderOf: (stream: Listed) => RowOrder;
  readonly nowMs: () => number;
}

export type Question =
  | { readonly query: Query }
  | { readonly failure: Failure }
  | { readonly of: Asked; readonly order: string };

/** What a request asks for: a page, what belongs to a platform order, or something it may not. */
export function understand(
  { ordersDown, orderOf }: Answering,
  stream: Endpoint,
  params: Readonly<Record<string, string>>,
): Question {
  if (stream.kind === 'asked') {
    const { platformOrderId } = params;
    if (platformOrderId) return { of: stream, order: platformOrderId };
    return { failure: { status: 400, message: 'platformOrderId is required', inBody: false } };
  }
  if (stream.name === 'orders' && ordersDown) return { failure: ORDERS_DOWN };
  const query = readQuery(stream, params, orderOf(stream));
  return isFailure(query) ? { failure: query } : { query };
}

export function answer(
  answering: Answering,
  stream: Endpoint,
  question: Question,
  strikes: readonly Strike[],
): Reply {
  const { reader, nowMs } = answering;
  const { family } = stream.route;
  if ('failure' in question) return failureReply(family, question.failure, nowMs());
  const page =
    'query' in question
      ? readPage(reader, question.query, strikes)
      : readOrder(reader, question.of, question.order);
  if ('inBody' in page) return failureReply(family, page, nowMs());
  const spoilt = strikes.reduce(spoilRows, page);
  const text = JSON.stringify(envelope(stream, spoilt, nowMs()));
  return jsonReply(200, strikes.reduce(spoilText, text));
}

function readPage(reader: Reader, query: Query, strikes: readonly Strike[]): Page {
  const page = reader.read(strikes.reduce(spoilQuery, query));
  return strikes.reduce((spoilt, strike) => spoilList(spoilt, query, strike, reader), page);
}

function envelope(stream: Endpoint, page: Page, nowMs: number): object {
  if (page.empty) {
    return stream.route.family === 'merchant' ? { ...OK, data: {} } : { success: true, data: {} };
  }
  return stream.kind === 'list' ? stream.envelope(page) : stream.envelope(page.rows, nowMs);
}

function readOrder(reader: Reader, stream: Asked, platformOrderId: string): Page | Failure {
  const rows = reader.ask(stream, platformOrderId);
  if (rows === undefined) return { status: 404, message: 'Order not found', inBody: false };
  const size = rows.length;
  return { rows, next: null, more: false, page: 1, limit: size, total: size, pages: 1 };
}
