/**
 * Finding personal data by its value: what a row says about a person in one field must not stand in
 * another one, be it free text, a landing page's query or a field that no one declared.
 */
import { isMasked, kindOfName, normalise, type PiiKind, splitPhones } from './personal.ts';
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
}

/** What stands in place of a personal value. */
export type Replace = (kind: PiiKind, text: string) => string;

const EMAIL = "[\\p{L}\\p{N}._%+'-]{1,64}(?:@|%(?:25)*40)[\\p{L}\\p{N}][\\p{L}\\p{N}.-]{0,255}";
const MOBILE = '(?<!\\d)(?:\\+?91[\\s-]?|0)?[6-9]\\d{4}[\\s-]?\\d{5}(?!\\d)';
const WORD_START = '(?<=^|[^\\p{L}\\p{M}\\p{N}]|%(?:25)*[0-9a-f]{2})';
const WORD_END = '(?![\\p{L}\\p{M}\\p{N}])';
/** `?email=…&` in an address, plain, or percent-encoded inside another one's query. */
const PARAMETER = new RegExp(
  '(?<head>(?:^|[?&#;\\s])(?<name>(?:[\\w.[\\]-]|%5B|%5D){1,64})=)(?<value>[^&#;\\s"\'<>]+)|' +
    '(?<codedHead>%(?:25)*(?:3F|26|23)(?<codedName>[\\w.[\\]-]{1,64})%(?:25)*3D)' +
    '(?<codedValue>(?:(?!%(?:25)*(?:26|23))[^&#;\\s"\'<>])+)',
  'gi',
);
/** No value that is looked for is shorter, but for names. */
const SHORTEST = 5;

export function createPersonal(inherited?: Personal): Personal {
  return {
    phones: new Set(inherited?.phones),
    literals: new Map(inherited?.literals),
    names: new Set(inherited?.names),
    patterns: new Map(),
  };
}

/** Notes a value of a row. Too short or too common ones are not looked for elsewhere. */
export function addPersonal(personal: Personal, kind: PiiKind, text: string): void {
  const value = normalise(kind, text).toLowerCase();
  switch (kind) {
    case 'phone':
      for (const phone of splitPhones(text)) {
        const digits = normalise('phone', phone).replace(/^\+(?:91)?/, '');
        if (!isMasked(phone) && /^\d{7,}$/.test(digits)) personal.phones.add(digits);
      }
      break;
    case 'name':
      for (const word of value.split(/[^\p{L}\p{M}\p{N}]+/u)) {
        if (word.length >= 3 && !/^\d+$/.test(word)) personal.names.add(word);
      }
      if (value.length > SHORTEST && value.includes(' ')) personal.literals.set(value, kind);
      break;
    case 'email':
      if (value.length >= SHORTEST && value.includes('@')) personal.literals.set(value, kind);
      break;
    case 'text':
      break;
    default:
      // A lone word in an address may be a town, and one in bank data a bank: those may stand.
      if (value.length > SHORTEST && /[\d\s@]/.test(value)) personal.literals.set(value, kind);
  }
  personal.patterns.clear();
}

/** The text without what `personal` holds, in plain or percent-encoded spelling. */
export function scrubText(
  text: string,
  level: Level,
  personal: Personal,
  replace: Replace,
): string {
  if (text.length < 3) return text;
  if (level === 'place' || !/=|%3D/i.test(text)) return scrubValues(text, level, personal, replace);
  let scrubbed = '';
  let from = 0;
  const parameter = new RegExp(PARAMETER);
  for (let match = parameter.exec(text); match !== null; match = parameter.exec(text)) {
    const { head, name, value, codedHead, codedName, codedValue } = match.groups ?? {};
    const valueAt = match.index + (head ?? codedHead ?? '').length;
    const kind = kindOfName(decodeText(name ?? codedName ?? ''), undefined);
    // What is no one's may hold a whole address with parameters of its own.
    if (kind === undefined || kind === 'text') {
      parameter.lastIndex = valueAt;
      continue;
    }
    scrubbed += scrubValues(text.slice(from, valueAt), level, personal, replace);
    scrubbed += replace(kind, decodeText((value ?? codedValue ?? '').replaceAll('+', ' ')));
    from = parameter.lastIndex;
  }
  return scrubbed + scrubValues(text.slice(from), level, personal, replace);
}

