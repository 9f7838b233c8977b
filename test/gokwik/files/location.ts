import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { listFiles, readLocation } from '../../../src/gokwik/files/location.ts';

const locate = (text: string, allowPrivate = false) =>
  readLocation(text, 'files[0].location', allowPrivate);

const refused: [string, RegExp][] = [
  ['orders.csv', /neither an address \(https:…\)|neither an address/],
  ['../orders.csv', /neither an address/],
  ['/local/../etc/passwd', /must not hold `\.\.`/],
  ['/proc/self/environ', /folder of the system/],
  ['/dev/stdin', /folder of the system/],
  ['/local/../../proc/self/environ', /must not hold/],
  ['http://example.com/a.csv', /must begin with https/],
  ['https://user:word@example.com/a.csv', /holds a user name or password/],
  ['https://169.254.169.254/latest/meta-data', /private address/],
  ['https://[::1]/a.csv', /private address/],
  ['file:///etc/passwd', /must begin with https/],
  ['s3://bucket/key', /must begin with https/],
];
for (const [text, message] of refused) {
  t.test(`${text} is refused`, (t) => {
    t.throws(() => locate(text), { message });
    t.end();
  });
}

t.test('an address is called by its path, never by its query', (t) => {
  const location = locate('https://files.example.com/gokwik/orders.csv?X-Signature=abcdef');
  t.match(location, { kind: 'address', name: 'files.example.com/gokwik/orders.csv' });
  t.end();
});

t.test('what is found, and what is not', async (t) => {
  const root = t.testdir({
    gokwik: {
      'orders-1.csv': 'a',
      'orders-2.csv': 'bb',
      'notes.txt': '',
      deep: { 'orders-3.csv': '' },
    },
    secret: { 'orders-9.csv': 'not yours' },
  });
  const gokwik = join(root, 'gokwik');
  const names = async (text: string): Promise<string[]> =>
    (await listFiles(locate(text))).files.map(({ name }) => name.slice(gokwik.length + 1)).sort();
  t.same(await names(`${gokwik}/orders-*.csv`), ['orders-1.csv', 'orders-2.csv']);
  t.same(await names(`${gokwik}/**/orders-*.csv`), [
    'deep/orders-3.csv',
    'orders-1.csv',
    'orders-2.csv',
  ]);
  t.same(await names(`${gokwik}/*/orders-3.csv`), ['deep/orders-3.csv']);
  t.same(await names(gokwik), ['notes.txt', 'orders-1.csv', 'orders-2.csv'], 'a folder: its files');
  t.same(await names(`${gokwik}/orders-1.csv`), ['orders-1.csv']);
  t.same(await names(`${gokwik}/returns-*.csv`), []);
  await t.rejects(names(`${gokwik}/orders-7.csv`), /not there.*mounted/);
  await t.rejects(names(`${root}/nowhere/*.csv`), /not there.*mounted/);

  // A link inside the folder is how containers mount files; one that leads out is not followed.
  symlinkSync(join(gokwik, 'orders-1.csv'), join(gokwik, 'orders-4.csv'));
  t.same(await names(`${gokwik}/orders-4.csv`), ['orders-4.csv']);
  symlinkSync(join(root, 'secret/orders-9.csv'), join(gokwik, 'orders-5.csv'));
  const found = await listFiles(locate(`${gokwik}/orders-*.csv`));
  t.same(
    found.files.map(({ key }) => key),
    ['orders-1.csv', 'orders-2.csv', 'orders-4.csv'],
    'keys are relative to the folder',
  );
  t.same(found.problems, [
    { key: 'orders-5.csv', message: 'it is a link that leads out of its folder' },
  ]);
  await t.rejects(names(`${gokwik}/orders-5.csv`), /leads out/);
  mkdirSync(join(gokwik, 'orders-6.csv'));
  writeFileSync(join(gokwik, 'orders-7.csv'), '');
});
