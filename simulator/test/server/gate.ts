import t from 'tap';
import { startSimulator } from '../../src/index.ts';
import { createLimit } from '../../src/server/gate.ts';
import {
  DAY_MS,
  get,
  getBody,
  headersOf,
  indiaDate,
  NOW_MS,
  start,
  windowOf,
} from '../helpers/client.ts';

const ORDERS = '/v1/order/list';
const SHIPMENTS = '/kwikship/api/v1/shipments';
const REFUNDS = '/v1/payments/refunds';

t.test('a missing header is HTTP 403, and says which', async (t) => {
  const simulator = await start(t);
  const { appId } = simulator.credentials;
  const ask = (path: string, headers: Record<string, string>) =>
    get(simulator, path, {}, { headers });
  const noSecret = await ask(ORDERS, { appid: appId });
  t.equal(noSecret.status, 403);
  t.match(await noSecret.json(), { statusMessage: 'Missing required header: appsecret' });
  const none = await ask(ORDERS, {});
  t.match(await none.json(), { statusMessage: 'Missing required header: appid' });
  const gkx = await ask(REFUNDS, { 'gk-app-id': appId });
  t.equal(gkx.status, 403);
  t.match(await gkx.json(), {
    success: false,
    error: { reference: { statusCode: 403, message: 'Missing required header: gk-app-secret' } },
  });
  const returns = await ask('/return-exchange/v2', { 'x-rp-token': 'nonsense' });
  t.equal(returns.status, 401);
});

t.test('a wrong secret: in the body, or by HTTP', async (t) => {
  const options = [
    ['in_body', 200],
    ['http', 401],
  ] as const;
  for (const [wrongSecret, status] of options) {
    const simulator = await start(t, { wrongSecret });
    const headers = { ...headersOf(simulator), appsecret: 'nonsense' };
    const response = await get(simulator, ORDERS, {}, { headers });
    t.equal(response.status, status);
    t.match(await response.json(), { statusCode: 401, statusMessage: 'Unauthorized', data: {} });
  }
});

t.test('a merchant exists in one environment only', async (t) => {
  const sandbox = await start(t, { environment: 'sandbox' });
  const production = await start(t, { environment: 'production' });
  const custom = await start(t);
  const known = async (simulator: typeof custom, path: string) => {
    const body = await getBody(simulator, path, { limit: '1' });
    return body.statusCode === 200 ? true : body.statusMessage;
  };
  const stranger = 'Merchant not registered!';
  t.equal(await known(sandbox, `/sandbox${ORDERS}`), true);
  t.equal(await known(sandbox, ORDERS), stranger);
  t.equal(await known(production, `/sandbox${ORDERS}`), stranger);
  t.equal(await known(production, `/production${ORDERS}`), true);
  t.equal(await known(production, ORDERS), true);
  t.equal(await known(custom, `/sandbox${ORDERS}`), true);
  const shipments = await get(production, `/sandbox${SHIPMENTS}`);
  t.match(await shipments.json(), { success: false, error: stranger });
  const { merchantId: mid } = custom.credentials;
  t.match(await getBody(custom, ORDERS, { mid }), { statusCode: 200 });
  t.match(await getBody(custom, ORDERS, { mid: 'someoneelse' }), { statusMessage: stranger });
});

t.test('orders down as the real endpoint was seen', async (t) => {
  const simulator = await start(t, { ordersEndpoint: 'in_body_500' });
  const response = await get(simulator, ORDERS);
  t.equal(response.status, 200);
  t.strictSame(await response.json(), {
    statusCode: 500,
    statusMessage: 'Unable to get order details, Please try agian!',
    data: {},
  });
  t.match(await getBody(simulator, '/v1/checkout/list'), { statusCode: 201 });
});

t.test('shipments take thirty days at most, both ends counted', async (t) => {
  const simulator = await start(t);
  const ask = (days: number) =>
    get(simulator, SHIPMENTS, windowOf('shipments', NOW_MS - (days - 1) * DAY_MS, NOW_MS));
  t.equal((await ask(30)).status, 200);
  const long = await ask(31);
  t.equal(long.status, 400);
  t.match(await long.json(), { success: false });
  t.equal((await get(simulator, SHIPMENTS)).status, 400, 'a range is needed');
});

