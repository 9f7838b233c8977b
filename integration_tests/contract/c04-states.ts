import t from 'tap';
import { configFor } from '../connector.ts';
import { catalogOf, errorsOf, read, recordsOf, STREAMS, smallMerchant, statesOf } from './runs.ts';
import { targets } from './targets.ts';

/* C4: state in each shape that a client writes; anything else is refused, and never starts over. */

const simulator = await smallMerchant();
t.teardown(() => simulator.close());
const config = configFor(simulator, { lookback_days: 2 });
const catalog = catalogOf(['orders', 'checkouts']);

for (const target of targets) {
  const first = await read(target, { config, catalog });
  const all = recordsOf(first.lines).length;
  const states = statesOf(first.lines);
  const legacy = Object.fromEntries(
    states.map(({ stream }) => [
      stream?.stream_descriptor.name,
      (stream as unknown as { stream_state: unknown }).stream_state,
    ]),
  );
  t.ok(all > 40, `${target.name}: ${all} records at first`);

  for (const [shape, state] of Object.entries({
    'no flag': undefined,
    'an empty list': [],
    'an empty object': {},
    'an empty file': '',
    'a sentinel of no cursor': STREAMS.map((name) => ({
      type: 'STREAM',
      stream: {
        stream_descriptor: { name },
        stream_state: { __ab_no_cursor_state_message: true },
      },
    })),
  })) {
    t.test(`${target.name}: ${shape} is no state`, async (t) => {
      const { code, lines } = await read(target, {
        config,
        catalog,
        ...(state !== undefined && { state }),
      });
      t.equal(code, 0);
      t.equal(recordsOf(lines).length, all);
    });
  }

  for (const [shape, state] of Object.entries({
    'a list of STATEs': states,
    'a list with nulls and keys of the host’s own': states.map((entry) => ({
      ...entry,
      id: 7,
      global_: null,
      data: null,
      destinationStats: null,
      stream: { ...entry.stream, unknown: true },
    })),
    'a list of whole messages': states.map((entry) => ({ type: 'STATE', state: entry })),
    'the legacy map': legacy,
    'a GLOBAL state': [
      { type: 'GLOBAL', global: { stream_states: states.map(({ stream }) => stream) } },
    ],
  })) {
    t.test(`${target.name}: ${shape} is resumed from`, async (t) => {
      const { code, lines } = await read(target, { config, catalog, state });
      t.equal(code, 0);
      const again = recordsOf(lines).length;
      t.ok(again < all / 2, `${again} of ${all} records`);
    });
  }

  for (const [shape, state] of Object.entries({
    'a text': '"2026-01-01"',
    'no JSON': '{',
    'a list of texts': ['orders'],
    'a state of another connector': [
      {
        type: 'STREAM',
        stream: { stream_descriptor: { name: 'orders' }, stream_state: { updated_at: '2026' } },
      },
    ],
    'a map of texts': { orders: '2026-01-01' },
  })) {
    t.test(`${target.name}: ${shape} is refused`, async (t) => {
      const { code, lines } = await read(target, { config, catalog, state });
      t.equal(code, 1);
      t.equal(errorsOf(lines)[0]?.failure_type, 'config_error');
      t.same(recordsOf(lines, 'orders'), [], 'it does not start over');
    });
  }
}
