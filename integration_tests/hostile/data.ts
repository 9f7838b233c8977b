/** Hostile rows and words through the bundle: what is printed, readers that are not ours take. */
import t from 'tap';
import { type Ended, runConnector, writeInputs } from '../connector.ts';
import {
  configOf,
  messagesOf,
  pageOf,
  read,
  readByOthers,
  rowsOf,
  SECRET,
  serve,
} from './helpers/loopback.ts';

const STAMP = '"updated_at":"2026-11-10T10:00:00Z"';
const row = (members: string): string => `{${members},${STAMP}}`;
const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

/** Written by hand. */
const ROWS = [
  row(String.raw`"payment_id":"half\ud83d","note":"\ude00\ud83d","\udc00k":{"\ud83d":["\udfff"]}`),
  row(String.raw`"payment_id":"nul\u0000","note":"a\u0000b","k\u0000":1,"k":2,"k 2":3`),
  row(
    String.raw`"payment_id":"pair\ud83d\ude00","note":"\\ud83d \\u0000 \u2028\u2029\u0085\u001f\u202e"`,
  ),
  row('"payment_id":"names","__proto__":{"a":1},"constructor":1,"":2,"toString":null,"a":1,"a":2'),
  row(
    '"payment_id":1e400,"id":"id-of-1e400","x":1e400,"y":-1e400,"z":1e-400,"w":-0,"v":12345678901234567890',
  ),
  row('"payment_id":"Infinity","id":"id-of-Infinity"'),
  row('"payment_id":"NaN","id":"id-of-NaN"'),
  row(`"payment_id":"deep","x":${nested(126)}`),
  row(`"payment_id":"long","note":"${'x'.repeat(1_000_000)}"`),
  row(
    String.raw`"payment_id":"text","extra":"{\"a\":\"\\ud83d\",\"b\":\"\\u0000\"}","error":"\ud83d"`,
  ),
];

t.test('rows that strict readers refuse, in every mode', async (t) => {
  const url = await serve(t, { '/v1/payment/list': pageOf(ROWS) });
  const runs: Record<string, Ended> = {};
  for (const pii_mode of ['plain', 'hash', 'drop']) {
    const run = await read(configOf(url, { pii_mode }), ['payments', 'orders']);
    runs[pii_mode] = run;
    t.equal(run.code, 0, `${pii_mode}: ${run.stderr}`);
    const keys = rowsOf(run).map(({ record_key }) => record_key);
    t.equal(keys.length, ROWS.length);
    for (const key of ['half\ufffd', 'nul', 'pair😀', 'id-of-1e400', 'id-of-Infinity', 'id-of-NaN'])
      t.ok(keys.includes(key), `${pii_mode}: ${key}`);
    const warnings = messagesOf(run).join('\n');
    t.match(warnings, /payments: half of a character pair .* \(\d+ times\)/);
    t.match(warnings, /payments: a NUL in a text was left out \(\d+ times\)/);
    t.match(warnings, /payments: a number that JSON cannot hold; .* \(3 times\)/);
  }
  await readByOthers(t, runs);
});

t.test('a row that nests for ever ends its stream, and no other', async (t) => {
  const deep = row(`"payment_id":"deep","x":${nested(20_000)}`);
  const url = await serve(t, {
    '/v1/payment/list': pageOf([deep]),
    '/v1/order/list': pageOf([row('"gokwik_oid":"KWIK1"')]),
  });
  const run = await read(configOf(url), ['payments', 'orders']);
  t.equal(run.code, 1);
  const errors = run.lines.flatMap(({ trace }) => (trace?.error ? [trace.error] : []));
  t.equal(errors.length, 1);
  t.match(errors[0]?.message, /Stream payments: a row is nested deeper than 128 levels/);
  t.equal(rowsOf(run).length, 1);
  await readByOthers(t, { deep: run });
});

/** As servers and gateways echo it. */
const ENCODED = [
  SECRET.replace('ä', ''),
  encodeURIComponent(SECRET.replace('ä', '')),
  encodeURIComponent(encodeURIComponent(SECRET.replace('ä', ''))),
  SECRET.replace('ä', '')
    .replace('&', '&amp;')
    .replace('<', '&lt;')
    .replace('>', '&gt;')
    .replace('"', '&quot;'),
];

t.test(
  'words of servers: no secret, no unseen character, and none where data is hidden',
  async (t) => {
    const unseen = '\u0007\u001b[31m\u009b\u202e\u2066\u200b\ud83d\u0000';
    const person = 'Asha Verma 9876543210';
    const words = `${unseen}${person} ${ENCODED.join(' ')} ${'x'.repeat(185)}${ENCODED[0]} ${'y'.repeat(5_000)}`;
    const failure = JSON.stringify({ statusCode: 400, statusMessage: words, data: {} });
    const shapeless = JSON.stringify({ [person]: [], '9876543210': 1, 'a@b.in': { asha: 1 } });
    const url = await serve(t, {
      '/v1/payment/list': failure,
      '/v1/order/list': [400, failure],
      '/v1/settlement/list': shapeless,
    });
    const runs: Record<string, Ended> = {};
    for (const pii_mode of ['plain', 'hash', 'drop']) {
      const config = configOf(url, { pii_mode });
      const paths = writeInputs({ config });
      runs[`read-${pii_mode}`] = await read(config, [
        'payments',
        'orders',
        'settlements',
        'checkouts',
      ]);
      runs[`check-${pii_mode}`] = await runConnector(['check', '--config', paths.config]);
    }
    for (const [name, run] of Object.entries(runs)) {
      const said = messagesOf(run).map((line) => JSON.stringify(JSON.parse(line)));
      const text = said.join('\n');
      t.ok(said.length > 3);
      // As JSON.stringify writes them, or raw.
      t.notMatch(
        text,
        /\\u(?:00[0189]|007f|d[89a-f])|[\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/,
        name,
      );
      for (const form of ENCODED)
        t.notOk(text.includes(JSON.stringify(form).slice(1, -1)), `${name}: ${form}`);
      t.notOk(text.includes('s3cret'), name);
      t.notMatch(text, /yyyy{300}/, `${name}: cut`);
      if (name === 'read-plain') t.match(text, person);
      if (!name.endsWith('plain')) t.notMatch(text, /Asha|Verma|98765/, name);
    }
    await readByOthers(t, runs);
  },
);
