// Catches GoKwik's webhooks with Node.js: each body becomes one line of JSON, as it came and unread. A
// sender gets its 200 only after the line is stored; otherwise it sends the body again.
//
//   RECEIVER_TOKEN  the secret part of the address, since GoKwik signs nothing: 16 random characters or more
//   CAPTURES        the folder, default /captures: a file a day
//   S3_BUCKET       a bucket instead of the folder: an object a body, a prefix a day. With S3_ENDPOINT and
//                   S3_REGION, S3_PREFIX if wanted, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY; needs aws4fetch
//   FORWARD_TO      an address that gets each body too, after it is stored
//   PORT            default 8080
//
// It says nothing of addresses and bodies: the one holds the token, the other people's data.
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { appendFileSync, chmodSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';

/** A cart of many items has some 50 KB. */
const MOST_BYTES = 1_000_000;
/** Of a body that came packed: what a line may have for the connector, and no more. */
const MOST_UNPACKED = 4_000_000;
const MOST_CONNECTIONS = 100;
/** For all of a request, headers included; who sends a byte now and then is cut off. */
const TIMEOUT_MS = 10_000;
/** Bodies that wait to be passed on, and how long before each try. */
const MOST_WAITING = 100;
const TRIES_MS = [0, 1_000, 10_000, 60_000];

const env = process.env;
const token = env.RECEIVER_TOKEN ?? '';
if (!/^[\w.~-]{16,}$/.test(token) || isGuessable(token)) {
  refuse('RECEIVER_TOKEN must have 16 random letters and digits or more', 'openssl rand -hex 24');
}
if (env.FORWARD_TO && !isAddress(env.FORWARD_TO)) {
  refuse('FORWARD_TO is no address', 'https://host/path');
}
const expected = digest(`/${token}`);
const store = env.S3_BUCKET ? await openBucket() : openFolder(env.CAPTURES ?? '/captures');
let waiting = 0;

function refuse(why, such) {
  console.error(`receiver: ${why}, such as: ${such}`);
  process.exit(1);
}

function isAddress(text) {
  return /^https?:/.test(text) && URL.canParse(text);
}

/** What people type is made of runs, repetitions and words; what is random has none. */
function isGuessable(text) {
  const steps = new Set([...text].map((sign, at) => sign.charCodeAt(0) - text.charCodeAt(at - 1)));
  return (
    steps.size < 7 ||
    /(.{6,})\1|qwert|asdf|12345|abcde|passw|secret|change|gokwik|webhook|token/i.test(text)
  );
}

function digest(text) {
  return createHash('sha256').update(text).digest();
}

/** Appends to a file a day: what grew is read from where it ended. */
function openFolder(folder) {
  // For the owner alone, whatever was there before.
  process.umask(0o077);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  /** The file whose last line is known to be whole. */
  let sound = '';
  return async (line, now) => {
    const file = join(folder, `${now.slice(0, 10)}.jsonl`);
    // What a crash or a full disk cut must not swallow the next line: the reader leaves out blank ones.
    const before = sound === file ? '' : '\n';
    sound = '';
    // In one go: two bodies never mix. Flushed, since the sender is told that it is safe.
    appendFileSync(file, before + line, { mode: 0o600, flush: true });
    sound = file;
  };
}

/** Puts an object for each body, since what lies in a bucket cannot grow. */
async function openBucket() {
  const { AwsClient } = await import('aws4fetch').catch(() =>
    refuse(
      'S3_BUCKET needs aws4fetch beside this file',
      'npm install --save-exact aws4fetch@1.0.20',
    ),
  );
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!accessKeyId || !secretAccessKey) {
    refuse('S3_BUCKET needs keys', 'AWS_ACCESS_KEY_ID=… and AWS_SECRET_ACCESS_KEY=…');
  }
  const region = env.S3_REGION ?? 'us-east-1';
  const endpoint = env.S3_ENDPOINT ?? `https://s3.${region}.amazonaws.com`;
  const sessionToken = env.AWS_SESSION_TOKEN;
  if (!isAddress(endpoint)) refuse('S3_ENDPOINT is no address', 'https://s3.example');
  const service = 's3';
  const client = new AwsClient({
    ...{ accessKeyId, secretAccessKey, sessionToken },
    ...{ service, region, retries: 2 },
  });
  const base = [endpoint.replace(/\/+$/, ''), env.S3_BUCKET, env.S3_PREFIX]
    .filter(Boolean)
    .join('/');
  return async (line, now) => {
    const [day, time] = now.split('T');
    const key = `${day}/${time.replaceAll(':', '-')}-${randomUUID()}.jsonl`;
    const { ok, status, body } = await client.fetch(`${base}/${key}`, {
      method: 'PUT',
      body: line,
      headers: { 'x-amz-content-sha256': digest(line).toString('hex') },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await body?.cancel();
    if (!ok) throw Object.assign(new Error(), { code: `HTTP ${status}` });
  };
}

/** A body as text that gives it back to the byte; what is no text, and what has no end, in base64. */
function describe(body) {
  try {
    const bytes =
      body[0] === 0x1f && body[1] === 0x8b
        ? gunzipSync(body, { maxOutputLength: MOST_UNPACKED })
        : body;
    return { raw_payload: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { raw_base64: body.toString('base64') };
  }
}

/** Undefined: there is more of it than we take. */
async function readBody(request) {
  if (Number(request.headers['content-length']) > MOST_BYTES) return undefined;
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The status to answer with. */
async function take(request) {
  const [path = ''] = (request.url ?? '').split('?');
  if (!timingSafeEqual(digest(path), expected)) return 404;
  if (request.method !== 'POST') return 405;
  const body = await readBody(request);
  if (!body) return 413;
  const now = new Date().toISOString();
  await store(`${JSON.stringify({ _received_at: now, ...describe(body) })}\n`, now);
  if (env.FORWARD_TO) void passOn(body, request.headers);
  return 200;
}

/** What was stored is safe, so that a failure here is told and nothing else. */
async function passOn(body, headers) {
  const host = new URL(env.FORWARD_TO).host;
  if (waiting >= MOST_WAITING) {
    console.error(`receiver: a payload was not passed on to ${host}: ${waiting} wait already`);
    return;
  }
  waiting += 1;
  let why = '';
  for (const ms of TRIES_MS) {
    await wait(ms);
    try {
      const names = ['content-type', 'content-encoding'].filter((name) => headers[name]);
      const {
        ok,
        status,
        body: answer,
      } = await fetch(env.FORWARD_TO, {
        method: 'POST',
        body,
        headers: Object.fromEntries(names.map((name) => [name, headers[name]])),
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await answer?.cancel();
      why = ok ? '' : `HTTP ${status}`;
    } catch (error) {
      why = codeOf(error);
    }
    if (why === '') break;
  }
  waiting -= 1;
  if (why) console.error(`receiver: a payload was not passed on to ${host} (${why})`);
}

function codeOf(error) {
  return error.code ?? error.cause?.code ?? error.name;
}

const server = createServer(
  {
    requestTimeout: TIMEOUT_MS,
    headersTimeout: TIMEOUT_MS,
    connectionsCheckingInterval: 1000,
    keepAliveTimeout: TIMEOUT_MS,
  },
  async (request, response) => {
    let status = 503;
    try {
      status = await take(request);
    } catch (error) {
      // A sender that went away is none of our failures.
      if (!request.aborted) console.error(`receiver: a payload was not stored (${codeOf(error)})`);
    }
    // The rest of what was refused is not read.
    response.writeHead(status, status === 200 ? {} : { connection: 'close' }).end();
  },
);
server.maxConnections = MOST_CONNECTIONS;
for (const name of ['SIGTERM', 'SIGINT']) {
  // What is under way is answered and passed on, for as long as one who stops it waits.
  process.once(name, () => {
    server.close();
    setTimeout(() => process.exit(0), 5_000).unref();
  });
}
server.listen(Number(env.PORT ?? 8080), () =>
  console.log(`receiver: listens on port ${server.address().port}`),
);
