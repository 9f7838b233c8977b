/** Folders of the file system, as they are mounted into the container. */
import { constants, type Dirent } from 'node:fs';
import { type FileHandle, open, opendir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describeMissing, FileProblem, isOfSystem } from '../location.ts';
import { holdInside, walk } from './folders.ts';
import type { Store, Stored } from './store.ts';

const CHUNK_BYTES = 32 * 1024;
/** Entries of a folder that are at hand at once (I8). */
const PAGE_ENTRIES = 100;

/** Files that a link leads out of the folder are refused, and whatever is no regular file is passed over. */
export const disk: Store = {
  isLocal: true,
  async find(path) {
    const found = await stat(path).catch(() => undefined);
    return found?.isFile() ? lookBehind(path, dirname(path)) : undefined;
  },
  list: ({ folder, ...query }) =>
    walk({ folder, ...query }, async function* (path) {
      if (isOfSystem(path)) return;
      try {
        if (isOfSystem(await realpath(path))) refuseSystem();
        for await (const entries of entriesOf(path)) {
          yield entries.map((entry) => ({
            name: entry.name,
            isFolder: entry.isDirectory(),
            // What is no link lies where it seems to lie.
            look: () =>
              entry.isSymbolicLink()
                ? lookBehind(join(path, entry.name), folder)
                : look(join(path, entry.name)),
          }));
        }
      } catch (error) {
        const ask = path === folder ? ' (Is the folder mounted into the container?)' : '';
        throw problemOf(error, ask);
      }
    }),
  async open(file, { from }) {
    return { body: read(file, from) };
  },
};

async function* entriesOf(path: string): AsyncGenerator<readonly Dirent[]> {
  let entries: Dirent[] = [];
  for await (const entry of await opendir(path, { bufferSize: PAGE_ENTRIES })) {
    entries.push(entry);
    if (entries.length < PAGE_ENTRIES) continue;
    yield entries;
    entries = [];
  }
  yield entries;
}

const inodeOf = ({ dev, ino }: { dev: number; ino: number }): string => `${dev}:${ino}`;

async function* read(
  { path, inode, size = CHUNK_BYTES + 1 }: Stored,
  start: number,
): AsyncGenerator<Buffer> {
  let file: FileHandle | undefined;
  try {
    // Without waiting for the other end, should it have become a pipe.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    // What was looked at is what is read, each time: a link in its place may lead anywhere.
    const found = await file.stat();
    if (!found.isFile() || (inode !== undefined && inodeOf(found) !== inode))
      throw new FileProblem('another file took its place while it was read: sync again');
    // Of 100,000 small files, a stream for each is most of what they cost.
    if (size <= CHUNK_BYTES) yield (await file.readFile()).subarray(start);
    else
      yield* file.createReadStream({
        ...{ start, highWaterMark: CHUNK_BYTES, autoClose: false },
      }) as AsyncIterable<Buffer>;
  } catch (error) {
    throw problemOf(error);
  } finally {
    await file?.close();
  }
}

/** Undefined: a folder, a socket or the like. */
async function look(path: string): Promise<Stored | undefined> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return undefined;
    const modifiedMs = Math.trunc(found.mtimeMs);
    return { path, inode: inodeOf(found), size: found.size, modifiedMs };
  } catch (error) {
    throw problemOf(error);
  }
}

/** Of a link, or of a path that may lead through some. */
async function lookBehind(path: string, folder: string): Promise<Stored | undefined> {
  const real = await realpath(path).catch((error) => Promise.reject(problemOf(error)));
  if (isOfSystem(real)) refuseSystem();
  holdInside(real, await realpath(folder));
  const found = await look(real);
  return found && { ...found, path };
}

function refuseSystem(): never {
  throw new FileProblem('it lies in a folder of the system');
}

function problemOf(error: unknown, ask = ''): unknown {
  const isSystem = error instanceof Error && 'syscall' in error;
  return isSystem ? new FileProblem(describeMissing(error) + ask) : error;
}
