import { Ajv } from 'ajv';
import t from 'tap';
import type { AirbyteStream, JsonObject } from '../../src/cdk/protocol.ts';
import { breakingCatalogChanges } from './helpers/compat.ts';
import { nodesOf, openFixture } from './helpers/fixture.ts';
import { lastRelease } from './helpers/release.ts';

/* The tests of discover that Airbyte's connector acceptance tests had, by their names. */

const fixture = await openFixture();
t.teardown(() => fixture.simulator.close());
const streams = await fixture.discover();
const propertiesOf = ({ json_schema }: AirbyteStream) =>
  json_schema.properties as Record<string, JsonObject>;

t.test('test_discover', async (t) => t.ok(streams.length > 0));

t.test('test_duplicated_stream_names', async (t) => {
  t.equal(new Set(streams.map(({ name }) => name)).size, streams.length);
});

t.test('test_streams_have_valid_json_schemas', async (t) => {
  for (const { name, json_schema } of streams)
    t.ok(new Ajv({ strict: false, validateFormats: false }).validateSchema(json_schema), name);
});

t.test('test_defined_cursors_exist_in_schema', async (t) => {
  for (const stream of streams) {
    const [cursor = '', ...deeper] = stream.default_cursor_field;
    t.same(deeper, [], 'a top-level field, as some clients need');
    t.match(propertiesOf(stream)[cursor], { format: 'date-time' }, `${stream.name}.${cursor}`);
  }
});

t.test('test_defined_refs_exist_in_schema, test_defined_keyword_exist_in_schema', async (t) => {
  for (const { json_schema } of streams)
    for (const [path, node] of nodesOf(json_schema))
      for (const keyword of ['$ref', 'allOf', 'not']) if (keyword in node) t.fail(path);
  t.pass();
});

t.test('test_primary_keys_exist_in_schema, test_primary_keys_data_type', async (t) => {
  for (const stream of streams) {
    t.equal(stream.source_defined_primary_key.length, 1, 'one, since some clients take one only');
    for (const path of stream.source_defined_primary_key)
      t.equal(propertiesOf(stream)[path[0] ?? '']?.type, 'string', stream.name);
  }
});

t.test('test_streams_has_sync_modes', async (t) => {
  for (const { supported_sync_modes: modes } of streams) t.ok(modes.length > 0);
});

t.test('test_additional_properties_is_true', async (t) => {
  for (const { json_schema } of streams)
    for (const [path, node] of nodesOf(json_schema))
      if ('additionalProperties' in node) t.equal(node.additionalProperties, true, path);
});

t.test('test_backward_compatibility', async (t) => {
  t.same(breakingCatalogChanges(lastRelease().streams, streams), [], 'see the migration policy');
  // Files add fields to the streams they go into, and change nothing else.
  const files = [{ stream: 'orders', location: '/exports/orders-*.csv' }];
  const withFiles = await fixture.discover({ files });
  const orders = withFiles.find(({ name }) => name === 'orders') as AirbyteStream;
  t.ok('_source' in propertiesOf(orders));
  t.same(breakingCatalogChanges(lastRelease().streams, withFiles), [], 'with files');

  const change = (edit: (orders: AirbyteStream, all: AirbyteStream[]) => void): string[] => {
    const draft = structuredClone(streams);
    const orders = draft.find(({ name }) => name === 'orders');
    if (orders) edit(orders, draft);
    return breakingCatalogChanges(streams, draft);
  };
  t.same(
    change((orders) => {
      propertiesOf(orders).extra = { type: 'string' };
    }),
    [],
  );
  t.same(
    change((_, all) => void all.pop()),
    ['stream returns is gone'],
  );
  t.same(
    change((orders) => void delete propertiesOf(orders).moid),
    ['orders.moid is gone'],
  );
  t.same(
    change((orders) => {
      propertiesOf(orders).total = { type: 'string' };
    }),
    ['orders.total has another type'],
  );
  t.same(
    change((orders) => {
      orders.default_cursor_field = ['created_at'];
    }),
    ['orders: another default_cursor_field'],
  );
  t.same(
    change((orders) => {
      orders.source_defined_primary_key = [['moid']];
    }),
    ['orders: another source_defined_primary_key'],
  );
  t.same(
    change((orders) => {
      orders.supported_sync_modes = ['incremental'];
    }),
    ['orders has no full_refresh any more'],
  );
});
