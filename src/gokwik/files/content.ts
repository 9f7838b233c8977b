/** What is inside a file: its text, unpacked; or why it is no export at all. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type Entry, openPromise as openZip, type ZipFile } from 'yauzl';
import type { Logger } from '../../cdk/source.ts';
import type { Downloader } from '../../http/download.ts';
import { describeMissing, FileProblem, type FoundFile } from './location.ts';
import type { Mark } from './marks.ts';
import type { SheetRow } from './sheet.ts';

export type Bytes = AsyncIterable<Buffer>;

interface PartFacts {
  /** In the state. */
  readonly key: string;
  /** For people: without folders. */
  readonly label: string;
  /** When it was written, as far as the file says (epoch ms). */
  readonly asOfMs: number | undefined;
}

/** A text within a file: the file itself, or an entry of a zip. */
export interface TextPart extends PartFacts {
  readonly kind: 'text';
  /** From the beginning, unpacked. May be called again. */
  open(): Bytes;
}

/** The first sheet of a workbook. */
export interface SheetPart extends PartFacts {
  readonly kind: 'sheet';
  /** From the first row. May be called again. */
  rows(): AsyncIterable<SheetRow>;
}

export type Part = TextPart | SheetPart;

export interface Opened {
  readonly key: string;
  readonly label: string;
  readonly modifiedMs: number | undefined;
  /** Where it lies in the file system; undefined: behind an address. */
  readonly path: string | undefined;
  /** Of entries in it. */
  readonly hideName: (name: string) => string;
  /** From the beginning. May be called again. */
  open(): Bytes;
}

/** What reading any file needs of the world. */
export interface FileTools {
  readonly log: Logger;
  /** Asked for when the first address is read. */
  openDownloader(): Promise<Downloader>;
  /** A file's name as it may be told: personal data in it is hidden as `pii_mode` says. */
  readonly hideName: (name: string) => string;
}

const CHUNK_BYTES = 32 * 1024;
/** Enough for every signature and every header that is known. */
export const HEAD_BYTES = 64 * 1024;

/** Small files are read at once: most of a folder of captures are. */
const SMALL_BYTES = 128 * 1024;

async function* readPath(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { highWaterMark: CHUNK_BYTES }) as Bytes;
  } catch (error) {
    throw fileProblem(error);
  }
}

function fileProblem(error: unknown): unknown {
  const isSystem = error instanceof Error && 'syscall' in error;
  return isSystem ? new FileProblem(describeMissing(error)) : error;
}

/** The texts in a file, one after another; what they need is cleared away when they are left. */
export async function* partsOf(file: Opened): AsyncGenerator<Part> {
  const head = await headOf(file.open());
  const { key, label, modifiedMs: asOfMs } = file;
  if (head.length === 0) throw new FileProblem('it is empty');
  if (head[0] === 0x1f && head[1] === 0x8b) {
    yield { kind: 'text', key, label, asOfMs, open: () => gunzip(file.open()) };
  } else if (isZip(head)) {
    yield* zipParts(file);
  } else {
    yield { kind: 'text', key, label, asOfMs, open: () => file.open() };
  }
}

/** `PK` and the sign of an entry, or of the end of a zip without any. */
const isZip = (head: Buffer): boolean =>
  head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5);

/** At least `HEAD_BYTES` of the beginning, or all there is. */
export async function headOf(bytes: Bytes): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= HEAD_BYTES) break;
  }
  return Buffer.concat(chunks);
}

async function* gunzip(packed: Bytes): AsyncGenerator<Buffer> {
  const unpacked = createGunzip({ chunkSize: CHUNK_BYTES });
  const flow = pipeline(Readable.from(packed), unpacked);
  flow.catch(() => {}); // It is met below, as the failure of what is read.
  try {
    yield* unpacked as Bytes;
  } catch (error) {
    throw unpackProblem(error);
  } finally {
    unpacked.destroy();
  }
}

function unpackProblem(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'Z_BUF_ERROR')
    return new FileProblem('it is cut off: its packed content has no end');
  if (code.startsWith('Z_')) return new FileProblem('its packed content is damaged');
  return error;
}

