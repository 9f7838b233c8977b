/**
 * Where the values of a JSON text stand, found in one pass over its bytes. A page of rows is mostly
 * printed as it came: knowing where its values are costs a third of making objects of them.
 */

import { isUtf8 } from 'node:buffer';

/** A body that was found to be JSON, and where its values are. */
export interface Scan {
  readonly codes: Buffer;
  /**
   * Pairs of positions, from and behind, of every value in the order of the bytes: a container
   * stands before what is in it, a member's name (with its quotes) before its value. The last pair
   * is the end of all, so that a walk needs no other sign to stop at.
   */
  readonly spans: Int32Array;
}

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const COLON = 58;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const SPACE = 32;

const DEEPEST = 64;
/** 16 MiB of them: a page of 10 MB or more, or one that is made to take memory (I8). */
const MOST_SPANS = 4 * 1024 * 1024;
/** 2^53 has 16 digits: an integer of fewer is always exact. */
const EXACT_DIGITS = 15;
const codesOf = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));
const WORDS = ['true', 'false', 'null'].map(codesOf);
const ESCAPES = new Set(codesOf('"\\/bfnrt'));
const HEX = new Set(codesOf('0123456789abcdefABCDEF'));

/** By its code, whether a character is more than a part of a string's text. */
const ENDS_TEXT = Uint8Array.from({ length: 256 }, (_, code) =>
  Number(code < SPACE || code === QUOTE || code === BACKSLASH),
);

/** Grows to the largest text there was and is used again; a scan gets a copy of what it needs. */
let scratch = new Int32Array(1 << 14);
/** Of the containers that are open, the places of their spans. */
const open = new Int32Array(DEEPEST);

/**
 * Undefined for what is not JSON in UTF-8, and for spellings that the usual parser is better for:
 * integers that a double cannot hold, exponents, line breaks between values, more than 64 levels,
 * millions of values.
 */
export function scanJson(codes: Buffer): Scan | undefined {
  const count = scanValues(codes);
  if (count === 0 || !isUtf8(codes)) return undefined;
  const all = scratch.slice(0, count + 2);
  all.fill(codes.length, count);
  const rest = codes.toString('latin1', all[1]);
  return rest.trim() === '' ? { codes, spans: all } : undefined;
}

/**
 * Writes the spans of the first value and of all that is in it to `scratch`. One loop: a call for
 * each value takes as long as reading it. Returns how many positions there are; 0: it is not JSON.
 */
function scanValues(codes: Buffer): number {
  const { length } = codes;
  let spans = scratch;
  let count = 0;
  let depth = 0;
  let isObject = false;
  let at = skipSpaces(codes, 0);
  for (;;) {
    if (count + 4 >= spans.length) {
      if (count > MOST_SPANS) return 0;
      spans = enlarge();
    }
    if (isObject) {
      const end = at < length && codes[at] === QUOTE ? endOfString(codes, at) : -1;
      if (end < 0) return 0;
      spans[count] = at;
      spans[count + 1] = end;
      count += 2;
      at = skipSpaces(codes, end);
      if (at >= length || codes[at] !== COLON) return 0;
      at = skipSpaces(codes, at + 1);
    }
    if (at >= length) return 0;
    const code = codes[at];
    spans[count] = at;
    if (code === OPEN_OBJECT || code === OPEN_LIST) {
      if (depth === DEEPEST) return 0;
      open[depth] = count;
      depth += 1;
      count += 2;
      isObject = code === OPEN_OBJECT;
      at = skipSpaces(codes, at + 1);
      if (at < length && codes[at] !== (isObject ? CLOSE_OBJECT : CLOSE_LIST)) continue;
    } else {
      at = code === QUOTE ? endOfString(codes, at) : endOfScalar(codes, at);
      if (at < 0) return 0;
      spans[count + 1] = at;
      count += 2;
    }
    // Behind it the next value comes, or the end of the container that it is in.
    for (;;) {
      if (depth === 0) return count;
      at = skipSpaces(codes, at);
      if (at >= length) return 0;
      const sign = codes[at];
      at += 1;
      if (sign === COMMA) break;
      if (sign !== (isObject ? CLOSE_OBJECT : CLOSE_LIST)) return 0;
      depth -= 1;
      spans[(open[depth] as number) + 1] = at;
      isObject = depth > 0 && codes[spans[open[depth - 1] as number] as number] === OPEN_OBJECT;
    }
    at = skipSpaces(codes, at);
  }
}

function enlarge(): Int32Array<ArrayBuffer> {
  const spans = new Int32Array(scratch.length * 2);
  spans.set(scratch);
  scratch = spans;
  return spans;
}

function skipSpaces(codes: Buffer, from: number): number {
  let at = from;
  while (at < codes.length && codes[at] === SPACE) at += 1;
  return at;
}

/** -1, in this and the next ones: it is none. */
function endOfString(codes: Buffer, from: number): number {
  const { length } = codes;
  let at = from;
  for (;;) {
    at += 1;
    while (at < length && ENDS_TEXT[codes[at] as number] === 0) at += 1;
    if (at >= length) return -1;
    const code = codes[at];
    if (code === QUOTE) return at + 1;
    if (code !== BACKSLASH) return -1;
    at += 1;
    const escaped = codes[at] ?? 0;
    if (ESCAPES.has(escaped)) continue;
    if (escaped !== 117) return -1;
    for (let digit = 1; digit <= 4; digit++) if (!HEX.has(codes[at + digit] ?? 0)) return -1;
    at += 4;
  }
}

/** Of a number or a word. An exponent is nothing that follows a value, and so ends the scan. */
function endOfScalar(codes: Buffer, at: number): number {
  const isNegative = codes[at] === MINUS;
  const from = isNegative ? at + 1 : at;
  let end = endOfDigits(codes, from);
  const digits = end - from;
  if (digits === 0) return isNegative ? -1 : endOfWord(codes, at);
  const hasFraction = codes[end] === POINT;
  // `01` is no JSON, and `-0` no number to print.
  if (codes[from] === ZERO && (digits > 1 || (isNegative && !hasFraction))) return -1;
  if (!hasFraction) return digits > EXACT_DIGITS ? -1 : end;
  const point = end;
  end = endOfDigits(codes, point + 1);
  return end === point + 1 ? -1 : end;
}

function endOfDigits(codes: Buffer, at: number): number {
  for (;;) {
    const code = codes[at];
    if (code === undefined || code < 48 || code > 57) return at;
    at += 1;
  }
}

function endOfWord(codes: Buffer, at: number): number {
  const word = WORDS.find((known) => known.every((code, index) => codes[at + index] === code));
  return word === undefined ? -1 : at + word.length;
}
