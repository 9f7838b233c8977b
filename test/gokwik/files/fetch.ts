import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { TransientError } from '../../../src/cdk/errors.ts';
import { createFetch, type File, openFound } from '../../../src/gokwik/files/fetch.ts';
import type { Content, Range, Store } from '../../../src/gokwik/files/stores/store.ts';

const { signal } = new AbortController();
const lost = (): Error => new TransientError('GK_FILE_INTERRUPTED', 'lost');

/** A store that answers so, and what was asked of it. */
function storeOf(open: (path: string, range: Range) => Promise<Content> | Content) {
  const asked: [string, Range][] = [];
  const store: Store = {
    find: async () => undefined,
    async *list() {},
    async open({ path }, range) {
      asked.push([path, range]);
      return open(path, range);
    },
  };
  const file = (path: string, size: number): File => ({
    ...{ path, key: path, store, modifiedMs: 0, tag: 'v1' },
    size,
  });
  return { asked, file };
}

async function* cut(bytes: Buffer, error?: Error): AsyncGenerator<Buffer> {
  yield bytes;
  if (error) throw error;
}

async function read(file: File): Promise<string> {
  const opened = await openFound(file, undefined, { hideName: String }, signal);
  const chunks: Buffer[] = [];
  for await (const chunk of opened?.open() ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

t.test('small files are on their way before they are asked for, and a few at once', async (t) => {
  let under = 0;
  let most = 0;
  const { file, asked } = storeOf(async (path) => {
    under += 1;
    most = Math.max(most, under);
    await sleep(1);
    under -= 1;
    if (path === '7') throw lost();
    return { body: cut(Buffer.from(path)) };
  });
  const files = Array.from({ length: 40 }, (_, at) => file(String(at), at === 3 ? 1_000_000 : 1));
  const fetch = createFetch(files, signal);
  for (const one of files.filter(({ size }) => size === 1)) {
    if (one.path === '7') await t.rejects(fetch(one), { message: 'lost' });
    else t.equal((await fetch(one)).toString(), one.path);
  }
  t.equal(asked.length, 39, 'each once, and the large one not');
  t.equal(most, 8);
});

t.test('a file goes on where its connection is lost', async (t) => {
  const whole = Buffer.alloc(300_000, 'abcdefg');
  let losses = 2;
  const { file, asked } = storeOf((_, { from, to = whole.length - 1 }) => {
    losses -= 1;
    const rest = whole.subarray(from, to + 1);
    return losses < 0 ? { body: cut(rest) } : { body: cut(rest.subarray(0, 100_000), lost()) };
  });
  t.equal(await read(file('a', whole.length)), whole.toString());
  t.same(
    asked.map(([, { from }]) => from),
    [0, 100_000, 200_000],
  );
});

t.test('but not for ever, and not into another content', async (t) => {
  const never = storeOf(() => ({ body: cut(Buffer.alloc(0), lost()) }));
  await t.rejects(read(never.file('a', 300_000)), { message: 'lost' });
  t.equal(never.asked.length, 4, 'an empty chunk is no progress');
  let version = 0;
  const other = storeOf(() => {
    version += 1;
    return { body: cut(Buffer.from('abc'), lost()), tag: String(version) };
  });
  await t.rejects(read(other.file('a', 300_000)), {
    code: 'GK_FILE_INTERRUPTED',
    detail: /written anew/,
  });
});

t.test('the beginning and the end of a large file are asked for alone', async (t) => {
  const whole = Buffer.alloc(300_000, 'abcdefg');
  const { file, asked } = storeOf((_, { from, to = whole.length - 1 }) => ({
    body: cut(whole.subarray(from, to + 1)),
  }));
  const opened = await openFound(file('a', whole.length), undefined, { hideName: String }, signal);
  t.equal((await opened?.head?.())?.length, 65_536);
  for (const _ of [1, 2, 3]) {
    let bytes = 0;
    for await (const chunk of opened?.tail?.(299_990) ?? []) bytes += chunk.length;
    t.equal(bytes, 10);
  }
  for await (const _ of opened?.tail?.(300_000) ?? []) t.fail('there is nothing behind the end');
  t.same(
    asked.map(([, range]) => range),
    [{ from: 0, to: 65_535 }, { from: 299_990 }],
  );
});
