// Catches GoKwik's webhooks with Node.js and nothing else: one line of JSON for each payload, a file a
// day. A sender gets its 200 only after the line is written; otherwise it sends the payload again.
//
//   RECEIVER_TOKEN  the secret part of the address, since GoKwik signs nothing: 16 characters or more
//   CAPTURES        the folder, default /captures
//   PORT            default 8080
//
// It says nothing of addresses and payloads: the one holds the token, the other people's data.
import { createHash, timingSafeEqual } from 'node:crypto';
import { appendFileSync, chmodSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

/** A cart of many items has some 50 KB. */
const MOST_BYTES = 1_000_000;
const MOST_CONNECTIONS = 100;
/** For all of a request, headers included; who sends a byte now and then is cut off. */
const TIMEOUT_MS = 10_000;

const {
  RECEIVER_TOKEN: token = '',
  CAPTURES: folder = '/captures',
  PORT: port = '8080',
} = process.env;
if (!/^[\w.~-]{16,}$/.test(token)) {
  console.error(
    'receiver: RECEIVER_TOKEN must have 16 letters and digits or more; make one with: openssl rand -hex 24',
  );
  process.exit(1);
}

// For the owner alone, whatever was there before.
process.umask(0o077);
mkdirSync(folder, { recursive: true });
chmodSync(folder, 0o700);

const digest = (text) => createHash('sha256').update(text).digest();
const expected = digest(`/${token}`);
/** The file whose last line is known to be whole. */
let sound = '';

/** The payload as it was sent, in one line: JSON has line breaks between its tokens only. */
function keep(text) {
  const now = new Date().toISOString();
  const file = join(folder, `${now.slice(0, 10)}.jsonl`);
  const line = `{"_received_at":"${now}","body":${text.trim().replace(/[\r\n]+/g, ' ')}}\n`;
  // What a crash or a full disk cut must not swallow the next line: the reader leaves out blank ones.
  const before = sound === file ? '' : '\n';
  sound = '';
  // In one go: two payloads never mix. Flushed, since the sender is told that it is safe.
  appendFileSync(file, before + line, { mode: 0o600, flush: true });
  sound = file;
}

function isPayload(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

/** The status to answer with. */
async function take(request) {
  if (!timingSafeEqual(digest(request.url ?? ''), expected)) return 404;
  if (request.method !== 'POST') return 405;
  if (Number(request.headers['content-length']) > MOST_BYTES) return 413;
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) return 413;
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  const text = body.toString();
  // What is no UTF-8 would be kept as something else.
  if (!body.equals(Buffer.from(text)) || !isPayload(text)) return 400;
  keep(text);
  return 200;
}

const server = createServer(
  {
    requestTimeout: TIMEOUT_MS,
    headersTimeout: TIMEOUT_MS,
    connectionsCheckingInterval: 1000,
    keepAliveTimeout: TIMEOUT_MS,
  },
  async (request, response) => {
    let status = 500;
    try {
      status = await take(request);
    } catch (error) {
      // A sender that went away is none of our failures.
      if (!request.aborted) console.error(`receiver: a payload was not written (${error.code})`);
    }
    // The rest of what was refused is not read.
    response.writeHead(status, status === 200 ? {} : { connection: 'close' }).end();
  },
);
server.maxConnections = MOST_CONNECTIONS;
for (const name of ['SIGTERM', 'SIGINT']) process.once(name, () => process.exit(0));
server.listen(Number(port), () => console.log(`receiver: listens on port ${port}`));
