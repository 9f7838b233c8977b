import t from 'tap';
import type { Window } from '../../src/cdk/source.ts';
import {
  buildRequest,
  OVERLAP_MS,
  rowValues,
  windowPolicy,
  windowValues,
} from '../../src/gokwik/request.ts';
import { STREAMS } from '../../src/gokwik/streams/index.ts';
import type { StreamProfile } from '../../src/gokwik/streams/stream.ts';
import { fillText } from '../../src/gokwik/template.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-10-01T00:00:00+05:30');
const NOW = Date.UTC(2026, 10, 22, 10);
const profileOf = (name: string): StreamProfile => STREAMS[name]?.profile as StreamProfile;
const timed = (query: string, more: Partial<StreamProfile> = {}): StreamProfile => ({
  ...profileOf('orders'),
  query: { from: '{from}', to: '{to}' },
  time: { query },
  ...more,
});

/** `{from}` and `{to}` as a request has them. */
function bounds(window: Window, profile: StreamProfile, startMs = START): unknown[] {
  const values = windowValues(window, profile, startMs);
  return [fillText('{from}', values), fillText('{to}', values)];
}

t.test(
  'instants: UTC, whole seconds outwards, an overlap before, more at the end of time',
  async (t) => {
    const window = { fromMs: START + 9 * DAY + 500, toMs: START + 10 * DAY + 500, open: false };
    const iso = timed('iso');
    t.same(bounds(window, iso), ['2026-10-09T18:25:00Z', '2026-10-10T18:30:01Z']);
    t.equal(bounds({ ...window, open: true }, iso)[1], '2026-10-10T18:35:01Z');
    const [epoch] = bounds(window, timed('epoch_s'));
    t.equal(epoch, Math.floor((window.fromMs - OVERLAP_MS) / 1000));
    t.equal(bounds(window, timed('epoch_ms'))[0], Number(epoch) * 1000);
    t.equal(
      bounds({ ...window, fromMs: START }, iso)[0],
      '2026-09-30T18:30:00Z',
      'not before the start',
    );
    const india = timed('YYYY-MM-DD HH:mm:ss');
    t.equal(bounds(window, india)[0], '2026-10-09 23:55:00', 'patterns are in India time');
    const inUtc = timed('YYYY-MM-DD HH:mm:ss', { time: { query: 'YYYY-MM-DD HH:mm:ss', in: 'Z' } });
    t.equal(bounds(window, inUtc)[0], '2026-10-09 18:25:00');
    const offset = timed('iso', { time: { query: 'iso', in: '+05:30' } });
    t.equal(bounds(window, offset)[0], '2026-10-09T23:55:00+05:30');
  },
);

t.test('days: India’s, one more at either end where the endpoint takes so many', async (t) => {
  const midnight = START + 5 * DAY;
  const day = { fromMs: midnight, toMs: midnight + DAY, open: false };
  t.same(bounds(day, timed('date')), ['2026-10-05', '2026-10-07']);
  t.same(bounds(day, timed('DD/MM/YYYY', { max_days: 30 })), ['05/10/2026', '07/10/2026']);
  t.same(bounds(day, timed('date', { max_days: 3 })), ['2026-10-05', '2026-10-07']);
  t.same(bounds(day, timed('date', { max_days: 2 })), ['2026-10-06', '2026-10-07'], 'an end first');
  t.same(bounds(day, timed('date', { max_days: 1 })), ['2026-10-06', '2026-10-06'], 'no room');
  t.equal(
    windowPolicy(timed('date', { max_days: 1 }), DAY).overlapMs,
    DAY,
    'it is asked for again',
  );
  const utc = windowPolicy(timed('date', { time: { query: 'date', in: 'Z' } }), DAY);
  t.equal(utc.alignOffsetMs, 0, 'days of the zone that they are asked in');
  // Five minutes before midnight in India "today" may be tomorrow by the time it is asked.
  const late = { fromMs: midnight, toMs: midnight + DAY - 60_000, open: true };
  t.equal(bounds(late, timed('date', { max_days: 2 }))[1], '2026-10-07');
  t.equal(bounds(late, timed('date', { max_days: 1 }))[1], '2026-10-06', 'one day is one day');
  const evening = { fromMs: midnight, toMs: Date.parse('2026-10-06T19:00:00Z'), open: true };
  const inUtc = timed('date', { time: { query: 'date', in: 'Z' } });
  t.equal(
    bounds(evening, inUtc)[1],
    '2026-10-08',
    'it is tomorrow in India, and ends may be excluded',
  );
  t.equal(bounds({ ...evening, open: false }, inUtc)[1], '2026-10-07');
  const leap = {
    fromMs: Date.parse('2028-02-29T00:00:00+05:30'),
    toMs: Date.parse('2028-03-01T00:00:00+05:30'),
    open: false,
  };
  t.same(bounds(leap, timed('date')), ['2028-02-28', '2028-03-01']);
});

