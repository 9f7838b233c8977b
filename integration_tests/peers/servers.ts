import t from 'tap';
import { DAY_MS } from '../../simulator/src/world/time.ts';
import { PEERS } from './index.ts';
import { type Ask, openShop, serve } from './peer.ts';

/** Each server answers a client that follows its documentation, and refuses one that does not. */

const NOW = Math.floor(Date.now() / 1000) * 1000;

const askOf =
  (url: string): Ask =>
  async (path, query = {}, { method = 'GET', headers = {}, json } = {}) => {
    const address = new URL(url + path);
    for (const [name, value] of Object.entries(query))
      address.searchParams.set(name, String(value));
    const response = await fetch(address, {
      method,
      headers: { ...headers, ...(json !== undefined && { 'content-type': 'application/json' }) },
      ...(json !== undefined && { body: JSON.stringify(json) }),
    });
    const body = await response.text();
    const isJson = response.headers.get('content-type') === 'application/json';
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson ? JSON.parse(body) : body) as never,
    };
  };

for (const peer of PEERS) {
  t.test(peer.name, async (t) => {
    const shop = openShop(7, NOW);
    const server = await serve(peer, shop, false);
    t.teardown(() => server.close());
    for (const nowMs of [NOW - 6 * DAY_MS, NOW]) {
      shop.nowMs = nowMs;
      const rows = await peer.read(askOf(server.url), shop.startMs, nowMs);
      const keys = rows.map((row) => peer.keyOf(row as never));
      const truth = peer.truth(shop);
      t.ok(truth.length > 100, `${truth.length} rows`);
      t.equal(new Set(keys).size, truth.length, 'every row');
      t.same([...keys].sort(), truth.map(({ key }) => key).sort(), 'once each');
    }
    t.same(server.refusals(), [], 'nothing that it asked for was refused');
    const before = new Map<string, string>();
    shop.nowMs = NOW - 6 * DAY_MS;
    for (const { key, fields } of peer.truth(shop)) before.set(key, JSON.stringify(fields));
    shop.nowMs = NOW;
    const changed = peer
      .truth(shop)
      .filter(({ key, fields }) => before.has(key) && before.get(key) !== JSON.stringify(fields));
    t.ok(changed.length > 10, `${changed.length} rows change late`);

    const { status, body } = await askOf(server.url)('/nowhere/at/all');
    t.ok(status >= 400, `a stranger is refused: ${status} ${JSON.stringify(body)}`);
  });
}
