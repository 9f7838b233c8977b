import fc from 'fast-check';
import t, { type Test } from 'tap';
import { ConfigError, ConnectorError, SystemError, TransientError } from '../../src/cdk/errors.ts';
import {
  type Attempt,
  decide,
  type Failure,
  type FailureReason,
  type Outcome,
  type Reply,
} from '../../src/http/outcome.ts';

const nowMs = Date.UTC(2026, 10, 22, 10, 0, 0);
const facts: Attempt = {
  method: 'GET',
  stream: 'orders',
  endpoint: '/v1/order/list',
  host: 'api.example.com',
  attempt: 3,
};

const response = (status: number, headers = {}): Reply => ({
  kind: 'response',
  status,
  headers,
  body: { secret: 's3cret' },
  ms: 5,
});
const failure = (reason: FailureReason, more: Partial<Failure> = {}): Failure => ({
  kind: 'failure',
  reason,
  detail: 'GET api.example.com/v1/order/list: CODE',
  ms: 5,
  ...more,
});

/** kind, class, code and what the user is told to look at. */
type Expected = [kind: Outcome['kind'], errorClass?: unknown, code?: string, says?: RegExp];

function check(t: Test, outcome: Outcome, expected: Expected, name: string) {
  const [kind, errorClass, code, says = /./] = expected;
  t.equal(outcome.kind, kind, name);
  if (outcome.kind === 'ok') return;
  t.equal(outcome.error.constructor, errorClass, name);
  t.equal(outcome.error.code, code);
  t.match(outcome.error.message, says);
  t.match(outcome.error.message, /\.$/, 'a whole sentence');
  t.equal(outcome.error.stream, 'orders');
}

t.test('HTTP statuses', async (t) => {
  const table: Record<number, Expected> = {
    200: ['ok'],
    201: ['ok'],
    204: ['ok'],
    304: ['fail', SystemError, 'GK_HTTP_304'],
    400: ['fail', SystemError, 'GK_HTTP_400', /api_profile/],
    401: ['fail', ConfigError, 'GK_HTTP_401', /secret in the config.*base_url/],
    403: ['fail', ConfigError, 'GK_HTTP_403', /refused/],
    404: ['fail', SystemError, 'GK_HTTP_404', /\/v1\/order\/list .*path.*`api_profile`/],
    405: ['fail', SystemError, 'GK_HTTP_405', /api_profile/],
    407: ['retry', ConfigError, 'GK_PROXY', /HTTP_PROXY/],
    408: ['retry', TransientError, 'GK_HTTP_408', /again later/],
    410: ['fail', SystemError, 'GK_HTTP_410'],
    418: ['fail', SystemError, 'GK_HTTP_418'],
    422: ['fail', SystemError, 'GK_HTTP_422'],
    425: ['retry', TransientError, 'GK_HTTP_425'],
    429: ['rate_limited', TransientError, 'GK_HTTP_429', /requests_per_second/],
    500: ['retry', TransientError, 'GK_HTTP_500', /HTTP 500/],
    502: ['retry', TransientError, 'GK_HTTP_502'],
    503: ['retry', TransientError, 'GK_HTTP_503'],
    504: ['retry', TransientError, 'GK_HTTP_504'],
    522: ['retry', TransientError, 'GK_HTTP_522'],
    101: ['fail', SystemError, 'GK_HTTP_101'],
    999: ['fail', SystemError, 'GK_HTTP_999'],
  };
  for (const [status, expected] of Object.entries(table)) {
    check(t, decide(response(Number(status)), facts, nowMs), expected, status);
    if (expected[0] === 'ok') continue;
    // A status of failure is believed without a body to read.
    for (const reason of ['not_json', 'truncated', 'timeout', 'too_large'] as const) {
      const result = failure(reason, { status: Number(status), headers: {} });
      check(t, decide(result, facts, nowMs), expected, `${status} ${reason}`);
    }
  }
});

