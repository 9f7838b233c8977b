import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import type { JsonObject } from '../../../src/cdk/protocol.ts';
import { createAnomalies } from '../../../src/gokwik/anomalies.ts';
import { readText, type Step } from '../../../src/gokwik/files/folder.ts';
import { readLocation } from '../../../src/gokwik/files/location.ts';
import type { Mark } from '../../../src/gokwik/files/marks.ts';
import { createFileReader } from '../../../src/gokwik/files/reader.ts';
import type { Mapper } from '../../../src/gokwik/records/mapper.ts';

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
  map: (row: JsonObject) => ({ row }),
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
      ids.push(...rows.map((row) => Number((row as JsonObject).platform_order_id)));
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

/* A file may be killed at any step, grow, change or be half written: no row is lost, and none is
 * read twice but those that no saved mark covers. */

const HEAD =
  'Merchant Order ID,Created At,Grand Total,Payment Method,Payment Status,Utm Source,' +
  'Merchant Order Status,RTO Risk,Customer Name,Shipping Pincode,Product Name\n';
const line = (id: number): string =>
  `${id},9/9/2026 7:${String(id % 60).padStart(2, '0')} AM,"1,${String(id % 1000).padStart(3, '0')}.00",cod,paid,NA,Confirmed,Low Risk,"Asha ""A"" ${id}",411001,"Kurta\nblue"\n`;
const linesOf = (count: number, from = 0): string =>
  Array.from({ length: count }, (_, index) => line(from + index)).join('');

const options = (name = 'orders.csv') => ({
  stream: 'orders',
  expected: undefined,
  zone: '+05:30' as const,
  asOfMs: Date.UTC(2026, 8, 10),
  name,
  anomalies: createAnomalies(),
});

/** A text in pieces of `size` bytes. */
const partOf = (text: string | Buffer, size: number) => ({
  name: 'orders.csv',
  label: 'orders.csv',
  asOfMs: undefined,
  async *open() {
    const bytes = Buffer.from(text as string);
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  },
});

const rowsOf = ({ rows }: Step): readonly JsonObject[] => rows;

interface Reading {
  readonly ids: string[];
  readonly mark: Mark | undefined;
}

/** Reads until `steps` were taken; the rows of the last one are printed, its mark is not saved. */
async function readPart(
  text: string | Buffer,
  size: number,
  mark?: Mark,
  steps = Number.POSITIVE_INFINITY,
): Promise<Reading> {
  const ids: string[] = [];
  let saved = mark;
  let taken = 0;
  for await (const step of readText(partOf(text, size), mark, options())) {
    ids.push(...rowsOf(step).map((row) => String(row.platform_order_id)));
    taken += 1;
    if (taken >= steps) return { ids, mark: saved };
    saved = step.mark;
  }
  return { ids, mark: saved };
}

const texts = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => String(from + index));

t.test('killed after any step, again and again: each row, in order', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 40, max: 3000 }),
      fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 5 }),
      async (rows, size, kills) => {
        const text = HEAD + linesOf(rows);
        const printed: string[] = [];
        let mark: Mark | undefined;
        for (const steps of kills) {
          const reading = await readPart(text, size, mark, steps);
          // What no mark covers is printed again by the next attempt.
          printed.push(...reading.ids);
          mark = reading.mark;
          const covered = mark?.rows ?? 0;
          printed.length = covered;
          t.same(printed, texts(covered));
        }
        const last = await readPart(text, size, mark);
        t.same([...printed, ...last.ids], texts(rows));
      },
    ),
    { numRuns: 150 },
  );
});

t.test('a file that grew gives what is new', async (t) => {
  const { mark } = await readPart(HEAD + linesOf(20), 500);
  const grown = await readPart(HEAD + linesOf(20) + linesOf(5, 20), 500, mark);
  t.same(grown.ids, texts(5, 20));
});

t.test('a last row without a line end is read, and again when the file grew', async (t) => {
  const first = await readPart((HEAD + linesOf(3)).trimEnd(), 500);
  t.same(first.ids, texts(3));
  const grown = await readPart(HEAD + linesOf(5), 500, first.mark);
  t.same(grown.ids, texts(3, 2));
});

t.test('a file whose beginning changed, or that shrank, is another file', async (t) => {
  const { mark } = await readPart(HEAD + linesOf(20), 500);
  const changed = HEAD + line(900) + linesOf(30, 1);
  t.same((await readPart(changed, 500, mark)).ids, ['900', ...texts(30, 1)]);
  t.same((await readPart(HEAD + linesOf(4), 500, mark)).ids, texts(4));
});

