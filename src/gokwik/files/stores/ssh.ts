/** A session of SFTP: how a server is reached, known and talked to. */
import { hash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import type { Client, SFTPWrapper } from 'ssh2';
import { ConfigError, SystemError, TransientError } from '../../../cdk/errors.ts';
import { BLOCKED, guardedLookup, isPrivateHost } from '../../../http/guard.ts';
import { codeOf } from '../../../http/outcome.ts';
import type { AccountOf } from './accounts.ts';
import { refusal, type World } from './store.ts';

export type SftpAccount = AccountOf<'sftp'>;

/** Of `host_key`: whichever key the server shows. */
const ANY_KEY = 'accept-any';
const PATIENCE_MS = 20_000;

export interface Session {
  readonly client: Client;
  readonly sftp: SFTPWrapper;
  /** Aborted when the connection is lost, or not to be trusted any more. */
  readonly lost: AbortSignal;
  drop(): void;
}

export async function connect(
  server: string,
  account: SftpAccount,
  { allowPrivate }: World,
  signal: AbortSignal,
): Promise<Session> {
  const [, user = '', host = '', port = '22'] = /^(.*)@\[?(.*?)\]?(?::(\d+))?$/.exec(server) ?? [];
  // A user who is called like an address of mail is written with %40.
  const username = user.replaceAll('%40', '@');
  if (!allowPrivate && isPrivateHost(host)) throw isPrivate(account);
  const { Client, utils } = await loadSsh();
  const { password, private_key: privateKey, passphrase, host_key: wanted = '' } = account;
  if (privateKey) {
    const parsed = utils.parseKey(privateKey, passphrase);
    if (parsed instanceof Error) {
      throw refusal(
        account,
        passphrase || !/passphrase|encrypted/i.test(parsed.message)
          ? 'its `private_key` cannot be read, or its `passphrase` is another one. Enter the whole file of the key, from its first line of dashes to the last.'
          : 'its `private_key` is locked. Enter its `passphrase`.',
      );
    }
  }
  const socket = connectTcp({ host, port: Number(port), lookup: guardedLookup(allowPrivate) });
  const client = new Client();
  const lost = new AbortController();
  const stop = (): void => {
    lost.abort();
    client.destroy();
    socket.destroy();
  };
  signal.addEventListener('abort', stop, { once: true });
  let stranger: string | undefined;
  try {
    await once(socket, 'connect', {
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    await new Promise<void>((resolve, reject) => {
      client.once('ready', resolve).on('error', reject);
      client.once('close', () => reject(new Error('closed')));
      client.connect({
        sock: socket,
        username,
        readyTimeout: PATIENCE_MS,
        keepaliveInterval: 15_000,
        ...(password && { password }),
        ...(privateKey && { privateKey, ...(passphrase && { passphrase }) }),
        hostVerifier(key: Buffer) {
          const shown = `SHA256:${hash('sha256', key, 'base64').replace(/=+$/, '')}`;
          const isKnown = wanted === ANY_KEY || isSame(shown, wanted.replace(/=+$/, ''));
          if (!isKnown) stranger = shown;
          return isKnown;
        },
      });
    });
    const sftp = await new Promise<SFTPWrapper>((resolve, reject) =>
      client.sftp((error, opened) => (error ? reject(error) : resolve(opened))),
    );
    for (const one of [client, sftp]) one.once('close', () => lost.abort());
    return { client, sftp, lost: lost.signal, drop: stop };
  } catch (error) {
    stop();
    signal.throwIfAborted();
    throw connectProblem(error, { account, username, stranger });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

interface Tried {
  readonly account: SftpAccount;
  readonly username: string;
  /** The fingerprint of the server's key, where it is not the one that is wanted. */
  readonly stranger: string | undefined;
}

function connectProblem(error: unknown, { account, username, stranger }: Tried): Error {
  const level = error instanceof Error && 'level' in error ? error.level : undefined;
  if (stranger !== undefined) {
    return refusal(
      account,
      !account.host_key
        ? `which server it is for is not known. The server shows the key ${stranger}: ask its operator whether that is right, and enter it as \`host_key\`.`
        : `the server shows the key ${stranger}, and \`host_key\` is another one. Either the server was set up anew, or another one answers in its place: ask its operator before you change \`host_key\`.`,
    );
  }
  if (level === 'client-authentication') {
    const what = account.private_key ? '`private_key`' : '`password`';
    return refusal(
      account,
      `the server does not let ${username} in with its ${what}. Mend the user in \`location\`, or enter the ${what} again; a key has to be known to the server.`,
    );
  }
  if (codeOf(error) === BLOCKED) return isPrivate(account);
  if (error instanceof TransientError || error instanceof ConfigError) return error;
  return new TransientError(
    'GK_FILE_INTERRUPTED',
    `Store ${account.name}: its server was not reached, or ended the connection. Mend host and port in \`location\` if they are wrong; otherwise sync again later.`,
    { detail: codeOf(error) },
  );
}

const isPrivate = (account: SftpAccount): ConfigError =>
  refusal(account, 'its server has a private address. Use one that is public.');

async function loadSsh(): Promise<typeof import('ssh2')> {
  try {
    // A package of the older kind: all of it is its default.
    const loaded = await import('ssh2');
    return loaded.default ?? loaded;
  } catch (error) {
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new SystemError(
      'GK_INSTALLATION',
      'The file ssh2.js, which SFTP needs, does not lie beside main.js. Install the connector whole: all files of `dist`.',
    );
  }
}
