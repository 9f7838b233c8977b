import t from 'tap';
import { defaultHosts, type Host } from '../../../src/gokwik/hosts.ts';
import { judgeAnswer } from '../../../src/gokwik/lists/envelope.ts';
import { bodyStatus } from '../../../src/gokwik/lists/failure.ts';
import { STREAMS } from '../../../src/gokwik/streams/index.ts';
import type { Declaration, Job, StreamProfile } from '../../../src/gokwik/streams/stream.ts';

const HEADERS = { 'x-request-id': 'req-77' };

const BASE_URL = 'https://api.gokwik.co';
const HOSTS = defaultHosts(BASE_URL, false);

function judge(name: string, body: unknown, status = 200, changes: Partial<StreamProfile> = {}) {
  const profile = { ...(STREAMS[name] as Declaration).profile, ...changes };
  const host = HOSTS[profile.host] as Host;
  const asked = { stream: name, profile, host, baseUrl: BASE_URL, quotes: true };
  return judgeAnswer(asked, { status, headers: HEADERS, body }, 0);
}

t.test('a success is one only when HTTP and the envelope agree', async (t) => {
  for (const body of [
    { statusCode: 200, data: [] },
    { statusCode: 201, data: [] },
    { statusCode: '200', data: [] },
    { data: [] },
    { success: true, status_code: 200, data: [] },
  ]) {
    t.equal(judge('orders', body), undefined, JSON.stringify(body));
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
    const outcome = judge('orders', body);
    t.match(outcome, { kind, error: { code, stream: 'orders' } }, JSON.stringify(body));
  }
});

t.test('an in-body 500 may be permanent: it is tried a few times only', async (t) => {
  t.match(judge('orders', { statusCode: 500 }), { maxAttempts: 3 });
});

t.test('HTTP decides about its own failures, but not who was refused', async (t) => {
  t.equal(judge('orders', { statusCode: 500 }, 502), undefined);
  t.match(judge('orders', { message: 'no' }, 401), { error: { code: 'GK_CREDENTIALS' } });
  t.match(judge('returns', {}, 401), { error: { code: 'GK_RETURN_PRIME_TOKEN' } });
});

t.test('a status that means "none" here is no failure', async (t) => {
  const answers = [{ when: { statusCode: 404 }, means: 'empty' as const }];
  t.same(judge('refunds', { statusCode: 404 }, 200, { answers }), { kind: 'ok' });
});

t.test('the server’s words are quoted, the body never whole', async (t) => {
  const outcome = judge('orders', {
    statusCode: 400,
    statusMessage: `first\nsecond ${'x'.repeat(1000)}`,
    data: { phone: '9876543210' },
  });
  t.equal(outcome?.kind, 'fail');
  const { message = '', detail = '' } = outcome?.kind === 'fail' ? outcome.error : {};
  t.match(message, /“first second x+”/, 'where they are cut is known to what prints them');
  t.notMatch(message + detail, /9876543210/);
});

t.test('a status stands in many places', async (t) => {
  for (const body of [
    { httpStatus: 503 },
    { http_status_code: '503' },
    { status: { code: 503, message: 'no' } },
    { meta: { code: '503' } },
    { response: { status: 503 } },
    { error: { reference: { statusCode: 503 } } },
  ])
    t.equal(bodyStatus(body), 503, JSON.stringify(body));
  for (const body of [{ code: 200 }, { meta: { code: 0 } }, { data: { status: 500 } }, [503], null])
    t.equal(bodyStatus(body), undefined, JSON.stringify(body));
});

t.test('only a whole status of HTTP counts as one', async (t) => {
  for (const statusCode of [0, 99, 600, 200.5, 'ok', null, {}]) {
    t.equal(bodyStatus({ statusCode }), undefined, String(statusCode));
  }
});

t.test('a failure says what a ticket needs', async (t) => {
  const outcome = judge('orders', { statusCode: 500, statusMessage: 'no', data: {} });
  t.match(outcome, {
    error: {
      stream: 'orders',
      detail: 'GET api.gokwik.co/v1/order/list: HTTP 200, in-body 500; request id req-77',
    },
  });
});

