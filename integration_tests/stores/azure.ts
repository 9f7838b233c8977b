import t from 'tap';
import { startAzure } from './helpers/azure.ts';
import { proveFaults } from './helpers/faults.ts';
import { openStage, proveMonth } from './helpers/month.ts';

/* Azure Blob Storage as Azurite speaks it, by a key of the account and by a SAS. */

const HOUR = 3_600_000;
const bucket = await startAzure('exports');
const { account, key } = bucket;
const now = Date.now();
const sas = bucket.sas('rl', now - HOUR, now + HOUR);
const subject = {
  bucket,
  tellsDigest: true,
  account: (port: number) => ({
    type: 'azure',
    name: 'blobs',
    account,
    account_key: key,
    endpoint: `http://127.0.0.1:${port}/${account}`,
  }),
  location: (below: string) => `azure://exports/gokwik/${below}`,
  secrets: [key, sas, new URLSearchParams(sas).get('sig') ?? ''],
};
const stage = await openStage(t, subject);
await proveMonth(t, subject, stage);

t.test('a SAS of the container opens it as well', async (t) => {
  for (const begin of ['', '?', `https://${account}.blob.core.windows.net/exports?`]) {
    const changes = { account_key: '', sas_token: `${begin}${sas}` };
    t.match(await stage.check(stage.at('*'), changes), /^SUCCEEDED: Files can be read/, begin);
  }
});

t.test('credentials that are wrong are told apart, by what to do', async (t) => {
  const other = Buffer.from('another key').toString('base64');
  const bySas = (sas_token: string) => ({ account_key: '', sas_token });
  await proveFaults(t, 'azure', stage, [
    [
      'another key',
      stage.at('*'),
      { account_key: other },
      /`account_key` is not a key of its `account`/,
    ],
    [
      'a SAS that was cut',
      stage.at('*'),
      // Azurite ends at half an escape.
      bySas(sas.slice(0, -8).replace(/%.?$/, '')),
      /`sas_token` is not valid: it was cut/,
    ],
    [
      'an old SAS',
      stage.at('*'),
      bySas(bucket.sas('rl', now - 9 * HOUR, now - HOUR)),
      /`sas_token` .*expired/,
    ],
    [
      'a SAS without the right to list',
      stage.at('*'),
      bySas(bucket.sas('r', now - HOUR, now + HOUR)),
      /`sas_token` may not list.*Read and List/,
    ],
    ['another container', 'azure://nowhere/*', {}, /there is no container nowhere/],
  ]);
});
