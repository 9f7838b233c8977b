import { getEventListeners } from 'node:events';
import { inspect as show } from 'node:util';
import nock from 'nock';
import t from 'tap';
import { ConfigError, ConnectorError, SystemError, TransientError } from '../../src/cdk/errors.ts';
import type { Client } from '../../src/http/client.ts';
import {
  createHttp,
  type HttpOptions,
  type HttpRequest,
  inWords,
  limitedWaitMs,
  type SendOptions,
} from '../../src/http/http.ts';
import type { Failure, Outcome, Result } from '../../src/http/outcome.ts';
import { type FakeClock, fakeClock } from './helpers/clock.ts';
import { serve } from './helpers/server.ts';

const START_MS = Date.UTC(2026, 10, 22, 10, 0, 0);
const HOUR_MS = 3_600_000;
const open = new AbortController().signal;
/** Leaves it to the status. */
const leave = () => undefined;

const answer = (
  status = 200,
  headers: Record<string, string> = {},
  body: unknown = {},
): Result => ({
  kind: 'response',
  status,
  headers,
  body,
  ms: 1,
});
const failure = (reason: Failure['reason'], more: Partial<Failure> = {}): Result => ({
  kind: 'failure',
  reason,
  detail: 'GET api.example.com/x: CODE',
  ms: 1,
  ...more,
});

/** How long the server of `setup` takes. */
const ANSWER_MS = 10;
const gaps = (times: readonly number[]) => times.slice(1).map((at, i) => at - (times[i] ?? 0));

/** Answers as the script says, in order; its last line for ever. `Result` or a function of the call. */
type Script = (Result | ((call: number) => Result | Promise<Result>))[];

function setup(
  script: Script,
  options: Partial<HttpOptions> = {},
  clock: FakeClock = fakeClock(START_MS),
) {
  const sent: { url: string; atMs: number; method: string; body?: unknown }[] = [];
  const lines: string[] = [];
  const waits: number[] = [];
  let under = 0;
  let most = 0;
  const client: Client = {
    async send({ url, method, body }, signal) {
      sent.push({ url: url.href, atMs: clock.now() - START_MS, method, body });
      under += 1;
      most = Math.max(most, under);
      const line = script[Math.min(sent.length, script.length) - 1];
      try {
        await clock.sleep(ANSWER_MS, signal);
      } catch {
        return failure('aborted');
      } finally {
        under -= 1;
      }
      return typeof line === 'function' ? line(sent.length) : (line ?? answer());
    },
    close() {
      lines.push('closed');
    },
  };
  const http = createHttp({
    concurrency: 4,
    requestsPerSecond: 1000,
    allowPrivate: true,
    now: clock.now,
    random: () => 1,
    sleep: clock.sleep,
    client,
    userAgent: 'test',
    log: {
      info: (line) => lines.push(`info ${line}`),
      warn: (line) => lines.push(`warn ${line}`),
      debug: (line) => lines.push(`debug ${line}`),
    },
    ...options,
  });
  type More = Partial<SendOptions> & { path?: string; stream?: string; host?: string };
  function get(more: More = {}, request: Partial<HttpRequest> = {}) {
    const { path = '/x', stream = 'orders', host = 'api.example.com', ...rest } = more;
    return http.send(
      {
        method: 'GET',
        url: `https://${host}${path}?mid=m1&phone=9876543210`,
        headers: { appsecret: 's3cret' },
        stream,
        endpoint: path,
        ...request,
      },
      {
        signal: open,
        inspect: leave,
        onWait: (untilMs) => waits.push(untilMs - START_MS),
        ...rest,
      },
    );
  }
  /** Runs the clock until it is done; the answer, or the error. */
  async function run<T>(promise: Promise<T>): Promise<T | ConnectorError> {
    await clock.run(undefined, promise);
    return promise.catch((error: unknown) => error as ConnectorError);
  }
  const times = () => sent.map(({ atMs }) => atMs);
  return { clock, http, get, run, sent, times, lines, waits, most: () => most };
}

