import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import t from 'tap';
import { type Fault, proveFaults } from './helpers/faults.ts';
import { EMAIL, SECRETS, serviceAccount, startDrive, startGcs } from './helpers/google.ts';
import { openStage, proveMonth } from './helpers/month.ts';

/* Google's stores by a service account: the claim's signature is checked where the token is given. */

const tokens = await startDrive();
t.teardown(() => tokens.close());
const accountAt = (port: number) => ({
  type: 'google',
  name: 'google',
  service_account: serviceAccount(tokens.port),
  endpoint: `http://127.0.0.1:${port}`,
});
const strange = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();
const refused: [string, string, RegExp][] = [
  [
    'a key that was deleted',
    serviceAccount(tokens.port, { private_key: strange }),
    /does not know the key/,
  ],
  [
    'an account that is gone',
    serviceAccount(tokens.port, { client_email: 'x@y.iam.gserviceaccount.com' }),
    /does not exist any more/,
  ],
  [
    'half of a key',
    serviceAccount(tokens.port, { private_key: strange.slice(0, 200) }),
    /private key that is cut or changed/,
  ],
  ['no key at all', '{"web":{"client_id":"x"}}', /is no key of a service account/],
];

t.test('Cloud Storage, as fake-gcs-server speaks it', async (t) => {
  const bucket = await startGcs('exports');
  const location = (below: string) => `gs://exports/gokwik/${below}`;
  const subject = { bucket, tellsDigest: true, account: accountAt, location, secrets: SECRETS };
  const stage = await openStage(t, subject);
  await proveMonth(t, subject, stage);
  const all = stage.at('*');
  await t.test('a key whose line ends were escaped on its way is a key', async (t) => {
    const file = JSON.parse(serviceAccount(tokens.port));
    file.private_key = file.private_key.replaceAll('\n', '\\n');
    const said = await stage.check(all, { service_account: JSON.stringify(file) });
    t.match(said, /^SUCCEEDED: Files can be read/);
  });
  await proveFaults(t, 'gs', stage, [
    ...refused.map(
      ([name, service_account, sentence]): Fault => [name, all, { service_account }, sentence],
    ),
    ['another bucket', 'gs://nowhere/*', {}, /Store google: there is no bucket nowhere/],
  ]);
});

t.test('Drive and Sheets, as their documents have them', async (t) => {
  const bucket = await startDrive();
  const location = (below: string) => `gdrive://${bucket.root}/gokwik/${below}`;
  const account = (port: number) => ({ ...accountAt(port), service_account: serviceAccount(port) });
  const subject = { bucket, tellsDigest: true, account, location, secrets: SECRETS };
  const stage = await openStage(t, subject);
  await proveMonth(t, subject, stage);

  const { data } = Papa.parse<string[]>(
    readFileSync(join(stage.folder, 'orders.csv'), 'utf8').trim(),
  );
  const sheet = bucket.addSheet('sheets', 'Reports', {
    Orders: data,
    'It’s “mine”': [],
    Notes: [['to do']],
  });
  const inFolder = `gdrive://${bucket.root}/sheets/*`;
  for (const [name, place] of [
    ['a Sheet', `gsheet://${sheet}`],
    ['a tab of it', `gsheet://${sheet}/Orders`],
    ['a Sheet in a folder', inFolder],
  ] as const) {
    await t.test(`${name} is a table, and comes once`, async (t) => {
      const [there, here] = [await stage.table(), await stage.table()];
      await stage.read(place, there);
      await stage.read(`${stage.folder}/orders.csv`, here);
      const counts = async (table: typeof here) =>
        table.query(
          'SELECT record_key, "platform_order_id", "created_at" FROM "orders" ORDER BY 1',
        );
      t.same(await counts(there), await counts(here));
      there.resetCounts();
      await stage.read(place, there);
      t.equal(there.counts('orders').records, 0);
    });
  }
  await proveFaults(t, 'gdrive', stage, [
    [
      'a folder that is not shared',
      'gdrive://id-unknown',
      {},
      new RegExp(`the folder id-unknown is not there, or not shared with ${EMAIL}`),
    ],
    [
      'a sheet that is not shared',
      'gsheet://id-unknown',
      {},
      new RegExp(`the sheet is not there, or not shared with ${EMAIL}`),
    ],
    [
      'a tab that is not there',
      `gsheet://${sheet}/Order`,
      {},
      /it has no such tab\. It has Orders/,
    ],
    ['a sheet in the place of a folder', `gdrive://${sheet}`, {}, /is no folder/],
  ]);
});
