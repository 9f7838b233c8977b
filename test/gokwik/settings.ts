import t from 'tap';
import spec from '../../schemas/spec.json' with { type: 'json' };
import { validateConfig } from '../../src/cdk/config.ts';
import type { JsonObject } from '../../src/cdk/protocol.ts';
import { readSettings } from '../../src/gokwik/settings.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 22);
const CONFIG = {
  base_url: 'https://api.gokwik.co',
  app_id: 'app',
  app_secret: 'secret',
  start_date: '2026-10-01',
};
const SPEC = spec.connectionSpecification as unknown as JsonObject;
const read = (changes: object = {}, allowPrivate = false) =>
  readSettings(validateConfig(SPEC, { ...CONFIG, ...changes }).config, {
    allowPrivate,
    nowMs: NOW,
  });

t.test('dates are India’s days, and the end date is included', async (t) => {
  const { startMs, endMs } = read({ end_date: '2026-10-01' });
  t.equal(new Date(startMs).toISOString(), '2026-09-30T18:30:00.000Z');
  t.equal(endMs, startMs + DAY);
  t.equal(read().endMs, undefined);
});

t.test('days that are none, or in a wrong order, are refused with the field’s name', async (t) => {
  const cases: [changes: object, code: string][] = [
    [{ start_date: '2026-02-29' }, 'GK_CONFIG'],
    [{ start_date: '2027-01-01' }, 'GK_START_DATE'],
    [{ end_date: '2026-13-01' }, 'GK_CONFIG'],
    [{ end_date: '2026-09-30' }, 'GK_END_DATE'],
  ];
  for (const [changes, code] of cases) {
    t.throws(() => read(changes), { name: 'ConfigError', code }, JSON.stringify(changes));
  }
  t.doesNotThrow(() => read({ start_date: '2024-02-29' }), 'a leap day');
});

t.test('defaults are those of the spec', async (t) => {
  const { lookbackMs, lookbackEveryMs, windowMs, concurrency, requestsPerSecond, pii } = read();
  t.same(
    { lookbackMs, lookbackEveryMs, windowMs, concurrency, requestsPerSecond, pii },
    {
      lookbackMs: 30 * DAY,
      lookbackEveryMs: 0,
      windowMs: 7 * DAY,
      concurrency: 4,
      requestsPerSecond: 10,
      pii: { mode: 'plain', undeclared: 'search' },
    },
  );
  t.equal(read({ lookback_days: 0 }).lookbackMs, 0, '0 is a value');
});

t.test('every host goes through the guard, those of the profile too', async (t) => {
  t.throws(() => read({ base_url: 'https://10.0.0.1' }), { code: 'GK_BASE_URL_PRIVATE' });
  t.throws(() => read({ base_url: 'http://api.gokwik.co' }), { code: 'GK_BASE_URL_SCHEME' });
  const api_profile = JSON.stringify({ hosts: { kwikship: 'https://[::1]/kwikship' } });
  t.throws(() => read({ api_profile }), { code: 'GK_BASE_URL_PRIVATE' });
  const { hosts } = read({ base_url: 'http://127.0.0.1:8787/' }, true).profile;
  t.equal(hosts.kwikship?.url, 'http://127.0.0.1:8787/kwikship');
});

t.test('what becomes of personal data', async (t) => {
  t.same(read({ pii_mode: 'hash', pii_hash_key: 'k'.repeat(16), pii_undeclared: 'drop' }).pii, {
    mode: 'hash',
    key: 'k'.repeat(16),
    undeclared: 'drop',
  });
});

t.test(
  'secrets of other systems: a name of its own, and signs that a header can carry',
  async (t) => {
    const own = { name: 'shop_token', value: 'v4lue', host: 'api.example.com' };
    t.equal(read({ secrets: [own] }).values.shop_token, 'v4lue');
    const cases: [changes: object, code: string, message: RegExp][] = [
      [{ secrets: [own, own] }, 'GK_SECRETS', /`secrets\[1\]\.name` is shop_token/],
      [{ secrets: [{ ...own, name: 'app_id' }] }, 'GK_SECRETS', /\[0\]\.name` is app_id/],
      [{ secrets: [{ ...own, name: 'page' }] }, 'GK_SECRETS', /\{page\} stands for/],
      [{ secrets: [{ ...own, name: 'A b' }] }, 'GK_CONFIG', /`secrets\[0\]\.name` must look like/],
      [{ secrets: [{ ...own, host: 'https://x.example' }] }, 'GK_CONFIG', /host` must look like/],
      [
        { secrets: [{ ...own, value: 'a\nb' }] },
        'GK_SECRET_SIGN',
        /secrets\[0\]\.value.*position 2 /,
      ],
      [{ app_secret: 'se\u0001cret' }, 'GK_SECRET_SIGN', /`app_secret`.*position 3 .*not seen/],
      [{ app_id: '😀appि' }, 'GK_SECRET_SIGN', /`app_id`.*position 1 .*Latin/],
      [{ return_prime_token: 'naïve-ि' }, 'GK_SECRET_SIGN', /position 7 /],
    ];
    for (const [changes, code, message] of cases) {
      t.throws(
        () => read(changes),
        { name: 'ConfigError', code, message },
        JSON.stringify(changes),
      );
      const { message: said } = errorOf(() => read(changes));
      t.notMatch(said, /v4lue|cret`? ?b|naïve|a\nb/, 'no value is shown');
    }
    t.doesNotThrow(() => read({ app_secret: 'clé déjà ÿ', pii_hash_key: 'कुंजी'.repeat(5) }));
  },
);

t.test('a merchant’s label', async (t) => {
  t.equal(read().merchant, undefined);
  t.same(read({ merchant_label: ' my-brand ' }).merchant, { label: 'my-brand', isInKey: false });
  const inKey = read({ merchant_label: 'b_2', merchant_label_in_key: true });
  t.same(inKey.merchant, { label: 'b_2', isInKey: true });
  t.throws(() => read({ merchant_label_in_key: true }), { code: 'GK_MERCHANT_LABEL' });
  t.throws(() => read({ merchant_label: 'my brand' }), { code: 'GK_CONFIG' });
});

function errorOf(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it did not throw');
}
