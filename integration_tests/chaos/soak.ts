import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { followRead } from './follow.ts';
import { DAY, figures, PRESENT } from './stage.ts';

/*
 * A long sync of many records, with an hour of waiting for the server's limit in between: memory
 * stays flat (I8), nothing that listens or waits piles up (Node would warn on stderr), and the
 * process ends by itself.
 */

/** RSS at the end against RSS at a tenth of the way. */
const MOST_GROWTH = 1.2;
const WAITS = 10;
const WAIT_SECONDS = 360;
const START = Date.UTC(2026, 7, 21, 18, 30);

export async function soak(records: number): Promise<void> {
  const stepMs = (PRESENT - DAY - START) / records;
  let waits = 0;
  const server = createServer((request, response) => {
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
    const samples: { records: number; rssBytes: number }[] = [];
    const { code, stderr, seen, endedMs } = await followRead({
      stream: 'payments',
      config: {
        base_url: `http://127.0.0.1:${port}`,
        start_date: '2026-08-22',
        requests_per_second: 1000,
        api_profile: { streams: { payments: { paging: { limit: 500 } } } },
      },
      onKey: (key) => {
        known[Number(key.slice('pay_'.length))] = 1;
      },
      onSample: (pid, count) => samples.push({ records: count, rssBytes: rssOf(pid) }),
    });
    assert.equal(stderr, '', 'no warning of too many listeners');
    assert.equal(code, 0);
    const lost = known.reduce((sum, is) => sum - is, records);
    figures.lost += lost;
    assert.equal(lost, 0);
    assert.ok(seen < records * 1.01, `windows share a few minutes, not ${seen - records} records`);
    assert.equal(waits, WAITS);
    assert.ok(endedMs < 2000, `the process ended ${endedMs} ms after its last line`);
    // The median: a single sample may lie just before or after a collection.
    const usual = (from: number, to: number): number => {
      const within = samples
        .filter(({ records: count }) => count >= from * records && count <= to * records)
        .map(({ rssBytes }) => rssBytes)
        .sort((one, other) => one - other);
      return within[Math.floor(within.length / 2)] ?? Number.NaN;
    };
    const [early, late] = [usual(0.05, 0.15), usual(0.9, 1)];
    const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
    console.log(
      `soak: ${records} records and ${(WAITS * WAIT_SECONDS) / 60} simulated minutes of waiting, RSS ${mebibytes(early)} at a tenth, ${mebibytes(late)} at the end`,
    );
    assert.ok(
      late <= early * MOST_GROWTH,
      `memory grew from ${mebibytes(early)} to ${mebibytes(late)}`,
    );
    figures.rows += seen;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function rowAt(index: number, stepMs: number): string {
  const at = new Date(Math.ceil(START + index * stepMs)).toISOString();
  return `{"payment_id":"pay_${index}","moid":"m${index}","method":"upi","status":"success","amount":"${index % 5000}.00","currency":"INR","created_at":"${at}","updated_at":"${at}"}`;
}

function rssOf(pid: number): number {
  try {
    const [, pages = '0'] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
    return Number(pages) * 4096;
  } catch {
    return 0;
  }
}
