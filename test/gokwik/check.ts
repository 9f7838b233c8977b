import nock from 'nock';
import t, { type Test } from 'tap';
import { openSource } from '../../src/gokwik/open.ts';
import { STREAMS } from '../../src/gokwik/streams/index.ts';
import { serve } from '../http/helpers/server.ts';

type Bodies = Readonly<Record<string, unknown>>;

/** Checks against a server that gives these bodies by path, and `rest` for every other. */
async function check(t: Test, bodies: Bodies, rest: unknown, config: object = {}) {
  const asked: URL[] = [];
  const methods = new Set<string | undefined>();
  const { url } = await serve(t, (request, response) => {
    const target = new URL(request.url ?? '/', 'http://server');
    asked.push(target);
    methods.add(request.method);
    response.end(JSON.stringify(bodies[target.pathname] ?? rest));
  });
  const lines: string[] = [];
  const note = (line: string): void => void lines.push(line);
  const source = await openSource(
    {
      base_url: url,
      app_id: 'app',
      app_secret: 'secret',
      start_date: '2026-10-01',
      requests_per_second: 1000,
      concurrency: 4,
      lookback_days: 30,
      window_days: 7,
      pii_mode: 'plain',
      ...config,
    },
    {
      log: { info: note, warn: note, debug() {} },
      now: Date.now,
      random: () => 0,
      userAgent: 'test',
      env: { SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL: 'true' },
      hide() {},
    },
  );
  t.teardown(source.close);
  const result = await source.check(new AbortController().signal).then(
    (message) => ({ ok: true, message }),
    (error: unknown) => ({ ok: false, error }),
  );
  return { result, asked, methods, lines };
}

const NONE = { statusCode: 200, data: [] };
const DEAD = { statusCode: 500, statusMessage: 'Unable to get order details', data: {} };

t.test('one endpoint that answers is a connection; the others are named', async (t) => {
  const { result, methods, lines, asked } = await check(t, { '/v1/payment/list': NONE }, DEAD);
  t.same(result, { ok: true, message: 'Connection successful' });
  t.same([...methods], ['GET']);
  t.match(lines.join('\n'), /payments: the endpoint answers, with no rows/);
  t.match(lines.join('\n'), /orders: no data\. Stream orders: GoKwik answered with error 500/);
  t.match(lines.join('\n'), /refunds: the endpoint was not asked/);
  t.ok(
    asked.every(({ searchParams }) => ['100', null].includes(searchParams.get('limit'))),
    'as read will ask',
  );
});

t.test('a report is asked for, and has a number where the profile says', async (t) => {
  const job = {
    create: { path: '/reports', json: { from: '{from}' } },
    id: 'report.id',
    poll: { path: '/reports/{job}' },
    done: { status: 'done' },
    file: 'url',
  };
  const mine = { job, format: 'csv', key: ['id'], time: { query: 'iso' } };
  const api_profile = { streams: { mine } };
  const good = await check(t, { '/reports': { report: { id: 7 } } }, DEAD, { api_profile });
  t.match(good.lines.join('\n'), /mine: the endpoint answers/);
  const odd = await check(t, { '/reports': { id: 7 } }, NONE, { api_profile });
  t.match(odd.lines.join('\n'), /mine: no data\. .*no id at report\.id/);
});

t.test('fields that are taken from where no row has anything are told', async (t) => {
  const order = { id: 'KWIK1', amount: 5, updated_at: '2026-11-01T00:00:00Z' };
  const fields = { gokwik_oid: 'id', total: ['amt', 'amount'], order_status: 'state.name' };
  const { result, lines } = await check(t, { '/v1/order/list': { data: [order] } }, NONE, {
    api_profile: { streams: { orders: { fields: { ...fields, total: { from: fields.total } } } } },
  });
  t.match(result, { ok: true });
  const told = lines.filter((line) => line.includes('`fields`'));
  t.match(told, [
    /orders: `fields` takes order_status from state\.name, which none of the 1 rows has/,
  ]);
  t.equal(told.length, 1);
});

t.test('with an end date, its last day is asked about', async (t) => {
  const { asked } = await check(t, {}, NONE, { end_date: '2026-10-05' });
  const orders = asked.find(({ pathname }) => pathname === '/v1/order/list');
  t.equal(orders?.searchParams.get('updated_after'), '2026-10-04T18:25:00Z');
  t.equal(orders?.searchParams.get('updated_before'), '2026-10-05T18:30:00Z');
});

