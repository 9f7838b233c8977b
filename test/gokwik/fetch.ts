import t from 'tap';
import { createAnomalies } from '../../src/gokwik/anomalies.ts';
import { parseBody } from '../../src/gokwik/body.ts';
import { DEFAULT_PROFILE, type StreamProfile } from '../../src/gokwik/profile.ts';
import { type RawRow, scanOf } from '../../src/gokwik/records/raw.ts';
import { readSettings } from '../../src/gokwik/settings.ts';
import { fetchPages } from '../../src/gokwik/streams/fetch.ts';
import type { Http, HttpRequest } from '../../src/http/retry.ts';

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

t.test('the memory of a page is given back when the next one is asked for', async (t) => {
  const given: string[] = [];
  const watch = (name: string, { buffer }: NodeJS.ArrayBufferView): void => {
    Object.defineProperty(buffer, 'transfer', { value: () => given.push(name) });
  };
  const page = (name: string, isOwn: boolean) => {
    const text = `{"data":[{"id":"${name}"}],"has_more":true,"next_cursor":"${name}"}`;
    // A small buffer lies beside others in one that Node keeps for them.
    const bytes = isOwn
      ? Buffer.from(new TextEncoder().encode(text).slice().buffer)
      : Buffer.from(text);
    const body = parseBody(bytes, ['data']);
    const scan = scanOf((body as { data: RawRow[] }).data[0] ?? {});
    if (scan === undefined) throw new Error('the rows were made objects');
    watch(`${name}: bytes`, scan.codes);
    watch(`${name}: spans`, scan.spans);
    return body;
  };
  const last = { data: [], has_more: false };
  const bodies = [page('a', true), page('b', false), last];
  const seen: string[][] = [];
  await read('orders', bodies, () => seen.push([...given]));
  t.same(seen, [[], ['a: spans', 'a: bytes'], ['a: spans', 'a: bytes', 'b: spans']]);
});