t.test('no request asks for more than max_days, whatever the window', async (t) => {
  for (const query of ['date', 'iso', 'YYYY-MM-DD HH:mm:ss']) {
    for (const max_days of [1, 2, 3, 4, 5, 7, 30]) {
      const profile = timed(query, { max_days });
      const { maxMs, alignMs, alignOffsetMs } = windowPolicy(profile, 400 * DAY);
      const fromMs =
        Math.floor((START - alignOffsetMs) / alignMs) * alignMs + alignOffsetMs + 12 * 3_600_000;
      const toMs = Math.floor((fromMs - alignOffsetMs) / alignMs) * alignMs + alignOffsetMs + maxMs;
      for (const open of [false, true]) {
        const values = windowValues({ fromMs, toMs, open }, profile, 0);
        const at = (name: string): number => Date.parse(`${fillText(`{${name}:iso}`, values)}`);
        const days =
          query === 'date'
            ? Math.floor((at('to') + 19_800_000) / DAY) -
              Math.floor((at('from') + 19_800_000) / DAY) +
              1
            : (at('to') - at('from')) / DAY;
        t.ok(days <= max_days, `${query}, ${max_days} days: ${days}`);
      }
    }
  }
});

t.test(
  'without {to} one open window, without both one list, with max_days one a day',
  async (t) => {
    const whole = windowPolicy(timed('iso', { query: {} }), 7 * DAY);
    t.equal(whole.maxMs, Number.POSITIVE_INFINITY);
    t.equal(whole.overlapMs, Number.POSITIVE_INFINITY, 'all of it, at every sync');
    const open = windowPolicy(timed('iso', { query: { since: '{from}' } }), 7 * DAY);
    t.same([open.maxMs, open.overlapMs], [Number.POSITIVE_INFINITY, OVERLAP_MS]);
    const parts = { year: '{from:YYYY}', month: '{from:MM}', day: '{from:DD}' };
    const daily = windowPolicy(timed('date', { query: parts, max_days: 1 }), 7 * DAY);
    t.same([daily.maxMs, daily.alignMs], [DAY, DAY]);
  },
);

const HOST = {
  url: 'https://proxy.example.com/gokwik',
  auth: {
    headers: { AppId: '{app_id}', appsecret: '{app_secret}' },
    query: { mid: '{merchant_id}' },
  },
};
const SECRETS = { app_id: 'app', app_secret: 'secret', merchant_id: 'shop 1&x=2' };

t.test(
  'paths are appended to the host, parameters are escaped, what has no value is left out',
  async (t) => {
    const request = profileOf('orders');
    const values = { ...SECRETS, from: 'a+b', limit: 5 };
    const { url, headers, method, body } = buildRequest(
      { stream: 'orders', host: HOST, request },
      values,
      NOW,
    );
    const { origin, pathname, searchParams } = new URL(url);
    t.equal(`${origin}${pathname}`, 'https://proxy.example.com/gokwik/v1/order/list');
    t.same(Object.fromEntries(searchParams), {
      updated_after: 'a+b',
      limit: '5',
      mid: 'shop 1&x=2',
    });
    t.same(headers, { appid: 'app', appsecret: 'secret' });
    t.same([method, body], ['GET', undefined]);
    t.notMatch(url, /secret/);
  },
);

t.test('a body: JSON keeps types and leaves out what has no value, a form is a form', async (t) => {
  const host = {
    url: 'https://a.example',
    auth: { json: { key: '{app_id}' }, basic: ['u', '{app_secret}'] },
  };
  const json = {
    page: { limit: '{limit}', cursor: '{cursor}' },
    days: ['{from:DD}', 'x{limit}'],
    on: true,
  };
  const values = { ...SECRETS, limit: 10, from: { ms: NOW, pattern: 'iso', zone: 'Z' as const } };
  const made = buildRequest(
    { stream: 's', host, request: { path: '/x/{app_id}', json } },
    values,
    NOW,
  );
  t.same([made.method, made.url], ['POST', 'https://a.example/x/app']);
  t.same(JSON.parse(made.body?.text ?? ''), {
    page: { limit: 10 },
    days: ['22', 'x10'],
    on: true,
    key: 'app',
  });
  t.equal(made.headers.authorization, `Basic ${Buffer.from('u:secret').toString('base64')}`);
  const form = buildRequest(
    { stream: 's', host, request: { path: '/x', form: { a: '{limit} b' } } },
    values,
    NOW,
  );
  t.same(form.body, { type: 'application/x-www-form-urlencoded', text: 'a=10+b' });
});

