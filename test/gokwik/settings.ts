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
  const { lookbackMs, windowMs, concurrency, requestsPerSecond, pii } = read();
  t.same(
    { lookbackMs, windowMs, concurrency, requestsPerSecond, pii },
    {
      lookbackMs: 30 * DAY,
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
