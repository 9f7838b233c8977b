import t from 'tap';
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
