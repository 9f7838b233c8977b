import fc from 'fast-check';
import t from 'tap';
import type { JsonObject } from '../../../src/cdk/protocol.ts';
import {
  type Book,
  digestOf,
  foldBooks,
  isSameVersion,
  type Ordered,
  readBook,
  settledByRanges,
  shortenName,
  writeBook,
} from '../../../src/gokwik/files/marks.ts';

/* What a state says of many files: never that one was read which was not. */

const fileOf = (id: number, version = 0): Ordered => {
  const key = `${String(id).padStart(6, '0')}.json`;
  return { key, modifiedMs: id, digest: digestOf(`${key} ${version}`), wanted: ['orders'] };
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
      fc.uniqueArray(fc.integer({ min: 0, max: 4000 }), { maxLength: 2000 }),
      fc.integer({ min: 1, max: 300 }),
      (count, unseen, changed, gone, fresh, broken, wide) => {
        const files = Array.from({ length: count }, (_, id) => fileOf(id * 2));
        const isUnseen = new Set(unseen.map((id) => fileOf(id * 2).key));
        const isBroken = new Set(broken.map((id) => fileOf(id * 2).key));
        const isUnread = new Set([...isUnseen, ...isBroken]);
        const book = readBook(undefined);
        for (const { key } of files) {
          const tag = 'x'.repeat(wide);
          if (!isUnread.has(key)) book.marks.set(key, { done: true });
          else if (!isUnseen.has(key)) book.marks.set(key, { size: 1, tag });
        }
        const books = new Map([['orders', book]]);
        // Broken ones were looked at: only their marks say that they are to be read again.
        for (const _ of [1, 2]) foldBooks(books, files, (__, { key }) => !isUnseen.has(key));
        const saved = passOn(book);
        const settled = settledByRanges('orders', saved, files);
        for (const { key } of files) {
          const isKnown = settled.has(key) || saved.marks.get(key)?.done === true;
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
    { numRuns: 40 },
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

/** Names of files, and of what is in a zip, that nobody would give. */
const name = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.string({ minLength: 1, maxLength: 400, unit: 'binary' }),
  fc
    .tuple(fc.string({ maxLength: 4 }), fc.integer({ min: 1, max: 4000 }))
    .map(([text, length]) => `${text}\u0001ü😀`.repeat(length).slice(0, length)),
);

/** A digest alone of each of the files that are not finished, a range of a thousand finished ones. */
const MOST_BYTES = 200_000;

t.test('whatever is in a folder, a state stays small and says nothing that is not so', (t) => {
  const kind = fc.constantFrom('done', 'broken', 'unread', 'zip', 'broken zip', 'mixed');
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6_000 }),
      kind,
      fc.array(name, { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 200 }),
      (count, what, names, texts) => {
        const files = Array.from({ length: count }, (_, id): Ordered => {
          const key = shortenName(`${names[id % names.length]?.replaceAll('/', '_')}${id}`);
          return { key, modifiedMs: id, digest: digestOf(key), wanted: ['orders'] };
        });
        const book = readBook(undefined);
        const books = new Map([['orders', book]]);
        const kindOf = (id: number) =>
          what === 'mixed' ? ['done', 'broken', 'unread', 'zip'][(id * 7) % 4] : what;
        for (const [id, { key }] of files.entries()) {
          const kindHere = kindOf(id);
          if (kindHere === 'unread') continue;
          if (kindHere?.endsWith('zip') && id % 50 === 0) {
            for (let at = 0; at < texts; at += 1) {
              const text = shortenName(names[at % names.length] ?? '');
              book.marks.set(`${key}/${text}${at}`, {
                offset: 1e9,
                rows: 1e6,
                hash: 'f'.repeat(16),
              });
            }
          }
          const isDone = kindHere === 'done' || kindHere === 'zip';
          const version = { size: 123_456, modifiedMs: 1_700_000_000_000 + id };
          book.marks.set(key, { ...version, ...(isDone && { done: true, feeds: ['orders'] }) });
          if (id % 100 > 0) continue;
          foldBooks(books, files, (_, __, at) => at < id && kindOf(at) !== 'unread');
          const bytes = Buffer.byteLength(JSON.stringify(writeBook(book)));
          if (bytes > MOST_BYTES) t.fail(`${bytes} bytes after ${id} files`);
        }
        foldBooks(books, files, (_, __, at) => kindOf(at) !== 'unread');
        const written = writeBook(book);
        const bytes = Buffer.byteLength(JSON.stringify(written));
        if (bytes > MOST_BYTES) t.fail(`${bytes} bytes`);
        if (Object.keys(written.read as JsonObject).length > 10_000) t.fail('too many marks');
        const saved = passOn(book);
        const settled = settledByRanges('orders', saved, files);
        for (const [id, { key }] of files.entries()) {
          const isKnown = settled.has(key) || saved.marks.get(key)?.done === true;
          const isDone = kindOf(id) === 'done' || kindOf(id) === 'zip';
          if (isKnown && !isDone) t.fail(`${key} is known and was not read`);
        }
      },
    ),
    { numRuns: 8 },
  );
  t.end();
});

