/** A file, wherever it lies, opened: one call for paths and addresses. */
import { posix } from 'node:path';
import type { Downloader } from '../../http/download.ts';
import { type Bytes, type Opened, readPath } from './content.ts';
import type { FoundFile } from './location.ts';
import type { Mark } from './marks.ts';

/** What tells, without reading it, whether a file is the one that was read. */
type Version = Pick<Mark, 'size' | 'modifiedMs' | 'tag'>;

/** Undefined: its server says that it is unchanged since it was read to its end. */
export async function openFound(
  file: FoundFile,
  mark: Mark | undefined,
  openDownloader: () => Promise<Downloader>,
  signal: AbortSignal,
): Promise<(Opened & { readonly version: Version }) | undefined> {
  const { name, location, modifiedMs } = file;
  const label = labelOf(file);
  if ('path' in location) {
    const { path } = location;
    return { name, label, modifiedMs, path, open: () => readPath(path), version: versionOf(file) };
  }
  const downloader = await openDownloader();
  const download = await downloader.open(location.address, mark?.done ? mark : {}, signal);
  if (!download) return undefined;
  let unread: Bytes | undefined = download.body;
  const open = (): Bytes => {
    const body = unread;
    unread = undefined;
    return body ?? again(location.address, downloader, signal);
  };
  const version = {
    ...versionOf(download),
    ...(download.tag !== undefined && { tag: download.tag }),
  };
  return { name, label, modifiedMs: download.modifiedMs, path: undefined, open, version };
}

export const versionOf = ({
  size,
  modifiedMs,
}: Pick<FoundFile, 'size' | 'modifiedMs'>): Version => ({
  ...(size !== undefined && { size }),
  ...(modifiedMs !== undefined && { modifiedMs }),
});

async function* again(
  address: string,
  downloader: Downloader,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const download = await downloader.open(address, {}, signal);
  if (download) yield* download.body;
}

/** Without folders and queries. */
export const labelOf = ({ name }: FoundFile): string => posix.basename(name) || name;
