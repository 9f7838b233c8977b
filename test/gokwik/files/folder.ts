import { renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { zip } from '../../../simulator/src/exports/pack.ts';
import { createAnomalies } from '../../../src/cdk/anomalies.ts';
import { TransientError } from '../../../src/cdk/errors.ts';
import type { JsonObject } from '../../../src/cdk/protocol.ts';
import type { FileTools } from '../../../src/gokwik/files/content.ts';
import type { FileSource } from '../../../src/gokwik/files/listing.ts';
import { readLocation } from '../../../src/gokwik/files/location.ts';
import { createFileReader } from '../../../src/gokwik/files/reader.ts';
import { createPii } from '../../../src/gokwik/pii/pii.ts';
import type { Mapper } from '../../../src/gokwik/records/mapper.ts';
import { ON_DISK } from './helpers/files.ts';

/* Several files of several streams: in the order of their age, each row once, and never a bookmark
 * that speaks of a row which was not given out. */

const HEADER =
  'Merchant Order ID,Created At,Grand Total,Payment Method,Payment Status,Utm Source,Merchant Order Status,RTO Risk,Customer Name,Shipping Pincode,Product Name\n';
const csvOf = (ids: readonly number[]): string =>
  HEADER +
  ids.map((id) => `${id},9/9/2026 7:23 AM,1.00,cod,paid,,Confirmed,,A,411001,B\n`).join('');
const numbers = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => from + index);
const SETTLED = 'Settlement UTR,Payment Id,Transaction Type,Amount,Debit,Credit,Tax,Fee,Currency\n';
const CART = '{"request_id":"r","drop_stage":"Payment Page"}\n';

/** Passes raw rows on: mapping is another file's business. */
const mapper = {
  map: (row: JsonObject) => ({ row }),
} as unknown as Mapper;

const pii = {
  hideName: createPii({ mode: 'drop' })?.hideName ?? String,
};

interface Given {
  readonly streams?: readonly string[];
  readonly source?: Partial<FileSource>;
  readonly bookmarks?: Readonly<Record<string, JsonObject>>;
  /** Killed before the next one could be printed. */
  readonly pages?: number;
  readonly hideName?: (name: string) => string;
  readonly openStore?: FileTools['openStore'];
}

/** One run over the files at a location. */
async function read(location: string, given: Given = {}) {
  const { streams = ['orders'], bookmarks = {}, pages = Number.POSITIVE_INFINITY } = given;
  const anomalies = createAnomalies();
  const logged: string[] = [];
  const source: FileSource = {
    stream: streams.length === 1 ? streams[0] : undefined,
    location: readLocation(location, { field: 'files', allowPrivate: false }),
    shape: undefined,
    skipsBroken: false,
    ...given.source,
  };
  const reader = createFileReader(streams, {
    sources: [source],
    mapperOf: () => mapper,
    anomalies,
    hideName: given.hideName ?? ((name) => name),
    ...ON_DISK,
    ...(given.openStore && { openStore: given.openStore }),
    log: {
      info: (line) => void logged.push(line),
      warn: (line) => void logged.push(line),
      debug() {},
    },
  });
  const saved: [string, JsonObject | undefined][] = streams.map((stream) => [
    stream,
    bookmarks[stream] && JSON.parse(JSON.stringify(bookmarks[stream])),
  ]);
  const run = reader.open(new Map(saved));
  const rows: Record<string, JsonObject[]> = Object.fromEntries(streams.map((one) => [one, []]));
  let left = pages;
  for await (const page of run.pages(new AbortController().signal)) {
    left -= 1;
    if (left < 0) break;
    for (const part of page) rows[part.stream]?.push(...(part.rows as JsonObject[]));
  }
  const ids = (rows.orders ?? []).map((row) => Number(row.platform_order_id));
  const next = Object.fromEntries(streams.map((stream) => [stream, run.bookmark(stream)]));
  const errors = streams.flatMap((stream) => run.failure(stream) ?? []) as Error[];
  return { ids, rows, bookmarks: next, errors, logged, odd: anomalies.lines() };
}

t.test(
  'a row that nests too deep is told with its file; endless numbers are counted',
  async (t) => {
    const nest = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    const cart = (id: string, more: string): string =>
      `{"request_id":"${id}","drop_stage":"Payment Page","x":${more}}\n`;
    const folder = t.testdir({
      'deep.jsonl': cart('a', nest(128)),
      'good.jsonl': cart('b', nest(127)) + cart('c', '[1e999]'),
    });
    const streams = ['abandoned_checkouts'];
    const { rows, errors, odd } = await read(`${folder}/*.jsonl`, { streams });
    t.same(
      rows.abandoned_checkouts?.map(({ request_id }) => request_id),
      ['b', 'c'],
    );
    t.same(errors, []);
    t.match(
      odd.join('\n'),
      /a payload in deep\.jsonl is nested deeper than 128 levels.*\(1 time\)/,
    );
    t.match(odd.join('\n'), /a number that JSON cannot hold; null was emitted \(1 time\)/);
  },
);

