/** Where files lie, all behind one interface. */
import { posix } from 'node:path';
import picomatch from 'picomatch';
import { ConfigError } from '../../../cdk/errors.ts';
import type { Content, Downloader, Version } from '../../../http/download.ts';
import { FileProblem, type Location } from '../location.ts';

export type { Content } from '../../../http/download.ts';

/** A file as its store lists it. */
export interface Stored {
  /** From the root of its container. */
  readonly path: string;
  /** What opens it, where names may be there twice. */
  readonly id?: string | undefined;
  /** What it is in the file system, whatever a name leads to later. */
  readonly inode?: string | undefined;
  /** Undefined: the store does not say. */
  readonly size: number | undefined;
  readonly modifiedMs: number | undefined;
  /** Another one when the content is another one. */
  readonly tag?: string | undefined;
  /** Of the whole content, in hex. */
  readonly md5?: string | undefined;
}

const SMALL_BYTES = 128 * 1024;

/** Small files are read at once: most of a folder of captures are. */
export const isSmall = ({ size }: Pick<Stored, 'size'>): boolean =>
  size !== undefined && size <= SMALL_BYTES;

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

/** Bytes of a file: the first, and the last one; undefined: all behind it. */
export interface Range {
  readonly from: number;
  readonly to?: number;
}

/**
 * Reads only. Throws FileProblem of a file, ConnectorError of the store: with a sentence that names the
 * entry of `file_stores` and says what to do, and nothing of a credential (I9).
 */
export interface Store {
  /** In the file system, where content can be read at any place. */
  readonly isLocal?: true;
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
    known?: Version,
  ): Promise<Content | undefined>;
  /** Of a store that holds a connection. */
  close?(): void;
}

/** What stores need of the world. */
export interface World {
  readonly allowPrivate: boolean;
  readonly now: () => number;
  /** Makes a secret known that the config does not hold as it is sent. */
  hide(secrets: Iterable<string>): void;
  openDownloader(): Promise<Downloader>;
}

/** What lies at a location: its path from the folder there, so that a folder may be mounted elsewhere. */
type Found = readonly [key: string, item: Stored | Refused];

/**
 * What is at a location, in pages: files, and what cannot be had, each with the reason.
 *
 * @throws FileProblem when the folder, or a file named without wildcards, is not there
 */
export async function* listFiles(
  location: Location,
  store: Store,
  signal: AbortSignal,
): AsyncGenerator<readonly Found[]> {
  let isFound = false;
  let problem: FileProblem | undefined;
  for (const spelled of spellingsOf(location)) {
    try {
      for await (const page of listSpelled(spelled, store, signal)) {
        isFound ||= page.length > 0;
        yield page;
      }
    } catch (error) {
      if (isFound || !(error instanceof FileProblem)) throw error;
      problem ??= error;
    }
    if (isFound) return;
  }
  if (problem) throw problem;
}

/** `é` may be one sign or two, a letter and its accent: keyboards write the one, some systems the other. */
function spellingsOf(location: Location): Location[] {
  const forms = ['NFC', 'NFD'].map((form) => location.path.normalize(form));
  const others = forms.filter((path) => path !== location.path);
  const spell = (form: string, path: string): Location => ({
    ...location,
    path,
    folder: location.folder.normalize(form),
  });
  return [location, ...others.map((path) => spell(path === forms[0] ? 'NFC' : 'NFD', path))];
}

async function* listSpelled(
  { pattern, path, ...location }: Location,
  store: Store,
  signal: AbortSignal,
): AsyncGenerator<readonly Found[]> {
  const one = pattern === undefined ? await store.find(path, signal) : undefined;
  if (one) {
    yield [[location.scheme === 'https' ? one.path : posix.basename(one.path), one]];
    return;
  }
  const folder = pattern === undefined ? path : location.folder;
  const levels = pattern?.includes('**') ? Number.POSITIVE_INFINITY : pattern?.split('/').length;
  const isMatch = picomatch((pattern ?? '*').normalize());
  // A pattern's `*` ends at a line's end; a name need not.
  const matches = (name: string): boolean =>
    isMatch(name.replace(/[\n\r\u2028\u2029]/g, ' ').normalize());
  const beginning = /^[\w/-]*(?!\p{M})/u.exec(pattern ?? '')?.[0] ?? '';
  const prefix = folder === '' || folder.endsWith('/') ? folder : `${folder}/`;
  const query = { folder, beginning, levels: levels ?? 1, matches };
  for await (const page of store.list(query, signal)) {
    // Whatever a store answers: nothing outside of the folder is read.
    yield page
      .filter((item) => item.path.startsWith(prefix))
      .map((item) => [item.path.slice(prefix.length), item]);
  }
}

/** The address before every path of a store's API. */
export const rootOf = (endpoint: string): string => endpoint.replace(/\/+$/, '');

/** An error of a store, of which the config or the store's owner has to change something. */
export const refusal = (account: { readonly name: string }, why: string): ConfigError =>
  new ConfigError('GK_STORE', `Store ${account.name}: ${why}`);
