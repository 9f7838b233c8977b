/**
 * Finding personal data by its value: what a row says about a person in one field must not stand in
 * another one, be it free text, a landing page's query or a field that no one declared.
 */
import { isMasked, kindOfName, normalise, type PiiKind, splitPhones } from './personal.ts';
import { decodeText, type Level, type Personal, type Replace, searchText } from './search.ts';

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
  if (level === 'place' || !/=|%3D/i.test(text)) return searchText(text, level, personal, replace);
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
    scrubbed += searchText(text.slice(from, valueAt), level, personal, replace);
    scrubbed += replace(kind, decodeText((value ?? codedValue ?? '').replaceAll('+', ' ')));
    from = parameter.lastIndex;
  }
  return scrubbed + searchText(text.slice(from), level, personal, replace);
}
