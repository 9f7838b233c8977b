/** Servers that are reached by SFTP. Its library is a file of its own, loaded with the first such place. */
import { hash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { posix } from 'node:path';
import type { Client, FileEntryWithStats, SFTPWrapper, Stats } from 'ssh2';
import { ConfigError, ConnectorError, SystemError, TransientError } from '../../../cdk/errors.ts';
import { interrupted } from '../../../http/download.ts';
import { BLOCKED, guardedLookup, isPrivateHost } from '../../../http/guard.ts';
import { codeOf } from '../../../http/outcome.ts';
import { FileProblem } from '../location.ts';
import type { AccountOf } from './accounts.ts';
import { type Query, type Refused, refusal, type Store, type Stored, type World } from './store.ts';

type SftpAccount = AccountOf<'sftp'>;

/** Of `host_key`: whichever key the server shows. */
const ANY_KEY = 'accept-any';
const PATIENCE_MS = 20_000;
const CHUNK_BYTES = 32 * 1024;
/** Of SSH_FXP_STATUS. */
const [END, NO_SUCH_FILE, DENIED] = [1, 2, 3];

interface Session {
  readonly client: Client;
  readonly sftp: SFTPWrapper;
}

export function openSftp(server: string, account: SftpAccount, world: World): Store {
  const place = `sftp://${server}`;
  let session: Promise<Session> | undefined;

  async function use(signal: AbortSignal): Promise<SFTPWrapper> {
    session ??= connect(server, account, world, signal, () => {
      session = undefined;
    });
    try {
      return (await session).sftp;
    } catch (error) {
      session = undefined;
      throw error;
    }
  }

  /** A call of the library's, as a promise. */
  async function call<T>(
    signal: AbortSignal,
    work: (sftp: SFTPWrapper, done: (error: Error | undefined | null, value: T) => void) => void,
  ): Promise<T> {
    const sftp = await use(signal);
    return new Promise<T>((resolve, reject) => {
      const stop = (): void => reject(signal.reason);
      const lost = (): void => reject(interrupted(place, 'the connection was closed'));
      const settle = (): void => {
        signal.removeEventListener('abort', stop);
        sftp.removeListener('close', lost);
      };
      signal.addEventListener('abort', stop, { once: true });
      sftp.once('close', lost);
      work(sftp, (error, value) => {
        settle();
        if (error) reject(error);
        else resolve(value);
      });
    });
  }

  /** After a lost connection the next call makes a new one. */
  async function* orReconnect(body: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
    try {
      yield* body;
    } catch (error) {
      if (error instanceof TransientError) drop();
      throw error;
    }
  }

  function drop(): void {
    session?.then(({ client }) => client.destroy()).catch(() => {});
    session = undefined;
  }

  /** Undefined: a folder, a socket or the like. */
  async function inspect(
    path: string,
    folder: string,
    signal: AbortSignal,
  ): Promise<Stored | undefined> {
    const attributes = await call<Stats>(signal, (sftp, done) => sftp.stat(path, done));
    if (!attributes.isFile()) return undefined;
    const [real, realFolder] = await Promise.all(
      [path, folder || '/'].map((one) =>
        call<string>(signal, (sftp, done) => sftp.realpath(one, done)),
      ),
    );
    if (!real?.startsWith(`${realFolder?.replace(/\/$/, '')}/`)) {
      throw new FileProblem('it is a link that leads out of its folder');
    }
    return storedOf(path, attributes);
  }

  async function* readFolder(
    folder: string,
    signal: AbortSignal,
  ): AsyncGenerator<readonly FileEntryWithStats[]> {
    const handle = await call<Buffer>(signal, (sftp, done) => sftp.opendir(folder || '/', done));
    try {
      for (;;) {
        const entries = await call<FileEntryWithStats[] | undefined>(signal, (sftp, done) =>
          sftp.readdir(handle, (error, found) => {
            if (error && statusOf(error) === END) done(undefined, undefined);
            else done(error, found);
          }),
        );
        if (!entries || entries.length === 0) return;
        yield entries;
      }
    } finally {
      await call<void>(signal, (sftp, done) =>
        sftp.close(handle, (error) => done(error, undefined)),
      ).catch(() => {});
    }
  }

  return {
    async find(path, signal) {
      try {
        return await inspect(path, posix.dirname(path), signal);
      } catch (error) {
        if (statusOf(error) === NO_SUCH_FILE) return undefined;
        signal.throwIfAborted();
        throw problemOf(error, `${place}${path}`);
      }
    },
    async *list({ folder, beginning, levels, matches }: Query, signal) {
      const below = [''];
      for (let at = below.pop(); at !== undefined; at = below.pop()) {
        const full = posix.join(folder || '/', at);
        try {
          for await (const entries of readFolder(full, signal)) {
            const page: (Stored | Refused)[] = [];
            for (const { filename, attrs } of entries) {
              if (filename === '.' || filename === '..' || filename.includes('/')) continue;
              const name = at === '' ? filename : `${at}/${filename}`;
              const path = posix.join(full, filename);
              if (attrs.isDirectory()) {
                if (name.split('/').length < levels) below.push(name);
              } else if (name.startsWith(beginning) && matches(name)) {
                if (attrs.isFile()) page.push(storedOf(path, attrs));
                else if (attrs.isSymbolicLink()) page.push(...(await linked(path, folder, signal)));
              }
            }
            yield page;
          }
        } catch (error) {
          signal.throwIfAborted();
          const problem = problemOf(error, place);
          if (at === '' || !(problem instanceof FileProblem)) throw problem;
          yield [{ path: full, problem: problem.message }];
        }
      }
    },
    async open({ path, size }, { from: start, to }, signal) {
      const sftp = await use(signal);
      // What is written behind it meanwhile is the next sync's.
      const last = Math.min(to ?? Number.POSITIVE_INFINITY, (size ?? Number.POSITIVE_INFINITY) - 1);
      if (start > last) return { body: nothing() };
      const end = Number.isFinite(last) ? { end: last } : {};
      const stream = sftp.createReadStream(path, { start, ...end, highWaterMark: CHUNK_BYTES });
      const name = `${place}${path}`;
      const body = readStream(stream, sftp, name, end.end, start, signal);
      return { body: orReconnect(body) };
    },
    close() {
      session?.then(({ client }) => client.end()).catch(() => {});
    },
  };

  async function linked(
    path: string,
    folder: string,
    signal: AbortSignal,
  ): Promise<(Stored | Refused)[]> {
    try {
      const found = await inspect(path, folder, signal);
      return found ? [found] : [];
    } catch (error) {
      signal.throwIfAborted();
      const problem = problemOf(error, place);
      if (problem instanceof FileProblem) return [{ path, problem: problem.message }];
      throw problem;
    }
  }
}

async function* nothing(): AsyncGenerator<Buffer> {}

async function* readStream(
  stream: ReturnType<SFTPWrapper['createReadStream']>,
  sftp: SFTPWrapper,
  name: string,
  last: number | undefined,
  start: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let at = start;
  const stop = (): void => void stream.destroy();
  const lost = (): void => void stream.destroy(interrupted(name, 'the connection was closed'));
  // What comes after it was left is nobody's any more.
  stream.on('error', () => {});
  signal.addEventListener('abort', stop, { once: true });
  sftp.once('close', lost);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      at += chunk.length;
      yield chunk;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw problemOf(error, name);
  } finally {
    signal.removeEventListener('abort', stop);
    sftp.removeListener('close', lost);
    stream.destroy();
  }
  signal.throwIfAborted();
  if (last !== undefined && at <= last) throw interrupted(name, `it ended at byte ${at}`);
}

