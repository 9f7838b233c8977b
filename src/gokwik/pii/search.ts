/**
 * Finding personal data by its value: what a row says about a person in one field must not stand in
 * another one, be it free text, a landing page's query or a field that no one declared. Nearly no
 * text holds any, so each is looked at cheaply first; patterns are built for rows that need them.
 */
import { isMasked, kindOfName, normalise, type PiiKind, remember, splitPhones } from './kinds.ts';

/**
 * How much of a text may go. `declared`: the schema's author has judged the field not personal, so
 * only what is surely the row's own goes (a lone name may be a product's). `place`: city, state and
 * the like, where only phones and e-mails go. `unknown`: names too, and what looks like an e-mail.
 * `text`: what looks like an Indian mobile as well.
 */
export type Level = 'declared' | 'place' | 'unknown' | 'text';

/** What a row has said about a person so far, in the spelling that comparing needs. */
export interface Personal {
  /** National digits. */
  readonly phones: Set<string>;
  /** E-mails, full names, address lines, IPs, accounts: found wherever they stand. */
  readonly literals: Map<string, PiiKind>;
  /** Words of names: found as whole words. */
  readonly names: Set<string>;
  /** Made from the above when first needed. */
  readonly patterns: Map<string, RegExp | undefined>;
  needles: Needles | undefined;
}

/** The values of a row as lists, with the length of the shortest: most texts are shorter. */
interface Needles {
  readonly literals: readonly string[];
  readonly shortestLiteral: number;
  readonly names: readonly string[];
  readonly shortestName: number;
}

/** What a text is, whoever's values are looked for in it. */
interface Looked {
  /** It may be percent-encoded. */
  readonly encoded: boolean;
  /** Decoded. */
  readonly plain: string;
  /** In lower case, white space as one space; with `+` for a space too, where that differs. */
  readonly lower: string;
  readonly spaced: string | undefined;
  readonly hasAt: boolean;
  /** All its digits, when there are enough for a phone. */
  readonly digits: string;
}

const lookAt = remember((text: string): Looked => {
  const encoded = /[%+]/.test(text);
  const plain = encoded ? decodeText(text) : text;
  const lowerOf = (some: string): string => some.toLowerCase().replace(/\s+/g, ' ');
  return {
    encoded,
    plain,
    lower: lowerOf(plain),
    spaced: plain.includes('+') ? lowerOf(unplus(plain)) : undefined,
    hasAt: plain.includes('@'),
    digits: /(?:\d\D{0,3}){6}\d/.test(plain) ? plain.replace(/\D/g, '') : '',
  };
});

/** What stands in place of a personal value. */
export type Replace = (kind: PiiKind, text: string) => string;

