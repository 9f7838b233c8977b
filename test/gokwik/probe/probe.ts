import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import t from 'tap';
import { PEERS } from '../../../integration_tests/peers/index.ts';
import { openShop, type Peer, serve as servePeer } from '../../../integration_tests/peers/peer.ts';
import { run } from '../../../src/cdk/run.ts';
import { gokwikSource } from '../../../src/gokwik/source.ts';

/*
 * Probe, paste, read: what is suggested for a server that nobody described must read all of its rows.
 * The servers are those of the integration tests, which follow public documentation.
 */

const DAY_MS = 24 * 60 * 60_000;
const NOW = Math.floor(Date.now() / 1000) * 1000;
const folder = mkdtempSync(join(tmpdir(), 'probe-'));
let files = 0;

function write(content: unknown): string {
  files += 1;
  const path = join(folder, `${files}.json`);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly complaints: string[];
}

async function runSource(argv: readonly string[]): Promise<Ran> {
  let out = '';
  const complaints: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      out += chunk;
      done();
    },
  });
  const code = await run({
    source: gokwikSource,
    argv,
    sink,
    root: new AbortController(),
    version: 'test',
    env: { SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL: 'true' },
    now: Date.now,
    random: Math.random,
    complain: (text) => void complaints.push(text),
  });
  return { code, out, complaints };
}

// biome-ignore lint/suspicious/noExplicitAny: the document is looked into by the tests alone
type Found = Record<string, any>;

/** What an account manager's link says: no template, no paging, no fields. */
interface Hint {
  readonly path?: string;
  readonly json?: object;
  /** Fields that the probe says it cannot know, and what the merchant answers. */
  readonly answers?: object;
  /** Fields of the truth that nothing but the API's documentation tells. */
  readonly unknowable?: readonly string[];
  readonly keyOf?: (key: string) => string;
}

const day = (ms: number): string => new Date(ms + 19_800_000).toISOString().slice(0, 10);
const from = NOW - 40 * DAY_MS;
const to = NOW - 34 * DAY_MS;
const stamp = (ms: number): string => new Date(ms).toISOString().slice(0, 19);
const indian = (ms: number): string => stamp(ms + 19_800_000).replace('T', ' ');

function magento(): string {
  const criterion = (group: number, name: string, value: string): string =>
    `searchCriteria[filterGroups][${group}][filters][0][${name}]=${encodeURIComponent(value)}`;
  return [
    criterion(0, 'field', 'updated_at'),
    criterion(0, 'value', stamp(from).replace('T', ' ')),
    criterion(0, 'conditionType', 'gteq'),
    criterion(1, 'field', 'updated_at'),
    criterion(1, 'value', stamp(to).replace('T', ' ')),
    criterion(1, 'conditionType', 'lteq'),
    'searchCriteria[pageSize]=20',
    'searchCriteria[currentPage]=1',
  ].join('&');
}

const HINTS: Readonly<Record<string, Hint>> = {
  'gokwik-gkx-orders': { path: `from=${from}&to=${to}&page=1&limit=50` },
  'razorpay-payments': { path: `from=${from / 1000}&to=${to / 1000}&count=20&skip=0` },
  'razorpay-recon': {
    path: `year=${day(from).slice(0, 4)}&month=${day(from).slice(5, 7)}&day=${day(from).slice(8)}&count=5&skip=0`,
  },
  'cashfree-recon': {
    json: {
      pagination: { limit: 20, cursor: null },
      filters: { start_date: `${stamp(from)}Z`, end_date: `${stamp(to)}Z` },
    },
  },
  'shiprocket-orders': { path: `from=${day(from)}&to=${day(to)}&page=1&per_page=50` },
  'shopify-rest': {
    path: `status=any&limit=50&updated_at_min=${stamp(from)}Z&updated_at_max=${stamp(to)}Z`,
  },
  'woocommerce-orders': {
    path: `modified_after=${stamp(from)}&modified_before=${stamp(to)}&dates_are_gmt=true&page=1&per_page=20`,
  },
  'magento-orders': { path: magento() },
  'stripe-charges': {
    path: `created[gte]=${from / 1000}&created[lt]=${to / 1000}&limit=20&starting_after=`,
  },
  'unicommerce-search': {
    json: {
      fromDate: `${stamp(from)}Z`,
      toDate: `${stamp(to)}Z`,
      dateType: 'UPDATED',
      searchOptions: { displayStart: 0, displayLength: 20 },
    },
  },
  'easyecom-orders': { path: `limit=25&start_date=${indian(from)}&end_date=${indian(to)}` },
  'gokwik-dashboard-orders': {
    path: `start_dt=${day(from)}&end_dt=${day(to)}&sortKey=created_at&sortOrder=asc&mode=all&page=1&pageSize=40`,
  },
};

