import fc from 'fast-check';
import t from 'tap';
import { createOnce } from '../../../src/gokwik/streams/once.ts';

const DAY = 86_400_000;
const MARGIN = 2 * DAY;
const windowAt = (day: number) => ({ fromMs: day * DAY, toMs: (day + 7) * DAY, open: false });
const row = (key: string, cursorMs: number | undefined, version = 0) => ({
  key,
  cursorMs,
  row: { record_key: key, version },
});

t.test('property: each version once, whichever windows give it, in whatever order', async () => {
  const versions = fc.array(
    fc.record({ at: fc.integer({ min: 0, max: 27 }), version: fc.nat(2) }),
    {
      minLength: 1,
      maxLength: 40,
    },
  );
  fc.assert(
    fc.property(versions, fc.shuffledSubarray([0, 7, 14, 21], { minLength: 4 }), (rows, days) => {
      const once = createOnce();
      const printed: string[] = [];
      for (const day of days) {
        const window = windowAt(day);
        for (const [index, { at, version }] of rows.entries()) {
          // As a server gives them that takes days for more than they are.
          if (at < day - 1 || at >= day + 8) continue;
          const made = row(`r${index}`, at * DAY, version);
          if (once.isNew(made, window, MARGIN)) printed.push(`r${index}:${version}`);
        }
      }
      const expected = rows.map(({ version }, index) => `r${index}:${version}`);
      return JSON.stringify(printed.sort()) === JSON.stringify(expected.sort());
    }),
  );
});

t.test('a row that changed comes again, one that did not does not', async (t) => {
  const once = createOnce();
  const window = windowAt(0);
  for (const at of [3.5 * DAY, 0, undefined]) {
    const is = (version: number) => once.isNew(row(`k${at}`, at, version), window, MARGIN);
    t.same([is(0), is(0), is(1), is(1)], [true, false, true, false], `${at}`);
  }
});
