import t from 'tap';
import { bodyStatus, inspectEnvelope } from '../../src/gokwik/envelope.ts';
import { DEFAULT_PROFILE } from '../../src/gokwik/profile.ts';
import { readSettings } from '../../src/gokwik/settings.ts';
import type { StreamProfile } from '../../src/gokwik/streams/stream.ts';

const CONFIG = {
  base_url: 'https://api.gokwik.co',
  app_id: 'app',
  app_secret: 'secret',
  start_date: '2026-10-01',
};

const HEADERS = { 'x-request-id': 'req-77' };

async function judge(
  name: string,
  body: unknown,
  status = 200,
  changes: Partial<StreamProfile> = {},
) {
  const settings = await readSettings(CONFIG, {
    allowPrivate: false,
    nowMs: Date.UTC(2026, 10, 1),
  });
  const profile = { ...(DEFAULT_PROFILE.streams[name] as StreamProfile), ...changes };
  return inspectEnvelope(name, profile, settings)({ status, headers: HEADERS, body });
}

t.test('a success is one only when HTTP and the envelope agree', async (t) => {
  for (const body of [
    { statusCode: 200, data: [] },
    { statusCode: 201, data: [] },
    { statusCode: '200', data: [] },
    { data: [] },
    { success: true, status_code: 200, data: [] },
  ]) {
    t.same(await judge('orders', body), { kind: 'ok' }, JSON.stringify(body));
  }
});

t.test('a failure inside HTTP 200 is judged by its own code', async (t) => {
  const cases: [body: unknown, kind: string, code: string][] = [
    [
      {
        statusCode: 500,
        statusMessage: 'Unable to get order details, Please try agian!',
        data: {},
      },
      'retry',
      'GK_IN_BODY_5XX',
    ],
    [{ statusCode: 503, data: {} }, 'retry', 'GK_IN_BODY_5XX'],
    [{ statusCode: 408, data: {} }, 'retry', 'GK_IN_BODY_5XX'],
    [{ statusCode: 429, data: {} }, 'rate_limited', 'GK_RATE_LIMITED'],
    [{ statusCode: 401, data: {} }, 'fail', 'GK_CREDENTIALS'],
    [{ statusCode: 403, data: {} }, 'fail', 'GK_CREDENTIALS'],
    [{ statusCode: 404, data: {} }, 'fail', 'GK_IN_BODY_404'],
    [{ success: false, data: [] }, 'fail', 'GK_IN_BODY_FAILURE'],
    [
      { success: 'false', error: { message: 'no', reference: { statusCode: 502 } } },
      'retry',
      'GK_IN_BODY_5XX',
    ],
    [
      { statusCode: 500, statusMessage: 'Merchant not registered!' },
      'fail',
      'GK_MERCHANT_NOT_REGISTERED',
    ],
    [
      { statusCode: 200, statusMessage: 'merchant NOT registered' },
      'fail',
      'GK_MERCHANT_NOT_REGISTERED',
    ],
  ];
  for (const [body, kind, code] of cases) {
    const outcome = await judge('orders', body);
    t.match(outcome, { kind, error: { code, stream: 'orders' } }, JSON.stringify(body));
  }
});

t.test('an in-body 500 may be permanent: it is tried a few times only', async (t) => {
  t.match(await judge('orders', { statusCode: 500 }), { maxAttempts: 3 });
});

t.test('HTTP decides about its own failures, but not who was refused', async (t) => {
  t.same(await judge('orders', { statusCode: 500 }, 502), { kind: 'ok' });
  t.match(await judge('orders', { message: 'no' }, 401), { error: { code: 'GK_CREDENTIALS' } });
  t.match(await judge('returns', {}, 401), { error: { code: 'GK_RETURN_PRIME_TOKEN' } });
});

t.test('a status that means "none" here is no failure', async (t) => {
  t.same(await judge('refunds', { statusCode: 404 }, 200, { empty_status: [404] }), { kind: 'ok' });
});

t.test('the server’s words are quoted, cut; the body never whole', async (t) => {
  const outcome = await judge('orders', {
    statusCode: 400,
    statusMessage: `first\nsecond ${'x'.repeat(1000)}`,
    data: { phone: '9876543210' },
  });
  t.equal(outcome.kind, 'fail');
  const { message = '', detail = '' } = outcome.kind === 'fail' ? outcome.error : {};
  t.match(message, /first second x+/);
  t.ok(message.length < 600, `${message.length}`);
  t.notMatch(message + detail, /9876543210/);
});

t.test('only a whole status of HTTP counts as one', async (t) => {
  for (const statusCode of [0, 99, 600, 200.5, 'ok', null, {}]) {
    t.equal(bodyStatus({ statusCode }), undefined, String(statusCode));
  }
});

t.test('a failure says what a ticket needs', async (t) => {
  const outcome = await judge('orders', { statusCode: 500, statusMessage: 'no', data: {} });
  t.match(outcome, {
    error: {
      stream: 'orders',
      detail: 'GET api.gokwik.co/v1/order/list: HTTP 200, in-body 500; request id req-77',
    },
  });
});