const storedOf = (path: string, { size, mtime }: Pick<Stats, 'size' | 'mtime'>): Stored => ({
  path,
  size,
  modifiedMs: mtime * 1000,
});

const statusOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

/** What the server says of a file is the file's; whatever else happens to the connection passes. */
function problemOf(error: unknown, name: string): unknown {
  const status = statusOf(error);
  if (status === NO_SUCH_FILE) return new FileProblem('it is not there');
  if (status === DENIED) return new FileProblem('the user of its location may not read it there');
  if (typeof status === 'number') return new FileProblem(`the server refuses it (SFTP ${status})`);
  const isTold = error instanceof FileProblem || error instanceof ConnectorError;
  return isTold ? error : interrupted(name, codeOf(error));
}

async function connect(
  server: string,
  account: SftpAccount,
  { allowPrivate }: World,
  signal: AbortSignal,
  onClose: () => void,
): Promise<Session> {
  const [, username = '', host = '', port = '22'] =
    /^(.*)@\[?(.*?)\]?(?::(\d+))?$/.exec(server) ?? [];
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
  const stop = (): void => {
    client.destroy();
    socket.destroy();
  };
  signal.addEventListener('abort', stop, { once: true });
  let shown: string | undefined;
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
          shown = `SHA256:${hash('sha256', key, 'base64').replace(/=+$/, '')}`;
          return wanted === ANY_KEY || isSame(shown, wanted.replace(/=+$/, ''));
        },
      });
    });
    const sftp = await new Promise<SFTPWrapper>((resolve, reject) =>
      client.sftp((error, opened) => (error ? reject(error) : resolve(opened))),
    );
    client.once('close', onClose);
    return { client, sftp };
  } catch (error) {
    stop();
    signal.throwIfAborted();
    throw connectProblem(error, { account, username, wanted, shown });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

interface Tried {
  readonly account: SftpAccount;
  readonly username: string;
  readonly wanted: string;
  /** The fingerprint of the server's key. */
  readonly shown: string | undefined;
}

function connectProblem(error: unknown, { account, username, wanted, shown }: Tried): Error {
  const level = error instanceof Error && 'level' in error ? error.level : undefined;
  if (shown !== undefined && wanted !== ANY_KEY && !isSame(shown, wanted.replace(/=+$/, ''))) {
    return refusal(
      account,
      wanted === ''
        ? `which server it is for is not known. The server shows the key ${shown}: ask its operator whether that is right, and enter it as \`host_key\`.`
        : `the server shows the key ${shown}, and \`host_key\` is another one. Either the server was set up anew, or another one answers in its place: ask its operator before you change \`host_key\`.`,
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