t.test('an answer comes through, and is counted', async (t) => {
  const { http, get, run, lines } = setup([answer(200, { 'x-a': 'b' }, { data: [] })]);
  t.strictSame(await run(get()), {
    status: 200,
    headers: { 'x-a': 'b' },
    body: { data: [] },
  });
  await run(get({ stream: 'refunds' }));
  t.equal(http.requests('orders'), 1);
  t.equal(http.requests('refunds'), 1);
  t.equal(http.requests('nothing'), 0);
  t.equal(lines[0], 'debug orders: GET /x?mid&phone → 200 in 1 ms, attempt 1');
  t.notMatch(lines.join(), /s3cret|m1|9876543210/, 'neither headers nor query values');
  http.close();
  t.equal(lines.at(-1), 'closed');
});

t.test('transient failures: six attempts, with exponential waits', async (t) => {
  const { get, run, times, lines } = setup([answer(502)]);
  const error = await run(get());
  t.ok(error instanceof TransientError);
  t.match(error, { code: 'GK_HTTP_502', stream: 'orders', detail: /HTTP 502; attempt 6$/ });
  const waits = gaps(times());
  t.equal(waits.length, 5);
  for (const [i, leastMs] of [1000, 2000, 4000, 8000, 16_000].entries()) {
    const waitMs = (waits[i] ?? 0) - ANSWER_MS;
    t.ok(waitMs >= leastMs && waitMs <= Math.min(30_000, 2 * leastMs), `${waitMs} ms`);
  }
  t.match(
    lines.find((line) => line.startsWith('info')),
    /HTTP 502; attempt 1 of 6; trying again/,
  );
});

t.test('no wait is longer than half a minute', async (t) => {
  const { get, run, times } = setup([answer(502)], { attempts: 9 });
  await run(get());
  t.strictSame(gaps(times()).slice(-3), [30_010, 30_010, 30_010]);
});

t.test('attempts can be set', async (t) => {
  const { get, run, times } = setup([answer(502)], { attempts: 2 });
  await run(get());
  t.equal(times().length, 2);
});

t.test('a success after failures', async (t) => {
  const script = [
    failure('reset'),
    failure('timeout'),
    failure('not_json', { status: 200, headers: {} }),
    failure('truncated', { status: 200, headers: {} }),
    answer(503),
    answer(200, {}, { a: 1 }),
  ];
  const { get, run, times } = setup(script);
  t.match(await run(get()), { body: { a: 1 } });
  t.equal(times().length, 6);
});

t.test('what will not get better ends at once', async (t) => {
  const cases: [Result, unknown, string][] = [
    [answer(401), ConfigError, 'GK_HTTP_401'],
    [answer(404), SystemError, 'GK_HTTP_404'],
    [failure('not_json', { status: 403, headers: {} }), ConfigError, 'GK_HTTP_403'],
    [failure('tls'), ConfigError, 'GK_TLS'],
    [
      failure('redirect', { status: 302, headers: {}, redirectHost: 'a.co' }),
      ConfigError,
      'GK_REDIRECT',
    ],
    [failure('too_large', { status: 200, headers: {} }), SystemError, 'GK_TOO_LARGE'],
    [failure('blocked'), ConfigError, 'GK_BLOCKED'],
  ];
  for (const [result, errorClass, code] of cases) {
    const { get, run, times } = setup([result]);
    const error = await run(get());
    t.equal(error.constructor, errorClass);
    t.match(error, { code });
    t.equal(times().length, 1, code);
  }
  const { get, run, times } = setup([failure('dns')]);
  t.match(await run(get()), { code: 'GK_DNS', name: 'ConfigError' });
  t.equal(times().length, 3, 'a little patience for DNS');
});

t.test('Retry-After is obeyed to the letter, and costs no attempts', async (t) => {
  const later = new Date(START_MS + HOUR_MS + 50_000).toUTCString();
  const script = [
    answer(429, { 'retry-after': '3600' }),
    failure('not_json', { status: 429, headers: { 'retry-after': later } }),
    answer(429, { 'retry-after': '1' }),
    answer(502),
    answer(200),
  ];
  const { get, run, times, waits } = setup(script, { attempts: 2 });
  t.match(await run(get()), { status: 200 });
  t.strictSame(times().slice(0, 4), [0, 3_600_010, 3_650_000, 3_651_010]);
  t.equal(times().length, 5);
  t.strictSame(waits, [3_600_010, 3_650_000, 3_651_010], 'and the caller is told until when');
});

