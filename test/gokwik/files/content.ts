import { readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { workbook, zip } from '../../../simulator/src/exports/pack.ts';
import { headOf, type Opened, partsOf } from '../../../src/gokwik/files/content.ts';
import { Stranger } from '../../../src/gokwik/files/location.ts';

const TEXT = 'Merchant Order ID,Created At\n1,9/9/2026 7:23 AM\n';

/** What is in a file that lies behind an address, so that a zip has to be laid down. */
const opened = (content: Buffer): Opened => ({
  key: 'file',
  label: 'file',
  modifiedMs: 0,
  path: undefined,
  hideName: (name) => name,
  async *open() {
    for (let at = 0; at < content.length; at += 7) yield content.subarray(at, at + 7);
  },
});

async function textsOf(content: Buffer): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for await (const part of partsOf(opened(content))) {
    if (part.kind === 'sheet') throw new Error(`${part.label} is a workbook`);
    const chunks: Buffer[] = [];
    for await (const chunk of part.open()) chunks.push(chunk);
    texts[part.label] = Buffer.concat(chunks).toString();
  }
  return texts;
}

// A folder of its own for what is laid down: other tests run beside this one.
const room = t.testdir();
process.env.TMPDIR = room;
const temporary = (): string[] => readdirSync(room);

t.test('plain, gzip and zip hold the same', async (t) => {
  const content = Buffer.from(TEXT);
  t.same(await textsOf(content), { file: TEXT });
  t.same(await textsOf(gzipSync(content)), { file: TEXT });
  const twice = Buffer.concat([gzipSync(content), gzipSync(content)]);
  t.same(await textsOf(twice), { file: TEXT + TEXT }, 'gzip files one after another');
  const before = temporary();
  const packed = zip([
    { name: 'a.csv', content },
    { name: 'of/b.csv', content },
    { name: '__MACOSX/._a.csv', content: Buffer.from('x') },
  ]);
  t.same(await textsOf(packed), { 'file/a.csv': TEXT, 'file/of/b.csv': TEXT });
  t.same(temporary(), before, 'nothing is left behind');
});

t.test('a container without room says so', async (t) => {
  const packed = zip([{ name: 'a.csv', content: Buffer.from(TEXT) }]);
  process.env.TMPDIR = `${room}/read-only`;
  t.teardown(() => {
    process.env.TMPDIR = room;
  });
  await t.rejects(textsOf(packed), /no room to lay it down \(ENOENT\): give it a writable/);
});

t.test('what is packed in what is packed is read, a few times over', async (t) => {
  const content = Buffer.from(TEXT);
  const before = temporary();
  t.same(await textsOf(gzipSync(gzipSync(content))), { file: TEXT });
  const inner = zip([{ name: 'a.csv', content }]);
  const packed = zip([
    { name: 'in.zip', content: inner },
    { name: 'b.csv.gz', content: gzipSync(content) },
    { name: '.DS_Store', content },
    { name: 'of/.DS_Store', content },
  ]);
  t.same(await textsOf(packed), { 'file/in.zip/a.csv': TEXT, 'file/b.csv.gz': TEXT });
  for (const book of [
    zip([{ name: 'x.xlsx', content: workbook([['a']]) }]),
    gzipSync(workbook([['a']])),
  ]) {
    const cells: (readonly string[])[] = [];
    for await (const part of partsOf(opened(book))) {
      if (part.kind === 'sheet') for await (const row of part.rows()) cells.push(row.cells);
    }
    t.same(cells, [['a']]);
  }
  let bomb = content;
  for (let times = 0; times < 9; times += 1) bomb = gzipSync(bomb);
  await t.rejects(textsOf(bomb), { name: 'FileProblem', message: /packed many times over/ });
  const none = Buffer.alloc(0);
  const many = Array.from({ length: 5_001 }, (_, at) => ({ name: `${at}`, content: none }));
  // Each alone is small enough.
  const crowd = zip(['a.zip', 'b.zip'].map((name) => ({ name, content: zip(many) })));
  await t.rejects(textsOf(zip([...many, ...many])), { message: /a zip of more than 10000 files/ });
  const inside: string[] = [];
  for await (const part of partsOf(opened(crowd))) {
    if (part.kind === 'text' && part.label.endsWith('b.zip'))
      await t.rejects(headOf(part.open()), { message: /a zip of more than 10000 files/ });
    inside.push(part.label);
  }
  t.ok(inside.includes('file/b.zip'));
  // As long as the directory says: 5 times 4 GiB.
  const long = zip(Array.from({ length: 5 }, (_, at) => ({ name: `${at}`, content })));
  for (let at = long.indexOf('PK\x01\x02'); at >= 0; at = long.indexOf('PK\x01\x02', at + 1))
    long.writeUInt32LE(0xfffffffe, at + 24);
  await t.rejects(textsOf(long), { message: /unpacks to more than 16 GiB/ });
  t.same(temporary(), before, 'nothing is left behind');
});

