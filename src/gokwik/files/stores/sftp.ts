/** Servers that are reached by SFTP. Its library is a file of its own, loaded with the first such place. */
import { posix } from 'node:path';
import type { FileEntryWithStats, Stats } from 'ssh2';
import { interrupted } from '../../../http/download.ts';
import { codeOf } from '../../../http/outcome.ts';
import { FileProblem } from '../location.ts';
import { holdInside, walk } from './folders.ts';
import { connect, type Session, type SftpAccount } from './ssh.ts';
import type { Store, Stored, World } from './store.ts';

const CHUNK_BYTES = 32 * 1024;
/** Of SSH_FXP_STATUS. */
const [END, NO_SUCH_FILE, DENIED] = [1, 2, 3];
const NOT_THERE = 'it is not there';

/** How the library answers. */
type Done<T> = (error: Error | undefined | null, value: T) => void;

export function openSftp(server: string, account: SftpAccount, world: World): Store {
  const place = `sftp://${server}`;
  let opening: Promise<Session> | undefined;

  async function use(signal: AbortSignal): Promise<Session> {
    for (;;) {
      opening ??= connect(server, account, world, signal);
      const mine = opening;
      const session = await mine.catch((error: unknown) => {
        if (opening === mine) opening = undefined;
        throw error;
      });
      if (!session.lost.aborted) return session;
      if (opening === mine) opening = undefined;
    }
  }

  /** Undefined: a folder, a socket or the like. */
  async function inspect(
    path: string,
    folder: string,
    signal: AbortSignal,
  ): Promise<Stored | undefined> {
    const session = await use(signal);
    const { sftp } = session;
    const get = caller(session, place + path, signal);
    const found = await get<Stats>((done) => sftp.stat(path, done));
    if (!found.isFile()) return undefined;
    const real = await get<string>((done) => sftp.realpath(path, done));
    holdInside(real, await get<string>((done) => sftp.realpath(folder || '/', done)));
    return storedOf(path, found);
  }

  async function* read(
    path: string,
    from: number,
    end: number,
    signal: AbortSignal,
  ): AsyncGenerator<Buffer> {
    const session = await use(signal);
    const { sftp } = session;
    const name = place + path;
    const get = caller(session, name, signal);
    const handle = await get<Buffer>((done) => sftp.open(path, 'r', done));
    try {
      for (let at = from; at < end; ) {
        const bytes = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - at));
        const count = await get<number>((done) =>
          sftp.read(handle, bytes, 0, bytes.length, at, done),
        );
        if (count === 0 && Number.isFinite(end)) throw interrupted(name, `it ended at byte ${at}`);
        if (count === 0) return;
        yield bytes.subarray(0, count);
        at += count;
      }
    } finally {
      if (!session.lost.aborted) sftp.close(handle, () => {});
    }
  }

  async function* readFolder(
    path: string,
    signal: AbortSignal,
  ): AsyncGenerator<readonly FileEntryWithStats[]> {
    const session = await use(signal);
    const { sftp } = session;
    const get = caller(session, place + path, signal);
    const handle = await get<Buffer>((done) => sftp.opendir(path, done));
    try {
      for (;;) {
        const entries = await get<FileEntryWithStats[]>((done) =>
          sftp.readdir(handle, (error, found) => {
            if (statusOf(error) === END) done(null, []);
            else done(error, found);
          }),
        );
        if (entries.length === 0) return;
        yield entries;
      }
    } finally {
      if (!session.lost.aborted) sftp.close(handle, () => {});
    }
  }

  return {
    find: (path, signal) =>
      inspect(path, posix.dirname(path), signal).catch((error: unknown) => {
        if (error instanceof FileProblem && error.message === NOT_THERE) return undefined;
        throw error;
      }),
    list: (query, signal) =>
      walk(query, async function* (path) {
        for await (const entries of readFolder(path, signal)) {
          yield entries
            .filter(({ filename: name }) => name !== '.' && name !== '..' && !name.includes('/'))
            .map(({ filename: name, attrs }) => ({
              name,
              isFolder: attrs.isDirectory(),
              async look() {
                const full = posix.join(path, name);
                if (attrs.isFile()) return storedOf(full, attrs);
                return attrs.isSymbolicLink() ? inspect(full, query.folder, signal) : undefined;
              },
            }));
        }
      }),
    // What is written behind it meanwhile is the next sync's.
    async open({ path, size = Number.POSITIVE_INFINITY }, { from, to = size - 1 }, signal) {
      return { body: read(path, from, Math.min(size, to + 1), signal) };
    },
    close() {
      opening?.then(({ client }) => client.end()).catch(() => {});
    },
  };
}

/** Calls of the library's as promises, in one session: a handle of it is nothing to the next one. */
const caller =
  (session: Session, name: string, signal: AbortSignal) =>
  <T>(work: (done: Done<T>) => void): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const stop = (): void => {
        signal.removeEventListener('abort', stop);
        session.lost.removeEventListener('abort', stop);
        reject(signal.aborted ? signal.reason : interrupted(name, 'the connection was closed'));
      };
      if (signal.aborted || session.lost.aborted) return stop();
      signal.addEventListener('abort', stop, { once: true });
      session.lost.addEventListener('abort', stop, { once: true });
      work((error, value) => {
        signal.removeEventListener('abort', stop);
        session.lost.removeEventListener('abort', stop);
        if (!error) return resolve(value);
        const problem = problemOf(error, name);
        reject(problem);
        // Whatever is no answer of the server's: the next call makes a new connection.
        if (!(problem instanceof FileProblem)) session.drop();
      });
    });

const storedOf = (path: string, { size, mtime }: Pick<Stats, 'size' | 'mtime'>): Stored => ({
  path,
  size,
  modifiedMs: mtime * 1000,
});

const statusOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

/** What the server says of a file is the file's; whatever else happens to the connection passes. */
function problemOf(error: Error, name: string): Error {
  const status = statusOf(error);
  if (status === NO_SUCH_FILE) return new FileProblem(NOT_THERE);
  if (status === DENIED) return new FileProblem('the user of its location may not read it there');
  if (typeof status === 'number') return new FileProblem(`the server refuses it (SFTP ${status})`);
  return interrupted(name, codeOf(error));
}
