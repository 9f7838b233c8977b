/** Buckets of S3 and of whoever speaks like it: list and read, signed by aws4fetch. */
import { hash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import type { TransportRequest } from '../../../http/client.ts';
import { type Answer, interrupted, skip } from '../../../http/download.ts';
import { FileProblem } from '../location.ts';
import type { AccountOf } from './accounts.ts';
import {
  askRange,
  type Content,
  findByName,
  nextOf,
  pick,
  type Query,
  type Refused,
  refusal,
  type Store,
  type Stored,
  type World,
} from './store.ts';
import { readXml, readXmlError } from './xml.ts';

type S3Account = AccountOf<'s3'>;

const NO_BODY = hash('sha256', '');

/** RFC 3986: what is not unreserved travels as `%XX`, a plus and a quote too. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** A GET with its signature, which is good for minutes. */
export async function sign(
  url: string,
  account: Pick<S3Account, 'access_key_id' | 'secret_access_key' | 'session_token' | 'region'>,
  headers: Readonly<Record<string, string>>,
  nowMs: number,
): Promise<TransportRequest> {
  const signed = await new AwsV4Signer({
    ...{ url, method: 'GET', service: 's3', region: regionOf(account) },
    accessKeyId: account.access_key_id,
    secretAccessKey: account.secret_access_key,
    ...(account.session_token && { sessionToken: account.session_token }),
    datetime: new Date(nowMs).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    headers: { ...headers, 'X-Amz-Content-Sha256': NO_BODY },
  }).sign();
  return { method: 'GET', url: signed.url, headers: Object.fromEntries(signed.headers) };
}

const regionOf = ({ region = 'us-east-1' }: Pick<S3Account, 'region'>): string => region;

export function openS3(bucket: string, account: S3Account, world: World): Store {
  const region = regionOf(account);
  const base = baseOf(bucket, account, region);
  const place = `s3://${bucket}`;

  async function ask(
    what: string,
    path: string,
    query: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Answer> {
    const search = Object.entries(query).map(([name, value]) => `${name}=${encode(value)}`);
    const url = `${base}${path.split('/').map(encode).join('/')}${search.length > 0 ? `?${search.join('&')}` : ''}`;
    const downloader = await world.openDownloader();
    return downloader.ask(what, () => sign(url, account, headers, world.now()), signal);
  }

  async function* list(
    { folder, beginning, levels, matches }: Query,
    signal: AbortSignal,
  ): AsyncGenerator<readonly (Stored | Refused)[]> {
    const prefix = folder === '' ? '' : `${folder}/`;
    let token: string | undefined;
    do {
      const query = {
        'list-type': '2',
        'encoding-type': 'url',
        prefix: prefix + beginning,
        ...(levels === 1 && { delimiter: '/' }),
        ...(token !== undefined && { 'continuation-token': token }),
      };
      const answer = await ask(place, '/', query, {}, signal);
      const text = await answer.text();
      if (answer.status !== 200) throw refusalOf(answer, text, 'list');
      const page = readPage(text, place);
      yield pick(page.files, prefix, matches);
      token = nextOf(page.token, token, place);
    } while (token !== undefined);
  }

  function refusalOf(answer: Answer, text: string, doing: 'list' | 'read'): Error {
    const error = readXmlError(text);
    const at = error.Region || answer.headers['x-amz-bucket-region'];
    const why = sentenceOf(error.Code ?? '', answer.status, { bucket, region, at, doing });
    return refusal(
      account,
      `${why} (${place}, HTTP ${answer.status}${error.Code ? ` ${error.Code}` : ''}).`,
    );
  }

  return {
    find: (path, signal) => findByName(list, path, signal),
    list,
    async open({ path, tag }, range, signal): Promise<Content> {
      const name = `${place}/${path}`;
      const headers = {
        ...(tag !== undefined && { 'If-Match': tag }),
        ...askRange(range),
      };
      const answer = await ask(name, `/${path}`, {}, headers, signal);
      if (answer.status === 206) return { body: answer.body };
      if (answer.status === 200) return { body: skip(answer.body, range.from) };
      const text = await answer.text();
      const { Code: code = '' } = readXmlError(text);
      if (answer.status === 412) throw interrupted(name, 'it was written anew while it was read');
      if (code === 'NoSuchKey')
        throw new FileProblem('it was there when the bucket was listed, and is gone');
      if (code === 'InvalidObjectState') {
        throw new FileProblem(
          'it lies in an archive: restore it, or move it to a class that can be read at once',
        );
      }
      throw refusalOf(answer, text, 'read');
    },
    close() {},
  };
}

/** AWS by the bucket's own host; an endpoint, and a name that no certificate fits, by the path. */
function baseOf(bucket: string, { endpoint }: S3Account, region: string): string {
  if (endpoint) return `${endpoint.replace(/\/+$/, '')}/${bucket}`;
  if (bucket.includes('.')) return `https://s3.${region}.amazonaws.com/${bucket}`;
  return `https://${bucket}.s3.${region}.amazonaws.com`;
}

/** @throws TransientError for what is no list: something between answers in the bucket's place */
function readPage(text: string, place: string): { files: Stored[]; token: string | undefined } {
  const files: Stored[] = [];
  let item: Record<string, string> = Object.create(null);
  const page: Record<string, string> = Object.create(null);
  let folders = 0;
  try {
    readXml(text, (path, value) => {
      const [root, first = '', second = ''] = path.split('/');
      if (root !== 'ListBucketResult') throw new Error('no list');
      if (first === 'CommonPrefixes' && second === '') folders += 1;
      if (first === 'Contents' && second !== '') item[second] = value;
      else if (first === 'Contents') {
        files.push(storedOf(item));
        item = Object.create(null);
      } else if (second === '') page[first] = value;
    });
  } catch {
    throw interrupted(place, 'its list is no list of S3');
  }
  const isEncoded = page.EncodingType === 'url';
  const named = isEncoded ? files.map((file) => ({ ...file, path: decode(file.path) })) : files;
  // What a list says of itself is held against what came (I11).
  if (Number(page.KeyCount ?? 0) > files.length + folders) {
    throw interrupted(place, 'its list says that it holds more than came');
  }
  const token = page.IsTruncated === 'true' ? page.NextContinuationToken : undefined;
  if (page.IsTruncated === 'true' && !token) {
    throw interrupted(place, 'its list says that there is more, and not how to ask for it');
  }
  // What ends in a slash stands for a folder.
  return { files: named.filter(({ path }) => path !== '' && !path.endsWith('/')), token };
}

function storedOf({ Key: path = '', Size, LastModified, ETag }: Record<string, string>): Stored {
  const modifiedMs = Date.parse(LastModified ?? '');
  const [, md5] = /^"?([0-9a-f]{32})"?$/.exec(ETag ?? '') ?? [];
  return {
    path,
    size: /^\d+$/.test(Size ?? '') ? Number(Size) : undefined,
    modifiedMs: Number.isNaN(modifiedMs) ? undefined : modifiedMs,
    tag: ETag || undefined,
    ...(md5 !== undefined && { md5 }),
  };
}

/** In lists a space is a plus. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

interface Asked {
  readonly bucket: string;
  readonly region: string;
  /** Where the bucket is, as the server says. */
  readonly at: string | undefined;
  readonly doing: 'list' | 'read';
}

/** What a refusal means, and what to do. */
function sentenceOf(code: string, status: number, { bucket, region, at, doing }: Asked): string {
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
