import { gzipSync } from 'node:zlib';
import type { Page } from './pages.ts';
import type { Family, Route } from './routes.ts';
import { utc } from './time.ts';

/** What surrounds rows and refusals, by family of hosts. */

/** A refusal. `inBody`: the merchant family says HTTP 200 and the real status in the body. */
export interface Failure {
  readonly status: number;
  readonly message: string;
  readonly inBody: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer on its way out. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export const JSON_TYPE = 'application/json; charset=utf-8';

export function jsonReply(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return { status, headers: { 'Content-Type': JSON_TYPE, ...headers }, body: Buffer.from(text) };
}

export function failureBody(
  family: Family,
  status: number,
  message: string,
  nowMs: number,
): string {
  if (family === 'merchant') {
    return JSON.stringify({ statusCode: status, statusMessage: message, data: {} });
  }
  if (family === 'gkx') {
    const error = { message, reference: { statusCode: status, message } };
    const timestamp = utc(nowMs);
    return JSON.stringify({ success: false, status_code: status, timestamp, error });
  }
  if (family === 'kwikship') return JSON.stringify({ success: false, error: message });
  return JSON.stringify({ statusCode: status, message });
}

export function failureReply(family: Family, failure: Failure, nowMs: number): Reply {
  const { status, message, inBody, headers } = failure;
  const sent = inBody && family === 'merchant' ? 200 : status;
  return jsonReply(sent, failureBody(family, status, message, nowMs), headers);
}

/**
 * A page in its envelope. Where the reference leaves it open, each stream settles it differently, so
 * that a client meets every shape: `data` a list or an object, `next_cursor` and `has_more` at the
 * top or inside `data`, `has_more` left out, the status 200, 201 or absent.
 */
export function envelope(route: Route, page: Page, nowMs: number): unknown {
  const { rows, next, more } = page;
  const ok = { statusCode: 200, statusMessage: 'Success' };
  if (page.empty)
    return route.family === 'merchant' ? { ...ok, data: {} } : { success: true, data: {} };
  const after = { has_more: more, next_cursor: next };
  switch (route.stream) {
    case 'orders':
      return { ...ok, data: rows, ...after };
    case 'checkouts':
      return { ...ok, statusCode: 201, data: { checkouts: rows, ...after } };
    case 'abandoned_checkouts':
      return { ...ok, data: { carts: rows, next_cursor: next } };
    case 'payments':
      return { ...ok, data: rows, ...(next === null ? {} : { next_cursor: next }) };
    case 'rto_predictions':
      return { ...ok, data: { predictions: rows }, ...after };
    case 'address_prefills':
      return { statusMessage: 'Success', data: { prefills: rows, ...after } };
    case 'settlements':
      return { ...ok, data: { settlements: rows } };
    case 'refunds':
      return { success: true, status_code: 200, timestamp: utc(nowMs), data: rows };
    case 'shipments': {
      const { page: number, limit, total, pages } = page;
      const meta = { page: number, per_page: limit, total, total_pages: pages };
      return { success: true, data: rows, meta };
    }
    default:
      return { data: { list: rows, hasNextPage: more } };
  }
}

export function compress(reply: Reply): Reply {
  const headers = { ...reply.headers, 'Content-Encoding': 'gzip' };
  return { ...reply, headers, body: gzipSync(reply.body) };
}