const EMAIL = /[\p{L}\p{N}._%+'-]{1,64}(?:@|%(?:25)*40)[\p{L}\p{N}][\p{L}\p{N}.-]{0,255}/gu;
const MOBILE = /(?<!\d)(?:\+?91[\s-]?|0)?[6-9]\d{4}[\s-]?\d{5}(?!\d)/g;
/** Characters around a match that tell whether it is a whole word. */
const EDGE = 12;
/** A letter or digit at the edge of what surrounds a word; the end of `%20` is none. */
const ENDS_IN_WORD = /(?<!%(?:25)*[0-9a-f]?)[\p{L}\p{M}\p{N}]$/iu;
const BEGINS_WITH_WORD = /^[\p{L}\p{M}\p{N}]/u;

/** `scrubText` for a text without parameters that name their value personal. */
function searchText(text: string, level: Level, personal: Personal, replace: Replace): string {
  const looked = lookAt(text);
  if (!mayHold(looked, level, personal)) return text;
  const { encoded, plain } = looked;
  const withNames = level === 'declared' ? isAboutPerson(plain, personal) : level !== 'place';
  let pieces = [text];
  const pattern = findPattern(withNames ? 'names' : level, encoded, personal);
  if (pattern !== undefined) {
    pieces = cut(pieces, pattern, (found, before, after) => {
      const value = decodeText(found).toLowerCase();
      const spaced = unplus(value).replace(/\s+/g, ' ');
      const kind = personal.literals.get(value) ?? personal.literals.get(spaced);
      if (kind !== undefined) return replace(kind, personal.literals.has(value) ? value : spaced);
      if (!personal.names.has(value)) return replace('phone', value);
      return ENDS_IN_WORD.test(before) || BEGINS_WITH_WORD.test(after)
        ? undefined
        : replace('name', value);
    });
  }
  if (level === 'text' || level === 'unknown') {
    pieces = cut(pieces, EMAIL, (found) => replace('email', decodeText(found)));
  }
  if (level === 'text') pieces = cut(pieces, MOBILE, (found) => replace('phone', found));
  return pieces.join('');
}

/** Whether the digits of one of the row's phones stand in a text. */
export function hasPhone(text: string, personal: Personal): boolean {
  for (const digits of personal.phones) if (text.includes(digits)) return true;
  return false;
}

/** Percent-encoding undone, also where it was done twice; what is no such encoding stays. */
function decodeText(text: string): string {
  let plain = text;
  for (let times = 0; times < 3 && plain.includes('%'); times++) {
    plain = plain.replace(/(?:%[0-9a-f]{2})+/gi, (coded) => {
      try {
        return decodeURIComponent(coded);
      } catch {
        return coded;
      }
    });
  }
  return plain;
}

function unplus(text: string): string {
  return text.replaceAll('+', ' ');
}

/** Looks for the values as they are, which costs a tenth of running a pattern. */
function mayHold(looked: Looked, level: Level, personal: Personal): boolean {
  const { lower, hasAt, digits } = looked;
  if (hasAt && (level === 'text' || level === 'unknown')) return true;
  if (digits !== '' && (level === 'text' || hasPhone(digits, personal))) return true;
  personal.needles ??= listNeedles(personal);
  const { literals, shortestLiteral, names, shortestName } = personal.needles;
  if (lower.length >= shortestLiteral && holdsAny(looked, literals)) return true;
  if (level === 'place' || lower.length < shortestName) return false;
  return holdsAny(looked, names);
}

function holdsAny({ lower, spaced }: Looked, values: readonly string[]): boolean {
  for (const value of values) {
    if (lower.includes(value) || spaced?.includes(value)) return true;
  }
  return false;
}

function listNeedles(personal: Personal): Needles {
  const literals = [...personal.literals.keys()];
  const names = [...personal.names];
  const shortest = (list: readonly string[]): number =>
    list.reduce((least, { length }) => Math.min(least, length), Number.POSITIVE_INFINITY);
  return { literals, shortestLiteral: shortest(literals), names, shortestName: shortest(names) };
}

/** An address of a page, or two words of names, are hardly about a product. */
function isAboutPerson(text: string, personal: Personal): boolean {
  if (/=|:\/\//.test(text)) return true;
  const lower = text.toLowerCase();
  let found = 0;
  for (const name of personal.names) if (lower.includes(name)) found++;
  return found > 1;
}

function findPattern(
  scope: Level | 'names',
  encoded: boolean,
  personal: Personal,
): RegExp | undefined {
  const key = `${scope} ${encoded}`;
  if (personal.patterns.has(key)) return personal.patterns.get(key);
  const { phones, literals, names } = personal;
  const parts = [...phones].map((digits) => spellPhone(digits, encoded));
  const longestFirst = [...literals].sort(([a], [b]) => b.length - a.length);
  for (const [text, kind] of longestFirst) {
    if (scope !== 'place' || kind === 'email') parts.push(spellText(text, encoded));
  }
  if (scope === 'names') for (const name of names) parts.push(spellText(name, encoded));
  // Without flag `u`: with it, ignoring case makes patterns a hundred times dearer to build.
  const pattern = parts.length === 0 ? undefined : new RegExp(parts.join('|'), 'gi');
  personal.patterns.set(key, pattern);
  return pattern;
}

/**
 * Replaces in every other piece, from the first: the ones between stand for values already, and a
 * hash must not be taken for a phone. Where `replace` gives undefined, the match stays.
 */
function cut(
  pieces: readonly string[],
  pattern: RegExp,
  replace: (found: string, before: string, after: string) => string | undefined,
): string[] {
  const result: string[] = [];
  for (const [index, piece] of pieces.entries()) {
    if (index % 2 === 1) {
      result.push(piece);
      continue;
    }
    let from = 0;
    for (const match of piece.matchAll(pattern)) {
      const [found] = match;
      const end = match.index + found.length;
      const before = piece.slice(Math.max(0, match.index - EDGE), match.index);
      const token = replace(found, before, piece.slice(end, end + EDGE));
      if (token === undefined) continue;
      result.push(piece.slice(from, match.index), token);
      from = end;
    }
    result.push(piece.slice(from));
  }
  return result;
}

/** `?email=…&` in an address, plain, or percent-encoded inside another one's query. */
const PARAMETER = new RegExp(
  '(?<head>(?:^|[?&#;\\s])(?<name>(?:[\\w.[\\]-]|%5B|%5D){1,64})=)(?<value>[^&#;\\s"\'<>]+)|' +
    '(?<codedHead>%(?:25)*(?:3F|26|23)(?<codedName>[\\w.[\\]-]{1,64})%(?:25)*3D)' +
    '(?<codedValue>(?:(?!%(?:25)*(?:26|23))[^&#;\\s"\'<>])+)',
  'gi',
);
/** No value that is looked for is shorter, but for the words of names. */
const SHORTEST = 5;

export function createPersonal(inherited?: Personal): Personal {
  return {
    phones: new Set(inherited?.phones),
    literals: new Map(inherited?.literals),
    names: new Set(inherited?.names),
    patterns: new Map(),
    needles: undefined,
  };
}

/** Notes a value of a row. Too short or too common ones are not looked for elsewhere. */
export function addPersonal(personal: Personal, kind: PiiKind, text: string): void {
  const { phones, names, literal } = kind === 'name' ? readName(text) : readSaid(kind, text);
  for (const phone of phones) personal.phones.add(phone);
  for (const name of names) personal.names.add(name);
  if (literal !== '') personal.literals.set(literal, kind);
  personal.patterns.clear();
  personal.needles = undefined;
}

/** What a value says: national digits of phones, words of a name, and the whole, or '' if too short. */
interface Said {
  readonly phones: readonly string[];
  readonly names: readonly string[];
  readonly literal: string;
}

const NOTHING: readonly string[] = [];

function readSaid(kind: PiiKind, text: string): Said {
  if (kind === 'phone') return { phones: phonesOf(text), names: NOTHING, literal: '' };
  const value = normalise(kind, text).toLowerCase();
  const names = kind === 'name' ? namesOf(value) : NOTHING;
  return { phones: NOTHING, names, literal: isLiteral(kind, value) ? value : '' };
}

/** First and last names come again and again; all else is one person's. */
const readName = remember((text) => readSaid('name', text));

function phonesOf(text: string): string[] {
  return splitPhones(text)
    .filter((phone) => !isMasked(phone))
    .map((phone) => normalise('phone', phone).replace(/^\+(?:91)?/, ''))
    .filter((digits) => /^\d{7,}$/.test(digits));
}

function namesOf(value: string): string[] {
  return value
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word.length >= 3 && !/^\d+$/.test(word));
}

function isLiteral(kind: PiiKind, value: string): boolean {
  if (kind === 'name') return value.length > SHORTEST && value.includes(' ');
  if (kind === 'email') return value.length >= SHORTEST && value.includes('@');
  // A lone word in an address may be a town, and one in bank data a bank: those may stand.
  return kind !== 'text' && value.length > SHORTEST && /[\d\s@]/.test(value);
}

/** The text without what `personal` holds, in plain or percent-encoded spelling. */
export function scrubText(
  text: string,
  level: Level,
  personal: Personal,
  replace: Replace,
): string {
  if (text.length < 3) return text;
  if (level === 'place' || !namesPersonal(text)) return searchText(text, level, personal, replace);
  let scrubbed = '';
  let from = 0;
  for (const { kind, value, valueAt, end } of personalParameters(text)) {
    scrubbed += searchText(text.slice(from, valueAt), level, personal, replace);
    scrubbed += replace(kind, decodeText(value.replaceAll('+', ' ')));
    from = end;
  }
  return scrubbed + searchText(text.slice(from), level, personal, replace);
}

/** Whether a text holds a parameter whose name calls its value personal. */
function namesPersonal(text: string): boolean {
  return (text.includes('=') || text.includes('%3')) && looksPersonal(text);
}

const looksPersonal = remember((text) => personalParameters(text).next().done === false);

/** Of links come the same few again and again. */
const readParameterName = remember((name) => ({ kind: kindOfName(decodeText(name), undefined) }));

/** The parameters of a text whose name calls their value personal. */
function* personalParameters(text: string) {
  const parameter = new RegExp(PARAMETER);
  for (let match = parameter.exec(text); match !== null; match = parameter.exec(text)) {
    const { head, name, value, codedHead, codedName, codedValue } = match.groups ?? {};
    const valueAt = match.index + (head ?? codedHead ?? '').length;
    const { kind } = readParameterName(name ?? codedName ?? '');
    // What is no one's may hold a whole address with parameters of its own.
    if (kind === undefined || kind === 'text') parameter.lastIndex = valueAt;
    else yield { kind, value: value ?? codedValue ?? '', valueAt, end: parameter.lastIndex };
  }
}

/**
 * `text`, in lower case, white space of any length. `encoded`: also percent-encoded, once or
 * several times over (`%40`, `%2540`), with `+` for a space.
 */
function spellText(text: string, encoded: boolean): string {
  const space = encoded ? '(?:\\s|\\+|%(?:25)*20)+' : '\\s+';
  return text
    .split(/\s+/)
    .map((word) => Array.from(word, (letter) => spellLetter(letter, encoded)).join(''))
    .join(space);
}

/** National digits with what people put between them, and India's prefix where it stands. */
function spellPhone(digits: string, encoded: boolean): string {
  // Not `{0,3}`: V8 unrolls that, and ten of them take milliseconds to compile.
  const between = encoded ? '(?:[\\s().+-]|%(?:25)*(?:20|28|29|2B|2D))*' : '[\\s().-]*';
  const plus = encoded ? '(?:\\+|%(?:25)*2B)?' : '\\+?';
  // A 0 after a 2 may be the end of `%20`.
  return `(?:${plus}91${between}|(?<!2)0)?${[...digits].join(between)}`;
}

function spellLetter(letter: string, encoded: boolean): string {
  if (/[a-z0-9]/.test(letter)) return letter;
  const plain = letter.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  if (!encoded) return plain;
  // The pattern ignores case, but not that of a letter behind its bytes.
  const spellings = [...new Set([letter, letter.toUpperCase()])].map(spellBytes);
  return `(?:${[plain, ...spellings].join('|')})`;
}

function spellBytes(letter: string): string {
  const bytes = Array.from(Buffer.from(letter), (byte) => byte.toString(16).padStart(2, '0'));
  return bytes.map((byte) => `%(?:25)*${byte}`).join('');
}
