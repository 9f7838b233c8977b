/**
 * A thirteenth stream, added to a copy of the tree as CONTRIBUTING says: three files, a line in each of
 * the two lists, and the commands. Everything else has to follow.
 */
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';

const ROOT = resolve(import.meta.dirname, '..');
const DAY_MS = 86_400_000;
const NOW_MS = Date.parse('2026-11-10T10:00:00Z');

const text = (description: string) => ({ type: ['null', 'string'], description });
const moment = (description: string) => ({
  ...text(description),
  format: 'date-time',
  airbyte_type: 'timestamp_with_timezone',
});
const SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  description: 'Coupons that orders were placed with.',
  additionalProperties: true,
  required: ['record_key'],
  properties: {
    record_key: {
      type: 'string',
      description: 'Primary key, made by the connector: `coupon_id`.',
    },
    coupon_id: text("GoKwik's id of the use of the coupon."),
    request_id: text("GoKwik's id (UUID) of the checkout that led here."),
    code: text('The code that the shopper entered.'),
    discount: { type: ['null', 'number'], description: 'What the coupon took off, in rupees.' },
    is_redeemed: { type: ['null', 'boolean'], description: 'Whether it counts, a day later.' },
    created_at: moment('When the coupon was entered.'),
    updated_at: moment('Cursor: when the use last changed.'),
  },
};

const DECLARATION = `import schema from '../../../schemas/coupons.json' with { type: 'json' };
import type { Coupons } from '../../generated/streams.ts';
import { MERCHANT_LIST, stream } from './stream.ts';

export const coupons = stream<Coupons>(schema, {
  ...MERCHANT_LIST,
  evidence: 'ASSUMED',
  path: '/v1/coupon/list',
  records: ['data.coupons'],
  key: ['coupon_id'],
});
`;

const SIMULATED = `import { since } from '../world/lifecycle.ts';
import { DAY_MS } from '../world/time.ts';
import { requestId } from '../world/world.ts';
import { STAMPS } from './parts.ts';
import { byCursor, type Listed, one } from './stream.ts';

export const coupons: Listed<'coupons'> = {
  kind: 'list',
  name: 'coupons',
  route: byCursor('/v1/coupon/list'),
  fields: {
    coupon_id: 'id',
    request_id: 'id',
    code: 'text',
    discount: 'money',
    is_redeemed: 'flag',
    ...STAMPS,
  },
  entities: (_world, { order }) => (order ? one([order.createdMs, order.createdMs + DAY_MS]) : []),
  facts: (world, { index, order }, _sub, at) => ({
    coupon_id: \`CPN-\${index}\`,
    request_id: requestId(world, index),
    code: 'DIWALI',
    discount: 5000 + index,
    is_redeemed: order !== undefined && since(order.createdMs + DAY_MS, at.nowMs),
    created_at: order?.createdMs,
    updated_at: at.updatedMs,
  }),
  key: (facts) => String(facts.coupon_id),
  envelope: ({ rows, next, more }) => ({
    data: { coupons: rows, next_cursor: next, has_more: more },
  }),
};
`;

// Types are checked three times.
t.setTimeout(300_000);

const tree = mkdtempSync(join(tmpdir(), 'thirteenth-'));
t.teardown(() => rmSync(tree, { recursive: true, force: true }));
const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
for (const path of execFileSync('git', listed, { cwd: ROOT, encoding: 'utf8' }).split('\0'))
  if (path !== '') cpSync(join(ROOT, path), join(tree, path), { recursive: true });
symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));

/** What a command says when it fails; nothing when it does not. */
async function complaint(...command: string[]): Promise<string> {
  const [program = '', ...args] = command;
  return promisify(execFile)(program, args, { cwd: tree }).then(
    () => '',
    ({ stdout, stderr }) => `${stdout}${stderr}`,
  );
}
const write = (path: string, content: string): void => writeFileSync(join(tree, path), content);
function addTo(list: string): void {
  const lines = readFileSync(join(tree, list), 'utf8')
    .replace('import { orders }', "import { coupons } from './coupons.ts';\nimport { orders }")
    .replace('  orders,\n', '  coupons,\n  orders,\n');
  write(list, lines);
}

