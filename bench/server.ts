/**
 * The page server, a process of its own so that it takes nothing from the core under test: pages of
 * orders, serialised once.
 *
 * `/w/<rows>/…?limit=…&cursor=…&updated_after=…` answers the pages of a sequence of orders; `/stats`
 * says what was answered so far. Started by `startServer`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { makeOrder } from './orders.ts';

export interface ServerOptions {
  /** Distinct orders; sequences begin at different ones and wrap around. */
  readonly orders: number;
  /** Stamp of all orders, epoch milliseconds. */
  readonly stampMs: number;
}

export interface ServerStats {
  readonly answered: number;
  readonly bytes: number;
}

const DAY_MS = 86_400_000;
const options = JSON.parse(process.argv[2] ?? '{}') as ServerOptions;
const orders = Array.from({ length: options.orders }, (_, index) =>
  JSON.stringify(makeOrder(index, options.stampMs)),
);
interface List {
  readonly bytes: Buffer;
  /** Where the day goes into each order's id, and where the date of its last change stands. */
  readonly days: readonly number[];
  readonly dates: readonly number[];
}

const DAY_OF_ID = '"gokwik_oid":"KWIK';
const DATE_OF_CHANGE = '"updated_at":"';
const lists = new Map<string, List>();
const stats = { answered: 0, bytes: 0 };

function listOf(from: number, count: number): List {
  const start = from % orders.length;
  const key = `${start} ${count}`;
  const known = lists.get(key);
  if (known) return known;
  const rows = Array.from({ length: count }, (_, i) => orders[(start + i) % orders.length]);
  const bytes = Buffer.from(rows.join(','));
  const list = { bytes, days: placesOf(DAY_OF_ID, bytes), dates: placesOf(DATE_OF_CHANGE, bytes) };
  lists.set(key, list);
  return list;
}

/** Where the values behind a name begin. */
function placesOf(name: string, bytes: Buffer): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1)) {
    places.push(at + name.length);
  }
  return places;
}

/** `/w/<rows>/`: so many in every sequence. `/d/<rows>/`: so many a day of the time asked for. */
function rowsOf({ pathname, searchParams }: URL): number {
  const [, kind, rows] = /^\/([wd])\/(\d+)\//.exec(pathname) ?? [];
  if (kind !== 'd') return Number(rows ?? 0);
  const edge = (name: string): number => Date.parse(searchParams.get(name) ?? '');
  return (
    Math.round(((edge('updated_before') - edge('updated_after')) / DAY_MS) * Number(rows)) || 0
  );
}

function pageOf(url: URL): Buffer {
  const rows = rowsOf(url);
  const limit = Number(url.searchParams.get('limit') ?? 100);
  const cursor = Number(url.searchParams.get('cursor') ?? 0);
  const day = Math.round(Date.parse(url.searchParams.get('updated_after') ?? '') / DAY_MS) || 0;
  const count = Math.max(0, Math.min(limit, rows - cursor));
  const isLast = cursor + count >= rows;
  const tail = isLast ? '"has_more":false' : `"next_cursor":"${cursor + count}","has_more":true`;
  const head = Buffer.from('{"statusCode":200,"data":[');
  // Begins at whole pages, so that there are few different ones to keep.
  const list = listOf(Math.floor(((day % 1000) * rows) / limit) * limit + cursor, count);
  const page = Buffer.concat([head, list.bytes, Buffer.from(`],${tail}}`)]);
  const digits = String(day % 10_000).padStart(4, '0');
  for (const at of list.days) page.write(digits, head.length + at);
  // In the middle of the window, as nearly all rows of a real one are.
  const changed = `${new Date(day * DAY_MS).toISOString().slice(0, 10)}T06:00:00Z`;
  for (const at of list.dates) page.write(changed, head.length + at);
  return page;
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname === '/stats') {
    response.end(JSON.stringify(stats));
    return;
  }
  const page = pageOf(url);
  stats.answered += 1;
  stats.bytes += page.length;
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': page.length });
  response.end(page);
}

const server = createServer({ keepAliveTimeout: 60_000 }, answer);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' && address ? address.port : 0);
});
// Whoever started it may be killed: it does not outlive them.
process.stdin.resume().on('end', () => process.exit(0));
