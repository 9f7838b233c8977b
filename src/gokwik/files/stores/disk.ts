/** Folders of the file system, as they are mounted into the container. */
import { createReadStream, type Dirent } from 'node:fs';
import { opendir, readFile, realpath, stat } from 'node:fs/promises';
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

async function* read(
  { path, size = CHUNK_BYTES + 1 }: Stored,
  start: number,
): AsyncGenerator<Buffer> {
  try {
    // Of 100,000 small files, a stream for each is most of what they cost.
    if (size <= CHUNK_BYTES) yield (await readFile(path)).subarray(start);
    else
      yield* createReadStream(path, { start, highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>;
  } catch (error) {
    throw problemOf(error);
  }
}

/** Undefined: a folder, a socket or the like. */
async function look(path: string): Promise<Stored | undefined> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return undefined;
    return { path, size: found.size, modifiedMs: Math.trunc(found.mtimeMs) };
  } catch (error) {
    throw problemOf(error);
  }
}

/** Of a link, or of a path that may lead through some. */
async function lookBehind(path: string, folder: string): Promise<Stored | undefined> {
  const found = await look(path);
  if (!found) return undefined;
  const real = await realpath(path);
  if (isOfSystem(real)) refuseSystem();
  holdInside(real, await realpath(folder));
  return found;
}

function refuseSystem(): never {
  throw new FileProblem('it lies in a folder of the system');
}

function problemOf(error: unknown, ask = ''): unknown {
  const isSystem = error instanceof Error && 'syscall' in error;
  return isSystem ? new FileProblem(describeMissing(error) + ask) : error;
}