t.test('429 without a wish: from 2 s up to a minute, and it does not count either', async (t) => {
  const { get, run, times } = setup([...Array.from({ length: 7 }, () => answer(429)), answer()], {
    random: () => 0,
    attempts: 1,
  });
  t.match(await run(get()), { status: 200 });
  const seconds = gaps(times()).map((ms) => Math.round(ms / 1000));
  t.strictSame(seconds, [2, 4, 8, 16, 32, 60, 60]);
});

t.test('the budget for waiting', async (t) => {
  t.test('a wish beyond it ends the request, and names the wait', async (t) => {
    const { get, run, times, clock } = setup([answer(429, { 'retry-after': '7201' })]);
    const error = await run(get());
    t.ok(error instanceof TransientError);
    t.match(error, { code: 'GK_RATE_LIMITED', message: /asks to wait 2\.1 h .* than the 2 h / });
    t.equal(times().length, 1);
    t.ok(clock.now() - START_MS < 1000, 'at once');
  });

  t.test('all of its waits count together', async (t) => {
    const { get, run, times } = setup([answer(429, { 'retry-after': '3600' })]);
    t.match(await run(get()), {
      code: 'GK_RATE_LIMITED',
      message: /still limits .* after 2 h of waiting, and one request may wait 2 h in all/,
    });
    t.strictSame(times(), [0, 3_600_010, 7_200_020], 'two hours, not a second more');
  });

  t.test('Retry-After: 0 for ever does not spin', async (t) => {
    const { get, run, times } = setup([answer(429, { 'retry-after': '0' })], { budgetMs: 10_000 });
    t.match(await run(get()), { code: 'GK_RATE_LIMITED' });
    t.ok(times().length <= 12, `${times().length} calls in ten seconds`);
  });

  t.test('others on the host wait too, or give up', async (t) => {
    const { get, run, waits, times, clock } = setup([
      answer(200),
      answer(429, { 'retry-after': '60' }),
      answer(200),
    ]);
    await run(get({ path: '/y', stream: 'payments' }));
    const limited = get();
    await clock.run(START_MS + 1000);
    const other = get({ path: '/y', stream: 'payments' });
    const elsewhere = get({ host: 'other.example.com' });
    await run(Promise.all([limited, other, elsewhere]));
    t.equal(times().filter((at) => at < 60_000).length, 3, 'only another host is asked meanwhile');
    t.ok(waits.length >= 2);
    const { get: hasty, run: runHasty } = setup([answer(429, { 'retry-after': '60' })], {
      budgetMs: 5000,
    });
    await runHasty(hasty());
    t.match(await runHasty(hasty({ path: '/y' })), { code: 'GK_RATE_LIMITED' }, 'not even tried');
  });
});

t.test('limits in other clothes are waited for, and cost no attempts', async (t) => {
  const epoch = (seconds: number) => String(START_MS / 1000 + seconds);
  const page = (status: number, wait: string) =>
    failure('not_json', { status, headers: { 'retry-after': wait } });
  const cases: [string, Result, waitMs: number][] = [
    ['seconds', answer(429, { 'retry-after': '45' }), 45_000],
    ['decimals and spaces', answer(429, { 'retry-after': ' 4.5 ' }), 4500],
    ['two of them', answer(429, { 'retry-after': '2, 5' }), 5000],
    ['an epoch', answer(429, { 'retry-after': epoch(45) }), 44_990],
    ['an epoch in ms', answer(429, { 'retry-after': `${epoch(45)}000` }), 44_990],
    ['its own name', answer(429, { 'x-ratelimit-retry': '45' }), 45_000],
    ['the reset', answer(429, { 'x-ratelimit-reset': epoch(45) }), 44_990],
    ['maintenance', answer(503, { 'retry-after': '120' }), 120_000],
    ['a page of maintenance', page(503, '120'), 120_000],
    ['locked', answer(423, { 'retry-after': '120' }), 120_000],
  ];
  for (const [name, limit, waitMs] of cases) {
    const { get, run, times, waits } = setup([limit, limit, answer()], { attempts: 1 });
    t.match(await run(get()), { status: 200 }, name);
    t.equal(times()[1], ANSWER_MS + waitMs, name);
    t.equal(waits[0], ANSWER_MS + waitMs, 'and told');
  }
  const failed = setup([answer(500, { 'retry-after': '50' }), answer()]);
  await failed.run(failed.get());
  t.equal(failed.times()[1], ANSWER_MS + 50_000, 'a failure may ask for a wait, too');
  const { get, run, times } = setup([answer(503)], { attempts: 2 });
  t.match(await run(get()), { code: 'GK_HTTP_503' }, 'without a word: a failure');
  t.equal(times().length, 2);
  for (const status of [429, 503]) {
    const long = setup([answer(status, { 'retry-after': '259200' })]);
    t.match(await long.run(long.get()), {
      code: 'GK_RATE_LIMITED',
      message: /asks to wait 72 h before the next request, longer than the 2 h/,
    });
    t.equal(long.times().length, 1);
  }
});

