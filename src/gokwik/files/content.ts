/** What is inside a file: its text, unpacked; or why it is no export at all. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createGunzip } from 'node:zlib';
import { type Entry, openPromise as openZip, type ZipFile } from 'yauzl';
import type { Logger } from '../../cdk/source.ts';
import { capped } from '../../http/body.ts';
import type { Downloader } from '../../http/download.ts';
import { describeMissing, FileProblem, type Location, Stranger } from './location.ts';
import { shortenName } from './marks.ts';
import type { Sheet, SheetRow } from './sheet.ts';
import type { Store } from './stores/store.ts';

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
  /** At least `HEAD_BYTES` of it, or all there is, where they are at hand. */
  readonly head?: Buffer | undefined;
  /** The same from a byte on; undefined: that costs as much as all of it. */
  readonly tail?: ((from: number) => Bytes) | undefined;
  /** Of all of it, as its store tells it. */
  readonly md5?: string | undefined;
}

/** A sheet of a workbook. */
export interface SheetPart extends PartFacts {
  readonly kind: 'sheet';
  readonly firstDay: number;
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
  /** At least `HEAD_BYTES`, or all there is; undefined: `open` is the way to them. */
  head?(): Promise<Buffer>;
  readonly tail?: TextPart['tail'];
  readonly md5?: TextPart['md5'];
}

/** What reading any file needs of the world. */
export interface FileTools {
  readonly log: Logger;
  /** Asked for when the first address is read. */
  openDownloader(): Promise<Downloader>;
  /** Where a location's files lie. */
  openStore(location: Location): Promise<Store>;
  /** A file's name as it may be told: personal data in it is hidden as `pii_mode` says. */
  readonly hideName: (name: string) => string;
}

const CHUNK_BYTES = 32 * 1024;
/** Enough for every signature and every header that is known. */
export const HEAD_BYTES = 64 * 1024;

/** So often a file may be packed: an export in a zip in a zip. */
const MOST_PACKED = 4;
/** Of all that is packed in one file. What has more was made to harm. */
const MOST_MEMBERS = 10_000;
const MOST_UNPACKED_GIB = 16;
const MOST_UNPACKED_BYTES = MOST_UNPACKED_GIB * 2 ** 30;

/** What was unpacked of a file, on all levels. */
interface Unpacked {
  members: number;
  bytes: number;
}

const tooMuch = () =>
  new FileProblem(
    `it unpacks to more than ${MOST_UNPACKED_GIB} GiB: pack fewer reports into one file`,
  );

/** The texts in a file, one after another; what they need is cleared away when they are left. */
export async function* partsOf(
  file: Opened,
  packed = 0,
  unpacked: Unpacked = { members: 0, bytes: 0 },
): AsyncGenerator<Part> {
  const head = (await file.head?.()) ?? (await headOf(file.open()));
  const { key, label, modifiedMs, hideName, tail, md5 } = file;
  if (head.length === 0) throw new FileProblem('it is empty');
  if (packed > MOST_PACKED) throw new FileProblem('it is packed many times over: unpack it');
  if (isGzip(head)) {
    const open = (): Bytes => capped(gunzip(file.open()), MOST_UNPACKED_BYTES, tooMuch);
    const inside = { key, label, modifiedMs, hideName, path: undefined, open };
    yield* partsOf(inside, packed + 1, unpacked);
  } else if (isZip(head)) {
    yield* zipParts(file, packed + 1, unpacked);
  } else {
    yield {
      ...{ kind: 'text', key, label, asOfMs: modifiedMs, head, tail, md5 },
      open: () => file.open(),
    };
  }
}

export const isGzip = (head: Buffer): boolean => head[0] === 0x1f && head[1] === 0x8b;

/** `PK` and the sign of an entry, or of the end of a zip without any. */
export const isZip = (head: Buffer): boolean =>
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

