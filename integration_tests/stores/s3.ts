import { createInterface } from 'node:readline';
import t from 'tap';
import type { JsonObject } from '../../src/cdk/protocol.ts';
import { incrementalCatalog, runConnector, startConnector, writeInputs } from '../connector.ts';
import { sync } from '../sync.ts';
import { proveFaults } from './helpers/faults.ts';
import { openStage, proveMonth } from './helpers/month.ts';
import { S3_KEYS, startS3 } from './helpers/servers.ts';

/* S3 as versitygw speaks it, which checks every signature. */

const bucket = await startS3('exports');
const subject = {
  bucket,
  tellsDigest: true,
  account: (port: number) => ({
    type: 's3',
    name: 'aws',
    ...S3_KEYS,
    endpoint: `http://127.0.0.1:${port}`,
  }),
  location: (below: string) => `s3://exports/gokwik/${below}`,
  secrets: [S3_KEYS.access_key_id, S3_KEYS.secret_access_key, ...Object.values(bucket.reader)],
};
const stage = await openStage(t, subject);
await proveMonth(t, subject, stage);

t.test('credentials that are wrong are told apart, by what to do', async (t) => {
  const all = stage.at('*');
  await proveFaults(t, 's3', stage, [
    ['another key', all, { access_key_id: 'AKIDNOBODY0000000009' }, /`access_key_id` is not known/],
    [
      'another secret',
      all,
      { secret_access_key: 'not-the-secret' },
      /`secret_access_key` is not the one/,
    ],
    [
      'another region',
      all,
      { region: 'eu-west-1' },
      /in the region us-east-1, not eu-west-1\. Let `region` be us-east-1/,
    ],
    ['no rights', all, bucket.reader, /may not list the bucket\. Allow them s3:ListBucket/],
    ['another bucket', 's3://nowhere/*', {}, /there is no bucket nowhere/],
  ]);
});

t.test('a person may look at one file', async (t) => {
  const { config } = writeInputs({ config: stage.config(stage.at('*')) });
  const args = ['probe', '--config', config, '--file', stage.at('orders.csv')];
  const { stdout, code } = await runConnector(args);
  t.equal(code, 0);
  t.match(stdout, /^orders\.csv: an orders export\n/);
});

t.test('killed anywhere, the next run brings what is missing', async (t) => {
  const all = stage.at('*');
  const [killed, whole] = [await stage.table(), await stage.table()];
  const catalog = incrementalCatalog(stage.streams);
  for (const lines of [3, 300, 1200]) {
    const inputs = writeInputs({ config: stage.config(all), catalog, state: killed.states() });
    const { config, catalog: chosen, state } = inputs;
    const args = ['read', '--config', config, '--catalog', chosen, '--state', state];
    const child = startConnector(args);
    const ended = new Promise((resolve) => child.once('close', (_, signal) => resolve(signal)));
    let seen = 0;
    for await (const text of createInterface({ input: child.stdout })) {
      seen += 1;
      if (seen > lines) child.kill('SIGKILL');
      else await killed.accept(JSON.parse(text));
    }
    t.equal(await ended, 'SIGKILL', `after ${lines} lines`);
    await killed.discard();
  }
  await stage.read(all, killed);
  await stage.read(all, whole);
  t.same(await stage.rows(killed), await stage.rows(whole));
});

t.test('a store that refuses fails its streams, and what was read stays read', async (t) => {
  const all = stage.at('*');
  const table = await stage.table();
  await stage.read(all, table);
  const before = table.states();
  const refused = stage.config(all, { secret_access_key: 'not-the-secret' });
  const { code, errors } = await sync(refused, stage.streams, table);
  t.equal(code, 1);
  t.equal(errors.length, stage.streams.length);
  for (const error of errors)
    t.match(error, /^Stream \w+: Store aws: its `secret_access_key` is not the one.*GK_STORE/);
  const files = (states: readonly JsonObject[]): unknown => states.map(({ stream }) => stream);
  t.same(files(table.states()), files(before));
  table.resetCounts();
  await stage.read(all, table);
  for (const { name } of stage.streams) t.equal(table.counts(name).records, 0, name);
});