t.test('killed between any pages, of any file: each row once in what was kept', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 3 }),
      fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
      async (sizes, kills) => {
        const folder = t.testdir({});
        let from = 1;
        for (const [index, size] of sizes.entries()) {
          writeFileSync(join(folder, `${index}.csv`), csvOf(numbers(from, size)));
          from += size;
        }
        const kept: number[] = [];
        let bookmarks: Record<string, JsonObject> = {};
        for (const pages of [...kills, Number.POSITIVE_INFINITY]) {
          const reading = await read(`${folder}/*.csv`, { bookmarks, pages });
          kept.push(...reading.ids);
          bookmarks = reading.bookmarks;
        }
        // What was printed but not covered by a bookmark may come again; nothing may be missing.
        t.same(
          [...new Set(kept)].sort((a, b) => a - b),
          numbers(1, from - 1),
        );
        t.same((await read(`${folder}/*.csv`, { bookmarks })).ids, [], 'and nothing is read again');
      },
    ),
    { numRuns: 25 },
  );
});

t.test(
  'of thousands of files, what a bookmark in the middle of them covers is not read again',
  async (t) => {
    const folder = t.testdir({});
    for (const id of numbers(1, 1800)) writeFileSync(join(folder, `${id}.csv`), csvOf([id]));
    const { ids, bookmarks } = await read(folder, { pages: 1500 });
    t.equal(ids.length, 1500);
    const rest = await read(folder, { bookmarks });
    // The last page was given out, but not asked for what comes behind it.
    t.ok(rest.ids.length - 300 <= 1, `${rest.ids.length} rows came, of 300 that were left`);
    t.equal(new Set([...ids, ...rest.ids]).size, 1800);
  },
);

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
    t.match(first.errors, [
      {
        code: 'GK_FILE',
        message:
          /Stream orders: 2 files could not be read.*b\.csv: it is a web page.*d\.csv: it is empty/,
      },
    ]);
    writeFileSync(join(folder, 'b.csv'), csvOf([2]));
    writeFileSync(join(folder, 'd.csv'), csvOf([4]));
    const second = await read(`${folder}/*.csv`, { bookmarks: first.bookmarks });
    t.same(second.ids.sort(), [2, 4]);
    t.same(second.errors, []);
  },
);

t.test('the state forgets files that are gone', async (t) => {
  const folder = t.testdir({ 'a.csv': csvOf([1]), 'b.csv': csvOf([2]) });
  const namesOf = ({ bookmarks }: { bookmarks: Record<string, JsonObject> }) =>
    Object.keys(bookmarks.orders?.read as JsonObject);
  const first = await read(`${folder}/*.csv`);
  t.same(namesOf(first), ['a.csv', 'b.csv']);
  t.same(namesOf(await read(`${folder}/a.csv`, { bookmarks: first.bookmarks })), ['a.csv']);
});

t.test('another mount path reads nothing again', async (t) => {
  const folder = t.testdir({ one: { 'a.csv': csvOf([1, 2]) }, two: {} });
  const { bookmarks } = await read(`${folder}/one`);
  renameSync(join(folder, 'one', 'a.csv'), join(folder, 'two', 'a.csv'));
  t.same((await read(`${folder}/two`, { bookmarks })).ids, []);
});

t.test('a state that someone edited is no reason to fail', async (t) => {
  const folder = t.testdir({ 'a.csv': csvOf([1, 2]) });
  for (const mark of [
    null,
    'x',
    { offset: 'y' },
    { offset: 1e9, rows: 1, hash: 'z' },
    { done: 'yes' },
  ]) {
    const orders = { read: { 'a.csv': mark }, older: [null, { until: 1 }] } as JsonObject;
    t.same((await read(folder, { bookmarks: { orders } })).ids, [1, 2]);
  }
});

t.test('an entry for one stream: files of others are passed over, and told', async (t) => {
  const folder = t.testdir({
    'a.csv': `${SETTLED}U1,p1,Payment,1,0,1,0,0,INR\n`,
    'b.csv': csvOf([1]),
    'c.jsonl': CART,
  });
  for (const location of [folder, `${folder}/*`]) {
    const { ids, errors, logged, bookmarks } = await read(location);
    t.same([ids, errors], [[1], []]);
    const told = logged.filter((line) => line.includes('passed over'));
    t.match(told.sort(), [
      /a\.csv is passed over: it is a settlement report, which belongs to stream settlements/,
      /c\.jsonl is passed over: .* stream abandoned_checkouts/,
    ]);
    const again = await read(location, { bookmarks });
    t.same([again.ids, again.logged.length], [[], 1], 'they are not opened again');
  }
  const named = await read(join(folder, 'a.csv'));
  t.match(named.errors, [{ code: 'GK_FILE', message: /belongs to stream settlements/ }]);
});

