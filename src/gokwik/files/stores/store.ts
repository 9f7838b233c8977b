/** Where files lie, all behind one interface. */
import { posix } from 'node:path';
import picomatch from 'picomatch';
import { ConfigError } from '../../../cdk/errors.ts';
import type { Downloader } from '../../../http/download.ts';
import { type Location, nameIn } from '../location.ts';

/** A file as its store lists it. */
export interface Stored {
  /** From the root of its container. */
  readonly path: string;
  /** What opens it, where names may be there twice. */
  readonly id?: string | undefined;
  /** Undefined: the store does not say. */
  readonly size: number | undefined;
  readonly modifiedMs: number | undefined;
  /** Another one when the content is another one. */
  readonly tag?: string | undefined;
  /** Of the whole content, in hex. */
  readonly md5?: string | undefined;
  /** In the file system, where content can be read at any place. */
  readonly local?: string | undefined;
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
  // Member by member: of a spread object, V8 keeps a shape for each, twice as large as the object.
  const found = (
    { path, id, size, modifiedMs, tag, md5, local }: Stored,
    key: string,
  ): FoundFile => {
    const name = isWeb ? path : nameIn(location, path);
    return { path, id, size, modifiedMs, tag, md5, local, store, key, name };
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

/** An error of a store, of which the config or the store's owner has to change something. */
export const refusal = (account: { readonly name: string }, why: string): ConfigError =>
  new ConfigError('GK_STORE', `Store ${account.name}: ${why}`);