function configOf(peer: Peer, url: string, startMs: number, profile: object) {
  const { host } = new URL(url);
  return {
    base_url: url,
    app_id: 'none',
    app_secret: 'none',
    start_date: day(startMs),
    requests_per_second: 1000,
    secrets: Object.entries(peer.secrets).map(([name, value]) => ({ name, value, host })),
    api_profile: profile,
    ...peer.config,
  };
}

/** The peer's profile without what makes it right: hosts, method, path, and the link's parameters. */
function bareProfile(peer: Peer, url: string, { path, json }: Hint): object {
  const { hosts, streams } = peer.profile(url) as { hosts: object; streams: Found };
  const { host, path: own } = streams[peer.stream];
  const bare = {
    host,
    path: path ? `${own}?${path.replaceAll(' ', '%20')}` : own,
    ...(json && { json }),
  };
  return { hosts, streams: { ...streams, [peer.stream]: bare } };
}

async function readRows(config: object, stream: string): Promise<Found[]> {
  const path = write(config);
  const { out: found } = await runSource(['discover', '--config', path]);
  const { catalog } = JSON.parse(found.trim().split('\n').at(-1) ?? '');
  const streams = catalog.streams
    .filter(({ name }: Found) => name === stream)
    .map((one: Found) => ({
      stream: one,
      sync_mode: 'full_refresh',
      destination_sync_mode: 'overwrite',
    }));
  const { out } = await runSource(['read', '--config', path, '--catalog', write({ streams })]);
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const errors = lines.flatMap(({ trace }) => trace?.error?.message ?? []);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return lines.flatMap(({ record }) => (record ? [record.data] : []));
}

/** Texts and numbers of rows, which no output may hold. */
function valuesOf(rows: readonly Found[]): Set<string> {
  const values = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
    else if (/\d/.test(String(value)) && String(value).length > 4) values.add(String(value));
  };
  rows.forEach(collect);
  return values;
}

/** Fields of the truth that the rows have otherwise. */
function wrongFields(rows: readonly Found[], peer: Peer, truth: ReturnType<Peer['truth']>) {
  const found = new Map(rows.map((row) => [String(row.record_key), row]));
  const wrong = new Set<string>();
  for (const { key, fields } of truth) {
    const row = found.get(HINTS[peer.name]?.keyOf?.(key) ?? key);
    if (!row) wrong.add('record_key');
    for (const [name, value] of Object.entries(row ? fields : {})) {
      if (JSON.stringify(row?.[name]) !== JSON.stringify(value)) wrong.add(name);
    }
  }
  return [...wrong].sort();
}

for (const peer of PEERS) {
  t.test(peer.name, async (t) => {
    const shop = openShop(7, NOW);
    const server = await servePeer(peer, shop, false);
    t.teardown(() => server.close());
    const hint = HINTS[peer.name] ?? {};
    const config = configOf(peer, server.url, shop.startMs, bareProfile(peer, server.url, hint));
    const { code, out, complaints } = await runSource([
      'probe',
      '--config',
      write(config),
      '--json',
    ]);
    t.equal(code, 0);
    t.same(complaints, []);
    const { streams, api_profile: profile } = JSON.parse(out);
    t.match(streams, [{ stream: peer.stream, asked: { requests: 2, status: 200 } }]);
    t.match(streams[0].paging.page_2, /^page 2 gave \d+ other rows$/);
    if (hint.answers) Object.assign(profile.streams[peer.stream], hint.answers);
    const rows = await readRows({ ...config, api_profile: profile }, peer.stream);
    const truth = peer.truth(shop);
    t.equal(rows.length, truth.length, 'all rows, each once');
    t.same(wrongFields(rows, peer, truth), [...(hint.unknowable ?? [])].sort());
    for (const value of valuesOf(rows)) if (out.includes(value)) t.fail(`it prints ${value}`);
    t.same(server.refusals(), [], 'nothing that was asked for was refused');
  });
}