t.test('maintenance does not lower the pace, a limit does', async (t) => {
  for (const [status, gapMs] of [
    [503, 102],
    [429, 204],
  ] as const) {
    const { get, run, times } = setup([answer(status, { 'retry-after': '60' }), answer()], {
      requestsPerSecond: 10,
    });
    await run(get());
    await run(Promise.all([get(), get(), get()]));
    const last = gaps(times()).at(-1) ?? 0;
    t.ok(Math.abs(last - gapMs) < 15, `${status}: ${last} ms`);
  }
});

t.test('a rate that is too low to be kept to is told once', async (t) => {
  const quota = { 'ratelimit-remaining': '3', 'ratelimit-reset': '3600' };
  const { get, run, lines } = setup([answer(200, quota)]);
  await run(get());
  await run(get());
  t.equal(lines.filter((line) => /below one request in ten seconds/.test(line)).length, 1);
});

t.test('a 429 stops the next in line before it goes', async (t) => {
  const { get, run, times } = setup([answer(), answer(429, { 'retry-after': '30' }), answer()], {
    concurrency: 1,
  });
  await run(get());
  await run(Promise.all([get(), get(), get()]));
  t.equal(times().filter((at) => at < 30_000).length, 2);
});

t.test('the envelope has its say', async (t) => {
  const error = new TransientError('GK_IN_BODY_5XX', 'In body.');
  t.test('an in-body 500 gets three attempts', async (t) => {
    const { get, run, times } = setup([answer(200, {}, { statusCode: 500 })]);
    const inspect = () => ({ kind: 'retry', error, maxAttempts: 3 }) as const;
    t.equal(await run(get({ inspect })), error);
    t.equal(times().length, 3);
  });
  t.test('an in-body refusal ends it', async (t) => {
    const refusal = new ConfigError('GK_CREDENTIALS', 'No.');
    const { get, run, times } = setup([answer(500)]);
    t.equal(await run(get({ inspect: () => ({ kind: 'fail', error: refusal }) })), refusal);
    t.equal(times().length, 1);
  });
  t.test('an in-body 429 takes its wait from the headers', async (t) => {
    const { get, run, times } = setup([answer(200, { 'retry-after': '45' }), answer()]);
    const inspect: SendOptions['inspect'] = ({ headers }) =>
      headers['retry-after'] ? { kind: 'rate_limited', waitMs: undefined, error } : undefined;
    t.match(await run(get({ inspect })), { status: 200 });
    t.strictSame(times(), [0, 45_010]);
  });
  t.test(
    'it sees every whole answer, without a body where it is no JSON; its errors go through',
    async (t) => {
      const seen: unknown[] = [];
      const bug = new TypeError('bug');
      const page = (status: number) => failure('not_json', { status, headers: {} });
      const { get, run, times } = setup([
        page(200),
        page(502),
        failure('truncated', { status: 500, headers: {} }),
        answer(),
      ]);
      const inspect: SendOptions['inspect'] = ({ status, body }) => {
        seen.push([status, body]);
        if (body) throw bug;
        return undefined;
      };
      t.equal(await run(get({ inspect })), bug as never);
      t.strictSame(seen, [
        [200, undefined],
        [502, undefined],
        [200, {}],
      ]);
      t.equal(times().length, 4);
    },
  );
  t.test('its verdict holds whatever the status', async (t) => {
    const script = [answer(404, {}, { a: 1 }), failure('not_json', { status: 404, headers: {} })];
    const { get, run, http } = setup(script);
    const inspect = (): Outcome => ({ kind: 'ok' });
    t.match(await run(get({ inspect })), { status: 404, body: { a: 1 } });
    t.match(await run(get({ inspect })), { status: 404, body: undefined });
    t.equal(http.requests('orders'), 2);
    const limit = (): Outcome => ({ kind: 'rate_limited', error, waitMs: 5000 });
    const limited = setup([answer(403), answer()]);
    const more = await limited.run(
      limited.get({ inspect: ({ status }) => (status === 403 ? limit() : undefined) }),
    );
    t.match(more, { status: 200 });
    t.strictSame(limited.times(), [0, 5010]);
  });
});

