/** Stores that have folders, and links in them: the file system and SFTP. */
import { posix } from 'node:path';
import { FileProblem } from '../location.ts';
import type { Query, Refused, Stored } from './store.ts';

/** What lies in a folder itself. */
interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
  /** Undefined: a socket or the like. Throws FileProblem for what must not or cannot be read. */
  look(): Promise<Stored | undefined> | Stored;
}

/** A pack of files for each pack of entries; a closed folder in the folder is a problem of its own. */
export async function* walk(
  { folder, levels, matches }: Query,
  enter: (path: string) => AsyncIterable<readonly Entry[]>,
): AsyncGenerator<readonly (Stored | Refused)[]> {
  const below = [''];
  for (let at = below.pop(); at !== undefined; at = below.pop()) {
    const full = posix.join(folder || '/', at);
    try {
      for await (const entries of enter(full)) {
        const page: (Stored | Refused)[] = [];
        for (const { name, isFolder, look } of entries) {
          const own = posix.join(at, name);
          if (!isFolder && matches(own)) {
            const found = await orRefused(posix.join(full, name), look);
            if (found) page.push(found);
          } else if (isFolder && own.split('/').length < levels) below.push(own);
        }
        yield page;
      }
    } catch (error) {
      if (at === '') throw error;
      yield [refusedOf(full, error)];
    }
  }
}

async function orRefused(path: string, look: Entry['look']): Promise<Stored | Refused | undefined> {
  try {
    return await look();
  } catch (error) {
    return refusedOf(path, error);
  }
}

function refusedOf(path: string, error: unknown): Refused {
  if (error instanceof FileProblem) return { path, problem: error.message };
  throw error;
}

/** @param real what the path leads to, and the folder that it must lie in. @throws FileProblem */
export function holdInside(real: string, realFolder: string): void {
  if (!real.startsWith(realFolder.endsWith('/') ? realFolder : `${realFolder}/`))
    throw new FileProblem('it is a link that leads out of its folder');
}