write('schemas/coupons.json', JSON.stringify(SCHEMA));
write('src/gokwik/streams/coupons.ts', DECLARATION);
write('simulator/src/streams/coupons.ts', SIMULATED);
addTo('src/gokwik/streams/index.ts');
addTo('simulator/src/streams/index.ts');

t.test('what follows from the lists follows', async (t) => {
  t.equal(await complaint('npm', 'run', 'generate'), '');
  t.equal(await complaint('npm', 'run', 'format'), '');
  t.equal(await complaint('npm', 'run', 'check'), '', 'types, lint, drift, unused code');
  for (const path of [
    'README.md',
    'docs/CONNECTOR.md',
    'metadata.yaml',
    'catalog/incremental.json',
    'integration_tests/configured_catalog.json',
    'integration_tests/sample_state.json',
    'integration_tests/expected_records.jsonl',
  ])
    t.match(readFileSync(join(tree, path), 'utf8'), 'coupons', path);
  for (const suite of ['test/schemas.ts', 'integration_tests/acceptance/basic.ts'])
    t.equal(await complaint(process.execPath, '--import', 'tsx', suite), '', suite);
});

t.test('a field that the schema does not have does not compile', async (t) => {
  write('src/gokwik/streams/coupons.ts', DECLARATION.replace("'coupon_id'", "'coupon_ids'"));
  t.match(await complaint('npx', 'tsc', '-p', '.'), /coupons\.ts.*coupon_ids/);
  write('src/gokwik/streams/coupons.ts', DECLARATION);
});

t.test(
  'it is checked, discovered and synced to the truth, and a merchant can change it',
  async (t) => {
    const load = <T>(path: string): Promise<T> => import(join(tree, 'integration_tests', path));
    const { configFor, discover, runConnector, writeInputs } =
      await load<typeof import('./connector.ts')>('connector.ts');
    const { openDestination } = await load<typeof import('./destination.ts')>('destination.ts');
    const { CLEAN, sync } = await load<typeof import('./sync.ts')>('sync.ts');
    const { differences } = await load<typeof import('./truth.ts')>('truth.ts');
    const { startSimulator } = await load<typeof import('../simulator/src/index.ts')>(
      '../simulator/src/index.ts',
    );
    const simulator = await startSimulator({ endMs: NOW_MS + 3 * DAY_MS, nowMs: NOW_MS });
    t.teardown(() => simulator.close());
    const config = configFor(simulator);
    const { lines } = await runConnector(['check', '--config', writeInputs({ config }).config]);
    t.match(lines.at(-1)?.connectionStatus, { status: 'SUCCEEDED' });
    const streams = (await discover(config)).filter(({ name }) => name === 'coupons');
    t.equal(streams.length, 1);
    t.match(streams[0]?.json_schema, SCHEMA);

    const destination = await openDestination(':memory:', streams);
    t.teardown(() => destination.close());
    t.same(await sync(config, streams, destination), CLEAN);
    t.same(await differences(destination, simulator, 'coupons'), []);
    simulator.advance(3 * DAY_MS);
    destination.resetCounts();
    const small = { streams: { coupons: { paging: { limit: 7 } } } };
    t.same(await sync({ ...config, api_profile: small }, streams, destination), CLEAN);
    t.same(await differences(destination, simulator, 'coupons'), []);
    const { inserted, corrected } = destination.counts('coupons');
    t.ok(inserted > 0 && corrected > 0, `${inserted} new, ${corrected} changed`);
    const asked = simulator.requests().filter(({ path }) => path === '/v1/coupon/list');
    t.match(asked.at(-1), { query: { limit: '7' } });

    const off = { ...config, api_profile: { streams: { coupons: { enabled: false } } } };
    t.notOk((await discover(off)).some(({ name }) => name === 'coupons'));
  },
);
