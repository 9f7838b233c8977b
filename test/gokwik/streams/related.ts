import { Readable } from 'node:stream';
import t from 'tap';
import { createAnomalies } from '../../../src/cdk/anomalies.ts';
import { readStreams } from '../../../src/cdk/engine.ts';
import { SystemError } from '../../../src/cdk/errors.ts';
import type { JsonObject } from '../../../src/cdk/protocol.ts';
import { parseStates } from '../../../src/cdk/state.ts';
import { createWriter } from '../../../src/cdk/writer.ts';
import type { RawPage } from '../../../src/gokwik/lists/position.ts';
import { createLogins } from '../../../src/gokwik/login.ts';
import type { Mapper } from '../../../src/gokwik/records/mapper.ts';
import { readSettings } from '../../../src/gokwik/settings.ts';
import { STREAMS } from '../../../src/gokwik/streams/index.ts';
import { openStreams } from '../../../src/gokwik/streams/readers.ts';
import { readRelated } from '../../../src/gokwik/streams/related.ts';
import type { StreamProfile } from '../../../src/gokwik/streams/stream.ts';
import type { Moment } from '../../../src/gokwik/template.ts';
import type { Http, HttpResponse } from '../../../src/http/http.ts';
import { collectingSink } from '../../cdk/helpers/sink.ts';
import { openTools } from './helpers/tools.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 9, 10);
const PER_SECOND = 10;
const CONFIG = {
  base_url: 'https://api.gokwik.co',
  app_id: 'app',
  app_secret: 'secret',
  start_date: '2026-10-01',
  pii_mode: 'plain',
  lookback_days: 30,
  lookback_every_hours: 0,
  window_days: 7,
  concurrency: 4,
  requests_per_second: PER_SECOND,
};

/** Nothing for days, then two days of trade: one order in each 45 s, every other of them prepaid. */
const ORDERS = Array.from({ length: (2 * DAY) / 45_000 }, (_, index) => ({
  gokwik_oid: `o${index}`,
  platform_order_id: `p${index}`,
  payment_method: index % 2 ? 'upi' : 'cod',
  updated_at: new Date(NOW - 4 * DAY + index * 45_000).toISOString(),
}));

t.test('one request for each order, and progress saved in every minute', async (t) => {
  let nowMs = NOW;
  const asked = new Map<string, number>();
  let lists = 0;
  const answer = (url: URL): unknown => {
    const order = url.searchParams.get('platformOrderId');
    if (order) {
      asked.set(order, (asked.get(order) ?? 0) + 1);
      return { data: [{ refund_id: `r-${order}` }] };
    }
    lists += 1;
    const [from = '', to = '', at = '0'] = ['updated_after', 'updated_before', 'cursor'].map(
      (name) => url.searchParams.get(name) ?? undefined,
    );
    const found = ORDERS.filter(({ updated_at }) => {
      const ms = Date.parse(updated_at);
      return ms >= Date.parse(from) && ms < Date.parse(to);
    });
    const end = Number(at) + 100;
    const more = end < found.length;
    return {
      data: found.slice(Number(at), end),
      has_more: more,
      ...(more && { next_cursor: String(end) }),
    };
  };
  const http: Http = {
    // Ten a second in all, whoever asks.
    async send({ url }): Promise<HttpResponse> {
      nowMs += 1000 / PER_SECOND;
      await Promise.resolve();
      return { status: 200, headers: {}, bytes: 0, body: answer(new URL(url)) } as HttpResponse;
    },
    skewMs: () => 0,
    requests: () => 0,
    close() {},
  };
  const settings = readSettings(CONFIG, { allowPrivate: false, nowMs: NOW });
  const now = () => nowMs;
  const tools = {
    ...{
      http,
      settings,
      now,
      anomalies: createAnomalies(),
      learned: new Map(),
      pii: undefined,
    },
    logins: createLogins({ http, values: settings.values, now, hide() {} }),
    files: {
      log: {} as never,
      hideName: (name: string) => name,
      openDownloader: () => Promise.reject(new Error('no download')),
      openStore: () => Promise.reject(new Error('no store')),
    },
  };
  const { readers } = openStreams(tools);
  const { sink, text } = collectingSink();
  const writer = createWriter(sink, () => {});
  /** When what is done was last said to have grown. */
  const saved: number[] = [nowMs];
  let done = '';
  const failed = await readStreams({
    source: {
      ...{ streams: [], unreadable: new Map(), readers, endMs: undefined },
      ...{ lookbackMs: 0, lookbackEveryMs: 0, concurrency: 4, skewMs: () => 0 },
      startMs: NOW - 9 * DAY,
      check: async () => '',
      anomalies: () => [],
      close() {},
    },
    configured: [{ name: 'refunds', syncMode: 'incremental' }],
    saved: parseStates(undefined),
    writer: {
      ...writer,
      state(stream, state) {
        const text = JSON.stringify(state.run ?? null);
        if (text !== done) saved.push(nowMs);
        done = text;
        return writer.state(stream, state);
      },
    },
    log: { info() {}, debug() {}, warn() {} },
    now,
    signal: new AbortController().signal,
    report(error) {
      throw error;
    },
  });
  await writer.flush();
  t.same(failed, []);
  const printed = text().match(/"refund_id":"r-p\d+"/g) ?? [];
  const prepaid = ORDERS.length / 2;
  t.equal(printed.length, prepaid);
  t.equal(new Set(printed).size, prepaid, 'each once');
  const pauses = saved.slice(1).map((ms, index) => (ms - (saved[index] ?? 0)) / 1000);
  t.ok(Math.max(...pauses) <= 60, `${Math.max(...pauses)} s without progress`);
  const requests = [...asked.values()].reduce((sum, count) => sum + count, 0) + lists;
  t.ok(requests < prepaid * 1.5, `${requests} requests for ${prepaid} orders, ${lists} for lists`);
  t.comment(
    `${Math.max(...pauses)} s, ${requests} requests, ${lists} lists, ${saved.length} saves`,
  );
});

t.test('the list of its parent is held against its time, or asked for in parts', async (t) => {
  const { profile, tools, context } = openTools('refunds', [], {});
  const { per } = profile;
  if (!per) throw new Error('refunds are asked for by orders');
  const map = (row: JsonObject) => ({ row, key: '', cursorMs: Number(row.ms) });
  const mapper = { map } as unknown as Mapper;
  const parent = { stream: 'orders', profile: STREAMS.orders?.profile as StreamProfile, mapper };
  const read = (doubt: RawPage['doubt'], cut: () => boolean) =>
    Readable.from(
      readRelated(
        { stream: 'refunds', profile, mapper, per },
        parent,
        { fromMs: NOW - 7 * DAY, toMs: NOW, open: false },
        async function* ({ from }) {
          const { ms } = from as Moment;
          const rows = Array.from({ length: 24 }, (_, at) => ({ ms: ms + (at * DAY) / 24 }));
          yield { rows, next: undefined, ...(doubt && { doubt }) };
        },
        tools,
        { ...context, cut },
      ),
    ).toArray();
  await t.rejects(
    read(undefined, () => false),
    { code: 'GK_RANGE' },
  );
  const error = new SystemError('GK_PAGING', 'it may be a part');
  t.same(await read({ error }, () => true), [], 'given back');
});
