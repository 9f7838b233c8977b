import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { unite } from '../../src/cdk/cursor.ts';
import { ConfigError } from '../../src/cdk/errors.ts';
import {
  parseStates,
  parseStreamState,
  type StreamState,
  writeStreamState,
} from '../../src/cdk/state.ts';

/* What was saved is read back as it was; all else is refused. Wrappings: test/cdk/state.ts. */

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
    deep: fc.option(
      fc.tuple(instant, instant).map(([fromMs, toMs]) => ({ fromMs, toMs })),
      { nil: undefined },
    ),
    key: fc.option(fc.constant('abc'), { nil: undefined }),
    refresh: fc.option(
      fc.option(fc.nat(), { nil: undefined }).map((syncId) => (syncId ? { syncId } : {})),
      { nil: undefined },
    ),
    keys: fc.option(fc.constant('files' as const), { nil: undefined }),
    files: fc.option(fc.constant({ 'orders.csv': { done: true } }), { nil: undefined }),
  })
  .map(({ edges, run, keys, files, deep, key, refresh }) => ({
    fromMs: Math.min(...edges),
    cursorMs: Math.max(...edges),
    ...(deep && { deep }),
    ...(key && { key }),
    ...(refresh && { refresh }),
    ...(keys && { keys, ...(files && { files }) }),
    ...(run && {
      run: {
        ...run,
        done: unite(run.done.map(([a, b]) => ({ fromMs: Math.min(a, b), toMs: Math.max(a, b) }))),
      },
    }),
  }));

const read = (written: unknown) =>
  parseStreamState(parseStates(JSON.parse(JSON.stringify(written))).get('orders'), {
    name: 'orders',
  });

t.test('a state survives being written and read', async () => {
  fc.assert(
    fc.property(state, (saved) => {
      assert.deepEqual(read({ orders: writeStreamState(saved) }), saved);
    }),
  );
});

t.test('a state of another version of this connector says the same', async () => {
  // Older ones wrote no `files`; later ones may write more, fractions of seconds, other offsets.
  const others = fc.dictionary(fc.stringMatching(/^[a-z]{7,9}$/), fc.jsonValue());
  const offset = fc.constantFrom('Z', '.000Z', '+00:00');
  fc.assert(
    fc.property(state, others, offset, fc.boolean(), (saved, more, zone, nulls) => {
      const written = JSON.stringify({
        ...more,
        ...(nulls && { run: null, files: null }),
        ...writeStreamState(saved),
      });
      const respelled = written.replace(/(?<=:\d\d)Z(?=")/g, zone);
      assert.deepEqual(read({ orders: JSON.parse(respelled) }), saved);
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