async function* zipParts(file: Opened): AsyncGenerator<Part> {
  let folder: string | undefined;
  let zip: ZipFile | undefined;
  try {
    let { path } = file;
    if (path === undefined) {
      // The list of a zip's entries is at its end, so what comes over the network is laid down first.
      folder = await mkdtemp(join(tmpdir(), 'gokwik-')).catch(refuseRoom);
      path = join(folder, 'file.zip');
      await pipeline(Readable.from(file.open()), createWriteStream(path)).catch(refuseRoom);
    }
    zip = await openZip(path, { lazyEntries: true, autoClose: false }).catch((error: unknown) => {
      throw zipProblem(error);
    });
    yield* entriesOf(zip, file);
  } finally {
    zip?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

function refuseRoom(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!['EROFS', 'EACCES', 'ENOENT', 'ENOSPC', 'EDQUOT'].includes(code)) throw error;
  throw new FileProblem(
    `it is a zip behind an address, and the container has no room to lay it down (${code}): give it a writable ${tmpdir()}, or unpack the zip`,
  );
}

async function* entriesOf(zip: ZipFile, file: Opened): AsyncGenerator<Part> {
  const entries: Entry[] = [];
  const { key, label, modifiedMs: asOfMs, hideName } = file;
  try {
    for await (const entry of zip.eachEntry()) entries.push(entry);
  } catch (error) {
    throw zipProblem(error);
  }
  if (entries.some(({ fileName }) => fileName === '[Content_Types].xml')) {
    yield { kind: 'sheet', key, label, asOfMs, rows: () => sheetOf(zip, entries) };
    return;
  }
  const texts = entries.filter(
    ({ fileName }) => !fileName.endsWith('/') && !fileName.startsWith('__MACOSX/'),
  );
  if (texts.length === 0) throw new FileProblem('it is a zip without a file in it');
  for (const entry of texts) {
    const openEntry = async function* (): AsyncGenerator<Buffer> {
      try {
        yield* (await zip.openReadStreamPromise(entry)) as Bytes;
      } catch (error) {
        throw zipProblem(error);
      }
    };
    const name = hideName(entry.fileName);
    const names = { key: `${key}/${name}`, label: `${label}/${name}` };
    yield { kind: 'text', ...names, asOfMs, open: openEntry };
  }
}

async function* sheetOf(zip: ZipFile, entries: readonly Entry[]): AsyncGenerator<SheetRow> {
  // Loaded for the first workbook: most merchants have none.
  const { readSheet } = await import('./sheet.ts');
  try {
    yield* readSheet(zip, entries);
  } catch (error) {
    throw zipProblem(error);
  }
}

function zipProblem(error: unknown): unknown {
  if (error instanceof FileProblem) return error;
  if (error instanceof Error && 'syscall' in error) return fileProblem(error);
  const message = error instanceof Error ? error.message : '';
  if (/invalid relative path|absolute path|invalid characters/i.test(message)) {
    return new FileProblem(
      'it is a zip with a name in it that leads out of it, and is not unpacked',
    );
  }
  if (/end of central directory|unexpected EOF|truncated/i.test(message)) {
    return new FileProblem('it is a zip that is cut off, or was not downloaded to its end');
  }
  return new FileProblem('it is a zip that is damaged or encrypted');
}

/** What tells, without reading it, whether a file is the one that was read. */
type Version = Pick<Mark, 'size' | 'modifiedMs' | 'tag'>;

/** Undefined: its server says that it is unchanged since it was read to its end. */
export async function openFound(
  file: FoundFile,
  key: string,
  mark: Mark | undefined,
  { openDownloader, hideName }: FileTools,
  signal: AbortSignal,
): Promise<(Opened & { readonly version: Version }) | undefined> {
  const { location, modifiedMs, size } = file;
  const common = { key, label: hideName(labelOf(file)), hideName };
  if ('path' in location) {
    const { path } = location;
    const isSmall = size !== undefined && size <= SMALL_BYTES;
    const bytes = isSmall ? await readFile(path).catch(refuseFile) : undefined;
    const open = (): Bytes => (bytes ? once(bytes) : readPath(path));
    return { ...common, modifiedMs, path, open, version: versionOf(file) };
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
  return { ...common, modifiedMs: download.modifiedMs, path: undefined, open, version };
}

function refuseFile(error: unknown): never {
  throw fileProblem(error);
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  if (bytes.length > 0) yield bytes;
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
