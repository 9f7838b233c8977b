import { createWriteStream } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createGzip, deflateRawSync } from 'node:zlib';

/** Writes text as it comes, so that a file may be larger than memory. */
export async function writeText(
  path: string,
  texts: Iterable<string> | AsyncIterable<string>,
  packed: boolean,
): Promise<void> {
  const out = createWriteStream(path);
  if (packed) await pipeline(Readable.from(texts), createGzip(), out);
  else await pipeline(Readable.from(texts), out);
}

interface Entry {
  readonly name: string;
  readonly content: Buffer;
}

/** A zip of files in memory: what GoKwik mails is small. */
export function zip(entries: readonly Entry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of entries) {
    const packed = deflateRawSync(content);
    const file = Buffer.from(name);
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(0x800, 2);
    head.writeUInt16LE(8, 4);
    head.writeUInt32LE(crc32(content), 10);
    head.writeUInt32LE(packed.length, 14);
    head.writeUInt32LE(content.length, 18);
    head.writeUInt16LE(file.length, 22);
    parts.push(signature(0x04034b50), head, file, packed);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(signature(0x02014b50), number16(20), head, place, file);
    offset += 4 + head.length + file.length + packed.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, list, signature(0x06054b50), end]);
}

/** Puts a file into a zip of its own, and removes it. */
export async function zipFile(path: string): Promise<string> {
  await stat(path);
  const target = `${path}.zip`;
  await writeFile(target, zip([{ name: basename(path), content: await readFile(path) }]));
  await rm(path);
  return target;
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function number16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}
