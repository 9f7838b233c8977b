import { generateKeyPairSync, verify } from 'node:crypto';
import t from 'tap';
import { claim } from '../../../../src/gokwik/files/stores/google.ts';

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
