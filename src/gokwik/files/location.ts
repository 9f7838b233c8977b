/** Where files lie: an address, or a path in the container that may hold `*`, `**`, `?` and `{a,b}`. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, posix, sep } from 'node:path';
import picomatch from 'picomatch';
import { ConfigError } from '../../cdk/errors.ts';
import { addressName, checkBaseUrl } from '../../http/guard.ts';

/** A file that cannot be read, or not to its end: a sentence for the user, without the file's name. */
export class FileProblem extends Error {
  override readonly name: string = 'FileProblem';
  /** That miss something by it; undefined: what the file holds is not known. */
  readonly streams: readonly string[] | undefined;
  constructor(message: string, streams?: readonly string[]) {
    super(message);
    this.streams = streams;
  }
}

/** A file that is none of ours: where a pattern or a folder found it, it is passed over. */
export class Stranger extends FileProblem {}

export type Location =
  | { readonly kind: 'address'; readonly address: string; readonly name: string }
  | {
      readonly kind: 'path';
      /** The folder that must not be left. */
      readonly folder: string;
      /** Of file names below it; undefined: the location has no wildcard. */
      readonly pattern: string | undefined;
      readonly path: string;
    };

/** A file that is there. */
export interface FoundFile {
  /** Path or address, without a query. */
  readonly name: string;
  /** Its path from the folder of its location, so that a folder may be mounted elsewhere. */
  readonly key: string;
  readonly location: { readonly path: string } | { readonly address: string };
  /** Unknown of addresses before they are asked. */
  readonly size: number | undefined;
  readonly modifiedMs: number | undefined;
}

/** Whether one file is named: what it is must be what was said, not passed over. */
export const isNamed = (location: Location, file: FoundFile): boolean =>
  location.kind === 'address' || (location.pattern === undefined && location.path === file.name);

/** For messages. */
export const describeLocation = (location: Location): string =>
  location.kind === 'path' ? location.path : location.name;

const SYSTEM_FOLDERS = ['/proc', '/sys', '/dev'];

/** Throws ConfigError; its messages never quote an address, which may hold a signature. */
export function readLocation(text: string, field: string, allowPrivate: boolean): Location {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) {
    const { href } = checkBaseUrl(text, { allowPrivate, field, allowQuery: true });
    return { kind: 'address', address: href, name: addressName(href) };
  }
  const refuse = (why: string): ConfigError =>
    new ConfigError('GK_FILES', `\`${field}\` ${text} ${why}`);
  if (!posix.isAbsolute(text)) {
    throw refuse(
      'is neither an address (https://…) nor a path from the root of the container, such as /local/gokwik/orders-*.csv.',
    );
  }
  if (text.split('/').includes('..')) throw refuse('must not hold `..`.');
  const path = posix.normalize(text).replace(/(.)\/$/, '$1');
  if (SYSTEM_FOLDERS.some((folder) => path === folder || path.startsWith(`${folder}/`))) {
    throw refuse('lies in a folder of the system.');
  }
  const { base, glob } = picomatch.scan(path);
  if (glob === '') return { kind: 'path', folder: dirname(path), pattern: undefined, path };
  return { kind: 'path', folder: base === '' ? '/' : base, pattern: glob, path };
}

/** What is at a location: files, and what cannot be had, each with the reason. */
interface Listing {
  readonly files: readonly FoundFile[];
  readonly problems: readonly { readonly key: string; readonly message: string }[];
}

/**
 * The files at a location. Those that a link leads out of the folder are refused, and whatever is
 * no regular file is passed over.
 * @throws FileProblem when the folder, or a file named without wildcards, is not there
 */
export async function listFiles(location: Location): Promise<Listing> {
  if (location.kind === 'address') {
    const { name, address } = location;
    const file = { name, key: name, location: { address }, size: undefined, modifiedMs: undefined };
    return { files: [file], problems: [] };
  }
  const { pattern, path } = location;
  const own = await stat(path).catch(() => undefined);
  if (pattern === undefined && own?.isFile()) {
    const file = await inspect(path, location.folder, basename(path));
    return { files: file ? [file] : [], problems: [] };
  }
  const folder = pattern === undefined ? path : location.folder;
  const isDeep = pattern !== undefined && (pattern.includes('**') || pattern.includes('/'));
  const names = await listNames(folder, isDeep);
  const matches = picomatch(pattern ?? '*');
  const files: FoundFile[] = [];
  const problems: { key: string; message: string }[] = [];
  for (const key of names.filter((candidate) => matches(candidate))) {
    try {
      const file = await inspect(join(folder, key), folder, key);
      if (file) files.push(file);
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      problems.push({ key, message: error.message });
    }
  }
  return { files, problems };
}

async function listNames(folder: string, recursive: boolean): Promise<string[]> {
  try {
    const names = await readdir(folder, { recursive, encoding: 'utf8' });
    return names.map((name) => name.split(sep).join('/'));
  } catch (error) {
    throw new FileProblem(`${describeMissing(error)}. Is the folder mounted into the container?`);
  }
}

/** Undefined: a folder, a socket or the like. */
async function inspect(path: string, folder: string, key: string): Promise<FoundFile | undefined> {
  try {
    const [real, realFolder, found] = await Promise.all([
      realpath(path),
      realpath(folder),
      stat(path),
    ]);
    if (!found.isFile()) return undefined;
    if (!real.startsWith(realFolder.endsWith(sep) ? realFolder : realFolder + sep)) {
      throw new FileProblem('it is a link that leads out of its folder');
    }
    const { size, mtimeMs } = found;
    return { name: path, key, location: { path }, size, modifiedMs: Math.trunc(mtimeMs) };
  } catch (error) {
    if (error instanceof FileProblem) throw error;
    throw new FileProblem(describeMissing(error));
  }
}

/** Why the system does not give a file. */
export function describeMissing(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'it is not there';
    case 'EACCES':
      return 'this user of the container may not read it';
    default:
      return `it cannot be opened (${String(code)})`;
  }
}
