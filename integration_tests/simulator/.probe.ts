import { envelope } from './envelope.ts';
import { createReader, readQuery } from './pages.ts';
import { resolveTarget } from './routes.ts';
import { createTimeline } from './timeline.ts';
import { createWorld } from './world.ts';

const cpu = () => process.cpuUsage().user / 1000;
const end = Date.parse('2026-11-20T10:00:00Z'),
  D = 86400000;
const t = cpu();
const world = createWorld({ seed: 1, orders: 2e4, startMs: end - 90 * D, endMs: end, mid: 'x' });
const reader = createReader(world, createTimeline(world), () => end);
console.log('create', cpu() - t);
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 19) + 'Z';
for (const p of ['/v1/order/list', '/v1/checkout/list', '/v1/abandoned-cart/list']) {
  const { route } = resolveTarget(p, 'x');
  for (const back of [7, 14, 21, 28, 35, 42, 49, 56, 7, 14, 21, 28, 35]) {
    const numbered = route!.paging !== 'cursor';
    let params: Record<string, string> = route!.dates
      ? { from: iso(end - back * D).slice(0, 10), to: iso(end - (back - 6) * D).slice(0, 10) }
      : {
          [route!.window![0]]: iso(end - back * D),
          [route!.window![1]]: iso(end - (back - 7) * D),
        };
    let pages = 0,
      first = 0,
      rest = 0,
      bytes = 0,
      rows = 0;
    while (pages < 51) {
      const t = cpu();
      const q = readQuery(route!, params, 'asc') as any;
      const page = reader.read(q);
      bytes += JSON.stringify(envelope(route!, page, end)).length;
      rows += page.rows.length;
      if (pages === 0) first = cpu() - t;
      else rest += cpu() - t;
      pages++;
      if (!page.more) break;
      params = { ...params, ...(numbered ? { page: String(pages + 1) } : { cursor: page.next! }) };
    }
    console.log(
      p,
      back,
      'first',
      first.toFixed(0),
      'rest',
      (rest / (pages - 1)).toFixed(2),
      'ms/page cpu; rows',
      rows,
      'B/row',
      (bytes / rows).toFixed(0),
    );
  }
}
console.log('rss', process.memoryUsage().rss / 2 ** 20);
