import t from 'tap';
import { parseCatalog } from '../../src/cdk/catalog.ts';
import { ConfigError } from '../../src/cdk/errors.ts';

function errorOf(catalog: unknown): ConfigError {
  try {
    parseCatalog(catalog);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('it did not throw');
}

t.test('reads what hosts write', (t) => {
  const catalog = {
    streams: [
      {
        stream: { name: 'orders', namespace: null, json_schema: {}, supported_sync_modes: null },
        sync_mode: 'incremental',
        destination_sync_mode: 'append_dedup',
        cursor_field: null,
        primary_key: null,
        generation_id: null,
        sync_id: 41,
        unknown_key: { a: 1 },
      },
      // PyAirbyte counts no syncs: it writes 1 each time.
      { stream: { name: 'refunds', namespace: '' }, sync_mode: 'full_refresh', sync_id: 1 },
      { stream: { name: 'refunds', namespace: 'shop' }, sync_mode: 'full_refresh' },
    ],
    unknown_key: null,
  };
  t.strictSame(parseCatalog(catalog), [
    { name: 'orders', syncMode: 'incremental', syncId: 41 },
    { name: 'refunds', syncMode: 'full_refresh' },
    { name: 'refunds', namespace: 'shop', syncMode: 'full_refresh' },
  ]);
  t.end();
});

t.test('an unknown sync mode is for that stream to fail on, not for all (I6)', (t) => {
  const stream = { name: '__AIRBYTE__stream_that_does_not_exist', json_schema: {} };
  const streams = ['INVALID', null, undefined, 'incremental'].map((sync_mode, index) => ({
    stream: { ...stream, name: `${stream.name}${index}` },
    sync_mode,
  }));
  t.same(
    parseCatalog({ streams }).map(({ syncMode }) => syncMode),
    [undefined, undefined, undefined, 'incremental'],
  );
  t.end();
});

t.test('what is no catalog says how to get one', (t) => {
  const orders = { stream: { name: 'orders' }, sync_mode: 'incremental' };
  const cases: [unknown, RegExp][] = [
    [undefined, /no list "streams"/],
    [[], /no list "streams"/],
    ['x', /no list "streams"/],
    [{}, /no list "streams"/],
    [{ streams: null }, /no list "streams"/],
    [{ streams: {} }, /no list "streams"/],
    [{ streams: [] }, /is empty, so there is nothing to read/],
    [{ streams: [orders, null] }, /entry 2 of its list of streams is not an object/],
    [{ streams: [{ sync_mode: 'incremental' }] }, /entry 1 .* has no "stream"/],
    [{ streams: [{ stream: { name: null } }] }, /entry 1 .* has no stream name/],
    [{ streams: [orders, { ...orders }] }, /lists the stream orders twice/],
  ];
  for (const [catalog, why] of cases) {
    const error = errorOf(catalog);
    t.match(error, { code: 'GK_CATALOG_FILE', message: why }, String(why));
    t.match(error.message, /"sync_mode": "incremental".*catalog\/.*discover/);
  }
  t.end();
});

t.test('what discover printed is recognised', (t) => {
  const streams = [{ name: 'orders', json_schema: {}, supported_sync_modes: ['incremental'] }];
  for (const catalog of [{ streams }, { type: 'CATALOG', catalog: { streams } }]) {
    const error = errorOf(catalog);
    t.equal(error.code, 'GK_CATALOG_FILE');
    t.match(error.message, /holds what the command discover prints.*under the key "stream"/);
  }
  t.end();
});
