/** Values on their way from one JSON text into another: what need not change is copied. */

import { copy, type Draft, print } from '../../cdk/draft.ts';
import type { Json } from '../../cdk/protocol.ts';
import type { Scan } from '../../http/scan.ts';
import type { Field } from './fields.ts';
import { createNames, type Names } from './names.ts';
import { passOver } from './raw.ts';

const SPACE = 32;
const QUOTE = 34;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const NULL = 110;
const OPEN_OBJECT = 123;
const LAST_ASCII = 127;

/** So many digits and a point are the number that they say, exactly. */
const LONGEST_AMOUNT = 16;

/** The value that stands between two positions as JSON. */
export function readValue(bytes: Buffer, start: number, end: number): Json {
  if (bytes[start] === NULL) return null;
  if (bytes[start] === QUOTE) {
    const text = bytes.toString('utf8', start + 1, end - 1);
    if (!text.includes('\\')) return text;
  }
  return JSON.parse(bytes.toString('utf8', start, end));
}

/** What becomes of the values of a field. Not of closures: of those V8 inlines none in the loop. */
export interface Token {
  /** By their codes, the characters with which a string begins that stays as it is. */
  readonly textBeginnings: Uint8Array;
  readonly takesNumber: boolean;
  readonly takesInteger: boolean;
  readonly convert: Field['convert'];
  /** Of an object: of its members. */
  readonly members: Names<Token | undefined> | undefined;
  /** Of a list: of its entries. */
  readonly item: Token | undefined;
}

export function compileToken(field: Field): Token {
  const { takesNumber, takesInteger, nullWords, convert, members, item } = field;
  return {
    textBeginnings: nullWords ? textBeginnings(nullWords) : new Uint8Array(256),
    takesNumber,
    takesInteger,
    convert,
    members:
      members &&
      createNames((name) => {
        const member = members.get(name);
        return member && compileToken(member);
      }),
    item: item && compileToken(item),
  };
}

/** Appends JSON of what becomes of the value at a place; without a token it stays as it is. */
export function printValue(token: Token | undefined, scan: Scan, at: number, draft: Draft): void {
  if (token && !keeps(token, scan.codes, scan.spans[at] as number)) {
    printChanged(token, scan, at, draft);
  } else copyValue(scan, at, draft);
}

function copyValue({ codes, spans }: Scan, at: number, draft: Draft): void {
  copy(draft, codes, spans[at] as number, spans[at + 1] as number);
}

/** Whether the value that begins at this position surely stays as it is written. */
export function keeps(token: Token, codes: Buffer, from: number): boolean {
  const code = codes[from] as number;
  if (code === QUOTE) return token.textBeginnings[codes[from + 1] as number] === 1;
  if (code > NINE) return code === NULL;
  return token.takesNumber || (token.takesInteger && isWhole(codes, from));
}

/** What becomes of a value that may not stay as it is. */
export function printChanged(token: Token, scan: Scan, at: number, draft: Draft): void {
  const { codes, spans } = scan;
  const from = spans[at] as number;
  const code = codes[from];
  if (code === OPEN_OBJECT && token.members) {
    printMembers(token.members, scan, at, draft);
  } else if (code === OPEN_LIST && token.item) {
    printItems(token.item, scan, at, draft);
  } else {
    const isAmount = token.takesNumber && code === QUOTE;
    const end = isAmount ? endOfAmount(codes, from + 1, (spans[at + 1] as number) - 1) : -1;
    if (end < 0) printConverted(token, scan, at, draft);
    else copy(draft, codes, from + 1, end);
  }
}

function printConverted({ convert }: Token, scan: Scan, at: number, draft: Draft): void {
  const { codes, spans } = scan;
  const value = readValue(codes, spans[at] as number, spans[at + 1] as number);
  const converted = convert(value as Exclude<Json, null>);
  // `5.0` is printed as the 5 that it is.
  if (converted === value && typeof value !== 'number') copyValue(scan, at, draft);
  else print(draft, converted);
}

/**
 * By their codes, the characters with which a text surely begins that is more than white space and
 * none of the words that stand for null.
 */
function textBeginnings(nullWords: readonly string[]): Uint8Array {
  const begins = new Uint8Array(256);
  begins.fill(1, SPACE + 1, LAST_ASCII + 1);
  for (const code of [QUOTE, BACKSLASH]) begins[code] = 0;
  for (const word of nullWords) {
    for (const letter of [word, word.toUpperCase()]) begins[letter.charCodeAt(0)] = 0;
  }
  return begins;
}

/** Whether the number that begins there has no fraction. */
function isWhole(codes: Buffer, from: number): boolean {
  let at = from + 1;
  while (isDigit(codes[at] as number)) at += 1;
  return codes[at] !== POINT;
}

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

/**
 * Where an amount ends that is written as text: `"715.00"` is printed as 715, by its characters, since
 * making a number of it and a text of that takes longer than all else that is done to it. Zeros at its
 * end are left out, as `JSON.stringify` does. -1: it is written in another way.
 */
function endOfAmount(codes: Buffer, from: number, to: number): number {
  let point = -1;
  for (let at = from; at < to; at++) {
    const code = codes[at] as number;
    if (code === POINT && point < 0 && at > from) point = at;
    else if (!isDigit(code)) return -1;
  }
  const isPlain = to > from && to - from < LONGEST_AMOUNT && point !== to - 1;
  if (!isPlain || (codes[from] === ZERO && to - from > 1 && point !== from + 1)) return -1;
  if (point < 0) return to;
  let end = to;
  while (codes[end - 1] === ZERO) end -= 1;
  return end - 1 === point ? point : end;
}

/** Copies an object but for the members that a field makes something else of. */
function printMembers(names: Names<Token | undefined>, scan: Scan, at: number, draft: Draft): void {
  const { codes, spans } = scan;
  const end = spans[at + 1] as number;
  let copied = spans[at] as number;
  let known = names.start;
  for (let place = at + 2; (spans[place] as number) < end; place = passOver(spans, place)) {
    known = names.findAt(scan, place, known);
    place += 2;
    const token = known.what;
    const from = spans[place] as number;
    if (token === undefined || keeps(token, codes, from)) continue;
    copy(draft, codes, copied, from);
    printChanged(token, scan, place, draft);
    copied = spans[place + 1] as number;
  }
  copy(draft, codes, copied, end);
}

/** The same of a list. */
function printItems(token: Token, scan: Scan, at: number, draft: Draft): void {
  const { codes, spans } = scan;
  const end = spans[at + 1] as number;
  let copied = spans[at] as number;
  for (let place = at + 2; (spans[place] as number) < end; place = passOver(spans, place)) {
    const from = spans[place] as number;
    if (keeps(token, codes, from)) continue;
    copy(draft, codes, copied, from);
    printChanged(token, scan, place, draft);
    copied = spans[place + 1] as number;
  }
  copy(draft, codes, copied, end);
}
