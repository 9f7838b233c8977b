/** What `pii_mode` promises, through the bundle: in rows, in messages, and in rows that hang on others. */
import t from 'tap';
import type { Json, JsonObject } from '../../src/cdk/protocol.ts';
import { leaks, measure, readCorpus, valuesOf } from '../../test/gokwik/pii/helpers/corpus.ts';
import {
  configOf,
  messagesOf,
  pageOf,
  read,
  readByOthers,
  rowsOf,
  serve,
} from './helpers/loopback.ts';

const STAMP = '2026-11-10T10:00:00Z';
const MODES = ['hash', 'drop'];

/** Of these the rules promise that they go; how many do not is docs/PRIVACY.md's to say. */
function hiddenExamples() {
  const examples = readCorpus().filter(({ secrets }) => secrets.length > 0);
  const missed = new Set(
    measure(examples).flatMap(({ seen, heldBack }) => [...seen.wrong, ...heldBack.wrong]),
  );
  return examples.filter((example) => !missed.has(example));
}

t.test('nothing of a hidden value is printed, in rows and in messages', async (t) => {
  const examples = hiddenExamples();
  t.ok(examples.length > 1_000, `${examples.length} examples`);
  const rows = examples.map(({ name, value }, index) => {
    const path = /^[\w.]+$/.test(name) ? name.split('.') : [name];
    const field = path.reduceRight<Json>((inner, part) => ({ [part]: inner }), value);
    return JSON.stringify({
      ...(field as JsonObject),
      ...{ payment_id: `no-${index}`, updated_at: STAMP },
    });
  });
  // Beside them, a page of what has no shape: it is refused with words of the connector's own.
  const shapeless = `{"statusCode":200,"result":[${rows.join(',')}]}`;
  const url = await serve(t, { '/v1/payment/list': pageOf(rows), '/v1/order/list': shapeless });
  for (const pii_mode of MODES) {
    const run = await read(configOf(url, { pii_mode }), ['payments', 'orders']);
    const found = new Map(rowsOf(run).map((row) => [row.record_key, row as JsonObject]));
    t.equal(found.size, examples.length, pii_mode);
    const said = `${messagesOf(run).join('\n')}\n${run.stderr}`;
    t.match(said, /Stream orders/);
    const left = examples.filter(({ secrets }, index) => {
      const row = valuesOf(found.get(`no-${index}`) ?? null);
      // Shorter ones are in a count or a time by chance.
      return secrets.some(
        (secret) => leaks(row, secret) || (secret.length > 7 && said.includes(secret)),
      );
    });
    t.same(
      left.map(({ kind, name }) => `${kind}: ${name}`),
      [],
      pii_mode,
    );
  }
});

t.test('a refund keeps nothing of its order’s name and phone', async (t) => {
  const order = {
    ...{ gokwik_oid: 'KWIK1', platform_order_id: '5001', payment_method: 'upi' },
    ...{ customer: { name: 'Zubeida Ferns', phone: '+91 98765 43210' }, updated_at: STAMP },
  };
  const refund = {
    ...{ refund_id: 'rfnd_1', amount: 5, status: 'processed', speed: 'normal' },
    ...{ remark: 'Paid back to Zubeida Ferns (9876543210)', said_by: 'FERNS' },
    ...{ history: [{ step: 'zubeida called' }], 'of 09876543210': 1 },
  };
  const url = await serve(t, {
    '/v1/order/list': pageOf([JSON.stringify(order)]),
    '/v1/payments/refunds': pageOf([JSON.stringify(refund)]),
  });
  const runs: Parameters<typeof readByOthers>[1] = Object.fromEntries(
    await Promise.all(
      // Its order is read for it where the catalog has no orders.
      MODES.flatMap((pii_mode) =>
        [['refunds'], ['orders', 'refunds']].map(async (streams) => {
          const run = await read(configOf(url, { pii_mode }), streams);
          const name = `${pii_mode}-${streams.join('-')}`;
          t.equal(run.code, 0, `${name}: ${run.stderr}`);
          const [row] = rowsOf(run).filter(({ refund_id }) => refund_id === 'rfnd_1');
          t.match(row, { platform_order_id: '5001', amount: 5 }, name);
          t.notMatch(run.stdout + run.stderr, /zubeida|ferns|98765\s?43210/i, name);
          return [name, run] as const;
        }),
      ),
    ),
  );
  await readByOthers(t, runs);
});