/** Whether the digits of one of the row's phones stand in a text. */
export function hasPhone(text: string, personal: Personal): boolean {
  for (const digits of personal.phones) if (text.includes(digits)) return true;
  return false;
}

function scrubValues(text: string, level: Level, personal: Personal, replace: Replace): string {
  if (text.length < SHORTEST && (level === 'declared' || level === 'place')) return text;
  const encoded = /[%+]/.test(text);
  if (!encoded && !mayHold(text, level, personal)) return text;
  const named = level === 'declared' && holdsName(text, encoded, personal);
  const pattern = findPattern(named ? 'named' : level, encoded, personal);
  if (pattern === undefined) return text;
  return text.replace(pattern, (found) => {
    const plain = decodeText(found).toLowerCase();
    const spaced = plain.replace(/[\s+]+/g, ' ');
    const kind = personal.literals.get(plain) ?? personal.literals.get(spaced);
    if (kind !== undefined) return replace(kind, personal.literals.has(plain) ? plain : spaced);
    if (/^[\d\s().+-]+$/.test(plain)) return replace('phone', plain);
    return replace(plain.includes('@') ? 'email' : 'name', plain);
  });
}

/**
 * Whether a pattern is worth building and running: almost no text holds anything, and looking for
 * the values as they are costs a tenth of that.
 */
function mayHold(text: string, level: Level, personal: Personal): boolean {
  const isOpen = level === 'text' || level === 'unknown';
  if (isOpen && text.includes('@')) return true;
  const digits = /(?:\d\D{0,3}){6}\d/.test(text) ? text.replace(/\D/g, '') : '';
  if (digits !== '' && (level === 'text' || hasPhone(digits, personal))) return true;
  const plain = text.toLowerCase().replace(/\s+/g, ' ');
  for (const literal of personal.literals.keys()) if (plain.includes(literal)) return true;
  if (level === 'place') return false;
  for (const name of personal.names) if (plain.includes(name)) return true;
  return false;
}

/** An address with a query, or two words of names, are hardly about a product. */
function holdsName(text: string, encoded: boolean, personal: Personal): boolean {
  if (personal.names.size === 0) return false;
  if (/=|:\/\/|%3D/i.test(text)) return true;
  if (personal.names.size < 2 || !/[^\p{L}\p{M}\p{N}]/u.test(text)) return false;
  const pattern = findPattern('names', encoded, personal);
  const found = pattern === undefined ? [] : text.matchAll(pattern);
  return new Set(Array.from(found, ([word]) => word.toLowerCase())).size > 1;
}

function findPattern(
  level: Level | 'named' | 'names',
  encoded: boolean,
  personal: Personal,
): RegExp | undefined {
  const key = `${level} ${encoded}`;
  if (personal.patterns.has(key)) return personal.patterns.get(key);
  const { phones, literals, names } = personal;
  const parts: string[] = [];
  if (level !== 'names') {
    for (const digits of phones) parts.push(spellPhone(digits, encoded));
    const longestFirst = [...literals].sort(([a], [b]) => b.length - a.length);
    for (const [text, kind] of longestFirst) {
      if (level !== 'place' || kind === 'email') parts.push(spellText(text, encoded));
    }
  }
  if (level === 'text' || level === 'unknown') parts.push(EMAIL);
  if (level === 'text') parts.push(MOBILE);
  if (names.size > 0 && level !== 'declared' && level !== 'place') {
    const words = [...names].map((word) => spellText(word, encoded));
    parts.push(`${WORD_START}(?:${words.join('|')})${WORD_END}`);
  }
  const pattern = parts.length === 0 ? undefined : new RegExp(parts.join('|'), 'giu');
  personal.patterns.set(key, pattern);
  return pattern;
}

/** Percent-encoding undone, also where it was done twice; what is no such encoding stays. */
function decodeText(text: string): string {
  let plain = text;
  for (let times = 0; times < 3 && plain.includes('%'); times++) {
    try {
      plain = decodeURIComponent(plain);
    } catch {
      return plain;
    }
  }
  return plain;
}