t.test('failures without a status, or with a good one', async (t) => {
  const table: Record<FailureReason, Expected> = {
    timeout: ['retry', TransientError, 'GK_TIMEOUT', /network/],
    reset: ['retry', TransientError, 'GK_RESET', /lost/],
    refused: ['retry', TransientError, 'GK_REFUSED', /api\.example\.com/],
    truncated: ['retry', TransientError, 'GK_TRUNCATED', /cut short/],
    empty: ['retry', TransientError, 'GK_EMPTY', /with nothing.*"answers": \[.*"empty"/],
    not_json: ['retry', TransientError, 'GK_NOT_JSON', /not JSON.*base_url/],
    other: ['retry', TransientError, 'GK_NETWORK'],
    aborted: ['retry', TransientError, 'GK_ABORTED'],
    dns: ['retry', ConfigError, 'GK_DNS', /api\.example\.com is not known/],
    tls: ['fail', ConfigError, 'GK_TLS', /certificate/],
    blocked: ['fail', ConfigError, 'GK_BLOCKED', /SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL=true/],
    too_large: ['fail', SystemError, 'GK_TOO_LARGE', /smaller page/],
    proxy: ['retry', ConfigError, 'GK_PROXY', /NO_PROXY/],
    redirect: ['fail', ConfigError, 'GK_REDIRECT', /to login\.example\.com;.*base_url/],
  };
  for (const [reason, expected] of Object.entries(table) as [FailureReason, Expected][]) {
    const more = reason === 'redirect' ? { redirectHost: 'login.example.com' } : {};
    check(t, decide(failure(reason, more), facts, nowMs), expected, reason);
    const begun = failure(reason, {
      ...more,
      status: reason === 'redirect' ? 302 : 200,
      headers: {},
    });
    check(t, decide(begun, facts, nowMs), expected, `${reason}, answer begun`);
  }
  const dns = decide(failure('dns'), facts, nowMs);
  t.equal(dns.kind === 'retry' && dns.maxAttempts, 3, 'DNS is retried a little');
});

t.test('the detail has what a ticket needs', async (t) => {
  const of = (outcome: Outcome) => (outcome.kind === 'ok' ? '' : outcome.error.detail);
  t.equal(
    of(decide(response(500, { 'x-request-id': 'r-1', appsecret: 's3cret' }), facts, nowMs)),
    'GET api.example.com/v1/order/list: HTTP 500; request id r-1; attempt 3',
  );
  t.equal(
    of(decide(failure('not_json', { status: 200, headers: { 'cf-ray': 'c-1' } }), facts, nowMs)),
    'GET api.example.com/v1/order/list: CODE; request id c-1; attempt 3',
  );
});

t.test('locked, or in maintenance, is a limit where it says for how long', async (t) => {
  for (const status of [423, 503]) {
    const told = decide(response(status, { 'retry-after': '5' }), facts, nowMs);
    t.match(told, { kind: 'rate_limited', error: { code: `GK_HTTP_${status}` } });
  }
  t.equal(decide(response(423), facts, nowMs).kind, 'fail');
  t.equal(decide(response(503, { 'x-ratelimit-reset': '30' }), facts, nowMs).kind, 'retry');
  const html = failure('not_json', { status: 429, headers: { 'retry-after': '9' } });
  t.equal(decide(html, facts, nowMs).kind, 'rate_limited', 'a 429 with an HTML page');
});

t.test('every result has an outcome, with no secret in it', async (t) => {
  const reasons: FailureReason[] = [
    'timeout',
    'dns',
    'refused',
    'reset',
    'tls',
    'not_json',
    'too_large',
    'truncated',
    'redirect',
    'blocked',
    'aborted',
    'other',
  ];
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 999 }),
      fc.constantFrom(undefined, ...reasons),
      (status, reason) => {
        const headers = { 'x-request-id': 'r', 'set-cookie': 's3cret', 'retry-after': '1' };
        const result = reason ? failure(reason, { status, headers }) : response(status, headers);
        const outcome = decide(result, facts, nowMs);
        if (outcome.kind === 'ok') return !reason && status >= 200 && status < 300;
        const { error } = outcome;
        const text = `${error.message} ${error.detail} ${error.stack}`;
        return (
          error instanceof ConnectorError &&
          /^GK_[A-Z0-9_]+$/.test(error.code) &&
          !text.includes('s3cret') &&
          !text.includes('undefined')
        );
      },
    ),
  );
  t.pass();
});
