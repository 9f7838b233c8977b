import { mkdtempSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import t, { type Test } from 'tap';
import { PEERS } from '../../../integration_tests/peers/index.ts';
import { openShop, type Peer, serve as servePeer } from '../../../integration_tests/peers/peer.ts';
import { run } from '../../../src/cdk/run.ts';
import { gokwikSource } from '../../../src/gokwik/source.ts';
import { serve } from '../../http/helpers/server.ts';

/*
 * Probe, paste, read: what is suggested for a server that nobody described must read all of its rows.
 * The servers are those of the integration tests, which follow public documentation.
 */

const DAY_MS = 24 * 60 * 60_000;
/** When it is for the connector: which rows the links below ask for depends on it. */
const NOW = Date.parse('2026-11-10T18:00:00Z');
const AHEAD_MS = Date.now() - NOW;
const folder = mkdtempSync(join(tmpdir(), 'probe-'));
let files = 0;

function write(content: unknown): string {
  files += 1;
  const path = join(folder, `${files}.json`);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly complaints: string[];
}

async function runSource(argv: readonly string[]): Promise<Ran> {
  let out = '';
  const complaints: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      out += chunk;
      done();
    },
  });
  const code = await run({
    source: gokwikSource,
    argv,
    sink,
    root: new AbortController(),
    version: 'test',
    env: { SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL: 'true' },
    now: () => Date.now() - AHEAD_MS,
    random: Math.random,
    complain: (text) => void complaints.push(text),
  });
  return { code, out, complaints };
}

// biome-ignore lint/suspicious/noExplicitAny: the document is looked into by the tests alone
type Found = Record<string, any>;

/** What an account manager's link says: no template, no paging, no fields. */
interface Hint {
  readonly path?: string;
  readonly json?: object;
  /** What the probe asks, and what the merchant then changes in the profile. */
  readonly asks?: RegExp;
  readonly answers?: object;
  /** Fields of the truth that nothing but the API's documentation tells. */
  readonly unknowable?: readonly string[];
  /** The key that is found, of a composite one. */
  readonly keyOf?: (key: string) => string;
}

const day = (ms: number): string => new Date(ms + 19_800_000).toISOString().slice(0, 10);
const from = NOW - 40 * DAY_MS;
const to = NOW - 34 * DAY_MS;
const stamp = (ms: number): string => new Date(ms).toISOString().slice(0, 19);
const indian = (ms: number): string => stamp(ms + 19_800_000).replace('T', ' ');

function magento(): string {
  const criterion = (group: number, name: string, value: string): string =>
    `searchCriteria[filterGroups][${group}][filters][0][${name}]=${encodeURIComponent(value)}`;
  return [
    criterion(0, 'field', 'updated_at'),
    criterion(0, 'value', stamp(from).replace('T', ' ')),
    criterion(0, 'conditionType', 'gteq'),
    criterion(1, 'field', 'updated_at'),
    criterion(1, 'value', stamp(to).replace('T', ' ')),
    criterion(1, 'conditionType', 'lteq'),
    'searchCriteria[pageSize]=20',
    'searchCriteria[currentPage]=1',
  ].join('&');
}

