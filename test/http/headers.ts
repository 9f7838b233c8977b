import fc from 'fast-check';
import t from 'tap';
import {
  limitWaitOf,
  parseQuota,
  parseRetryAfter,
  requestIdOf,
  retryAfterOf,
  serverNow,
} from '../../src/http/headers.ts';

const nowMs = Date.UTC(2026, 10, 22, 10, 0, 0);

t.test('Retry-After in seconds', async (t) => {
  t.equal(parseRetryAfter('120', nowMs), 120_000);
  t.equal(parseRetryAfter(' 3600 ', nowMs), 3_600_000);
  t.equal(parseRetryAfter('0', nowMs), 0);
  t.equal(parseRetryAfter('1.5', nowMs), 1500);
  t.equal(parseRetryAfter('0.0001', nowMs), 1, 'never earlier than asked');
  t.equal(parseRetryAfter('-5', nowMs), 0);
});

t.test('Retry-After as an epoch, and as many', async (t) => {
  t.equal(parseRetryAfter(String(nowMs / 1000 + 90), nowMs), 90_000);
  t.equal(parseRetryAfter(String(nowMs + 90_000), nowMs), 90_000, 'in milliseconds');
  t.equal(parseRetryAfter(String(nowMs / 1000 - 90), nowMs), 0, 'past');
  for (const value of ['2, 5', '5,2', ' 5 , 2 ', 'soon, 5']) {
    t.equal(parseRetryAfter(value, nowMs), 5000, `the largest of ${value}`);
  }
});

t.test('a refusal for the rate may say it in words of quotas', async (t) => {
  const epoch = String(nowMs / 1000 + 30);
  const cases: [Record<string, string>, number | undefined][] = [
    [{ 'retry-after': '7', 'x-ratelimit-retry': '9', 'x-ratelimit-reset': '30' }, 7000],
    [{ 'x-ratelimit-retry': '9', 'x-ratelimit-reset': '30' }, 9000],
    [{ 'x-ratelimit-reset': '30' }, 30_000],
    [{ 'x-ratelimit-reset': epoch, 'x-ratelimit-remaining': '0' }, 30_000],
    [{ 'ratelimit-reset': 'Sun, 22 Nov 2026 10:00:30 GMT' }, 30_000],
    [{ 'x-ratelimit-reset': epoch, date: 'Sun, 22 Nov 2026 09:59:00 GMT' }, 90_000],
    [{ 'x-ratelimit-reset': '30', 'x-ratelimit-remaining': '3' }, undefined],
    [{ 'x-ratelimit-reset': '0' }, undefined],
    [{}, undefined],
  ];
  for (const [headers, waitMs] of cases) {
    t.equal(limitWaitOf(headers, nowMs), waitMs, JSON.stringify(headers));
  }
});

t.test('Retry-After as a date', async (t) => {
  t.equal(parseRetryAfter('Sun, 22 Nov 2026 11:00:00 GMT', nowMs), 3_600_000);
  t.equal(parseRetryAfter('Thu, 01 Jan 2026 00:00:00 GMT', nowMs), 0, 'past');
  t.equal(parseRetryAfter('Fri, 01 Jan 2027 00:00:00 UTC', nowMs), Date.UTC(2027, 0, 1) - nowMs);
});

t.test('garbage is no wait at all', async (t) => {
  const garbage = [
    '',
    'soon',
    '1e3',
    '12 seconds',
    '+5',
    'a, b',
    '0x10',
    'NaN',
    'Infinity',
    '2026-11-22T11:00:00Z',
    'Sun, 31 Feb 2026 11:00:00 GMT',
    'Sun, 22 Nov 2026 25:00:00 GMT',
    'Sun, 22 Foo 2026 11:00:00 GMT',
    'Sun, 22 Nov 2026 11:00:00',
    'Sun, 22 Nov 2026 11:00:00 IST',
    'Sun, 22 Nov 2026 11:00:00 GMT+1',
    'Sunday, 22-Nov-26 10:01:00 GMT',
    'Sun Nov 22 10:00:30 2026',
  ];
  for (const value of garbage)
    t.equal(parseRetryAfter(value, nowMs), undefined, value || '(empty)');
  t.equal(parseRetryAfter(undefined, nowMs), undefined);
});

t.test('properties of Retry-After', async (t) => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const waitMs = parseRetryAfter(value, nowMs);
      return waitMs === undefined || waitMs >= 0;
    }),
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 10_000_000 }),
      fc.integer({ min: -1e8, max: 1e8 }),
      (seconds, shift) => {
        t.equal(parseRetryAfter(String(seconds), nowMs), seconds * 1000);
        const date = new Date(nowMs + shift * 1000);
        t.equal(parseRetryAfter(date.toUTCString(), nowMs), Math.max(0, shift * 1000));
      },
    ),
  );
});

t.test("dates count from the server's clock, not ours", async (t) => {
  const headers = {
    date: 'Sun, 22 Nov 2026 09:50:00 GMT',
    'retry-after': 'Sun, 22 Nov 2026 09:51:00 GMT',
  };
  t.equal(retryAfterOf(headers, nowMs), 60_000, 'ours is ten minutes ahead');
  t.equal(retryAfterOf({ 'retry-after': '7' }, nowMs), 7000);
  t.equal(retryAfterOf({}, nowMs), undefined);
  t.equal(
    serverNow({ date: headers.date, age: '600' }),
    nowMs,
    'a cached answer is older than the clock',
  );
  t.equal(serverNow({ date: 'yesterday' }), undefined);
  t.equal(serverNow({}), undefined);
});

t.test('what is left of the quota', async (t) => {
  const quota = (remaining: string, reset: string, prefix = 'x-ratelimit') =>
    parseQuota({ [`${prefix}-remaining`]: remaining, [`${prefix}-reset`]: reset }, nowMs);
  const expected = { remaining: 3, resetMs: 30_000 };
  t.strictSame(quota('3', '30'), expected, 'seconds to go');
  t.strictSame(quota('3', String(nowMs / 1000 + 30)), expected, 'epoch seconds');
  t.strictSame(quota('3', String(nowMs + 30_000)), expected, 'epoch milliseconds');
  t.strictSame(quota('3', '30', 'ratelimit'), expected, 'without the x');
  t.strictSame(quota('0', String(nowMs / 1000 - 5)), { remaining: 0, resetMs: 0 }, 'past');
  const date = new Date(nowMs - 10_000).toUTCString();
  const reset = String(nowMs / 1000 + 20);
  t.strictSame(
    parseQuota({ date, 'ratelimit-remaining': '3', 'ratelimit-reset': reset }, nowMs),
    expected,
    "by the server's clock",
  );
  t.equal(quota('3', 'soon'), undefined);
  t.equal(quota('many', '30'), undefined);
  t.equal(parseQuota({ 'x-ratelimit-remaining': '3' }, nowMs), undefined);
});

t.test('the request id, if it looks like one', async (t) => {
  t.equal(requestIdOf({ 'x-request-id': 'a1-b2' }), 'a1-b2');
  t.equal(requestIdOf({ 'x-amzn-requestid': 'c3' }), 'c3');
  t.equal(requestIdOf({ 'cf-ray': '8f1-BOM' }), '8f1-BOM');
  t.equal(requestIdOf({ 'x-request-id': 'has spaces and "quotes"' }), undefined);
  t.equal(requestIdOf({}), undefined);
});
