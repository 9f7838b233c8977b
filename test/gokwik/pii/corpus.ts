import t from 'tap';
import { measure, readCorpus } from './helpers/corpus.ts';

/** Of a hundred. Names in running text that nothing announces are not among the examples. */
const LEAST: Readonly<Record<string, number>> = {
  phone: 95,
  mail: 95,
  upi: 95,
  identity: 90,
  card: 95,
  bank: 95,
  ip: 95,
  name: 85,
  address: 85,
  device: 85,
  place: 85,
  birth: 85,
  link: 85,
  harmless: 95,
};

t.test('undeclared fields are hidden by what they hold, and harmless ones are not', async (t) => {
  const examples = readCorpus();
  t.ok(examples.length >= 500, `${examples.length} examples`);
  for (const { kind, seen, heldBack } of measure(examples)) {
    for (const { right, all, wrong } of [seen, heldBack]) {
      const percent = (right * 100) / all;
      const missed = wrong.map(({ name }) => name).join(', ');
      t.ok(percent >= (LEAST[kind] ?? 100), `${kind}: ${right} of ${all}; missed: ${missed}`);
    }
  }
});
