import t from 'tap';
import { createAnomalies } from '../../../src/gokwik/anomalies.ts';
import { DEFAULT_PROFILE } from '../../../src/gokwik/profile.ts';
import { readSettings } from '../../../src/gokwik/settings.ts';
import { fetchPages } from '../../../src/gokwik/streams/pages.ts';
import type { StreamProfile } from '../../../src/gokwik/streams/stream.ts';
import type { Http, HttpRequest } from '../../../src/http/retry.ts';

/** Reads all pages of a stream whose server gives these bodies, one a request. */
async function read(name: string, bodies: readonly unknown[], onPage = () => {}) {
  const asked: URLSearchParams[] = [];
  const http: Http = {
    async get({ url }: HttpRequest) {
      const body = bodies[asked.length];
      asked.push(new URL(url).searchParams);
      return { status: 200, headers: {}, body, bytes: 0 };
    },
    skewMs: () => 0,
    requests: () => 0,
    stats: () => ({ requests: 0, rateLimited: 0, retries: 0, bytes: 0 }),
    close() {},
  };
  const settings = await readSettings(
    {
      base_url: 'https://api.gokwik.co',
      app_id: 'app',
      app_secret: 'secret',
      start_date: '2026-10-01',
    },
    { allowPrivate: false, nowMs: Date.UTC(2026, 10, 1) },
  );
  const anomalies = createAnomalies();
  const profile = DEFAULT_PROFILE.streams[name] as StreamProfile;
  const context = { signal: new AbortController().signal, onWait() {} };
  const rows: unknown[] = [];
  for await (const page of fetchPages(name, profile, {}, { http, settings, anomalies }, context)) {
    rows.push(...page.rows);
    onPage();
  }
  return { rows, asked, said: anomalies.lines() };
}

t.test('nothing under a code of success is a slip until it is said twice', async (t) => {
  const slip = await read('orders', [{ data: {} }, { data: [{ id: 1 }], has_more: false }]);
  t.same(slip.rows, [{ id: 1 }]);
  t.equal(String(slip.asked[0]), String(slip.asked[1]), 'the same page is asked for');
  t.same(slip.said, []);
  const none = await read('orders', [{ data: {} }, { data: {} }]);
  t.same(none.rows, []);
  t.equal(none.asked.length, 2);
  t.match(none.said, [/taken for no rows/]);
});

t.test('in the middle of a list it is asked about once more, and then an error', async (t) => {
  const first = { data: [{ id: 1 }], has_more: true, next_cursor: 'a' };
  const { rows } = await read('orders', [first, { data: {} }, { data: [{ id: 2 }] }]);
  t.same(rows, [{ id: 1 }, { id: 2 }]);
  await t.rejects(read('orders', [first, { data: {} }, { data: {} }]), { code: 'GK_SHAPE' });
});

t.test('of one order among many, nothing is believed at once', async (t) => {
  const { rows, asked } = await read('refunds', [{ success: true, data: {} }]);
  t.same(rows, []);
  t.equal(asked.length, 1);
});
