/** Opens the files that stores list: small ones at once and before they are asked for, large ones by parts. */
import { posix } from 'node:path';
import { TransientError } from '../../cdk/errors.ts';
import { interrupted } from '../../http/download.ts';
import { type Bytes, type FileTools, HEAD_BYTES, headOf, type Opened } from './content.ts';
import type { Listed } from './listing.ts';
import type { Mark } from './marks.ts';
import { type Content, isSmall, type Range } from './stores/store.ts';

/** What tells, without reading it, whether a file is the one that was read. */
type Version = Pick<Mark, 'size' | 'modifiedMs' | 'tag'>;

/** What is needed of one that is listed. */
export type File = Pick<
  Listed,
  'key' | 'path' | 'size' | 'modifiedMs' | 'tag' | 'md5' | 'id' | 'inode' | 'store'
>;

/** Undefined: its store says that it is unchanged since it was read to its end. */
export async function openFound(
  file: File,
  mark: Mark | undefined,
  { hideName, fetch }: Pick<FileTools, 'hideName'> & { readonly fetch?: Fetch },
  signal: AbortSignal,
): Promise<(Opened & { readonly version: Version }) | undefined> {
  const { key, path, store, size, md5 } = file;
  const made = (version: Version, open: () => Bytes) => ({
    version,
    open,
    key,
    label: hideName(labelOf(file)),
    hideName,
    modifiedMs: version.modifiedMs,
    path: store.isLocal && path,
  });
  const from = (from: number, to?: number): Bytes =>
    read(file, { from, ...(to !== undefined && { to }) }, undefined, signal);
  if (size !== undefined && !isSmall(file) && !store.isLocal) {
    const head = (): Promise<Buffer> => headOf(from(0, HEAD_BYTES - 1));
    const opened = made(versionOf(file), () => from(0));
    return { ...opened, head, tail: keepTail(from, size), md5 };
  }
  if (fetch && isFetched(file)) {
    const bytes = await fetch(file);
    return made(versionOf(file), () => once(bytes));
  }
  const first = await store.open(file, { from: 0 }, signal, mark?.done ? mark : {});
  if (!first) return undefined;
  const isListed = size !== undefined || file.tag !== undefined;
  let unread: Content | undefined = first;
  const open = (): Bytes => {
    const content = unread;
    unread = undefined;
    return read(file, { from: 0 }, content, signal);
  };
  const bytes = isSmall(file) ? await gather(open()) : undefined;
  return made(versionOf(isListed ? file : first), bytes ? () => once(bytes) : open);
}

/** A listed file that is small enough to be had at once, and far enough to be fetched before it is asked for. */
const isFetched = (file: File): boolean => isSmall(file) && !file.store.isLocal;

/** So many files are on their way at once: of a hundred thousand small ones, the way is what takes long. */
const AHEAD = 8;

export type Fetch = (file: File) => Promise<Buffer>;

/** @param files in the order in which they will be asked for. */
export function createFetch(files: readonly File[], signal: AbortSignal): Fetch {
  const under = new Map<File, Promise<Buffer>>();
  let next = 0;
  const start = (file: File): Promise<Buffer> => gather(read(file, { from: 0 }, undefined, signal));
  return (file) => {
    for (; under.size < AHEAD && next < files.length; next += 1) {
      const one = files[next] as File;
      if (!isFetched(one)) continue;
      const bytes = start(one);
      // It is met where the file is asked for.
      bytes.catch(() => {});
      under.set(one, bytes);
    }
    const bytes = under.get(file) ?? start(file);
    under.delete(file);
    return bytes;
  };
}

async function gather(bytes: Bytes): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Of what came behind a mark, so much is kept: it is verified, surveyed and read. */
const KEPT_BYTES = 8 * 1024 * 1024;

function keepTail(tail: (from: number) => Bytes, size: number): (from: number) => Bytes {
  let kept: { readonly from: number; readonly bytes: Buffer } | undefined;
  return async function* (from) {
    if (size - from > KEPT_BYTES) {
      yield* tail(from);
      return;
    }
    if (!kept || from < kept.from) kept = { from, bytes: await gather(tail(from)) };
    yield* once(kept.bytes.subarray(from - kept.from));
  };
}

/** For all of a file that lies elsewhere: the next sync goes on. */
const MOST_HOURS = 6;

/** Times that a file is taken up again where its connection was lost, without a byte between. */
const MOST_LOST = 3;

/** Goes on where a connection is lost, if it is still the same content. */
async function* read(
  file: File,
  { from, to }: Range,
  opened: Content | undefined,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const { store, path, size } = file;
  let at = from;
  let lost = 0;
  const late = AbortSignal.timeout(MOST_HOURS * 3_600_000);
  const rest = (): Range => ({ from: at, ...(to !== undefined && { to }) });
  // Servers refuse what begins behind the end.
  if (from > 0 && from === size) return;
  let content = opened ?? (await store.open(file, rest(), signal));
  const tag = content?.tag;
  while (content) {
    try {
      for await (const chunk of content.body) {
        at += chunk.length;
        if (chunk.length > 0) lost = 0;
        yield chunk;
        if (late.aborted && !store.isLocal)
          throw interrupted(path, `not done after ${MOST_HOURS} hours`);
      }
      return;
    } catch (error) {
      lost += 1;
      if (!(error instanceof TransientError) || lost > MOST_LOST || late.aborted) throw error;
      if (at === size) return;
      content = await store.open(file, rest(), signal);
      if (content?.tag !== tag) throw interrupted(path, 'it was written anew while it was read');
    }
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  if (bytes.length > 0) yield bytes;
}

export function versionOf({ size, modifiedMs, tag }: Pick<Content, keyof Version>): Version {
  const version: { size?: number; modifiedMs?: number; tag?: string } = {};
  if (size !== undefined) version.size = size;
  if (modifiedMs !== undefined) version.modifiedMs = modifiedMs;
  if (tag !== undefined) version.tag = tag;
  return version;
}

/** A store's error names the file that it is of, which may be called after a buyer. */
export function hideIn<E extends Error>(
  error: E,
  { path }: Pick<File, 'path'>,
  hideName: FileTools['hideName'],
): E {
  error.message = error.message.replaceAll(path, hideName(path));
  return error;
}

/** Without folders and queries. */
export const labelOf = ({ path }: Pick<File, 'path'>): string => posix.basename(path) || path;
