import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { workFolder } from './attempt.ts';
import { figures } from './figures.ts';
import { followRead } from './follow.ts';
import type { Holdings } from './inspect.ts';
import { DAY, PRESENT } from './stage.ts';

/*
 * A long sync of many records, with an hour of waiting for the server's limit in between: memory
 * stays flat (I8), nothing that listens or waits piles up, and the process ends by itself.
 *
 * Stock is taken after a collection of all garbage, with a request under way: a leak of two bytes a
 * record or of a hundred bytes a request is seen, and V8's habit of growing its heap before it cleans
 * up is not taken for one.
 */

/** RSS at the end against RSS at a tenth of the way. */
const MOST_GROWTH = 1.2;
/** Of fewer, a tenth is read before the process is warm. */
const WARM_RECORDS = 1_000_000;
/** What may be alive at the end beyond what was at a tenth. */
const MOST_BYTES = 2 ** 20;
/** What one request under way needs, and some more. */
const MOST_WAITING = 12;
/** Of what Node and the connector keep many of all the time. */
const MOST_MORE = 30;
const WAITS = 10;
const WAIT_SECONDS = 360;
const START = Date.UTC(2026, 7, 21, 18, 30);

export async function soak(records: number): Promise<void> {
  const stepMs = (PRESENT - DAY - START) / records;
  const holdings: Holdings[] = [];
  let connector: ChildProcess | undefined;
  let waits = 0;
  const server = createServer(async (request, response) => {
    const query = new URL(request.url ?? '/', 'http://soak').searchParams;
    response.setHeader('Date', new Date(PRESENT).toUTCString());
    const indexAt = (name: string): number =>
      Math.ceil((Date.parse(query.get(name) ?? '') - START) / stepMs);
    const from = Number(query.get('cursor') ?? Math.max(0, indexAt('updated_after')));
    const end = Math.min(records, indexAt('updated_before'));
    if (from > (waits * records) / WAITS && waits < WAITS) {
      waits += 1;
      response.writeHead(429, { 'Retry-After': String(WAIT_SECONDS) }).end('{}');
      return;
    }
    const due = [0.1, 0.5, 0.97][holdings.length] ?? Number.POSITIVE_INFINITY;
    if (from >= due * records && connector) holdings.push(await takeStock(connector));
    const to = Math.min(end, from + Number(query.get('limit')));
    const rows: string[] = [];
    for (let index = from; index < to; index += 1) rows.push(rowAt(index, stepMs));
    const next = to < end ? `,"has_more":true,"next_cursor":"${to}"` : ',"has_more":false';
    response.end(`{"statusCode":200,"data":[${rows.join(',')}]${next}}`);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  try {
    const known = new Uint8Array(records);
    const { code, stderr, seen, endedMs } = await followRead({
      stream: 'payments',
      config: {
        base_url: `http://127.0.0.1:${port}`,
        start_date: '2026-08-22',
        requests_per_second: 1000,
        // Few enough that requests can leak as well as records.
        concurrency: 1,
        api_profile: { streams: { payments: { paging: { limit: 200 } } } },
      },
      env: { CHAOS_HOLDINGS: stockFile },
      onStart: (child) => {
        connector = child;
      },
      onKey: (key) => {
        known[Number(key.slice('pay_'.length))] = 1;
      },
    });
    assert.equal(stderr, '', 'no warning of too many listeners');
    assert.equal(code, 0);
    const lost = known.reduce((sum, is) => sum - is, records);
    figures.lost += lost;
    figures.rows += seen;
    assert.equal(lost, 0);
    assert.ok(seen < records * 1.01, `windows share a few minutes, not ${seen - records} records`);
    assert.equal(waits, WAITS);
    assert.ok(endedMs < 2000, `the process ended ${endedMs} ms after its last line`);
    report(records, holdings);
    mustBeFlat(records, holdings);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const stockFile = join(workFolder, 'holdings');

/** Asks the process, by a signal, what it holds. */
async function takeStock(connector: ChildProcess): Promise<Holdings> {
  rmSync(stockFile, { force: true });
  connector.kill('SIGUSR2');
  for (;;) {
    await new Promise((done) => setTimeout(done, 5));
    const text = existsSync(stockFile) ? readFileSync(stockFile, 'utf8') : '';
    if (text.endsWith('\n')) return JSON.parse(text);
    assert.equal(connector.exitCode, null, 'the process ended while it was looked at');
  }
}

function mustBeFlat(records: number, holdings: readonly Holdings[]): void {
  const [early, , late] = holdings;
  assert.ok(early && late, 'stock was taken at a tenth and at the end');
  for (const what of ['listeners', 'signals', 'resources', 'timers'] as const) {
    const counts = holdings.map((one) => one[what]);
    assert.ok(Math.max(...counts) <= MOST_WAITING, `${what} pile up: ${counts.join(', ')}`);
  }
  for (const what of ['emitters', 'promises'] as const)
    assert.ok(late[what] <= early[what] + MOST_MORE, `${what}: ${early[what]}, then ${late[what]}`);
  assert.ok(late.liveBytes <= early.liveBytes + MOST_BYTES, 'what is alive grew');
  // A process that has just started is still being compiled.
  if (records >= WARM_RECORDS)
    assert.ok(late.rssBytes <= early.rssBytes * MOST_GROWTH, 'the process grew');
}

function report(records: number, [early, middle, late]: readonly Holdings[]): void {
  const of = (name: 'rssBytes' | 'liveBytes' | 'usedBytes'): string =>
    [early, middle, late]
      .map((one) => `${((one?.[name] ?? Number.NaN) / 2 ** 20).toFixed(1)} MiB`)
      .join(', ');
  console.log(
    `soak: ${records} records, ${(WAITS * WAIT_SECONDS) / 60} simulated minutes of waiting; at a tenth, half-way and at the end: RSS ${of('rssBytes')} (before the collection ${of('usedBytes')}), alive ${of('liveBytes')}`,
  );
  if (process.env.CHAOS_VERBOSE) console.log(JSON.stringify([early, middle, late]));
}

function rowAt(index: number, stepMs: number): string {
  const at = new Date(Math.ceil(START + index * stepMs)).toISOString();
  return `{"payment_id":"pay_${index}","moid":"m${index}","method":"upi","status":"success","amount":"${index % 5000}.00","currency":"INR","created_at":"${at}","updated_at":"${at}"}`;
}
