import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import t from 'tap';
import { statusesOf } from '../contract/runs.ts';
import { configured, openFixture, recordsOf } from './helpers/fixture.ts';

/* The tests of a first read that Airbyte's connector acceptance tests had, by their names. */

const fixture = await openFixture();
t.teardown(() => fixture.simulator.close());
const streams = await fixture.discover();
const result = await fixture.read(configured(streams, 'full_refresh'));
const records = recordsOf(result);
const FOLDER = resolve(import.meta.dirname, '..');

t.test('test_read', async (t) => {
  t.equal(result.code, 0);
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  for (const { name, json_schema, source_defined_primary_key } of streams) {
    const rows = records.filter(({ stream }) => stream === name);
    t.ok(rows.length > 0, `validate that ${name} has records`);
    const validate = ajv.compile(json_schema);
    const wrong = rows.filter(({ data }) => !validate(data));
    t.same(wrong.slice(0, 1), [], `validate_schema of ${name}: ${ajv.errorsText(validate.errors)}`);
    const keys = rows.map(({ data }) => data[source_defined_primary_key[0]?.[0] ?? '']);
    t.ok(
      keys.every((key) => typeof key === 'string' && key !== ''),
      `${name}: keys are there`,
    );
    t.equal(new Set(keys).size, keys.length, `${name}: keys are unique`);
    const known = Object.keys(json_schema.properties as object);
    t.ok(rows.every(({ data }) => Object.keys(data).some((field) => known.includes(field))));
  }
  for (const [name, statuses] of statusesOf(result.lines)) {
    t.equal(statuses[0], 'STARTED', `validate_stream_statuses of ${name}`);
    t.ok(statuses.length >= 3 && statuses.slice(1, -1).every((status) => status === 'RUNNING'));
    t.equal(statuses.at(-1), 'COMPLETE');
  }
  for (const { name } of streams) {
    const states = result.lines.flatMap(({ state }) =>
      state?.stream?.stream_descriptor.name === name ? [state] : [],
    );
    t.ok(states.length > 0, `validate_state_messages of ${name}`);
    for (const state of states)
      t.match(state, { type: 'STREAM', sourceStats: { recordCount: Number } });
  }
});

t.test('expect_records', async (t) => {
  const text = readFileSync(resolve(FOLDER, 'expected_records.jsonl'), 'utf8');
  const expected = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.same(
    [...new Set(expected.map(({ stream }) => stream))].sort(),
    streams.map(({ name }) => name).sort(),
  );
  for (const { stream, data } of expected) {
    const found = records.find((r) => r.stream === stream && r.data.record_key === data.record_key);
    t.same(found?.data, data, `${stream} ${data.record_key}`);
  }
});

t.test('fail_on_extra_columns: no top-level field of ours is undeclared', async (t) => {
  const undeclared = new Set<string>();
  for (const { stream, data } of records) {
    const schema = streams.find(({ name }) => name === stream)?.json_schema.properties ?? {};
    for (const field of Object.keys(data))
      if (!(field in (schema as object))) undeclared.add(`${stream}.${field}`);
  }
  t.same([...undeclared], []);
});

t.test('test_airbyte_trace_message_on_failure', async (t) => {
  const bad = {
    streams: [
      {
        stream: {
          name: '__AIRBYTE__stream_that_does_not_exist',
          json_schema: {},
          supported_sync_modes: [],
        },
        sync_mode: 'INVALID',
        destination_sync_mode: 'INVALID',
      },
    ],
  };
  const { code, lines } = await fixture.read(bad);
  t.equal(code, 1);
  t.ok(lines.some(({ trace }) => trace?.type === 'ERROR'));
});
