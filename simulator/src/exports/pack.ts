import { createWriteStream } from 'node:fs';
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

/** A workbook of one sheet, as plain writers make it: texts shared, numbers in place. */
export function workbook(rows: readonly (readonly (string | number)[])[]): Buffer {
  const texts = new Map<string, number>();
  const cellOf = (cell: string | number, at: number, row: number): string => {
    if (cell === '') return '';
    const place = `r="${columnName(at)}${row + 1}"`;
    if (typeof cell === 'number') return `<c ${place}><v>${cell}</v></c>`;
    const number = texts.get(cell) ?? texts.size;
    texts.set(cell, number);
    return `<c ${place} t="s"><v>${number}</v></c>`;
  };
  const lines = rows.map(
    (cells, row) =>
      `<row r="${row + 1}">${cells.map((cell, at) => cellOf(cell, at, row)).join('')}</row>`,
  );
  const shared = [...texts.keys()].map(
    (text) => `<si><t xml:space="preserve">${xml(text)}</t></si>`,
  );
  const part = (name: string, text: string) => ({
    name,
    content: Buffer.from(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${text}`),
  });
  const open = 'http://schemas.openxmlformats.org';
  const main = `xmlns="${open}/spreadsheetml/2006/main"`;
  const links = `${open}/officeDocument/2006/relationships`;
  const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  return zip([
    part(
      '[Content_Types].xml',
      `<Types xmlns="${open}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${types}.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="${types}.sharedStrings+xml"/></Types>`,
    ),
    part(
      '_rels/.rels',
      `<Relationships xmlns="${open}/package/2006/relationships"><Relationship Id="rId1" Type="${links}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    part(
      'xl/workbook.xml',
      `<workbook ${main} xmlns:r="${links}"><sheets><sheet name="Orders" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ),
    part(
      'xl/_rels/workbook.xml.rels',
      `<Relationships xmlns="${open}/package/2006/relationships"><Relationship Id="rId1" Type="${links}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${links}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
    ),
    part(
      'xl/sharedStrings.xml',
      `<sst ${main} uniqueCount="${texts.size}">${shared.join('')}</sst>`,
    ),
    part(
      'xl/worksheets/sheet1.xml',
      `<worksheet ${main}><sheetData>${lines.join('')}</sheetData></worksheet>`,
    ),
  ]);
}

/** 0 → A, 26 → AA. */
function columnName(at: number): string {
  const letter = String.fromCharCode(65 + (at % 26));
  return at < 26 ? letter : columnName(Math.floor(at / 26) - 1) + letter;
}

const xml = (text: string): string =>
  text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;' })[sign] ?? '&gt;');

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