t.test('refunds are asked about an order that there is', async (t) => {
  const order = { gokwik_oid: 'KWIK1', platform_order_id: 77, updated_at: '2026-11-01T00:00:00Z' };
  const { asked } = await check(t, { '/v1/order/list': { statusCode: 200, data: [order] } }, NONE);
  const refunds = asked.filter(({ pathname }) => pathname === '/v1/payments/refunds');
  t.same(
    refunds.map(({ searchParams }) => searchParams.get('platformOrderId')),
    ['77'],
  );
});

t.test(
  'credentials that no endpoint takes fail the check; one closed endpoint is named',
  async (t) => {
    const refused = { statusCode: 401, statusMessage: 'Unauthorized', data: {} };
    const all = await check(t, {}, refused);
    t.match(all.result, { ok: false, error: { code: 'GK_CREDENTIALS' } });
    const one = await check(t, { '/v1/order/list': refused }, NONE);
    t.same(one.result, { ok: true, message: 'Connection successful' });
    t.match(one.lines.join('\n'), /orders: this endpoint refused credentials that others accepted/);
    const foreign = { statusCode: 400, statusMessage: 'Merchant not registered!', data: {} };
    const both = await check(t, { '/v1/order/list': refused, '/v1/payment/list': foreign }, NONE);
    t.match(both.result, { ok: false, error: { code: 'GK_MERCHANT_NOT_REGISTERED' } });
  },
);

t.test('what all endpoints say is said once', async (t) => {
  const refused = { statusCode: 401, statusMessage: 'Unauthorized', data: {} };
  const { lines } = await check(t, {}, refused);
  const [line = '', ...others] = lines.filter((text) => text.includes('GoKwik refused'));
  t.match(line, /^orders, checkouts, .*: no data\. GoKwik refused the App ID.*\[GK_CREDENTIALS\]$/);
  // It has another host, which the words name.
  t.match(others, [/^shipments: no data\. GoKwik refused .*kwikship/]);
  t.equal(others.length, 1);
});

t.test('a server that answers and gives nothing: the paths are to be asked for', async (t) => {
  const { result } = await check(t, {}, DEAD);
  t.match(result, {
    ok: false,
    error: {
      code: 'GK_IN_BODY_5XX',
      message: /no endpoint gave data \(orders, .*api_profile/,
      detail: /^GET 127\.0\.0\.1:\d+\/v1\/order\/list: HTTP 200, in-body 500/,
    },
  });
});

t.test('a token that has nowhere to go is told', async (t) => {
  // Beyond a proxy on the internet, Return Prime's token goes to Return Prime alone.
  const base_url = 'https://proxy.example.com';
  nock(base_url).persist().get(/./).reply(200, NONE);
  t.teardown(() => nock.cleanAll());
  const told = async (config: object): Promise<boolean> =>
    (await check(t, {}, NONE, { base_url, ...config })).lines.some((line) =>
      /^returns: nothing will be read, since it needs `api_profile.hosts.returnprime`/.test(line),
    );
  t.ok(await told({ return_prime_token: 'rp-token' }));
  t.notOk(await told({}), 'no token, no news');
  const hosts = { returnprime: { url: 'https://admin.returnprime.com' } };
  nock(hosts.returnprime.url)
    .persist()
    .get(/./)
    .reply(200, { data: { list: [] } });
  t.notOk(await told({ return_prime_token: 'rp-token', api_profile: { hosts } }));
});

t.test('no stream at all is said so', async (t) => {
  const lists = Object.entries(STREAMS).filter(([, { childOf }]) => childOf === undefined);
  const streams = Object.fromEntries(lists.map(([name]) => [name, { enabled: false }]));
  const api_profile = JSON.stringify({ streams });
  await t.rejects(check(t, {}, NONE, { api_profile }), { code: 'GK_NOTHING_TO_READ' });
});

t.test('a store that does not answer well is told soon, and once', async (t) => {
  let asked = 0;
  const { url } = await serve(t, (_, response) => {
    asked += 1;
    response.writeHead(503).end();
  });
  const keys = { access_key_id: 'AKIAEXAMPLE', secret_access_key: 'made-up-key' };
  const { result } = await check(t, {}, NONE, {
    files: ['orders', 'carts'].map((name) => ({ location: `s3://exports/${name}/*.csv` })),
    file_stores: [{ type: 's3', name: 'aws', endpoint: url, ...keys }],
  });
  const [, ...told] = String('error' in result && result.error).split('s3://exports');
  t.equal(told.length, 1);
  // `read` has more patience.
  t.equal(asked, 4);
});