t.test('words of failure beside an empty list are a failure', async (t) => {
  const failures = [
    { status: false, data: [] },
    { status: 'error', data: [] },
    { isSuccess: 'false', data: [] },
    { code: 400, message: 'no', data: [] },
    { error: { message: 'denied' }, data: [] },
    { errors: ['denied'], data: [] },
    { error_msg: 'denied', data: null },
    { ok: false },
    { success: 0, data: [] },
    { Success: 'False', data: [] },
    { status: 0, message: 'no access', data: [] },
    { Status: 'Failure', data: [] },
    { responseCode: 'FAILURE', data: [] },
    { response: { status: 'error' }, data: [] },
    { meta: { result_status: 'Denied' }, data: [] },
    { errorDescription: 'not allowed', data: [] },
    { err: 'denied', data: [] },
    { isError: true, data: [] },
    { hasErrors: 'true', data: [] },
    { data: { error: 'denied', orders: [] } },
    { message: 'Unauthorized', data: [] },
    { msg: 'Session has expired', data: [] },
    { message: 'Internal Server Error', data: [] },
    { statusMessage: 'Under maintenance, try again later', data: [] },
    { meta: { message: 'Unable to reach the store' }, data: [] },
    { message: 'You are not logged in', data: [] },
    { message: 'Wrong API key', data: [] },
    { meta: { success: false }, data: [] },
    { data: [], head: { status: 'F' } },
    { ReturnMessage: 'Invalid token', data: [] },
    { rmk: 'Something went wrong', data: [] },
    { message: 'Date range should not exceed 7 days', data: [] },
    { message: 'from_date is required', data: [] },
    { message: 'Range exceeds 7 days', data: [] },
  ];
  for (const body of failures) t.match(judge('orders', body)?.kind, 'fail', JSON.stringify(body));
  const good = [
    { status: true, data: [], error: null, errors: [], error_msg: '' },
    { data: [], error: { code: 0, message: '' }, errors: { count: 0, items: [] } },
    { data: [{ id: 1 }], error: { code: '200', message: 'Success' }, errorCode: 200 },
    { status: 'success', data: [], error: '' },
    { status: 'error', data: [{ id: 1 }] },
    { code: 0, data: [] },
    { code: 'OK', data: [] },
    { status: 0, data: [{ id: 1 }] },
    { status: 1, responseCode: 'SUCCESS', response: { status: 'ok' }, data: [] },
    { data: [], meta: { state: 'open', error_count: 0 } },
    { data: { status: 'failed', orders: [] } },
    { message: 'No orders found', data: [] },
    { message: 'Could not find orders of these days', data: [] },
    { message: 'Internal Server Error', data: [{ id: 1 }] },
    { hasError: false, isError: 0, err: null, data: [] },
    { data: { success: 0, failed: 3, orders: [] } },
    { message: 'Orders fetched successfully', data: [] },
    { error: 'none', errors: [], data: [{ id: 1 }], warnings: ['old version'] },
  ];
  for (const body of good) t.equal(judge('orders', body), undefined, JSON.stringify(body));
});

t.test('a failure that seems to say that there are no rows tells how to say so', async (t) => {
  for (const [body, status] of [
    [{ success: false, message: 'No records found', data: [] }, 200],
    [{ message: 'No orders found' }, 404],
    [{ status: 'fail', msg: 'Data not available' }, 200],
    [{ message: 'Orders cannot be shown before noon', data: [] }, 200],
  ] as const) {
    const outcome = judge('orders', body, status);
    const message = outcome?.kind === 'fail' ? outcome.error.message : '';
    const [, rules = ''] = /"answers": (\[.*\])\.$/.exec(message) ?? [];
    t.same(judge('orders', body, status, { answers: JSON.parse(rules) }), { kind: 'ok' }, message);
  }
  t.equal(judge('orders', { message: 'page missing' }, 404), undefined);
});

t.test('such advice repeats neither ids nor secrets nor names', async (t) => {
  const rows = { data: [{ gokwik_oid: 'KWIK1' }] };
  for (const [body, status] of [
    [{ message: 'No orders of Zubeida found' }, 404],
    [{ message: 'Invalid request: S3cretValue was given', data: [] }, 200],
    [{ message: 'S3cretValue is an invalid request', data: [] }, 200],
    [{ ...rows, errors: [{ message: 'Skipped row of S3cretValue' }] }, 200],
  ] as const) {
    const outcome = judge('orders', body, status);
    const message = outcome && 'error' in outcome ? (outcome.error?.message ?? '') : '';
    const [, advice = ''] = /api_profile: (.*)/.exec(message) ?? [];
    t.notMatch(advice, /zubeida|s3cret/i, JSON.stringify(body));
  }
});

t.test('words of failure on the way to the rows count, however deep', async (t) => {
  const body = (said: object) => ({ head: {}, body: { resultInfo: said, list: { orders: [] } } });
  const records = ['body.list.orders'];
  for (const said of [
    { resultStatus: 'F' },
    { resultMsg: 'Invalid signature' },
    { success: false },
  ])
    t.match(judge('orders', body(said), 200, { records }), { kind: 'fail' }, JSON.stringify(said));
  t.equal(
    judge('orders', body({ resultStatus: 'S', resultMsg: 'Success' }), 200, { records }),
    undefined,
  );
});

