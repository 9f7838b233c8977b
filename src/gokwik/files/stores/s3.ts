/** Buckets of S3 and of whoever speaks like it: list and read, signed by aws4fetch. */
import { hash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import type { TransportRequest } from '../../../http/client.ts';
import { unlisted } from '../../../http/download.ts';
import { FileProblem } from '../location.ts';
import type { AccountOf } from './accounts.ts';
import { gone, type Page, readStored } from './bucket.ts';
import { type Doing, openSigned } from './signed.ts';
import { rootOf, type Store, type Stored, type World } from './store.ts';
import { readXmlList } from './xml.ts';

type S3Account = AccountOf<'s3'>;

const NO_BODY = hash('sha256', '');

/** RFC 3986: what is not unreserved travels as `%XX`, a plus and a quote too. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/**
 * A GET with its signature, which is good for minutes.
 *
 * @param keys of the days so far: to make one is most of the work of a signature.
 */
export async function sign(
  url: string,
  account: Pick<S3Account, 'access_key_id' | 'secret_access_key' | 'session_token' | 'region'>,
  headers: Readonly<Record<string, string>>,
  nowMs: number,
  keys = new Map<string, ArrayBuffer>(),
): Promise<TransportRequest> {
  const signed = await new AwsV4Signer({
    ...{ url, method: 'GET', service: 's3', region: regionOf(account) },
    accessKeyId: account.access_key_id,
    secretAccessKey: account.secret_access_key,
    ...(account.session_token && { sessionToken: account.session_token }),
    cache: keys,
    datetime: new Date(nowMs).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    headers: { ...headers, 'X-Amz-Content-Sha256': NO_BODY },
  }).sign();
  return { method: 'GET', url: signed.url, headers: Object.fromEntries(signed.headers) };
}

const regionOf = ({ region = 'us-east-1' }: Pick<S3Account, 'region'>): string => region;

export function openS3(bucket: string, account: S3Account, world: World): Store {
  const region = regionOf(account);
  const place = `s3://${bucket}`;
  const keys = new Map<string, ArrayBuffer>();
  return openSigned(
    {
      account,
      place,
      base: baseOf(bucket, account, region),
      encode,
      sign: (url, headers) => sign(url, account, headers, world.now(), keys),
      queryOf: ({ prefix, delimiter, token }) => ({
        'list-type': '2',
        'encoding-type': 'url',
        prefix,
        delimiter,
        'continuation-token': token,
      }),
      readPage: (text) => readPage(text, place),
      explain({ status, word, texts, headers }, doing) {
        if (doing === 'read' && word === 'NoSuchKey') return gone();
        if (doing === 'read' && word === 'InvalidObjectState')
          return new FileProblem(
            'it lies in an archive: restore it, or move it to a class that can be read at once',
          );
        const at = texts.Region || headers['x-amz-bucket-region'];
        return sentenceOf(word, status, { bucket, region, at, doing });
      },
    },
    world,
  );
}

/** AWS by the bucket's own host; an endpoint, and a name that no certificate fits, by the path. */
function baseOf(bucket: string, { endpoint }: S3Account, region: string): string {
  if (endpoint) return `${rootOf(endpoint)}/${bucket}`;
  if (bucket.includes('.')) return `https://s3.${region}.amazonaws.com/${bucket}`;
  return `https://${bucket}.s3.${region}.amazonaws.com`;
}

function readPage(text: string, place: string): Page<Stored> {
  const { items, facts } = readXmlList(text, 'ListBucketResult', ['Contents', 'CommonPrefixes']);
  // What a list says of itself is held against what came (I11).
  if (Number(facts.KeyCount ?? 0) > items.length)
    throw unlisted(place, 'it says that it holds more than came');
  const next = facts.IsTruncated === 'true' ? facts.NextContinuationToken : undefined;
  if (facts.IsTruncated === 'true' && !next)
    throw unlisted(place, 'it says that there is more, and not how to ask for it');
  const named = facts.EncodingType === 'url' ? decode : (name: string) => name;
  const files = items.flatMap(({ Key, Size: size, LastModified: modified, ETag: tag }) =>
    // A folder has a prefix, and no key.
    Key ? readStored(named(Key), { size, modified, tag, md5: tag?.replaceAll('"', '') }) : [],
  );
  return { items: files, next };
}

/** In lists a space is a plus. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

interface Tried {
  readonly bucket: string;
  readonly region: string;
  /** Where the bucket is, as the server says. */
  readonly at: string | undefined;
  readonly doing: Doing;
}

/** What a refusal means, and what to do. */
function sentenceOf(code: string, status: number, { bucket, region, at, doing }: Tried): string {
  switch (code) {
    case 'InvalidAccessKeyId':
      return 'its `access_key_id` is not known to the server. Enter the key that is there, of the account and endpoint that the bucket is of';
    case 'SignatureDoesNotMatch':
      return 'its `secret_access_key` is not the one of its `access_key_id`. Enter both again as they were made';
    case 'ExpiredToken':
    case 'TokenRefreshRequired':
    case 'ExpiredTokenException':
      return 'its `session_token` has expired. Enter new temporary keys, or keys that do not expire';
    case 'InvalidToken':
      return 'its `session_token` is not one of its `access_key_id`. Enter all three again, or leave the token out for keys that do not expire';
    case 'RequestTimeTooSkewed':
      return 'the clock of this machine is too far from the server’s. Set the clock right';
    case 'NoSuchBucket':
      return `there is no bucket ${bucket}. Mend the name in \`location\`, or the \`endpoint\``;
    case 'AuthorizationHeaderMalformed':
    case 'PermanentRedirect':
    case 'TemporaryRedirect':
    case 'IllegalLocationConstraintException':
      return at && at !== region
        ? `the bucket is in the region ${at}, not ${region}. Let \`region\` be ${at}`
        : `the bucket is not in the region ${region}. Set \`region\`, or the \`endpoint\`, to where it is`;
    case 'InvalidObjectState':
    case 'AccessDenied':
    case 'AllAccessDisabled':
      return doing === 'list'
        ? 'its keys may not list the bucket. Allow them s3:ListBucket on it'
        : 'its keys may list the bucket, but not read its files. Allow them s3:GetObject, and kms:Decrypt where they are encrypted by a key of yours';
    default:
      if (status === 301 || status === 307 || status === 308)
        return sentenceOf('PermanentRedirect', 0, { bucket, region, at, doing });
      if (status === 403) return sentenceOf('AccessDenied', 0, { bucket, region, at, doing });
      if (status === 404)
        return `there is no bucket ${bucket}, or no S3 at its \`endpoint\`. Mend the one that is wrong`;
      return `its server refuses to ${doing}. Look the word up that it gives as the reason`;
  }
}
