import t from 'tap';
import { readLocation } from '../../../../src/gokwik/files/location.ts';
import { openS3, sign } from '../../../../src/gokwik/files/stores/s3.ts';
import { listWhole, type Said, worldOf } from '../helpers/files.ts';

const { signal } = new AbortController();
/** As Amazon's own examples have them: docs.aws.amazon.com, "Signature Calculations for the Authorization Header". */
const EXAMPLE = {
  type: 's3',
  name: 'aws',
  access_key_id: 'AKIAIOSFODNN7EXAMPLE',
  secret_access_key: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
} as const;
const EXAMPLE_MS = Date.UTC(2013, 4, 24);

t.test('requests are signed as in Amazon’s examples', async (t) => {
  const host = 'https://examplebucket.s3.amazonaws.com';
  for (const [path, signature] of [
    ['/?lifecycle', 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'],
    ['/?max-keys=2&prefix=J', '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7'],
  ] as const) {
    const { headers } = await sign(host + path, EXAMPLE, {}, EXAMPLE_MS);
    t.equal(
      headers.authorization,
      `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=${signature}`,
    );
  }
});

/** A bucket that answers so, one reply after another, and the addresses that were asked. */
function bucketOf(replies: readonly Said[], changes: object = {}) {
  const asked: { url: string; headers: Readonly<Record<string, string>> }[] = [];
  const left = [...replies];
  const world = worldOf(({ url, headers }) => {
    asked.push({ url: url.href, headers });
    return left.shift() ?? { text: '' };
  }, EXAMPLE_MS);
  const account = { ...EXAMPLE, ...changes };
  const location = (text: string) =>
    readLocation(text, { field: 'files', allowPrivate: false, accounts: [account] });
  return { store: openS3('exports', account, world), asked, location };
}

const page = (keys: readonly string[], more = ''): string =>
  `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><EncodingType>url</EncodingType>${keys
    .map(
      (key) =>
        `<Contents><Key>${key}</Key><LastModified>2026-09-09T07:23:34.000Z</LastModified><ETag>&quot;900150983cd24fb0d6963f7d28e17f72&quot;</ETag><Size>3</Size><Owner><ID>7</ID></Owner></Contents>`,
    )
    .join('')}${more}</ListBucketResult>`;
const next = (token: string): string =>
  `<IsTruncated>true</IsTruncated><NextContinuationToken>${token}</NextContinuationToken>`;

t.test('a list comes in pages, and nothing outside of the folder is taken', async (t) => {
  const { store, asked, location } = bucketOf([
    { text: page(['gokwik/a+b.csv', 'gokwik/', 'gokwik/..%2Fsecret.csv'], next('to+k/n=')) },
    { text: page(['gokwik/%C3%BC%2B.csv', 'other/c.csv', 'gokwik/deep/d.csv', '']) },
  ]);
  const { files, problems } = await listWhole(location('s3://exports/gokwik/**'), store);
  t.same(
    files.map(({ path, key }) => [path, key]),
    [
      ['gokwik/a b.csv', 'a b.csv'],
      ['gokwik/ü+.csv', 'ü+.csv'],
      ['gokwik/deep/d.csv', 'deep/d.csv'],
    ],
  );
  t.match(files[0], {
    size: 3,
    modifiedMs: Date.UTC(2026, 8, 9, 7, 23, 34),
    tag: '"900150983cd24fb0d6963f7d28e17f72"',
  });
  t.match(problems, [{ key: '../secret.csv', message: /has a part `\.` or `\.\.`/ }]);
  t.match(asked[1]?.url, /^https:\/\/exports\.s3\.us-east-1\.amazonaws\.com\/\?.*prefix=gokwik%2F/);
  t.match(asked[1]?.url, /continuation-token=to%2Bk%2Fn%3D/);
});

t.test(
  'a folder alone is asked for its own files, from the beginning of their names',
  async (t) => {
    const { store, asked, location } = bucketOf([{ text: page([]) }]);
    await listWhole(location('s3://exports/gokwik/orders-*.csv'), store);
    t.match(asked[0]?.url, /prefix=gokwik%2Forders-&delimiter=%2F$/);
  },
);

t.test('a list that does not go on as it says is no whole list', async (t) => {
  for (const more of [next('t'), '<IsTruncated>true</IsTruncated>']) {
    const { store, location } = bucketOf([
      { text: page(['a.csv'], next('t')) },
      { text: page(['b.csv'], more) },
    ]);
    await t.rejects(listWhole(location('s3://exports/*'), store), {
      code: 'GK_FILE_LIST',
    });
  }
});

t.test('a list with less than it says is no whole list', async (t) => {
  const folder = '<CommonPrefixes><Prefix>deep/</Prefix></CommonPrefixes>';
  for (const [count, isWhole] of [
    [2, true],
    [3, false],
  ] as const) {
    const more = `${folder}<KeyCount>${count}</KeyCount>`;
    const { store, location } = bucketOf([{ text: page(['a.csv'], more) }]);
    const listed = listWhole(location('s3://exports/*'), store);
    if (isWhole) t.equal((await listed).files.length, 1);
    else await t.rejects(listed, { code: 'GK_FILE_LIST' });
  }
});

t.test('what is no list is told, and no file is taken from it', async (t) => {
  for (const text of ['<html><body>hello</body></html>', '{}', '', page(['a.csv']).slice(0, -20)]) {
    const { store, location } = bucketOf([{ text }]);
    await t.rejects(listWhole(location('s3://exports/*'), store), {
      code: 'GK_FILE_LIST',
    });
  }
});

t.test('a key is an address of its own, whatever signs it has', async (t) => {
  const keys = ['a b.csv', 'a+b.csv', '100%.csv', "q'(1)!*.csv", 'ü?#&=.csv', 'p//x.csv'];
  const { store, asked } = bucketOf(keys.map(() => ({ text: 'abc' })));
  for (const path of keys)
    await store.open({ path, size: 3, modifiedMs: 0, tag: '"t"' }, { from: 0 }, signal);
  t.same(
    asked.map(({ url }) => url.slice('https://exports.s3.us-east-1.amazonaws.com/'.length)),
    [
      'a%20b.csv',
      'a%2Bb.csv',
      '100%25.csv',
      'q%27%281%29%21%2A.csv',
      '%C3%BC%3F%23%26%3D.csv',
      'p//x.csv',
    ],
  );
  t.equal(asked[0]?.headers['if-match'], '"t"', 'it is the version that was listed');
});

t.test('by endpoint and dots in the name, the bucket is in the path', async (t) => {
  const { store, asked } = bucketOf([{ text: page([]) }], { endpoint: 'https://r2.example.com/' });
  await store.find('a.csv', signal);
  t.match(asked[0]?.url, /^https:\/\/r2\.example\.com\/exports\?/);
});

const refused: [string, number, RegExp][] = [
  ['InvalidAccessKeyId', 403, /`access_key_id` is not known/],
  ['SignatureDoesNotMatch', 403, /`secret_access_key` is not the one/],
  ['ExpiredToken', 400, /`session_token` has expired/],
  ['InvalidToken', 400, /`session_token` is not one of its/],
  ['RequestTimeTooSkewed', 403, /clock of this machine/],
  ['NoSuchBucket', 404, /there is no bucket exports/],
  ['PermanentRedirect', 301, /in the region eu-west-1, not us-east-1\. Let `region` be eu-west-1/],
  ['AccessDenied', 403, /may not list the bucket\. Allow them s3:ListBucket/],
  ['Strange', 400, /HTTP 400 Strange/],
];
for (const [code, status, message] of refused) {
  t.test(`${code} has a sentence of its own`, async (t) => {
    const text = `<Error><Code>${code}</Code><Region>eu-west-1</Region><AWSAccessKeyId>${EXAMPLE.access_key_id}</AWSAccessKeyId></Error>`;
    const { store, location } = bucketOf([{ status, text }]);
    const error: Error = await listWhole(location('s3://exports/*'), store).then(
      () => t.fail('it listed'),
      (reason) => reason,
    );
    t.match(error, { code: 'GK_STORE', message });
    t.match(error.message, /^Store aws: /);
    t.notMatch(error.message, EXAMPLE.access_key_id);
  });
}

t.test('a file that is gone, archived or written anew is one file’s own', async (t) => {
  const file = { path: 'a.csv', size: 3, modifiedMs: 0, tag: '"t"' };
  for (const [status, code, error] of [
    [404, 'NoSuchKey', { name: 'FileProblem', message: /is gone/ }],
    [403, 'InvalidObjectState', { name: 'FileProblem', message: /archive/ }],
    [412, 'PreconditionFailed', { code: 'GK_FILE_INTERRUPTED' }],
    [403, 'AccessDenied', { code: 'GK_STORE', message: /Allow them s3:GetObject/ }],
  ] as const) {
    const { store } = bucketOf([{ status, text: `<Error><Code>${code}</Code></Error>` }]);
    await t.rejects(store.open(file, { from: 0 }, signal), error);
  }
});

t.test('a file goes on at a byte, of a server without ranges too', async (t) => {
  const file = { path: 'a.csv', size: 6, modifiedMs: 0 };
  for (const status of [200, 206]) {
    const { store, asked } = bucketOf([{ status, text: status === 206 ? 'def' : 'abcdef' }]);
    const content = await store.open(file, { from: 3 }, signal);
    const chunks: Buffer[] = [];
    for await (const chunk of content?.body ?? []) chunks.push(chunk);
    t.equal(Buffer.concat(chunks).toString(), 'def');
    t.equal(asked[0]?.headers.range, 'bytes=3-');
  }
});

t.test('other bytes than were asked for are not taken for the rest', async (t) => {
  const file = { path: 'a.csv', size: 6, modifiedMs: 0 };
  for (const [came, isRight] of [
    ['bytes 3-5/6', true],
    ['bytes 0-5/6', false],
  ] as const) {
    const reply = { status: 206, text: 'def', headers: { 'content-range': came } };
    const opened = bucketOf([reply]).store.open(file, { from: 3 }, signal);
    if (isRight) t.ok(await opened);
    else await t.rejects(opened, { code: 'GK_FILE_INTERRUPTED' });
  }
});
