/** Folders of the file system, as they are mounted into the container. */
import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { describeMissing, FileProblem, isOfSystem } from '../location.ts';
import type { Query, Refused, Store, Stored } from './store.ts';

const CHUNK_BYTES = 32 * 1024;

/** Files that a link leads out of the folder are refused, and whatever is no regular file is passed over. */
export const disk: Store = {
  async find(path) {
    const found = await stat(path).catch(() => undefined);
    return found?.isFile() ? inspect(path, dirname(path)) : undefined;
  },
  async *list(query) {
    for await (const names of listNames(query)) {
      const page: (Stored | Refused)[] = [];
      for (const name of names) {
        if (typeof name !== 'string') {
          page.push(name);
          continue;
        }
        const path = join(query.folder, name);
        try {
          const found = await inspect(path, query.folder);
          if (found) page.push(found);
        } catch (error) {
          if (!(error instanceof FileProblem)) throw error;
          page.push({ path, problem: error.message });
        }
      }
      yield page;
    }
  },
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

/** Paths from the folder. A closed folder in it is a problem of its own. */
async function* listNames({
  folder,
  levels,
  matches,
}: Query): AsyncGenerator<readonly (string | Refused)[]> {
  const below = [''];
  for (let at = below.pop(); at !== undefined; at = below.pop()) {
    const full = join(folder, at);
    if (isOfSystem(full)) continue;
    const names: string[] = [];
    try {
      for (const entry of await readdir(full, { withFileTypes: true })) {
        const name = at === '' ? entry.name : `${at}/${entry.name}`;
        if (!entry.isDirectory()) {
          if (matches(name)) names.push(name);
        } else if (name.split('/').length < levels) below.push(name);
      }
    } catch (error) {
      const why = describeMissing(error);
      if (at === '') throw new FileProblem(`${why}. Is the folder mounted into the container?`);
      yield [{ path: full, problem: why }];
    }
    yield names;
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
    if (!real.startsWith(realFolder.endsWith(sep) ? realFolder : realFolder + sep)) {
      throw new FileProblem('it is a link that leads out of its folder');
    }
    const { size, mtimeMs } = found;
    return { path, local: path, size, modifiedMs: Math.trunc(mtimeMs) };
  } catch (error) {
    if (error instanceof FileProblem) throw error;
    throw new FileProblem(describeMissing(error));
  }
}
