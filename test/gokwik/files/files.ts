import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import type { JsonObject } from '../../../src/cdk/protocol.ts';
import { createAnomalies } from '../../../src/gokwik/anomalies.ts';
import { readLocation } from '../../../src/gokwik/files/location.ts';
import { createFileReader } from '../../../src/gokwik/files/reader.ts';
import type { Mapper } from '../../../src/gokwik/records/mapper.ts';
import { objectOf, type RawRow } from '../../../src/gokwik/records/raw.ts';

/* Several files of one stream: in the order of their age, each row once, and never a bookmark that
 * speaks of a row which was not given out. */

const HEADER =
  'Merchant Order ID,Created At,Grand Total,Payment Method,Payment Status,Utm Source,Merchant Order Status,RTO Risk,Customer Name,Shipping Pincode,Product Name\n';
const csvOf = (ids: readonly number[]): string =>
  HEADER +
  ids.map((id) => `${id},9/9/2026 7:23 AM,1.00,cod,paid,,Confirmed,,A,411001,B\n`).join('');
const numbers = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => from + index);

/** Passes raw rows on: mapping is another file's business. */
const mapper = {
  print: (row: RawRow) => ({ text: JSON.stringify(objectOf(row)) }),
} as unknown as Mapper;

function readerFor(location: string) {
  const anomalies = createAnomalies();
  const logged: string[] = [];
  const reader = createFileReader({
    stream: 'orders',
    sources: [
      { stream: 'orders', location: readLocation(location, 'files', false), format: undefined },
    ],
    mapper,
    zone: '+05:30',
    anomalies,
    openDownloader: () => Promise.reject(new Error('nothing is downloaded here')),
    log: {
      info: (line) => void logged.push(line),
      warn: (line) => void logged.push(line),
      debug() {},
    },
  });
  return { reader, logged };
}

/** Reads until `pages` were taken; the bookmark is the one of that moment. */
async function read(location: string, bookmark?: JsonObject, pages = Number.POSITIVE_INFINITY) {
  const { reader, logged } = readerFor(location);
  const run = reader.open(bookmark && JSON.parse(JSON.stringify(bookmark)));
  const ids: number[] = [];
  let left = pages;
  let error: Error | undefined;
  try {
    for await (const rows of run.pages(new AbortController().signal)) {
      left -= 1;
      // Killed before it could print them.
      if (left < 0) return { ids, bookmark: run.bookmark(), error, logged };
      ids.push(...rows.map((row) => Number(JSON.parse(String(row)).platform_order_id)));
    }
  } catch (reason) {
    error = reason as Error;
  }
  return { ids, bookmark: run.bookmark(), error, logged };
}

t.test('killed between any pages, of any file: each row once in what was kept', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 3 }),
      fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
      async (sizes, kills) => {
        const folder = t.testdir({});
        let from = 0;
        for (const [index, size] of sizes.entries()) {
          writeFileSync(join(folder, `${index}.csv`), csvOf(numbers(from, size)));
          from += size;
        }
        const kept: number[] = [];
        let bookmark: JsonObject | undefined;
        for (const pages of [...kills, Number.POSITIVE_INFINITY]) {
          const reading = await read(`${folder}/*.csv`, bookmark, pages);
          kept.push(...reading.ids);
          bookmark = reading.bookmark;
        }
        // What was printed but not covered by a bookmark may come again; nothing may be missing.
        t.same(
          [...new Set(kept)].sort((a, b) => a - b),
          numbers(0, from),
        );
        t.same((await read(`${folder}/*.csv`, bookmark)).ids, [], 'and nothing is read again');
      },
    ),
    { numRuns: 25 },
  );
});

t.test('older files first, whatever they are called', async (t) => {
  const folder = t.testdir({ 'a.csv': csvOf([1]), 'b.csv': csvOf([2]), 'c.csv': csvOf([3]) });
  for (const [index, name] of ['b', 'c', 'a'].entries()) {
    utimesSync(join(folder, `${name}.csv`), 1_700_000_000 + index, 1_700_000_000 + index);
  }
  t.same((await read(`${folder}/*.csv`)).ids, [2, 3, 1]);
});

t.test(
  'one that cannot be read is named, the others are read, and it is tried again',
  async (t) => {
    const folder = t.testdir({
      'a.csv': csvOf([1]),
      'b.csv': '<html>Log in</html>',
      'c.csv': csvOf([3]),
      'd.csv': '',
    });
    const first = await read(`${folder}/*.csv`);
    t.same(first.ids, [1, 3]);
    t.match(first.error, {
      code: 'GK_FILE',
      message:
        /Stream orders: 2 files could not be read.*b\.csv: it is a web page.*d\.csv: it is empty/,
    });
    writeFileSync(join(folder, 'b.csv'), csvOf([2]));
    writeFileSync(join(folder, 'd.csv'), csvOf([4]));
    const second = await read(`${folder}/*.csv`, first.bookmark);
    t.same(second.ids.sort(), [2, 4]);
    t.equal(second.error, undefined);
  },
);

t.test('the state forgets files that are gone', async (t) => {
  const folder = t.testdir({ 'a.csv': csvOf([1]), 'b.csv': csvOf([2]) });
  const { bookmark } = await read(`${folder}/*.csv`);
  t.same(Object.keys(bookmark).length, 2);
  t.same(Object.keys((await read(`${folder}/a.csv`, bookmark)).bookmark), [join(folder, 'a.csv')]);
});

t.test('a state that someone edited is no reason to fail', async (t) => {
  const folder = t.testdir({ 'a.csv': csvOf([1, 2]) });
  const path = join(folder, 'a.csv');
  for (const mark of [
    null,
    'x',
    { offset: 'y' },
    { offset: 1e9, rows: 1, hash: 'z' },
    { done: 'yes' },
  ]) {
    t.same((await read(path, { [path]: mark } as JsonObject)).ids, [1, 2]);
  }
});

t.test('a folder of everything: files of other streams are passed over, and told', async (t) => {
  const settlement =
    'Settlement UTR,Payment Id,Transaction Type,Amount,Debit,Credit,Tax,Fee,Currency\n';
  const folder = t.testdir({
    'a.csv': `${settlement}U1,p1,Payment,1,,1,0,0,INR\n`,
    'b.csv': csvOf([1]),
    'c.jsonl': '{"request_id":"r","drop_stage":"Payment Page"}\n',
  });
  for (const location of [folder, `${folder}/*`]) {
    const { ids, error, logged, bookmark } = await read(location);
    t.same([ids, error], [[1], undefined]);
    const told = logged.filter((line) => line.includes('passed over'));
    t.match(told.sort(), [
      /a\.csv is passed over: it is a settlement report, which belongs to stream settlements/,
      /c\.jsonl is passed over: .* stream abandoned_checkouts/,
    ]);
    const again = await read(location, bookmark);
    t.same([again.ids, again.logged.length], [[], 1], 'they are not opened again');
  }
  const named = await read(join(folder, 'a.csv'));
  t.match(named.error, { code: 'GK_FILE', message: /belongs to stream settlements/ });
});
