/**
 * Where the values of a JSON text stand, found in one pass over its bytes. A page of rows is mostly
 * printed as it came: knowing where its values are costs a third of making objects of them.
 */

import { isAscii, isUtf8 } from 'node:buffer';

/** A body that was found to be JSON, and where its values are. */
export interface Scan {
  readonly codes: Buffer;
  /** Whether there is more in it than ASCII. */
  readonly isCoded: boolean;
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

/** Grows to the largest text there was and is used again; a scan gets a copy of what it needs. */
let scratch = new Int32Array(1 << 14);

/**
 * Undefined for what is not JSON in UTF-8, and for spellings that the usual parser is better for:
 * integers that a double cannot hold, exponents, line breaks between values, more than 64 levels,
 * millions of values.
 */
export function scanJson(codes: Buffer): Scan | undefined {
  let spans = scratch;
  let count = 0;

  /** -1 stands for "no" in all of these; else they say where the value that begins at `at` ends. */
  function scanValue(at: number, depth: number): number {
    if (count + 2 >= spans.length) {
      if (count > MOST_SPANS) return -1;
      scratch = new Int32Array(spans.length * 2);
      scratch.set(spans);
      spans = scratch;
    }
    const place = count;
    count += 2;
    const code = codes[at];
    let end = -1;
    if (code === QUOTE) end = endOfString(codes, at);
    else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      const close = code === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_LIST;
      if (depth < DEEPEST) end = scanInside(at + 1, depth + 1, close);
    } else end = endOfScalar(codes, at);
    spans[place] = at;
    spans[place + 1] = end;
    return end;
  }

  /** What is in an object or a list, up to the sign that closes it. */
  function scanInside(from: number, depth: number, close: number): number {
    let at = skipSpaces(codes, from);
    if (codes[at] === close) return at + 1;
    for (;;) {
      if (close === CLOSE_OBJECT) {
        at = codes[at] === QUOTE ? skipSpaces(codes, scanValue(at, depth)) : -1;
        if (codes[at] !== COLON) return -1;
        at = skipSpaces(codes, at + 1);
      }
      at = scanValue(at, depth);
      if (at < 0) return -1;
      at = skipSpaces(codes, at);
      const code = codes[at];
      if (code === close) return at + 1;
      if (code !== COMMA) return -1;
      at = skipSpaces(codes, at + 1);
    }
  }

  const end = scanValue(skipSpaces(codes, 0), 0);
  if (end < 0 || !isUtf8(codes) || codes.toString('latin1', end).trim() !== '') return undefined;
  const all = spans.slice(0, count + 2);
  all.fill(codes.length, count);
  return { codes, isCoded: !isAscii(codes), spans: all };
}

function skipSpaces(codes: Buffer, at: number): number {
  while (codes[at] === SPACE) at += 1;
  return at;
}

function endOfString(codes: Buffer, at: number): number {
  for (;;) {
    at += 1;
    const code = codes[at];
    if (code === QUOTE) return at + 1;
    if (code === undefined || code < SPACE) return -1;
    if (code !== BACKSLASH) continue;
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
