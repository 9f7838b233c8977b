/** The text of one scanned row, from which the row is printed: what is copied is not decoded. */
import type { Scan } from '../../http/scan.ts';

export interface RowText {
  readonly scan: Scan;
  /** The row, a character for each byte: UTF-8 where the scan is coded. */
  readonly text: string;
  /** Where it begins in the bytes of the scan. */
  readonly base: number;
}

/** The row at a place of a scan. A text of its own lives no longer than the row does. */
export function openRow(scan: Scan, at: number): RowText {
  const base = scan.spans[at] as number;
  return { scan, text: scan.codes.toString('latin1', base, scan.spans[at + 1]), base };
}

/** JSON of the value at a place, in the coding of the source. */
export const tokenAt = ({ scan: { spans }, text, base }: RowText, at: number): string =>
  text.slice((spans[at] as number) - base, (spans[at + 1] as number) - base);

/** Bytes in UTF-8, a character each → characters. */
export const decode = (text: string, isCoded: boolean): string =>
  isCoded && CODED.test(text) ? Buffer.from(text, 'latin1').toString() : text;

/** Characters → bytes in UTF-8, a character each. */
export const encode = (text: string, isCoded: boolean): string =>
  isCoded && UNCODED.test(text) ? Buffer.from(text).toString('latin1') : text;

const CODED = /[\x80-\xff]/;
const UNCODED = /[^\0-\x7f]/;
