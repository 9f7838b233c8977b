import fc from 'fast-check';
import t from 'tap';
import { createAnomalies } from '../../../src/cdk/anomalies.ts';
import { openPart } from '../../../src/gokwik/files/texts.ts';

/* Payloads as programs and people write them into one text: whatever stands between them, each is read. */

async function idsOf(text: string): Promise<{ ids: unknown[]; odd: string[] }> {
  const anomalies = createAnomalies();
  const ids: unknown[] = [];
  const count = anomalies.add;
  const opening = await openPart(
    {
      ...{ kind: 'text', key: 'x', label: 'x', asOfMs: undefined },
      async *open() {
        for (let at = 0; at < text.length; at += 50) yield Buffer.from(text.slice(at, at + 50));
      },
    },
    { shapes: [], zone: '+05:30', asOfMs: undefined, name: 'x', count },
  );
  for await (const { rows } of opening.read(undefined, 'day-first')) {
    ids.push(...rows.map(({ row }) => row.request_id));
  }
  return { ids, odd: anomalies.lines() };
}

const NOTES = ['plain', 'a } in ] it', '{"quoted": [1]}', 'back \\\\ slash', 'line\nbreak', 'आशा'];
const WAYS: Readonly<Record<string, (payloads: readonly object[]) => string>> = {
  lines: (all) => all.map((one) => `${JSON.stringify(one)}\n`).join(''),
  'lines with commas': (all) => all.map((one) => `${JSON.stringify(one)},\n`).join(''),
  'lines with blanks': (all) => `\n${all.map((one) => `${JSON.stringify(one)}\r\n\r\n`).join('')}`,
  'lines with marks': (all) => all.map((one) => `\ufeff${JSON.stringify(one)}\n`).join(''),
  'two in a line': (all) => `${all.map((one) => JSON.stringify(one)).join('')}\n`,
  'no line at all': (all) => all.map((one) => JSON.stringify(one)).join(''),
  'indented, one after another': (all) => all.map((one) => JSON.stringify(one, null, 2)).join('\n'),
  'indented, with commas': (all) => all.map((one) => JSON.stringify(one, null, 2)).join(',\n'),
  'a list': (all) => JSON.stringify(all),
  'an indented list': (all) => JSON.stringify(all, null, 1),
  'a list, an element a line': (all) =>
    `[\n${all.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`,
  'a wrapper, an element a line': (all) =>
    `{"carts": [\n${all.map((one) => JSON.stringify(one)).join(',\n')}\n]}\n`,
  'a list each': (all) => all.map((one) => JSON.stringify([one], null, 1)).join('\n'),
};

for (const [name, write] of Object.entries(WAYS)) {
  t.test(`payloads as ${name}`, (t) =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...NOTES), { minLength: 1, maxLength: 6 }),
        async (notes) => {
          const payloads = notes.map((note, at) => {
            const text = { request_id: `r${at}`, drop_stage: 'Payment Page', note, items: [{}] };
            return text;
          });
          const { ids, odd } = await idsOf(write(payloads));
          t.same(
            ids,
            payloads.map(({ request_id }) => request_id),
            write(payloads),
          );
          t.notMatch(odd.join(), /left out/);
        },
      ),
      { numRuns: 30 },
    ),
  );
}

const CART = '{"request_id":"r","drop_stage":"P"}';

t.test('what is broken is told, and what is whole in lines is read', async (t) => {
  for (const text of [
    `${CART}${CART.slice(0, -3)}`,
    `[${CART}`,
    `${CART.slice(0, -1)}\n${CART}\n`,
  ]) {
    await t.rejects(idsOf(text), /not JSON, or not all of it|middle of a line/, text);
  }
  const { ids, odd } = await idsOf(`${CART}\n{"request_id": oops}\n${CART}\n`);
  t.same(ids, ['r', 'r']);
  t.match(odd.join(), /a line of x is not JSON and was left out/);
});