t.test('a half-written file gives its whole rows, and the rest when it is whole', async (t) => {
  const whole = HEAD + linesOf(10);
  const half = whole.slice(0, whole.indexOf('Asha ""A"" 7') + 4);
  const printed: string[] = [];
  let mark: Mark | undefined;
  await t.rejects(async () => {
    for await (const step of readText(partOf(half, 300), undefined, options())) {
      printed.push(...rowsOf(step).map((row) => String(row.platform_order_id)));
      mark = step.mark;
    }
  }, /ends in the middle of a row/);
  t.same(printed, texts(7));
  t.same((await readPart(whole, 300, mark)).ids, texts(3, 7));
});

t.test('a quote that no one closed does not fill the memory', async (t) => {
  const text = `${HEAD}1,"${'x'.repeat(9 * 1024 * 1024)}`;
  await t.rejects(readPart(text, 1 << 20), /a quote is open/);
});

t.test('JSON lines: killed, broken, half written', async (t) => {
  const cart = (id: number): string =>
    JSON.stringify({
      request_id: `r${id}`,
      drop_stage: 'Payment Page',
      updated_at: '2026-09-09T07:23:34Z',
    });
  const opts = { ...options('carts.jsonl'), stream: 'abandoned_checkouts' };
  const play = async (text: string, mark?: Mark) => {
    const ids: unknown[] = [];
    let saved = mark;
    for await (const step of readText(partOf(text, 64), mark, opts)) {
      ids.push(...rowsOf(step).map((row) => `${row.request_id} ${row._source}`));
      saved = step.mark;
    }
    return { ids, saved };
  };
  const text = `${cart(1)}\n\n{"broken\n${cart(2)}\n`;
  const { ids, saved } = await play(text);
  t.same(ids, ['r1 carts.jsonl:1', 'r2 carts.jsonl:4']);
  t.same(opts.anomalies.lines(), [
    'abandoned_checkouts: a line of carts.jsonl is not JSON and was left out (1 time)',
  ]);
  t.same((await play(`${text}${cart(3)}\n`, saved)).ids, ['r3 carts.jsonl:5']);
  await t.rejects(play(`${text}${cart(3).slice(0, 20)}`, saved), /ends in the middle of a line/);
});

t.test('webhooks of several kinds in one file: each stream takes its own', async (t) => {
  const lines = [
    { request_id: 'r1', drop_stage: 'Payment Page' },
    { entity: 'transaction', event: 'transaction.captured', data: { paymentId: 'p1' } },
    { entity: 'refund', event: 'refund.processed', data: { refundId: 'f1' } },
  ].map((payload) => `${JSON.stringify(payload)}\n`);
  const keysOf = async (stream: string, text: string, mark?: Mark) => {
    const keys: unknown[] = [];
    let saved = mark;
    const opts = { ...options('webhooks.jsonl'), stream };
    for await (const step of readText(partOf(text, 64), mark, opts)) {
      keys.push(...rowsOf(step).map((row) => row.refund_id ?? row.payment_id ?? row.request_id));
      saved = step.mark;
    }
    return { keys, saved };
  };
  const all = lines.join('');
  for (const [stream, key] of [
    ['abandoned_checkouts', 'r1'],
    ['payments', 'p1'],
    ['refunds', 'f1'],
  ] as const) {
    const { keys, saved } = await keysOf(stream, all);
    t.same(keys, [key], stream);
    const grown = await keysOf(stream, all + lines[1], saved);
    t.same(grown.keys, stream === 'payments' ? ['p1'] : [], `${stream}, when it grew`);
  }
  await t.rejects(keysOf('orders', all), /belongs to stream/);
});

const refusals: [string, string | Buffer, RegExp][] = [
  ['nothing', '', /it is empty/],
  ['white space', ' \n \n', /it is empty/],
  ['a web page', '\n<!DOCTYPE html><html>', /web page/],
  ['a PDF', '%PDF-1.7', /PDF/],
  ['a workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), /Excel workbook/],
  ['UTF-16', Buffer.from('\ufeffa,b', 'utf16le'), /UTF-16/],
  ['other columns', 'Name,Age\nA,1\n', /Found: Name, Age\. Known: an orders export has/],
  [
    'a report of another stream',
    'S. No.,Settlement UTR,Payment Id,Transaction Type,Debit,Credit,Fee,Tax,Amount\n',
    /a settlement report, which belongs to stream settlements/,
  ],
  ['payloads of no kind', '{"a":1}\n{"a":2}\n', /none of its payloads/],
  ['half a list', '[{"a":1},', /not JSON, or not all of it/],
];
for (const [name, content, message] of refusals) {
  t.test(`${name} is told`, (t) => t.rejects(readPart(content, 100), message));
}
