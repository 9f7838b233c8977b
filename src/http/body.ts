import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Headers } from './headers.ts';

/** The `code` of the error with which a body over the cap ends. */
export const TOO_LARGE = 'GK_TOO_LARGE';

/** Only gzip is asked for; the others are for gateways that compress as they like. */
const DECODERS = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/**
 * The body, decompressed. At most `maxBytes` before and after decompression: both sides are counted
 * as they flow, so that a gzip bomb is stopped at the cap and never held whole (I8).
 * Errors carry a `code`: `GK_TOO_LARGE`, `Z_…` of zlib, or the connection's.
 */
export async function readBody(
  source: IncomingMessage,
  headers: Headers,
  maxBytes: number,
): Promise<Buffer> {
  if (Number(headers['content-length']) > maxBytes) {
    source.destroy();
    throw tooLarge();
  }
  const decoder = DECODERS.get((headers['content-encoding'] ?? '').toLowerCase());
  // The plain case is most of them, and without the pipeline costs half as much.
  if (!decoder) return collect(cap(maxBytes)(source));
  return pipeline(source, cap(maxBytes), decoder(), cap(maxBytes), collect);
}

async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

function cap(maxBytes: number) {
  return async function* (stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let bytes = 0;
    for await (const chunk of stream) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge();
      yield chunk;
    }
  };
}

function tooLarge(): Error {
  return Object.assign(new Error('body too large'), { code: TOO_LARGE });
}
