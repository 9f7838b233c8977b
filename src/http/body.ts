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
  if (!decoder) return gather(source, maxBytes);
  return pipeline(source, cap(maxBytes), decoder(), cap(maxBytes), collect);
}

/** By events, which take half the time of an iterator. */
function gather(source: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    source.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > maxBytes) source.destroy(tooLarge());
    });
    source.on('end', () => resolve(join(chunks)));
    source.on('error', reject);
    // Without an error too, a body that was cut is not waited for.
    source.on('close', () => {
      if (!source.readableEnded) reject(failWith('body cut short', 'ECONNRESET'));
    });
  });
}

async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return join(chunks);
}

function join(chunks: readonly Buffer[]): Buffer {
  if (chunks.length === 1 && chunks[0]) return chunks[0];
  const whole = Buffer.concat(chunks);
  return whole;
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

const tooLarge = (): Error => failWith('body too large', TOO_LARGE);

const failWith = (message: string, code: string): Error =>
  Object.assign(new Error(message), { code });
