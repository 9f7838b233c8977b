import { isUtf8 } from 'node:buffer';

/** 2^53 has 16 digits: an integer of fewer is always exact. Only places where a value may begin. */
const MAY_HOLD_BIG_INTEGER = /(?:^|[:,[])\s*-?\d{16}/;
const LONG_RUN = 16;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const INTEGER = /^-?\d+$/;

/**
 * Bytes → JSON value. Integers that a double cannot hold come back as strings of their digits: an id
 * must not be rounded to its neighbour's. Throws on invalid UTF-8 and on anything that is not JSON;
 * the error quotes the text, so it must not leave the caller.
 */
export function parseJson(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  // Parsed as it is even when it will be parsed again: quoting may only be done to valid JSON.
  const value: unknown = JSON.parse(text);
  const isSuspect = holdsLongRun(bytes) && MAY_HOLD_BIG_INTEGER.test(text);
  return isSuspect ? JSON.parse(quoteBigIntegers(text)) : value;
}

/** Checked and decoded apart: a third of the time that a fatal TextDecoder takes, which is 10 % of parsing. */
function decode(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new TypeError('not UTF-8');
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const skip = hasMark ? 3 : 0;
  return Buffer.from(bytes.buffer, bytes.byteOffset + skip, bytes.length - skip).toString();
}

/**
 * Whether 16 digits follow each other anywhere. Such a run covers one of every 16 bytes, so only
 * those are looked at: the pattern alone, over every page, takes a quarter of the time of parsing.
 */
function holdsLongRun(bytes: Uint8Array): boolean {
  for (let at = LONG_RUN - 1; at < bytes.length; at += LONG_RUN) {
    if (!isDigit(bytes[at])) continue;
    let from = at;
    while (isDigit(bytes[from - 1])) from -= 1;
    let to = at;
    while (isDigit(bytes[to + 1])) to += 1;
    if (to - from + 1 >= LONG_RUN) return true;
  }
  return false;
}

const isDigit = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= 0x30 && byte <= 0x39;

/** `text` is valid JSON, so outside its strings every run of digits is a number. */
function quoteBigIntegers(text: string): string {
  const parts: string[] = [];
  let from = 0;
  for (;;) {
    const open = text.indexOf('"', from);
    if (open === -1) break;
    const next = endOfString(text, open) + 1;
    parts.push(text.slice(from, open).replace(NUMBER, quoteWhenBig), text.slice(open, next));
    from = next;
  }
  parts.push(text.slice(from).replace(NUMBER, quoteWhenBig));
  return parts.join('');
}

function quoteWhenBig(number: string): string {
  return INTEGER.test(number) && !Number.isSafeInteger(Number(number)) ? `"${number}"` : number;
}

/** Index of the quote that closes the string opened at `open`. */
function endOfString(text: string, open: number): number {
  let quote = text.indexOf('"', open + 1);
  while (isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote;
}

function isEscaped(text: string, index: number): boolean {
  let backslashes = 0;
  while (text[index - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}