export async function* gunzip(packed: Bytes): AsyncGenerator<Buffer> {
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

async function* zipParts(file: Opened, packed: number, unpacked: Unpacked): AsyncGenerator<Part> {
  let folder: string | undefined;
  let zip: ZipFile | undefined;
  try {
    let { path } = file;
    if (path === undefined) {
      // The list of a zip's entries is at its end, so what is no file of its own is laid down first.
      folder = await mkdtemp(join(tmpdir(), 'gokwik-')).catch(refuseRoom);
      path = join(folder, 'file.zip');
      await pipeline(Readable.from(file.open()), createWriteStream(path)).catch(refuseRoom);
    }
    zip = await openZip(path, { lazyEntries: true, autoClose: false }).catch(refuseZip);
    yield* entriesOf(zip, file, packed, unpacked);
  } finally {
    zip?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

function refuseRoom(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!['EROFS', 'EACCES', 'ENOENT', 'ENOSPC', 'EDQUOT'].includes(code)) throw error;
  throw new FileProblem(
    `it is a zip behind an address or in another one, and the container has no room to lay it down (${code}): give it a writable ${tmpdir()}, or unpack the zip`,
  );
}

async function* entriesOf(
  zip: ZipFile,
  file: Opened,
  packed: number,
  unpacked: Unpacked,
): AsyncGenerator<Part> {
  const entries: Entry[] = [];
  const { modifiedMs, hideName } = file;
  for await (const entry of fromZip(() => zip.eachEntry())) {
    entries.push(entry);
    unpacked.members += 1;
    // It is as long as it says: yauzl holds it to that.
    unpacked.bytes += entry.uncompressedSize;
    if (unpacked.members > MOST_MEMBERS)
      throw new FileProblem(`it is a zip of more than ${MOST_MEMBERS} files: pack fewer into one`);
    if (unpacked.bytes > MOST_UNPACKED_BYTES) throw tooMuch();
  }
  if (entries.some((entry) => entry.isEncrypted())) {
    throw new FileProblem('it is a zip with a password: pack it anew without one');
  }
  const has = (name: RegExp): boolean => entries.some(({ fileName }) => name.test(fileName));
  if (has(/^\[Content_Types\]\.xml$/)) {
    if (has(/^(word|ppt|visio)\//)) throw new Stranger('it is a document of Office, not a table');
    if (has(/^xl\/workbook\.bin$/)) {
      throw new FileProblem('it is a binary Excel workbook (.xlsb): save it as .xlsx or as CSV');
    }
    yield* sheetsOf(zip, entries, file);
    return;
  }
  if (has(/^(content\.xml|Index\/.*\.iwa)$/)) {
    throw new FileProblem('it is a document of OpenOffice or of Apple: save it as .xlsx or as CSV');
  }
  // What systems leave behind begins with a dot.
  const texts = entries.filter(
    ({ fileName }) => !/(^__MACOSX\/|(^|\/)\.[^/]*$|\/$)/.test(fileName),
  );
  if (texts.length === 0) throw new FileProblem('it is a zip without a file in it');
  for (const entry of texts) {
    let isWhole = false;
    const open = (): Bytes =>
      fromZip(async () => {
        if (!isWhole) await checkSum(zip, entry);
        isWhole = true;
        return (await zip.openReadStreamPromise(entry)) as Bytes;
      });
    const inside = {
      modifiedMs,
      hideName,
      path: undefined,
      open,
      ...nameInside(file, entry.fileName),
    };
    try {
      yield* partsOf(inside, packed, unpacked);
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      yield brokenPart(inside, error);
    }
  }
}

const nameInside = ({ key, label, hideName }: Opened, given: string) => {
  const name = hideName(given);
  return { key: `${key}/${shortenName(name)}`, label: `${label}/${name}` };
};

/** Tells why when it is opened, as one that is found to be no export: the other texts are read. */
const brokenPart = (
  { key, label }: Pick<Opened, 'key' | 'label'>,
  problem: FileProblem,
): TextPart => ({
  ...{ kind: 'text', key, label, asOfMs: undefined },
  // biome-ignore lint/correctness/useYield: it has nothing to give
  async *open() {
    throw problem;
  },
});

/** What was damaged on its way must give no row: a digit may be another one. */
async function checkSum(zip: ZipFile, entry: Entry): Promise<void> {
  let sum = 0;
  const content: Bytes = await zip.openReadStreamPromise(entry);
  for await (const chunk of content) sum = crc32(chunk, sum);
  if (sum === entry.crc32) return;
  throw new FileProblem('it is a zip whose content has another checksum than it says');
}

/** Whatever goes wrong on its way is the zip's fault. */
async function* fromZip<T>(
  open: () => AsyncIterable<T> | Promise<AsyncIterable<T>>,
): AsyncGenerator<T> {
  try {
    yield* await open();
  } catch (error) {
    throw zipProblem(error);
  }
}

function refuseZip(error: unknown): never {
  throw zipProblem(error);
}

async function* sheetsOf(
  zip: ZipFile,
  entries: readonly Entry[],
  file: Opened,
): AsyncGenerator<Part> {
  // Loaded for the first workbook: most merchants have none.
  const { openWorkbook } = await import('./sheet.ts');
  const parts = entries.filter(({ fileName }) => /\.(xml|rels)$/i.test(fileName));
  for (const part of parts) await checkSum(zip, part).catch(refuseZip);
  const sheets = await openWorkbook(zip, entries).catch(refuseZip);
  const filled: Sheet[] = [];
  for (const sheet of sheets) {
    for await (const _ of fromZip(sheet.rows)) {
      filled.push(sheet);
      break;
    }
  }
  const { key, label, modifiedMs: asOfMs } = file;
  const isShown = ({ isHidden }: Sheet): boolean => !isHidden;
  const shown = filled.some(isShown) ? filled.filter(isShown) : sheets.filter(isShown).slice(0, 1);
  for (const { name, rows, firstDay } of shown) {
    const names = shown.length === 1 ? { key, label } : nameInside(file, name);
    yield { kind: 'sheet', ...names, asOfMs, firstDay, rows: () => fromZip(rows) };
  }
  for (const { name } of filled.filter(({ isHidden }) => isHidden)) {
    const why = 'it is a hidden sheet: show it if its rows count';
    yield brokenPart(nameInside(file, name), new Stranger(why));
  }
}

function zipProblem(error: unknown): unknown {
  if (error instanceof FileProblem) return error;
  if (error instanceof Error && 'syscall' in error) return new FileProblem(describeMissing(error));
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
