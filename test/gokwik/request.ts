import t from 'tap';
import { DEFAULT_PROFILE } from '../../src/gokwik/profile.ts';
import {
  OVERLAP_MS,
  prepareRequests,
  rowPlaceholders,
  windowBounds,
} from '../../src/gokwik/request.ts';
import { readSettings } from '../../src/gokwik/settings.ts';
import type { StreamProfile } from '../../src/gokwik/streams/stream.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-10-01T00:00:00+05:30');
const iso = { query: 'iso', zone: '+05:30' } as const;
const date = { query: 'date', zone: '+05:30' } as const;
const profileOf = (name: string): StreamProfile => DEFAULT_PROFILE.streams[name] as StreamProfile;
const settings = (changes: object = {}) =>
  readSettings(
    {
      base_url: 'https://proxy.example.com/gokwik/',
      app_id: 'app',
      app_secret: 'secret',
      start_date: '2026-10-01',
      ...changes,
    },
    { allowPrivate: false, nowMs: START + 60 * DAY },
  );

t.test(
  'instants: UTC, whole seconds outwards, an overlap before, a little more at the end of time',
  async (t) => {
    const window = { fromMs: START + 9 * DAY + 500, toMs: START + 10 * DAY + 500, open: false };
    t.same(windowBounds(window, iso, START), {
      from: '2026-10-09T18:25:00Z',
      to: '2026-10-10T18:30:01Z',
    });
    t.equal(windowBounds({ ...window, open: true }, iso, START).to, '2026-10-10T18:35:01Z');
    const epoch = windowBounds(window, { ...iso, query: 'epoch_s' }, START);
    t.equal(Number(epoch.from), Math.floor((window.fromMs - OVERLAP_MS) / 1000));
    t.equal(windowBounds(window, { ...iso, query: 'epoch_ms' }, START).from, `${epoch.from}000`);
  },
);

t.test('nothing is asked for from before the start date', async (t) => {
  const window = { fromMs: START, toMs: START + DAY, open: false };
  t.equal(windowBounds(window, iso, START).from, '2026-09-30T18:30:00Z');
});

t.test('days: India’s, both ends included, at midnight and around it', async (t) => {
  const midnight = START + 5 * DAY;
  const bounds = (fromMs: number, toMs: number, open = false) =>
    windowBounds({ fromMs, toMs, open }, date, START);
  t.same(bounds(midnight, midnight + DAY), { from: '2026-10-06', to: '2026-10-06' });
  t.same(bounds(midnight - 1, midnight), { from: '2026-10-05', to: '2026-10-05' });
  t.same(bounds(midnight, midnight + 1), { from: '2026-10-06', to: '2026-10-06' });
  // Five minutes before midnight in India "today" may be tomorrow by the time it is asked.
  t.equal(bounds(midnight, midnight + DAY - 60_000, true).to, '2026-10-07');
  t.same(
    windowBounds(
      {
        fromMs: Date.parse('2028-02-29T00:00:00+05:30'),
        toMs: Date.parse('2028-03-01T00:00:00+05:30'),
        open: false,
      },
      date,
      START,
    ),
    { from: '2028-02-29', to: '2028-02-29' },
    'a leap day',
  );
});

t.test(
  'paths are appended to the host, parameters are escaped, mid is the merchant family’s',
  async (t) => {
    const withMid = await settings({ merchant_id: 'shop 1&x=2' });
    const bounds = { from: 'a+b', to: 'c' };
    const requestFor = prepareRequests('orders', profileOf('orders'), withMid, bounds);
    const orders = requestFor({ limit: '5' });
    const url = new URL(orders.url);
    t.equal(`${url.origin}${url.pathname}`, 'https://proxy.example.com/gokwik/v1/order/list');
    t.same(Object.fromEntries(url.searchParams), {
      updated_after: 'a+b',
      updated_before: 'c',
      mid: 'shop 1&x=2',
      limit: '5',
    });
    t.same(orders.headers, { appid: 'app', appsecret: 'secret' });
    t.notMatch(orders.url, /secret/);
    t.equal(new URL(requestFor({ mid: 'other' }).url).search.match(/mid=/g)?.length, 1);
    t.match(
      requestFor({ mid: 'other' }).url,
      /[?&]mid=other/,
      'what pages are asked by comes first',
    );
    const shipments = prepareRequests('shipments', profileOf('shipments'), withMid, {})({});
    t.match(
      shipments.url,
      /^https:\/\/proxy\.example\.com\/gokwik\/kwikship\/api\/v1\/shipments\?/,
    );
    t.notMatch(shipments.url, /mid=/);
    t.same(shipments.headers, { 'gk-app-id': 'app', 'gk-app-secret': 'secret' });
  },
);

t.test('a row gives its texts and numbers as placeholders', async (t) => {
  const values = rowPlaceholders({
    platform_order_id: 6543210987654,
    moid: 'm',
    total: null,
    list: [],
  });
  t.same(values, { platform_order_id: '6543210987654', moid: 'm' });
});
