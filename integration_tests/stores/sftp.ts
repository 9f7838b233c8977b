import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { proveFaults } from './helpers/faults.ts';
import { openStage, proveMonth } from './helpers/month.ts';
import { startSsh } from './helpers/ssh.ts';

/* SFTP as OpenSSH speaks it. */

const bucket = await startSsh();
const { user, root } = bucket;
const subject = {
  bucket,
  tellsDigest: false,
  account: () => ({
    type: 'sftp',
    name: 'server',
    private_key: bucket.privateKey,
    host_key: bucket.fingerprint,
  }),
  location: (below: string, port: number) =>
    `sftp://${user}@127.0.0.1:${port}${root}/gokwik/${below}`,
  secrets: [bucket.privateKey, bucket.passphrase, 'a-wrong-password'],
};
const stage = await openStage(t, subject);
await proveMonth(t, subject, stage);

t.test('a key with a passphrase, and a server that is accepted by name', async (t) => {
  const { lockedKey, passphrase } = bucket;
  const changes = { private_key: lockedKey, passphrase, host_key: 'accept-any' };
  t.match(await stage.check(stage.at('*'), changes), /^SUCCEEDED: Files can be read/);
});

t.test('a link that leads out of the folder is refused', async (t) => {
  writeFileSync(join(root, 'secret.csv'), 'not yours');
  symlinkSync(join(root, 'secret.csv'), join(root, 'odd/z-link.csv'));
  const said = await stage.check(stage.at('').replace(/gokwik\/$/, 'odd/z-*.csv'), {});
  t.match(said, /FAILED: .*z-link\.csv: it is a link that leads out of its folder/);
});

t.test('a user may be called like an address of mail', async (t) => {
  const said = await stage.check(stage.at('*').replace(`${user}@`, 'me%40example.com@'), {});
  t.match(said, /does not let me@example\.com in/);
});

t.test('credentials that are wrong are told apart, by what to do', async (t) => {
  const all = stage.at('*');
  const another = `SHA256:${'A'.repeat(43)}`;
  await proveFaults(t, 'sftp', stage, [
    [
      'another host',
      all,
      { host_key: another },
      /the server shows the key SHA256:\S{43}, and `host_key` is another one/,
    ],
    [
      'another key',
      all,
      { private_key: bucket.strangeKey },
      /does not let \w+ in with its `private_key`/,
    ],
    [
      'a password',
      all,
      { private_key: '', password: 'a-wrong-password' },
      /does not let \w+ in with its `password`/,
    ],
    [
      'a locked key',
      all,
      { private_key: bucket.lockedKey },
      /`private_key` is locked\. Enter its `passphrase`/,
    ],
    [
      'another passphrase',
      all,
      { private_key: bucket.lockedKey, passphrase: 'a-wrong-password' },
      /its `passphrase` is another one/,
    ],
    [
      'half of a key',
      all,
      { private_key: bucket.privateKey.slice(0, 90) },
      /`private_key` cannot be read/,
    ],
  ]);
});