const STREAMS = ['orders', 'settlements', 'abandoned_checkouts'];

t.test('one entry for a folder: each file goes where it belongs', async (t) => {
  const folder = t.testdir({
    'a.csv': `${SETTLED}U1,p1,Payment,1,0,1,0,0,INR\n`,
    'b.csv': csvOf([1, 2]),
    'c.jsonl': CART,
    'desktop.ini': '[.ShellClassInfo]\r\nIconResource=C:\\Windows\\x.dll,-183\r\n',
    'people.csv': 'Name,Age\nAsha,41\n',
    'login.html': '<html>',
  });
  const first = await read(folder, { streams: STREAMS });
  t.same(
    STREAMS.map((stream) => first.rows[stream]?.length),
    [2, 1, 1],
  );
  t.equal(first.errors.length, STREAMS.length, 'a page in place of a report may be of any stream');
  for (const error of first.errors) t.match(error.message, /login\.html: it is a web page/);
  for (const name of ['desktop.ini', 'people.csv']) {
    t.equal(first.logged.filter((line) => line.includes(`${name} is passed over`)).length, 1, name);
  }
  t.notMatch(JSON.stringify(first.logged), /Asha/);
  const again = await read(folder, { streams: STREAMS, bookmarks: first.bookmarks });
  t.same(
    STREAMS.map((stream) => again.rows[stream]?.length),
    [0, 0, 0],
  );
  t.notMatch(again.logged.join(), /desktop|people/, 'strangers are told once');
  t.equal(again.errors.length, STREAMS.length, 'what is broken is told until it is mended');
});

t.test('of a zip, what is broken or unknown in it is named', async (t) => {
  const entry = (name: string, text: string) => ({ name, content: Buffer.from(text) });
  const folder = t.testdir({
    'a.zip': zip([
      entry('orders.csv', csvOf([1])),
      entry('readme.txt', 'Dear customer\n'),
      entry('empty.csv', ''),
    ]),
  });
  const { ids, errors, logged } = await read(folder);
  t.same(ids, [1]);
  t.match(errors, [{ message: /a\.zip: empty\.csv: it is empty/ }]);
  const whole = t.testdir({
    'a.zip': zip([entry('orders.csv', csvOf([1])), entry('readme.txt', 'Dear customer\n')]),
  });
  t.notMatch(logged.join(), /readme/, 'the error is told first');
  t.match(
    (await read(whole)).logged.join(),
    /a\.zip\/readme\.txt is passed over: it has no header/,
  );
});

t.test('of many files with something odd, some are named and the others counted', async (t) => {
  const files = Array.from({ length: 50 }, (_, at) => [`c${at}.jsonl`, `${CART}\n{"other":1}\n`]);
  const { odd } = await read(t.testdir(Object.fromEntries(files)), { streams: STREAMS });
  const told = odd.filter((line) => line.includes('is of no known shape'));
  t.equal(told.length, 21);
  t.match(told.at(-1), /a payload in other files .*\(30 times\)/);
});

t.test('`unreadable: skip` passes broken files over, counted, until they change', async (t) => {
  const folder = t.testdir({ 'a.csv': csvOf([1]), 'b.csv': '<html>', 'c.csv': '' });
  const given = { source: { skipsBroken: true } };
  const first = await read(folder, given);
  t.same([first.ids, first.errors], [[1], []]);
  t.match(first.odd, [/a file that cannot be read was passed over.*\(2 times\)/]);
  writeFileSync(join(folder, 'b.csv'), csvOf([2]));
  t.same((await read(folder, { ...given, bookmarks: first.bookmarks })).ids, [2]);
});

t.test('rows of a broken file stay good, and it is one stream’s alone', async (t) => {
  const half = csvOf([1, 2])
    .slice(0, -12)
    .replace(/A,411001,B\n2/, 'A,411001,B\n2');
  const folder = t.testdir({ 'a.csv': `${half}"`, 'c.jsonl': CART });
  const { rows, errors } = await read(folder, { streams: STREAMS });
  t.same([rows.orders?.length, rows.abandoned_checkouts?.length], [1, 1]);
  t.match(errors, [{ message: /^Stream orders: .*a\.csv: it ends in the middle of a row/ }]);
  t.equal(errors.length, 1);
});

