/**
 * Texts as they are compared: one spelling of what people, sheets and links spell in many ways, with
 * the way back to the characters that said it.
 */
import ipaddr from 'ipaddr.js';
import { remember } from '../../cdk/text.ts';
import type { PiiKind } from './kinds.ts';

/**
 * A text without percent-encoding (once or several times over), with all digits as 0–9, full-width
 * letters as plain ones, all white space as a space, all dashes as `-`, and without characters that
 * nobody sees or that are not printed.
 */
export interface View {
  readonly text: string;
  readonly plain: string;
  /** In lower case, character by character as `plain`. */
  readonly lower: string;
  /** Where the character at `at` of `plain` begins in `text`, and where the one before `at` ends. */
  readonly startOf: (at: number) => number;
  readonly endOf: (at: number) => number;
}

/** A personal value at `from` to `to` of a view. */
export interface Hit {
  readonly from: number;
  readonly to: number;
  readonly kind: PiiKind;
}

const SPECIAL = /[^\n\x20-\x7e]|%[0-9a-f]{2}/i;
/** An address inside an address inside an address. */
const MOST_ENCODED = 3;
const ZEROS = [
  0x0660, 0x06f0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66,
];

const itself = (at: number): number => at;

export function viewText(text: string): View {
  if (!SPECIAL.test(text)) {
    return { text, plain: text, lower: text.toLowerCase(), startOf: itself, endOf: itself };
  }
  let spelled = readCharacters(text);
  for (let times = 0; times < MOST_ENCODED; times++) {
    const decoded = decodePercent(spelled);
    if (decoded === undefined) break;
    spelled = decoded;
  }
  const { characters, starts, ends } = spelled;
  const plain = characters.join('');
  return {
    text,
    plain,
    lower: plain.length === plain.toLowerCase().length ? plain.toLowerCase() : lowerEach(plain),
    startOf: (at) => starts[at] ?? text.length,
    endOf: (at) => (at === 0 ? 0 : (ends[at - 1] ?? text.length)),
  };
}

/** UTF-16 units, each with its place in the text. */
interface Spelled {
  readonly characters: string[];
  readonly starts: number[];
  readonly ends: number[];
}

function push(to: Spelled, character: string, start: number, end: number): void {
  for (const unit of foldCharacter(character).split('')) {
    to.characters.push(unit);
    to.starts.push(start);
    to.ends.push(end);
  }
}

function readCharacters(text: string): Spelled {
  const spelled: Spelled = { characters: [], starts: [], ends: [] };
  let at = 0;
  for (const character of text) {
    push(spelled, character, at, at + character.length);
    at += character.length;
  }
  return spelled;
}

/** Undefined when nothing is encoded. */
function decodePercent({ characters, starts, ends }: Spelled): Spelled | undefined {
  if (!characters.includes('%')) return undefined;
  const byteAt = (at: number): number => {
    if (characters[at] !== '%') return -1;
    const digits = `${characters[at + 1] ?? ''}${characters[at + 2] ?? ''}`;
    return /^[0-9a-f]{2}$/i.test(digits) ? Number.parseInt(digits, 16) : -1;
  };
  const decoded: Spelled = { characters: [], starts: [], ends: [] };
  let isChanged = false;
  for (let at = 0; at < characters.length; ) {
    const first = byteAt(at);
    const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    const bytes = Array.from({ length }, (_, index) => byteAt(at + index * 3));
    const character = first < 0 || bytes.includes(-1) ? '' : Buffer.from(bytes).toString('utf8');
    if (character === '' || character.includes('\ufffd')) {
      decoded.characters.push(characters[at] ?? '');
      decoded.starts.push(starts[at] ?? 0);
      decoded.ends.push(ends[at] ?? 0);
      at += 1;
    } else {
      push(decoded, character, starts[at] ?? 0, ends[at + length * 3 - 1] ?? 0);
      at += length * 3;
      isChanged = true;
    }
  }
  return isChanged ? decoded : undefined;
}

function foldCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code > 0x20 && code < 0x7f) return character;
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0);
  for (const zero of ZEROS) if (code >= zero && code < zero + 10) return String(code - zero);
  if (code === 0x0a || code === 0x0d) return '\n';
  if (/\s/.test(character)) return ' ';
  if (/[\u2010-\u2015\u2212]/.test(character)) return '-';
  return /[\p{Cc}\p{Cf}]|\u034f|[\ufe00-\ufe0f]/u.test(character) ? '' : character;
}

const lowerEach = (text: string): string =>
  text
    .split('')
    .map((unit) => (unit.toLowerCase().length === 1 ? unit.toLowerCase() : unit))
    .join('');

/** A run of letters, or of digits, in `lower` of a view. */
export interface Token {
  readonly word: string;
  readonly from: number;
  readonly to: number;
}

/** Both halves of a pair are letters of some script. */
const TOKENS = /\d+|[\p{L}\p{M}\p{Cs}\u{10000}-\u{10ffff}]+/gu;

export function readTokens(text: string): Token[] {
  const tokens: Token[] = [];
  for (const { 0: word, index: from } of text.matchAll(TOKENS))
    tokens.push({ word, from, to: from + word.length });
  return tokens;
}

export const isLetter = (text: string, at: number): boolean =>
  /[\p{L}\p{M}\p{Cs}]/u.test(text.charAt(at));

/** Phone numbers of a value: upstream joins several by a pipe or a comma. */
function splitPhones(text: string): string[] {
  const parts = text
    .split(/[|,;/]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  // A spreadsheet may group digits by commas: that is one number.
  return parts.every((part) => isMasked(part) || digitsOf(part).length >= 7) ? parts : [text];
}

/** The numbers of a value, each in its one spelling. A row says the same one more than once. */
export const spellPhones = remember((text) =>
  splitPhones(text).map((phone) => spell('phone', phone)),
);

export function isMasked(text: string): boolean {
  return /[*x\u2022]/i.test(text);
}

/** The one spelling of a value of this kind: by it values are compared and hashed. */
export function spell(kind: PiiKind, text: string): string {
  const plain = viewText(text.trim()).plain.trim();
  switch (kind) {
    case 'phone':
      return isMasked(plain) ? plain : spellPhone(plain);
    case 'ip':
      return spellIp(plain);
    case 'identity':
    case 'bank':
    case 'card':
      return plain.replace(/[\s-]+/g, '').toUpperCase();
    case 'birth':
      return spellDay(plain);
    case 'user_agent':
    case 'link':
    case 'text':
      return text.trim();
    default:
      return plain.normalize('NFKC').replace(/\s+/g, ' ').toLowerCase();
  }
}

/** `+919876543210` of an Indian number in any spelling; `+` and the digits of a foreign one. */
function spellPhone(text: string): string {
  const digits = digitsOf(text);
  if (digits === '') return text;
  const international = /^\W*\+/.test(text);
  const national = /^(?:0{0,2}91)?0?(\d{10})$/.exec(digits)?.[1];
  if (national !== undefined && !(international && digits.length === 10)) return `+91${national}`;
  const bare = digits.replace(/^00/, '');
  return international || bare.length > 10 ? `+${bare}` : digits;
}

/** Digits without what stands between them; a spreadsheet's `.0` is none of them. */
function digitsOf(text: string): string {
  return viewText(text)
    .plain.replace(/(?<=\d{7})\.00?$/, '')
    .replace(/\D/g, '');
}

function spellIp(text: string): string {
  const bare = text.replace(/^\[|\]$/g, '').toLowerCase();
  return ipaddr.isValid(bare) ? ipaddr.process(bare).toNormalizedString() : bare;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** `1990-03-12` of a day in the usual spellings, day first as India writes it. */
function spellDay(text: string): string {
  const lower = text.toLowerCase();
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})/.exec(lower);
  const local = /^(\d{1,2})(?:st|nd|rd|th)?[/. -]+(\d{1,2}|[a-z]{3,9})[,/. -]+(\d{4})$/.exec(lower);
  const [year, month, day] = iso ? iso.slice(1) : local ? local.slice(1).reverse() : [];
  if (year === undefined || month === undefined || day === undefined) return lower;
  const named = MONTHS.indexOf(month.slice(0, 3)) + 1;
  return `${year}-${String(named || month).padStart(2, '0')}-${day.padStart(2, '0')}`;
}
