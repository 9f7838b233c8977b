/** Where files lie: an address, or a path in the container that may hold `*`, `**`, `?` and `{a,b}`. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, posix, sep } from 'node:path';
import picomatch from 'picomatch';
import { ConfigError } from '../../cdk/errors.ts';
import { addressName, checkBaseUrl } from '../../http/guard.ts';

/** A file that cannot be read, or not to its end: a sentence for the user, without the file's name. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';
}

/** A good file, of another stream: where a pattern found it, it is passed over. */
export class OtherStream extends FileProblem {}

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
  /** Path or address, without a query: what the state and `_source` call it. */
  readonly name: string;
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

/**
 * The files at a location. Those that a link leads out of the folder are refused, and whatever is
 * no regular file is passed over.
 * @throws FileProblem when the folder, or a file named without wildcards, is not there
 */
export async function listFiles(location: Location): Promise<FoundFile[]> {
  if (location.kind === 'address') {
    const { name, address } = location;
    return [{ name, location: { address }, size: undefined, modifiedMs: undefined }];
  }
  const { pattern, path } = location;
  const own = await stat(path).catch(() => undefined);
  if (pattern === undefined && own?.isFile()) {
    const file = await inspect(path, location.folder);
    return file ? [file] : [];
  }
  const folder = pattern === undefined ? path : location.folder;
  const isDeep = pattern !== undefined && (pattern.includes('**') || pattern.includes('/'));
  const names = await listNames(folder, isDeep);
  const matches = picomatch(pattern ?? '*');
  const files: FoundFile[] = [];
  for (const name of names.filter((candidate) => matches(candidate))) {
    const file = await inspect(join(folder, name), folder);
    if (file) files.push(file);
  }
  return files;
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
async function inspect(path: string, folder: string): Promise<FoundFile | undefined> {
  try {
    const [real, realFolder, { size, mtimeMs, ...entry }] = await Promise.all([
      realpath(path),
      realpath(folder),
      stat(path).then((found) => ({
        size: found.size,
        mtimeMs: found.mtimeMs,
        file: found.isFile(),
      })),
    ]);
    if (!entry.file) return undefined;
    if (!real.startsWith(realFolder.endsWith(sep) ? realFolder : realFolder + sep)) {
      throw new FileProblem(`${basename(path)} is a link that leads out of its folder`);
    }
    return { name: path, location: { path }, size, modifiedMs: Math.trunc(mtimeMs) };
  } catch (error) {
    if (error instanceof FileProblem) throw error;
    throw new FileProblem(`${basename(path)}: ${describeMissing(error)}`);
  }
}

function describeMissing(error: unknown): string {
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
