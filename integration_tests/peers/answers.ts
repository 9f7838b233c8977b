import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { runConnector, writeInputs } from '../connector.ts';
import { catalogOf } from '../contract/runs.ts';

/*
 * Odd answers to the orders of one day, under the default profile or with the fragment that an error
 * suggests. Either all rows of the server come and the stream is COMPLETE, or it fails with a sentence
 * that names the stream and what to write in api_profile: there is no third way.
 */

const CREATED = '2026-11-02T10:00:00Z';
const LIMIT = 100;
const ordersOf = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => ({
    gokwik_oid: `KWIK${String(from + at).padStart(5, '0')}`,
    created_at: CREATED,
    updated_at: CREATED,
  }));

/** Orders of the whole day. */
const spread = (count: number) =>
  ordersOf(0, count).map((order, at) => {
    const ms = Date.parse('2026-11-01T18:30:00Z') + Math.floor((at * 86_400_000) / count);
    const iso = new Date(ms).toISOString();
    return { ...order, created_at: iso, updated_at: iso };
  });
const between = (orders: ReturnType<typeof spread>, query: URLSearchParams) => {
  const [from, to] = ['updated_after', 'updated_before'].map((name) =>
    Date.parse(query.get(name) ?? ''),
  );
  return orders.filter(({ updated_at: at }) => {
    const ms = Date.parse(at);
    return ms >= Number(from) && ms <= Number(to);
  });
};

type Serve = (
  query: URLSearchParams,
  response: ServerResponse,
  request: IncomingMessage,
) => unknown;
interface Odd {
  readonly name: string;
  /** Rows that the server has. */
  readonly rows: number;
  readonly serve: Serve;
  /** The stream of the profile. */
  readonly profile?: object;
  /** How it fails; without one all rows must come. */
  readonly fails?: RegExp;
}

const numbered =
  (rows: number, size: number, tell: (page: number, pages: number) => object): Serve =>
  (query) => {
    const page = Number(query.get('page') ?? 1);
    const list = ordersOf((page - 1) * size, Math.min(rows, page * size));
    return { data: list, ...tell(page, Math.ceil(rows / size)) };
  };

const empty =
  (body: object): Serve =>
  () => ({ data: [], ...body });