const HINTS: Readonly<Record<string, Hint>> = {
  'gokwik-gkx-orders': {
    asks: /Are `amount` paise\?/,
    path: `from=${from}&to=${to}&page=1&limit=50`,
  },
  'razorpay-payments': {
    asks: /Are `amount` paise\?/,
    unknowable: ['moid'],
    path: `from=${from / 1000}&to=${to / 1000}&count=20&skip=0`,
  },
  'razorpay-recon': {
    asks: /Are `amount`, `tax`, `fee`, `debit`, `credit` paise\?/,
    keyOf: (key) => key.split(':')[0] ?? '',
    path: `year=${day(from).slice(0, 4)}&month=${day(from).slice(5, 7)}&day=${day(from).slice(8)}&count=5&skip=0`,
  },
  'cashfree-recon': {
    json: {
      pagination: { limit: 20, cursor: null },
      filters: { start_date: `${stamp(from)}Z`, end_date: `${stamp(to)}Z` },
    },
  },
  'shiprocket-orders': {
    asks: /Which column of ours is `id`\?/,
    unknowable: ['platform_order_id'],
    path: `from=${day(from)}&to=${day(to)}&page=1&per_page=50`,
  },
  'shopify-rest': {
    asks: /Which column of ours is `id`\?/,
    unknowable: ['platform_order_id'],
    path: `status=any&limit=50&updated_at_min=${stamp(from)}Z&updated_at_max=${stamp(to)}Z`,
  },
  'woocommerce-orders': {
    asks: /Which column of ours is `id`\?/,
    unknowable: ['platform_order_id'],
    path: `modified_after=${stamp(from)}&modified_before=${stamp(to)}&dates_are_gmt=true&page=1&per_page=20`,
  },
  'magento-orders': {
    asks: /Are the times of `created_at`, `updated_at` India's\?/,
    answers: { time: { query: 'YYYY-MM-DD HH:mm:ss', in: 'Z', zone: 'Z' } },
    unknowable: ['platform_order_id'],
    path: magento(),
  },
  'stripe-charges': {
    asks: /Are `amount` paise\?/,
    path: `created[gte]=${from / 1000}&created[lt]=${to / 1000}&limit=20&starting_after=`,
  },
  'unicommerce-search': {
    asks: /Which column of ours is `code`\?/,
    unknowable: ['platform_order_id'],
    json: {
      fromDate: `${stamp(from)}Z`,
      toDate: `${stamp(to)}Z`,
      dateType: 'UPDATED',
      searchOptions: { displayStart: 0, displayLength: 20 },
    },
  },
  'easyecom-orders': {
    asks: /Which column of ours is `invoice_id`\?/, // No row of the two pages has NA for a waybill.
    unknowable: ['awb_number', 'platform_order_id'],
    path: `limit=25&start_date=${indian(from)}&end_date=${indian(to)}`,
  },
  'gokwik-dashboard-orders': {
    asks: /Are the times of `created_at` India's\?/,
    path: `start_dt=${day(from)}&end_dt=${day(to)}&sortKey=created_at&sortOrder=asc&mode=all&page=1&pageSize=40`,
  },
};

function configOf(peer: Peer, url: string, startMs: number, profile: object) {
  const { host } = new URL(url);
  return {
    base_url: url,
    app_id: 'none',
    app_secret: 'none',
    start_date: day(startMs),
    requests_per_second: 1000,
    secrets: Object.entries(peer.secrets).map(([name, value]) => ({ name, value, host })),
    api_profile: profile,
    ...peer.config,
  };
}

/** The peer's profile without what makes it right: hosts, method, path, and the link's parameters. */
function bareProfile(peer: Peer, url: string, { path, json }: Hint): object {
  const { hosts, streams } = peer.profile(url) as { hosts: object; streams: Found };
  const { host, path: own } = streams[peer.stream];
  const bare = {
    host,
    path: path ? `${own}?${path.replaceAll(' ', '%20')}` : own,
    ...(json && { json }),
  };
  return { hosts, streams: { ...streams, [peer.stream]: bare } };
}

async function readRows(config: object, stream: string): Promise<Found[]> {
  const path = write(config);
  const { out: found } = await runSource(['discover', '--config', path]);
  const { catalog } = JSON.parse(found.trim().split('\n').at(-1) ?? '');
  const streams = catalog.streams
    .filter(({ name }: Found) => name === stream)
    .map((one: Found) => ({
      stream: one,
      sync_mode: 'full_refresh',
      destination_sync_mode: 'overwrite',
    }));
  const { out } = await runSource(['read', '--config', path, '--catalog', write({ streams })]);
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const errors = lines.flatMap(({ trace }) => trace?.error?.message ?? []);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return lines.flatMap(({ record }) => (record ? [record.data] : []));
}

/** Texts and numbers of rows, which no output may hold. */
function valuesOf(rows: readonly Found[]): Set<string> {
  const values = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
    else if (/\d/.test(String(value)) && String(value).length > 4) values.add(String(value));
  };
  rows.forEach(collect);
  return values;
}

/** Fields of the truth that the rows have otherwise. */
function wrongFields(rows: readonly Found[], peer: Peer, truth: ReturnType<Peer['truth']>) {
  const found = new Map(rows.map((row) => [String(row.record_key), row]));
  const wrong = new Set<string>();
  for (const { key, fields } of truth) {
    const row = found.get(HINTS[peer.name]?.keyOf?.(key) ?? key);
    if (!row) wrong.add('record_key');
    for (const [name, value] of Object.entries(row ? fields : {})) {
      if (JSON.stringify(row?.[name]) !== JSON.stringify(value)) wrong.add(name);
    }
  }
  return [...wrong].sort();
}