t.test('of a zip with a broken text, the others are read', async (t) => {
  const packed = zip([
    { name: 'a.csv', content: Buffer.alloc(0) },
    { name: 'b.csv', content: Buffer.from(TEXT) },
  ]);
  const labels: string[] = [];
  for await (const part of partsOf(opened(packed))) {
    labels.push(part.label);
    if (part.kind === 'sheet' || part.label !== 'file/a.csv') continue;
    const read = async (): Promise<void> => {
      for await (const _ of part.open());
    };
    await t.rejects(read(), { name: 'FileProblem', message: /^it is empty$/ });
  }
  t.same(labels, ['file/a.csv', 'file/b.csv']);
});

/** With a sign in it that its content is encrypted. */
function locked(): Buffer {
  const packed = zip([{ name: 'a.csv', content: Buffer.from(TEXT) }]);
  const list = packed.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  packed.writeUInt16LE(0x801, list + 8);
  return packed;
}
const documentOf = (...names: string[]): Buffer =>
  zip(names.map((name) => ({ name, content: Buffer.from('<x/>') })));

const large = Buffer.from(TEXT.repeat(5000));
const broken: [string, Buffer, RegExp][] = [
  ['nothing', Buffer.alloc(0), /it is empty/],
  ['a gzip that is cut off', gzipSync(large).subarray(0, 200), /cut off/],
  [
    'a damaged gzip',
    Buffer.concat([gzipSync(large).subarray(0, 60), Buffer.alloc(400, 0xff)]),
    /damaged|cut off/,
  ],
  [
    'a zip that is cut off',
    zip([{ name: 'a.csv', content: large }]).subarray(0, 300),
    /zip that is cut off/,
  ],
  ['a zip that leads out', zip([{ name: '../evil.csv', content: large }]), /leads out of it/],
  ['a zip with a password', locked(), /with a password/],
  ['a binary workbook', documentOf('[Content_Types].xml', 'xl/workbook.bin'), /\.xlsb.*as \.xlsx/],
  ['a table of OpenOffice', documentOf('mimetype', 'content.xml'), /OpenOffice.*as \.xlsx/],
  ['a table of Apple', documentOf('Index/Document.iwa'), /Apple.*as \.xlsx/],
  ['a zip of nothing', zip([]), /it is empty|without a file|cut off/],
];
for (const [name, content, message] of broken) {
  t.test(`${name} is told`, async (t) => {
    const before = temporary();
    await t.rejects(textsOf(content), { name: 'FileProblem', message });
    t.same(temporary(), before, 'nothing is left behind');
  });
}

t.test('a document of Office is a stranger, not a broken table', async (t) => {
  const read = textsOf(documentOf('[Content_Types].xml', 'word/document.xml'));
  t.ok((await read.catch((error: unknown) => error)) instanceof Stranger);
});

t.test('a zip with a wrong checksum gives no byte of what is damaged', async (t) => {
  const good = Buffer.from(TEXT);
  const packed = zip([
    { name: 'a.csv', content: Buffer.from(TEXT) },
    { name: 'b.csv', content: good },
  ]);
  // The checksum in the list of entries, 16 bytes behind its sign.
  const list = packed.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  packed.writeUInt32LE(1, list + 16);
  const given: string[] = [];
  for await (const part of partsOf(opened(packed))) {
    if (part.kind === 'sheet') continue;
    const read = async (): Promise<void> => {
      for await (const chunk of part.open()) given.push(`${part.label} ${chunk}`);
    };
    if (part.label === 'file/b.csv') await read();
    else await t.rejects(read(), { name: 'FileProblem', message: /another checksum/ });
  }
  t.same(given, [`file/b.csv ${TEXT}`]);
  const book = workbook([['a'], ['b']]);
  const last = book.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  book.writeUInt32LE(1, last + 16);
  const rows = async (): Promise<void> => {
    for await (const part of partsOf(opened(book))) {
      if (part.kind === 'sheet') for await (const { cells } of part.rows()) given.push(...cells);
    }
  };
  await t.rejects(rows(), { name: 'FileProblem', message: /another checksum/ });
  t.equal(given.length, 1);
});

t.test('an entry is not held whole', async (t) => {
  const packed = zip([{ name: 'zeros.csv', content: Buffer.alloc(200 * 1024 * 1024, 0x30) }]);
  let most = 0;
  let bytes = 0;
  for await (const part of partsOf(opened(packed))) {
    for await (const chunk of part.kind === 'text' ? part.open() : []) {
      bytes += chunk.length;
      most = Math.max(most, chunk.length);
    }
  }
  t.equal(bytes, 200 * 1024 * 1024);
  t.ok(most <= 1024 * 1024, `${most} bytes at once`);
});