t.test('a POST is sent as it is given, and tried again like a GET', async (t) => {
  const { get, run, sent, lines } = setup([answer(502), answer()]);
  const body = { type: 'application/x-www-form-urlencoded', text: 'phone=9876543210' };
  t.match(await run(get({}, { method: 'POST', body })), { status: 200 });
  t.match(sent, [
    { method: 'POST', body },
    { method: 'POST', body },
  ]);
  t.match(lines.join(), /POST api\.example\.com\/x: HTTP 502/);
  t.notMatch(lines.join(), /9876543210/);
});

t.test('a burst of failures is survived, however many are under way', async (t) => {
  const bursts: Result[] = [failure('reset'), answer(502), failure('timeout')];
  for (const concurrency of [1, 4, 16, 40]) {
    for (const result of bursts) {
      // As many as are under way at once fail, and once more after their first wait.
      const script: Script = [(call) => (call <= 2 * concurrency ? result : answer())];
      const { get, run, most } = setup(script, { concurrency });
      const ends = await run(Promise.allSettled(Array.from({ length: 40 }, () => get())));
      const states = (ends as PromiseSettledResult<unknown>[]).map(({ status }) => status);
      t.strictSame(new Set(states), new Set(['fulfilled']), `${concurrency} at once`);
      t.ok(most() >= Math.min(concurrency, 8));
    }
  }
});

t.test('each request has its own attempts, and no more', async (t) => {
  const { get, run, times } = setup([answer(502)], { concurrency: 7 });
  await run(Promise.allSettled(Array.from({ length: 7 }, () => get())));
  t.equal(times().length, 42);
});

t.test("the server's clock", async (t) => {
  const date = (ms: number) => ({ date: new Date(START_MS + ms).toUTCString() });
  const { get, run, http } = setup([
    answer(200, date(60_000)),
    answer(200, date(-1000)),
    answer(500, date(-120_000)),
    answer(200, date(-20_000)),
    answer(200, { date: 'yesterday' }),
  ]);
  t.equal(http.skewMs(), 0);
  await run(get());
  t.equal(http.skewMs(), 0, 'ahead is no skew');
  await run(get());
  t.equal(http.skewMs(), 0, 'nor is a second');
  await run(get());
  t.equal(http.skewMs(), -120_020 - 10, 'the worst that was seen');
  await run(get());
  t.ok(http.skewMs() <= -120_000);
});

t.test('a cached answer is not a slow clock', async (t) => {
  const old = { date: new Date(START_MS - HOUR_MS).toUTCString(), age: '3600' };
  const page = failure('not_json', { status: 502, headers: { date: new Date(0).toUTCString() } });
  const { get, run, http } = setup([answer(200, old), page, answer()]);
  await run(get());
  await run(get());
  t.equal(http.skewMs(), 0, 'and a page of a gateway has no say');
});

t.test('waits', async (t) => {
  const half = () => 0.5;
  t.equal(limitedWaitMs(0, 0, half), 0);
  t.equal(limitedWaitMs(0, 1, half), 1000);
  t.equal(limitedWaitMs(HOUR_MS, 9, half), HOUR_MS);
  t.equal(limitedWaitMs(undefined, 0, half), 2250);
  t.equal(limitedWaitMs(undefined, 2000, half), 60_000, 'no overflow');
  t.strictSame([900, 119_000, 120_000, 9_000_000].map(inWords), ['1 s', '119 s', '2 min', '2.5 h']);
});