for (const peer of PEERS) {
  t.test(peer.name, async (t) => {
    const shop = openShop(7, NOW);
    const server = await servePeer(peer, shop, false);
    t.teardown(() => server.close());
    const hint = HINTS[peer.name] ?? {};
    const config = configOf(peer, server.url, shop.startMs, bareProfile(peer, server.url, hint));
    const { code, out, complaints } = await runSource([
      'probe',
      '--config',
      write(config),
      '--json',
    ]);
    t.equal(code, 0);
    t.same(complaints, []);
    const { streams, api_profile: profile } = JSON.parse(out);
    t.match(streams, [{ stream: peer.stream, asked: { requests: 2, status: 200 } }]);
    t.match(streams[0].paging.page_2, /^page 2 gave \d+ other rows$/);
    if (hint.asks) t.match(streams[0].questions.join('\n'), hint.asks);
    if (hint.answers) Object.assign(profile.streams[peer.stream], hint.answers);
    const rows = await readRows({ ...config, api_profile: profile }, peer.stream);
    const truth = peer.truth(shop);
    t.equal(rows.length, truth.length, 'all rows, each once');
    t.same(wrongFields(rows, peer, truth), [...(hint.unknowable ?? [])].sort());
    for (const value of valuesOf(rows)) if (out.includes(value)) t.fail(`it prints ${value}`);
    t.same(server.refusals(), [], 'nothing that was asked for was refused');
  });
}

