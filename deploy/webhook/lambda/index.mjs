// Catches GoKwik's webhooks behind an AWS Lambda function URL: each body becomes an object of an S3
// bucket, as it came and unread. A sender gets its 200 only after S3 has it; otherwise it sends the body
// again. Lambda's Node.js has the SDK; there is nothing to install.
//
//   RECEIVER_TOKEN  the secret part of the address: 16 random characters or more
//   S3_BUCKET       the bucket; the function's role may put objects into it and nothing else
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

/** A cart of many items has some 50 KB. */
const MOST_BYTES = 1_000_000;
/** Of a body that came packed. */
const MOST_UNPACKED = 4_000_000;

const { RECEIVER_TOKEN: token = '', S3_BUCKET: bucket } = process.env;
if (!/^[\w.~-]{16,}$/.test(token)) {
  throw new Error('RECEIVER_TOKEN must have 16 random letters and digits or more');
}
const client = new S3Client({});
const digest = (text) => createHash('sha256').update(text).digest();
const expected = digest(`/${token}`);

export async function handler(event) {
  if (!timingSafeEqual(digest(event.rawPath), expected)) return { statusCode: 404 };
  if (event.requestContext.http.method !== 'POST') return { statusCode: 405 };
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (body.length > MOST_BYTES) return { statusCode: 413 };
  const now = new Date().toISOString();
  const [day, time] = now.split('T');
  const line = JSON.stringify({ _received_at: now, ...describe(body) });
  try {
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: `${day}/${time.replaceAll(':', '-')}-${randomUUID()}.jsonl`,
        Body: `${line}\n`,
      }),
    );
    return { statusCode: 200 };
  } catch (error) {
    console.error(`receiver: a payload was not stored (${error.name})`);
    return { statusCode: 503 };
  }
}

/** A body as text that gives it back to the byte; what is no text, and what has no end, in base64. */
function describe(body) {
  try {
    const isPacked = body[0] === 0x1f && body[1] === 0x8b;
    const bytes = isPacked ? gunzipSync(body, { maxOutputLength: MOST_UNPACKED }) : body;
    return { raw_payload: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { raw_base64: body.toString('base64') };
  }
}
