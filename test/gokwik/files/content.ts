import { readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { zip } from '../../../simulator/src/exports/pack.ts';
import { type Opened, partsOf } from '../../../src/gokwik/files/content.ts';

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
  ['a zip of nothing', zip([]), /it is empty|without a file|cut off/],
];
for (const [name, content, message] of broken) {
  t.test(`${name} is told`, async (t) => {
    const before = temporary();
    await t.rejects(textsOf(content), { name: 'FileProblem', message });
    t.same(temporary(), before, 'nothing is left behind');
  });
}

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