t.test('an abort ends it promptly, at any stage, with its reason', async (t) => {
  const reason = 'a reason need not be an Error';
  type Stage = [name: string, script: Script, options: Partial<HttpOptions>, others: number];
  const stages: Stage[] = [
    ['in flight', [() => new Promise<Result>(() => {})], {}, 0],
    ['backing off', [answer(502)], {}, 0],
    ['waiting for a limit', [answer(429, { 'retry-after': '3600' })], {}, 0],
    ['in the line of the door', [answer(429, { 'retry-after': '3600' })], {}, 2],
  ];
  for (const [name, script, options, others] of stages) {
    const clock = fakeClock(START_MS);
    const { get, run, http, sent } = setup(script, options, clock);
    const root = new AbortController();
    for (let i = 0; i < others; i += 1)
      get({ signal: AbortSignal.any([root.signal]) }).catch(() => {});
    const getting = get({ signal: root.signal });
    let isOver = false;
    const end = getting
      .catch((error: unknown) => error)
      .finally(() => {
        isOver = true;
      });
    await clock.run(START_MS + (name === 'in flight' ? 5 : 500));
    t.equal(isOver, false, name);
    t.ok(sent.length > 0);
    root.abort(reason);
    t.equal(await end, reason, name);
    t.equal(getEventListeners(root.signal, 'abort').length, 0, 'no listener stays');
    t.equal(clock.pending(), 0, 'nor a timer');
    const before = http.requests('orders');
    t.equal(await run(get({ signal: root.signal })), reason as never, 'before');
    t.equal(http.requests('orders'), before);
    if (name !== 'in flight') continue;
    t.match(await run(get({ path: '/z', signal: AbortSignal.abort(new Error('x')) })), {
      message: 'x',
    });
  }
  const { get, run, http } = setup([answer()]);
  const long = new AbortController().signal;
  for (let i = 0; i < 50; i += 1) await run(get({ signal: long }));
  t.equal(http.requests('orders'), 50);
  t.equal(getEventListeners(long, 'abort').length, 0, 'nor after good answers');
});

t.test('no secret leaves, whatever happens', async (t) => {
  nock.disableNetConnect();
  t.teardown(() => {
    nock.cleanAll();
    nock.enableNetConnect();
    nock.restore();
  });
  const host = 'https://api.example.com';
  const coded = (code: string) =>
    Object.assign(new Error(`s3cret-header ${code} s3cret-query`), { code });
  const page = '<html>s3cret-body s3cret-header</html>';
  const ways: [string, (scope: nock.Interceptor) => nock.Scope][] = [
    ...[400, 401, 403, 404, 418, 429, 500, 503].map(
      (status): [string, (i: nock.Interceptor) => nock.Scope] => [
        `HTTP ${status}`,
        (scope) =>
          scope.reply(
            status,
            { message: 's3cret-body' },
            { 'x-request-id': 's3cret-header s', 'set-cookie': 's3cret-header' },
          ),
      ],
    ),
    ...[
      'ENOTFOUND',
      'ECONNREFUSED',
      'ECONNRESET',
      'CERT_HAS_EXPIRED',
      'EPROTO',
      'GK_BLOCKED',
      'EODD',
      'ETIMEDOUT',
    ].map((code): [string, (i: nock.Interceptor) => nock.Scope] => [
      code,
      (scope) => scope.replyWithError(coded(code)),
    ]),
    ['an error without a code', (scope) => scope.replyWithError('s3cret-header')],
    ['HTML', (scope) => scope.reply(200, page)],
    ['HTML 502', (scope) => scope.reply(502, page)],
    ['cut JSON', (scope) => scope.reply(200, '{"s3cret-body": "s3cret-header')],
    [
      'redirect',
      (scope) =>
        scope.reply(302, page, {
          location: 'https://s3cret-query:s3cret-header@evil.co/s3cret-body?s3cret-query',
        }),
    ],
    ['too large', (scope) => scope.reply(200, `"${'s3cret-body'.repeat(1000)}"`)],
    ['late', (scope) => scope.delay(500).reply(200, '{}')],
  ];
  const lines: string[] = [];
  const note = (line: string) => lines.push(line);
  for (const [name, reply] of ways) {
    const interceptor = nock(host).get('/v1/x').query({ token: 's3cret-query' });
    reply(interceptor);
    const http = createHttp({
      concurrency: 1,
      requestsPerSecond: 1000,
      attempts: 1,
      budgetMs: 0,
      timeoutMs: 100,
      maxBytes: 1000,
      allowPrivate: false,
      now: Date.now,
      random: () => 0,
      userAgent: 'test',
      log: { info: note, warn: note, debug: note },
    });
    const headers = {
      appsecret: 's3cret-header',
      authorization: 'Bearer s3cret-header',
      Cookie: 's3cret-header',
    };
    const request = {
      method: 'GET' as const,
      url: `${host}/v1/x?token=s3cret-query`,
      headers,
      stream: 'orders',
      endpoint: '/v1/x',
    };
    const error = await http.send(request, { signal: open, inspect: leave }).then(
      () => undefined,
      (reason: unknown) => reason as ConnectorError,
    );
    http.close();
    t.ok(error instanceof ConnectorError, `${name}: ${error?.code}`);
    const seen = [
      error?.message,
      error?.detail,
      error?.stack,
      show(error, { depth: 10, showHidden: true }),
      JSON.stringify(error),
      String(error),
    ];
    t.notMatch(seen.join('\n'), /s3cret/, name);
    t.equal(error?.cause, undefined);
  }
  t.strictSame(nock.pendingMocks(), []);
  t.notMatch(lines.join('\n'), /s3cret/, 'in the log');
  t.ok(lines.length >= ways.length);
});