t.test('what cannot be read is refused', async (t) => {
  const simulator = await start(t);
  const queries = [
    { updated_after: '2026-11-01' },
    { updated_before: '2026-11-01T00:00:00.000Z' },
    { cursor: 'nonsense' },
    { limit: 'all' },
  ];
  for (const query of queries) {
    t.match(await getBody(simulator, ORDERS, query), { statusCode: 400, data: {} });
  }
  t.match(await getBody(simulator, '/v1/settlement/list', { from: 'today' }), { statusCode: 400 });
  t.equal((await get(simulator, REFUNDS)).status, 400);
  const unknown = await get(simulator, REFUNDS, { platformOrderId: '123' });
  t.equal(unknown.status, 404);
  t.match(await unknown.json(), { success: false, error: { message: 'Order not found' } });
});

t.test('too many requests a second are told to wait', async (t) => {
  const simulator = await start(t, { ratePerSecond: 0.1 });
  t.equal((await get(simulator, ORDERS)).status, 200);
  const refused = await get(simulator, ORDERS);
  t.equal(refused.status, 429);
  t.match(refused.headers.get('retry-after'), /^([89]|10)$/);
  t.match(await refused.json(), { statusCode: 429, statusMessage: 'Too Many Requests' });
  t.equal(simulator.stats().tooMany, 1);
});

t.test('the limit: a second in store, filled as time goes by, one for each host', (t) => {
  let nowMs = 0;
  const wait = createLimit(4, () => nowMs);
  const ask = (times: number) => Array.from({ length: times }, () => wait('a'));
  t.strictSame(ask(6), [0, 0, 0, 0, 1, 1]);
  t.equal(wait('b'), 0);
  nowMs += 500;
  t.strictSame(ask(3), [0, 0, 1]);
  nowMs += 60_000;
  t.strictSame(ask(5), [0, 0, 0, 0, 1]);
  t.end();
});

t.test('every request is written down; what must not be done is a violation', async (t) => {
  const simulator = await start(t);
  const { appId } = simulator.credentials;
  await get(simulator, ORDERS, { limit: '5', colour: 'red' });
  const posted = await get(simulator, ORDERS, {}, { method: 'POST', body: '{}' });
  t.equal(posted.status, 405);
  t.equal((await get(simulator, '/v2/rto/predict')).status, 404);
  t.equal((await get(simulator, '/sandbox/v2/order/refund/initiate')).status, 404);
  t.equal((await get(simulator, '//v1/order/list')).status, 404);
  t.match(simulator.requests(), [
    {
      method: 'GET',
      path: ORDERS,
      query: { limit: '5', colour: 'red' },
      status: 200,
      stream: 'orders',
      appId,
      unknownParams: ['colour'],
    },
    { method: 'POST', status: 405, violation: 'method POST' },
    { status: 404, violation: 'forbidden path' },
    { status: 404, violation: 'forbidden path' },
    { status: 404, violation: 'unknown path' },
  ]);
  t.equal(simulator.requests()[0]?.violation, undefined);
  t.match(simulator.stats(), { requests: 5, byStream: { orders: 2 }, violations: 4, tooMany: 0 });
  simulator.resetRequests();
  t.equal(simulator.requests().length, 0);
});

t.test('the Date header is the simulated present, refusals included', async (t) => {
  const simulator = await start(t);
  const date = async (path: string) => (await get(simulator, path)).headers.get('date');
  t.equal(await date(ORDERS), new Date(NOW_MS).toUTCString());
  simulator.advance(3 * DAY_MS);
  t.equal(await date('/nowhere'), new Date(NOW_MS + 3 * DAY_MS).toUTCString());
  simulator.setNow(NOW_MS - DAY_MS);
  t.equal(await date(ORDERS), new Date(NOW_MS - DAY_MS).toUTCString());
});

t.test('without a moment given it follows the real clock', async (t) => {
  const simulator = await startSimulator({ latencyMs: 30 });
  t.teardown(() => simulator.close());
  const beforeMs = Date.now();
  const response = await get(simulator, ORDERS, { limit: '1' });
  t.ok(Date.now() - beforeMs >= 29, 'latency');
  const date = Date.parse(response.headers.get('date') ?? '');
  t.ok(Math.abs(date - beforeMs) < 5000);
  t.ok(Math.abs(simulator.nowMs() - Date.now()) < 1000);
  t.equal(indiaDate(simulator.startMs), indiaDate(beforeMs - 90 * DAY_MS));
});
