import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readLocation } from '../../../../src/gokwik/files/location.ts';
import { disk } from '../../../../src/gokwik/files/stores/disk.ts';
import { listWhole } from '../helpers/files.ts';

const locate = (text: string) => readLocation(text, { field: 'files', allowPrivate: false });
const find = (text: string) => listWhole(locate(text), disk);

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
    (await find(text)).files.map(({ path }) => path.slice(gokwik.length + 1)).sort();
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
  const found = await find(`${gokwik}/orders-*.csv`);
  t.same(
    found.files.map(({ key }) => key).sort(),
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

t.test('what took the place of a file after it was listed is not read', async (t) => {
  const root = t.testdir({
    in: { 'a.csv': 'mine', 'b.csv': 'mine', 'c.csv': 'x'.repeat(70_000) },
    out: { 'secret.csv': 'not yours' },
  });
  const { files } = await find(`${root}/in/*.csv`);
  const textOf = async (name: string): Promise<string> => {
    const file = files.find(({ key }) => key === name);
    const chunks: Buffer[] = [];
    const content = file && (await disk.open(file, { from: 0 }, new AbortController().signal));
    for await (const chunk of content?.body ?? []) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  t.equal(await textOf('a.csv'), 'mine');
  t.equal((await textOf('c.csv')).length, 70_000);
  for (const name of ['a.csv', 'c.csv']) {
    rmSync(join(root, 'in', name));
    symlinkSync(join(root, 'out/secret.csv'), join(root, 'in', name));
    await t.rejects(textOf(name), { name: 'FileProblem', message: /another file took its place/ });
  }
  rmSync(join(root, 'in/b.csv'));
  execFileSync('mkfifo', [join(root, 'in/b.csv')]);
  await t.rejects(textOf('b.csv'), { message: /another file took its place/ });
});

t.test('what is odd in a folder harms itself alone', async (t) => {
  const folder = t.testdir({ 'orders-1.csv': 'a', closed: { 'orders-2.csv': 'b' } });
  symlinkSync(join(folder, 'nowhere.csv'), join(folder, 'dangling.csv'));
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe, 0x2e])]), 'x');
  writeFileSync(join(folder, 'new\nline \u202e.csv'), 'x');
  chmodSync(join(folder, 'closed'), 0);
  const { files, problems } = await find(`${folder}/**`);
  chmodSync(join(folder, 'closed'), 0o755);
  const isRoot = process.getuid?.() === 0;
  t.same(files.map(({ key }) => key).sort(), [
    ...(isRoot ? ['closed/orders-2.csv'] : []),
    'new\nline \u202e.csv',
    'orders-1.csv',
  ]);
  const told = problems.map(({ key, message }) => `${key}: ${message}`).sort();
  t.match(told.join('\n'), /dangling\.csv: it is not there/);
  t.match(told.join('\n'), /\ufffd.*: it is not there/);
  if (!isRoot) t.match(told.join('\n'), /closed: this user of the container may not read it/);
});

t.test('a name is found however its accents are spelled', async (t) => {
  const [one, two] = ['café', 'cafe\u0301'];
  for (const [there, asked] of [
    [one, two],
    [two, one],
    [one, one],
    [two, two],
  ] as const) {
    const folder = t.testdir({ [there]: { [`${there}-1.csv`]: 'a' } });
    for (const text of [
      `${asked}/*`,
      `${asked}/${asked}-?.csv`,
      `${asked}/${asked}-1.csv`,
      asked,
    ]) {
      const { files } = await find(`${folder}/${text}`);
      t.same(
        files.map(({ key }) => key),
        [`${there}-1.csv`],
        text,
      );
    }
  }
});

t.test('folders of the system stay shut, whatever leads there', async (t) => {
  const folder = t.testdir({ 'a.csv': 'a' });
  symlinkSync('/proc/self', join(folder, 'link'));
  for (const text of [`${folder}/link`, `${folder}/link/*`, `${folder}/link/environ`]) {
    const found = await find(text).catch((error: unknown) => {
      t.match(error, { name: 'FileProblem', message: /folder of the system/ });
      return { files: [], problems: [] };
    });
    t.same(found.files, [], text);
  }
  const all = await find(`/{proc,dev,sys}/*`);
  t.same(all.files, []);
});