t.test('an answer of several parts is whole where all of them are', async (t) => {
  const data = [{ id: 1, code: 450 }];
  const parts = (...statuses: number[]) => ({
    data,
    parts: statuses.map((status) => ({ status })),
  });
  t.match(judge('orders', parts(200, 500), 207), { error: { message: /`parts` beside them/ } });
  t.equal(judge('orders', parts(200, 200), 207), undefined);
  t.equal(judge('orders', parts(200, 500), 200), undefined, 'of something else, perhaps');
});

t.test('an answer that is still being made is asked for again', async (t) => {
  const later = { kind: 'retry', error: { code: 'GK_ANSWER_RETRY' } };
  const data = [{ id: 1 }];
  t.match(judge('orders', { data: [] }, 202), later);
  t.match(judge('orders', [], 202), later);
  t.equal(judge('orders', { data }, 202), undefined, 'with rows');
  for (const status of ['processing', 'In progress', 'QUEUED', 'in_process'])
    t.match(judge('orders', { status, data: [] }), later, status);
  for (const status of ['processed', 'pending', 'success', 'complete'])
    t.equal(judge('orders', { status, data: [] }), undefined, status);
  t.equal(judge('refunds', { status: 'processing', data: [] }), undefined, 'of one order');
  t.equal(judge('orders', { id: 7 }, 202, { job: {} as Job }), undefined, 'a report');
  t.equal(judge('orders', { note: 'processing', data: [] }), undefined, 'of something else');
  t.equal(judge('orders', { status: 'processing', data }), undefined, 'of what was filtered by');
});

t.test('errors beside rows are those of rows that are missing', async (t) => {
  const rows = [{ id: 1 }];
  for (const body of [
    { data: rows, errors: [{ message: 'Timeout on shard 2', path: ['orders'] }] },
    { data: rows, errors: ['Store 2 could not be read'] },
    { data: rows, meta: { error: { message: 'One store did not answer' } } },
  ]) {
    const outcome = judge('orders', body);
    t.match(outcome, { kind: 'retry', error: { code: 'GK_IN_BODY_PARTIAL' }, maxAttempts: 3 });
    const message = outcome?.kind === 'retry' ? outcome.error.message : '';
    const [, rules = ''] = /"answers": (\[.*\])\.$/.exec(message) ?? [];
    t.same(judge('orders', body, 200, { answers: JSON.parse(rules) }), { kind: 'ok' }, message);
  }
});

t.test('credentials that are refused in words are refused', async (t) => {
  for (const body of [
    { status: false, message: 'Token expired' },
    { success: false, error: 'Invalid API key' },
    { message: 'Unauthorized', data: [] },
    { error: { message: 'You are not logged in' } },
  ])
    t.match(judge('orders', body), {
      kind: 'fail',
      error: { code: 'GK_CREDENTIALS', message: /at https:\/\/api\.gokwik\.co \(“/ },
    });
  t.match(judge('orders', { status: false, message: 'Wrong merchant' }), {
    error: { code: 'GK_IN_BODY_FAILURE' },
  });
});

t.test('rate limits in other clothes are waited for', async (t) => {
  for (const [status, body] of [
    [400, { message: 'Too Many Attempts.' }],
    [403, { error: 'Request was throttled' }],
    [200, { success: false, message: 'Rate limit exceeded' }],
    [200, { status_code: 429 }],
    [400, { message: 'Concurrent request limit reached' }],
    [420, {}],
    [430, {}],
  ] as const) {
    t.equal(judge('orders', body, status)?.kind, 'rate_limited', JSON.stringify(body));
  }
  t.equal(judge('orders', {}, 429), undefined, 'HTTP says it itself');
});

t.test('rules of the profile come first, and the first match wins', async (t) => {
  const answers = [
    {
      when: { '@status': 403, message: '~throttl' },
      means: 'wait' as const,
      after: '@header.x-wait',
    },
    { when: { '@status': [403, 418] }, means: 'retry' as const },
    { when: { code: ['E1', 7] }, means: 'refused' as const },
    { when: { code: 'E2' }, means: 'fail' as const },
    { when: { message: '~no rows' }, means: 'empty' as const },
  ];
  const of = (body: object, status = 200) => judge('orders', body, status, { answers });
  const limited = judgeAnswer(
    {
      stream: 'orders',
      profile: { ...(STREAMS.orders as Declaration).profile, answers },
      host: HOSTS.merchant as Host,
      baseUrl: BASE_URL,
      quotes: true,
    },
    { status: 403, headers: { 'x-wait': '7' }, body: { message: 'Throttled' } },
    0,
  );
  t.match(limited, { kind: 'rate_limited', waitMs: 7000 });
  t.equal(of({}, 403)?.kind, 'retry');
  t.match(of({ code: '7' }), { kind: 'fail', error: { code: 'GK_CREDENTIALS' } });
  t.match(of({ code: 'E2' }), { kind: 'fail', error: { code: 'GK_ANSWER_FAILED' } });
  t.same(of({ message: 'There are no rows' }, 404), { kind: 'ok' });
});
