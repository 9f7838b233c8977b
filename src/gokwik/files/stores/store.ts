/** Where files lie, all behind one interface. */
import { posix } from 'node:path';
import picomatch from 'picomatch';
import { ConfigError } from '../../../cdk/errors.ts';
import { type Downloader, interrupted } from '../../../http/download.ts';
import { FileProblem, type Location, nameIn } from '../location.ts';

/** A file as its store lists it. */
export interface Stored {
  /** From the root of its container. */
  readonly path: string;
  /** What opens it, where names may be there twice. */
  readonly id?: string;
  /** Undefined: the store does not say. */
  readonly size: number | undefined;
  readonly modifiedMs: number | undefined;
  /** Another one when the content is another one. */
  readonly tag?: string | undefined;
  /** Of the whole content, in hex. */
  readonly md5?: string | undefined;
  /** In the file system, where content can be read at any place. */
  readonly local?: string;
}

/** A file or folder that cannot be had; `path` is its own. */
export interface Refused {
  readonly path: string;
  readonly problem: string;
}

/** What of a folder is wanted. */
export interface Query {
  /** Without a slash behind it; empty: the whole container. */
  readonly folder: string;
  /** With which all names begin that are wanted. */
  readonly beginning: string;
  /** 1: the files of the folder alone. */
  readonly levels: number;
  /** Of paths below the folder. */
  matches(path: string): boolean;
}

export interface Content {
  readonly body: AsyncIterable<Buffer>;
  /** Of what was opened, where the listing could not say it. */
  readonly size?: number | undefined;
  readonly modifiedMs?: number | undefined;
  readonly tag?: string | undefined;
}

/** Bytes of a file: the first, and the last one; undefined: all behind it. */
export interface Range {
  readonly from: number;
  readonly to?: number;
}

/** As HTTP asks for it; nothing for all of a file. */
export const askRange = ({ from, to }: Range): Readonly<Record<string, string>> =>
  from === 0 && to === undefined ? {} : { Range: `bytes=${from}-${to ?? ''}` };

/** What was read of a file before. */
interface Known {
  readonly tag?: string | undefined;
  readonly modifiedMs?: number | undefined;
}

/**
 * Reads only. Throws FileProblem of a file, ConnectorError of the store: with a sentence that names the
 * entry of `file_stores` and says what to do, and nothing of a credential (I9).
 */
export interface Store {
  /** The one file at a path; undefined: none, it may be a folder. */
  find(path: string, signal: AbortSignal): Promise<Stored | undefined>;
  /** What lies in a folder, in pages (I8). */
  list(query: Query, signal: AbortSignal): AsyncIterable<readonly (Stored | Refused)[]>;
  /**
   * Its bytes, of the version that was listed; a server without ranges may give more behind them. Undefined: it
   * is still what is known of it, where only the store can tell.
   */
  open(
    file: Stored,
    range: Range,
    signal: AbortSignal,
    known?: Known,
  ): Promise<Content | undefined>;
  close(): void;
}

/** What stores need of the world. */
export interface World {
  readonly allowPrivate: boolean;
  readonly now: () => number;
  /** Makes a secret known that the config does not hold as it is sent. */
  hide(secrets: Iterable<string>): void;
  openDownloader(): Promise<Downloader>;
}

/** A file that is there. */
export interface FoundFile extends Stored {
  readonly store: Store;
  /** For people: path or address, without a query. */
  readonly name: string;
  /** Its path from the folder of its location, so that a folder may be mounted elsewhere. */
  readonly key: string;
}

/** What is at a location: files, and what cannot be had, each with the reason. */
interface Listing {
  readonly files: readonly FoundFile[];
  readonly problems: readonly { readonly key: string; readonly message: string }[];
}

/** @throws FileProblem when the folder, or a file named without wildcards, is not there */
export async function listFiles(
  location: Location,
  store: Store,
  signal: AbortSignal,
): Promise<Listing> {
  const { pattern, path } = location;
  const isWeb = location.scheme === 'https';
  const found = (file: Stored, key: string): FoundFile => {
    const name = isWeb ? file.path : nameIn(location, file.path);
    // Engines keep objects that grow behind a spread at four times the size; there may be 100,000.
    return { store, key, name, ...file };
  };
  const one = pattern === undefined ? await store.find(path, signal) : undefined;
  if (one)
    return { files: [found(one, isWeb ? one.path : posix.basename(one.path))], problems: [] };
  const folder = pattern === undefined ? path : location.folder;
  const levels = pattern?.includes('**') ? Number.POSITIVE_INFINITY : pattern?.split('/').length;
  const isMatch = picomatch(pattern ?? '*');
  // A pattern's `*` ends at a line's end; a name need not.
  const matches = (name: string): boolean => isMatch(name.replace(/[\n\r\u2028\u2029]/g, ' '));
  const beginning = /^[\w/-]*/.exec(pattern ?? '')?.[0] ?? '';
  const files: FoundFile[] = [];
  const problems: { key: string; message: string }[] = [];
  const prefix = folder === '' || folder.endsWith('/') ? folder : `${folder}/`;
  for await (const page of store.list(
    { folder, beginning, levels: levels ?? 1, matches },
    signal,
  )) {
    for (const item of page) {
      // Whatever a store answers: nothing outside of the folder is read.
      if (!item.path.startsWith(prefix)) continue;
      const key = item.path.slice(prefix.length);
      if ('problem' in item) problems.push({ key, message: item.problem });
      else files.push(found(item, key));
    }
  }
  return { files, problems };
}

/** What a store that has no folders, only names, does for a path. */
export async function findByName(
  list: Store['list'],
  path: string,
  signal: AbortSignal,
): Promise<Stored | undefined> {
  if (path === '') return undefined;
  const folder = posix.dirname(path) === '.' ? '' : posix.dirname(path);
  const name = posix.basename(path);
  const query = { folder, beginning: name, levels: 1, matches: (one: string) => one === name };
  for await (const [found] of list(query, signal)) {
    if (found && 'problem' in found) throw new FileProblem(found.problem);
    if (found) return found;
  }
  return undefined;
}

/** An address would be shortened by such a part, and lead to another file. */
const isPlain = (path: string): boolean =>
  !path.split('/').some((part) => part === '.' || part === '..');
const DOTS = 'its name has a part `.` or `..`, which no address can hold: give it another name';

/** Those of a page below `prefix` that are asked for, and those that cannot be. */
export const pick = (
  files: readonly Stored[],
  prefix: string,
  matches: Query['matches'],
): (Stored | Refused)[] =>
  files
    .filter(
      ({ path }) =>
        path.startsWith(prefix) && (!isPlain(path) || matches(path.slice(prefix.length))),
    )
    .map((file) => (isPlain(file.path) ? file : { path: file.path, problem: DOTS }));

/**
 * What the next page of a list is asked with; undefined: there is none. Throws TransientError where it is
 * what this page was asked with: it would be asked for ever, and what follows would be missing (I11).
 */
export function nextOf(
  token: unknown,
  asked: string | undefined,
  place: string,
): string | undefined {
  if (typeof token !== 'string' || token === '') return undefined;
  if (token === asked) throw interrupted(place, 'its list gives the same page for the next');
  return token;
}

/** An error of a store, of which the config or the store's owner has to change something. */
export const refusal = (account: { readonly name: string }, why: string): ConfigError =>
  new ConfigError('GK_STORE', `Store ${account.name}: ${why}`);
