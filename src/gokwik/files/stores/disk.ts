/** Folders of the file system, as they are mounted into the container. */
import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describeMissing, FileProblem, isOfSystem } from '../location.ts';
import { holdInside, walk } from './folders.ts';
import type { Store, Stored } from './store.ts';

const CHUNK_BYTES = 32 * 1024;

/** Files that a link leads out of the folder are refused, and whatever is no regular file is passed over. */
export const disk: Store = {
  async find(path) {
    const found = await stat(path).catch(() => undefined);
    return found?.isFile() ? inspect(path, dirname(path)) : undefined;
  },
  list: (query) =>
    walk(query, async function* (path) {
      if (isOfSystem(path)) return;
      const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
        const ask = path === query.folder ? ' (Is the folder mounted into the container?)' : '';
        throw new FileProblem(describeMissing(error) + ask);
      });
      yield entries.map((entry) => ({
        name: entry.name,
        isFolder: entry.isDirectory(),
        look: () => inspect(join(path, entry.name), query.folder),
      }));
    }),
  async open({ path }, { from }) {
    return { body: read(path, from) };
  },
  close() {},
};

async function* read(path: string, start: number): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { start, highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>;
  } catch (error) {
    const isSystem = error instanceof Error && 'syscall' in error;
    throw isSystem ? new FileProblem(describeMissing(error)) : error;
  }
}

/** Undefined: a folder, a socket or the like. */
async function inspect(path: string, folder: string): Promise<Stored | undefined> {
  try {
    const [real, realFolder, found] = await Promise.all([
      realpath(path),
      realpath(folder),
      stat(path),
    ]);
    if (!found.isFile()) return undefined;
    if (isOfSystem(real)) throw new FileProblem('it lies in a folder of the system');
    holdInside(real, realFolder);
    return { path, local: path, size: found.size, modifiedMs: Math.trunc(found.mtimeMs) };
  } catch (error) {
    if (error instanceof FileProblem) throw error;
    throw new FileProblem(describeMissing(error));
  }
}
