import fc from 'fast-check';
import t from 'tap';
import type { JsonObject } from '../../../src/cdk/protocol.ts';
import {
  type Book,
  digestOf,
  foldBooks,
  type Ordered,
  readBook,
  settledByRanges,
  writeBook,
} from '../../../src/gokwik/files/marks.ts';

/* What a state says of many files: never that one was read which was not. */

const fileOf = (id: number, version = 0): Ordered => {
  const key = `${String(id).padStart(6, '0')}.json`;
  return { key, place: key, digest: digestOf(`${key} ${version}`), wanted: ['orders'] };
};

const passOn = (book: Book): Book => readBook(JSON.parse(JSON.stringify(writeBook(book))));

t.test('whatever was read, came, changed or went: no unread file is settled', (t) => {
  const ids = fc.uniqueArray(fc.integer({ min: 0, max: 4000 }), { maxLength: 40 });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4000 }),
      ids,
      ids,
      ids,
      ids,
      (count, unread, changed, gone, fresh) => {
        const files = Array.from({ length: count }, (_, id) => fileOf(id * 2));
        const isUnread = new Set(unread.map((id) => fileOf(id * 2).key));
        const book = readBook(undefined);
        for (const { key } of files) if (!isUnread.has(key)) book.marks.set(key, { done: true });
        const books = new Map([['orders', book]]);
        foldBooks(books, files, (_, { key }) => !isUnread.has(key));
        const saved = passOn(book);
        const settled = settledByRanges('orders', saved, files);
        for (const { key } of files) {
          const isKnown = settled.has(key) || saved.marks.has(key);
          if (isKnown === isUnread.has(key)) t.fail(`${key} is ${isKnown ? 'known' : 'forgotten'}`);
        }
        // The folder as the next run finds it.
        const old = new Set(changed.map((id) => id * 2));
        const left = files.filter(({ key }) => !gone.some((id) => fileOf(id * 2).key === key));
        const later = [
          ...left.map((file, id) => (old.has(id) ? { ...file, digest: digestOf(`x${id}`) } : file)),
          ...fresh.map((id) => fileOf(id * 2 + 1)),
        ].sort((a, b) => (a.key < b.key ? -1 : 1));
        const next = settledByRanges('orders', passOn(saved), later);
        const before = new Map(files.map((file) => [file.key, file.digest]));
        for (const { key, digest } of later) {
          if (next.has(key) && (before.get(key) !== digest || isUnread.has(key))) t.fail(key);
        }
      },
    ),
    { numRuns: 60 },
  );
  t.end();
});

t.test('ten thousand finished files are a few thousand bytes', (t) => {
  const book = readBook(undefined);
  const files = Array.from({ length: 10_000 }, (_, id) => fileOf(id));
  for (const { key } of files) {
    book.marks.set(key, {
      done: true,
      size: 12345,
      modifiedMs: 1_700_000_000_000,
      feeds: ['orders'],
    });
  }
  foldBooks(new Map([['orders', book]]), files, () => true);
  const bytes = JSON.stringify(writeBook(book)).length;
  t.ok(bytes < 100_000, `${bytes} bytes`);
  t.equal(book.marks.size, 500, 'the newest keep a mark of their own, should they grow');
  t.equal(settledByRanges('orders', passOn(book), files).size, 9500);
  t.end();
});

t.test('a book that someone edited is no reason to fail', (t) => {
  const strange = [
    { read: 1, older: 2 },
    { read: { a: 1, b: { offset: 'x' } }, older: [1, { from: 1 }, { from: 'a', until: 'b' }] },
    { older: [{ from: 'a', until: 'b', files: 1, sum: {} }] },
  ] as unknown as JsonObject[];
  for (const saved of strange) {
    t.same(settledByRanges('orders', readBook(saved), [fileOf(1)]), new Set());
  }
  t.end();
});
