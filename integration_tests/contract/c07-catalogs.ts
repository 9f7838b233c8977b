import t from 'tap';
import { configFor } from '../connector.ts';
import { errorsOf, read, recordsOf, smallMerchant, statusesOf } from './runs.ts';
import { targets } from './targets.ts';

/* C7: configured catalogs as clients write them, with nulls, without cursors, with keys of their own. */

const simulator = await smallMerchant();
t.teardown(() => simulator.close());
const config = configFor(simulator);

const NULLS = {
  stream: {
    name: 'orders',
    namespace: null,
    json_schema: null,
    supported_sync_modes: null,
    source_defined_cursor: null,
    default_cursor_field: null,
    source_defined_primary_key: null,
    is_resumable: null,
    is_file_based: null,
  },
  sync_mode: 'incremental',
  destination_sync_mode: null,
  cursor_field: null,
  primary_key: null,
  generation_id: null,
  minimum_generation_id: null,
  sync_id: null,
  include_files: null,
  destination_object_name: null,
};

const ENTRIES: Record<string, object> = {
  'nulls everywhere': NULLS,
  'nothing but the name and the mode': { stream: { name: 'orders' }, sync_mode: 'incremental' },
  'keys of the host’s own': {
    ...NULLS,
    generation_id: 3,
    minimum_generation_id: 3,
    sync_id: 99,
    fields: null,
    mappers: [],
    stream: { ...NULLS.stream, metadata: {} },
  },
  'another cursor, which the source does not follow': {
    ...NULLS,
    cursor_field: ['created_at'],
    primary_key: [['moid']],
    destination_sync_mode: 'overwrite',
  },
  'full refresh': { ...NULLS, sync_mode: 'full_refresh' },
};

for (const target of targets) {
  for (const [name, entry] of Object.entries(ENTRIES)) {
    t.test(`${target.name}: ${name}`, async (t) => {
      const { code, lines } = await read(target, { config, catalog: { streams: [entry] } });
      t.equal(code, 0);
      const records = recordsOf(lines);
      t.ok(records.length > 10);
      t.notOk('namespace' in (records[0] ?? {}), 'no namespace where none was given');
    });
  }

  t.test(`${target.name}: a namespace comes back in every message`, async (t) => {
    const stream = { ...NULLS.stream, namespace: 'shop' };
    const { code, stdout } = await read(target, {
      config,
      catalog: { streams: [{ ...NULLS, stream }] },
    });
    t.equal(code, 0);
    const about = stdout
      .split('\n')
      .filter((line) => /^\{"type":"(RECORD|STATE|TRACE)"/.test(line));
    t.same(about.filter((line) => !line.includes('"namespace":"shop"')).slice(0, 2), []);
  });

  t.test(`${target.name}: an unknown stream and mode fail alone`, async (t) => {
    const name = '__AIRBYTE__stream_that_does_not_exist';
    const { code, lines } = await read(target, {
      config,
      catalog: {
        streams: [
          { ...NULLS, stream: { ...NULLS.stream, name } },
          { ...NULLS, stream: { ...NULLS.stream, name: 'payments' }, sync_mode: 'INVALID' },
          NULLS,
        ],
      },
    });
    t.equal(code, 1);
    t.same(
      errorsOf(lines)
        .map(({ stream_descriptor: stream }) => stream?.name)
        .sort(),
      [name, 'payments'].sort(),
    );
    t.equal(statusesOf(lines).get('orders')?.at(-1), 'COMPLETE');
  });
}
