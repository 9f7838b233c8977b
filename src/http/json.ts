import { isUtf8 } from 'node:buffer';

const TOKEN = /\\.|"|-?\d[\d.eE+-]*/g;
const INTEGER = /^-?\d+$/;

/**
 * Bytes → JSON value. Integers that a double cannot hold come back as strings of their digits: an id
 * must not be rounded to its neighbour's. Throws on invalid UTF-8 and on anything that is not JSON;
 * the error quotes the text, so it must not leave the caller.
 */
export function parseJson(bytes: Uint8Array): unknown {
  if (!isUtf8(bytes)) throw new TypeError('not UTF-8');
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(
    'utf8',
    isMarked ? 3 : 0,
  );
  // Parsed as it is even when it will be parsed again: quoting may only be done to valid JSON.
  const value: unknown = JSON.parse(text);
  return hasLongDigits(bytes) ? JSON.parse(quoteBigIntegers(text)) : value;
}

/** 2^53 has 16 digits: an integer of fewer is always exact. */
const LONG = 16;
const isDigit = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= 48 && byte < 58;

/** Whether there are so many digits in a row: one of them stands at a multiple of their number. */
function hasLongDigits(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += LONG) {
    // Then it reaches half as far to one side at least.
    if (!isDigit(bytes[at]) || !(isDigit(bytes[at + LONG / 2]) || isDigit(bytes[at - LONG / 2])))
      continue;
    let from = at;
    let to = at + 1;
    while (isDigit(bytes[from - 1])) from -= 1;
    while (isDigit(bytes[to])) to += 1;
    if (to - from >= LONG) return true;
  }
  return false;
}

/** `text` is valid JSON: a backslash is inside a string, and a number outside of it is whole. */
function quoteBigIntegers(text: string): string {
  let isInString = false;
  return text.replace(TOKEN, (token) => {
    if (token === '"') isInString = !isInString;
    const isBig = !isInString && INTEGER.test(token) && !Number.isSafeInteger(Number(token));
    return isBig ? `"${token}"` : token;
  });
}
