import t from 'tap';
import { describeLocation, readLocation } from '../../../src/gokwik/files/location.ts';
import type { Account } from '../../../src/gokwik/files/stores/accounts.ts';

const S3 = { type: 's3', name: 'aws', access_key_id: 'key', secret_access_key: 'word' } as const;

const locate = (text: string, given: { accounts?: Account[]; store?: string } = {}) =>
  readLocation(text, {
    field: 'files[0].location',
    allowPrivate: false,
    accounts: [S3],
    ...given,
  });

const refused: [string, RegExp][] = [
  ['orders.csv', /neither an address \(https:…\)|neither an address/],
  ['../orders.csv', /neither an address/],
  ['/local/../etc/passwd', /must not hold `\.\.`/],
  ['https//bucket.example.com/orders.csv?X-Amz-Signature=abcdef', /neither an address/],
  ['/proc/self/environ', /folder of the system/],
  ['//proc/self/environ', /folder of the system/],
  ['/dev/stdin', /folder of the system/],
  ['/local/../../proc/self/environ', /must not hold/],
  ['http://example.com/a.csv', /must begin with https/],
  ['https://user:word@example.com/a.csv', /holds a user name or password/],
  ['https://169.254.169.254/latest/meta-data', /private address/],
  ['https://[::1]/a.csv', /private address/],
  ['file:///etc/passwd', /must begin with https/],
  ['s3://key:X-Amz-abcdef@bucket/orders.csv', /shows a password or a signature/],
  ['s3://bucket/orders.csv?X-Amz-Signature=abcdef', /shows a password or a signature/],
  ['s3://bucket/gokwik/../secret/*.csv', /must not hold `\.\.`/],
  ['s3:///orders.csv', /not of the form s3:\/\/name/],
  ['s3://buc ket/orders.csv', /not of the form s3:\/\/name/],
];
for (const [text, message] of refused) {
  t.test(`${text} is refused`, (t) => {
    t.throws(() => locate(text), { message });
    try {
      locate(text);
    } catch (error) {
      t.notMatch(String(error), /X-Amz|abcdef/);
    }
    t.end();
  });
}

t.test('an address is called by its path, never by its query', (t) => {
  const location = locate('https://files.example.com/gokwik/orders.csv?X-Signature=abcdef');
  t.equal(location.scheme, 'https');
  t.equal(describeLocation(location), 'files.example.com/gokwik/orders.csv');
  t.end();
});

t.test('an address that was written like a path is not printed with its signature', (t) => {
  const location = locate('/https://files.example.com/orders.csv?X-Amz-Signature=abcdef');
  t.equal(describeLocation(location), '/https:/files.example.com/orders.csv?…');
  t.equal(describeLocation(locate('/data/orders-?.csv')), '/data/orders-?.csv');
  t.end();
});

t.test('a place in a bucket: what must not be left, and what is looked for below it', (t) => {
  const cases: [string, string, string | undefined][] = [
    ['s3://b/*.csv', '', '*.csv'],
    ['s3://b/gokwik/orders-*.csv', 'gokwik', 'orders-*.csv'],
    ['s3://b/gokwik/**/*.{csv,xlsx}', 'gokwik', '**/*.{csv,xlsx}'],
    ['s3://b/gokwik/', '', undefined],
    ['s3://b', '', undefined],
    ['s3://b//odd//100% +x.csv', 'odd', undefined],
  ];
  for (const [text, folder, pattern] of cases) {
    t.match(locate(text), { scheme: 's3', container: 'b', folder, account: S3 }, text);
    t.equal(locate(text).pattern, pattern, text);
  }
  t.equal(locate('s3://b/gokwik/').path, 'gokwik');
  t.equal(describeLocation(locate('s3://b/gokwik/*.csv')), 's3://b/gokwik/*.csv');
  t.end();
});

t.test('places in other stores', (t) => {
  const accounts: Account[] = [
    { type: 'sftp', name: 'server', password: 'word', host_key: 'accept-any' },
    { type: 'google', name: 'google', service_account: '{}' },
    { type: 'azure', name: 'blobs', account: 'abc', account_key: 'a2V5' },
  ];
  const cases: [string, object][] = [
    [
      'sftp://me@[2001:db8::1]:2222/in/*.csv',
      { container: 'me@[2001:db8::1]:2222', folder: '/in', pattern: '*.csv' },
    ],
    ['sftp://me@files.example', { container: 'me@files.example', path: '/', pattern: undefined }],
    ['gs://b/in/*.csv', { folder: 'in', pattern: '*.csv' }],
    ['azure://exports/in', { container: 'exports', path: 'in' }],
    ['gdrive://1aB_c-D/reports/*', { container: '1aB_c-D', folder: 'reports', pattern: '*' }],
    ['gsheet://1aB_c-D', { container: '1aB_c-D', path: '' }],
    ['GS://b/in', { scheme: 'gs', container: 'b', path: 'in' }],
    // As browsers show them.
    [
      'https://drive.google.com/drive/u/0/folders/1aB_c-D?usp=sharing',
      { scheme: 'gdrive', container: '1aB_c-D', path: '' },
    ],
    [
      'gdrive://https://drive.google.com/drive/folders/1aB_c-D',
      { scheme: 'gdrive', container: '1aB_c-D' },
    ],
    [
      'https://docs.google.com/spreadsheets/d/1aB_c-D/edit?gid=0#gid=0',
      { scheme: 'gsheet', container: '1aB_c-D', path: '' },
    ],
    ['gsheet://https://docs.google.com/spreadsheets/d/1aB_c-D', { container: '1aB_c-D' }],
    // What is published as a file is one.
    [
      'https://docs.google.com/spreadsheets/d/1aB_c-D/export?format=csv',
      { scheme: 'https', container: '' },
    ],
  ];
  for (const [text, place] of cases) t.match(locate(text, { accounts }), place, text);
  for (const text of [
    'sftp://files.example/x',
    'sftp://me:word@files.example/x',
    'sftp://me@files.example:99999/x',
    'azure://c/x?sv=1&sig=2',
  ])
    t.throws(() => locate(text, { accounts }), { code: 'GK_FILES' }, text);
  t.throws(() => locate('sftp://me@files.example/~/in/*.csv', { accounts }), {
    message: /begins with `~`, which only a shell knows/,
  });
  t.end();
});

t.test('a location is opened by the only entry of its kind, or the one that it names', (t) => {
  const other = { ...S3, name: 'r2' };
  const both = [S3, other];
  t.equal(locate('s3://b/a.csv', { accounts: both, store: 'r2' }).account, other);
  const refused: [Account[], string | undefined, RegExp][] = [
    [[], undefined, /`file_stores` has no entry of type s3/],
    [both, undefined, /several entries \(aws, r2\).*Name one in `store`/],
    [both, 'gcs', /names the store gcs.*no entry of type s3 with this name/],
  ];
  for (const [accounts, store, message] of refused) {
    const given = { accounts, ...(store !== undefined && { store }) };
    t.throws(() => locate('s3://b/a.csv', given), { code: 'GK_FILES', message });
  }
  t.end();
});
