import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Family } from '../streams/stream.ts';
import type { Aim, DeliveryFault, Fault, Strike } from './faults.ts';
import { failureBody, jsonReply, type Reply } from './reply.ts';
import { spoilBytes } from './spoil.ts';

/** Faults of an answer: another one is sent in its place, or its bytes do not arrive as they should. */

const HTML = '<!doctype html><html><body><h1>Bad Gateway</h1><hr>nginx</body></html>';

function htmlReply(status: number): Reply {
  return { status, headers: { 'Content-Type': 'text/html' }, body: Buffer.from(HTML) };
}

export function damageReply(reply: Reply, { fault }: Strike, family: Family, nowMs: number): Reply {
  switch (fault.kind) {
    case 'status': {
      const text = failureBody(family, fault.code, `Error ${fault.code}`, nowMs);
      const failed = fault.html ? htmlReply(fault.code) : jsonReply(fault.code, text);
      const after = fault.retryAfter;
      return after === undefined ? failed : withHeaders(failed, { 'Retry-After': String(after) });
    }
    case 'in_body': {
      const message = fault.statusMessage ?? 'Something went wrong';
      return jsonReply(200, failureBody(family, fault.statusCode, message, nowMs));
    }
    case 'redirect':
      return { status: 302, headers: { Location: fault.location }, body: Buffer.alloc(0) };
    case 'not_json':
      return htmlReply(200);
    case 'invalid_utf8':
      return { ...reply, body: spoilBytes(reply.body) };
    case 'gzip_garbage': {
      const junk = { ...reply, body: Buffer.from('this was never compressed') };
      return withHeaders(junk, { 'Content-Encoding': 'gzip' });
    }
    case 'gzip_bomb': {
      const bomb = { ...reply, body: packBomb(reply.body, fault.bytes ?? 2 ** 30) };
      return withHeaders(bomb, { 'Content-Encoding': 'gzip' });
    }
    case 'rate_limit_headers':
      return withHeaders(reply, {
        'X-RateLimit-Remaining': String(fault.remaining),
        'X-RateLimit-Reset': String(fault.reset),
      });
    default:
      return reply;
  }
}

function withHeaders(reply: Reply, headers: Record<string, string>): Reply {
  return { ...reply, headers: { ...reply.headers, ...headers } };
}

/** Gzip members may follow each other: one of white space, repeated, costs a megabyte for a gigabyte. */
function packBomb(body: Buffer, bytes: number): Buffer {
  const memberBytes = Math.min(bytes, 2 ** 23);
  const member = gzipSync(Buffer.alloc(memberBytes, ' '));
  const members = Array.from({ length: Math.ceil(bytes / memberBytes) }, () => member);
  return Buffer.concat([...members, gzipSync(body)]);
}

/**
 * Sends an answer, as far as the faults let it. `onStatus` is called when its status is on the way.
 * Rejects when the client has gone meanwhile.
 */
export async function deliver(
  response: ServerResponse,
  reply: Reply,
  strikes: readonly Strike[],
  signal: AbortSignal,
  onStatus: () => void,
): Promise<void> {
  const { status, headers, body } = reply;
  const half = Math.floor(body.length / 2);
  const begin = () => {
    onStatus();
    const own = { 'Content-Length': body.length, 'X-Request-Id': randomUUID() };
    return response.writeHead(status, { ...headers, ...own });
  };
  const fault = strikes.map((strike) => strike.fault).find(isDelivery);
  switch (fault?.kind) {
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'stall_headers':
      await pause(fault.ms, signal);
      break;
    case 'stall_body':
      begin().write(body.subarray(0, half));
      await pause(fault.ms, signal);
      response.end(body.subarray(half));
      return;
    case 'truncate':
      begin();
      await new Promise((done) => response.write(body.subarray(0, half), done));
      response.socket?.end();
      return;
    case 'trickle':
      begin();
      for (const byte of body) {
        response.write(Buffer.of(byte));
        await pause(fault.everyMs ?? 50, signal);
      }
      response.end();
      return;
  }
  begin().end(body);
}

function isDelivery(fault: Fault): fault is Aim & DeliveryFault {
  return ['reset', 'truncate', 'stall_headers', 'stall_body', 'trickle'].includes(fault.kind);
}

/** Undefined: until the client or the simulator goes away. */
async function pause(ms: number | undefined, signal: AbortSignal): Promise<void> {
  await sleep(ms ?? 2 ** 31 - 1, undefined, { signal });
}
