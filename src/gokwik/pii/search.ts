/**
 * The search for a row's personal values in one text. Nearly no text holds any, so it is looked at
 * cheaply first; patterns are built for rows that need them.
 */
import type { PiiKind } from './personal.ts';
import { remember } from './remember.ts';
import { spellPhone, spellText } from './spell.ts';

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

/** The text without what `personal` holds, in plain or percent-encoded spelling. */
export function searchText(
  text: string,
  level: Level,
  personal: Personal,
  replace: Replace,
): string {
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
export function decodeText(text: string): string {
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
