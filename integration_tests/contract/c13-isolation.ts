import t from 'tap';
import { configFor } from '../connector.ts';
import {
  catalogOf,
  errorsOf,
  read,
  recordsOf,
  STREAMS,
  smallMerchant,
  statesOf,
  statusesOf,
} from './runs.ts';
import { targets } from './targets.ts';

/* C13: one stream's failure is its own: the others finish, and the exit code says that one did not. */

for (const target of targets) {
  t.test(`${target.name}: an endpoint that is not there`, async (t) => {
    const simulator = await smallMerchant();
    t.teardown(() => simulator.close());
    simulator.inject({ kind: 'status', code: 404, stream: 'settlements', times: 'forever' });
    const { code, stderr, lines } = await read(target, {
      config: configFor(simulator),
      catalog: catalogOf(STREAMS),
    });
    t.equal(code, 1);
    t.equal(stderr, '');
    const statuses = statusesOf(lines);
    t.equal(statuses.get('settlements')?.at(-1), 'INCOMPLETE');
    for (const stream of STREAMS.filter((name) => name !== 'settlements')) {
      t.equal(statuses.get(stream)?.at(-1), 'COMPLETE', stream);
      const keys = new Set(recordsOf(lines, stream).map(({ data }) => data.record_key));
      t.equal(keys.size, [...simulator.truth(stream)].length, `every row of ${stream}`);
    }
    const [error, ...more] = errorsOf(lines);
    t.same(more, []);
    t.same(error?.stream_descriptor, { name: 'settlements' });
    // One message is enough for a ticket.
    t.match(
      error?.message,
      /^Stream settlements: .* \[GK_HTTP_404\] \[at \d{4}-\d\d-\d\dT[\d:]+Z; stream settlements; GET 127\.0\.0\.1:\d+\/v1\/settlement\/list: HTTP 404; request id [\w-]+; attempt 1; source-gokwik \d+\.\d+\.\d+\]$/,
    );

    // Mended, the next run reads what is missing, and the others from where they were.
    simulator.clearFaults();
    const config = configFor(simulator, { lookback_days: 0 });
    const state = statesOf(lines);
    const rest = await read(target, { config, catalog: catalogOf(STREAMS), state });
    t.equal(rest.code, 0);
    const found = new Set(recordsOf(rest.lines, 'settlements').map(({ data }) => data.record_key));
    t.equal(found.size, [...simulator.truth('settlements')].length);
    t.ok(recordsOf(rest.lines, 'orders').length < recordsOf(lines, 'orders').length);
  });
}
