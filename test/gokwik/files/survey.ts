import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readLocation } from '../../../src/gokwik/files/location.ts';
import type { FileKind } from '../../../src/gokwik/files/shapes.ts';
import { probeFiles } from '../../../src/gokwik/files/survey.ts';

/* What a person reads after a check: which files there are, what the newest is, or what to do. */

const ORDERS =
  'Merchant Order ID,Created At,Grand Total,Payment Method,Payment Status,Utm Source,Merchant Order Status,RTO Risk,Customer Name,Shipping Pincode,Product Name\n1,9/9/2026 7:23 AM\n';
const SETTLEMENTS =
  'Settlement UTR,Payment Id,Transaction Type,Amount,Debit,Credit,Tax,Fee,Currency\nU,p\n';

async function probe(stream: string, location: string, format?: FileKind) {
  const sources = [{ stream, location: readLocation(location, 'files', false), format }];
  const tools = {
    log: { info() {}, warn() {}, debug() {} },
    openDownloader: () => Promise.reject(new Error('nothing is downloaded here')),
  };
  const [found] = await probeFiles(sources, tools, new AbortController().signal);
  return found;
}

t.test('what is there, and what it is', async (t) => {
  const folder = t.testdir({
    'a.csv': ORDERS,
    'b.csv': ORDERS,
    's.csv': SETTLEMENTS,
    'login.csv': '<html>',
  });
  for (const [index, name] of ['login', 'a', 'b', 's'].entries()) {
    utimesSync(join(folder, `${name}.csv`), 1_700_000_000 + index, 1_700_000_000 + index);
  }
  const lines: [string, string, boolean, string | RegExp, FileKind?][] = [
    ['orders', `${folder}/b.csv`, true, '1 file, an orders export (b.csv)'],
    ['orders', `${folder}/*`, true, '4 files, an orders export (b.csv)'],
    ['settlements', folder, true, '4 files, a settlement report (s.csv)'],
    ['orders', `${folder}/s.csv`, false, /^s\.csv: it is .*belongs to stream settlements/],
    ['payments', `${folder}/[abs].csv`, false, /^no file at .* is one of stream payments/],
    ['orders', `${folder}/log*`, false, /^login\.csv: it is a web page/],
    ['orders', `${folder}/x*.csv`, false, /^no file is at .*x\*\.csv/],
    ['orders', `${folder}/a.csv`, false, /not what `format` says/, 'settlement_report'],
    ['orders', `${folder}/none/*.csv`, false, /Is the folder mounted/],
  ];
  for (const [stream, location, isReadable, line, format] of lines) {
    t.match(await probe(stream, location, format), { stream, isReadable, line }, location);
  }
});
