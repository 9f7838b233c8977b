/** Where files lie: what a `location` of the config says, with `*`, `**`, `?` and `{a,b}`. */
import { dirname, posix } from 'node:path';
import picomatch from 'picomatch';
import { ConfigError } from '../../cdk/errors.ts';
import { addressName, checkBaseUrl } from '../../http/guard.ts';
import { type Account, accountFor, isScheme, type Scheme } from './stores/accounts.ts';

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

export interface Location {
  /** `file`: the file system; `https`: an address, in `path` with its query. */
  readonly scheme: 'file' | 'https' | Scheme;
  /** Bucket, container, host or id; empty where there is none. */
  readonly container: string;
  /** The folder that must not be left; empty: all of the container. */
  readonly folder: string;
  /** Of file names below it; undefined: the location has no wildcard. */
  readonly pattern: string | undefined;
  readonly path: string;
  /** Whose credentials are used. */
  readonly account: Account | undefined;
}

/** Whether one file is named: what it is must be what was said, not passed over. */
export const isNamed = (
  { scheme, pattern, path }: Location,
  file: { readonly path: string },
): boolean =>
  scheme === 'https' || (pattern === undefined && path.normalize() === file.path.normalize());

/** For messages: an address, or a path that was written like one, may carry its signature. */
export const describeLocation = (location: Location): string =>
  location.scheme === 'https'
    ? addressName(location.path)
    : nameIn(location, location.path).replace(/\?.*=.*$/s, '?…');

/** What is called so in a store. */
const nameIn = ({ scheme, container }: Location, path: string): string =>
  scheme === 'file' ? path : `${scheme}://${container}/${path.replace(/^\//, '')}`;

const SYSTEM_FOLDERS = ['/proc', '/sys', '/dev'];
export const isOfSystem = (path: string): boolean =>
  SYSTEM_FOLDERS.some((folder) => path === folder || path.startsWith(`${folder}/`));

interface Reading {
  /** Of the config, for messages. */
  readonly field: string;
  readonly allowPrivate: boolean;
  /** The entries of `file_stores`. */
  readonly accounts?: readonly Account[];
  /** The one that the entry names. */
  readonly store?: string | undefined;
}

/** A folder of Drive's or a sheet as a browser shows it: that is what people paste. */
const PASTED = [
  [
    /^(?:gdrive:\/\/)?https:\/\/drive\.google\.com\/drive\/(?:u\/\d+\/)?folders\/([\w-]+)\/?(?:[?#].*)?$/,
    'gdrive',
  ],
  [
    /^(?:gsheet:\/\/)?https:\/\/docs\.google\.com\/spreadsheets\/(?:u\/\d+\/)?d\/([\w-]+)\/?(?:edit|view)?(?:[?#].*)?$/,
    'gsheet',
  ],
] as const;

function unpaste(text: string): string {
  for (const [address, scheme] of PASTED) {
    const [, id] = address.exec(text) ?? [];
    if (id !== undefined) return `${scheme}://${id}`;
  }
  return text;
}

/** Throws ConfigError; its messages quote no location: one may hold a signature, or a buyer's name. */
export function readLocation(text: string, { field, allowPrivate, ...given }: Reading): Location {
  const refuse = (why: string): ConfigError => new ConfigError('GK_FILES', `\`${field}\` ${why}`);
  const [, written = '', rest = ''] = /^([a-z][a-z0-9+.-]+):\/\/(.*)$/is.exec(unpaste(text)) ?? [];
  const scheme = written.toLowerCase();
  if (isScheme(scheme)) {
    const [, container = '', path = ''] = /^([^/]*)(.*)$/s.exec(rest) ?? [];
    checkContainer(scheme, container, rest, refuse);
    const account = accountFor(scheme, given.accounts ?? [], given.store, field);
    // Of a server, the path is from its root; a bucket has none.
    const text = scheme === 'sftp' ? path || '/' : path.replace(/^\/+/, '');
    if (scheme === 'sftp' && text.startsWith('/~'))
      throw refuse(
        'begins with `~`, which only a shell knows. Write the path from the root of the server, such as sftp://user@host/home/user/reports/*.csv.',
      );
    const place = placeOf(text, refuse);
    return { scheme, container, account, ...place };
  }
  if (scheme !== '') {
    const { href } = checkBaseUrl(text, { allowPrivate, field, allowQuery: true });
    return { ...LOCAL, scheme: 'https', folder: '', pattern: undefined, path: href };
  }
  if (!posix.isAbsolute(text)) {
    throw refuse(
      'is neither an address (https://…, s3://…) nor a path from the root of the container, such as /local/gokwik/orders-*.csv.',
    );
  }
  const place = placeOf(text, refuse);
  if (isOfSystem(place.path)) throw refuse('lies in a folder of the system.');
  return { ...LOCAL, ...place };
}

const LOCAL = { scheme: 'file', container: '', account: undefined } as const;

function placeOf(
  text: string,
  refuse: (why: string) => ConfigError,
): Pick<Location, 'folder' | 'pattern' | 'path'> {
  if (text.split('/').includes('..')) throw refuse('must not hold `..`.');
  const path = text === '' ? '' : posix.normalize(text).replace(/(.)\/$/, '$1');
  const { base, glob } = picomatch.scan(path);
  if (glob !== '') {
    const root = path.startsWith('/') ? '/' : '';
    return { folder: base === '' ? root : base, pattern: glob, path };
  }
  const above = dirname(path);
  return { folder: above === '.' ? '' : above, pattern: undefined, path };
}

/** What a bucket, a container or an id is called, and for SFTP user, host and port. */
const CONTAINER = /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/;
const SERVER = /^[^\s@:/]+@(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?$/;
const LAST_PORT = 65_535;

function checkContainer(
  scheme: Scheme,
  container: string,
  rest: string,
  refuse: (why: string) => ConfigError,
): void {
  if (/:[^@]*@/.test(container) || /\?[^/]*=/.test(rest)) {
    throw refuse(
      'shows a password or a signature. Leave the location without it, and enter it in `file_stores`, where it is kept secret.',
    );
  }
  const named = (scheme === 'sftp' ? SERVER : CONTAINER).exec(container);
  if (named && Number(named[1] ?? 0) <= LAST_PORT) return;
  throw refuse(
    scheme === 'sftp'
      ? 'is not of the form sftp://user@host:port/folder/*.csv.'
      : `is not of the form ${scheme}://name/folder/*.csv: the name is that of the bucket or container, or the id of the folder or sheet.`,
  );
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
