/**
 * The raw loop: the least that any source on Node has to do. Keep-alive `node:http`, `JSON.parse`, a
 * prefix and `JSON.stringify`, batched writes that wait for the reader. No mapping, no types, no
 * retries, no limits, no state. `raw.mjs <base> <windows> <page size> <at once>`
 */
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';

const [base = '', windows = '1', pageSize = '100', width = '4'] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Number(width) });
const BATCH_CHARS = 65_536;
const DAY_MS = 86_400_000;
const PREFIX = '{"type":"RECORD","record":{"stream":"orders","data":';
let pending = '';

interface Body {
  readonly data: readonly unknown[];
  readonly next_cursor?: string;
}

function fetchBody(url: string): Promise<Body> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString()) as Body));
    });
    request.on('error', reject);
  });
}

async function print(rows: readonly unknown[]): Promise<void> {
  const suffix = `,"emitted_at":${Date.now()}}}\n`;
  for (const row of rows) {
    pending += PREFIX + JSON.stringify(row) + suffix;
    if (pending.length >= BATCH_CHARS) {
      const lines = pending;
      pending = '';
      if (!process.stdout.write(lines)) await once(process.stdout, 'drain');
    }
  }
}

let window = 0;
async function work(): Promise<void> {
  while (window < Number(windows)) {
    const after = new Date(window * DAY_MS).toISOString();
    window += 1;
    let next: string | undefined = '0';
    while (next !== undefined) {
      const url = `${base}/v1/order/list?limit=${pageSize}&cursor=${next}&updated_after=${after}`;
      const body: Body = await fetchBody(url);
      next = body.next_cursor;
      await print(body.data);
    }
  }
}

process.stdout.setMaxListeners(0);
await Promise.all(Array.from({ length: Number(width) }, work));
process.stdout.write(pending);
agent.destroy();