t.test('between two folds, too: what finds no room is read again', (t) => {
  const book = readBook(undefined);
  for (let id = 0; id < 5000; id += 1) {
    book.marks.set(`a.zip/${id}.csv`, { offset: 1, rows: 1, hash: 'f'.repeat(16) });
    book.marks.set(`${id}.csv`, { size: id });
  }
  const written = writeBook(book);
  t.ok(JSON.stringify(written).length < MOST_BYTES);
  const names = Object.keys(written.read as JsonObject);
  const texts = names.filter((one) => one.startsWith('a.zip'));
  t.equal(names.length - texts.length, 5000, 'whole files come first');
  t.ok(texts.length < 2000 && texts.includes('a.zip/4999.csv'), 'then the youngest texts');
  t.end();
});

t.test('a thousand broken files among good ones cost no good one another reading', (t) => {
  const files = Array.from({ length: 9000 }, (_, id) => fileOf(id));
  const book = readBook(undefined);
  for (const [id, { key }] of files.entries()) {
    book.marks.set(key, id % 3 === 0 ? { size: 9 } : { size: 9, done: true });
  }
  foldBooks(new Map([['orders', book]]), files, () => true);
  const saved = passOn(book);
  const settled = settledByRanges('orders', saved, files);
  const again = files.filter(({ key }) => !settled.has(key) && !saved.marks.get(key)?.done);
  t.equal(again.length, 3000, 'those that are broken');
  t.end();
});

t.test('a name of any length is told by its beginning, and by itself', (t) => {
  t.equal(shortenName('orders.csv'), 'orders.csv');
  const long = 'orders-'.repeat(100);
  t.match(shortenName(long), /^orders-orders-.*~[0-9a-f]{12}$/);
  t.not(shortenName(long), shortenName(`${long}2`));
  fc.assert(
    fc.property(name, (any) => {
      const short = shortenName(any);
      t.ok(JSON.stringify(short).length <= 142);
      t.ok(!/[\ud800-\udbff]~[0-9a-f]{12}$/.test(short), 'no half of a sign');
    }),
  );
  t.end();
});

t.test('a book that someone edited is no reason to fail', (t) => {
  const strange = [
    { read: 1, older: 2 },
    { read: { a: 1, b: { offset: 'x' } }, older: [1, { from: 1 }, { from: 'a', until: 'b' }] },
    { older: [{ from: 'a', until: 'b', files: 1, sum: {} }] },
    { open: 1 },
    { open: 'zz' },
  ] as unknown as JsonObject[];
  for (const saved of strange) {
    t.same(settledByRanges('orders', readBook(saved), [fileOf(1)]), new Set());
  }
  t.end();
});

t.test('of a store that could not be asked, what is known stays as it is', (t) => {
  const files = Array.from({ length: 2500 }, (_, id) => fileOf(id));
  const book = readBook(undefined);
  for (const { key } of files) book.marks.set(key, { done: true });
  foldBooks(new Map([['orders', book]]), files, () => true);
  const { ranges } = passOn(book);
  t.ok(ranges.length > 0);
  const rest = files.slice(0, 700);
  const blind = passOn(book);
  t.ok(
    settledByRanges('orders', blind, rest, false).size > 0,
    'its other files are not read again',
  );
  t.same(blind.ranges, ranges);
  const seen = passOn(book);
  t.equal(
    settledByRanges('orders', seen, rest, true).size,
    0,
    'where all were listed, they are gone',
  );
  t.end();
});

t.test('a file of the same size and moment is another one under another tag', (t) => {
  const mark = { size: 3, modifiedMs: 1000, tag: '"a"' };
  t.ok(isSameVersion(mark, { size: 3, modifiedMs: 1000, tag: '"a"' }));
  t.notOk(isSameVersion(mark, { size: 3, modifiedMs: 1000, tag: '"b"' }));
  const untold = { size: undefined, modifiedMs: undefined };
  t.notOk(isSameVersion({}, untold), 'of what a store does not say, nothing is the same');
  t.end();
});
