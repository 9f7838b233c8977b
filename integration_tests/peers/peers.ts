import t from 'tap';
import { DAY_MS, indiaDate } from '../../simulator/src/world/time.ts';
import { discover, runConnector, writeInputs } from '../connector.ts';
import { openDestination } from '../destination.ts';
import { CLEAN, sync } from '../sync.ts';
import { wrongRows } from '../truth.ts';
import { PEERS } from './index.ts';
import { openShop, type Peer, type Served, serve } from './peer.ts';

/*
 * The list APIs of this field, each said by a profile in the connector's grammar: check, discover, a
 * first sync, six days in which rows come and change, a second sync. Once a sync something goes wrong
 * as it does there. The destination must equal the truth.
 */

const NOW = Math.floor(Date.now() / 1000) * 1000;

function configOf(peer: Peer, { url }: Served, startMs: number) {
  const { host } = new URL(url);
  return {
    base_url: url,
    app_id: 'none',
    app_secret: 'none',
    start_date: indiaDate(startMs),
    window_days: 30,
    requests_per_second: 1000,
    secrets: Object.entries(peer.secrets).map(([name, value]) => ({ name, value, host })),
    api_profile: peer.profile(url),
    ...peer.config,
  };
}

// Most of the time is spent waiting, as servers ask for it.
t.jobs = 4;

for (const peer of PEERS) {
  t.test(peer.name, { buffered: true }, async (t) => {
    const shop = openShop(7, NOW);
    shop.nowMs = NOW - 6 * DAY_MS;
    const server = await serve(peer, shop, true);
    t.teardown(() => server.close());
    const config = configOf(peer, server, shop.startMs);

    const checked = await runConnector(['check', '--config', writeInputs({ config }).config]);
    t.match(checked.lines.at(-1)?.connectionStatus, {
      status: 'SUCCEEDED',
      message: 'Connection successful',
    });

    const found = await discover(config);
    const streams = found.filter(({ name }) => name === peer.stream);
    t.equal(streams.length, 1, 'discovered');
    const destination = await openDestination(':memory:', streams);
    t.teardown(() => destination.close());
    for (const nowMs of [NOW - 6 * DAY_MS, NOW]) {
      shop.nowMs = nowMs;
      const name = nowMs === NOW ? 'second sync' : 'first sync';
      const before = server.strikes();
      destination.resetCounts();
      t.same(await sync(config, streams, destination), CLEAN, name);
      t.same(await wrongRows(destination, peer.stream, peer.truth(shop)), [], name);
      t.ok(server.strikes() > before, 'something went wrong on the way');
      const { records, corrected } = destination.counts(peer.stream);
      if (nowMs === NOW) t.ok(corrected > 0, 'late changes came');
      else t.equal(records, peer.truth(shop).length, 'each row once');
    }
    t.same(server.refusals(), [], 'nothing that it asked for was refused');
  });
}
