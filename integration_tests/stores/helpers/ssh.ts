import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import ssh2 from 'ssh2';
import { sshProgram } from './install.ts';
import { type Bucket, startProgram } from './servers.ts';

export interface SshServer extends Bucket {
  readonly root: string;
  readonly user: string;
  /** Of the server's key, as `host_key` has it. */
  readonly fingerprint: string;
  readonly privateKey: string;
  /** The same, locked by the passphrase. */
  readonly lockedKey: string;
  readonly passphrase: string;
  /** A key that the server does not know. */
  readonly strangeKey: string;
}

/** OpenSSH with its own SFTP, for the user who runs the test. */
export async function startSsh(): Promise<SshServer> {
  const folder = mkdtempSync(join(tmpdir(), 'gokwik-ssh-'));
  const root = join(folder, 'files');
  mkdirSync(root);
  const passphrase = 'a passphrase of the test';
  const make = () => ssh2.utils.generateKeyPairSync('ed25519');
  const lock = { passphrase, cipher: 'aes256-ctr', rounds: 16 };
  const [host, own, strange] = [make(), make(), make()];
  const locked = ssh2.utils.generateKeyPairSync('ed25519', lock);
  const hostKey = join(folder, 'host');
  writeFileSync(hostKey, host.private, { mode: 0o600 });
  writeFileSync(join(folder, 'authorized'), `${own.public}\n${locked.public}\n`, { mode: 0o600 });
  const config = join(folder, 'config');
  writeFileSync(
    config,
    [
      `HostKey ${hostKey}`,
      `AuthorizedKeysFile ${join(folder, 'authorized')}`,
      'PidFile none',
      'StrictModes no',
      'UsePAM no',
      'PermitRootLogin yes',
      'PasswordAuthentication yes',
      'MaxStartups 100',
      'Subsystem sftp internal-sftp',
    ].join('\n'),
  );
  // What sshd wants where it is started by root.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const server = await startProgram(sshProgram(), (port) => [
    ...['-D', '-e', '-f', config, '-o', `ListenAddress=127.0.0.1:${port}`],
  ]);
  const [, blob = ''] = host.public.split(' ');
  const digest = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64');
  return {
    port: server.port,
    root,
    user: userInfo().username,
    fingerprint: `SHA256:${digest.replace(/=+$/, '')}`,
    privateKey: own.private,
    lockedKey: locked.private,
    passphrase,
    strangeKey: strange.private,
    async put(key, bytes) {
      const path = join(root, key);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
    },
    modifiedMs: async (key) => Math.floor(statSync(join(root, key)).mtimeMs / 1000) * 1000,
    close: server.close,
  };
}