t.test('a signature over the request', async (t) => {
  const sign = { hash: 'sha256' as const, text: '{method}{path}{http_date}', key: '{app_secret}' };
  const host = {
    url: 'https://a.example',
    auth: { sign, headers: { signature: '{sign}', date: '{http_date}' } },
  };
  const { headers } = buildRequest({ stream: 's', host, request: { path: '/x' } }, SECRETS, NOW);
  t.equal(headers.date, 'Sun, 22 Nov 2026 10:00:00 GMT');
  // openssl: printf 'GET/xSun, 22 Nov 2026 10:00:00 GMT' | openssl dgst -sha256 -hmac secret
  t.equal(headers.signature, OPENSSL);
});

const OPENSSL = '4d1ce902ef491e4b67606f21496d20496933acca37e765a5cfef6929af5d76d7';

t.test('a link that is a number of a page keeps what was asked for', async (t) => {
  const request = {
    path: '/list',
    query: { since: '{from}', per_page: '{limit}', after: '{cursor}' },
  };
  const host = { url: 'https://api.example.com', auth: {} };
  const follow = (link: string): object => {
    const { url } = buildRequest(
      { stream: 'orders', host, request },
      { from: 'F', limit: 50 },
      NOW,
      link,
    );
    return Object.fromEntries(new URL(url).searchParams);
  };
  t.same(follow('https://api.example.com/list?page=2'), { page: '2', since: 'F', per_page: '50' });
  t.same(follow('/list?page=2&per_page=20'), { page: '2', per_page: '20', since: 'F' });
  t.same(follow('/list?page_info=e3J5&limit=50'), { page_info: 'e3J5', limit: '50' }, 'a cursor');
  t.same(follow('/list?page=e3J5'), { page: 'e3J5' }, 'a cursor under the name of a number');
});

t.test('links stay at the host’s origin', async (t) => {
  const link = (to: string): string =>
    buildRequest({ stream: 's', host: HOST, request: { path: '/x' } }, SECRETS, NOW, to).url;
  t.match(
    link('?page=2'),
    /^https:\/\/proxy\.example\.com\/gokwik\/x\?page=2&mid=/,
    'of the same path',
  );
  t.match(link('y?page=2'), /^https:\/\/proxy\.example\.com\/gokwik\/y\?page=2&mid=/);
  t.match(link('/next?a=1'), /^https:\/\/proxy\.example\.com\/next\?a=1&mid=/);
  t.match(link('https://proxy.example.com/next'), /^https:\/\/proxy\.example\.com\/next/);
  t.match(link('http://proxy.example.com/next'), /^https:/, 'the scheme is ours');
  for (const to of [
    'https://evil.example/',
    '//evil.example/',
    'http://u:p@proxy.example.com/',
    'http://[',
  ]) {
    t.throws(() => link(to), { code: 'GK_PAGING' }, to);
  }
});

t.test('what writes is not POSTed to', async (t) => {
  for (const path of [
    '/v1/order/create',
    '/x/Payments/links',
    '/v1/order/%63reate',
    '/otp/send',
    '/a/cancel/5',
  ]) {
    const request = { path, json: {} };
    t.throws(
      () => buildRequest({ stream: 's', host: HOST, request }, SECRETS, NOW),
      { code: 'GK_WRITES' },
      path,
    );
  }
  t.ok(
    buildRequest(
      { stream: 's', host: HOST, request: { path: '/orders/search', json: {} } },
      SECRETS,
      NOW,
    ),
  );
});

t.test('a row gives its texts and numbers as values, several joined', async (t) => {
  const row = { id: 6543210987654, moid: 'm', total: null };
  t.same(rowValues([row], ['id', 'moid', 'total']), {
    id: 6543210987654,
    moid: 'm',
    total: undefined,
  });
  t.same(rowValues([row, { id: 2 }], ['id']), { id: '6543210987654,2' });
});

t.test('an address that is none is told without what stands in it', async (t) => {
  const host = { url: 'nonsense', auth: {} };
  const request = { path: '/x', query: { token: '{secret}' } };
  const build = () => buildRequest({ stream: 's', host, request }, { secret: 's3cret' }, NOW);
  t.throws(build, { code: 'GK_URL', name: 'SystemError', message: /^Stream s: [^?]*$/ });
});