t.test('a stream that is read later gets what others have read already', async (t) => {
  const folder = t.testdir({ 'a.csv': csvOf([1]), 'c.jsonl': CART });
  const { bookmarks } = await read(folder, { streams: ['orders', 'payments'] });
  const later = await read(folder, { streams: STREAMS, bookmarks });
  t.same([later.ids, later.rows.abandoned_checkouts?.length], [[], 1]);
});

t.test('names of people do not come out', async (t) => {
  const folder = t.testdir({
    'asha.rao@example.com.json': CART,
    'cart 9876543210.json': CART.replace('"r"', '"r2"'),
    'ravi@example.com.json': '<html>',
  });
  const { rows, bookmarks, errors, logged } = await read(folder, {
    streams: STREAMS,
    hideName: pii.hideName,
  });
  const told = JSON.stringify([rows, bookmarks, errors.map(({ message }) => message), logged]);
  t.equal(rows.abandoned_checkouts?.length, 2);
  t.notMatch(told, /asha|ravi|9876543210/i);
  t.match(told, /\[removed\]/);
});

t.test('nor in the error of a store that loses the connection', async (t) => {
  const folder = t.testdir({ 'asha.rao@example.com.json': CART });
  const openStore: FileTools['openStore'] = async (location) => ({
    ...(await ON_DISK.openStore(location)),
    open: ({ path }) => Promise.reject(new TransientError('GK_FILE', `s3:/${path}: lost.`)),
  });
  const { errors } = await read(folder, { streams: STREAMS, hideName: pii.hideName, openStore });
  const told = errors.map(({ message }) => message).join();
  t.match(told, /lost/);
  t.notMatch(told, /asha/);
});

t.test('neither do names of folders that hold files of one name', async (t) => {
  const folder = t.testdir({
    'asha.rao@example.com': { 'a.json': CART },
    '9876543210': { 'a.json': CART.replace('"r"', '"r2"') },
    'ravi@example.com': { 'a.json': '<html>' },
  });
  const reading = await read(`${folder}/*/*.json`, { streams: STREAMS, hideName: pii.hideName });
  const { rows, bookmarks, errors, logged } = reading;
  const told = JSON.stringify([rows, bookmarks, errors.map(({ message }) => message), logged]);
  t.equal(rows.abandoned_checkouts?.length, 2);
  t.notMatch(told, /asha|ravi|9876543210/i);
});

t.test('the config in the folder is a stranger, and nothing of it comes out', async (t) => {
  const config = { base_url: 'https://api.gokwik.co', app_id: 'id-1', app_secret: 'word-1' };
  const folder = t.testdir({ 'a.json': CART, 'config.json': JSON.stringify(config, null, 2) });
  for (const place of [folder, `${folder}/config.json`]) {
    const { rows, bookmarks, errors, logged, odd } = await read(place, { streams: STREAMS });
    const told = JSON.stringify([
      rows,
      bookmarks,
      errors.map(({ message }) => message),
      logged,
      odd,
    ]);
    t.notMatch(told, /id-1|word-1/);
    t.match(told, /none of its payloads/);
  }
});

t.test('ten thousand files: a small state, one line a hundred, and none is missed', async (t) => {
  const folder = t.testdir({});
  const count = 3000;
  for (const id of numbers(1, count)) {
    const path = join(folder, `${String(id).padStart(5, '0')}.json`);
    writeFileSync(path, CART.replace('"r"', `"r${id}"`));
    utimesSync(path, 1_700_000_000 + id, 1_700_000_000 + id);
  }
  const streams = ['abandoned_checkouts', 'payments'];
  const first = await read(folder, { streams });
  t.equal(first.rows.abandoned_checkouts?.length, count);
  t.equal(first.logged.length, count / 100);
  for (const bookmark of Object.values(first.bookmarks)) {
    const bytes = JSON.stringify(bookmark).length;
    t.ok(bytes < 200_000, `${bytes} bytes of state`);
  }
  const again = await read(folder, { streams, bookmarks: first.bookmarks });
  t.equal(again.rows.abandoned_checkouts?.length, 0);
  // A late one, old by its moment, a changed one, and one that is gone.
  writeFileSync(join(folder, 'late.json'), CART.replace('"r"', '"late"'));
  utimesSync(join(folder, 'late.json'), 1_700_000_010, 1_700_000_010);
  writeFileSync(join(folder, '02999.json'), CART.replace('"r"', '"changed"'));
  rmSync(join(folder, '00007.json'));
  const third = await read(folder, { streams, bookmarks: first.bookmarks });
  const ids = third.rows.abandoned_checkouts?.map(({ request_id }) => request_id) ?? [];
  t.ok(ids.includes('late') && ids.includes('changed'));
  t.ok(ids.length < 1200, `${ids.length} rows were read for three changes`);
  const last = await read(folder, { streams, bookmarks: third.bookmarks });
  t.equal(last.rows.abandoned_checkouts?.length, 0);
});