const ODD: readonly Odd[] = [
  {
    name: 'numbered pages that say how many there are',
    rows: 250,
    serve: numbered(250, LIMIT, (page, pages) => ({ page, total_pages: pages })),
  },
  {
    name: 'pages of a size that the server caps, with a count',
    rows: 230,
    serve: numbered(230, 50, (page) => ({ pagination: { page, per_page: 50, total: 230 } })),
  },
  {
    name: 'a count that is more than came',
    rows: 230,
    serve: () => ({ data: ordersOf(0, 50), total: 230 }),
    fails: /orders.*`total` says 230 rows, and 50 came.*api_profile/s,
  },
  {
    name: 'a full page that says nothing of a next one',
    rows: 250,
    serve: () => ({ data: ordersOf(0, LIMIT) }),
    fails: /orders.*"paging"/s,
  },
  {
    name: 'more to come, and no way to it',
    rows: 250,
    serve: () => ({ data: ordersOf(0, 40), has_more: true }),
    fails: /orders.*`has_more` is true.*"paging"/s,
  },
  {
    name: 'the same page for ever',
    rows: 250,
    serve: (query) => ({ data: ordersOf(0, LIMIT), next_cursor: `c${query.get('cursor') ?? ''}` }),
    fails: /orders.*same page.*"paging"/s,
  },
  {
    name: 'false beside nothing',
    rows: 9,
    serve: empty({ status: false }),
    fails: /orders.*status/s,
  },
  { name: 'not a success', rows: 9, serve: empty({ success: 'false' }), fails: /orders.*success/s },
  {
    name: 'an error beside it',
    rows: 9,
    serve: empty({ error_msg: 'not allowed' }),
    fails: /orders.*error_msg/s,
  },
  { name: 'code 422 beside it', rows: 9, serve: empty({ code: 422 }), fails: /422/ },
  { name: 'null for an empty list', rows: 0, serve: () => ({ data: null, success: true }) },
  {
    name: 'rows at a place of their own',
    rows: 9,
    serve: () => ({ result: { entries: ordersOf(0, 9) } }),
    fails: /orders.*result\.entries.*"records"/s,
  },
  {
    name: 'a page of a range',
    rows: 10,
    serve: (_query, response) => {
      response.writeHead(206, { 'content-range': 'items 0-2/10' });
      return { data: ordersOf(0, 3) };
    },
    fails: /orders.*content-range/is,
  },
  {
    name: 'cut by the server',
    rows: 9,
    serve: () => ({ data: ordersOf(0, 3), truncated: true }),
    fails: /orders.*truncated/s,
  },
  {
    name: 'no content',
    rows: 0,
    serve: (_query, response) => void response.writeHead(204),
    fails: /nothing \(HTTP 204\).*"@status": 204/s,
  },
  ...[37, 50].map((most) => ({
    name: `${most} rows at once, whatever page is asked for: less time has all`,
    rows: 230,
    serve: (query: URLSearchParams) => ({ data: between(spread(230), query).slice(0, most) }),
  })),
  {
    name: 'an odd number of rows, whatever is asked for',
    rows: 230,
    serve: () => ({ data: spread(37) }),
    fails: /37 rows came, nothing says.*"paging":\{"kind":"none","limit":100\}/s,
  },
  {
    name: 'the same, as the profile says that it is all',
    rows: 37,
    profile: { paging: { kind: 'none', limit: 100 } },
    serve: () => ({ data: spread(37) }),
  },
  {
    name: 'just as many rows as were asked for, and the profile says that one answer has all',
    rows: 230,
    profile: { paging: { kind: 'none', limit: 100 } },
    serve: (query) => ({ data: between(spread(230), query).slice(0, Number(query.get('limit'))) }),
  },
  {
    name: 'links of a page number that forget what was asked for',
    rows: 230,
    serve: (query, _response, request) => {
      const page = Number(query.get('page') ?? 1);
      const size = Number(query.get('limit') ?? 500);
      const next =
        page * size < 230 && `http://${request.headers.host}/v1/order/list?page=${page + 1}`;
      const data = spread(230).slice((page - 1) * size, page * size);
      return { data, next_page_url: next || null, per_page: size };
    },
  },
  {
    name: 'no content, as the profile knows it',
    rows: 0,
    profile: { answers: [{ when: { '@status': 204 }, means: 'empty' }] },
    serve: (_query, response) => void response.writeHead(204),
  },
];

async function readFrom({ serve, profile }: Odd) {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://x');
    const body = serve(searchParams, response, request);
    if (!response.writableEnded) response.end(body === undefined ? '' : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const config = {
      base_url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      ...{ app_id: 'app-1', app_secret: 'secret-1', requests_per_second: 1000 },
      ...{ start_date: '2026-11-02', end_date: '2026-11-02' },
      ...(profile && { api_profile: { streams: { orders: profile } } }),
    };
    const inputs = writeInputs({ config, catalog: catalogOf(['orders']) });
    return await runConnector(['read', '--config', inputs.config, '--catalog', inputs.catalog]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

t.jobs = 4;

for (const odd of ODD) {
  t.test(odd.name, { buffered: true }, async (t) => {
    const { code, lines } = await readFrom(odd);
    const records = lines.filter(({ type }) => type === 'RECORD').length;
    const status = lines.flatMap(({ trace }) => trace?.stream_status?.status ?? []).at(-1);
    const said = lines.flatMap(({ trace }) => trace?.error?.message ?? []).join('\n');
    if (odd.fails) {
      t.match({ code, status, said }, { code: 1, status: 'INCOMPLETE', said: odd.fails });
      const states = lines.filter(({ type }) => type === 'STATE');
      t.notOk(JSON.stringify(states).includes('"cursor":"2026-11-03'), 'the cursor stays');
    } else
      t.same(
        { code, status, records, said },
        { code: 0, status: 'COMPLETE', records: odd.rows, said: '' },
      );
  });
}
