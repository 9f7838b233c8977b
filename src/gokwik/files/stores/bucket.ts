/** What stores that are asked by HTTP have in common: lists in pages, files from a byte on, refusals. */
import { posix } from 'node:path';
import type { TransportRequest } from '../../../http/client.ts';
import { fromByte, type Incoming, interrupted, unlisted } from '../../../http/download.ts';
import { FileProblem } from '../location.ts';
import {
  type Query,
  type Range,
  type Refused,
  refusal,
  type Store,
  type Stored,
  type World,
} from './store.ts';

/** What a server says instead of giving what was asked for. */
export interface Denial {
  readonly status: number;
  /** Its own word for it, or empty. */
  readonly word: string;
}

/**
 * One request; an answer below 300.
 *
 * @param refuse the error that any other answer is.
 */
export async function ask(
  world: World,
  what: string,
  make: () => TransportRequest | Promise<TransportRequest>,
  refuse: (answer: Incoming, text: string) => Error,
  signal: AbortSignal,
): Promise<Incoming> {
  const downloader = await world.openDownloader();
  const answer = await downloader.ask(what, make, signal);
  if (answer.status < 300) return answer;
  const text = await answer.text();
  throw answer.status === 412 ? writtenAnew(what) : refuse(answer, text);
}

export const writtenAnew = (what: string): Error =>
  interrupted(what, 'it was written anew while it was read');

export const gone = (): FileProblem =>
  new FileProblem('it was there when the bucket was listed, and is gone');

/** @param why a sentence without its end. What a server calls it is told if it is a word (I9). */
export const refusedAs = (
  account: { readonly name: string },
  why: string,
  what: string,
  { status, word }: Denial,
): Error =>
  refusal(account, `${why} (${what}, HTTP ${status}${/^\w{1,60}$/.test(word) ? ` ${word}` : ''}).`);

/** Bytes of a file as HTTP asks for them; nothing for all of it. */
export const rangeOf = ({ from, to }: Range): Readonly<Record<string, string>> =>
  from === 0 && to === undefined ? {} : { Range: `bytes=${from}-${to ?? ''}` };

export interface Page<Item> {
  readonly items: readonly Item[];
  /** What the next page is asked with; nothing: there is none. */
  readonly next: unknown;
}

/**
 * A list. Throws TransientError where the next page would be the same: it would be asked for ever, and
 * what follows would be missing (I11).
 */
export async function* pagesOf<Item>(
  place: string,
  askPage: (token: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<readonly Item[]> {
  let token: string | undefined;
  do {
    const { items, next } = await askPage(token);
    yield items;
    if (token !== undefined && next === token)
      throw unlisted(place, 'the same page comes for the next');
    token = typeof next === 'string' && next !== '' ? next : undefined;
  } while (token !== undefined);
}

/** Where files have names alone, and slashes in them stand for folders. */
export interface Bucket {
  readonly place: string;
  /** Whether a name travels as one part of an address: then it may have any parts of its own. */
  readonly takesDots?: boolean;
  list(asked: Asked, signal: AbortSignal): Promise<Page<Stored>>;
  get(file: Stored, range: Range, signal: AbortSignal): Promise<Incoming>;
}

export interface Asked {
  /** With what all names begin. */
  readonly prefix: string;
  /** `/`: without what lies in folders below. */
  readonly delimiter: string | undefined;
  readonly token: string | undefined;
}

export function storeOf({ place, takesDots = false, ...bucket }: Bucket): Store {
  async function* list(
    { folder, beginning, levels, matches }: Query,
    signal: AbortSignal,
  ): AsyncGenerator<readonly (Stored | Refused)[]> {
    const below = folder === '' ? '' : `${folder}/`;
    const prefix = below + beginning;
    const delimiter = levels === 1 ? '/' : undefined;
    const pages = pagesOf(place, (token) => bucket.list({ prefix, delimiter, token }, signal));
    for await (const items of pages) {
      const page: (Stored | Refused)[] = [];
      for (const file of items) {
        const { path } = file;
        // What ends in a slash stands for a folder.
        if (!path.startsWith(below) || path === '' || path.endsWith('/')) continue;
        if (!takesDots && !isPlain(path)) page.push({ path, problem: DOTS });
        else if (matches(path.slice(below.length))) page.push(file);
      }
      yield page;
    }
  }
  return {
    find: (path, signal) => findByName(list, path, signal),
    list,
    async open(file, range, signal) {
      const answer = await bucket.get(file, range, signal);
      return { body: await fromByte(answer, range.from, `${place}/${file.path}`) };
    },
  };
}

/** An address would be shortened by such a part, and lead to another file. */
const isPlain = (path: string): boolean =>
  !path.split('/').some((part) => part === '.' || part === '..');
const DOTS = 'its name has a part `.` or `..`, which no address can hold: give it another name';

/** What a store that has no folders, only names, does for a path. */
export async function findByName(
  list: Store['list'],
  path: string,
  signal: AbortSignal,
): Promise<Stored | undefined> {
  if (path === '') return undefined;
  const above = posix.dirname(path);
  const name = posix.basename(path);
  const folder = above === '.' ? '' : above;
  const query = { folder, beginning: name, levels: 1, matches: (one: string) => one === name };
  for await (const [found] of list(query, signal)) {
    if (found && 'problem' in found) throw new FileProblem(found.problem);
    if (found) return found;
  }
  return undefined;
}

/** A text of its own: what is cut out of a page keeps all of the page in memory (I8). */
const copy = (text: string): string => Buffer.from(text).toString();

/** A file as lists tell it, in texts: what is no number, no moment and no digest is not known. */
export function readStored(
  path: string,
  told: { size: unknown; modified: unknown; tag: string | undefined; md5: unknown },
): Stored {
  const modifiedMs = Date.parse(String(told.modified));
  const md5 = String(told.md5);
  const hex = /^[0-9a-f]{32}$/.test(md5) ? md5 : Buffer.from(md5, 'base64').toString('hex');
  return {
    path: copy(path),
    size: /^\d+$/.test(String(told.size)) ? Number(told.size) : undefined,
    modifiedMs: Number.isNaN(modifiedMs) ? undefined : modifiedMs,
    tag: told.tag ? copy(told.tag) : undefined,
    md5: hex.length === 32 ? copy(hex) : undefined,
  };
}
