import fc from 'fast-check';
import t from 'tap';
import type { JsonObject } from '../../../src/cdk/protocol.ts';
import { createAnomalies } from '../../../src/gokwik/anomalies.ts';
import type { Mark } from '../../../src/gokwik/files/marks.ts';
import { readText, type Step } from '../../../src/gokwik/files/text.ts';
import { objectOf } from '../../../src/gokwik/records/raw.ts';

/* A file may be killed at any step, grow, change or be half written: no row is lost, and none is
 * read twice but those that no saved mark covers. */

const HEADER =
  'Merchant Order ID,Created At,Grand Total,Payment Method,Payment Status,Utm Source,' +
  'Merchant Order Status,RTO Risk,Customer Name,Shipping Pincode,Product Name\n';
const line = (id: number): string =>
  `${id},9/9/2026 7:${String(id % 60).padStart(2, '0')} AM,"1,${String(id % 1000).padStart(3, '0')}.00",cod,paid,NA,Confirmed,Low Risk,"Asha ""A"" ${id}",411001,"Kurta\nblue"\n`;
const csvOf = (count: number, from = 0): string =>
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

const rowsOf = ({ rows }: Step): JsonObject[] => rows.map(objectOf);

interface Reading {
  readonly ids: string[];
  readonly mark: Mark | undefined;
}

/** Reads until `steps` were taken; the rows of the last one are printed, its mark is not saved. */
async function read(
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

const numbers = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => String(from + index));

t.test('killed after any step, again and again: each row, in order', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 40, max: 3000 }),
      fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 5 }),
      async (rows, size, kills) => {
        const text = HEADER + csvOf(rows);
        const printed: string[] = [];
        let mark: Mark | undefined;
        for (const steps of kills) {
          const reading = await read(text, size, mark, steps);
          // What no mark covers is printed again by the next attempt.
          printed.push(...reading.ids);
          mark = reading.mark;
          const covered = mark?.rows ?? 0;
          printed.length = covered;
          t.same(printed, numbers(covered));
        }
        const last = await read(text, size, mark);
        t.same([...printed, ...last.ids], numbers(rows));
      },
    ),
    { numRuns: 150 },
  );
});

t.test('a file that grew gives what is new', async (t) => {
  const { mark } = await read(HEADER + csvOf(20), 500);
  const grown = await read(HEADER + csvOf(20) + csvOf(5, 20), 500, mark);
  t.same(grown.ids, numbers(5, 20));
});

t.test('a last row without a line end is read, and again when the file grew', async (t) => {
  const first = await read((HEADER + csvOf(3)).trimEnd(), 500);
  t.same(first.ids, numbers(3));
  const grown = await read(HEADER + csvOf(5), 500, first.mark);
  t.same(grown.ids, numbers(3, 2));
});

t.test('a file whose beginning changed, or that shrank, is another file', async (t) => {
  const { mark } = await read(HEADER + csvOf(20), 500);
  const changed = HEADER + line(900) + csvOf(30, 1);
  t.same((await read(changed, 500, mark)).ids, ['900', ...numbers(30, 1)]);
  t.same((await read(HEADER + csvOf(4), 500, mark)).ids, numbers(4));
});

t.test('a half-written file gives its whole rows, and the rest when it is whole', async (t) => {
  const whole = HEADER + csvOf(10);
  const half = whole.slice(0, whole.indexOf('Asha ""A"" 7') + 4);
  const printed: string[] = [];
  let mark: Mark | undefined;
  await t.rejects(async () => {
    for await (const step of readText(partOf(half, 300), undefined, options())) {
      printed.push(...rowsOf(step).map((row) => String(row.platform_order_id)));
      mark = step.mark;
    }
  }, /ends in the middle of a row/);
  t.same(printed, numbers(7));
  t.same((await read(whole, 300, mark)).ids, numbers(3, 7));
});

t.test('a quote that no one closed does not fill the memory', async (t) => {
  const text = `${HEADER}1,"${'x'.repeat(9 * 1024 * 1024)}`;
  await t.rejects(read(text, 1 << 20), /a quote is open/);
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
  t.test(`${name} is told`, (t) => t.rejects(read(content, 100), message));
}
