import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import t from 'tap';
import type { AirbyteStream } from '../../src/cdk/protocol.ts';
import { configFor } from '../connector.ts';
import { catalogOf, read, recordsOf, run, STREAMS, smallMerchant } from './runs.ts';
import { makeInputs, targets } from './targets.ts';

/* C14: records are what discover says they are, and what GoKwik adds some day passes through. */

for (const target of targets) {
  t.test(`${target.name}: records against the schemas that it publishes`, async (t) => {
    const simulator = await smallMerchant({ orders: 300 });
    t.teardown(() => simulator.close());
    const config = configFor(simulator);
    const { folder, paths } = makeInputs({ config });
    const discovered = await run(target, ['discover', '--config', paths.config], {
      folders: [folder],
    });
    const streams = discovered.lines.at(-1)?.catalog?.streams as AirbyteStream[];
    const ajv = new Ajv({ strict: false, allErrors: true });
    formats.default(ajv);
    const validators = new Map<string, ValidateFunction>(
      streams.map(({ name, json_schema }) => [name, ajv.compile(json_schema)]),
    );
    // A field that no version of the schema knows.
    simulator.inject({
      kind: 'big_numbers',
      field: 'a_field_of_next_year',
      digits: '42',
      stream: 'orders',
      times: 'forever',
    });
    const { code, lines } = await read(target, { config, catalog: catalogOf(STREAMS) });
    t.equal(code, 0);
    const wrong = new Map<string, string>();
    const undeclared = new Set<string>();
    for (const { stream, data } of recordsOf(lines)) {
      const validate = validators.get(stream);
      if (!validate?.(data)) wrong.set(stream, ajv.errorsText(validate?.errors ?? null));
      const schema = streams.find(({ name }) => name === stream)?.json_schema;
      for (const field of Object.keys(data)) {
        if (!Object.hasOwn((schema?.properties ?? {}) as object, field))
          undeclared.add(`${stream}.${field}`);
      }
    }
    t.same([...wrong], []);
    t.same(
      [...undeclared].sort(),
      ['orders.a_field_of_next_year'],
      'those passed, and the connector adds none',
    );
    // The funnel report comes as a file alone.
    for (const name of STREAMS.filter((one) => one !== 'checkout_funnel_daily'))
      t.ok(recordsOf(lines, name).length > 0, `${name} has rows`);
  });
}
