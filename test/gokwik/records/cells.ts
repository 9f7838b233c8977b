import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { createDraft } from '../../../src/cdk/draft.ts';
import { compileRows } from '../../../src/gokwik/files/columns.ts';
import { CSV_SHAPES } from '../../../src/gokwik/files/shapes.ts';
import { DEFAULT_PROFILE } from '../../../src/gokwik/profile.ts';
import { objectOf } from '../../../src/gokwik/records/raw.ts';
import { amounts, emitted, open, stamps, words } from './helpers/hostile.ts';

/* A row of cells says what the row says that is made an object first, and counts the same anomalies:
 * whatever the columns are called, and whatever is in them. */

const cell = fc.oneof(
  fc.constantFrom(...stamps, ...amounts, ...words, "'", "'715.00", '', ''),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

for (const shape of CSV_SHAPES) {
  t.test(`${shape.title}: cells are mapped as an object is`, async (t) => {
    const { stream } = shape;
    const aliases = Object.values(DEFAULT_PROFILE.streams[stream]?.aliases ?? {}).flat();
    const odd = ['Grand total', 'Billing Address', 'constructor', '__proto__', '7', '', 'महाराष्ट्र'];
    const names = fc.constantFrom(...Object.keys(shape.columns), ...aliases, ...odd, 'updated_at');
    const header = fc.array(names, { minLength: 1, maxLength: 20 });
    const rows = fc.array(fc.array(cell, { maxLength: 24 }), { minLength: 1, maxLength: 5 });
    let filled = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(header, rows), { maxLength: 3 }), (sheets) => {
        const [one, other] = [open(stream, {}, true), open(stream, {}, true)];
        for (const [columns, sheet] of sheets) {
          const { build } = compileRows(columns, shape, '+05:30', undefined);
          for (const [index, cells] of sheet.entries()) {
            const raw = build([...cells], `file.csv:${index}`);
            const printed = one.mapper.print(raw, createDraft(), false);
            const mapped = other.mapper.map(objectOf(raw));
            strictEqual(
              emitted(printed, printed.text),
              emitted(mapped, JSON.stringify(mapped.row)),
            );
            filled += Object.values(mapped.row).filter((value) => value !== null).length;
          }
        }
        deepStrictEqual(one.anomalies.lines().sort(), other.anomalies.lines().sort());
      }),
      { numRuns: 300 },
    );
    t.ok(filled > 1000);
  });
}
