// Catches GoKwik's webhooks in a Cloudflare Worker: each body becomes an object of an R2 bucket, as it
// came and unread. A sender gets its 200 only after R2 has it; otherwise it sends the body again.
//
// The secret RECEIVER_TOKEN is the secret part of the address; FORWARD_TO, if set, gets each body too.

/** A cart of many items has some 50 KB. */
const MOST_BYTES = 1_000_000;
/** Of a body that came packed. */
const MOST_UNPACKED = 4_000_000;
const TIMEOUT_MS = 10_000;

/** @typedef {{ CAPTURES: R2Bucket, RECEIVER_TOKEN?: string, FORWARD_TO?: string }} Env */

export default {
  /**
   * @param {Request} request
   * @param {Env} env
   * @param {ExecutionContext} context
   */
  async fetch(request, env, context) {
    const status = await take(request, env, context).catch((error) => {
      console.error(`receiver: a payload was not stored (${error.name})`);
      return 503;
    });
    return new Response(null, { status });
  },
};

/**
 * @param {Request} request
 * @param {Env} env
 * @param {ExecutionContext} context
 */
async function take(request, env, context) {
  const token = env.RECEIVER_TOKEN ?? '';
  if (!/^[\w.~-]{16,}$/.test(token)) {
    console.error('receiver: RECEIVER_TOKEN must have 16 random letters and digits or more');
    return 503;
  }
  const { pathname } = new URL(request.url);
  const [given, expected] = await Promise.all([pathname, `/${token}`].map(digest));
  if (!crypto.subtle.timingSafeEqual(given, expected)) return 404;
  if (request.method !== 'POST') return 405;
  const body = await readAll(request.body, MOST_BYTES).catch(() => undefined);
  if (!body) return 413;
  const now = new Date().toISOString();
  const [day, time] = now.split('T');
  const key = `${day}/${time.replaceAll(':', '-')}-${crypto.randomUUID()}.jsonl`;
  const line = JSON.stringify({ _received_at: now, ...(await describe(body)) });
  await env.CAPTURES.put(key, `${line}\n`);
  if (env.FORWARD_TO) context.waitUntil(passOn(env.FORWARD_TO, body, request.headers));
  return 200;
}

/** @param {string} text */
const digest = (text) => crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));

/**
 * @param {ReadableStream<Uint8Array> | null} stream
 * @param {number} most
 */
async function readAll(stream, most) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of stream ?? []) {
    bytes += chunk.length;
    if (bytes > most) throw new RangeError();
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/**
 * A body as text that gives it back to the byte; what is no text, and what has no end, in base64.
 * @param {Uint8Array} body
 */
async function describe(body) {
  try {
    const isPacked = body[0] === 0x1f && body[1] === 0x8b;
    const unpacked = () => new Blob([body]).stream().pipeThrough(new DecompressionStream('gzip'));
    const bytes = isPacked ? await readAll(unpacked(), MOST_UNPACKED) : body;
    return {
      raw_payload: new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes),
    };
  } catch {
    return { raw_base64: btoa(Array.from(body, (byte) => String.fromCharCode(byte)).join('')) };
  }
}

/**
 * What was stored is safe, so that a failure here is told and nothing else.
 * @param {string} address
 * @param {Uint8Array} body
 * @param {Headers} headers
 */
async function passOn(address, body, headers) {
  const names = ['content-type', 'content-encoding'].filter((name) => headers.has(name));
  try {
    const { ok, status } = await fetch(address, {
      method: 'POST',
      body,
      headers: Object.fromEntries(names.map((name) => [name, headers.get(name) ?? ''])),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!ok) console.error(`receiver: a payload was not passed on (HTTP ${status})`);
  } catch (error) {
    console.error(`receiver: a payload was not passed on (${error.name})`);
  }
}
