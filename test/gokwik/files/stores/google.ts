import { generateKeyPairSync, verify } from 'node:crypto';
import t from 'tap';
import { openDrive } from '../../../../src/gokwik/files/stores/drive.ts';
import { claim } from '../../../../src/gokwik/files/stores/google.ts';
import { worldOf } from '../helpers/files.ts';

t.test('a claim is a JWT signed by RS256, good for an hour', (t) => {
  const { privateKey: key, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const tokenUrl = new URL('https://oauth2.googleapis.com/token');
  const nowMs = Date.UTC(2026, 8, 9);
  const [head = '', body = '', signature = ''] = claim(
    { email: 'reader@project.iam.gserviceaccount.com', id: 'k1', key, tokenUrl },
    'https://www.googleapis.com/auth/drive.readonly',
    nowMs,
  ).split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
  t.same(read(head), { alg: 'RS256', typ: 'JWT', kid: 'k1' });
  t.same(read(body), {
    iss: 'reader@project.iam.gserviceaccount.com',
    scope: 'https://www.googleapis.com/auth/drive.readonly',
    aud: 'https://oauth2.googleapis.com/token',
    iat: nowMs / 1000,
    exp: nowMs / 1000 + 3600,
  });
  t.ok(
    verify(
      'RSA-SHA256',
      Buffer.from(`${head}.${body}`),
      publicKey,
      Buffer.from(signature, 'base64url'),
    ),
  );
  t.end();
});

const ALL = { folder: '', beginning: '', levels: 1, matches: () => true };

/** What of a shared folder is listed, when Drive answers so. */
async function listed(answer: object) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const file = {
    client_email: 'reader@project.iam.gserviceaccount.com',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    private_key_id: 'k1',
    token_uri: 'https://oauth2.googleapis.com/token',
  };
  const answers = [
    { access_token: 'made-up', expires_in: 3600 },
    { mimeType: 'application/vnd.google-apps.folder' },
    answer,
  ];
  const account = {
    type: 'google',
    name: 'google',
    service_account: JSON.stringify(file),
  } as const;
  const world = worldOf(() => ({ text: JSON.stringify(answers.shift()) }), Date.now());
  const store = openDrive('root', account, world);
  const found: unknown[] = [];
  for await (const page of store.list(ALL, new AbortController().signal)) found.push(...page);
  return found;
}

t.test('a folder of Drive is listed whole, or not at all', async (t) => {
  const type = (name: string) => `application/vnd.google-apps.${name}`;
  const files = [
    { id: '1', name: 'orders.csv', mimeType: 'text/csv', size: '10' },
    { id: '2', name: 'notes', mimeType: type('document') },
    { id: '3', name: 'link', mimeType: type('shortcut') },
    { id: '4', name: 'orders.csv', mimeType: 'text/csv', size: '12' },
  ];
  t.match(await listed({ files }), [
    { path: 'orders.csv', id: '1' },
    { path: 'link', problem: /is a shortcut/ },
    { path: 'orders.csv', id: '4' },
  ]);
  await t.rejects(listed({ files, incompleteSearch: true }), { code: 'GK_FILE_LIST' });
  await t.rejects(listed({}), { code: 'GK_FILE_LIST' });
});
