import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { workbook, zip } from '../../../simulator/src/exports/pack.ts';
import type { FileSource } from '../../../src/gokwik/files/listing.ts';
import { readLocation } from '../../../src/gokwik/files/location.ts';
import { printFileReport, probeFile, surveyFiles } from '../../../src/gokwik/files/survey.ts';
import { createPii } from '../../../src/gokwik/pii/pii.ts';
import { ON_DISK } from './helpers/files.ts';

/* What a person reads after a check: how many files each stream has, what is passed over, or what
 * to do; and what a probe says of one file. */

const HEADER =
  'Merchant Order ID,Created At,Grand Total,Payment Method,Payment Status,Utm Source,Merchant Order Status,RTO Risk,Customer Name,Shipping Pincode,Product Name\n';
const ORDERS = `${HEADER}1,9/9/2026 7:23 AM\n`;
const SETTLEMENTS =
  'Settlement UTR,Payment Id,Transaction Type,Amount,Debit,Credit,Tax,Fee,Currency\nU,p,Payment\n';
const CART = '{"request_id":"r","drop_stage":"Payment Page"}\n';

const tools = {
  log: { info() {}, warn() {}, debug() {} },
  hideName: (name: string) => name,
  ...ON_DISK,
};
const { signal } = new AbortController();
const pii = {
  hideName: createPii({ mode: 'drop' })?.hideName ?? String,
};

const survey = (location: string, source: Partial<FileSource> = {}) =>
  surveyFiles(
    [
      {
        stream: undefined,
        location: readLocation(location, { field: 'files', allowPrivate: false }),
        shape: undefined,
        skipsBroken: false,
        ...source,
      },
    ],
    tools,
    signal,
  );

t.test('how many files each stream has, and what is passed over', async (t) => {
  const folder = t.testdir({
    'a.csv': ORDERS,
    'b.csv': ORDERS,
    's.csv': SETTLEMENTS,
    'c.jsonl': `${CART}{"entity":"refund","event":"refund.successful","data":{"refundId":"f"}}\n`,
    'desktop.ini': '[x]\r\n',
  });
  for (const [index, name] of ['a.csv', 'b.csv', 's.csv'].entries()) {
    utimesSync(join(folder, name), 1_700_000_000 + index, 1_700_000_000 + index);
  }
  const { lines, problems } = await survey(folder);
  t.same(problems, []);
  t.same([...lines].sort(), [
    'abandoned_checkouts: 1 file (the newest, c.jsonl, is a capture of webhooks)',
    'orders: 2 files (the newest, b.csv, is an orders export)',
    'passed over: 1 file of no known kind (desktop.ini)',
    'refunds: 1 file (the newest, c.jsonl, is a capture of webhooks)',
    'settlements: 1 file (the newest, s.csv, is a settlement report)',
  ]);
});

t.test('what cannot be read is a problem, each with what to do', async (t) => {
  const folder = t.testdir({
    'a.csv': ORDERS,
    's.csv': SETTLEMENTS,
    'login.csv': '<html>',
    'u.csv': 'A,B\n1,2\n',
    x: {},
  });
  const cases: [string, RegExp, Partial<FileSource>?][] = [
    [
      `${folder}/s.csv`,
      /^orders: s\.csv: it is .*belongs to stream settlements/,
      { stream: 'orders' },
    ],
    [`${folder}/[as].csv`, /No file at .* is one of stream payments/, { stream: 'payments' }],
    [`${folder}/u*`, /^No file at .* of a known kind\. u\.csv: .*Found: 2 not shown\. Say in/],
    [`${folder}/log*`, /^login\.csv: it is a web page/],
    [`${folder}/x*.csv`, /^no file is at .*x\*\.csv/],
    [`${folder}/none/*.csv`, /Is the folder mounted/],
  ];
  for (const [location, message, source] of cases) {
    const { problems } = await survey(location, source);
    t.match(problems, [message], location);
    t.equal(problems.length, 1, location);
  }
  t.same(
    (await survey(`${folder}/*`, { skipsBroken: true })).problems,
    [],
    'skipped ones are none',
  );
});

const text = async (folder: string, name: string) =>
  printFileReport(
    await probeFile(join(folder, name), { ...tools, hideName: pii.hideName }, signal),
  );

t.test('a probe says what a file is taken for, and prints no cell', async (t) => {
  const folder = t.testdir({
    'orders.csv': `${HEADER.replace('Product Name', 'Product Name,Gift Note')}5.81235E+12,9/1/2026,1,cod,paid,,,,Asha Rao,411001,Kurta\n1,9/1/2026,1,cod,paid,,,,Asha Rao,411001,Kurta\n,,2,,,,,,,,\n`,
    'carts.jsonl': `${CART}${CART}{"Asha":1}\n`,
    'mine.csv': 'Txn Id,Paid On,Buyer\nT-1,9/9/2026,Asha Rao\n',
    'asha@example.com.csv': 'Asha Rao,9876543210\n',
    'half.json': '{"Asha":',
    'all.zip': zip([
      {
        name: 'a.docx',
        content: zip(
          ['[Content_Types].xml', 'word/a.xml'].map((name) => ({
            name,
            content: Buffer.from('x'),
          })),
        ),
      },
      { name: 'o.csv', content: Buffer.from(ORDERS) },
    ]),
    'orders.xlsx': workbook([HEADER.trim().split(','), ['1', '13/9/2026']]),
  });
  const orders = await text(folder, 'orders.csv');
  t.match(orders, /^orders\.csv: an orders export\n/);
  t.match(orders, /orders: 2 rows/);
  t.match(orders, /dates: day-first, which no date of it tells/);
  t.match(orders, /Merchant Order ID +→ platform_order_id\n/);
  t.match(orders, /Gift Note +→ gift_note \(not known, passed through\)/);
  t.match(orders, /rounded by a spreadsheet.*\(1 time\)/);
  t.match(orders, /a total or a note\) was left out \(1 time\)/);
  const carts = await text(folder, 'carts.jsonl');
  t.match(carts, /a capture of webhooks\n.*abandoned_checkouts: 2 rows/s);
  t.match(carts, /of no known shape and was left out \(1 time\)/);
  const mine = await text(folder, 'mine.csv');
  t.match(mine, /of no known kind/);
  t.match(mine, /"Txn Id": "txn_id"/);
  t.match(mine, /"needs": \[\s+"Txn Id"\s+\]/);
  const sheet = await text(folder, 'orders.xlsx');
  t.match(sheet, /an orders export\n.*orders: 1 row\n/s);
  const packed = await text(folder, 'all.zip');
  t.match(packed, /a\.docx: of no known kind\n +problem: it is a document of Office/);
  t.match(packed, /all\.zip\/o\.csv: an orders export/, 'what comes behind it is told as well');
  const others = [await text(folder, 'asha@example.com.csv'), await text(folder, 'half.json')];
  for (const report of [orders, carts, mine, sheet, ...others]) {
    t.notMatch(report, /asha|rao|98765|kurta|411001|T-1/i);
  }
  await t.rejects(text(folder, 'none.csv'), { name: 'FileProblem' });
});
