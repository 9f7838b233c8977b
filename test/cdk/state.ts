import t from 'tap';
import { parseStates, parseStreamState } from '../../src/cdk/state.ts';

const STATE = { version: 1, from: '2026-09-01T00:00:00Z', cursor: '2026-11-22T10:00:00Z' };
const stream = (name: string, stream_state: unknown) => ({
  stream_descriptor: { name, namespace: null },
  stream_state,
});

t.test('every shape in which hosts give a state is read', async (t) => {
  const one = { type: 'STREAM', stream: stream('orders', STATE), sourceStats: { recordCount: 2 } };
  const shapes: Record<string, unknown> = {
    'a list of STREAM states': [one],
    'with nulls and unknown keys': [{ ...one, global: null, global_: null, data: null, id: 7 }],
    'whole lines of stdout': [{ type: 'STATE', state: one }],
    'one state alone': one,
    'one line alone': { type: 'STATE', state: one },
    GLOBAL: [{ type: 'GLOBAL', global: { stream_states: [stream('orders', STATE)] } }],
    'GLOBAL as PyAirbyte spells it': [
      { global_: { shared_state: null, stream_states: [stream('orders', STATE)] } },
    ],
    'the legacy map': { orders: STATE },
    'the legacy message': [{ type: 'LEGACY', data: { orders: STATE, payments: null } }],
  };
  for (const [name, value] of Object.entries(shapes)) {
    t.same([...parseStates(value)], [['orders', STATE]], name);
  }
  const newer = { ...STATE, cursor: '2026-11-23T00:00:00Z' };
  t.same(parseStates([one, { ...one, stream: stream('orders', newer) }]).get('orders'), newer);
  for (const nothing of [undefined, null, [], {}]) t.equal(parseStates(nothing).size, 0);
});

t.test('anything else is refused, never taken for no state', async (t) => {
  const broken = [
    7,
    'x',
    [null],
    [7],
    [{}],
    [{ type: 'STREAM' }],
    [{ stream: { stream_state: {} } }],
    [{ stream: stream('orders', 'x') }],
    [{ global: { stream_states: {} } }],
    [{ global: { shared_state: { lsn: 1 }, stream_states: [] } }],
    { orders: 'x' },
  ];
  for (const value of broken) {
    t.throws(() => parseStates(value), { code: 'GK_STATE_FILE' }, JSON.stringify(value));
  }
});

t.test('the state of a stream: sentinels, and what is broken names the stream', async (t) => {
  const descriptor = { name: 'orders' };
  for (const none of [undefined, {}, { __ab_no_cursor_state_message: true }]) {
    t.equal(parseStreamState(none, descriptor), undefined);
  }
  const complete = { __ab_full_refresh_sync_complete: true };
  t.same(parseStreamState(complete, descriptor), { complete: true });
  t.same(parseStreamState({ ...complete, sync_id: 7 }, descriptor), { complete: true, syncId: 7 });
  const broken = [
    { updated_at: '2026-01-01' },
    { ...STATE, version: 2 },
    { ...STATE, cursor: '2026-11-22' },
    { ...STATE, cursor: 5 },
    { ...STATE, from: '2027-01-01T00:00:00Z' },
    { ...STATE, run: {} },
    { ...STATE, run: { started: STATE.from, to: STATE.cursor, done: [[STATE.from]] } },
    { ...STATE, run: { started: STATE.from, done: [] } },
    { from: STATE.from, cursor: STATE.cursor },
    { ...STATE, files: [] },
    { ...STATE, deep: [STATE.from] },
    { ...STATE, deep: STATE.from },
    { ...STATE, key: 7 },
    { ...STATE, full_refresh: true },
    { ...STATE, run: { started: 'x', to: STATE.cursor, done: [] } },
  ];
  for (const state of broken) {
    t.throws(
      () => parseStreamState(state, descriptor),
      { code: 'GK_STATE', stream: 'orders', message: /orders/ },
      JSON.stringify(state),
    );
  }
});

t.test(
  'a state of 0.2.0 with `files`, also an empty one of a child, has the keys of files',
  async (t) => {
    for (const files of [{}, { 'orders.csv': { done: true } }]) {
      t.match(parseStreamState({ ...STATE, files }, { name: 'orders' }), { keys: 'files', files });
    }
    t.notHas(parseStreamState({ ...STATE, files: null }, { name: 'orders' }), { keys: 'files' });
  },
);