/** Answers by path; any other is not there. Notes what it was asked. */
async function serveLists(
  t: Test,
  lists: Readonly<
    Record<
      string,
      (query: URLSearchParams, request: IncomingMessage) => [status: number, body: unknown]
    >
  >,
) {
  const asked: string[] = [];
  const { url } = await serve(t, (request, response) => {
    const target = new URL(request.url ?? '/', 'http://server');
    asked.push(`${request.method} ${target.pathname}`);
    const [status, body] = lists[target.pathname]?.(target.searchParams, request) ?? [
      404,
      { message: 'Not found' },
    ];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  return { url, asked };
}

const config = (url: string, profile: object = {}, more: object = {}) => ({
  base_url: url,
  app_id: 'app-4411',
  app_secret: 'secret-77ab',
  start_date: day(NOW - 20 * DAY_MS),
  requests_per_second: 1000,
  api_profile: profile,
  ...more,
});

const order = (index: number) => ({
  gk_order_id: `KWIKPROBE${index}`,
  state: 'Confirmed',
  grand_total: `${100 + index}.50`,
  customer: { mobile: `98765432${index + 10}`, email: `buyer${index}@example.com` },
  createdOn: new Date(NOW - index * 3_600_000).toISOString(),
  note: index % 2 ? 'N/A' : `note ${index}`,
});
const orders = Array.from({ length: 31 }, (_, index) => order(index));
/** Those of the time that is asked for. */
const ordersIn = (query: URLSearchParams): Found[] => {
  const [from, to] = ['updated_after', 'updated_before'].map((name) =>
    Date.parse(query.get(name) ?? ''),
  );
  return orders.filter(({ createdOn }) => {
    const ms = Date.parse(createdOn);
    return ms >= Number(from) && ms <= Number(to);
  });
};

t.test('rows in odd places, under a profile that is wrong', async (t) => {
  const shapes: [name: string, body: (orders: Found[]) => unknown, records: string][] = [
    [
      'a list in a list',
      (rows) => ({ response: { result: { rows } }, errors: [] }),
      'response.result.rows',
    ],
    [
      'the values of a map',
      (rows) => ({ payload: Object.fromEntries(rows.map((one) => [one.customer.mobile, one])) }),
      'payload.*',
    ],
    [
      'a list in each entry of a map',
      (rows) => ({
        days: { '2026-11-01': { list: rows.slice(0, 12) }, '2026-11-02': { list: rows.slice(12) } },
      }),
      'days.*.list',
    ],
    ['the answer itself', (rows) => rows, '.'],
    ['all that are counted', (data) => ({ data, total: data.length }), 'data'],
    [
      'rows of JSON:API',
      (rows) => ({
        data: rows.map((attributes) => ({ type: 'order', id: attributes.gk_order_id, attributes })),
      }),
      'data',
    ],
    [
      'hits of a search',
      (rows) => ({
        hits: {
          total: { value: rows.length, relation: 'eq' },
          hits: rows.map((_source) => ({ _id: _source.gk_order_id, _source })),
        },
      }),
      'hits.hits',
    ],
    [
      'rows that an object holds',
      (rows) => ({ list: rows.map((node) => ({ node })) }),
      'list.*.node',
    ],
    [
      'a list in each entry of a list',
      (rows) => ({
        data: [
          { day: 1, list: rows.slice(0, 9) },
          { day: 2, list: rows.slice(9) },
        ],
      }),
      'data.*.list',
    ],
  ];
  for (const [name, body, records] of shapes) {
    const { url } = await serveLists(t, { '/list': (query) => [200, body(ordersIn(query))] });
    const wrong = {
      orders: {
        path: '/list',
        records: ['nowhere'],
        key: ['nothing'],
        cursor: ['never'],
        fields: { total: 'no.where' },
      },
    };
    const given = config(url, { streams: wrong });
    const { out } = await runSource([
      'probe',
      '--config',
      write(given),
      '--stream',
      'orders',
      '--json',
    ]);
    const { streams, api_profile: profile } = JSON.parse(out);
    t.match(streams[0].rows, { path: records, count: 31 }, name);
    t.equal(out.match(/98765|KWIKPROBE|buyer|note \d/), null, 'no value');
    const rows = await readRows({ ...given, api_profile: profile }, 'orders');
    t.equal(rows.length, 31, name);
    t.match(
      rows.find(({ record_key }) => record_key === 'KWIKPROBE4'),
      {
        gokwik_oid: 'KWIKPROBE4',
        order_status: 'Confirmed',
        total: 104.5,
        phone: '9876543214',
        email: 'buyer4@example.com',
        created_at: orders[4]?.createdOn,
      },
    );
  }
});

t.test(
  'pages that the request has no word for: a guess that page 2 proves, or that fails aloud',
  async (t) => {
    const page = (at: number) => orders.slice(0, 30).slice((at - 1) * 10, at * 10);
    const knows = await serveLists(t, {
      '/v1/order/list': (query) => [
        200,
        { data: page(Number(query.get('pageNo') ?? 1)), meta: { totalPages: 3, pageNo: 1 } },
      ],
    });
    const { out } = await runSource([
      'probe',
      '--config',
      write(config(knows.url, { streams: { orders: { query: {} } } })),
      '--stream',
      'orders',
      '--json',
    ]);
    const found = JSON.parse(out);
    t.match(found.streams[0].paging, {
      page_2: 'page 2 gave 10 other rows',
      suggests: { kind: 'page', total: 'meta.totalPages' },
    });
    t.equal(found.streams[0].questions.join().match(/Which parameter/), null, 'proven');
    t.equal((await readRows(config(knows.url, found.api_profile), 'orders')).length, 30);

    const silent = await serveLists(t, { '/v1/order/list': () => [200, { data: page(1) }] });
    const told = await runSource([
      'probe',
      '--config',
      write(config(silent.url, { streams: { orders: { query: {} } } })),
      '--stream',
      'orders',
      '--json',
    ]);
    const doubt = JSON.parse(told.out);
    t.match(doubt.streams[0].questions.join('\n'), /Which parameter asks for the next page\?/);
    t.match(doubt.streams[0].paging.page_2, /the same page came twice/);
    await t.rejects(
      readRows(config(silent.url, doubt.api_profile), 'orders'),
      /the same page came twice/,
    );
  },
);

t.test('an endpoint that refuses what was only assumed is asked without it', async (t) => {
  const { url, asked } = await serveLists(t, {
    '/v1/order/list': (query) =>
      query.size > 0
        ? [400, { message: 'unknown parameter' }]
        : [200, { data: orders.slice(0, 7) }],
  });
  const { out } = await runSource([
    'probe',
    '--config',
    write(config(url)),
    '--stream',
    'orders',
    '--json',
  ]);
  const { streams, api_profile: profile } = JSON.parse(out);
  t.match(streams[0], { rows: { count: 7 }, asked: { requests: 2, status: 200 } });
  t.same(asked, ['GET /v1/order/list', 'GET /v1/order/list']);
  t.equal((await readRows(config(url, profile), 'orders')).length, 7);
});

t.test(
  'it only reads: at most two requests a stream, one login, and a refusal is a finding',
  async (t) => {
    const { url, asked } = await serveLists(t, {
      '/login': () => [200, { token: 'tok-5512' }],
      '/a': () => [401, { message: 'Token expired for buyer9@example.com 9876543210' }],
      '/b': () => [401, { message: 'Token expired' }],
    });
    const host = {
      url,
      auth: {
        headers: { authorization: 'Bearer {token}' },
        login: { path: '/login', json: { id: '{app_id}' }, token: 'token' },
      },
    };
    const streams = { orders: { host: 'own', path: '/a' }, payments: { host: 'own', path: '/b' } };
    const { code, out, complaints } = await runSource([
      'probe',
      '--config',
      write(config(url, { hosts: { own: host }, streams })),
    ]);
    t.equal(code, 0);
    t.same(complaints, []);
    const lists = asked.filter((one) => one !== 'POST /login');
    t.equal(asked.length - lists.length, 1, 'one login');
    t.ok(lists.every((one) => one.startsWith('GET ')));
    for (const one of new Set(lists)) t.ok(lists.filter((other) => other === one).length <= 2, one);
    t.match(out, /refused the credentials/);
    t.equal(out.match(/9876543210|buyer9|tok-5512|secret-77ab/), null);
  },
);

t.test('a credential in the link is neither printed nor suggested', async (t) => {
  const { url } = await serveLists(t, { '/list': () => [200, { data: orders }] });
  const given = config(url, {
    streams: { orders: { path: '/list?api_key=k-998877&page=1&limit=50' } },
  });
  const { out } = await runSource(['probe', '--config', write(given), '--stream', 'orders']);
  t.equal(out.match(/k-998877/), null);
  t.match(out, /"api_key": "\{api_key\}"/);
  t.match(out, /secrets` of the config: api_key/);
});

t.test('for people: short lines, then the profile, then what to do', async (t) => {
  const { url } = await serveLists(t, {
    '/v1/order/list': (query) => [200, { data: ordersIn(query) }],
  });
  const { out, code } = await runSource([
    'probe',
    '--config',
    write(config(url)),
    '--stream',
    'orders',
  ]);
  t.equal(code, 0);
  t.ok(out.split('\n').every((line) => line.length <= 130));
  const [facts = '', rest = ''] = out.split('api_profile to paste into the config:');
  t.match(facts, /^orders\n {2}asked {6}GET http/);
  t.match(rest, /What to do next:\n- /);
  const { api_profile: profile } = JSON.parse(rest.slice(0, rest.indexOf('What to do next')));
  t.equal((await readRows(config(url, profile), 'orders')).length, 31, 'as it stands');
});

t.test('a sample needs no config and no network', async (t) => {
  const sample = { success: true, data: { orders, page: 1, limit: 31, total_pages: 4 } };
  const path = write(sample);
  const { code, out } = await runSource([
    'probe',
    '--sample',
    path,
    '--stream',
    'orders',
    '--json',
  ]);
  t.equal(code, 0);
  t.equal(out.match(/98765|KWIKPROBE|buyer|note \d/), null, 'no value');
  const { streams, api_profile: profile } = JSON.parse(out);
  t.match(streams[0], {
    rows: { path: 'data.orders', count: 31 },
    questions: [/How was the sample asked for\?/],
  });

  // The merchant adds the path, and the same list comes page by page.
  const all = Array.from({ length: 95 }, (_, index) => order(index));
  const { url } = await serveLists(t, {
    '/kwik/orders': (query) => {
      const at = Number(query.get('page') ?? 1);
      return [
        200,
        {
          success: true,
          data: { orders: all.slice((at - 1) * 30, at * 30), page: at, limit: 30, total_pages: 4 },
        },
      ];
    },
  });
  profile.streams.orders.path = '/kwik/orders';
  const rows = await readRows(config(url, profile), 'orders');
  t.equal(rows.length, 95);
  t.same(
    new Set(rows.map(({ record_key }) => record_key)),
    new Set(all.map(({ gk_order_id }) => gk_order_id)),
  );
});

t.test('what cannot be looked at ends with one sentence on stderr and code 1', async (t) => {
  const cases: [argv: string[], says: RegExp][] = [
    [['probe'], /needs --config FILE, --sample FILE or --file FILE/],
    [['probe', '--config', join(folder, 'none.json')], /was not found/],
    [['probe', '--sample', write([])], /--stream NAME/],
    [['probe', '--config', write({})], /`base_url` is missing/],
    [
      ['probe', '--config', write(config('http://127.0.0.1:1')), '--stream', 'oders'],
      /did you mean orders\?/,
    ],
    [['probe', '--sample', write([]), '--stream', 'order_items'], /Probe orders/],
  ];
  for (const [argv, says] of cases) {
    const { code, out, complaints } = await runSource(argv);
    t.same([code, out, complaints.length], [1, '', 1], argv.join(' '));
    t.match(complaints[0], says);
  }
});

t.test(
  'a full page that nothing vouches for is asked about, and no sync takes it for all',
  async (t) => {
    const { url } = await serveLists(t, {
      '/v1/order/list': () => [200, { data: orders.slice(0, 30) }],
    });
    const given = config(url);
    const { out } = await runSource([
      'probe',
      '--config',
      write(given),
      '--stream',
      'orders',
      '--json',
    ]);
    const { streams, api_profile: profile } = JSON.parse(out);
    t.match(streams[0].questions.join('\n'), /Is this the whole list\? 30 rows came/);
    await t.rejects(
      readRows({ ...given, api_profile: profile }, 'orders'),
      /rows would be missing/,
    );
  },
);

t.test('a stream of one’s own, and one that is asked about by rows of another', async (t) => {
  const refund = (query: URLSearchParams) => ({
    refundId: `rf-${query.get('platformOrderId')}`,
    refundAmount: 10.5,
    createdOn: new Date(NOW).toISOString(),
  });
  const { url, asked } = await serveLists(t, {
    '/v1/order/list': () => [
      200,
      {
        data: orders.map((one, index) => ({
          ...one,
          shopify_order_id: 7000 + index,
          payment_mode: 'upi',
        })),
      },
    ],
    '/v1/payments/refunds': (query) => [
      200,
      { refunds: [refund(query), { ...refund(query), refundId: 'rf-2' }] },
    ],
    '/tickets': () => [
      200,
      {
        tickets: orders.map((one, index) => ({
          ticket: `t-${index}`,
          raisedOn: one.createdOn,
          open: index % 2 === 0,
        })),
      },
    ],
  });
  const given = config(url, { streams: { tickets: { path: '/tickets' } } });
  const refunds = JSON.parse(
    (await runSource(['probe', '--config', write(given), '--stream', 'refunds', '--json'])).out,
  );
  t.match(refunds.streams[1], { stream: 'refunds', rows: { path: 'refunds', count: 2 } });
  t.match(asked.join(), /GET \/v1\/order\/list.*GET \/v1\/payments\/refunds/);
  const { out } = await runSource([
    'probe',
    '--config',
    write(given),
    '--stream',
    'tickets',
    '--json',
  ]);
  const { api_profile: profile } = JSON.parse(out);
  t.match(profile.streams.tickets, {
    records: ['tickets'],
    key: ['ticket'],
    cursor: ['raisedOn'],
    columns: { ticket: 'string', raisedOn: 'date-time', open: 'boolean' },
  });
  t.equal((await readRows({ ...given, api_profile: profile }, 'tickets')).length, 31);
});

t.test('of one row the names tell the key', async (t) => {
  const path = write({ data: { code: 200, orders: [order(4)] } });
  const { out } = await runSource(['probe', '--sample', path, '--stream', 'orders', '--json']);
  const { streams } = JSON.parse(out);
  t.same(streams[0].keys, ['gk_order_id']);
  t.equal(streams[0].questions.join().match(/tells rows apart/), null);
});

t.test('a sample without rows says what it is', async (t) => {
  for (const [body, said] of [
    [{ success: false, message: '98765' }, /It is an answer that failed: `success` is false\./],
    [{ data: [] }, /The list at data is empty, so nothing can be said about its rows\./],
    [['a', 'b'], /no list of objects: it is a list of something else\./],
    [{ headers: ['98765'], rows: [['98765']] }, /no list of objects: it has headers, rows\./],
  ] as const) {
    const { code, out } = await runSource([
      ...['probe', '--sample', write(body)],
      ...['--stream', 'orders'],
    ]);
    t.equal(code, 0);
    t.match(out.replace(/\s+/g, ' '), said);
    t.notMatch(out, /98765/, 'no value');
  }
});
