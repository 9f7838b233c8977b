/** Opens the files that stores list: small ones at once and before they are asked for, large ones by parts. */
import { posix } from 'node:path';
import { TransientError } from '../../cdk/errors.ts';
import { interrupted } from '../../http/download.ts';
import { type Bytes, type FileTools, HEAD_BYTES, headOf, type Opened } from './content.ts';
import type { Mark } from './marks.ts';
import type { Content, FoundFile, Range } from './stores/store.ts';

/** Small files are read at once: most of a folder of captures are. */
const SMALL_BYTES = 128 * 1024;

/** What tells, without reading it, whether a file is the one that was read. */
type Version = Pick<Mark, 'size' | 'modifiedMs' | 'tag'>;

/** Undefined: its store says that it is unchanged since it was read to its end. */
export async function openFound(
  file: FoundFile,
  key: string,
  mark: Mark | undefined,
  { hideName, fetch }: Pick<FileTools, 'hideName'> & { readonly fetch?: Fetch },
  signal: AbortSignal,
): Promise<(Opened & { readonly version: Version }) | undefined> {
  const { store, size, local, md5 } = file;
  const common = { key, label: hideName(labelOf(file)), hideName, path: local };
  if (size !== undefined && size > SMALL_BYTES && local === undefined) {
    const { modifiedMs } = file;
    const tail = keepTail((from) => read(file, { from }, undefined, signal), size);
    const head = (): Promise<Buffer> =>
      headOf(read(file, { from: 0, to: HEAD_BYTES - 1 }, undefined, signal));
    const open = (): Bytes => read(file, { from: 0 }, undefined, signal);
    return { ...common, modifiedMs, version: versionOf(file), open, head, tail, md5 };
  }
  if (fetch && isFetched(file)) {
    const bytes = await fetch(file);
    const { modifiedMs } = file;
    return { ...common, modifiedMs, version: versionOf(file), open: () => once(bytes) };
  }
  const first = await store.open(file, { from: 0 }, signal, mark?.done ? mark : {});
  if (!first) return undefined;
  const isListed = size !== undefined || file.tag !== undefined;
  const version = versionOf(isListed ? file : first);
  let unread: Content | undefined = first;
  const open = (): Bytes => {
    const content = unread;
    unread = undefined;
    return read(file, { from: 0 }, content, signal);
  };
  const opened = { ...common, modifiedMs: version.modifiedMs, version };
  if (size === undefined || size > SMALL_BYTES) return { ...opened, open };
  const bytes = await gather(open());
  return { ...opened, open: () => once(bytes) };
}

/** A listed file that is small enough to be had at once, and far enough to be fetched before it is asked for. */
const isFetched = ({ size, local }: FoundFile): boolean =>
  size !== undefined && size <= SMALL_BYTES && local === undefined;

/** So many files are on their way at once: of a hundred thousand small ones, the way is what takes long. */
const AHEAD = 8;

export type Fetch = (file: FoundFile) => Promise<Buffer>;

/** @param files in the order in which they will be asked for. */
export function createFetch(files: readonly FoundFile[], signal: AbortSignal): Fetch {
  const under = new Map<FoundFile, Promise<Buffer>>();
  let next = 0;
  const start = (file: FoundFile): Promise<Buffer> =>
    gather(read(file, { from: 0 }, undefined, signal));
  return (file) => {
    for (; under.size < AHEAD && next < files.length; next += 1) {
      const one = files[next] as FoundFile;
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

/** Times that a file is taken up again where its connection was lost, without a byte between. */
const MOST_LOST = 3;

/** Goes on where a connection is lost, if it is still the same content. */
async function* read(
  file: FoundFile,
  { from, to }: Range,
  opened: Content | undefined,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const { store, name, size } = file;
  let at = from;
  let lost = 0;
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
      }
      return;
    } catch (error) {
      lost += 1;
      if (!(error instanceof TransientError) || lost > MOST_LOST) throw error;
      if (at === size) return;
      content = await store.open(file, rest(), signal);
      if (content?.tag !== tag) throw interrupted(name, 'it was written anew while it was read');
    }
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  if (bytes.length > 0) yield bytes;
}

export const versionOf = ({
  size,
  modifiedMs,
  tag,
}: Pick<Content, 'size' | 'modifiedMs' | 'tag'>): Version => ({
  ...(size !== undefined && { size }),
  ...(modifiedMs !== undefined && { modifiedMs }),
  ...(tag !== undefined && { tag }),
});

/** Without folders and queries. */
export const labelOf = ({ name }: FoundFile): string => posix.basename(name) || name;
