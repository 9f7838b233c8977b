import { gzipSync } from 'node:zlib';
import type { Family } from '../streams/stream.ts';
import { utc } from '../world/time.ts';

/** Answers on their way out, and refusals as each family of hosts spells them. */

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

const JSON_TYPE = 'application/json; charset=utf-8';

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

export function compress(reply: Reply): Reply {
  const headers = { ...reply.headers, 'Content-Encoding': 'gzip' };
  return { ...reply, headers, body: gzipSync(reply.body) };
}
