import fc from 'fast-check';
import t from 'tap';
import { ConfigError } from '../../src/cdk/errors.ts';
import { unite } from '../../src/cdk/intervals.ts';
import type { JsonObject } from '../../src/cdk/protocol.ts';
import {
  parseStates,
  parseStreamState,
  type StreamState,
  writeStreamState,
} from '../../src/cdk/state.ts';

/* What was saved is read back as it was, in every wrapping that hosts use; all else is refused. */

const BEGIN = Date.UTC(2020, 0, 1);
const instant = fc.nat(10 * 366 * 86_400_000).map((ms) => BEGIN + ms);

const state: fc.Arbitrary<StreamState> = fc
  .record({
    edges: fc.tuple(instant, instant),
    run: fc.option(
      fc.record({
        startedMs: instant,
        toMs: instant,
        done: fc.array(fc.tuple(instant, instant), { maxLength: 5 }),
      }),
      { nil: undefined },
    ),
  })
  .map(({ edges, run }) => ({
    fromMs: Math.min(...edges),
    cursorMs: Math.max(...edges),
    ...(run && {
      run: {
        ...run,
        done: unite(run.done.map(([a, b]) => ({ fromMs: Math.min(a, b), toMs: Math.max(a, b) }))),
      },
    }),
  }));

const WRAPPINGS: readonly ((name: string, state: JsonObject) => unknown)[] = [
  (name, stream_state) => [
    { type: 'STREAM', stream: { stream_descriptor: { name }, stream_state } },
  ],
  (name, stream_state) => [
    {
      type: 'STATE',
      state: {
        type: 'STREAM',
        stream: { stream_descriptor: { name, namespace: null }, stream_state },
        sourceStats: { recordCount: 3 },
      },
    },
  ],
  (name, stream_state) => ({ stream: { stream_descriptor: { name }, stream_state } }),
  (name, stream_state) => [
    {
      type: 'GLOBAL',
      global: {
        shared_state: null,
        stream_states: [{ stream_descriptor: { name }, stream_state }],
      },
    },
  ],
  (name, stream_state) => ({ [name]: stream_state }),
  (name, stream_state) => ({ type: 'LEGACY', data: { [name]: stream_state } }),
];

t.test('a state survives being written, wrapped, and read', async () => {
  fc.assert(
    fc.property(state, fc.constantFrom(...WRAPPINGS), (saved, wrap) => {
      const written = JSON.parse(JSON.stringify(wrap('orders', writeStreamState(saved))));
      const read = parseStreamState(parseStates(written).get('orders'), { name: 'orders' });
      t.same(read, saved);
    }),
  );
});

t.test(
  'anything else is a ConfigError that says so, never a silent start from nothing',
  async () => {
    /** Only what says nothing at all may come to no state. */
    const saysNothing = (value: unknown): boolean =>
      value === null ||
      (typeof value === 'object' && Object.values(value as object).every(saysNothing));
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          const states = parseStates(value);
          if (states.size === 0 && !saysNothing(value))
            throw new Error(`ignored: ${JSON.stringify(value)}`);
          for (const [name, one] of states) parseStreamState(one, { name });
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  },
);

t.test(
  'a damaged state is refused: no field may be missing, wrong or of a newer version',
  async () => {
    const broken = fc.constantFrom(
      (s: JsonObject) => ({ ...s, version: 2 }),
      (s: JsonObject) => ({ ...s, version: undefined }),
      (s: JsonObject) => ({ ...s, from: 'yesterday' }),
      (s: JsonObject) => ({ ...s, cursor: null }),
      (s: JsonObject) => ({ ...s, from: s.cursor, cursor: '2000-01-01T00:00:00Z' }),
      (s: JsonObject) => ({ ...s, run: {} }),
      (s: JsonObject) => ({ ...s, run: { started: s.from, to: s.cursor, done: [[s.from]] } }),
      (s: JsonObject) => ({ ...s, run: { started: s.from, done: [] } }),
    );
    fc.assert(
      fc.property(state, broken, (saved, damage) => {
        const damaged = JSON.parse(JSON.stringify(damage(writeStreamState(saved)))) as JsonObject;
        t.throws(() => parseStreamState(damaged, { name: 'orders' }), ConfigError);
      }),
    );
  },
);