t.test('all of it on a real server', async (t) => {
  const seen: string[] = [];
  const server = await serve(t, (incoming, response) => {
    seen.push(String(incoming.url));
    const count = seen.filter((url) => url === incoming.url).length;
    const { appsecret } = incoming.headers;
    if (appsecret !== 's3cret') response.writeHead(401).end('{}');
    else if (incoming.url === '/flaky' && count === 1) incoming.socket.destroy();
    else if (incoming.url === '/flaky' && count === 2) response.writeHead(502).end('<html>');
    else if (incoming.url === '/flaky' && count === 3)
      response.writeHead(429, { 'retry-after': '0.05' }).end();
    else if (incoming.url === '/stall') response.writeHead(200).write('[');
    else
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(`{"page":"${incoming.url}"}`);
  });
  const options = {
    concurrency: 4,
    requestsPerSecond: 1000,
    timeoutMs: 300,
    attempts: 3,
    allowPrivate: true,
    now: Date.now,
    random: Math.random,
    baseMs: 5,
    userAgent: 'test',
    log: { info() {}, warn() {}, debug() {} },
  };
  const http = createHttp(options);
  const get = (path: string, signal = open, appsecret = 's3cret', asked = http) =>
    asked.send(
      {
        method: 'GET',
        url: server.url + path,
        headers: { appsecret },
        stream: 'orders',
        endpoint: path.split('?')[0] ?? '',
      },
      { signal, inspect: leave },
    );
  t.match(await get('/flaky'), { body: { page: '/flaky' } });
  t.equal(seen.length, 4);
  await t.rejects(get('/stall'), { code: 'GK_TIMEOUT' });
  await t.rejects(get('/private', open, 'wrong'), { code: 'GK_HTTP_401' });
  const pages = await Promise.all(Array.from({ length: 20 }, (_, i) => get(`/pages?p=${i}`)));
  t.match(pages[7], { body: { page: '/pages?p=7' } });
  const root = new AbortController();
  const reason = new Error('SIGTERM');
  const patient = createHttp({ ...options, timeoutMs: 3_600_000 });
  const late = get('/stall', root.signal, undefined, patient);
  setTimeout(() => root.abort(reason), 20);
  t.equal(await late.catch((error: unknown) => error), reason, 'long before it is given up');
  patient.close();
  t.ok(server.accepted() <= 12, 'connections are reused');
  http.close();
});
